"""Pictures before they are drawn: what a chart shows, in the language of the page, for whoever draws it.

The same shape is drawn as SVG on public pages, by Plotly in the office, by typst in print and as a chart of a
workbook, and it writes its own table: so picture, table and sentence cannot differ. Numbers are decimal strings,
rounded for paper; nothing is computed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Digits = str | None
Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]  # heads, and rows of cells


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What every picture has: a caption, one plain sentence that says what it shows, and the cells of its table."""

    caption: str
    sentence: str  # also the alternative text
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Mark:
    """One point with its interval; `firm` is false where the figure is indicative alone, which is drawn grey."""

    label: str
    value: str
    low: Digits = None
    high: Digits = None
    firm: bool = True
    address: str = ""  # of the page about it
    number: int = 0  # how the mark is labelled where its name does not fit
    note: str = ""  # a few words beside it: "▲ better than expected"


@dataclass(frozen=True, kw_only=True)
class Dots(Shape):
    """One line a mark: a point on its interval, on one axis; the target is an upright line."""

    marks: tuple[Mark, ...]
    axis: str
    lowest: str = "0"
    highest: str = "100"
    target: Digits = None
    target_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Shares(Shape):
    """One bar a line, divided into five shares of the whole, best grade first."""

    lines: tuple[tuple[str, tuple[str, ...]], ...]  # label, and five shares in per cent
    legend: tuple[str, ...]  # the five grades in words


@dataclass(frozen=True, kw_only=True)
class Trend(Shape):
    """Points over the waves, each with its interval; no line crosses from one series to the next."""

    series: tuple[tuple[Mark, ...], ...]
    axis: str
    break_label: str = ""


@dataclass(frozen=True)
class FunnelMark:
    """One department of a funnel: its score, and the standard error that it is known with."""

    label: str
    value: str
    error: str
    firm: bool = True
    address: str = ""
    is_own: bool = False  # the reader's own department


@dataclass(frozen=True, kw_only=True)
class Funnel(Shape):
    """Scores against how exactly they are known, with the lines between which chance alone would leave them.

    The lines are target ± 1.96 and ± 3.09 standard errors (methodology §4): straight, meeting at the target.
    """

    marks: tuple[FunnelMark, ...]
    target: str
    axis: str
    error_axis: str
    lines: tuple[tuple[str, str], ...] = (("1.96", "95%"), ("3.09", "99.8%"))


@dataclass(frozen=True)
class MattersMark:
    """One dimension: how much satisfaction goes with it, and how it was rated; both with their intervals."""

    label: str
    importance: str  # per cent of what all dimensions explain together
    importance_low: str
    importance_high: str
    score: str
    score_low: Digits = None
    score_high: Digits = None
    number: int = 0
    mend_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Matters(Shape):
    """Importance against performance: what matters much and is rated low stands in one corner, and is mended first."""

    marks: tuple[MattersMark, ...]
    importance_axis: str
    score_axis: str
    importance_middle: str  # where the quadrants divide
    score_middle: str
    corner: str  # the words in the corner of what to mend first


@dataclass(frozen=True, kw_only=True)
class Places(Shape):
    """Rank sets: for each department the ranks that it may hold, as a bar from the first to the last."""

    lines: tuple[tuple[str, int, int], ...] = field(default_factory=tuple)  # label, first place, last place
    of: int = 0
    own: str = ""  # the label of the reader's own department


def table_of(shape: Shape) -> Table:
    """Return the table of a picture: its heads, and rows of cells."""
    return shape.heads, shape.rows


Pictures = Sequence[Shape]
