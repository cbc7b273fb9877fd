"""Key drivers of a wave: what the overall rating goes with. Association, not cause, and part of no score.

For the wave as a whole only. A department has a few hundred complete records at best: intervals of its own shares
would span most of what is possible, and would be read as an order of what to mend all the same.
Differences between departments are taken out first: that a liked department is liked in everything says nothing about
what its residents go by. Source and formulas: `docs/methodology.md` §11.
"""

from __future__ import annotations

from reports.analyses.content import DriverFigures, Drivers, Why, to_three_places
from reports.analyses.records import WaveRecords, in_full
from reports.estimation.estimate import NotEstimable, Reason
from reports.estimation.resampling import MOST_DIMENSIONS, wave_drivers

RESAMPLES = 500
REASONS = {
    Reason.TOO_FEW_UNITS: Why.TOO_FEW_PEOPLE,
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
}


def drivers_of(records: WaveRecords, *, seed: int, level: float, base: int) -> Drivers:
    """Share R2 of the headline score among the dimensions, with `level` intervals; or say why it cannot be had.

    Every record counts once, whatever the weights of the wave; people are drawn anew within their stratum. `base` is
    the wave's smallest base. Departments where the people left out for a missing answer are fewer than the smallest
    base of any method do not come in: beside the published tables their answers could be worked out.
    """
    if records.withheld:
        return Drivers(Why.MOMENTS_WITHHELD)
    width = len(records.dimensions)
    if width < 2:
        return Drivers(Why.TOO_FEW_DIMENSIONS)
    if width > MOST_DIMENSIONS:
        return Drivers(Why.TOO_MANY_DIMENSIONS)
    rated = in_full(records, lambda one: one.rating, base=base)
    if rated.reason is not None:
        return Drivers(rated.reason, rated.n if rated.n >= base else None)
    found = wave_drivers(rated.departments, seed=seed, resamples=RESAMPLES, level=level)
    if isinstance(found, NotEstimable):
        return Drivers(REASONS[found.reason], rated.n)
    r2 = found.found.r2
    return Drivers(
        reason=None,
        n=rated.n,
        departments=len(rated.departments),
        r2=to_three_places(r2),
        r2_low=to_three_places(found.r2[0]),
        r2_high=to_three_places(found.r2[1]),
        dimensions=tuple(
            DriverFigures(
                code=dimension.code,
                names=dict(dimension.names),
                lmg=to_three_places(found.found.lmg[j] / r2),
                lmg_low=to_three_places(found.lmg[j, 0]),
                lmg_high=to_three_places(found.lmg[j, 1]),
                johnson=to_three_places(found.found.johnson[j] / r2),
                johnson_low=to_three_places(found.johnson[j, 0]),
                johnson_high=to_three_places(found.johnson[j, 1]),
            )
            for j, dimension in enumerate(records.dimensions)
        ),
        seed=seed,
        resamples=found.resamples,
    )
