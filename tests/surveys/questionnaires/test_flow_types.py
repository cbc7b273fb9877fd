"""Pages, information, split samples, hidden and calculated values: nobody types them, and nothing sent makes them."""

from typing import Any

import pytest

from surveys.questionnaires import checking, documents, drawing
from surveys.questionnaires.codebook import Codebook
from surveys.questionnaires.question_types import AnswerError, question_type
from surveys.questionnaires.question_types.unseen import TAKEN_PARAMETERS

from .conftest import a_document, a_question, a_text

ALWAYS = {"equals": [{"value": 1}, {"value": 1}]}
ARMS = [{"code": 1, "name": a_text("Old")}, {"code": 2, "name": a_text("New")}]
SOURCES = [{"code": 1, "text": a_text("Poster")}, {"code": 2, "text": a_text("Letter")}]


def tidied(kind: str, settings: dict[str, Any] | None = None, **more: Any) -> documents.Question:
    return documents.tidied_question(a_question("x", kind, about="general", settings=settings or {}, **more))


def messages(kind: str, settings: dict[str, Any], **more: Any) -> str:
    entry = a_question("x", kind, about="general", settings=settings, **more)
    document = a_document(a_question("q0", headline=True), entry)
    return " ".join(problem.message for problem in checking.problems(document) if problem.where == "x")


@pytest.mark.parametrize("kind", ["page_break", "info"])
def test_pages_and_information_take_up_no_place_in_a_record(kind: str) -> None:
    part = Codebook({"questions": [tidied(kind), {**tidied("consent"), "code": "y"}]}).general
    assert [question["code"] for question in part.questions] == ["y"]
    assert part.keys == ("y",)
    with pytest.raises(KeyError):
        part.pack({"x": None})


@pytest.mark.parametrize("kind", ["page_break", "info"])
def test_pages_and_information_cannot_be_answered_or_required(kind: str) -> None:
    with pytest.raises(AnswerError):
        question_type(kind).clean(tidied(kind), "words")
    assert "nothing can be required" in messages(kind, {}, required=True)


def test_a_page_may_be_without_words_but_information_may_not() -> None:
    assert "text is missing" not in messages("page_break", {}, text={})
    assert "text is missing" in messages("info", {}, text={})


@pytest.mark.parametrize(
    "settings",
    [
        {"jumps": [{"when": ALWAYS, "to": ""}]},
        {"jumps": [{"when": {"shell": "rm"}, "to": "end"}]},
        {"jumps": [{"to": "end"}]},
        {"jumps": [{"when": ALWAYS, "to": "end"}] * 21},
        {"jumps": "end"},
        {"shuffle": 1},
        {"group": "A B"},
        {"choices": []},
    ],
)
def test_a_page_of_a_wrong_shape_is_refused_at_the_door(settings: dict[str, Any]) -> None:
    with pytest.raises(checking.MalformedDocument):
        checking.received(a_document(a_question("x", "page_break", about="general", settings=settings)))


def test_two_jumps_on_the_same_condition_are_a_problem() -> None:
    jumps = [{"when": ALWAYS, "to": "end"}, {"when": ALWAYS, "to": "screen_out"}]
    assert "same condition" in messages("page_break", {"jumps": jumps})


def test_information_is_drawn_with_its_words_escaped_and_no_field() -> None:
    entry = tidied("info", text={"en": "<b>Now</b>\nlisten"}, help={"en": "<i>"})
    html = drawing.draw(entry, name="general.x", language="en")
    assert "&lt;b&gt;Now&lt;/b&gt;<br>listen" in html
    assert 'id="general.x"' in html
    assert "<input" not in html


def test_split_samples_and_calculations_are_drawn_as_nothing() -> None:
    assert drawing.draw(tidied("split", {"arms": ARMS}), name="general.x", language="en").strip() == ""
    assert drawing.draw(tidied("calculated"), name="general.x", language="en").strip() == ""


def test_an_arm_is_stored_as_a_code_and_said_in_words() -> None:
    entry, kind = tidied("split", {"arms": ARMS}), question_type("split")
    part = Codebook({"questions": [entry]}).general
    assert part.unpack(*part.pack({"x": 2})) == {"x": 2}
    assert kind.labels(entry) == {1: a_text("Old"), 2: a_text("New")}
    assert kind.words(entry, 2, "en") == "New"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"arms": ARMS[:1]}, "at least two arms"),
        ({"arms": [ARMS[0], {**ARMS[1], "code": 1}]}, "Two arms have the code 1"),
        ({"arms": [ARMS[0], {"code": 2, "name": {}}]}, "arm with code 2 has no name"),
        ({"arms": ARMS}, ""),
    ],
)
def test_what_is_wrong_with_arms_is_said(settings: dict[str, Any], words: str) -> None:
    found = messages("split", settings)
    assert words in found
    assert bool(words) == bool(found)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"parameter": "", "choices": SOURCES}, "under which name"),
        ({"parameter": "from", "choices": SOURCES[:1]}, "at least two choices"),
        *(({"parameter": name, "choices": SOURCES}, "page itself uses") for name in sorted(TAKEN_PARAMETERS)),
        ({"parameter": "from", "choices": SOURCES}, ""),
    ],
)
def test_what_is_wrong_with_a_hidden_question_is_said(settings: dict[str, Any], words: str) -> None:
    found = messages("hidden", settings)
    assert words in found
    assert bool(words) == bool(found)


def test_a_hidden_answer_is_carried_by_the_form_once_the_address_brought_it() -> None:
    entry, kind = tidied("hidden", {"parameter": "from", "choices": SOURCES}), question_type("hidden")
    assert kind.clean(entry, kind.read(entry, {"": ["2"]})) == 2
    assert drawing.draw(entry, name="general.x", language="en").strip() == ""
    html = drawing.draw(entry, name="general.x", language="en", fields={"": ["2"]})
    assert html.strip() == '<input type="hidden" id="general.x" name="general.x" value="2">'
    nasty = drawing.draw(entry, name="general.x", language="en", fields={"": ['"><script>']})
    assert "<script>" not in nasty


@pytest.mark.parametrize("typed", ["3", "01", "poster", "1 ", "１", "<b>"])
def test_what_the_address_makes_up_is_refused(typed: str) -> None:
    entry, kind = tidied("hidden", {"parameter": "from", "choices": SOURCES}), question_type("hidden")
    with pytest.raises(AnswerError):
        kind.clean(entry, kind.read(entry, {"": [typed]}))


def test_a_calculation_needs_a_rule_and_its_truth_has_words() -> None:
    kind = question_type("calculated")
    assert "how the value is calculated" in messages("calculated", {})
    assert messages("calculated", {"value": {"sum": [{"value": 1}, {"value": 2}]}}) == ""
    assert [kind.words(tidied("calculated"), True, language) for language in ("en", "zh-hans")] == [
        "Yes",
        "是",
    ]
    assert kind.words(tidied("calculated"), "12.5", "en") == "12.5"


def test_the_server_answers_what_people_do_not() -> None:
    sources = {name: question_type(name).source for name in ("split", "calculated", "hidden", "info", "date")}
    assert sources == {
        "split": "server",
        "calculated": "server",
        "hidden": "address",
        "info": "person",
        "date": "person",
    }
