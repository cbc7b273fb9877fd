"""Points on their intervals, as every picture of scores has them, and how far they are spread."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from reports.scorecards.shapes import Mark
from reports.scorecards.wording.figures import points

DASH = "–"


class Scored(Protocol):
    """Whatever has a score with an interval: a department, a question, a group of residents."""

    @property
    def score(self) -> str | None:
        """The score, 0 to 100."""

    @property
    def score_low(self) -> str | None:
        """The lower end of its interval."""

    @property
    def score_high(self) -> str | None:
        """The upper end of its interval."""


def mark(
    label: str, one: Scored, *, is_firm: bool = True, address: str = "", number: int = 0, note: str = ""
) -> Mark:
    """Round a score and its interval for paper; raises `ValueError` where there is none."""
    found = points(one.score, one.score_low, one.score_high)
    if found is None:
        raise ValueError(f"{label} has no score to draw.")
    return Mark(label, found.point, found.low, found.high, is_firm, address, number, note)


def interval(one: Mark) -> str:
    """Write the interval of a mark, a dash where it has none."""
    return DASH if one.low is None or one.high is None else f"{one.low}–{one.high}"


def firm(status: str, *, judged: bool = True) -> bool:
    """Say whether a figure is drawn as firm; where nobody is judged, every figure is what it is."""
    return status == "publishable" or not judged


def spread(marks: Sequence[Mark], *, named: Mapping[str, str] | None = None) -> dict[str, str | int]:
    """Name the lowest and the highest of some marks, as the words of a sentence."""
    low = min(marks, key=lambda one: float(one.value))
    high = max(marks, key=lambda one: float(one.value))
    names = named or {}
    return {
        "count": len(marks),
        "low": low.value,
        "lowest": names.get(low.label, low.label),
        "high": high.value,
        "highest": names.get(high.label, high.label),
    }
