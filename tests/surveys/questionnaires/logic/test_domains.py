"""Answers that stand for all others, and made-up answers to every type of question."""

from itertools import islice
from random import Random
from typing import Any

import pytest

from surveys.questionnaires.documents import tidied_question
from surveys.questionnaires.logic.domains import domain_of, outcomes, suffixes_of
from surveys.questionnaires.logic.samples import an_answer, samples
from surveys.questionnaires.question_types import REGISTRY, QuestionType
from tests.surveys.questionnaires.logic.conftest import (
    SEVERAL,
    answer,
    choices,
    draft,
    equals,
    general,
    value,
)

ANSWERED = [kind for kind in REGISTRY if kind.takes_answer]


def of_kind(kind: QuestionType) -> dict[str, Any]:
    """A question of this type, with the settings of its first example."""
    settings = next(given for given, _raw, clean in kind.accepts if clean is not None)
    return tidied_question(
        {"code": "q1", "type": kind.name, "about": "general", "text": {}, "settings": settings}
    )


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_answers_can_be_made_up_for_every_type_and_are_clean(kind: QuestionType) -> None:
    question = of_kind(kind)
    made = list(islice(samples(question), 5))
    assert made
    rng = Random(1)  # noqa: S311
    made += [one for one in (an_answer(question, rng) for _time in range(20)) if one is not None]
    assert len(made) > 5
    for one in made:
        assert kind.clean(question, one) == one


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_rules_may_refer_to_whatever_the_values_of_a_type_are_called(kind: QuestionType) -> None:
    question = of_kind(kind)
    suffixes = suffixes_of(question)
    assert suffixes
    for one in islice(samples(question), 10):
        assert kind.values(question, one).keys() <= suffixes


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_every_type_can_be_asked_whether_it_was_answered(kind: QuestionType) -> None:
    question = of_kind(kind)
    condition = {"answered": "q1"}
    assert outcomes(condition, {"q1": question}) == frozenset[bool | None]({True, False})
    assert domain_of(question, [condition]).answers[0] is None


def test_of_long_lists_only_what_rules_name_and_one_other_is_tried() -> None:
    question = draft(general("q1", settings={"choices": choices(*map(str, range(200)))}))["questions"][0]
    domain = domain_of(question, [equals("q1", 7), {"differs": [answer("q1"), value(9)]}])
    assert domain.is_whole
    assert set(domain.answers) == {None, 7, 9, 1}


def test_of_sets_every_combination_of_what_rules_name_is_tried() -> None:
    question = draft(general("q1", SEVERAL, settings={"choices": choices(*"abcd"), "min": 2}))["questions"][0]
    rule = {"all": [{"includes": [answer("q1"), value(code)]} for code in (1, 2)]}
    domain = domain_of(question, [rule])
    assert domain.is_whole
    assert {tuple(one) for one in domain.answers if one} == {(3, 4), (1, 3), (2, 3), (1, 2)}


def test_of_numbers_those_around_what_rules_name_are_tried_within_bounds() -> None:
    question = draft(general("q1", "number", settings={"min": "16", "max": "99"}))["questions"][0]
    domain = domain_of(question, [{"at_least": [answer("q1"), value(18)]}])
    assert domain.is_whole
    assert domain.answers == (None, 16, 17, 18, 19, 98, 99)
    tenths = draft(general("q1", "number", settings={"decimals": 1, "min": "0"}))["questions"][0]
    assert domain_of(tenths, [{"less": [answer("q1"), value("0.5")]}]).answers == (
        None,
        "0",
        "0.1",
        "0.4",
        "0.5",
        "0.6",
    )


def test_of_dates_the_days_around_what_rules_name_are_tried_but_nothing_is_concluded() -> None:
    question = draft(general("q1", "date"))["questions"][0]
    domain = domain_of(question, [{"less": [answer("q1"), value("2026-03-01")]}])
    assert not domain.is_whole
    assert {"2026-02-28", "2026-03-01", "2026-03-02"} <= set(domain.answers)
