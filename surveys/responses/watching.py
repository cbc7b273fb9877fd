"""Watching the fieldwork of a wave: who begins, who finishes, where people stop, who is missing. Never a score.

Everything is told by one thing at a time, and fewer than ten people as that. Begun forms are counted in memory and
written down now and then, so they say "about"; finished ones appear as they are mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.functional import Promise

from surveys.languages import in_language, language_name
from surveys.people.models import ServicePoint
from surveys.questionnaires.codebook import codebook_of
from surveys.responses import replacing
from surveys.responses.models import Turnout
from surveys.waves import fieldwork, margins
from surveys.waves.fieldwork import FEWEST_TOLD, Fieldwork, told
from surveys.waves.models import Channel, Wave

Kind = Turnout.Kind
NOTABLE = 0.8  # of their share of residents: below it a group is said to be missing
MOST_FLAGGED = 0.2  # of an interviewer's forms: above it somebody should ask


@dataclass(frozen=True, slots=True)
class Line:
    """Forms begun and finished by one channel, language, service point or interviewer."""

    label: str | Promise
    started: int | None  # about; None: fewer than ten, or not counted
    finished: int | None  # None: fewer than ten
    flagged_share: float | None = None  # of those finished, 0–1; None where fewer than ten are

    @property
    def share(self) -> float | None:
        """Finished of begun, 0–1, at most 1; None where either is not told."""
        return min(1.0, self.finished / self.started) if self.started and self.finished is not None else None

    @property
    def percent(self) -> float | None:
        """`share` in per cent."""
        return _percent(self.share)

    @property
    def flagged_percent(self) -> float | None:
        """`flagged_share` in per cent."""
        return _percent(self.flagged_share)

    @property
    def is_doubtful(self) -> bool:
        """Whether so many of an interviewer's forms are flagged that somebody should ask."""
        return self.flagged_share is not None and self.flagged_share > MOST_FLAGGED


