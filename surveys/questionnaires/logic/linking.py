"""What of a person's record about the place would show in the records about departments.

A person's records are never to be put together again (decision 1). Rules may let an answer about the place decide what
is asked about departments, but each such condition leaves its mark on every record: a question was asked or not. So
only a few different conditions may do it, nothing that was said about the place may be worked into a value about a
department, and an address may tell records of departments little.
"""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.questionnaires.documents import EACH, GENERAL, Question
from surveys.questionnaires.logic.course import CALCULATED, HIDDEN, PAGE_BREAK, SPLIT
from surveys.questionnaires.logic.expressions import Expression, code_of, references
from surveys.questionnaires.logic.places import Layout

MOST_CONDITIONS = 5  # thirty-two patterns at most
MOST_ADDRESSES = 20  # choices of a parameter that is kept with departments


def linking_problems(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield the code of a question and what would let a person's records be put together again."""
    yield from _copied(layout)
    yield from _addressed(layout)
    yield from _repeated(layout)
    for about in dict.fromkeys(one["about"] for one in layout.list if one["about"] != GENERAL):
        marks: dict[str, str] = {}
        for question, condition in _deciding(layout, about):
            if _tells_of_place(condition, layout):
                marks.setdefault(json.dumps(condition, sort_keys=True), question)
        if len(marks) > MOST_CONDITIONS:
            yield (
                list(marks.values())[MOST_CONDITIONS],
                _(
                    "What is asked about departments depends on %(count)d different conditions about the place as a"
                    " whole. Each record would show which of them held, and a person’s records could be put together"
                    " again. Use at most %(most)d, or ask about each department what decides."
                )
                % {"count": len(marks), "most": MOST_CONDITIONS},
            )


def _copied(layout: Layout) -> Iterator[tuple[str, str]]:
    for question in layout.list:
        value = question["settings"].get("value") if question["type"] == CALCULATED else None
        if value and question["about"] != GENERAL and _tells_of_place(value, layout):
            yield (
                question["code"],
                _(
                    "This value about a department is worked out from answers about the place as a whole. It would"
                    " copy them into the record of each department; calculate it about the place instead."
                ),
            )


def _addressed(layout: Layout) -> Iterator[tuple[str, str]]:
    met = False
    for question in layout.list:
        if question["type"] != HIDDEN or question["about"] == GENERAL:
            continue
        if met or len(question["settings"].get("choices", ())) > MOST_ADDRESSES:
            yield (
                question["code"],
                _(
                    "One parameter of the address, with at most %(most)d choices, can be kept with the records of"
                    " departments; more could tell one person from another. Let it be about the place as a whole."
                )
                % {"most": MOST_ADDRESSES},
            )
        met = True


def _repeated(layout: Layout) -> Iterator[tuple[str, str]]:
    for place in layout.places():
        if place.sort != "check":
            continue
        codes = {code_of(reference) for reference in references(place.expression).all}
        used = [layout.questions[code] for code in codes if code in layout.questions]
        if any(one["about"] != GENERAL for one in used) and any(
            one["about"] == GENERAL and one["type"] not in (SPLIT, HIDDEN) for one in used
        ):
            yield (
                place.where,
                _(
                    "A check compares an answer about a department with one about the place as a whole. It could make"
                    " every record repeat the same answer, and a person’s records could be put together again."
                ),
            )


def _deciding(layout: Layout, about: str) -> Iterator[tuple[str, Expression]]:
    """Yield the conditions that decide whether a question about `about` is asked, with the question each stands at."""
    asked = [
        position
        for position, question in enumerate(layout.list)
        if question["about"] == about or (about != EACH and question["about"] == EACH)
    ]
    for position in asked:
        yield from _shown(layout.list[position])
    for page in layout.pages:
        if page.question and any(position in page.entries for position in asked):
            yield from _shown(page.question)
        for jump in page.settings.get("jumps", ()):
            landing = layout.positions.get(jump["to"], len(layout.list))
            if any(page.entries.stop <= position < landing for position in asked):
                yield page.code, jump["when"]


def _shown(question: Question) -> Iterator[tuple[str, Expression]]:
    if "show" in question:
        yield question["code"], question["show"]
    if question["type"] != PAGE_BREAK:
        for choice in question["settings"].get("choices", ()):
            if "show" in choice:
                yield question["code"], choice["show"]


def _tells_of_place(expression: Expression, layout: Layout) -> bool:
    """Say whether something that a person said about the place as a whole decides the value of `expression`."""
    named = (layout.questions.get(code_of(reference)) for reference in references(expression).all)
    return any(one is not None and one["about"] == GENERAL and one["type"] != SPLIT for one in named)
