"""Which numbered lines of a pasted text begin questions, and which only count the choices below one.

In real texts styles are mixed: one question is numbered “(4)” among “3、” and “5.”, choices are counted “1. 2. 3.” like
the questions, or stand behind a bare letter or digit. A number is understood by those around it: the one that follows
the last question's begins the next one in whatever style, unless it goes on with a list; and a list that begins at 1
again below a question, after which the questions go on, is one of choices.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from surveys.questionnaires.pasting.lines import Line
from surveys.questionnaires.pasting.marks import CIRCLED, STYLES, counted_in, heading_in, number_in

_HEADING = "heading"
_BARE = re.compile(
    r"(?:^|(?<=\s))(?:([A-Za-zＡ-Ｚａ-ｚ])(?:\s+(?=\S)|(?=[\u3400-\u9fff]))|([0-9０-９]{1,2})(?:\s*[=＝]\s*|\s+)(?=[^\s0-9０-９]))"
)

_ASKS = re.compile(r"[?？]|[:：]$|_{2}|^[您你请]")
_APART = frozenset({"0", "7", "8", "9", "88", "98", "99"})  # codes of “don't know” and the like


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int
    style: str
    number: int
    asks: bool = False
    is_several: bool = False  # “1. 男  2. 女”


def question_lines(lines: Sequence[Line]) -> tuple[frozenset[int], str]:
    """Return the numbers of the lines at which numbered questions begin, and the style of most of their numbers."""
    marks = list(_marks(lines))
    level = _level(marks)
    begins = set()
    last, is_fresh, lists_are_usual = 0, True, False
    counted: dict[str, int] = {}  # how far each other style has counted below the open question
    at = 0
    while at < len(marks):
        mark = marks[at]
        at += 1
        if mark.style == _HEADING or (mark.style == "chinese" != level):
            is_fresh, counted = True, {}
            continue
        if mark.style == level:
            restarts = mark.number == 1 and last > 0 and not is_fresh
            if restarts and (below := _listed(marks, at - 1, last, lists_are_usual)):
                lists_are_usual = True
                at += below - 1
                continue
        elif not _goes_on(mark, last, counted, is_fresh=is_fresh):
            counted[mark.style] = mark.number
            continue
        begins.add(mark.line)
        last, is_fresh, counted = mark.number, False, {}
    return frozenset(begins), level


def _marks(lines: Sequence[Line]) -> Iterator[_Mark]:
    for line in lines:
        words = _first(line)
        if not words:
            continue
        if heading_in(words) is not None:
            yield _Mark(line.number, _HEADING, 0)
        elif found := number_in(words):
            yield _Mark(
                line.number,
                found.style,
                int(found.number.partition(".")[0]),
                asks=bool(_ASKS.search(found.rest)),
                is_several=len(counted_in(words)) > 1,
            )


def _first(line: Line) -> str:
    return (
        next((words.strip() for words in line.cells[0].values() if words.strip()), "") if line.cells else ""
    )


def _level(marks: Sequence[_Mark]) -> str:
    """Return the style of the questions: the most particular one that begins at 1, or that the text begins with."""
    numbered = [mark for mark in marks if mark.style != _HEADING]
    begun = {mark.style for mark in numbered if mark.number == 1} | {mark.style for mark in numbered[:1]}
    return next((style for style in STYLES if style in begun), "")


def _goes_on(mark: _Mark, last: int, counted: dict[str, int], *, is_fresh: bool) -> bool:
    """Say whether a number in another style is the next question's."""
    if not last or counted.get(mark.style, 0) == mark.number - 1 > 0:
        return False
    return mark.number == last + 1 or (is_fresh and mark.number == 1)


def _listed(marks: Sequence[_Mark], start: int, last: int, are_usual: bool) -> int:
    """Return how many marks from `start` on count choices in the questions' own style; 0 when they are questions."""
    length = 1
    while start + length < len(marks) and (
        marks[start + length].style == marks[start].style and marks[start + length].number == length + 1
    ):
        length += 1
    following = marks[start + length] if start + length < len(marks) else None
    if length == 1 and marks[start].is_several:
        return 1
    if length > 1 and following and following.style == marks[start].style and following.number == last + 1:
        return length
    if not are_usual:
        return 0
    is_asked = length > last > 1 and (following or marks[start + last].asks)
    return last if is_asked else length


def with_plain_marks(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` with a sign behind bare letters and digits that count something: “A 是”, “1 很满意  2 满意”.

    Digits count choices where questions have numbers of another form, else the questions.
    """
    plain = list(lines)
    numbered = any((found := number_in(_first(line))) and found.style != "chinese" for line in lines)
    for first in "A1":
        is_question = first == "1" and not numbered
        for run in _runs(plain, first, may_be_parted=is_question):
            for at in run:
                cell = {
                    language: _signed(words, is_question=is_question)
                    for language, words in plain[at].cells[0].items()
                }
                plain[at] = replace(plain[at], cells=(cell, *plain[at].cells[1:]))
    return plain


def _runs(lines: Sequence[Line], first: str, *, may_be_parted: bool) -> Iterator[list[int]]:
    """Yield the positions of lines that count on from `first`, two marks at least."""
    run: list[int] = []
    count, awaited = 0, ""
    for at, line in enumerate(lines):
        words = _first(line)
        if not words:
            continue
        marks = [mark for mark, _start, _end in _bare_marks(words)]
        if marks and (marks[0] in (first, awaited) or (count > 1 and marks[0] in _APART)):
            if marks[0] == first:
                if count > 1:
                    yield run
                run, count = [], 0
            run.append(at)
            count, awaited = count + len(marks), _next(marks[-1])
        elif not may_be_parted or heading_in(words) is not None:
            if count > 1:
                yield run
            run, count, awaited = [], 0, ""
    if count > 1:
        yield run


def _bare_marks(words: str) -> list[tuple[str, int, int]]:
    """Return the bare marks that a line begins with and counts on, each with where it begins and ends."""
    marks: list[tuple[str, int, int]] = []
    for found in _BARE.finditer(words):
        mark = unicodedata.normalize("NFKC", found[1] or found[2]).upper()
        if found.start() == 0 or (marks and mark == _next(marks[-1][0])):
            marks.append((mark, found.start(), found.end()))
    return marks


def _next(mark: str) -> str:
    return str(int(mark) + 1) if mark.isdecimal() else chr(ord(mark) + 1)


def _signed(words: str, *, is_question: bool) -> str:
    """Return `words` with a sign at each bare mark."""
    words = words.strip()
    signed, last = "", 0
    for mark, start, end in _bare_marks(words):
        if not mark.isdecimal() or is_question:
            sign = f"{mark}. "
        else:
            sign = f"{CIRCLED[int(mark) - 1]} " if 0 < int(mark) <= len(CIRCLED) else "• "
        signed, last = f"{signed}{words[last:start]}{sign}", end
        if is_question:
            break
    return signed + words[last:]
