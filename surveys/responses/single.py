"""One question at a time: the pages of a form, divided so that each asks one thing.

For the large view. What is asked, in which order and what follows from an answer stay as they are; a table stays one
question, words between questions go with the one that follows, and a page keeps the name of the one it was cut from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from surveys.questionnaires.documents import GENERAL, Question
from surveys.questionnaires.logic.course import Page, Section, Walk
from surveys.questionnaires.question_types import question_type

JOINT = "all"  # in the code of a page with a table of all departments


def one_at_a_time(walk: Walk) -> Walk:
    """Return `walk` with each of its pages divided into pages of one question."""
    return replace(walk, pages=tuple(piece for page in walk.pages for piece in _divided(page)))


def _divided(page: Page) -> Iterator[Page]:
    """Yield a page for each question of `page`, in the order in which they would be drawn under each other.

    The introduction stands on the first, the title on all of them.
    """
    introduction = page.help
    for part, sections in _pieces(page):
        questions = [question for section in sections for question in section.questions]
        named = next(filter(_is_asked, questions), questions[0])
        yield Page(f"{page.code}/{part}.{named['code']}", page.title, introduction, sections)
        introduction = {}


def _pieces(page: Page) -> list[tuple[str, tuple[Section, ...]]]:
    """Return what goes on each page, with the part that it asks about."""
    pieces: list[tuple[str, tuple[Section, ...]]] = []
    for is_general, group in groupby(page.sections, key=lambda section: section.part == GENERAL):
        block = list(group)
        tables = [] if is_general else _tables(block)
        pieces += [(JOINT, table) for table in tables]
        for section in block:
            own = [one for one in section.questions if is_general or not question_type(one["type"]).is_joint]
            pieces += [(section.part, (Section(section.part, tuple(run)),)) for run in _runs(own)]
    return _settled(pieces)


def _tables(block: list[Section]) -> list[tuple[Section, ...]]:
    """Return the questions that are asked about all departments of a block in one table each."""
    rows: dict[str, list[Section]] = {}
    for section in block:
        for question in section.questions:
            if question_type(question["type"]).is_joint:
                rows.setdefault(question["code"], []).append(Section(section.part, (question,)))
    return [tuple(sections) for sections in rows.values()]


def _runs(questions: Iterable[Question]) -> Iterator[list[Question]]:
    """Yield each question with what stands before it and takes no answer from the person."""
    run: list[Question] = []
    for question in questions:
        run.append(question)
        if _is_asked(question):
            yield run
            run = []
    if run:
        yield run


def _settled(pieces: list[tuple[str, tuple[Section, ...]]]) -> list[tuple[str, tuple[Section, ...]]]:
    """Return `pieces` without those that ask nothing: what they hold goes with the piece before, or after."""
    settled: list[tuple[str, tuple[Section, ...]]] = []
    waiting: tuple[Section, ...] = ()
    for part, sections in pieces:
        if any(_is_asked(question) for section in sections for question in section.questions):
            settled.append((part, (*waiting, *sections)))
            waiting = ()
        elif settled:
            settled[-1] = (settled[-1][0], (*settled[-1][1], *sections))
        else:
            waiting = (*waiting, *sections)
    return settled or ([(waiting[0].part, waiting)] if waiting else [])


def _is_asked(question: Question) -> bool:
    kind = question_type(question["type"])
    return kind.takes_answer and kind.is_drawn
