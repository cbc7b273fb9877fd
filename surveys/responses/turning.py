"""Turning the pages of a form: which page is shown next, when it is shown once more, and when it is to be sent.

A form carries everything that was typed from page to page, so nothing is stored before it is sent and going back loses
nothing. Only the page that is left is judged; what is wrong further ahead comes to light there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from surveys.questionnaires.logic.course import Page

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet


class ScreenedOut(ValueError):
    """The answers lead out of the survey: it is not meant for this person. Nothing is stored."""

    def __init__(self) -> None:
        super().__init__(_("This survey is not meant for you, going by your answers. Nothing was stored."))


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes after a page was sent in."""

    page: Page | None  # to be shown; None when the form is complete
    notice: str = ""
    is_wrong: bool = False  # the page has errors


def turn(sheet: AnswerSheet, *, go: str, at: str | None, seen: str | None) -> Turn:
    """Return what comes after the page `at` was left by the button `go`: back, stay, next or send.

    Errors of other pages than the one returned are taken off the sheet. `seen` are the marks of the questions that
    the page showed. Raises `ScreenedOut` where the answers lead out of the survey.
    """
    pages = sheet.walk.pages
    if not pages or at is None:
        return _whole(sheet, pages)
    number = _position(sheet, pages, at)
    page = pages[number]
    if go in ("back", "stay"):
        sheet.errors.clear()
        return Turn(pages[max(0, number - 1)] if go == "back" else page)
    if wrong := errors_on(sheet, page):
        sheet.errors = wrong
        return Turn(page, is_wrong=True)
    if seen is not None and not set(seen.split()) >= set(marks(page)):
        sheet.errors.clear()
        return Turn(page, notice=_("Your answers lead to further questions on this page."))
    if number + 1 < len(pages):
        sheet.errors.clear()
        return Turn(pages[number + 1])
    return _whole(sheet, pages)


def refuse_screened_out(sheet: AnswerSheet) -> None:
    """Raise `ScreenedOut` where the answers lead out of the survey, or to no question at all."""
    if sheet.walk.outcome == "screened_out" or not sheet.walk.pages:
        raise ScreenedOut


def page_at(sheet: AnswerSheet, at: str) -> Page | None:
    """Return the page `at` of the way, or the one in its place; None where the way has no page."""
    pages = sheet.walk.pages
    return pages[_position(sheet, pages, at)] if pages else None


def marks(page: Page) -> Iterator[str]:
    """Yield a short mark for each question of a page, for telling whether the person has had it before the eyes."""
    for name in names_on(page):
        yield f"{zlib.crc32(name.encode()):x}"


def errors_on(sheet: AnswerSheet, page: Page) -> dict[str, str]:
    """Return what is wrong with the questions of a page, by field."""
    names = set(names_on(page)) if sheet.errors else set()
    return {name: words for name, words in sheet.errors.items() if name in names}


def names_on(page: Page) -> Iterator[str]:
    """Yield the field names of the questions of a page."""
    for section in page.sections:
        for question in section.questions:
            yield f"{section.part}.{question['code']}"


def _whole(sheet: AnswerSheet, pages: tuple[Page, ...]) -> Turn:
    """Return the first page with an error, or None for a form that is complete."""
    refuse_screened_out(sheet)
    for page in pages:
        if wrong := errors_on(sheet, page):
            sheet.errors = wrong
            return Turn(page, is_wrong=True)
    return Turn(pages[-1], is_wrong=True) if sheet.errors else Turn(None)


def _position(sheet: AnswerSheet, pages: tuple[Page, ...], at: str) -> int:
    """Return where the page `at` is on the way; when it is there no longer, the place it would have.

    `at` may be of another view, in which pages are divided, or not: then it is where both stand in the same page.
    """
    codes = [page.code for page in pages]
    if at in codes:
        return codes.index(at)
    at = at.partition("/")[0]
    same = [number for number, page in enumerate(pages) if page.begun_by == at]
    if same:
        return same[0]
    positions = sheet.wave.course.positions
    place = positions.get(at, -1)
    before = [number for number, page in enumerate(pages) if positions.get(page.begun_by, -1) < place]
    return before[-1] if before else 0
