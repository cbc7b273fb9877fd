"""Putting the questions of a draft in order: single ones to any place, pages with all that stands on them.

A page is begun by its page break and ends before the next one. Rules stay as they are; one that no longer sees what it
refers to is found when the draft is checked.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from surveys.people.models import User
from surveys.questionnaires.documents import Document, Question
from surveys.questionnaires.drafting import PAGE_BREAK, draft_of, position_of
from surveys.questionnaires.models import Questionnaire


def place_question(questionnaire: Questionnaire, *, code: str, after: str, by: User | None) -> Questionnaire:
    """Put the question `code` behind the question `after`, or in front of all when that is empty."""
    with draft_of(questionnaire, verb="move question", by=by, question=code, after=after) as draft:
        question = draft["questions"].pop(position_of(draft, code))
        draft["questions"].insert(position_of(draft, after) + 1 if after else 0, question)
    return questionnaire


def place_page(questionnaire: Questionnaire, *, code: str, after: str, by: User | None) -> Questionnaire:
    """Put the page `code` with all its questions behind the page `after`; "" is the beginning of the questionnaire.

    Questions in front of the first page break are a page of their own and stay in front.
    """
    with draft_of(questionnaire, verb="move page", by=by, page=code, after=after) as draft:
        questions = draft["questions"]
        start, end = _page(draft, code)
        page = questions[start:end]
        del questions[start:end]
        to = _page(draft, after)[1]
        questions[to:to] = page
    return questionnaire


def move_page(questionnaire: Questionnaire, *, code: str, steps: int, by: User | None) -> Questionnaire:
    """Move the page `code` with its questions by `steps` pages, backwards when negative; it stops at either end."""
    with draft_of(questionnaire, verb="move page", by=by, page=code, steps=steps) as draft:
        pages = list(_pages(draft))
        position = next(number for number, page in enumerate(pages) if _is_page(page, code))
        least = 0 if pages[0][0]["type"] == PAGE_BREAK else 1
        pages.insert(max(least, position + steps), pages.pop(position))
        draft["questions"] = [question for page in pages for question in page]
    return questionnaire


def remove_page(questionnaire: Questionnaire, *, code: str, by: User | None) -> Questionnaire:
    """Take the page `code` out of the draft with all its questions; published editions keep them."""
    with draft_of(questionnaire, verb="remove page", by=by, page=code) as draft:
        start, end = _page(draft, code)
        del draft["questions"][start:end]
    return questionnaire


def _pages(document: Document) -> Iterator[list[Any]]:
    page: list[Any] = []
    for question in document["questions"]:
        if question["type"] == PAGE_BREAK and page:
            yield page
            page = []
        page.append(question)
    if page:
        yield page


def _is_page(page: Sequence[Question], code: str) -> bool:
    return bool(page[0]["type"] == PAGE_BREAK and page[0]["code"] == code)


def _page(document: Document, code: str) -> tuple[int, int]:
    """Return where the page `code` begins and ends among the questions; "" is what stands before the first break."""
    questions = document["questions"]
    start = position_of(document, code) if code else 0
    after = start + 1 if code else 0
    ends = (at for at in range(after, len(questions)) if questions[at]["type"] == PAGE_BREAK)
    return start, next(ends, len(questions))
