"""What the check page and the API say about a draft: advice by rule, its languages, its ways through, its minutes.

What takes long depends on the content of the draft alone, so it is kept for as long as nobody changes it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import rfc8785
from django.utils.translation import get_language

from surveys.languages import language_name
from surveys.people.models import Department
from surveys.questionnaires.advising import REGISTRY, Advice, Rule, advise
from surveys.questionnaires.advising.base import CHINESE, ENGLISH
from surveys.questionnaires.advising.legibility import LONGEST_SENTENCE
from surveys.questionnaires.advising.manuscript import Manuscript
from surveys.questionnaires.advising.minutes import BUDGET, USUAL_DEPARTMENTS, Clock, Span, Trip, whole_trip
from surveys.questionnaires.advising.reading import grade, share_of_long
from surveys.questionnaires.documents import GENERAL, Document
from surveys.questionnaires.logic.branching import Branch, Branches, branches_of
from surveys.questionnaires.logic.places import Layout
from surveys.questionnaires.translating import progress_of

COUNTS_OF_DEPARTMENTS = (1, USUAL_DEPARTMENTS, 5)
HARDEST_GRADE = 8.0  # the reading of a school leaver; plain-language rules ask for no more


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule."""

    rule: Rule
    advices: tuple[Advice, ...]
    shown: tuple[Advice, ...]  # of a long list the first, unless it is the one that was asked for
    is_open: bool

    @property
    def places(self) -> str:
        """The codes of the first few questions concerned."""
        codes = list(dict.fromkeys(one.where for one in self.advices if one.where))
        return ", ".join(codes[:4]) + (" …" if len(codes) > 4 else "")

    @property
    def hidden(self) -> int:
        """How many findings are not shown."""
        return len(self.advices) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Language:
    """A declared language: how complete it is, how hard it reads, how long it takes."""

    language: str
    name: str
    done: int
    all: int
    minutes: Span
    grade: float | None = None  # school years, for English
    long_share: float | None = None  # of sentences, 0 to 1, for Chinese

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.done == self.all

    @property
    def long_percent(self) -> str:
        """The share of long sentences on paper."""
        return f"{100 * (self.long_share or 0):.0f}%"

    @property
    def is_hard(self) -> bool:
        """Whether it reads harder than it should."""
        return (self.grade or 0) > HARDEST_GRADE or (self.long_share or 0) > 0.2


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes asked of somebody who rates so many departments."""

    departments: int  # 0 when the questionnaire asks about none
    span: Span

    @property
    def is_over(self) -> bool:
        """Whether the usual person takes longer than people give."""
        return self.span.usual > BUDGET


@dataclass(frozen=True, slots=True)
class Report:
    """Everything but what must be put right."""

    advice: tuple[Advice, ...]
    refused: tuple[Rule, ...]  # the rules that keep the draft from being published
    groups: tuple[Group, ...]
    languages: tuple[Language, ...]
    minutes: tuple[Minutes, ...]
    branches: Branches

    @property
    def usual(self) -> Minutes:
        """The minutes by which the budget is judged."""
        return next((one for one in self.minutes if one.departments == USUAL_DEPARTMENTS), self.minutes[0])

    @property
    def budget(self) -> float:
        """The minutes that people give."""
        return BUDGET

    @property
    def is_complete(self) -> bool:
        """Whether every declared language has all texts."""
        return all(language.is_complete for language in self.languages)

    @property
    def warnings(self) -> int:
        """How many findings are advice alone."""
        return sum(len(group.advices) for group in self.groups)


def report_on(document: Document, *, only: str = "", most_shown: int = 12) -> Report:
    """Return the report on a well-shaped `document`; of each rule `most_shown` findings, of the rule `only` all."""
    names = frozenset(
        name
        for names in Department.objects.values_list("names", flat=True)
        for name in names.values()
        if name
    )
    advice = tuple(advise(document, names=names))
    branches = branches_kept(document)
    trips = trips_of(document, branches)
    clock = Clock(document)
    has_departments = any(question["about"] != GENERAL for question in document["questions"])
    counts = COUNTS_OF_DEPARTMENTS if has_departments else (0,)
    return Report(
        advice=advice,
        refused=tuple(
            rule
            for rule in REGISTRY
            if any(one.rule == rule.code and one.level == "refuse" for one in advice)
        ),
        groups=tuple(_groups(advice, only, most_shown)),
        languages=tuple(_languages(document, clock, trips, counts)),
        minutes=tuple(Minutes(count, clock.span(trips, departments=count)) for count in counts),
        branches=branches,
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One way through, for a list: its number, the numbers of its pages, and whether it takes too long."""

    number: int
    branch: Branch
    pages: tuple[int, ...]

    @property
    def is_over(self) -> bool:
        """Whether the usual person takes longer on it than people give."""
        return self.branch.minutes > BUDGET


def ways_of(document: Document) -> list[Way]:
    """Return the ways through a well-shaped `document`, numbered from 1."""
    numbers = {page.code: number for number, page in enumerate(Layout(document).pages, start=1)}
    return [
        Way(number, branch, tuple(numbers[code] for code in branch.pages if code in numbers))
        for number, branch in enumerate(branches_kept(document).branches, start=1)
    ]


def trips_of(document: Document, branches: Branches) -> list[Trip]:
    """Return the ways through as trips to be timed, screened-out ones left aside; everything when there is none."""
    return [
        Trip(branch.general, branch.departments, max(len(branch.pages), 1))
        for branch in branches.branches
        if branch.ending != "screened_out"
    ] or [whole_trip(document)]


def branches_kept(document: Document) -> Branches:
    """Return the ways through `document` in the language of the page; the same draft is walked once."""
    return _walked(rfc8785.dumps(dict(document)), get_language() or "")


@lru_cache(maxsize=16)
def _walked(written: bytes, _language: str) -> Branches:
    return branches_of(json.loads(written))


def _groups(advice: Sequence[Advice], only: str, most_shown: int) -> Iterable[Group]:
    warnings = [one for one in advice if one.level == "warn"]
    few = len(warnings) <= most_shown
    for rule in REGISTRY:
        found = tuple(one for one in warnings if one.rule == rule.code)
        if found:
            shown = found if rule.code == only else found[:most_shown]
            yield Group(rule, found, shown, is_open=few or rule.code == only)


def _languages(
    document: Document, clock: Clock, trips: Sequence[Trip], counts: Sequence[int]
) -> Iterable[Language]:
    draft = Manuscript(document)
    departments = USUAL_DEPARTMENTS if USUAL_DEPARTMENTS in counts else counts[0]
    spans = clock.by_language(trips, departments=departments)
    for progress in progress_of(document, list(draft.languages)):
        code = progress.language
        tongue = code.split("-")[0].lower()
        prose = [
            passage.words
            for passage in draft.passages
            if passage.language == code and passage.role in ("text", "help", "introduction")
        ]
        yield Language(
            code,
            language_name(code),
            progress.done,
            progress.all,
            spans[code],
            grade(prose) if tongue == ENGLISH else None,
            share_of_long(prose, longest=LONGEST_SENTENCE[CHINESE]) if tongue == CHINESE else None,
        )
