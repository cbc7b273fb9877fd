"""Key drivers of a wave: what the overall rating goes with. Association, not cause, and part of no score.

For the wave as a whole only. A department has a few hundred complete records at best: intervals of its own shares
would span most of what is possible, and would be read as an order of what to mend all the same.
Differences between departments are taken out first: that a liked department is liked in everything says nothing about
what its residents go by. Source and formulas: `docs/methodology.md` §11.
"""

from __future__ import annotations

import numpy as np

from reports.analyses.content import DriverFigures, Drivers, Why
from reports.analyses.records import Records, WaveRecords, cells_of, complete, people
from reports.estimation.estimate import NotEstimable, Reason
from reports.estimation.resampling import MOST_DIMENSIONS, wave_drivers
from reports.evaluations.digits import published
from reports.evaluations.grouping import nobody_or
from reports.evaluations.pairs import SMALLEST_BASE

FEWEST_PEOPLE = 100
RESAMPLES = 500
REASONS = {
    Reason.TOO_FEW_UNITS: Why.TOO_FEW_PEOPLE,
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
}


def drivers_of(records: WaveRecords, *, seed: int, level: float, base: int) -> Drivers:
    """Share R2 of the headline score among the dimensions, with `level` intervals; or say why it cannot be had.

    `base` is the wave's smallest base. Where the people left out for a missing answer are fewer than the smallest base
    of any method, nothing is told: beside the published tables their answers could be worked out.
    """
    width = len(records.dimensions)
    if width < 2:
        return Drivers(Why.TOO_FEW_DIMENSIONS)
    if width > MOST_DIMENSIONS:
        return Drivers(Why.TOO_MANY_DIMENSIONS)
    departments = [cells for one in records.departments if (cells := cells_of(one, one.rating))]
    n = people(departments)
    if n < max(FEWEST_PEOPLE, base):
        return Drivers(Why.TOO_FEW_PEOPLE, n if n >= base else None)
    if not nobody_or(np.array([sum(left_out(one) for one in records.departments)]), SMALLEST_BASE):
        return Drivers(Why.TOO_FEW_LEFT_OUT)
    found = wave_drivers(departments, seed=seed, resamples=RESAMPLES, level=level)
    if isinstance(found, NotEstimable):
        return Drivers(REASONS[found.reason], n)
    r2 = found.found.r2
    return Drivers(
        reason=None,
        n=n,
        departments=len(departments),
        r2=published(r2),
        r2_low=published(found.r2[0]),
        r2_high=published(found.r2[1]),
        dimensions=tuple(
            DriverFigures(
                code=dimension.code,
                names=dict(dimension.names),
                lmg=published(found.found.lmg[j] / r2),
                lmg_low=published(found.lmg[j, 0]),
                lmg_high=published(found.lmg[j, 1]),
                johnson=published(found.found.johnson[j] / r2),
                johnson_low=published(found.johnson[j, 0]),
                johnson_high=published(found.johnson[j, 1]),
            )
            for j, dimension in enumerate(records.dimensions)
        ),
        seed=seed,
        resamples=found.resamples,
    )


def left_out(one: Records) -> int:
    """Count the people of a department who graded the headline but not every dimension."""
    return int(one.counts[~complete(one.rating)].sum())
