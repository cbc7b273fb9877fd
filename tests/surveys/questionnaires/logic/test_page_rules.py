"""Pages that lead forward to where somebody can arrive."""

from typing import Any

import pytest

from tests.surveys.questionnaires.conftest import a_question, a_text
from tests.surveys.questionnaires.logic.conftest import equals, general, jump, page, split
from tests.surveys.questionnaires.logic.test_rules import RATED, said

PAGES: list[tuple[str, list[dict[str, Any]], str]] = [
    ("p1", [page("p1", jumps=[jump("p9")]), general("q1")], "leads to “p9”, but no page has this code"),
    (
        "p1",
        [page("p1", jumps=[jump("q2")]), general("q1"), general("q2")],
        "leads to “q2”, but no page has this code",
    ),
    ("p1", [page("p1", jumps=[jump("p1")]), general("q1")], "leads back to the page “p1”"),
    (
        "p2",
        [page("p1"), general("q1"), page("p2", jumps=[jump("p1")]), general("q2")],
        "leads back to the page “p1”",
    ),
    ("p1", [page("p1"), page("p2"), general("q2")], "There is nothing on this page."),
    ("end", [page("end"), general("q2")], "“end” means the end of the questionnaire"),
    ("p1", [{**page("p1"), "about": "each"}, general("q2")], "A page is about the place as a whole"),
    (
        "p2",
        [page("p1", jumps=[jump("p3")]), general("q1"), page("p2"), general("q2"), page("p3"), general("q3")],
        "Nobody can reach this page",
    ),
    (
        "p2",
        [
            general("q1"),
            page("p1", jumps=[jump("end", {"any": [{"answered": "q1"}, {"not": {"answered": "q1"}}]})]),
            general("q0"),
            page("p2"),
            general("q2"),
        ],
        "Nobody can reach this page",
    ),
    (
        "p1",
        [page("p1", jumps=[jump("screen_out", equals("q1", 2))]), RATED, general("q1")],
        "before the first rating",
    ),
    (
        "p2",
        [RATED, page("p2", jumps=[jump("screen_out", equals("q1", 2))]), general("q1")],
        "before the first rating",
    ),
    (
        "p1",
        [
            page("p1", group="g", jumps=[jump("end", equals("q1", 2))]),
            general("q1"),
            page("p2", group="g"),
            general("q2"),
        ],
        "cannot jump",
    ),
    (
        "p0",
        [
            page("p0", jumps=[jump("p2", equals("q0", 2))]),
            general("q0"),
            page("p1", group="g"),
            general("q1"),
            page("p2", group="g"),
            general("q2"),
        ],
        "leads into a group of pages",
    ),
    (
        "p3",
        [
            page("p1", group="g"),
            general("q1"),
            page("p2"),
            general("q2"),
            page("p3", group="g"),
            general("q3"),
        ],
        "Pages of the group “g” stand apart",
    ),
    (
        "q2",
        [page("p1", group="g"), general("q1"), page("p2", group="g"), general("q2", show=equals("q1", 1))],
        "on a page that changes places with this one",
    ),
    (
        "p2",
        [page("p1", group="g"), general("q1"), page("p2", group="g", show=equals("q1", 1)), general("q2")],
        "on a page that changes places with this one",
    ),
    (
        "q2",
        [page("p1", shuffle=True), general("q1"), general("q2", show=equals("q1", 1))],
        "on the same page, whose questions come in random order",
    ),
    (
        "q2",
        [page("p1", shuffle=True), general("q1"), general("q2", text=a_text("{q1}?"))],
        "on the same page, whose questions come in random order",
    ),
]


@pytest.mark.parametrize(("where", "questions", "words"), PAGES, ids=lambda x: str(x)[:40])
def test_pages_lead_forward_to_where_somebody_can_arrive(
    where: str, questions: list[dict[str, Any]], words: str
) -> None:
    found = said(*questions)
    assert any(at == where and words in message for at, message in found), found


def test_two_wordings_of_a_split_sample_may_stand_on_a_shuffled_page() -> None:
    assert (
        said(
            page("p1", shuffle=True),
            split(),
            general("q1", show=equals("ab", 1)),
            general("q2", show=equals("ab", 2)),
        )
        == []
    )


def test_screening_before_the_first_rating_and_jumps_by_answers_are_fine() -> None:
    assert (
        said(
            page("p1", jumps=[jump("screen_out", equals("q1", 2)), jump("p3", equals("q1", 1))]),
            general("q1"),
            page("p2"),
            general("q2"),
            page("p3"),
            RATED,
        )
        == []
    )


def test_what_stands_behind_an_information_block_of_a_shuffled_page_may_refer_to_what_stands_before_it() -> (
    None
):
    assert (
        said(
            page("p1", shuffle=True),
            general("q1"),
            general("i1", "info", show=equals("q1", 1)),
            general("q2", show=equals("q1", 1)),
            a_question("q3", "number", show=equals("q2", 1)),
        )
        == []
    )
