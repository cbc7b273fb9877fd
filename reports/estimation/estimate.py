"""What an estimator may answer: an `Estimate`, several of them with their covariance, or the reason why not.

No NaN and no infinity ever leaves this package. A number that cannot be had is `NotEstimable(reason)`,
and the reason is a word that a page can translate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Reason(StrEnum):
    """Why a number cannot be had."""

    NO_ANSWERS = "no_answers"
    NO_WEIGHT = "no_weight"
    NO_VARIATION = "no_variation"
    NO_DEGREES_OF_FREEDOM = "no_degrees_of_freedom"
    LONELY_PSU = "lonely_psu"
    EMPTY_CELL = "empty_cell"
    TOO_FEW_UNITS = "too_few_units"
    SINGULAR = "singular"
    NO_CONVERGENCE = "no_convergence"
    NOT_PUBLISHABLE = "not_publishable"
    PART_MISSING = "part_missing"


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A number that cannot be had, and why; `value` is the point where only its uncertainty is missing."""

    reason: Reason
    n: int = 0
    value: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty.

    `value`, `se`, `low`, `high` share one unit (scores 0-100, shares 0-1). `df` is None where the interval
    takes the normal quantile. `n` counts answered records. For shares only: `n_e`, the effective sample size
    p(1-p)/V, and `kg_width`, the width of the Korn-Graubard interval that decides publication. `deff` and
    `deff_wr` compare the variance with simple random sampling without and with replacement.
    """

    value: float
    se: float
    df: float | None
    low: float
    high: float
    n: int
    level: float = 0.95
    interval: str = "t"
    n_e: float | None = None
    kg_width: float | None = None
    deff: float | None = None
    deff_wr: float | None = None


@dataclass(frozen=True, slots=True)
class JointEstimate:
    """Several numbers estimated from the same people: `values` (p,), `covariance` (p, p), `n` (p,)."""

    values: FloatArray
    covariance: FloatArray
    n: IntArray
    df: float

    @property
    def se(self) -> FloatArray:
        """Give the standard errors, (p,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


Answer = Estimate | NotEstimable
