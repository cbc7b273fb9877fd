"""The tables of the workbook, from frozen content, in the language of the moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from reports.exports.base import Bundle
from reports.exports.delimited import Design
from reports.scorecards import charts
from reports.scorecards.content import GRADES, Figures, ItemFigures, ScorecardContent, WaveContent
from reports.scorecards.wording.figures import rank_short
from reports.scorecards.wording.words import (
    BAND_WORDS,
    BREAK_WORDS,
    CLASS_WORDS,
    FILE_WORDS,
    GRADE_WORDS,
    STATUS_WORDS,
)

Kind = Literal["text", "count", "score", "share", "p"]


@dataclass(frozen=True, slots=True)
class Digits:
    """A published number; anything else in a cell is words."""

    digits: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what its numbers are, and its width in signs."""

    head: str
    kind: Kind = "text"
    width: int = 10
    is_hidden: bool = False  # of use to a chart alone


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the lines of a table that have figures: rows counted from 1, the others are places of columns."""

    title: str
    sentence: str
    rows: tuple[int, int]
    names: int
    value: int
    above: int = 0  # how far the interval reaches
    below: int = 0
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. The lines that charts draw stand first."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]] = field(default_factory=list)
    frozen: int = 1  # columns that stay in sight
    scores: Chart | None = None
    shares: Chart | None = None


def number(digits: str | int | None) -> Digits | None:
    """Return a published number for a cell, nothing where there is none."""
    return None if digits is None else Digits(str(digits))


def within(digits: str | None) -> Digits | None:
    """Return an end of a score's interval; a mean's may leave the scale, paper does not."""
    if digits is None:
        return None
    return Digits("0" if digits.startswith("-") else "100" if float(digits) > 100 else digits)


def departments(bundle: Bundle) -> Table:
    """Make the table of the departments; those with figures first, in the order of the wave."""
    wave = wave_of(bundle)
    found = [card.figures for card in cards_of(bundle) if bundle.about or not card.is_root]
    found.sort(key=lambda one: one.score is None)
    if wave.general and not bundle.about:
        found.append(wave.general)
    columns = [
        Column(_("Department"), width=28),
        Column(_("Code"), width=22),
        Column(_("State"), width=22),
        Column(_("Ratings"), "count"),
        *_scored_columns(),
        Column(_("Standard error"), "score"),
        Column(_("good or acceptable, per cent"), "share"),
        *(Column(str(GRADE_WORDS[grade]), "share") for grade in GRADES),
        Column(_("Against the benchmark"), width=26),
        Column(_("Change"), "score"),
        Column(_("change from"), "score"),
        Column(_("change to"), "score"),
        Column(_("Rank set"), width=14),
        Column(_("Index"), "score"),
        Column(_("index from"), "score"),
        Column(_("index to"), "score"),
        # A workbook draws an interval by its arms.
        Column(_("score to, less score"), "score", is_hidden=True),
        Column(_("score, less score from"), "score", is_hidden=True),
    ]
    rows = [_department(one, wave) for one in found]
    drawn = [one for one in found if one.score is not None and one is not wave.general]
    dots = charts.departments(replace(wave, departments=tuple(drawn)))
    shown = [place for place, one in enumerate(found, start=1) if one in drawn]
    if not (shown and dots):
        return Table(_("Departments"), columns, rows)
    ends = (shown[0], shown[-1])
    return Table(
        _("Departments"),
        columns,
        rows,
        scores=Chart(dots.caption, dots.sentence, ends, 0, 4, 25, 26, dots.axis),
        shares=Chart(_("Shares of the five grades"), _told_shares(drawn), ends, 0, 12),
    )


def _department(one: Figures, wave: WaveContent) -> list[object]:
    if one.score is None:
        words = fewer(wave) if one.suppressed else ""
        return [
            one.name,
            one.code,
            STATUS_WORDS[one.status],
            words,
            *[words if n == 0 else None for n in range(23)],
        ]
    status = one.status if wave.judged else "chosen"
    return [
        one.name,
        one.code,
        STATUS_WORDS[status],
        number(one.n),
        number(one.score),
        within(one.score_low),
        within(one.score_high),
        number(one.satisfaction),
        number(one.satisfaction_low),
        number(one.satisfaction_high),
        number(one.score_se),
        number(one.good_rate),
        *map(number, one.grades or [None] * 5),
        BAND_WORDS.get(one.band or "", ""),
        number(one.change) or BREAK_WORDS.get(one.change_reason or "", ""),
        number(one.change_low),
        number(one.change_high),
        rank_short(one),
        number(one.index),
        within(one.index_low),
        within(one.index_high),
        _arm(one.score, within(one.score_high)),
        _arm(one.score, within(one.score_low)),
    ]


def _arm(score: str, end: Digits | None) -> Digits | None:
    return None if end is None else Digits(format(abs(Decimal(end.digits) - Decimal(score)), "f"))


def questions(bundle: Bundle) -> Table:
    """Make the table of the questions, department by department."""
    wave, rows, shared = wave_of(bundle), [], None
    for card in cards_of(bundle):
        rows += [_question(card, item, wave) for item in card.items if item.scored]
        if bundle.about and (picture := charts.grades(card.items)):
            shown = [
                place
                for place, item in enumerate((i for i in card.items if i.scored), start=1)
                if item.grades
            ]
            shared = Chart(picture.caption, picture.sentence, (shown[0], shown[-1]), 1, 10)
    columns = [
        Column(_("Department"), width=24),
        Column(_("Question"), width=44),
        Column(_("State"), width=22),
        Column(_("Ratings"), "count"),
        *_scored_columns(),
        *(Column(str(GRADE_WORDS[grade]), "share") for grade in GRADES),
        Column(_("don’t know"), "count"),
        Column(_("does not apply"), "count"),
        Column(_("left blank"), "count"),
    ]
    return Table(_("Question by question"), columns, rows, frozen=2, shares=shared)


def _question(card: ScorecardContent, item: ItemFigures, wave: WaveContent) -> list[object]:
    hidden = fewer(wave) if item.n is None else None
    return [
        card.name,
        item.words,
        STATUS_WORDS[item.status],
        hidden or number(item.n),
        hidden or number(item.score),
        within(item.score_low),
        within(item.score_high),
        number(item.satisfaction),
        number(item.satisfaction_low),
        number(item.satisfaction_high),
        *map(number, item.grades or [None] * 5),
        number(item.dk),
        number(item.na),
        number(item.blank),
    ]


def dimensions(bundle: Bundle) -> Table:
    """Make the table of the dimensions, department by department."""
    columns = [
        Column(_("Department"), width=24),
        Column(_("Dimension"), width=30),
        Column(_("Weight"), "share"),
        Column(_("State"), width=22),
        Column(_("Ratings"), "count"),
        *_scored_columns()[:3],
    ]
    rows = [
        [
            card.name,
            one.name,
            number(one.weight),
            STATUS_WORDS[one.status],
            number(one.n),
            number(one.score),
            within(one.score_low),
            within(one.score_high),
        ]
        for card in cards_of(bundle)
        for one in card.dimensions
    ]
    return Table(_("Dimensions"), columns, rows, frozen=2)


def breakdowns(bundle: Bundle) -> Table:
    """Make the table of the groups of residents, one declared way of telling them apart after the other."""
    wave = wave_of(bundle)
    columns = [
        Column(_("Department"), width=24),
        Column(_("Told apart by"), width=20),
        Column(_("Group"), width=30),
        Column(_("State"), width=22),
        Column(_("Ratings"), "count"),
        *_scored_columns(),
    ]
    rows = [
        [
            card.name,
            part.name,
            group.name,
            STATUS_WORDS[group.status],
            number(group.n) or fewer(wave),
            number(group.score) or fewer(wave),
            within(group.score_low),
            within(group.score_high),
            number(group.satisfaction),
            number(group.satisfaction_low),
            number(group.satisfaction_high),
        ]
        for card in cards_of(bundle)
        for part in card.breakdowns
        for group in part.groups
    ]
    return Table(_("Breakdowns"), columns, rows, frozen=3)


def design(bundle: Bundle) -> Table:
    """Make the table of residents, people who took part and their weight, as design.csv has it."""
    columns = [
        Column(_("Department"), width=22),
        Column(_("Stratum"), width=30),
        Column(_("Weighting cell"), width=24),
        Column(_("Residents"), "count"),
        Column(_("People who took part"), "count"),
        Column(_("Weight of a person"), "score"),
        Column(_("Primary units"), "count"),
        Column(_("Primary units there are"), "count"),
        Column(_("Category"), width=20),
        Column(_("Categories"), width=24),
    ]
    rows: list[list[object]] = []
    for sheet in bundle.sheets():
        if sheet.dataset["records"] is not None:
            for stratum, cell, residents, people, weight, *units, category, shared in Design().rows(
                sheet.dataset
            ):
                counted = [number(one) for one in (residents, people, weight, *units)]
                rows.append([sheet.code, stratum, cell, *counted, category, shared])
    return Table(_("Design"), columns, rows)


def method(bundle: Bundle) -> Table:
    """Make the table of how was asked and counted, with the fingerprints of what it was counted from."""
    wave = wave_of(bundle)
    asked = wave.fieldwork
    declared = sorted((name, value) for name, value in wave.parameters.items() if value is not None)
    rows: list[list[object]] = [
        [_("Wave"), f"{wave.title} ({wave.wave})"],
        [_("Release number"), str(wave.number)],
        [_("Reason of the correction"), wave.reason],
        [_("Who was asked"), CLASS_WORDS[asked.klass]],
        [_("Opened"), asked.opened_at],
        [_("Closed"), asked.closed_at],
        [_("Released"), asked.release_at],
        [_("People who took part"), fewer(wave) if asked.people is None else str(asked.people)],
        [_("Method"), wave.method],
        *[list[object]((name, str(value))) for name, value in declared],
        ["edition_hash", wave.edition_hash],
        ["input_hash", wave.input_hash],
        ["code_hash", wave.code_hash],
    ]
    return Table(
        _("Method"), [Column(_("What"), width=30), Column(_("Value"), width=80)], [r for r in rows if r[1]]
    )


def files(bundle: Bundle) -> Table:
    """Make the list of the files beside this one."""
    columns = [Column(_("File"), width=24), Column(_("What it holds"), width=80)]
    return Table(_("Files"), columns, [[name, words] for name, words in FILE_WORDS])


SHEETS: tuple[Callable[[Bundle], Table], ...] = (
    departments,
    questions,
    dimensions,
    breakdowns,
    design,
    method,
    files,
)


def wave_of(bundle: Bundle) -> WaveContent:
    """Return the content of the publication."""
    return bundle.wave or WaveContent.of(bundle.content)


def cards_of(bundle: Bundle) -> list[ScorecardContent]:
    """Return the scorecards of the bundle."""
    return [ScorecardContent.of(sheet.content) for sheet in bundle.sheets()]


def fewer(wave: WaveContent) -> str:
    """Say that there are too few to be shown: never nought."""
    return _("fewer than %(base)s") % {"base": wave.parameters["minimum_base"]}


def _scored_columns() -> list[Column]:
    return [
        Column(_("Score"), "score"),
        Column(_("score from"), "score"),
        Column(_("score to"), "score"),
        Column(_("satisfied, per cent"), "share"),
        Column(_("satisfied from"), "share"),
        Column(_("satisfied to"), "share"),
    ]


def _told_shares(found: Sequence[Any]) -> str:
    names = _(", ").join(one.name for one in found)
    return _(
        "One bar for each department, divided into five shares from very satisfied to very dissatisfied: %(names)s"
    ) % {"names": names}
