"""What keeps the logic of a draft from being published."""

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.logic import rules
from tests.surveys.questionnaires.conftest import a_question, a_text
from tests.surveys.questionnaires.logic.conftest import (
    SEVERAL,
    answer,
    choices,
    draft,
    equals,
    general,
    jump,
    page,
    random_draft,
    split,
    value,
)

RATED = a_question("rated", headline=True)


def said(*questions: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(where, message) for where, message, _area in rules.problems(draft(*questions, **more))]


def check(rule: Any) -> dict[str, Any]:
    return {"rule": rule, "words": a_text("Not so.")}


def calculated(code: str, worth: Any, **more: Any) -> dict[str, Any]:
    return {**general(code, "calculated", settings={"value": worth}), **more}


def test_rules_that_refer_to_earlier_questions_are_fine() -> None:
    assert (
        said(
            general("q1", required=True),
            general("q2", show=equals("q1", 1)),
            general("q3", "number", checks=[check({"at_most": [answer("q3"), value(9)]})]),
            split(),
            calculated("c1", {"sum": [answer("q3"), value(1)]}),
            page(
                "p2",
                show={"answered": "q2"},
                jumps=[jump("p4", equals("q4", 2)), jump("end", {"answered": "q1"})],
            ),
            general("q4", text=a_text("You said {q1}. {other}")),
            a_question("q5", "number", show={"more": [answer("c1"), value(3)]}),
            a_question("q6", "short_text", show={"all": [{"answered": "q5"}, equals("q1", 2)]}),
            page("p4"),
            RATED,
            a_question("why", "long_text", show={"answered": "rated"}),
            quotas=[{"code": "a", "name": a_text("A"), "when": equals("q4", 1), "most": 100}],
        )
        == []
    )


REFUSED: list[tuple[str, list[dict[str, Any]], str]] = [
    ("q1", [general("q1", show={"answered": "q9"})], "refers to “q9”, but there is no such question"),
    ("q1", [general("q1", show={"answered": "q1"})], "refers to the question itself"),
    ("q1", [general("q1", show=equals("q2", 1)), general("q2")], "refers to “q2”, which comes later"),
    ("q2", [general("q1", "info"), general("q2", show={"answered": "q1"})], "“q1”, which takes no answer"),
    ("q2", [page("p1"), general("q2", show={"answered": "p1"})], "“p1”, which takes no answer"),
    (
        "q2",
        [a_question("q1", "number"), general("q2", show={"answered": "q1"})],
        "about a department that is not meant here",
    ),
    (
        "q2",
        [a_question("q1", "number", about="parks"), a_question("q2", "number", show={"answered": "q1"})],
        "about a department that is not meant here",
    ),
    (
        "q2",
        [
            a_question("q1", "number", about="parks"),
            a_question("q2", "number", about="roads", show={"answered": "q1"}),
        ],
        "about a department that is not meant here",
    ),
    ("c1", [calculated("c1", {"sum": [answer("c1"), value(1)]})], "refers to the question itself"),
    (
        "c1",
        [calculated("c1", {"sum": [answer("c2")]}), calculated("c2", {"sum": [answer("c1")]})],
        "The calculation refers to “c2”, which comes later",
    ),
    (
        "q1",
        [
            general("q1", "number", checks=[check({"less": [answer("q2"), value(1)]})]),
            general("q2", "number"),
        ],
        "A check refers to “q2”, which comes later",
    ),
    (
        "p1",
        [page("p1", jumps=[jump("end", {"answered": "q3"})]), general("q1"), page("p2"), general("q3")],
        "Jump 1 of the page refers to “q3”, which comes later",
    ),
    (
        "p2",
        [general("q1"), page("p2", show={"answered": "q2"}), general("q2")],
        "The condition for showing it refers to “q2”, which comes later",
    ),
    ("q2", [general("q1"), general("q2", show=equals("q1.r1", 1))], "“q1.r1”; it can refer to: q1"),
    (
        "q1",
        [general("q1", settings={"choices": choices("a", "b", show={"answered": "q1"})})],
        "The condition of the choice “a” refers to the question itself",
    ),
    (
        "q1",
        [general("q1", text=a_text("{q2}?")), general("q2")],
        "quotes “{q2}”, which has not been answered by then",
    ),
    ("q1", [general("q1", help=a_text("{q1}?"))], "quotes “{q1}”, which has not been answered by then"),
    (
        "q2",
        [a_question("q1", "number"), general("q2", text=a_text("{q1}?"))],
        "quotes “{q1}”, which is asked about a department",
    ),
]


@pytest.mark.parametrize(("where", "questions", "words"), REFUSED, ids=lambda x: str(x)[:50])
def test_a_rule_that_refers_to_what_cannot_be_known_is_refused(
    where: str, questions: list[dict[str, Any]], words: str
) -> None:
    found = said(*questions)
    assert any(at == where and words in message for at, message in found), found


