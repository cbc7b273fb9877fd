"""Rates of plain counts: tickets (三率, stream C) and self-selected ratings (好差评, stream B).

Intervals say "counting noise only". Self-selected rates come with worst-case bounds and are never compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.estimation import intervals
from reports.estimation.estimate import Answer, Estimate, NotEstimable, Reason


def count_rate(x: int, n: int, *, level: float = 0.95) -> Answer:
    """Give x/n with Wilson's interval on plain counts (`docs/methodology.md` §8, §9).

    ValueError where x lies outside 0..n; NotEstimable where n is 0.
    """
    if not 0 <= x <= n:
        raise ValueError(f"A rate needs 0 <= x <= n; got {x} of {n}.")
    if n == 0:
        return NotEstimable(Reason.NO_ANSWERS)
    p = x / n
    low, high = intervals.wilson(p, float(n), level=level)
    se = (p * (1 - p) / n) ** 0.5
    exact = intervals.clopper_pearson(x, n, level=level)
    return Estimate(p, se, None, low, high, n, level, "wilson", float(n), exact[1] - exact[0])


@dataclass(frozen=True, slots=True)
class Tickets:
    """A department's tickets of a period; `excluded` were taken out by a declared rule."""

    received: int
    replied: int
    closed: int
    surveyed: int
    resolved: int
    satisfied: int
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class ThreeRates:
    """三率 with their composite; `indicative` where too few were surveyed.

    `response_restored` counts excluded tickets back in, as not replied.
    """

    response: Answer
    resolution: Answer
    satisfaction: Answer
    coverage: Answer
    response_restored: Answer
    composite: float | None
    indicative: bool


def three_rates(
    tickets: Tickets,
    *,
    weights: tuple[float, float, float] = (0.30, 0.35, 0.35),
    surveyed_from: int = 30,
    level: float = 0.95,
) -> ThreeRates:
    """Give response = replied/received, resolution and satisfaction = of the *surveyed*, and coverage.

    Source: 12345 接诉即办; `docs/methodology.md` §8.
    """
    response = count_rate(tickets.replied, tickets.received, level=level)
    resolution = count_rate(tickets.resolved, tickets.surveyed, level=level)
    satisfaction = count_rate(tickets.satisfied, tickets.surveyed, level=level)
    parts = (response, resolution, satisfaction)
    composite = None
    if all(isinstance(part, Estimate) for part in parts):
        composite = sum(
            a * part.value for a, part in zip(weights, parts, strict=True) if isinstance(part, Estimate)
        )
    return ThreeRates(
        response,
        resolution,
        satisfaction,
        count_rate(tickets.surveyed, tickets.closed, level=level),
        count_rate(tickets.replied, tickets.received + tickets.excluded, level=level),
        composite,
        tickets.surveyed < surveyed_from,
    )


@dataclass(frozen=True, slots=True)
class SelfSelected:
    """What may be said of ratings that people chose to give.

    `rated` of all eligible; `shares` of grades 1..5 over the rated; `good` and its worst-case bounds over all
    eligible; `worth` the number of randomly chosen people these ratings are worth (None where all rated).
    """

    rated: Answer
    shares: tuple[Answer, ...]
    good: Answer
    good_low: float
    good_high: float
    worth: float | None


def self_selected(
    grades: Sequence[int], eligible: int, *, rho: float = 0.05, level: float = 0.95
) -> SelfSelected | NotEstimable:
    """Describe counts of grades 1..5 among `eligible` service events; unrated is never good.

    Source: GB/T 39735; Manski 1989; Meng 2018; `docs/methodology.md` §0, §9.
    """
    n = sum(grades)
    if n == 0 or eligible < n:
        return NotEstimable(Reason.NO_ANSWERS if n == 0 else Reason.PART_MISSING, n)
    good = sum(grades[2:])
    low, high = worst_case_bounds(good / n, n / eligible)
    return SelfSelected(
        count_rate(n, eligible, level=level),
        tuple(count_rate(count, n, level=level) for count in grades),
        count_rate(good, n, level=level),
        low,
        high,
        effective_size(n, eligible, rho=rho),
    )


def worst_case_bounds(p: float, response: float) -> tuple[float, float]:
    """Bound a share over everybody from p of the `response` part: [r p, r p + 1 - r] (Manski 1989)."""
    return response * p, response * p + 1 - response


def effective_size(n: int, population: int, *, rho: float = 0.05) -> float | None:
    """Give what n self-selected ratings are worth if raters differ by correlation rho: (f/(1-f))/rho^2.

    Never more than n; None where everybody rated. Source: Meng 2018; `docs/methodology.md` §9.
    """
    if n >= population or n <= 0:
        return None
    f = n / population
    return min(float(n), f / (1 - f) / rho**2)
