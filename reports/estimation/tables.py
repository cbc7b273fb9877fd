"""One department's answers by stratum: what is published, and what every published number is made of.

A `GradeTable` is `dataset.csv` as arrays, a `DimensionTable` is `moments.csv`. Both hold only sums over the
records of a stratum, can be merged (disclosure) by adding, and give the same estimate as the rows would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from reports.estimation.estimate import FloatArray, IntArray
from reports.estimation.sample import Design, ItemTally, Lonely
from reports.estimation.variance import Moments, cell_adjustments, stacked

Array = TypeVar("Array", FloatArray, IntArray)

SCORES = (0.0, 25.0, 50.0, 75.0, 100.0)
"""Score of grades 1..5 (`docs/methodology.md` §1)."""


@dataclass(frozen=True, slots=True)
class GradeTable:
    """One item of one department, stratum by grade 1..5.

    `n` (H, 5) records, `w` (H, 5) and `w2` (H, 5) sums of weights and squared weights, `units` (H,) PSUs with
    an answer, `moments` of the grade indicators (with `sampled` n_h and `population` N_h). For a wave without
    calibration or clusters the moments are w and diag(w2); otherwise they are the residual sums.
    """

    strata: tuple[str, ...]
    n: IntArray
    w: FloatArray
    w2: FloatArray
    units: IntArray
    moments: Moments
    lonely: Lonely = Lonely.REFUSE

    @classmethod
    def of(cls, tally: ItemTally, design: Design) -> GradeTable:
        """Sum a tally by stratum (`tallies.md` step 3), with residuals where the wave is calibrated."""
        strata = len(design.strata)
        n = _summed(tally.n, tally.stratum, strata)
        units = n.sum(axis=1)
        if tally.psu is not None:
            seen = tally.n.sum(axis=1) > 0
            pairs = np.unique(np.stack([tally.stratum[seen], tally.psu[seen]]), axis=1)
            units = np.bincount(pairs[0], minlength=strata)
        return cls(
            strata=tuple(stratum.code for stratum in design.strata),
            n=n,
            w=_summed(tally.w, tally.stratum, strata),
            w2=_summed(tally.w2, tally.stratum, strata),
            units=np.asarray(units, dtype=np.int64),
            moments=grade_moments(design, (tally.stratum, tally.cell, tally.psu), tally.n, tally.w, tally.w2),
            lonely=design.lonely,
        )

    @classmethod
    def of_dataset(
        cls,
        design: Design,
        n: ArrayLike,
        w: ArrayLike,
        w2: ArrayLike,
        *,
        first: ArrayLike | None = None,
        second: ArrayLike | None = None,
        units: ArrayLike | None = None,
    ) -> GradeTable:
        """Rebuild the table from a published dataset and design, as an outside verifier does.

        `first` (H, 5), `second` (H, 5, 5) and `units` (H,) are the residual sums of a calibrated or clustered wave.
        """
        counts, weights, squares = _arrays(n, w, w2)
        strata = counts.shape[0]
        products = np.zeros((strata, counts.shape[1], counts.shape[1]))
        products[:, np.arange(counts.shape[1]), np.arange(counts.shape[1])] = squares
        sums = Moments(
            weights if first is None else np.asarray(first, dtype=np.float64),
            products if second is None else np.asarray(second, dtype=np.float64),
            design.sampled(),
            design.population(),
            np.ones(strata),
            np.zeros(strata, dtype=np.int64),
        )
        answered = counts.sum(axis=1) if units is None else np.asarray(units, dtype=np.int64)
        names = tuple(stratum.code for stratum in design.strata)
        return cls(names, counts, weights, squares, answered, sums, design.lonely)

    @classmethod
    def stacked(cls, tables: Sequence[GradeTable]) -> GradeTable:
        """Put the strata of several items one after the other; they share the lonely-PSU policy of the first."""
        return cls(
            tuple(name for table in tables for name in table.strata),
            np.concatenate([table.n for table in tables]),
            np.concatenate([table.w for table in tables]),
            np.concatenate([table.w2 for table in tables]),
            np.concatenate([table.units for table in tables]),
            stacked([table.moments for table in tables]),
            tables[0].lonely,
        )

    @property
    def answered(self) -> IntArray:
        """Count the answered records of each stratum, (H,)."""
        return np.asarray(self.n.sum(axis=1))


@dataclass(frozen=True, slots=True)
class CrossMoments:
    """Cross-moments of D items: a row per stratum (x cell x PSU), a D x D table per row.

    `n` (K, D, D) records that answered both a and b; `total` (K, D, D) sum of y_a over those; `product`
    (K, D, D) sum of y_a y_b. y are grade codes 1..5. `stratum`, `cell`, `psu` (K,) as in `ItemTally`.
    """

    stratum: IntArray
    n: IntArray
    total: FloatArray
    product: FloatArray
    cell: IntArray | None = None
    psu: IntArray | None = None

    @classmethod
    def of_rows(
        cls,
        grades: FloatArray,
        *,
        stratum: IntArray,
        cell: IntArray | None = None,
        psu: IntArray | None = None,
    ) -> CrossMoments:
        """Take single records, `grades` (K, D) with NaN where not answered, as groups of one."""
        seen = ~np.isnan(grades)
        y = np.where(seen, grades, 0.0)
        both = seen[:, :, None] & seen[:, None, :]
        return cls(
            stratum,
            both.astype(np.int64),
            np.where(both, y[:, :, None], 0.0),
            y[:, :, None] * y[:, None, :],
            cell,
            psu,
        )


@dataclass(frozen=True, slots=True)
class DimensionTable:
    """The D dimensions of one department, by stratum: what a composite index is made of.

    `n` (H, D) answered records; `answered` (H, D) sums of w over them, `scored` (H, D) sums of w x score;
    `units` (H, D) PSUs; `moments` of the 2D variables (answered_1.., score_1..).
    """

    strata: tuple[str, ...]
    n: IntArray
    answered: FloatArray
    scored: FloatArray
    units: IntArray
    moments: Moments
    lonely: Lonely = Lonely.REFUSE

    @classmethod
    def of(
        cls, tally: CrossMoments, design: Design, *, weight: ArrayLike | None = None, step: float = 25.0
    ) -> DimensionTable:
        """Weigh cross-moments and sum them by stratum, scoring grade y as (y-1) x `step`.

        `weight` (K,) overrides the design's weight of one record, for rows that carry their own.
        """
        cell = np.zeros_like(tally.stratum) if tally.cell is None else tally.cell
        each = design.record_weights()[tally.stratum, cell] if weight is None else np.asarray(weight, float)
        dims = tally.n.shape[1]
        diagonal = np.arange(dims)
        strata = len(design.strata)
        own = np.asarray(tally.n[:, diagonal, diagonal])
        scored = step * (tally.total[:, diagonal, diagonal] - own)
        units = _summed(own, tally.stratum, strata)
        if tally.psu is not None:
            units = np.zeros((strata, dims), dtype=np.int64)
            for d in range(dims):
                seen = own[:, d] > 0
                pairs = np.unique(np.stack([tally.stratum[seen], tally.psu[seen]]), axis=1)
                units[:, d] = np.bincount(pairs[0], minlength=strata)
        keys = (tally.stratum, tally.cell, tally.psu)
        return cls(
            tuple(stratum.code for stratum in design.strata),
            _summed(own, tally.stratum, strata),
            _summed(own * each[:, None], tally.stratum, strata),
            _summed(scored * each[:, None], tally.stratum, strata),
            units,
            dimension_moments(
                design, keys, tally.n.astype(float), tally.total, tally.product, each, step=step
            ),
            design.lonely,
        )


def dimension_moments(
    design: Design,
    keys: tuple[IntArray, IntArray | None, IntArray | None],
    n: FloatArray,
    total: FloatArray,
    product: FloatArray,
    weight: FloatArray,
    *,
    step: float = 25.0,
) -> Moments:
    """Collapse cross-moments of D items to those of the 2D variables (answered_1.., score_1..) by stratum.

    `keys` are stratum, cell and PSU (K,) of the rows; `n`, `total`, `product` (K, D, D) as in `CrossMoments`, where
    counts may be expected ones; `weight` (K,) of one record; grade y scores (y-1) x `step`.
    """
    score = step * (total - n)
    square = step**2 * (product - total - total.swapaxes(1, 2) + n)
    diagonal = np.arange(n.shape[1])
    counts = np.concatenate([n[:, diagonal, diagonal], score[:, diagonal, diagonal]], axis=1)
    second = np.concatenate(
        [np.concatenate([n, score.swapaxes(1, 2)], axis=2), np.concatenate([score, square], axis=2)], axis=1
    )
    squared = weight**2
    return _moments(
        design,
        keys,
        counts,
        counts * weight[:, None],
        second * squared[:, None, None],
        counts * squared[:, None],
    )


def _arrays(n: ArrayLike, w: ArrayLike, w2: ArrayLike) -> tuple[IntArray, FloatArray, FloatArray]:
    return (
        np.asarray(n, dtype=np.int64),
        np.asarray(w, dtype=np.float64),
        np.asarray(w2, dtype=np.float64),
    )


def grade_moments(
    design: Design,
    keys: tuple[IntArray, IntArray | None, IntArray | None],
    n: FloatArray | IntArray,
    w: FloatArray,
    w2: FloatArray,
) -> Moments:
    """Collapse counts of grades to the moments that the variance needs, residuals on the margins taken.

    `keys` are stratum, cell and PSU (K,) of the rows; `n`, `w`, `w2` (K, 5) as in `ItemTally`, where counts may be
    expected ones.
    """
    columns = n.shape[1]
    second = np.zeros((n.shape[0], columns, columns))
    second[:, np.arange(columns), np.arange(columns)] = w2
    return _moments(design, keys, n, w, second, w2)


def _summed(values: Array, at: IntArray, size: int) -> Array:
    total = np.zeros((size, *values.shape[1:]), dtype=values.dtype)
    np.add.at(total, at, values)
    return total


def _moments(
    design: Design,
    keys: tuple[IntArray, IntArray | None, IntArray | None],
    counts: FloatArray | IntArray,
    first: FloatArray,
    second: FloatArray,
    power: FloatArray,
) -> Moments:
    """Sum groups to moments by stratum: `first` (K, p) of w x, `power` (K, p) of w2 x, `second` (K, p, p)."""
    stratum, cell, psu = keys
    strata = len(design.strata)
    if design.clustered:
        if psu is None:
            raise ValueError("A clustered wave needs the PSU of every count in its tally.")
        if design.weights is not None and design.weights.margins:
            raise ValueError(
                "A clustered wave cannot be calibrated from tallies; calibrate its rows instead."
            )
        pairs, member = np.unique(np.stack([stratum, psu]), axis=1, return_inverse=True)
        totals = _summed(first, np.asarray(member).ravel(), pairs.shape[1])
        stratum, first, second = pairs[0], totals, totals[:, :, None] * totals[:, None, :]
    elif design.weights is not None and design.weights.margins:
        stratum, first, second = _calibrated(design, stratum, cell, counts, first, second, power)
    return Moments(
        _summed(first, stratum, strata),
        _summed(second, stratum, strata),
        design.sampled(),
        design.population(),
        np.ones(strata),
        np.zeros(strata, dtype=np.int64),
    )


def _calibrated(
    design: Design,
    stratum: IntArray,
    cell: IntArray | None,
    counts: FloatArray | IntArray,
    first: FloatArray,
    second: FloatArray,
    power: FloatArray,
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Take what the margins explain off the sums of each stratum x cell, the unanswered records included."""
    totals = design.weights
    if totals is None:
        raise ValueError("The design has no calibrated weights.")
    shape = totals.records.shape
    # Only cells that hold people are carried: a wave may declare many more.
    live = np.flatnonzero(totals.records.ravel())
    size = live.shape[0]
    place = np.full(shape[0] * shape[1], -1)
    place[live] = np.arange(size)
    at = place[stratum * shape[1] + (np.zeros_like(stratum) if cell is None else cell)]
    peopled = at >= 0
    at, counts, first, second, power = (part[peopled] for part in (at, counts, first, second, power))
    margins = tuple(np.broadcast_to(m, shape).ravel()[live].astype(np.int64) for m in totals.margins)
    weight, square, base = (part.ravel()[live] for part in (totals.weight, totals.square, totals.base))
    records = totals.records.ravel()[live].astype(float)
    first, second, power = (_summed(part, at, size) for part in (first, second, power))
    if totals.raked:
        sums, sizes = _summed(np.asarray(counts, dtype=np.float64), at, size), records
    else:
        ratio = np.divide(base, weight, out=np.zeros(size), where=weight > 0)
        sums, sizes = first * ratio[:, None], base
    taken = cell_adjustments(sums, sizes, margins, 1 if len(margins) == 1 else 10)
    cross = taken[:, :, None] * power[:, None, :]
    second = (
        second - cross - cross.swapaxes(1, 2) + square[:, None, None] * taken[:, :, None] * taken[:, None, :]
    )
    return live // shape[1], first - weight[:, None] * taken, second
