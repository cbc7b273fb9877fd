"""Every text of a document, under a key that stays."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.questionnaires import documents
from surveys.questionnaires.documents import TEXT_KEYS
from surveys.questionnaires.question_types import REGISTRY
from surveys.questionnaires.translations.places import KINDS, texts_of
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_full_document, a_question, a_text

RULE = {"answered": "q1"}


def a_wide_document() -> dict[str, Any]:
    """One of everything that holds words."""
    document = documents.tidied(a_full_document())
    document["questions"].insert(0, {**document["questions"][5], "code": "p1", "type": "page_break"})
    document["questions"][2]["checks"] = [{"rule": RULE, "words": a_text("Say more.")}]
    document["quotas"] = [{"code": "young", "name": a_text("Young"), "when": RULE, "most": 10}]
    return document


def test_every_text_is_met_once_under_its_own_key() -> None:
    places = {place.key: place for place in texts_of(a_wide_document())}
    assert len(places) == len(list(texts_of(a_wide_document())))
    for key, kind, words in (
        ("title", "title", "City services"),
        ("introduction", "introduction", "Two minutes."),
        ("dimensions:ease:name", "dimensions", "Ease"),
        ("quotas:young:name", "quotas", "Young"),
        ("questions:p1:text", "page", "Text of q6"),
        ("questions:q1:text", "text", "Text of q1"),
        ("questions:q2:help", "help", "Think of the last visit."),
        ("questions:q2:checks:0:words", "checks", "Say more."),
        ("questions:q3:settings:choices:2:text", "choices", "No"),
        ("questions:q5:settings:unit", "unit", "minutes"),
        ("questions:q1:settings:words:dk", "words", "Don’t know"),
    ):
        assert (places[key].kind, places[key].text["en"]) == (kind, words), key


def test_places_lead_to_their_texts_and_keys_are_ids_of_xliff() -> None:
    document = a_wide_document()
    for place in texts_of(document):
        if place.kind != "words":
            found: Any = document
            for step in place.at:
                found = found[step]
            assert found == place.text
        assert re.fullmatch(r"[A-Za-z0-9_.:-]+", place.key)
        assert place.kind in KINDS


def _every_text(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        if key in TEXT_KEYS and value and all(isinstance(words, str) for words in value.values()):
            yield from value.values()
        else:
            for name, entry in value.items():
                yield from _every_text(entry, name)
    elif isinstance(value, list):
        for entry in value:
            yield from _every_text(entry)


def test_no_text_of_any_question_type_is_passed_over() -> None:
    for kind in REGISTRY:
        for settings, *_example in kind.accepts:
            document = documents.tidied(a_document(a_question(kind=kind.name, settings=settings)))
            walked = {words for place in texts_of(document) for words in place.text.values()}
            assert set(_every_text(document)) <= walked, kind.name


def test_tables_have_the_words_of_fixed_scales_and_of_no_scale_of_their_own() -> None:
    rows = [{"code": "r1", "text": a_text("Row")}]
    own = {"scale": "own", "choices": CHOICES, "rows": rows}
    scales = [
        {"code": "s1", "text": a_text("Sat"), "scale": "satisfaction"},
        {"code": "s2", "text": a_text("Own"), "scale": "own", "choices": CHOICES},
    ]
    document = documents.tidied(
        a_document(
            a_question("m1", "matrix", settings={"rows": rows, "scale": "frequency"}),
            a_question("m2", "matrix", settings=own),
            a_question("m3", "multi_matrix", settings={"rows": rows, "scales": scales}),
            a_question("n1", "nps"),
        )
    )
    places = {place.key: place for place in texts_of(document)}
    words = [key for key in places if ":words:" in key]
    assert [key for key in words if ":m1:" in key] == [
        f"questions:m1:settings:words:{n}" for n in (5, 4, 3, 2, 1)
    ]
    assert not [key for key in words if ":m2:" in key]
    assert places["questions:m3:settings:scales:s1:words:5"].at[-4:] == ("scales", 0, "words", "5")
    assert not [key for key in words if ":s2:" in key]
    assert places["questions:n1:settings:low"].text["en"]  # the type's own, until a designer gives others


def test_the_words_of_a_scale_are_listed_with_the_languages_that_the_type_speaks() -> None:
    question = a_question(settings={"words": {"5": {"ug": "بەك رازى"}}})
    places = {place.key: place for place in texts_of(documents.tidied(a_document(question)))}
    five, four = places["questions:q1:settings:words:5"], places["questions:q1:settings:words:4"]
    assert five.spoken == {"zh-hans", "en"}
    assert (five.text["ug"], five.text["zh-hans"], four.text.get("ug")) == ("بەك رازى", "非常满意", None)
    assert len([place for place in places.values() if place.kind == "words"]) == 7


def test_repeated_codes_of_an_unfinished_draft_have_keys_of_their_own() -> None:
    twice = [*CHOICES, {"code": 1, "text": a_text("Maybe")}]
    document = documents.tidied(a_document(a_question(kind="single_choice", settings={"choices": twice})))
    keys = [place.key for place in texts_of(document) if place.kind == "choices"]
    assert keys == [f"questions:q1:settings:choices:{code}:text" for code in ("1", "2", "1.2")]


def test_a_key_stays_when_its_neighbours_move() -> None:
    document = a_wide_document()
    before = {place.key: place.text for place in texts_of(document)}
    document["questions"].reverse()
    document["questions"].pop()
    after = {place.key: place.text for place in texts_of(document)}
    assert after.keys() < before.keys()
    assert all(before[key] == text for key, text in after.items())
