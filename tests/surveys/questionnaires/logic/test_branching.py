"""The automatic walk: every way through, or an honest word that there are more."""

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.branching import (
    MOST_PATHS,
    Branches,
    branches_of,
    parts_of,
)
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import AnswerError, question_type
from tests.surveys.questionnaires.conftest import a_full_document, a_question, a_text
from tests.surveys.questionnaires.logic.conftest import (
    SEVERAL,
    answer,
    draft,
    equals,
    general,
    jump,
    page,
    random_answers,
    random_draft,
    split,
    value,
)


def ways(*questions: dict[str, Any]) -> Branches:
    return branches_of(draft(*questions))


def test_without_rules_there_is_one_way() -> None:
    found = branches_of(draft(*a_full_document()["questions"]))
    assert found.is_whole
    (branch,) = found.branches
    assert (branch.choices, branch.pages, branch.questions, branch.ending) == ((), ("",), 8, "complete")
    assert branch.general == {"q3", "q6"}
    assert branch.departments == {"q1", "q2", "q4", "q5", "q7", "q8"}
    assert 0.3 < branch.minutes < 10


def test_every_way_is_told_by_the_answers_that_lead_there() -> None:
    found = ways(
        general("used", required=True),
        page("p2", show=equals("used", 1)),
        general("q2"),
        page("p3", jumps=[jump("end", equals("used", 2))]),
        general("q3"),
        page("p4"),
        general("q4"),
    )
    assert found.is_whole
    assert [(branch.choices, branch.pages, branch.ending) for branch in found.branches] == [
        (("question 1 “Text of used”: Yes",), ("", "p2", "p3", "p4"), "complete"),
        (("question 1 “Text of used”: No",), ("", "p3"), "early"),
        (("question 1 “Text of used”: Perhaps",), ("", "p3", "p4"), "complete"),
    ]
    assert [branch.questions for branch in found.branches] == [4, 2, 3]
    assert found.pages_missed == found.questions_missed == ()


def test_who_may_leave_a_question_open_has_a_way_too() -> None:
    found = ways(general("q1"), general("q2", show={"not": {"answered": "q1"}}))
    assert [branch.choices for branch in found.branches] == [
        ("question 1 “Text of q1”: no answer",),
        ("question 1 “Text of q1”: Yes",),
    ]


def test_screening_out_is_an_end_of_its_own() -> None:
    found = ways(
        page("p1", jumps=[jump("screen_out", equals("q1", 2))]), general("q1"), page("p2"), general("q2")
    )
    assert [(branch.pages, branch.ending) for branch in found.branches] == [
        (("p1", "p2"), "complete"),
        (("p1",), "screened_out"),
    ]


def test_both_arms_of_a_split_sample_are_walked() -> None:
    found = ways(split(), general("old", show=equals("ab", 1)), general("new", show=equals("ab", 2)))
    assert {branch.general for branch in found.branches} == {frozenset({"old"}), frozenset({"new"})}
    assert found.is_whole


def test_numbers_sets_and_departments_are_told_apart_where_rules_do() -> None:
    found = ways(
        general("age", "number", settings={"min": "0", "max": "120"}),
        general("adult", "info", show={"at_least": [answer("age"), value(18)]}),
        general("used", SEVERAL, show={"at_least": [answer("age"), value(18)]}),
        a_question("rate", show={"includes": [answer("used"), value(2)]}),
        a_question("why", "short_text", show={"answered": "rate"}),
    )
    assert found.is_whole
    assert {frozenset(branch.general | branch.departments) for branch in found.branches} == {
        frozenset({"age"}),
        frozenset({"age", "used"}),
        frozenset({"age", "used", "rate"}),
        frozenset({"age", "used", "rate", "why"}),
    }


def test_a_way_that_a_check_refuses_is_none() -> None:
    rule = {"rule": {"differs": [answer("q2"), value(2)]}, "words": a_text("Not two.")}
    found = ways(general("q1"), general("q2", checks=[rule]), general("q3", show=equals("q2", 2)))
    assert found.questions_missed == ("q3",)


def test_what_no_way_meets_is_named() -> None:
    found = ways(
        general("q1"),
        page("p2", show={"all": [equals("q1", 1), equals("q1", 2)]}),
        general("q2"),
        page("p3"),
        general("q3"),
        # Each by itself can be true, both together never.
        general("q4", show=equals("q1", 1)),
        general("q5", show={"all": [equals("q1", 2), {"answered": "q4"}]}),
    )
    assert found.is_whole
    assert found.pages_missed == ("p2",)
    assert found.questions_missed == ("q2", "q5")


def test_too_many_ways_are_cut_said_so_and_still_meet_every_question() -> None:
    questions = [general("q0")]
    for number in range(1, 21):
        questions += [general(f"a{number}"), general(f"b{number}", show=equals(f"a{number}", 2))]
    found = ways(*questions)
    assert not found.is_whole
    assert 100 < len(found.branches) <= MOST_PATHS
    assert found.questions_missed == ()
    assert len({branch.general for branch in found.branches}) == len(found.branches)


@pytest.mark.parametrize(
    "kind", ["several_blanks", "repeat_group", "constant_sum", "ranking", "date", "place"]
)
def test_answers_are_made_up_for_kinds_without_codes_too(kind: str) -> None:
    settings_of = next(given for given, _raw, clean in question_type(kind).accepts if clean is not None)
    found = ways(general("q1", kind, settings=settings_of), general("q2", show={"answered": "q1"}))
    assert found.is_whole
    assert len(found.branches) == 2


def test_three_hundred_questions_are_walked_in_seconds() -> None:
    questions: list[dict[str, Any]] = []
    for number in range(40):
        shown = {"show": equals(f"q{number - 1}-0", 1)} if number % 4 == 3 else {}
        questions.append(page(f"p{number}", **shown))
        for place in range(8 if number % 2 else 7):
            more: dict[str, Any] = {"show": equals(f"q{number - 1}-1", 2)} if number and place == 3 else {}
            code = f"q{number}-{place}"
            questions.append(general(code, **more) if place < 5 else a_question(code))
    began = time.process_time()
    found = ways(*questions)
    took = time.process_time() - began
    print(f"branches of 300 questions: {took:.2f} s, {len(found.branches)} ways")
    assert (found.pages_missed, found.questions_missed) == ((), ())
    assert took < 6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_whole_list_holds_every_way_that_random_answers_take(number: int) -> None:
    rng = Random(number)  # noqa: S311
    document = random_draft(rng)
    found = branches_of(document)
    assert {(branch.pages, branch.general, branch.departments, branch.ending) for branch in found.branches}
    if not found.is_whole:
        return
    course = Course(document)
    listed = {(branch.general, branch.departments, branch.ending) for branch in found.branches}
    for attempt in range(5):
        walk = course.walk(
            parts_of(document), random_answers(document, parts_of(document), rng), seed=Seed.of(attempt)
        )
        if walk.misfits:
            continue
        about_place = frozenset(code for part, code in walk.shown if part == GENERAL)
        about_departments = frozenset(code for part, code in walk.shown if part != GENERAL)
        assert (about_place, about_departments, "early" if walk.ended_early else "complete") in listed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_random_answers_are_clean(number: int) -> None:
    rng = Random(number)  # noqa: S311
    document = random_draft(rng)
    by_code = {question["code"]: question for question in document["questions"]}
    for codes in random_answers(document, [GENERAL, "parks", "roads"], rng).values():
        for code, made in codes.items():
            try:
                assert question_type(by_code[code]["type"]).clean(by_code[code], made) == made
            except AnswerError as error:
                raise AssertionError(f"{code}: {made}") from error
