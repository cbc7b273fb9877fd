"""The minutes that a questionnaire asks of a person: reading it, and answering it.

Reading is timed by `reading`; a scale whose words were met before is not read again. Answering takes the seconds of
the table below. They are set so that an ordinary closed question of 15 words takes, with its reading, the 10.6 seconds
that Pew Research Center counts for one (85 points in 15 minutes: “How we keep our online surveys from running too
long”, 2022), and a row of a table half of it. These are estimates before anybody has answered; a trial run measures.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from surveys.languages import Text
from surveys.questionnaires.advising.manuscript import Asked, Manuscript
from surveys.questionnaires.advising.reading import seconds
from surveys.questionnaires.documents import EACH, GENERAL, Document

BUDGET = 10.0  # minutes; beyond them people leave (Revilla & Ochoa 2017)
USUAL_DEPARTMENTS = 3  # what a wave asks a person to rate unless it says otherwise
WRITERS = 1 / 3  # the share of optional texts that a usual form is taken to fill in

_BY_FAMILY: Mapping[str, float] = {
    "scales": 5,
    "choices": 5,
    "grids": 5,  # for each row
    "numbers": 7,
    "texts": 12,
    "evidence": 15,
    "flow": 0,
}
_BY_TYPE: Mapping[str, float] = {
    "long_text": 40,
    "multiple_choice": 8,
    "constant_sum": 8,  # for each row
    "ranking": 6,  # for each row
    "several_blanks": 8,  # for each blank
    "file": 40,
    "signature": 15,
    "consent": 3,
    "info": 0,
    "page_break": 0,
}
_A_PAGE = 3.0  # seconds to send a page and find one's way on the next
_ROWS = ("rows", "blanks", "choices")


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of the shortest, the usual and the longest way through."""

    shortest: float
    usual: float
    longest: float


@dataclass(frozen=True, slots=True)
class Trip:
    """One way through: what is asked about the place as a whole, about one department, and on how many pages."""

    general: frozenset[str]
    each: frozenset[str]
    pages: int = 1


def whole_trip(document: Document) -> Trip:
    """Return the way on which everything is asked."""
    questions = document["questions"]
    return Trip(
        frozenset(q["code"] for q in questions if q["about"] == GENERAL),
        frozenset(q["code"] for q in questions if q["about"] != GENERAL),
        1 + sum(q["type"] == "page_break" for q in questions),
    )


class Clock:
    """Times the ways through one document; laid out once for all of them."""

    def __init__(self, document: Document) -> None:
        draft = Manuscript(document)
        self.languages = draft.languages
        self._asked: dict[str, Asked] = {asked.code: asked for asked in draft.questions}
        self._named = [asked for asked in draft.questions if asked.question["about"] not in (GENERAL, EACH)]
        self._costs: dict[tuple[str, str], tuple[float, tuple[str, ...], float, float, bool]] = {}
        self._opening: dict[str, float] = {
            language: _read(document["title"], language) + _read(document["introduction"], language)
            for language in self.languages
        }

    def span(self, trips: Sequence[Trip], *, departments: int = USUAL_DEPARTMENTS) -> Span:
        """Return the minutes of the shortest, usual and longest of `trips` for somebody who rates `departments`.

        In the language that takes longest. Nobody writes an optional text on the shortest way, a third of them is
        written on the usual one (the median way), all on the longest.
        """
        spans = [self._span(trips, departments, language) for language in self.languages]
        return max(spans, key=lambda span: span.usual)

    def by_language(self, trips: Sequence[Trip], *, departments: int = USUAL_DEPARTMENTS) -> dict[str, Span]:
        """Return the minutes in each language."""
        return {language: self._span(trips, departments, language) for language in self.languages}

    def _span(self, trips: Sequence[Trip], departments: int, language: str) -> Span:
        shortest = min(self._seconds(trip, departments, language, 0, among=0) for trip in trips)
        usual = median(self._seconds(trip, departments, language, WRITERS, among=0.5) for trip in trips)
        longest = max(self._seconds(trip, departments, language, 1, among=1) for trip in trips)
        return Span(shortest / 60, usual / 60, longest / 60)

    def _seconds(self, trip: Trip, departments: int, language: str, writing: float, *, among: float) -> float:
        """Return the seconds of a way; `among` says which departments are rated: 0 the shortest, 1 the longest."""
        met: set[tuple[str, ...]] = set()
        total = self._opening[language] + _A_PAGE * trip.pages
        total += sum(self._of_question(code, language, writing, met) for code in self._in_order(trip.general))
        first = [code for code in self._in_order(trip.each) if self._asked[code].question["about"] == EACH]
        named: dict[str, list[str]] = {}
        for asked in self._named:
            if asked.code in trip.each:
                named.setdefault(asked.question["about"], []).append(asked.code)
        forms = sorted(
            named.values(),
            key=lambda codes: sum(self._of_question(code, language, writing, set()) for code in codes),
        )
        begin = round(max(0, len(forms) - departments) * among)
        # The departments with questions of their own come first: the longer forms are the ones to budget for.
        for codes in [*forms[begin:], *([[]] * departments)][:departments]:
            total += sum(self._of_question(code, language, writing, met) for code in (*first, *codes))
        return total

    def _in_order(self, codes: Collection[str]) -> Iterator[str]:
        return (code for code in self._asked if code in codes)

    def _of_question(self, code: str, language: str, writing: float, met: set[tuple[str, ...]]) -> float:
        if (code, language) not in self._costs:
            self._costs[code, language] = _cost(self._asked[code], language)
        reading, offered, reading_offered, answer, is_optional = self._costs[code, language]
        if offered not in met:
            met.add(offered)
            reading += reading_offered
        return reading + answer * (writing if is_optional else 1)


def _cost(asked: Asked, language: str) -> tuple[float, tuple[str, ...], float, float, bool]:
    """Return the seconds of the text, what is offered and its seconds, those of answering, whether it may be left."""
    if not asked.kind.is_drawn or asked.kind.source != "person":
        return 0.0, (), 0.0, 0.0, False
    reading = sum(seconds(text.get(language, ""), language) for role, text in asked.texts if role != "choice")
    offered = tuple(option.text.get(language, "") for option in asked.options)
    read = sum(seconds(words, language) for words in offered)
    return reading, offered, read, answering(asked), _is_optional_text(asked)


def answering(asked: Asked) -> float:
    """Return the seconds that answering takes once the question is read."""
    if not asked.kind.takes_answer:
        return 0.0
    each = _BY_TYPE.get(asked.kind.name, _BY_FAMILY.get(asked.kind.family, 5))
    return each * _rows(asked)


def _rows(asked: Asked) -> int:
    if asked.kind.family != "grids" and asked.kind.name != "several_blanks":
        return 1
    listed: Any = next((asked.settings[key] for key in _ROWS if asked.settings.get(key)), ())
    scales = asked.settings.get("scales") or ()
    return max(len(listed), 1) * max(len(scales), 1)


def _is_optional_text(asked: Asked) -> bool:
    return not asked.question["required"] and (
        asked.kind.family == "texts" or asked.kind.name in ("file", "location")
    )


def _read(text: Text, language: str) -> float:
    return seconds(text.get(language, ""), language)
