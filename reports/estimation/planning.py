"""How many respondents a wave needs (`docs/methodology.md` §5)."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.stats import nct, norm
from scipy.stats import t as student


def size_for_shares(
    p1: float, p2: float, *, power: float = 0.8, alpha: float = 0.05, sides: int = 2, deff: float = 1.0
) -> float:
    """Give respondents per wave to see the share move from p1 to p2 (R `power.prop.test`), times `deff`."""
    z, beta = norm.isf(alpha / sides), norm.ppf(power)
    pooled = math.sqrt((p1 + p2) * (1 - (p1 + p2) / 2))
    apart = math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return float(deff * ((z * pooled + beta * apart) / abs(p1 - p2)) ** 2)


def size_for_means(
    delta: float, sd: float, *, power: float = 0.8, alpha: float = 0.05, sides: int = 2, deff: float = 1.0
) -> float:
    """Give respondents per wave to see a mean move by `delta` (R `power.t.test`), times `deff`."""

    def shortfall(n: float) -> float:
        df = 2 * (n - 1)
        critical = student.isf(alpha / sides, df)
        return float(nct.sf(critical, df, math.sqrt(n / 2) * abs(delta) / sd)) - power

    return float(deff * brentq(shortfall, 2.0, 1e7, xtol=1e-9, rtol=1e-12))


def size_for_precision(half_width: float, sd: float, *, level: float = 0.95, deff: float = 1.0) -> float:
    """Give respondents for an interval of value -/+ `half_width`, simple random sampling times `deff`."""
    return float(deff * (norm.ppf((1 + level) / 2) * sd / half_width) ** 2)