BY_RATING: list[tuple[dict[str, Any], str]] = [
    (
        a_question("x", "long_text", show=equals("rated", 1)),
        "The condition for showing it uses the rating “rated”",
    ),
    (a_question("x", "long_text", show=equals("rated", "dk")), "uses the rating"),
    (
        a_question(
            "x", "long_text", show={"all": [{"answered": "rated"}, {"less": [answer("rated"), value(3)]}]}
        ),
        "uses the rating",
    ),
    (
        a_question(
            "x", "number", checks=[check({"any": [{"more": [answer("x"), value(1)]}, equals("rated", 5)]})]
        ),
        "A check uses the rating",
    ),
    (
        a_question("x", "single_choice", settings={"choices": choices("a", "b", show=equals("rated", 1))}),
        "The condition of the choice “a” uses the rating",
    ),
    (a_question("x", "long_text", text=a_text("Why {rated}?")), "The text quotes the rating “{rated}”"),
    (a_question("x", "long_text", show=equals("low", True)), "uses “low”, which is worked out from ratings"),
    (a_question("x", "long_text", show={"answered": "low"}), "uses “low”, which is worked out from ratings"),
    (
        a_question("x", "long_text", show={"answered": "lower"}),
        "uses “lower”, which is worked out from ratings",
    ),
    (a_question("x", "long_text", text=a_text("{low}")), "The text quotes the rating “{low}”"),
]


@pytest.mark.parametrize(("question", "words"), BY_RATING, ids=lambda x: str(x)[:50])
def test_nothing_may_depend_on_how_somebody_rated(question: dict[str, Any], words: str) -> None:
    low = {**calculated("low", {"less": [answer("rated"), value(3)]}), "about": "each"}
    lower = {**calculated("lower", {"divided": [value(1), {"chosen": "low"}]}), "about": "each"}
    found = said(RATED, low, lower, question)
    assert any(at == "x" and words in message for at, message in found), found


def test_what_is_made_of_whether_somebody_rated_is_free_and_what_leaks_the_rating_is_not() -> None:
    def each(code: str, worth: Any) -> dict[str, Any]:
        return {**calculated(code, worth), "about": "each"}

    whether = each("whether", {"if": [{"answered": "rated"}, value(1), value(0)]})
    assert said(RATED, whether, a_question("x", "long_text", show=equals("whether", 1))) == []
    # Unknown exactly when the rating is 1: whether it has a value tells the rating.
    leak = each("leak", {"divided": [value(1), {"minus": [answer("rated"), value(1)]}]})
    found = said(RATED, leak, a_question("x", "long_text", show={"answered": "leak"}))
    assert [where for where, message in found if "worked out from ratings" in message] == ["x"]


def test_jumps_and_quotas_may_not_depend_on_ratings_either() -> None:
    rated = a_question("rated", about="general", headline=True)
    found = said(
        page("p1", jumps=[jump("end", equals("rated", 1))]),
        rated,
        page("p2", show=equals("rated", 1)),
        general("q2"),
        quotas=[{"code": "low", "name": a_text("Low"), "when": equals("rated", 1), "most": 10}],
    )
    assert [where for where, message in found if "uses the rating “rated”" in message] == ["p1", "p2", ""]
    assert any("The quota “Low” uses the rating" in message for _where, message in found)


def test_quotas_have_a_page_of_the_editor_of_their_own() -> None:
    quota = {"code": "a", "name": {"en": "A"}, "when": {"answered": "q9"}, "most": 10}
    found = list(rules.problems(draft(general("q1"), quotas=[quota, quota])))
    assert {area for _where, _message, area in found} == {"quotas"}
    messages = [message for _where, message, _area in found]
    assert "Two quotas have the code “a”; each needs its own." in messages
    assert "The quota “a” has no name in 简体中文." in messages


def test_nobody_is_made_to_give_a_reason_by_a_check() -> None:
    found = said(
        general("q1"),
        general(
            "why", "long_text", checks=[check({"any": [{"not": {"answered": "q1"}}, {"answered": "why"}]})]
        ),
    )
    assert found == [("why", "A check cannot demand an answer to “why”: nobody has to give a reason.")]
    found = said(
        general("q1"), general("q2", checks=[check({"any": [{"answered": "q1"}, {"answered": "q2"}]})])
    )
    assert [(where, message.split(".")[0]) for where, message in found] == [
        ("q2", "A check refuses whoever answers nothing")
    ]


