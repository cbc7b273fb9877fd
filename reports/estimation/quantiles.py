"""Weighted quantiles with Woodruff intervals, for waiting times and other measures without grades."""

from __future__ import annotations

import math

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
    """Estimate the smallest y with F(y) >= p, 0 < p < 1, inverting F at p-hat -/+ t se(p-hat).

    The se is half the interval over t. `NotEstimable` where the interval leaves 0-1, for a quantile too close
    to the ends. Source: Woodruff 1952; R survey `svyquantile(qrule="math")`; `docs/methodology.md` §2.
    """
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
    if below.low < 0 or below.high > 1 or below.df is None or not math.isfinite(below.df):
        return NotEstimable(Reason.NO_VARIATION, n, point, "the interval reaches beyond the sample")
    low, high = inverse(below.low), inverse(below.high)
    se = (high - low) / (2 * intervals.quantile(level, below.df))
    return Estimate(point, se, below.df, low, high, n, level, "woodruff")