@dataclass(frozen=True, slots=True)
class Step:
    """A page that forms came to, or a question that was asked."""

    label: str
    reached: int | None  # of a page: forms; of a question: times that it was asked; None: fewer than ten
    share: float | None  # of those begun, or of those asked, 0–1

    @property
    def percent(self) -> float | None:
        """`share` in per cent."""
        return _percent(self.share)


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the population: its share of the residents and of those who took part."""

    label: str
    residents: float  # 0–1
    people: int | None  # None: fewer than ten
    share: float | None  # of all who took part, 0–1

    @property
    def percent(self) -> float | None:
        """`share` in per cent."""
        return _percent(self.share)

    @property
    def residents_percent(self) -> float:
        """`residents` in per cent."""
        return 100 * self.residents

    @property
    def is_missing(self) -> bool:
        """Whether far fewer took part than live there."""
        return self.share is None or self.share < NOTABLE * self.residents


@dataclass(frozen=True, slots=True)
class Watched:
    """The fieldwork of a wave as an administrator watches it."""

    base: Fieldwork
    started: int | None
    channels: list[Line]
    languages: list[Line]
    points: list[Line]
    helpers: list[Line]
    pages: list[Step]
    questions: list[Step]
    groups: list[tuple[str, list[Group]]]  # by stratum or margin
    replaced: int | None = None  # ratings that their authors replaced, from ten on

    @property
    def missing(self) -> list[Group]:
        """The groups of whom far fewer took part than live there, those that are furthest off first."""
        found = [one for _name, groups in self.groups for one in groups if one.is_missing]
        return sorted(found, key=lambda one: (one.share or 0.0) / one.residents)


def watch(wave: Wave) -> Watched:
    """Return what can be told of the fieldwork of `wave`."""
    lines: dict[int, dict[str, Turnout]] = {}
    for one in Turnout.objects.filter(wave=wave):
        lines.setdefault(one.kind, {})[one.key] = one
    base = fieldwork.of(wave)
    begun = sum(one.started for one in lines.get(Kind.CHANNEL, {}).values())
    points = ServicePoint.objects.in_bulk([int(key) for key in lines.get(Kind.POINT, {})])
    return Watched(
        base=base,
        started=_told(begun),
        channels=_lines(lines, Kind.CHANNEL, {str(one.value): str(one.label) for one in Channel}),
        languages=_lines(
            lines, Kind.LANGUAGE, {key: language_name(key) for key in lines.get(Kind.LANGUAGE, {})}
        ),
        points=_lines(lines, Kind.POINT, {str(pk): one.name for pk, one in points.items()}),
        helpers=_lines(lines, Kind.HELPER, {key: key[:6] for key in lines.get(Kind.HELPER, {})}),
        pages=_pages(wave, lines.get(Kind.PAGE, {}), begun),
        questions=_questions(wave, lines.get(Kind.QUESTION, {})),
        groups=[*_strata(base), *_margins(wave)],
        replaced=replacing.replaced_number(wave),
    )


def _lines(lines: dict[int, dict[str, Turnout]], kind: Kind, labels: dict[str, str]) -> list[Line]:
    found = {key: one for key, one in lines.get(kind, {}).items() if key in labels}
    numbers = told({place: one.finished for place, one in enumerate(found.values())})
    return sorted(
        (
            Line(
                label=labels[key],
                started=_told(one.started),
                finished=number,
                flagged_share=one.flagged / one.finished if number else None,
            )
            for (key, one), number in zip(found.items(), numbers.values(), strict=True)
        ),
        key=lambda line: (-(line.finished or 0), str(line.label)),
    )


def _pages(wave: Wave, lines: dict[str, Turnout], begun: int) -> list[Step]:
    """Return the pages in the order of the questionnaire, the first being every form that was begun."""
    course = codebook_of(wave.edition).course
    reached = {page: one.started for page, one in lines.items()}
    ordered = sorted(reached, key=lambda page: course.positions.get(page, len(course.positions)))
    return [Step(page, _told(reached[page]), _part(reached[page], begun)) for page in ordered]


def _questions(wave: Wave, lines: dict[str, Turnout]) -> list[Step]:
    """Return the coded questions in the order of the questionnaire, with the share of those asked who answered."""
    return [
        Step(
            in_language(question["text"]) or question["code"],
            _told(one.started),
            _part(one.finished, one.started),
        )
        for question in wave.edition.document["questions"]
        if (one := lines.get(question["code"][:60]))
    ]


def _strata(base: Fieldwork) -> Iterable[tuple[str, list[Group]]]:
    groups = [
        Group(str(line.stratum), line.population_share, line.people, line.people_share)
        for line in base.strata
        if line.population_share
    ]
    if groups:
        yield "", groups


def _margins(wave: Wave) -> Iterable[tuple[str, list[Group]]]:
    plans = margins.declared(wave.margins)
    cells = margins.cells(plans)
    counted = wave.participation.filter(klass=wave.klass).order_by().values_list("cell")
    people: Sequence[tuple[int, int]] = list(counted.annotate(number=Sum("people")))
    for place, plan in enumerate(plans):
        by_category = dict.fromkeys(range(len(plan.categories)), 0)
        for cell, number in people:
            category = cells[cell][place]
            if category is not None:
                by_category[category] += number
        numbers, known = told(by_category), sum(by_category.values())
        yield (
            in_language(plan.names) or plan.code,
            [
                Group(
                    in_language(one.names) or one.code,
                    float(one.population / plan.population),
                    numbers[number],
                    _of(numbers[number], known),
                )
                for number, one in enumerate(plan.categories)
            ],
        )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _told(number: int) -> int | None:
    return number if number >= FEWEST_TOLD else None


def _part(part: int, whole: int) -> float | None:
    return min(1.0, part / whole) if whole >= FEWEST_TOLD else None


def _of(part: int | None, whole: int) -> float | None:
    return part / whole if part is not None and whole else None