def test_the_words_of_a_check_are_in_every_language_and_it_stands_where_a_person_answers() -> None:
    rule = {"rule": {"less": [answer("q1"), value(5)]}, "words": {"en": "Less."}}
    assert said(general("q1", "number", checks=[rule])) == [
        ("q1", "The words of a check are missing in 简体中文.")
    ]
    found = said(general("q1", "number"), {**split(), "checks": [check({"less": [answer("q1"), value(5)]})]})
    assert found == [("ab", "A check stands at a question that a person answers, not here.")]


VAIN: list[tuple[Any, bool]] = [
    (equals("q1", 7), True),
    (equals("q1", 3), False),
    ({"all": [equals("q1", 1), equals("q1", 2)]}, True),
    ({"all": [{"not": {"answered": "q1"}}, equals("q1", 2)]}, True),
    ({"any": [equals("q1", 7), equals("q2", 2)]}, False),
    (value(False), True),
    ({"less": [answer("n"), value(16)]}, True),
    ({"at_most": [answer("n"), value(16)]}, False),
    ({"all": [{"more": [answer("n"), value(20)]}, {"less": [answer("n"), value(21)]}]}, True),
    ({"all": [{"more": [answer("n"), value(20)]}, {"less": [answer("n"), value(22)]}]}, False),
    (equals("n", "20.5"), True),
    ({"includes": [answer("m"), value(9)]}, True),
    ({"includes": [answer("m"), value(2)]}, False),
    ({"all": [{"includes": [answer("m"), value(code)]} for code in (1, 2, 3)]}, True),  # at most two
    (equals("m", 2), True),
    ({"includes": [answer("q1"), value(1)]}, True),
    (equals("t", "yes"), False),
    ({"matches": [answer("t"), "a"]}, False),
    ({"more": [{"sum": [answer("n"), answer("n")]}, value(500)]}, False),  # left open
]


@pytest.mark.parametrize(("condition", "never"), VAIN, ids=str)
def test_a_condition_that_can_never_be_true_is_found_where_that_can_be_told(
    condition: Any, never: bool
) -> None:
    found = said(
        general("q1"),
        general("q2"),
        general("n", "number", settings={"min": "16", "max": "120"}),
        general("m", SEVERAL, settings={"choices": choices("a", "b", "c"), "max": 2}),
        general("t", "short_text"),
        general("x", show=condition),
    )
    expected = [("x", "The condition for showing it can never be true, whatever is answered.")]
    assert found == (expected if never else [])


MIXED: list[tuple[Any, str]] = [
    ({"sum": [answer("q1"), value(1)]}, "has a number or a text where a condition is needed"),
    (value("yes"), "has a number or a text where a condition is needed"),
    ({"not": {"chosen": "m"}}, "has a number or a text where a condition is needed"),
    (
        {"all": [equals("q1", 1), {"length": answer("q1")}]},
        "has a number or a text where a condition is needed",
    ),
    ({"equals": [{"sum": [equals("q1", 1), value(1)]}, value(1)]}, "calculates with what is no number"),
    ({"equals": [{"sum": [answer("q1"), value("one")]}, value(1)]}, "calculates with what is no number"),
    ({"less": [equals("q1", 1), value(1)]}, "compares what is no number"),
]


@pytest.mark.parametrize(("condition", "words"), MIXED, ids=str)
def test_conditions_numbers_and_texts_are_not_mixed(condition: Any, words: str) -> None:
    ((where, message),) = said(general("q1"), general("m", SEVERAL), general("x", show=condition))
    assert where == "x"
    assert words in message


def test_a_document_searches_for_a_hundred_patterns_at_most() -> None:
    search = {"matches": [answer("note"), "a+"]}
    asked = [general(f"q{number}", "number", show={"any": [search] * 10}) for number in range(10)]
    assert said(general("note", "short_text"), *asked) == []
    ((_where, message),) = said(general("note", "short_text"), *asked, general("x", "number", show=search))
    assert "101 patterns" in message


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_random_questionnaires_that_obey_the_rules_are_judged_so(number: int) -> None:
    allowed = (
        "can never be true",
        "Nobody can reach this page",
        "has a number or a text",
        "There is nothing",
        "about the place as a whole",  # chance cares little for what links records: see test_linking
    )
    for _where, message, _area in rules.problems(random_draft(Random(number))):  # noqa: S311
        assert any(words in message for words in allowed), message


def test_three_hundred_questions_with_a_rule_each_are_judged_while_somebody_waits() -> None:
    questions = [general(f"q{number}", settings={"choices": choices(*"abcdefghij")}) for number in range(3)]
    for number in range(3, 300):
        condition = {"any": [equals(f"q{number - back}", 2) for back in (1, 2, 3)]}
        questions.append(general(f"q{number}", settings={"choices": choices(*"abcdefghij")}, show=condition))
    began = time.perf_counter()
    assert said(*questions) == []
    took = time.perf_counter() - began
    print(f"rules of 300 questions: {took * 1000:.0f} ms")
    assert took < 3
