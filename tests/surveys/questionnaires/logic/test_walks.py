"""What holds for every walk: it ends, goes forward, hides what rules hide, and takes no time."""

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.logic.presenting import presented
from surveys.questionnaires.logic.seeds import Seed
from tests.surveys.questionnaires.conftest import a_question
from tests.surveys.questionnaires.logic.conftest import (
    draft,
    equals,
    general,
    page,
    random_answers,
    random_draft,
)

SEED = Seed.of(7)
PARTS = [GENERAL, "parks", "roads"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_any_walk_ends_goes_forward_and_shows_nothing_that_its_rules_hide(number: int) -> None:
    rng = Random(number)  # noqa: S311
    document = random_draft(rng)
    course = Course(document)
    given_answers = random_answers(document, PARTS, rng)
    seed = Seed.of(number)
    found = course.walk(PARTS, given_answers, seed=seed)

    # Forward only, and every page at most once.
    order = [course.positions.get(one.code, -1) for one in found.pages]
    assert order == sorted(set(order))
    # What stands on pages is what is shown, each once, and under a part that it is asked about.
    on_pages = [
        (section.part, question["code"])
        for one in found.pages
        for section in one.sections
        for question in section.questions
        if question["type"] != "info"
    ]
    assert len(on_pages) == len(set(on_pages))
    assert set(on_pages) == found.shown
    for part, code in found.shown:
        assert course.questions[code]["about"] in (part, "each" if part != GENERAL else part)
    # Nothing hidden counts: without those answers the way is the same.
    kept = {
        part: {code: one for code, one in codes.items() if (part, code) in found.shown - found.misfits}
        for part, codes in given_answers.items()
    }
    again = course.walk(PARTS, kept, seed=seed)
    assert (again.pages, again.shown, again.computed, again.outcome, again.quotas) == (
        found.pages,
        found.shown,
        found.computed,
        found.outcome,
        found.quotas,
    )
    # What is asked about a department does not depend on the answers about another.
    alone = course.walk([GENERAL, "parks"], {**given_answers, "roads": {}}, seed=seed)
    assert {key for key in found.shown if key[0] == "parks"} == {
        key for key in alone.shown if key[0] == "parks"
    }


def three_hundred(*, rules_everywhere: bool) -> dict[str, Any]:
    questions: list[dict[str, Any]] = []
    for number in range(40):
        questions.append(page(f"p{number}"))
        for place in range(8 if number % 2 else 7):
            about = "each" if place > 4 else "general"
            more: dict[str, Any] = {}
            if rules_everywhere and number:
                more["show"] = {"any": [equals("q0-0", 1), {"not": {"answered": f"q{number - 1}-1"}}]}
            question = (
                general(f"q{number}-{place}", **more)
                if about == "general"
                else a_question(f"q{number}-{place}", **more)
            )
            questions.append(question)
    return draft(*questions)


@pytest.mark.parametrize(("rules_everywhere", "milliseconds"), [(False, 5), (True, 15)])
def test_three_hundred_questions_on_forty_pages_are_walked_in_milliseconds(
    rules_everywhere: bool, milliseconds: int
) -> None:
    document = three_hundred(rules_everywhere=rules_everywhere)
    course = Course(document)
    answers = random_answers(document, PARTS, Random(1))  # noqa: S311
    times = []
    for _round in range(7):
        began = time.perf_counter()
        course.walk(PARTS, answers, seed=SEED)
        times.append(time.perf_counter() - began)
    print(f"walk, rules everywhere {rules_everywhere}: {min(times) * 1000:.2f} ms")
    assert min(times) * 1000 < milliseconds


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_form_and_answers_of_one_department_never_move_another(
    number: int, secret: int
) -> None:
    rng = Random(number)  # noqa: S311
    document = random_draft(rng)
    course, again = Course(document), Course(document)
    answers = random_answers(document, PARTS, rng)
    one = course.walk(PARTS, answers, seed=Seed.of(secret))
    other = again.walk(PARTS, answers, seed=Seed.of(secret))
    assert (one.pages, one.computed) == (other.pages, other.computed)
    for question in document["questions"]:
        drawn = [
            presented(question, found.scope(GENERAL), seed=Seed.of(secret), language="en")
            for found in (one, other)
        ]
        assert drawn[0] == drawn[1]
    changed = {**answers, "roads": random_answers(document, ["roads"], rng)["roads"]}
    moved = course.walk(PARTS, changed, seed=Seed.of(secret))
    for part in (GENERAL, "parks"):
        assert [s for p in one.pages for s in p.sections if s.part == part] == [
            s for p in moved.pages for s in p.sections if s.part == part
        ]
        assert one.computed.get(part) == moved.computed.get(part)
