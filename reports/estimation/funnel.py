"""Funnel plot: exact limits around a target, and over-dispersion among departments that truly differ.

The lines are drawn; they do not label. Labels come from `comparison.benchmark`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, norm

from reports.estimation.estimate import FloatArray, IntArray

LINES = (0.001, 0.025, 0.975, 0.999)


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One limit of the funnel: probability, share (k,) for each n, and the count r_p (k,)."""

    p: float
    limit: FloatArray
    count: IntArray


def binomial_limits(
    n: IntArray, target: float, *, probabilities: tuple[float, ...] = LINES
) -> tuple[FunnelLine, ...]:
    """Give exact binomial limits for shares, interpolated, for group sizes n (k,) and 0 < target < 1.

    r_p = smallest r with P(R<=r) >= p; a = (P(R<=r_p)-p)/P(R=r_p); limit = (r_p-a)/n within 0-1.
    Source: Spiegelhalter 2005, appendix A.1; `docs/methodology.md` §4.
    """
    lines = []
    for p in probabilities:
        r = np.maximum(binom.ppf(p, n, target), 0.0)
        below = binom.cdf(r, n, target)
        a = (below - p) / (below - binom.cdf(r - 1, n, target))
        lines.append(FunnelLine(p, np.clip((r - a) / n, 0.0, 1.0), r.astype(np.int64)))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """phi, the mean squared winsorised z, and tau2, the variance among departments."""

    phi: float
    tau2: float


def overdispersion(z: FloatArray, se: FloatArray, *, winsorise: float = 0.1) -> Overdispersion:
    """Estimate the spread between departments from z (k,) and se (k,) > 0, z winsorised at each tail.

    tau2 = max(0, (k phi - (k-1)) / (sum s^-2 - sum s^-4 / sum s^-2)); quantiles are R's type 7.
    Source: Spiegelhalter 2005; FunnelPlotR; `docs/methodology.md` §4.
    """
    k = z.shape[0]
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    precision = 1.0 / se**2
    room = float(precision.sum() - (precision**2).sum() / precision.sum())
    excess = k * phi - (k - 1)
    return Overdispersion(phi, excess / room if excess > 0 and room > 0 else 0.0)


@dataclass(frozen=True, slots=True)
class RateFunnel:
    """Shares against their pooled target on the arcsine scale: z (k,), z' (k,), phi and tau2."""

    target: float
    z: FloatArray
    z_prime: FloatArray
    spread: Overdispersion


def rate_funnel(
    x: FloatArray, n: FloatArray, *, target: float | None = None, winsorise: float = 0.1
) -> RateFunnel:
    """Compare counts x of n (k,) with a target, else their pooled share: y = asin(sqrt p), s = 1/(2 sqrt n).

    Source: FunnelPlotR (`data_type="PR"`); `docs/methodology.md` §4.
    """
    target = float(x.sum() / n.sum()) if target is None else target
    s = 1 / (2 * np.sqrt(n))
    distance = np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(target))
    spread = overdispersion(distance / s, s, winsorise=winsorise)
    return RateFunnel(target, distance / s, distance / np.sqrt(s**2 + spread.tau2), spread)


ZONES = (float(norm.ppf(LINES[2])), float(norm.ppf(LINES[3])))


def band(z: float, zones: tuple[float, float] = ZONES) -> str:
    """Name the zone of the funnel a z lies in: much_worse, worse, as_expected, better, much_better."""
    if abs(z) < zones[0]:
        return "as_expected"
    side = "better" if z > 0 else "worse"
    return f"much_{side}" if abs(z) >= zones[1] else side
