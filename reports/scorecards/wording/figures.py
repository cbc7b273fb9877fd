"""Figures rounded for paper, and the lines of tables; templates receive them ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.scorecards.content import GRADES, DimensionFigures, Figures, ItemFigures, WaveContent
from reports.scorecards.wording.words import (
    BAND_CLASSES,
    BAND_WORDS,
    BREAK_WORDS,
    GRADE_WORDS,
    NO_CHANGE_WORDS,
    STATUS_WORDS,
    Words,
)

# Per cent of the bar. On a phone of 320 pixels the bar has 238, and a figure such as "25.0%" wants 55 with its margins.
WIDE = 20.0


@dataclass(frozen=True)
class Share:
    """One grade of a bar: its words, its per cent, and where it lies on the bar."""

    grade: int
    label: Words
    text: str
    start: str
    share: float
    middle: str

    @property
    def is_wide(self) -> bool:
        """Whether its per cent fits into it on the narrowest phone; what does not stands in the list beneath alone."""
        return self.share >= WIDE


@dataclass(frozen=True)
class Range:
    """A figure with its interval, rounded; `words` says both."""

    point: str
    low: str | None
    high: str | None
    unit: str = ""

    @property
    def words(self) -> str:
        """The figure and its interval as one phrase."""
        if self.low is None or self.high is None:
            return self.point + self.unit
        return _("%(point)s (interval %(low)s to %(high)s)") % {
            "point": self.point + self.unit,
            "low": self.low,
            "high": self.high + self.unit,
        }

    @property
    def interval(self) -> str:
        """The interval alone."""
        return "" if self.low is None or self.high is None else f"{self.low}–{self.high}{self.unit}"


@dataclass(frozen=True)
class Row:
    """One department, question or dimension as a line of a table."""

    name: str
    status: str
    status_words: Words
    n: int | None
    score: Range | None
    satisfaction: Range | None
    figures: Figures | ItemFigures | DimensionFigures
    shares: tuple[Share, ...] = ()
    band: Words = ""
    band_class: str = ""
    change: str = ""
    rank: str = ""
    broken: Words = ""  # why there is no change to tell: the question was asked otherwise

    @property
    def label(self) -> str:
        """What a reader who does not see the interval hears."""
        return f"{self.name}: {self.score.words}" if self.score else f"{self.name}: {self.status_words}"


def points(point: str | None, low: str | None, high: str | None) -> Range | None:
    """Round a score and its interval; the interval of a mean may leave the scale, paper does not."""
    if point is None:
        return None
    if low is None or high is None:
        return Range(rounded(point), None, None)
    return Range(rounded(point), rounded(_within(low)), rounded(_within(high)))


def per_cent(point: str | None, low: str | None = None, high: str | None = None) -> Range | None:
    """Round a share and its interval as per cent."""
    if point is None:
        return None
    if low is None or high is None:
        return Range(rounded(point, times=100), None, None, "%")
    return Range(rounded(point, times=100), rounded(low, times=100), rounded(high, times=100), "%")


def level(wave: WaveContent) -> str:
    """Return the level of the intervals of a wave, in per cent."""
    return f"{float(wave.parameters['level']) * 100:g}"


def interval_head(wave: WaveContent) -> str:
    """Say over a column what its intervals are; where nobody was drawn by known chance, they are of no level."""
    return _("%(level)s%% interval") % {"level": level(wave)} if wave.judged else _("Counting noise only")


def signed(text: str) -> str:
    """Round a difference and write its sign."""
    short = rounded(text)
    return f"−{short[1:]}" if short.startswith("-") else short if float(short) == 0 else f"+{short}"


def bar(grades: Sequence[str] | None) -> tuple[Share, ...]:
    """Lay the five shares out as a bar, best grade first."""
    found: list[Share] = []
    start = 0.0
    for grade, share in zip(GRADES, grades or (), strict=False):
        width = float(rounded(share, 4, times=100))
        found.append(
            Share(
                grade=grade,
                label=GRADE_WORDS[grade],
                text=f"{rounded(share, times=100)}%",
                start=f"{start:.4f}",
                share=width,
                middle=f"{start + width / 2:.4f}",
            )
        )
        start += width
    return tuple(found)


def department_row(figures: Figures, *, judged: bool) -> Row:
    """Make the line of one department in a wave's table; where people chose to rate, no word of it judges."""
    status = figures.status if judged or figures.score is None else "chosen"
    return Row(
        name=figures.name,
        status=status,
        status_words=STATUS_WORDS[status],
        n=figures.n,
        score=points(figures.score, figures.score_low, figures.score_high),
        satisfaction=per_cent(figures.satisfaction, figures.satisfaction_low, figures.satisfaction_high),
        figures=figures,
        shares=bar(figures.grades),
        band=BAND_WORDS.get(figures.band or "", ""),
        band_class=BAND_CLASSES.get(figures.band or "", ""),
        change=change_short(figures),
        rank=rank_short(figures),
        broken=NO_CHANGE_WORDS.get(figures.change_reason or "", "") if judged else "",
    )


def item_row(item: ItemFigures) -> Row:
    """Make the line of one question in a department's table."""
    return Row(
        name=item.words,
        status=item.status,
        status_words=STATUS_WORDS[item.status],
        n=item.n,
        score=points(item.score, item.score_low, item.score_high),
        satisfaction=per_cent(item.satisfaction, item.satisfaction_low, item.satisfaction_high),
        figures=item,
        shares=bar(item.grades),
        broken=BREAK_WORDS.get(item.change_reason or "", ""),
    )


def dimension_row(dimension: DimensionFigures) -> Row:
    """Make the line of one dimension."""
    return Row(
        name=dimension.name,
        status=dimension.status,
        status_words=STATUS_WORDS[dimension.status],
        n=dimension.n,
        score=points(dimension.score, dimension.score_low, dimension.score_high),
        satisfaction=None,
        figures=dimension,
        broken=BREAK_WORDS.get(dimension.change_reason or "", ""),
    )


def change_short(figures: Figures) -> str:
    """Say what changed in a table's cell."""
    if figures.change is None:
        return ""
    words = {
        "improved": _("improved %(difference)s"),
        "declined": _("declined %(difference)s"),
        "no_change_shown": _("no change shown (%(difference)s)"),
    }[figures.change_direction or "no_change_shown"]
    return words % {"difference": signed(figures.change)}


def rank_short(figures: Figures) -> str:
    """Say between which ranks a department stands; never one rank without the set."""
    if figures.rank_low is None or figures.rank_high is None:
        return ""
    place = {"low": figures.rank_low, "high": figures.rank_high, "of": figures.rank_of}
    if figures.rank_low == figures.rank_high:
        return _("%(low)s of %(of)s") % place
    return _("%(low)s to %(high)s of %(of)s") % place


def moment(text: str) -> datetime | None:
    """Read a moment of the content for display in the time zone of the page."""
    return parse_datetime(text)


def _within(text: str) -> str:
    return "0" if text.startswith("-") else "100" if float(text) > 100 else text
