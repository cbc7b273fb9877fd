"""Rules that somebody sends to break the server: each refused with a sentence, at once, before anything is kept."""

import json
import time
from typing import Any

import pytest

from surveys.questionnaires import checking
from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.logic.expressions import DEEPEST
from surveys.questionnaires.logic.seeds import Seed
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text
from tests.surveys.questionnaires.logic.conftest import (
    answer,
    choices,
    draft,
    equals,
    general,
    jump,
    page,
    value,
)


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"answered": "q1"}
    for level in range(depth - 1):
        rule = {"not": rule} if level % 2 else {"all": [rule]}
    return rule


def refusal(rule: Any) -> str:
    document = a_document(a_question(headline=True), general("q2", show=rule))
    with pytest.raises(checking.MalformedDocument) as refused:
        checking.received(document)
    return str(refused.value)


def test_the_deepest_rule_that_is_allowed_fits_wherever_rules_may_stand() -> None:
    rule = {"all": [nested(DEEPEST - 1)]}
    document = checking.received(
        a_document(
            general("q1"),
            general("q2", show=rule, settings={"choices": choices("a", "b", show=rule)}),
            general("q3", checks=[{"rule": rule, "words": a_text("x")}]),
            page("p2", jumps=[jump("end", rule)]),
            general("q4", "calculated", settings={"value": rule}),
            quotas=[{"code": "x", "name": a_text("X"), "when": rule, "most": 10}],
        )
    )
    assert document["questions"][1]["show"] == rule


def test_bombs_are_refused_with_a_sentence_that_says_where() -> None:
    deep: Any = answer("q1")
    for _level in range(5000):
        deep = {"not": deep}
    wide = {"any": [{"all": [answer("q1")] * 100} for _part in range(100)]}
    began = time.perf_counter()
    assert refusal(nested(DEEPEST + 1)) == "questions.1.show: nests rules more than 10 deep; split it up."
    assert refusal(deep) == "The document is nested too deeply."
    assert refusal(wide) == "questions.1.show: is made of more than 200 parts; split it up."
    assert "must be a whole number" in refusal({"value": 10**400})
    assert "is 1000000 characters long" in refusal({"value": "9" * 10**6})
    assert "is no pattern" in refusal({"matches": [answer("q1"), "(" * 200]})
    assert "has no known operator" in refusal({"__import__": "os"})
    assert time.perf_counter() - began < 2


def test_a_hundred_checks_are_too_many() -> None:
    checks = [{"rule": value(True), "words": a_text("x")}] * 100
    with pytest.raises(checking.MalformedDocument, match=r"questions.0.checks: has 100 entries"):
        checking.received(a_document(general("q1", checks=checks)))


CYCLES: list[list[dict[str, Any]]] = [
    [general("q1", show=equals("q1", 1))],
    [general("q1", show=equals("q2", 1)), general("q2", show=equals("q1", 1))],
    [page("p1", jumps=[jump("p1")]), general("q1")],
    [page("p1", jumps=[jump("p2")]), general("q1"), page("p2", jumps=[jump("p1")]), general("q2")],
    [general("c1", "calculated", settings={"value": {"sum": [answer("c1"), value(1)]}})],
]


@pytest.mark.parametrize("questions", CYCLES, ids=lambda questions: json.dumps(questions)[-80:])
def test_rules_in_a_circle_can_be_drafted_and_walked_but_never_published(
    questions: list[dict[str, Any]],
) -> None:
    document = checking.received(a_document(*questions, a_question("rate", headline=True)))
    assert any(
        "refers to" in problem.message or "leads back" in problem.message
        for problem in checking.problems(document)
    )
    assert Course(document).walk([GENERAL, "parks"], {GENERAL: {"q1": 1, "q2": 1}}, seed=Seed.of(1)).pages


def test_ten_thousand_choices_are_refused_and_two_thousand_with_a_rule_each_are_walked_quickly() -> None:
    def listed(count: int) -> dict[str, Any]:
        offered = [
            {"code": code, "text": a_text(f"c{code}"), "show": equals("q1", 1)}
            for code in range(1, count + 1)
        ]
        return general("q2", "dropdown", settings={"choices": offered})

    with pytest.raises(checking.MalformedDocument, match="has 10000 entries"):
        checking.received(a_document(general("q1"), listed(10_000)))
    document = draft(general("q1"), listed(2000), a_question("rate", headline=True))
    course = Course(document)
    began = time.process_time()
    found = course.walk([GENERAL], {GENERAL: {"q1": 1, "q2": 2000}}, seed=Seed.of(1))
    assert time.process_time() - began < 0.5
    assert not found.misfits
    assert checking.problems(document) == []


def test_what_is_typed_by_a_resident_never_becomes_a_rule() -> None:
    document = draft(
        general("q1", "short_text"),
        general("q2", show={"matches": [answer("q1"), "(a+)+$"]}),
        general("q3", text=a_text("{q1}"), show={"equals": [answer("q1"), value("1")]}),
    )
    course = Course(document)
    began = time.process_time()
    for said in (
        "a" * 9_999 + "!",
        '{"value": true}',
        "{q1}",
        "__import__('os')",
        "9" * 5000,
        "\u202e" * 100,
    ):
        found = course.walk([GENERAL], {GENERAL: {"q1": said}}, seed=Seed.of(1))
        assert {code for _part, code in found.shown} == {"q1"}
    assert time.process_time() - began < 1
