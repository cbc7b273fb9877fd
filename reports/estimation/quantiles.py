"""Weighted quantiles with Woodruff intervals, for waiting times and other measures without grades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.estimation import intervals
from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray, NotEstimable, Reason
from reports.estimation.estimators import mean
from reports.estimation.sample import Sample


def quantile(
    sample: Sample,
    y: FloatArray,
    p: float,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate the smallest y with F(y) >= p, 0 < p < 1, with Woodruff's interval.

    The se is half the interval over t. `NotEstimable` where the interval leaves 0-1, for a quantile too close
    to the ends. Source: Woodruff 1952; R survey `svyquantile(qrule="math")`; `docs/methodology.md` §2.
    """
    found = bounds(sample, y, p, domain=domain, level=level, df=df)
    if isinstance(found, NotEstimable):
        return found
    if found.low is None or found.high is None:
        return NotEstimable(
            Reason.TOO_FEW_UNITS, found.n, found.point, "the interval reaches beyond the sample"
        )
    se = (found.high - found.low) / (2 * intervals.quantile(level, found.df))
    return Estimate(found.point, se, found.df, found.low, found.high, found.n, level, "woodruff")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A quantile and the ends of its interval; an end is None where it lies beyond the sample."""

    point: float
    low: float | None
    high: float | None
    df: float
    n: int


def bounds(
    sample: Sample,
    y: FloatArray,
    p: float,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Bounds | NotEstimable:
    """Find the quantile and invert F at p-hat -/+ t se(p-hat) (`quantile`)."""
    inside = ~np.isnan(y) if domain is None else domain & ~np.isnan(y)
    inside = inside & (sample.weight > 0)
    n = round(float(sample.count[inside].sum()))
    if n == 0:
        return NotEstimable(Reason.NO_ANSWERS)
    order = np.argsort(y[inside], kind="stable")
    values, weights = y[inside][order], sample.weight[inside][order]
    reached = np.cumsum(weights) / weights.sum()

    def inverse(share: float) -> float:
        return float(values[min(int(np.searchsorted(reached, share - 1e-12)), values.shape[0] - 1)])

    point = inverse(p)
    below = mean(sample, np.where(np.isnan(y), np.nan, y <= point), domain=inside, level=level, df=df)
    if isinstance(below, NotEstimable):
        return NotEstimable(below.reason, n, point)
    if below.df is None:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, n, point)
    return Bounds(
        point,
        inverse(below.low) if below.low >= 0 else None,
        inverse(below.high) if below.high <= 1 else None,
        below.df,
        n,
    )
