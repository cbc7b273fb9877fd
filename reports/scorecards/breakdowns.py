"""What is said of the parts of a result: groups of residents within a department, and departments under one roof.

Every figure here follows from the published dataset: a group is a union of the dataset's own groups, so no breakdown
tells anything that the dataset does not tell (`docs/methodology.md` §14). Groups that a joined group of the dataset
straddles are not shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveys.languages import Text, in_language

PLACE = "place"  # the breakdown by stratum and the places they lie in; any other is named by its margin

Digits = str | None


@dataclass(frozen=True)
class Node:
    """A department or place in the tree that a wave was asked in; `parent` is None at the root."""

    code: str
    names: Text
    parent: str | None

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class GroupFigures:
    """The headline figures of one group of residents; figures are None where the group is suppressed."""

    code: str
    names: Text
    status: str  # publishable, indicative, suppressed
    n: int | None = None
    score: Digits = None
    score_se: Digits = None
    score_low: Digits = None
    score_high: Digits = None
    satisfaction: Digits = None
    satisfaction_low: Digits = None
    satisfaction_high: Digits = None
    within: str | None = None  # the place that the group lies in, by code; of breakdowns by place alone

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class Gap:
    """The two publishable groups whose scores lie furthest apart; `shown` where the difference may be called one."""

    lower: str  # codes of the groups
    upper: str
    difference: str
    low: Digits
    high: Digits
    p_holm: Digits  # over all pairs of publishable groups of the breakdown
    shown: bool  # Holm-adjusted p below 1 - level, and at least the smallest change that matters


@dataclass(frozen=True)
class Breakdown:
    """One declared way to tell residents apart, by itself: never crossed with another."""

    by: str  # PLACE, or the code of a margin
    names: Text
    groups: tuple[GroupFigures, ...]
    gap: Gap | None = None

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.by

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Breakdown":
        """Read what `asdict` wrote."""
        gap = document["gap"]
        return cls(
            by=document["by"],
            names=document["names"],
            groups=tuple(GroupFigures(**one) for one in document["groups"]),
            gap=Gap(**gap) if gap else None,
        )


@dataclass(frozen=True)
class RollUp:
    """The plain mean of the publishable scores of the departments below one department of the tree."""

    code: str  # of the department above
    departments: tuple[str, ...]  # whose scores the mean is of, in the order of the wave
    below: int  # departments of the wave that lie below it, at whatever depth
    score: Digits
    score_se: Digits
    score_low: Digits
    score_high: Digits

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "RollUp":
        """Read what `asdict` wrote."""
        return cls(**{**document, "departments": tuple(document["departments"])})
