"""The composite index: declared weights on dimension means, with the joint covariance of the same people.

Weights are declared, sum to 1 and are never estimated from the data. The index says how far it depends on
them (`sensitivity`, `order_depends_on_weights`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reports.estimation import intervals
from reports.estimation.estimate import (
    Answer,
    BoolArray,
    Estimate,
    FloatArray,
    JointEstimate,
    NotEstimable,
    Reason,
)
from reports.estimation.tables import DimensionTable
from reports.estimation.variance import combine


def dimension_means(table: DimensionTable) -> JointEstimate | NotEstimable:
    """Estimate the D dimension means over available answers, with their joint covariance.

    m_d = sum w s / sum w over those who answered d; influence w r_d (s - m_d) / W_d; df is the smallest of
    the dimensions'. Source: R survey `svyratio(covmat=TRUE)`; `docs/methodology.md` §7.
    """
    n = table.n.sum(axis=0)
    weight, scored = table.answered.sum(axis=0), table.scored.sum(axis=0)
    if np.any(n == 0):
        return NotEstimable(Reason.NO_ANSWERS, int(n.min()))
    if np.any(weight <= 0):
        return NotEstimable(Reason.NO_WEIGHT, int(n.min()))
    means = scored / weight
    contrast = np.vstack([np.diag(-means / weight), np.diag(1 / weight)])
    found = combine(table.moments.present().of(contrast), table.lonely)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, int(n.min()), None, found.detail)
    df = table.units.sum(axis=0) - np.count_nonzero(table.units, axis=0)
    return JointEstimate(means, found, n, float(df.min()))


def index(joint: JointEstimate | NotEstimable, weights: ArrayLike, *, level: float = 0.95) -> Answer:
    """Estimate sum a_d m_d with SE sqrt(a' Sigma a) and a t interval (`docs/methodology.md` §7).

    ValueError where the declared weights are negative or do not sum to 1.
    """
    if isinstance(joint, NotEstimable):
        return joint
    a = declared(weights, joint.values.shape[0])
    value, n = float(a @ joint.values), int(joint.n.min())
    variance = float(a @ joint.covariance @ a)
    if variance <= (1e-11 * max(1.0, float(np.abs(joint.values).max()))) ** 2:
        return NotEstimable(Reason.NO_VARIATION, n, value)
    if joint.df <= 0:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, n, value)
    se = float(np.sqrt(variance))
    low, high = intervals.mean_interval(value, se, df=joint.df, level=level)
    return Estimate(value, se, joint.df, low, high, n, level)


def declared(weights: ArrayLike, dimensions: int) -> FloatArray:
    """Check declared weights (D,): not negative, one for each dimension, summing to 1."""
    a = np.asarray(weights, dtype=np.float64)
    if a.shape != (dimensions,) or np.any(a < 0) or abs(float(a.sum()) - 1) > 1e-9:
        raise ValueError(
            f"An index needs {dimensions} declared weights, none negative, that sum to 1; got {a}."
        )
    return a


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest value the index takes over all weights within the step."""

    low: float
    high: float


def sensitivity(means: ArrayLike, weights: ArrayLike, *, step: float = 0.05) -> Range:
    """Give the range of the index when every weight may move by `step` and all are renormalised.

    The extremes of a weighted mean over a box give all of the room to the dimensions above (or below) some
    threshold, so D+1 choices suffice. Source: OECD/JRC Handbook 2008; `docs/methodology.md` §7.
    """
    m = np.asarray(means, dtype=np.float64)
    a = declared(weights, m.shape[0])
    low, high = np.maximum(a - step, 0.0), a + step
    order = np.argsort(m)
    size = m.shape[0]
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    heavy = place[None, :] >= np.arange(size + 1)[:, None]  # (D+1, D): the dimensions above each threshold
    b = np.concatenate([np.where(heavy, high, low), np.where(heavy, low, high)])
    total = b.sum(axis=1)
    found = (b @ m)[total > 0] / total[total > 0]
    return Range(float(found.min()), float(found.max()))


def order_depends_on_weights(means: ArrayLike, weights: ArrayLike, *, step: float = 0.05) -> BoolArray:
    """Tell for which pairs of departments the order of the index flips for some weights within `step`, (k, k).

    `means` (k, D) of the dimensions. Source: OECD/JRC Handbook 2008; `docs/methodology.md` §7.
    """
    m = np.asarray(means, dtype=np.float64)
    a = declared(weights, m.shape[1])
    low, high = np.maximum(a - step, 0.0), a + step
    gap = m[:, None, :] - m[None, :, :]
    least = (gap * np.where(gap > 0, low, high)).sum(axis=2)
    most = (gap * np.where(gap > 0, high, low)).sum(axis=2)
    return np.asarray((least < 0) & (most > 0))
