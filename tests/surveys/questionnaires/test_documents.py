"""Documents: their shape, their tidy form, and the published schema."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from surveys.questionnaires import checking, documents, reference
from surveys.questionnaires.documents import GENERAL
from tests.surveys.questionnaires.conftest import a_document, a_full_document, a_question, a_text

SCHEMA = json.loads(reference.schema_page())


def fits(document: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(document))


def flaws(document: Any) -> list[str]:
    return [str(flaw) for flaw in documents.SHAPE.flaws(document)]


def test_the_published_schema_is_the_one_in_the_documentation() -> None:
    page = Path(settings.BASE_DIR, "docs", "reference", "questionnaire.schema.json")
    assert json.loads(page.read_text(encoding="utf-8")) == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_full_document_fits_the_schema_before_and_after_tidying() -> None:
    assert fits(a_full_document())
    assert fits(checking.received(a_full_document()))


def test_tidying_puts_every_key_in_place_and_is_done_once_for_all() -> None:
    whole = checking.received(a_full_document())
    assert set(whole) == {"format", "languages", "title", "introduction", "dimensions", "questions"}
    for question in whole["questions"]:
        assert set(question) == set(documents.BLANK_QUESTION)
    assert checking.received(whole) == whole


def test_texts_are_trimmed_and_normalised() -> None:
    document = a_document(title={"zh-hans": "  题\r\n目 ", "en": "cafe\u0301"})
    assert checking.received(document)["title"] == {"zh-hans": "题\n目", "en": "caf\u00e9"}


def test_a_part_has_its_own_questions_and_those_about_each() -> None:
    document = checking.received(a_full_document())
    assert [q["code"] for q in documents.questions_about(document, "parks")] == [
        "q1",
        "q2",
        "q4",
        "q5",
        "q7",
        "q8",
    ]
    assert [q["code"] for q in documents.questions_about(document, "roads")] == ["q1", "q2", "q5", "q7", "q8"]
    assert [q["code"] for q in documents.questions_about(document, GENERAL)] == ["q3", "q6"]
    assert documents.parts(document) == [GENERAL, "parks"]


def test_only_declared_languages_remain_in_what_is_published() -> None:
    document = a_full_document()
    document["questions"][0]["settings"] = {"words": {"5": {"ug": "u", "fr": "f"}, "4": {"fr": "f"}}}
    document["questions"][4]["settings"]["unit"] = {"fr": "minutes", "en": ""}
    document["dimensions"][0]["name"]["fr"] = "Facilité"
    kept = documents.in_languages_only(checking.received(document), ["en", "ug"])
    assert kept["title"] == {"en": "City services"}
    assert kept["questions"][0]["settings"] == {"words": {"5": {"ug": "u"}}}
    assert kept["questions"][2]["settings"]["choices"][0] == {"code": 1, "text": {"en": "Yes"}}
    assert kept["questions"][4]["settings"]["unit"] == {}
    assert kept["dimensions"][0]["name"] == {"en": "Ease"}
    assert "fr" not in json.dumps(kept)


NO_DOCUMENTS: list[Any] = [
    None,
    5,
    "x",
    [],
    {},
    {"format": 1},
    True,
    a_document(format=2),
    a_document(format=True),
    a_document(format=1.0),
    a_document(languages=[]),
    a_document(languages=["ZH"]),
    a_document(languages="en"),
    a_document(languages=["e n"]),
    a_document(title="x"),
    a_document(title={"en": 5}),
    a_document(title={"en": "x" * 201}),
    a_document(title={"en": "a\x00b"}),
    a_document(title={"en": "\ud800"}),
    a_document(title={"__proto__": "x"}),
    a_document(owner="me"),
    a_document(questions={}),
    a_document(questions=[None]),
    a_document(a_question("")),
    a_document(a_question("Q1")),
    a_document(a_question("q 1")),
    a_document(a_question("x" * 51)),
    a_document(a_question(code=5)),
    a_document(a_question("q1", "rating")),
    a_document(a_question("q1", None)),
    a_document(a_question(about="")),
    a_document(a_question(about="Parks!")),
    a_document(a_question(weight=1)),
    a_document(a_question(weight="-1")),
    a_document(a_question(weight="1e3")),
    a_document(a_question(weight="０")),
    a_document(a_question(weight=0.5)),
    a_document(a_question(required="yes")),
    a_document(a_question(headline=1)),
    a_document(a_question(colour="red")),
    a_document(a_question(settings=[])),
    a_document(a_question(settings={"min": "1"})),
    a_document(a_question("q1", "single_choice", settings={"choices": [{"code": 1}]})),
    a_document(a_question("q1", "single_choice", settings={"choices": [{"code": 0, "text": {}}]})),
    a_document(a_question("q1", "single_choice", settings={"choices": [{"code": 201, "text": {}}]})),
    a_document(a_question("q1", "single_choice", settings={"choices": [{"code": 1.0, "text": {}}]})),
    a_document(a_question("q1", "single_choice", settings={"choices": [{"code": 1, "text": {}}] * 201})),
    a_document(a_question("q1", "number", settings={"min": 0.5})),
    a_document(a_question("q1", "number", settings={"decimals": 7})),
    a_document(a_question("q1", "short_text", settings={"max_length": 0})),
    a_document(*[a_question(f"q{n}") for n in range(501)]),
    a_document(dimensions=[{"code": "ease", "name": {}}]),
]


@pytest.mark.parametrize("document", NO_DOCUMENTS, ids=range(len(NO_DOCUMENTS)))
def test_what_is_no_document_is_refused_with_the_place_and_the_reason(document: Any) -> None:
    with pytest.raises(checking.MalformedDocument) as refusal:
        checking.received(document)
    assert refusal.value.flaws
    assert str(refusal.value).endswith((".", "。"))
    assert checking.problems(document)


@pytest.mark.parametrize("document", NO_DOCUMENTS, ids=range(len(NO_DOCUMENTS)))
def test_the_schema_refuses_what_the_shape_refuses(document: Any) -> None:
    # JSON Schema takes 1.0 for an integer and knows no half characters; the shape is the stricter of the two.
    stricter = any(sign in json.dumps(document) for sign in ("1.0", "\\ud800", "\\u0000"))
    assert stricter or not fits(document)


def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(checking.MalformedDocument, match="too deeply"):
        checking.received(a_document(title=deep))
    with pytest.raises(checking.MalformedDocument, match="too deeply"):
        checking.received_question(a_question(text=deep))


def test_a_document_that_is_too_large_is_refused() -> None:
    long = [a_question(f"q{n}", help=dict.fromkeys(("aa", "bb"), "字" * 1000)) for n in range(400)]
    with pytest.raises(checking.MalformedDocument, match="two million"):
        checking.received(a_document(*long))


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.text(max_size=3),
    st.sampled_from(["1", "each", "q1", "0.5", "en"]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner)
)


@effort(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), values)
def test_shape_and_schema_agree_on_documents_with_one_thing_changed(random: Any, value: Any) -> None:
    document = copy.deepcopy(a_full_document())
    place: Any = document
    while True:
        key = random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or not place[key] or random.random() < 0.2:
            break
        place = place[key]
    place[key] = value
    wrong = flaws(document)
    if any("cannot be stored" in flaw for flaw in wrong):
        return
    assert fits(document) == (not wrong), wrong


def test_html_in_texts_is_text() -> None:
    document = a_document(a_question(text=a_text("<b>5 < 6</b>"), headline=True))
    assert checking.problems(document) == []
    assert checking.received(document)["questions"][0]["text"]["en"] == "<b>5 < 6</b>"
