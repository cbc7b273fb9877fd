"""Parts of a result against each other and taken together (`docs/methodology.md` §14).

Parts are groups of residents within a department, or departments under one roof. Their covariance is taken as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from reports.estimation import intervals
from reports.estimation.estimate import Answer, Estimate, NotEstimable, Reason
from reports.estimation.multiplicity import adjusted


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the two parts lie apart that lie furthest apart: `difference` is `upper` less `lower`, at least 0.

    `p_holm` is adjusted over all pairs that were compared; `shown` says whether it may be called a difference.
    """

    lower: str
    upper: str
    difference: float
    se: float
    low: float
    high: float
    p_holm: float
    shown: bool


def widest_gap(parts: Mapping[str, Estimate], *, level: float = 0.95, smallest: float = 3.0) -> Gap | None:
    """Find the two parts whose values differ most, and whether they truly do; None for fewer than two parts.

    z of every pair with se = √(se² + se²), two-sided normal p, Holm over all pairs. Shown where its adjusted p is below
    1 − `level` and the difference reaches `smallest`. Of equal differences the first pair in order is told. Every se
    must be above 0. Source: Holm 1979; `docs/methodology.md` §14.
    """
    if len(parts) < 2:
        return None
    codes = list(parts)
    value = np.array([one.value for one in parts.values()])
    se = np.array([one.se for one in parts.values()])
    a, b = np.triu_indices(len(codes), 1)
    apart = np.abs(value[b] - value[a])
    error = np.sqrt(se[a] ** 2 + se[b] ** 2)
    p_holm = adjusted(2 * ndtr(-apart / error))
    widest = int(np.argmax(apart))
    first, second = int(a[widest]), int(b[widest])
    lower, upper = (first, second) if value[first] <= value[second] else (second, first)
    difference, spread, p = float(apart[widest]), float(error[widest]), float(p_holm[widest])
    low, high = intervals.mean_interval(difference, spread, df=None, level=level)
    shown = p < 1 - level and difference >= smallest
    return Gap(codes[lower], codes[upper], difference, spread, low, high, p, shown)


def plain_mean(parts: Sequence[Estimate], *, level: float = 0.95) -> Answer:
    """Give the mean of the values of parts, each counting once: se = √Σse²/k, with a normal interval.

    `n` is the sum of theirs. `NotEstimable` of fewer than two parts. Source: `docs/methodology.md` §14.
    """
    if len(parts) < 2:
        return NotEstimable(Reason.PART_MISSING, sum(one.n for one in parts))
    value = float(np.mean([one.value for one in parts]))
    se = float(np.sqrt(np.sum([one.se**2 for one in parts]))) / len(parts)
    low, high = intervals.mean_interval(value, se, df=None, level=level)
    return Estimate(value, se, None, low, high, sum(one.n for one in parts), level, "normal")
