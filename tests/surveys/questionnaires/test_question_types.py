"""Every registered question type goes through the same battery."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template.loader import get_template

from surveys.questionnaires import checking, documents, drawing
from surveys.questionnaires.codebook import BLANK, RESERVED, Codebook
from surveys.questionnaires.documents import EACH, Question
from surveys.questionnaires.question_types import REGISTRY, AnswerError, QuestionType, question_type
from surveys.questionnaires.question_types.base import Settings
from surveys.questionnaires.shapes import LANGUAGE, ListOf, MapOf, OrNull, Record, Shape

LANGUAGES = ["zh-hans", "en"]


def a_question(kind: QuestionType, settings: Settings, **more: Any) -> Question:
    return documents.tidied_question(
        {
            "code": "q1",
            "type": kind.name,
            "about": EACH,
            "text": {"en": "?"},
            "settings": dict(settings),
            **more,
        }
    )


def named(value: object) -> str:
    return (
        value.name
        if isinstance(value, QuestionType)
        else repr(value)[:40].encode("ascii", "replace").decode()
    )


accepted = pytest.mark.parametrize(
    ("kind", "settings", "raw", "answer"),
    [(kind, *example) for kind in REGISTRY for example in kind.accepts],
    ids=named,
)
rejected = pytest.mark.parametrize(
    ("kind", "settings", "raw"),
    [(kind, *example) for kind in REGISTRY for example in kind.rejects],
    ids=named,
)
every_kind = pytest.mark.parametrize("kind", REGISTRY, ids=named)


def test_names_are_unique_and_looked_up() -> None:
    assert len({kind.name for kind in REGISTRY}) == len(REGISTRY)
    assert all(question_type(kind.name) is kind for kind in REGISTRY)


@pytest.mark.parametrize("name", ["", "matrix", "Satisfaction", None, []])
def test_an_unknown_type_is_refused_with_the_known_ones_named(name: Any) -> None:
    with pytest.raises(LookupError, match="satisfaction, single_choice"):
        question_type(name)


@accepted
def test_what_a_type_accepts_becomes_the_clean_answer(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    got = kind.clean(a_question(kind, settings), raw)
    assert got == answer
    assert type(got) is type(answer)


@accepted
def test_cleaning_a_clean_answer_changes_nothing(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    assert kind.clean(a_question(kind, settings), answer) == answer


@rejected
def test_what_a_type_rejects_is_refused_with_a_sentence(
    kind: QuestionType, settings: Settings, raw: Any
) -> None:
    with pytest.raises(AnswerError) as refusal:
        kind.clean(a_question(kind, settings), raw)
    assert str(refusal.value).endswith((".", "。"))


@accepted
def test_an_answer_survives_the_form(kind: QuestionType, settings: Settings, raw: Any, answer: Any) -> None:
    question = a_question(kind, settings)
    assert kind.clean(question, kind.from_form(question, kind.to_form(answer))) == answer


@accepted
def test_an_answer_survives_packing(kind: QuestionType, settings: Settings, raw: Any, answer: Any) -> None:
    part = Codebook({"questions": [a_question(kind, settings)]}).part("parks")
    codes, extras = part.pack({"q1": answer})
    assert len(codes) == int(kind.coded)
    assert part.unpack(codes, extras) == ({} if answer is None else {"q1": answer})


@every_kind
def test_every_code_and_every_reserved_code_survives_packing(kind: QuestionType) -> None:
    questions = [a_question(kind, settings) for settings, *_ in kind.accepts]
    for question in questions:
        part = Codebook({"questions": [question]}).part("parks")
        for code in [*kind.codes(question), *(RESERVED if kind.coded else ())]:
            codes, extras = part.pack({"q1": code})
            assert extras is None
            assert codes[0] not in (0, BLANK)
            assert part.unpack(codes, extras) == {"q1": code}


@every_kind
def test_codes_stay_clear_of_the_reserved_ones_and_have_words(kind: QuestionType) -> None:
    for settings, *_ in kind.accepts:
        question = a_question(kind, settings)
        codes = kind.codes(question)
        assert all(1 <= code <= 200 for code in codes)
        assert list(codes) == sorted(set(codes))
        assert set(codes) <= set(kind.labels(question))
        assert bool(kind.coded) >= bool(codes)


@every_kind
def test_a_form_with_the_field_twice_is_never_guessed(kind: QuestionType) -> None:
    question = a_question(kind, kind.accepts[0][0])
    with pytest.raises(AnswerError):
        kind.clean(question, kind.from_form(question, ["1", "1"]))


@every_kind
def test_an_empty_form_is_no_answer(kind: QuestionType) -> None:
    question = a_question(kind, kind.accepts[0][0])
    assert kind.clean(question, kind.from_form(question, [])) is None


@every_kind
def test_new_and_blank_settings_are_well_shaped(kind: QuestionType) -> None:
    assert list(kind.settings_shape.flaws(kind.new_settings())) == []
    assert list(kind.settings_shape.flaws(dict(kind.blank_settings))) == []
    assert not kind.settings_shape.required
    assert set(kind.settings_shape.optional) == set(kind.blank_settings)


def texts_in(shape: Shape, key: str = "") -> Iterator[str]:
    """Yield the keys under which a shape holds texts in several languages."""
    if isinstance(shape, MapOf) and shape.key == LANGUAGE:
        yield key
    elif isinstance(shape, Record):
        for inner_key, inner in {**shape.required, **shape.optional}.items():
            yield from texts_in(inner, inner_key)
    elif isinstance(shape, ListOf | OrNull | MapOf):
        yield from texts_in(shape.inner, key)


@every_kind
def test_texts_in_settings_stand_under_keys_that_publishing_knows(kind: QuestionType) -> None:
    assert set(texts_in(kind.settings_shape)) <= documents.TEXT_KEYS | {"words"}


@every_kind
def test_only_ratings_score_and_texts_are_never_required(kind: QuestionType) -> None:
    assert kind.scored == (kind.name == "satisfaction")
    assert kind.may_be_required == (kind.name not in ("short_text", "long_text"))
    question = {**a_question(kind, kind.new_settings()), "required": True}
    document = {"format": 1, "languages": ["en"], "title": {"en": "T"}, "questions": [question]}
    refused = any("never be required" in problem.message for problem in checking.problems(document))
    assert refused != kind.may_be_required


@every_kind
def test_the_drawing_chooses_nothing_beforehand_and_escapes_what_it_is_given(kind: QuestionType) -> None:
    nasty = "<script>alert(1)</script>"
    question = a_question(kind, kind.accepts[0][0], text={"en": nasty}, help={"en": nasty})
    html = drawing.draw(question, name="parks.q1", language="en", number=3)
    assert "checked" not in html
    assert nasty not in html
    assert "&lt;script&gt;" in html
    assert 'name="parks.q1"' in html
    assert 'id="parks.q1"' in html
    assert html == drawing.draw(question, name="parks.q1", language="en", number=3)


@accepted
def test_the_drawing_shows_what_was_typed_again(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    question = a_question(kind, settings)
    typed = kind.to_form(answer)
    html = drawing.draw(question, name="general.q1", language="en", typed=typed, error="No.")
    assert html.count("checked") == (len(typed) if kind.options(question) else 0)
    assert 'id="general.q1-error"' in html
    assert 'aria-describedby="general.q1-error"' in html


def test_what_a_resident_typed_wrongly_is_shown_again_as_it_was() -> None:
    question = a_question(question_type("number"), {})
    html = drawing.draw(question, name="general.q1", language="en", typed=['about "12"'], error="No.")
    assert "about &quot;12&quot;" in html


def test_every_type_has_a_template_and_words_for_the_designer() -> None:
    for kind in REGISTRY:
        assert get_template(kind.template)
        assert str(kind.label)
        assert str(kind.purpose).endswith(".")


def test_grades_are_drawn_best_first_with_the_two_others_apart() -> None:
    html = drawing.draw(a_question(question_type("satisfaction"), {}), name="parks.q1", language="zh-hans")
    words = ["非常满意", "满意", "基本满意", "不满意", "非常不满意", "不了解", "不适用"]
    positions = [html.index(f"<span>{word}</span>") for word in words]
    assert positions == sorted(positions)
    assert html.index("grades-aside") < html.index("不了解")
    assert html.index("非常不满意") < html.index("grades-aside")


def test_the_words_of_the_scale_are_complete_in_every_declared_language() -> None:
    kind = question_type("satisfaction")
    uighur = {key: {"ug": f"u{key}"} for key in ["1", "2", "3", "4", "5", "dk", "na"]}
    assert list(kind.settings_problems({}, LANGUAGES)) == []
    assert len(list(kind.settings_problems({}, ["ug"]))) == 1
    assert list(kind.settings_problems({"words": uighur}, ["ug", "en"])) == []
    question = a_question(kind, {"words": {**uighur, "5": {"ug": "u5", "en": "Terrible"}}})
    assert [option.text["ug"] for option in kind.options(question)] == [
        "u5",
        "u4",
        "u3",
        "u2",
        "u1",
        "udk",
        "una",
    ]
    assert kind.labels(question)[5]["en"] == "Very satisfied"


@pytest.mark.parametrize(
    ("typed", "decimals", "answer"),
    [
        ("１２", 0, 12),
        ("١٢", 0, 12),
        (" 12 ", 0, 12),
        ("12.0", 0, 12),
        ("－3", 0, -3),
        ("3。5", 1, "3.5"),
        ("007", 0, 7),
    ],
)
def test_digits_of_any_script_are_read_from_a_form(typed: str, decimals: int, answer: Any) -> None:
    kind = question_type("number")
    question = a_question(kind, {"decimals": decimals})
    assert kind.clean(question, kind.from_form(question, [typed])) == answer


@pytest.mark.parametrize("typed", ["twelve", "1,5", "1 2", "1e3", "--1", "+1", "5岁", "1.5"])
def test_what_is_no_number_in_a_form_is_refused(typed: str) -> None:
    kind = question_type("number")
    question = a_question(kind, {"decimals": 0})
    with pytest.raises(AnswerError):
        kind.clean(question, kind.from_form(question, [typed]))
