"""How many respondents a wave needs, and what a number of them can show (`docs/methodology.md` §16).

Standard library only: the office's planning page computes with the very functions that the reference cases check,
in the process that serves residents, which never loads numpy. Sizes are answers per wave and department.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

NORMAL = NormalDist()
POINTS = 160  # of the quadrature in `_beyond`: the error stays below 1e-10
FEWEST, MOST = 2.0, 1e7


def size_for_shares(
    p1: float, p2: float, *, power: float = 0.8, alpha: float = 0.05, sides: int = 2, deff: float = 1.0
) -> float:
    """Give respondents per wave to see the share move from p1 to p2 (R `power.prop.test`), times `deff`."""
    z, beta = NORMAL.inv_cdf(1 - alpha / sides), NORMAL.inv_cdf(power)
    pooled = math.sqrt((p1 + p2) * (1 - (p1 + p2) / 2))
    apart = math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return deff * ((z * pooled + beta * apart) / abs(p1 - p2)) ** 2


def size_for_means(
    delta: float, sd: float, *, power: float = 0.8, alpha: float = 0.05, sides: int = 2, deff: float = 1.0
) -> float:
    """Give respondents per wave to see a mean move by `delta` (R `power.t.test`), times `deff`; at least two."""

    def shortfall(n: float) -> float:
        return _power(n, delta / sd, alpha / sides) - power

    if shortfall(FEWEST) >= 0:
        return deff * FEWEST
    # The normal approximation with its t correction is within a few per cent; the root lies close to it.
    tail = NORMAL.inv_cdf(1 - alpha / sides)
    guess = 2 * ((tail + NORMAL.inv_cdf(power)) * sd / delta) ** 2 + tail**2 / 4
    return deff * _root(shortfall, max(FEWEST, 0.8 * guess), max(2 * FEWEST, 1.2 * guess))


def size_for_precision(half_width: float, sd: float, *, level: float = 0.95, deff: float = 1.0) -> float:
    """Give respondents for an interval of value -/+ `half_width`, simple random sampling times `deff`."""
    return deff * (NORMAL.inv_cdf((1 + level) / 2) * sd / half_width) ** 2


def precision_of_size(n: float, sd: float, *, level: float = 0.95, deff: float = 1.0) -> float:
    """Give the half-width of the interval that `n` respondents allow."""
    return NORMAL.inv_cdf((1 + level) / 2) * sd * math.sqrt(deff / n)


def share_seen(
    n: float, p1: float, *, power: float = 0.8, alpha: float = 0.05, deff: float = 1.0, rising: bool = True
) -> float | None:
    """Give the share closest to p1 that `n` respondents per wave can tell from it; None where not even 0 or 1 is."""
    end = 1.0 if rising else 0.0

    def surplus(p2: float) -> float:
        return n - size_for_shares(p1, p2, power=power, alpha=alpha, deff=deff)

    if p1 == end or surplus(end) < 0:
        return None
    near, far = p1 + (end - p1) * 1e-9, end
    for _ in range(80):
        middle = (near + far) / 2
        near, far = (near, middle) if surplus(middle) >= 0 else (middle, far)
    return far


def mean_change_seen(
    n: float, sd: float, *, power: float = 0.8, alpha: float = 0.05, deff: float = 1.0
) -> float | None:
    """Give the smallest change of a mean that `n` respondents per wave can show; None for fewer than two."""
    effective = n / deff
    if effective < FEWEST:
        return None

    df = 2 * (effective - 1)
    critical = _critical(alpha / 2, df)

    def shortfall(effect: float) -> float:
        return _beyond(critical, df, math.sqrt(effective / 2) * effect) - power

    guess = (NORMAL.inv_cdf(1 - alpha / 2) + NORMAL.inv_cdf(power)) * math.sqrt(2 / effective)
    return sd * _root(shortfall, 0.9 * guess, 1.2 * guess)


def _power(n: float, effect: float, tail: float) -> float:
    """Give the chance that Student's test of two groups of `n` sees a difference of `effect` standard deviations."""
    df = 2 * (n - 1)
    return _beyond(_critical(tail, df), df, math.sqrt(n / 2) * abs(effect))


def _critical(tail: float, df: float) -> float:
    """Give the value that Student's t exceeds with chance `tail` below one half (Newton from below)."""
    t = NORMAL.inv_cdf(1 - tail)
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    for _ in range(200):
        density = scale * (1 + t * t / df) ** (-(df + 1) / 2)
        # The tail is convex there, so every step stays below the root.
        step = (_beyond(t, df) - tail) / density
        t += step
        if abs(step) <= 1e-13 * t:
            break
    return t


def _beyond(t: float, df: float, shift: float = 0.0) -> float:
    """Give the chance that noncentral t exceeds `t`: the mean of Phi(shift - t s) over s = chi(df)/sqrt(df).

    In u = log s the integrand is smooth and dies out at both ends, where the trapezoidal rule converges
    exponentially. Source: Johnson, Kotz and Balakrishnan 1995, chapter 31.
    """
    low, high = -max(8 / math.sqrt(2 * df), 36 / df), min(8 / math.sqrt(2 * df), 2.0)
    step = (high - low) / POINTS
    log_scale = math.log(2) + df / 2 * math.log(df / 2) - math.lgamma(df / 2)
    total = 0.0
    for i in range(POINTS + 1):
        u = low + i * step
        s = math.exp(u)
        total += math.exp(log_scale + df * u - df * s * s / 2) * math.erfc((t * s - shift) / math.sqrt(2))
    return total * step / 2


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Find where a rising function is nought, by the secant kept inside its bracket (Illinois)."""
    below, above = rising(low), rising(high)
    while below > 0 and low > 1e-12:
        high, above, low = low, below, low / 2
        below = rising(low)
    while above < 0 and high < MOST:
        low, below, high = high, above, high * 2
        above = rising(high)
    for _ in range(100):
        x = (low * above - high * below) / (above - below) if above != below else (low + high) / 2
        found = rising(x)
        if abs(found) < 1e-12 or high - low <= 1e-11 * high:
            return x
        if found < 0:
            low, below, above = x, found, above / 2
        else:
            high, above, below = x, found, below / 2
    return (low + high) / 2
