"""How many answers a wave needs, and what other numbers of answers would show.

Numbers are answers about one department in one wave; `deff` is the design effect, 1 for a simple random sample. The
arithmetic is `reports.estimation.planning`, the same that the reference cases check.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from reports.estimation import planning

OFFERED = (30, 60, 100, 200, 500, 700, 1000)
SCALE = 100.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a number of answers shows: a rate 0-1, points, or half a width; None where it shows nothing."""

    answers: int
    shows: float | None
    enough: bool  # for what was asked


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers needed about each department in each wave, and the alternatives."""

    needed: int
    alternatives: tuple[Alternative, ...]

    def invitations(self, response_rate: float | None) -> int | None:
        """Return how many people to invite when a share `response_rate` of them answers."""
        return None if response_rate is None else math.ceil(self.needed / response_rate - 1e-9)


def alpha_of_each(alpha: float, compared: int) -> float:
    """Return the level of each of `compared` comparisons that together keep `alpha`, by Bonferroni's inequality."""
    return alpha / compared


def to_see_rates(p1: float, p2: float, *, power: float, alpha: float, deff: float) -> Plan:
    """Plan to see a rate (0-1) move from p1 to p2; raises `ValueError` when they are the same."""
    if p1 == p2:
        raise ValueError("No number of answers tells a rate from itself.")
    needed = planning.size_for_shares(p1, p2, power=power, alpha=alpha, deff=deff)
    return _plan(
        needed,
        lambda n: planning.share_seen(n, p1, power=power, alpha=alpha, deff=deff, rising=p2 > p1),
    )


def to_see_scores(delta: float, sd: float, *, power: float, alpha: float, deff: float) -> Plan:
    """Plan to see a score move by `delta` points when single answers spread with standard deviation `sd`."""
    needed = planning.size_for_means(delta, sd, power=power, alpha=alpha, deff=deff)
    return _plan(needed, lambda n: planning.mean_change_seen(n, sd, power=power, alpha=alpha, deff=deff))


def to_be_sure(half_width: float, sd: float, *, alpha: float, deff: float) -> Plan:
    """Plan for an interval of the value -/+ `half_width`; `sd` is in the same unit."""
    level = 1 - alpha
    needed = planning.size_for_precision(half_width, sd, level=level, deff=deff)
    return _plan(needed, lambda n: planning.precision_of_size(n, sd, level=level, deff=deff))


def _plan(needed: float, shows: Callable[[int], float | None]) -> Plan:
    whole = math.ceil(needed - 1e-9)
    numbers = sorted({*OFFERED, whole})
    return Plan(whole, tuple(Alternative(n, _on_scale(shows(n)), n >= whole) for n in numbers))


def _on_scale(shown: float | None) -> float | None:
    """Return what is shown, None where it is wider than the scale from 0 to 100."""
    return None if shown is None or shown > SCALE else shown
