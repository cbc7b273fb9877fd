"""What somebody wrote, and whether they wrote, decides nothing about ratings, screening and quotas."""

from typing import Any

import pytest

from surveys.questionnaires import checking
from tests.surveys.questionnaires.conftest import a_question, a_text
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
from tests.surveys.questionnaires.logic.test_rules import RATED, calculated, check, said

WORDS = "decides nothing about ratings"
WROTE = {"answered": "note"}
KINDLY = {"matches": [answer("note"), ".*good.*"]}
NOTE = general("note", "long_text")
OTHER = general(
    "o", settings={"choices": [{"code": 1, "text": a_text("Else"), "other": True}, *choices("a", "b")[1:]]}
)
GROUP = general(
    "g", "repeat_group", settings={"questions": [{"code": "a", "type": "short_text", "text": a_text("Who?")}]}
)


def rated(**more: Any) -> dict[str, Any]:
    return {**RATED, **more}


def quota(rule: Any) -> list[dict[str, Any]]:
    return [{"code": "x", "name": a_text("X"), "when": rule, "most": 10}]


REFUSED: list[tuple[str, list[dict[str, Any]]]] = [
    ("rated", [NOTE, rated(show=KINDLY)]),
    ("rated", [NOTE, rated(show=WROTE)]),
    ("rated", [NOTE, rated(show={"more": [{"length": answer("note")}, value(9)]})]),
    ("rated", [general("note", "phone"), rated(show=WROTE)]),
    ("rated", [general("note", "location"), rated(show=WROTE)]),
    ("rated", [OTHER, rated(show={"answered": "o.other"})]),
    ("rated", [GROUP, rated(show={"answered": "g"})]),
    ("rated", [NOTE, calculated("c", {"if": [WROTE, value(1), value(2)]}), rated(show=equals("c", 1))]),
    ("rated", [NOTE, general("fact", show=WROTE), rated(show=equals("fact", 1))]),
    ("p2", [NOTE, page("p2", show=WROTE), RATED]),
    ("p1", [page("p1", jumps=[jump("p3", WROTE)]), NOTE, page("p2"), RATED, page("p3"), general("q3")]),
    ("p1", [page("p1", jumps=[jump("end", {"not": WROTE})]), NOTE, page("p2"), RATED]),
    ("p1", [page("p1", jumps=[jump("p2", WROTE), jump("end")]), NOTE, page("p2"), RATED]),
    ("p1", [page("p1", jumps=[jump("screen_out", {"not": WROTE})]), NOTE, page("p2"), general("q2")]),
    (
        "p2",
        [NOTE, page("p2", show=WROTE, jumps=[jump("end")]), general("q2"), page("p3"), RATED],
    ),
]


@pytest.mark.parametrize(("where", "questions"), REFUSED, ids=lambda x: str(x)[:60])
def test_words_decide_neither_who_rates_nor_who_is_asked(where: str, questions: list[dict[str, Any]]) -> None:
    found = said(*questions)
    assert any(at == where and WORDS in message for at, message in found), found


@pytest.mark.parametrize("rule", [WROTE, KINDLY])
def test_words_decide_no_quota(rule: Any) -> None:
    ((where, message),) = said(NOTE, RATED, quotas=quota(rule))
    assert where == ""
    assert WORDS in message


def test_words_may_decide_what_is_asked_besides_ratings() -> None:
    assert (
        said(
            NOTE,
            general("more", "number", show=WROTE),
            page("p2", show=KINDLY, jumps=[jump("p3", WROTE)]),
            general("q2"),
            page("p3"),
            a_question("reached", "number", show={"answered": "more"}),
            RATED,
        )
        == []
    )


def test_facts_still_decide_who_rates() -> None:
    assert said(general("used"), rated(show=equals("used", 1)), quotas=quota(equals("used", 1))) == []


def test_a_check_never_demands_the_words_beside_other() -> None:
    rule = {"any": [{"not": equals("o", 1)}, {"answered": "o.other"}]}
    found = said(OTHER, general("x", "yes_no", checks=[check(rule)]))
    assert any("cannot demand an answer to “o.other”" in message for _at, message in found), found


def test_a_group_of_texts_alone_is_never_required() -> None:
    number = {"code": "b", "type": "number", "text": a_text("How many?")}
    inner = GROUP["settings"]["questions"]
    mixed = {**GROUP, "required": True, "settings": {"questions": [*inner, number]}}
    words = "A text can never be required"
    assert any(words in one.message for one in checking.problems(draft({**GROUP, "required": True}, RATED)))
    assert checking.problems(draft(mixed, RATED)) == []
