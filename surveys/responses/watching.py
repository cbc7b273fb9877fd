"""Watching the fieldwork of a wave: who begins, who finishes, where people stop, who is missing. Never a score.

Everything is told by one thing at a time, fewer than ten people as that, and in steps of ten until the wave has
settled: two looks at an exact number would tell what a person did who was mixed in between, alone. Begun forms are
counted in memory and written down now and then, so they say "about"; finished ones appear as they are mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.functional import Promise

from surveys.languages import in_language, language_name
from surveys.people.models import ServicePoint
from surveys.questionnaires.codebook import codebook_of
from surveys.responses import replacing
from surveys.responses.models import Turnout
from surveys.waves import fieldwork, margins
from surveys.waves.fieldwork import Fieldwork
from surveys.waves.models import Channel, Wave
from surveys.waves.telling import STEP, is_exact, share_told, told

Kind = Turnout.Kind
NOTABLE = 0.8  # of their share of residents: below it a group is said to be missing
MOST_FLAGGED = 0.2  # of an interviewer's forms: above it somebody should ask


@dataclass(frozen=True, slots=True)
class Line:
    """Forms begun and finished by one channel, language, service point or interviewer."""

    label: str | Promise
    started: int | None  # about; None: fewer than ten, or not counted
    finished: int | None  # None: fewer than ten
    share: float | None = None  # finished of begun, 0–1; None where either is not told
    flagged_share: float | None = None  # of those finished, 0–1; None where fewer than ten are flagged
    is_doubtful: bool = False  # so many of an interviewer's forms are flagged that somebody should ask

    @property
    def is_begun_counted(self) -> bool:
        """Whether begun forms were counted at all: nobody finishes what nobody began."""
        return _is_begun_counted(self.started, self.finished)

    @property
    def percent(self) -> float | None:
        """`share` in per cent."""
        return _percent(self.share)

    @property
    def flagged_percent(self) -> float | None:
        """`flagged_share` in per cent."""
        return _percent(self.flagged_share)


@dataclass(frozen=True, slots=True)
class Step:
    """A page that forms came to, or a question that was left open."""

    label: str
    number: int | None  # forms that came to the page, or that left the question open; None: fewer than ten
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
    doubt: float = 0.0  # by so much the share may be larger, for its number is rounded down

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
        return self.share is None or self.share + self.doubt < NOTABLE * self.residents


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
    is_exact: bool = False  # else numbers are told in steps of ten

    @property
    def is_begun_counted(self) -> bool:
        """Whether begun forms were counted at all."""
        return _is_begun_counted(self.started, self.base.people)

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
    exactly = is_exact(wave)
    begun = sum(one.started for one in lines.get(Kind.CHANNEL, {}).values())
    points = ServicePoint.objects.in_bulk([int(key) for key in lines.get(Kind.POINT, {})])
    labels: dict[Kind, dict[str, str]] = {
        Kind.CHANNEL: {str(one.value): str(one.label) for one in Channel},
        Kind.LANGUAGE: {key: language_name(key) for key in lines.get(Kind.LANGUAGE, {})},
        Kind.POINT: {str(pk): one.name for pk, one in points.items()},
        Kind.HELPER: {key: key[:6] for key in lines.get(Kind.HELPER, {})},
    }
    by = {kind: _lines(lines.get(kind, {}), names, exactly=exactly) for kind, names in labels.items()}
    return Watched(
        base=base,
        started=told(begun, exactly=exactly),
        channels=by[Kind.CHANNEL],
        languages=by[Kind.LANGUAGE],
        points=by[Kind.POINT],
        helpers=by[Kind.HELPER],
        pages=_pages(wave, lines.get(Kind.PAGE, {}), begun, exactly=exactly),
        questions=_questions(wave, lines.get(Kind.QUESTION, {}), exactly=exactly),
        groups=[*_strata(wave, base, exactly=exactly), *_margins(wave, exactly=exactly)],
        replaced=told(replacing.replaced_number(wave) or 0, exactly=exactly),
        is_exact=exactly,
    )


def _lines(turnout: dict[str, Turnout], labels: dict[str, str], *, exactly: bool) -> list[Line]:
    found = {key: one for key, one in turnout.items() if key in labels}
    shown = fieldwork.told({place: one.finished for place, one in enumerate(found.values())}, exactly=exactly)
    lines = []
    for (key, one), finished in zip(found.items(), shown.values(), strict=True):
        started = told(one.started, exactly=exactly)
        flagged = told(one.flagged, exactly=exactly)
        lines.append(
            Line(
                label=labels[key],
                started=started,
                finished=finished,
                share=share_told(finished, started, exactly=exactly)
                if _is_begun_counted(started, finished)
                else None,
                flagged_share=share_told(flagged, finished, exactly=exactly),
                is_doubtful=finished is not None and one.flagged > MOST_FLAGGED * one.finished,
            )
        )
    return sorted(lines, key=lambda line: (-(line.finished or 0), str(line.label)))


def _pages(wave: Wave, lines: dict[str, Turnout], begun: int, *, exactly: bool) -> list[Step]:
    """Return the pages in the order of the questionnaire, with the share of those begun that came to each."""
    course = codebook_of(wave.edition).course
    reached = {page: told(one.started, exactly=exactly) for page, one in lines.items()}
    whole = told(begun, exactly=exactly)
    ordered = sorted(reached, key=lambda page: course.positions.get(page, len(course.positions)))
    steps = []
    for page in ordered:
        share = (
            share_told(reached[page], whole, exactly=exactly)
            if _is_begun_counted(whole, reached[page])
            else None
        )
        steps.append(Step(page, reached[page], share))
    return steps


def _questions(wave: Wave, lines: dict[str, Turnout], *, exactly: bool) -> list[Step]:
    """Return the coded questions in the order of the questionnaire, and how many of those asked left each open."""
    steps = []
    for question in wave.edition.document["questions"]:
        if one := lines.get(question["code"][:60]):
            asked, left = (told(part, exactly=exactly) for part in (one.started, one.started - one.finished))
            share = share_told(left, asked, exactly=exactly)
            steps.append(Step(in_language(question["text"]) or question["code"], left, share))
    return steps


def _groups(numbers: Mapping[int, int], parts: Sequence[tuple[str, float]], *, exactly: bool) -> list[Group]:
    """Return the groups of one table: `numbers` of people by place, `parts` their labels and shares of residents."""
    whole = told(sum(numbers.values()), exactly=exactly)
    shown = fieldwork.told(numbers, exactly=exactly)
    groups = []
    for place, (label, residents) in enumerate(parts):
        people = shown[place]
        share = share_told(people, whole, exactly=exactly)
        doubt = 0.0 if exactly or not whole else (STEP - 1) / whole
        groups.append(Group(label, residents, people, share, doubt))
    return groups


def _strata(wave: Wave, base: Fieldwork, *, exactly: bool) -> Iterable[tuple[str, list[Group]]]:
    lines = [line for line in base.strata if line.population_share]
    if lines:
        counted = wave.participation.filter(klass=wave.klass).order_by().values_list("stratum")
        people = dict(counted.annotate(number=Sum("people")))
        numbers = {place: people.get(line.stratum.number, 0) for place, line in enumerate(lines)}
        parts = [(str(line.stratum), line.population_share or 0.0) for line in lines]
        yield "", _groups(numbers, parts, exactly=exactly)


def _margins(wave: Wave, *, exactly: bool) -> Iterable[tuple[str, list[Group]]]:
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
        parts = [
            (in_language(one.names) or one.code, float(one.population / plan.population))
            for one in plan.categories
        ]
        yield in_language(plan.names) or plan.code, _groups(by_category, parts, exactly=exactly)


def _is_begun_counted(started: int | None, finished: int | None) -> bool:
    """Nobody finishes what nobody began: where more are finished, begun ones were not counted."""
    return (started or 0) >= (finished or 0)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
