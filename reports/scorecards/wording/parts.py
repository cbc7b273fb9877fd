"""Sentences about what a result rests on, what it can and cannot say, and about parts: places, groups, roll-ups."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.scorecards.breakdowns import PLACE, Breakdown, GroupFigures, RollUp
from reports.scorecards.content import Figures, WaveContent
from reports.scorecards.wording.figures import Range, level, per_cent, points
from reports.scorecards.wording.words import CLASS_WORDS, SHORT_STATUS_WORDS, Words


@dataclass(frozen=True)
class Group:
    """What one group of residents said, rounded, as a line of a table."""

    code: str
    name: str
    figures: GroupFigures
    score: Range | None
    satisfaction: Range | None
    status: str
    status_words: Words


@dataclass
class Place:
    """One place of a wave's tree, with what lies within it; `told` counts the departments with figures there."""

    code: str
    name: str
    within: str | None
    told: int = 0
    below: list["Place"] = field(default_factory=list)


def basis(wave: WaveContent) -> str:
    """Say in one sentence what the numbers of a wave rest on: people, how they came to be asked, how sure."""
    people = wave.fieldwork.people
    words = {
        "people": f"{people:,}" if people is not None else _("fewer than 10"),
        "klass": CLASS_WORDS[wave.fieldwork.klass],
        "level": level(wave),
        "population": f"{wave.fieldwork.population:,}" if wave.fieldwork.population else "",
    }
    if not wave.judged:
        return _("It rests on %(people)s people (%(klass)s).") % words
    if not wave.fieldwork.population:
        return _("It rests on %(people)s people (%(klass)s); intervals are of %(level)s%%.") % words
    return (
        _(
            "It rests on %(people)s people (%(klass)s), weighted to %(population)s residents; intervals are of "
            "%(level)s%%."
        )
        % words
    )


def limits(wave: WaveContent) -> tuple[str, ...]:
    """Say in three lines what the numbers of a wave can say and what they cannot."""
    if not wave.judged:
        return (
            _("They say what those think who rated. They say nothing of residents at large.")
            if wave.is_unknown
            else _("They say what those think who chose to rate. They say nothing of residents at large."),
            _("Nobody is ranked or labelled by them; intervals show counting noise only."),
            _("A department that is rated by few may still hear from them what to mend."),
        )
    return (
        _("They say how residents see the work of each department, and how sure that is."),
        _(
            "They do not say why, nor who did better than whom within overlapping intervals: such a difference may be "
            "chance."
        ),
        _("They say nothing of any one person, and nothing of groups with fewer than ten answers."),
    )


def group(one: GroupFigures) -> Group:
    """Make the line of one group of residents."""
    return Group(
        code=one.code,
        name=one.name,
        figures=one,
        score=points(one.score, one.score_low, one.score_high),
        satisfaction=per_cent(one.satisfaction, one.satisfaction_low, one.satisfaction_high),
        status=one.status,
        status_words=SHORT_STATUS_WORDS.get(one.status, one.status),
    )


def roll_up(found: RollUp) -> str:
    """Say the mean of what lies below a department, and that it is a mean and no score of its own."""
    score = points(found.score, found.score_low, found.score_high)
    if score is None:
        return ""
    return ngettext(
        "The plain mean over the %(count)s department below it with a firm score is %(score)s; each department counts "
        "once. It is no score of its own.",
        "The plain mean over the %(count)s departments below it with a firm score is %(score)s; each department counts "
        "once. It is no score of its own.",
        len(found.departments),
    ) % {"count": len(found.departments), "score": score.words}


def by_place(breakdowns: tuple[Breakdown, ...]) -> Breakdown | None:
    """Return the breakdown by place, if there is one."""
    return next((one for one in breakdowns if one.by == PLACE), None)


def tree_of_places(wave: WaveContent, told: Mapping[str, Breakdown]) -> list[Place]:
    """Build the tree of the places that anything is told of, from what is told of each department.

    Departments may join small districts in different ways: every group that is told anywhere is a place here.
    """
    found: dict[str, Place] = {}
    for one in _groups(told):
        place = found.setdefault(one.code, Place(one.code, one.name, one.within))
        place.told += one.score is not None
    shown = {code: place for code, place in found.items() if place.told}
    names = {node.code: node for node in wave.places}
    top: list[Place] = []
    for place in shown.values():
        above = place.within
        while above is not None and above not in shown:
            above = names[above].parent if above in names else None
        (shown[above].below if above is not None else top).append(place)
    return top


def line_above(place: str, told: Mapping[str, Breakdown]) -> list[tuple[str, str]]:
    """List code and name of the places that hold a place, the widest first."""
    groups = {one.code: one for one in _groups(told)}
    line: list[tuple[str, str]] = []
    above = groups[place].within if place in groups else None
    while above is not None and above in groups and len(line) < len(groups):
        line.insert(0, (above, groups[above].name))
        above = groups[above].within
    return line


def below(place: str, wave: WaveContent, told: Mapping[str, Breakdown]) -> list[Place]:
    """List the places right below a place."""
    waiting = tree_of_places(wave, told)
    while waiting:
        one = waiting.pop()
        if one.code == place:
            return one.below
        waiting += one.below
    return []


def told_of(
    place: str, wave: WaveContent, told: Mapping[str, Breakdown]
) -> list[tuple[Figures, GroupFigures]]:
    """List what the residents of a place said of each department that its residents are told apart for."""
    return [
        (one, group_)
        for one in wave.departments
        if one.code in told
        for group_ in told[one.code].groups
        if group_.code == place
    ]


def _groups(told: Mapping[str, Breakdown]) -> Iterator[GroupFigures]:
    for breakdown in told.values():
        yield from breakdown.groups
