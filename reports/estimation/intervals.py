"""Intervals for means and shares. A share never gets a Wald interval.

Every function returns (low, high) inside the parameter's range, for finite arguments.
"""

from __future__ import annotations

import math
from functools import lru_cache

from scipy.special import betaincinv, ndtri, stdtrit

Interval = tuple[float, float]


@lru_cache(maxsize=10_000)  # departments and groups of a wave come with the same few degrees of freedom
def quantile(level: float, df: float | None) -> float:
    """Give the two-sided quantile of Student's t, or of the normal where `df` is None."""
    if not 0 < level < 1:
        raise ValueError(f"The level must lie between 0 and 1, not {level}.")
    upper = (1 + level) / 2
    # The bare functions: the distributions of scipy.stats cost fifty times as much for the same digits.
    return float(ndtri(upper)) if df is None or math.isinf(df) else float(stdtrit(df, upper))


def mean_interval(value: float, se: float, *, df: float | None, level: float) -> Interval:
    """Give value -/+ t x se (`docs/methodology.md` §2)."""
    reach = quantile(level, df) * se
    return value - reach, value + reach


def wilson(p: float, n_e: float, *, level: float, df: float | None = None) -> Interval:
    """Give Wilson's interval on the effective sample size, with t where `df` is given.

    Source: Wilson 1927; Franco, Little, Louis, Slud 2019; R survey 4.5 `svyciprop("wilson")`;
    `docs/methodology.md` §2.
    """
    z2 = quantile(level, df) ** 2
    centre = p + z2 / (2 * n_e)
    reach = math.sqrt(z2) * math.sqrt(max(p * (1 - p), 0.0) / n_e + z2 / (4 * n_e**2))
    low, high = (centre - reach) / (1 + z2 / n_e), (centre + reach) / (1 + z2 / n_e)
    return (0.0 if p <= 0 else max(0.0, low)), (1.0 if p >= 1 else min(1.0, high))


def beta_interval(x: float, n: float, *, level: float) -> Interval:
    """Give the Clopper-Pearson interval of `x` of `n`, whole or effective counts."""
    alpha = 1 - level
    low = 0.0 if x <= 0 else float(betaincinv(x, n - x + 1, alpha / 2))
    high = 1.0 if x >= n else float(betaincinv(x + 1, n - x, 1 - alpha / 2))
    return low, high


def clopper_pearson(x: int, n: int, *, level: float) -> Interval:
    """Give the exact interval of `x` in `n` plain counts (Clopper and Pearson 1934)."""
    return beta_interval(float(x), float(n), level=level)


def jeffreys(x: int, n: int, *, level: float) -> Interval:
    """Give Jeffreys' interval of plain counts, closed at 0 and 1 when all answers agree."""
    alpha = 1 - level
    low = 0.0 if x == 0 else float(betaincinv(x + 0.5, n - x + 0.5, alpha / 2))
    high = 1.0 if x == n else float(betaincinv(x + 0.5, n - x + 0.5, 1 - alpha / 2))
    return low, high


def korn_graubard(
    p: float, n_e: float, *, n: int, df: float, level: float, truncate: bool = False
) -> Interval:
    """Give the Korn-Graubard interval that decides publication (`docs/methodology.md` §3).

    n* = n_e (t_{n-1}/t_df)^2, then the beta quantiles of n* p in n*. `truncate` keeps n* <= n as NCHS does;
    R's `svyciprop("beta")` does not. Source: Korn and Graubard 1998.
    """
    effective = n_e * (quantile(level, max(n - 1, 1)) / quantile(level, df)) ** 2
    if truncate:
        effective = min(effective, float(n))
    return beta_interval(effective * p, effective, level=level)


def logit(p: float, se: float, *, df: float | None, level: float) -> Interval:
    """Give expit(logit p -/+ t se / (p (1-p))), for 0 < p < 1 (R's `xlogit`)."""
    centre, reach = math.log(p / (1 - p)), quantile(level, df) * se / (p * (1 - p))
    return _expit(centre - reach), _expit(centre + reach)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
