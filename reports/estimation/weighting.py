"""Weights: base, nonresponse, post-stratified, raked, trimmed, and what they cost.

A weight depends on stratum and weighting cell alone. Calibrated weights stay inside the `Design`, so that the
variance can take the residuals on the margins. Nothing here ever weights a self-selected wave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from reports.estimation.estimate import FloatArray, IntArray, NotEstimable, Reason
from reports.estimation.sample import (
    Calibration,
    CellWeights,
    Design,
    LinearCalibration,
    Sample,
    codes,
)

MET = 1e-6
"""A margin whose totals are missed by more than this part is not met."""

Margin = tuple[ArrayLike, ArrayLike]
"""Labels 0..m-1 of the cells, (G,) or (H, G), and the population total of each label, (m,)."""


def base_weights(design: Design) -> FloatArray:
    """Give the weight N_h/n_h of one record of each stratum, (H,); 1 where self-selected or N unknown.

    Source: `tallies.md` step 1; `docs/methodology.md` §2.
    """
    return np.asarray(replace(design, weights=None, cells=("",)).record_weights()[:, 0])


@dataclass(frozen=True, slots=True)
class RakedWeights:
    """Weights after raking: `weight` (C,), whether all margins are met, and after how many sweeps."""

    weight: FloatArray
    converged: bool
    sweeps: int


def raked(
    base: FloatArray,
    margins: tuple[tuple[IntArray, FloatArray], ...],
    *,
    sweeps: int = 200,
    tolerance: float = 1e-10,
) -> RakedWeights | NotEstimable:
    """Fit `base` (C,) to the margins in turn until their totals are met (Deming and Stephan 1940).

    Each margin is labels (C,) and totals (m,). `NotEstimable(EMPTY_CELL)` where a margin with people has no
    record. Source: R survey `rake`; `docs/methodology.md` §2.
    """
    weight = np.asarray(base, dtype=np.float64).copy()
    for sweep in range(1, sweeps + 1):
        for labels, totals in margins:
            have = np.bincount(labels, weights=weight, minlength=totals.shape[0])
            if np.any((have <= 0) & (totals > 0)):
                return NotEstimable(Reason.EMPTY_CELL, detail="a margin has people but no record")
            weight = weight * np.divide(totals, have, out=np.zeros_like(have), where=have > 0)[labels]
        worst = max(
            float(
                np.max(
                    np.abs(np.bincount(lab, weights=weight, minlength=t.shape[0]) - t) / max(t.sum(), 1e-300)
                )
            )
            for lab, t in margins
        )
        if worst < tolerance:
            return RakedWeights(weight, True, sweep)
    return RakedWeights(weight, False, sweeps)


def poststratify(
    design: Design, records: ArrayLike, labels: ArrayLike, totals: ArrayLike
) -> Design | NotEstimable:
    """Scale base weights to known totals of one set of post-strata.

    `records` (H, G) people of the wave by stratum and cell; `labels` (G,) or (H, G) post-stratum of each
    cell; `totals` (m,). Source: R survey `postStratify`; `docs/methodology.md` §2.
    """
    return rake(design, records, {"poststrata": (labels, totals)})


def rake(
    design: Design,
    records: ArrayLike,
    margins: Mapping[str, Margin],
    *,
    trim: float | None = None,
    sweeps: int = 200,
) -> Design | NotEstimable:
    """Rake base weights to the declared margins and put them into the design.

    `records` (H, G) people of the wave by stratum and cell. `trim` caps weights at that many medians
    (`em-1`: 5) and redistributes. `NotEstimable` where a margin is empty or the margins contradict each
    other. Source: R survey `rake`; `docs/methodology.md` §2.
    """
    if design.self_selected:
        raise ValueError("A self-selected wave is not weighted: its margins are not those of a sample.")
    count = np.asarray(records, dtype=np.int64)
    shape = (len(design.strata), len(design.cells))
    if count.shape != shape:
        raise ValueError(f"records must be strata x cells, {shape}, not {count.shape}.")
    if count.sum() == 0:
        return NotEstimable(Reason.NO_ANSWERS)
    labels = tuple(
        np.broadcast_to(np.asarray(lab, dtype=np.int64), shape).ravel() for lab, _ in margins.values()
    )
    totals = tuple(np.asarray(t, dtype=np.float64) for _, t in margins.values())
    start = base_weights(design)[:, None] * count
    fit = raked(start.ravel(), tuple(zip(labels, totals, strict=True)), sweeps=sweeps)
    if isinstance(fit, NotEstimable):
        return fit
    if not fit.converged:
        return NotEstimable(Reason.NO_CONVERGENCE, detail="the margins contradict each other")
    weight = fit.weight.reshape(shape)
    each = np.divide(weight, count, out=np.zeros(shape), where=count > 0)
    if trim is not None:
        each = trimmed(each.ravel(), count.ravel(), limit=trim).reshape(shape)
    reached = (each * count).ravel()
    # Where a cap has bitten a margin is not met any more, and its residuals would promise too much.
    met = tuple(
        lab.reshape(shape)
        for lab, total in zip(labels, totals, strict=True)
        if np.allclose(np.bincount(lab, weights=reached, minlength=total.shape[0]), total, rtol=MET)
    )
    return replace(
        design,
        weights=CellWeights(count, each * count, each**2 * count, start, met, len(margins) > 1),
    )


def trimmed(weight: FloatArray, count: IntArray, *, limit: float = 5.0) -> FloatArray:
    """Cap weights (C,) at `limit` medians and give the excess to the others in proportion.

    `count` (C,) records of each weight; the total is kept, so a cap below the mean weight trims nothing.
    Source: Potter 1990; `docs/methodology.md` §2.
    """
    live = count > 0
    if not np.any(live):
        return weight
    cap = limit * _median(weight[live], count[live])
    total = float(weight @ count)
    if cap <= total / float(count.sum()):
        return weight
    over = live & (weight > cap)
    result = weight.astype(float).copy()
    while np.any(over) and not np.all(over[live]):
        result[over] = cap
        rest = live & ~over
        result[rest] *= (total - cap * float(count[over].sum())) / float(result[rest] @ count[rest])
        more = rest & (result > cap * (1 + 1e-12))
        if not np.any(more):
            break
        over = over | more
    return result


def _median(weight: FloatArray, count: IntArray) -> float:
    order = np.argsort(weight)
    below = np.cumsum(count[order])
    middle = (below[-1] - 1) / 2
    low = int(np.searchsorted(below, np.floor(middle), side="right"))
    high = int(np.searchsorted(below, np.ceil(middle), side="right"))
    return float((weight[order][low] + weight[order][high]) / 2)


def kish(count: ArrayLike, weight: ArrayLike, square: ArrayLike) -> float | None:
    """Give Kish's design effect of unequal weights n sum(w2)/(sum w)^2 = 1 + cv^2; None without weight.

    Arguments are sums by group: n, sum of w, sum of w squared. Source: Kish 1992; `docs/methodology.md` §2.
    """
    total = float(np.sum(weight))
    return float(np.sum(count)) * float(np.sum(square)) / total**2 if total > 0 else None


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """Weights of a linear (GREG) calibration of single records, (K,)."""

    weight: FloatArray


def linear_calibration(base: FloatArray, x: FloatArray, totals: FloatArray) -> LinearWeights | NotEstimable:
    """Calibrate `base` (K,) so that sum w x equals `totals` (q,): w = d (1 + x'lambda), `x` (K, q).

    Source: Deville and Saerndal 1992; R survey `calibrate`; `docs/methodology.md` §2.
    """
    gram = (x * base[:, None]).T @ x
    if np.linalg.matrix_rank(gram) < gram.shape[0]:
        return NotEstimable(Reason.SINGULAR, detail="the calibration variables are collinear")
    return LinearWeights(base * (1 + x @ np.linalg.solve(gram, totals - base @ x)))


def raked_sample(sample: Sample, margins: tuple[tuple[IntArray, FloatArray], ...]) -> Sample | NotEstimable:
    """Rake single records or groups to margins of labels (K,) and totals (m,); one margin post-stratifies.

    The sample remembers the margins, so every later variance takes their residuals. Source: R survey `rake`,
    `postStratify`; `docs/methodology.md` §2.
    """
    fit = raked(sample.weight, margins)
    if isinstance(fit, NotEstimable):
        return fit
    if not fit.converged:
        return NotEstimable(Reason.NO_CONVERGENCE, detail="the margins contradict each other")
    cell = codes(*(labels for labels, _ in margins))
    of_cell = np.zeros(int(cell.max()) + 1, dtype=np.int64)
    of_cell[cell] = np.arange(cell.shape[0])
    basis = sample.count if len(margins) > 1 else sample.weight
    return _reweighted(
        sample, fit.weight, Calibration(cell, tuple(labels[of_cell] for labels, _ in margins), basis)
    )


def linearly_calibrated_sample(sample: Sample, x: FloatArray, totals: FloatArray) -> Sample | NotEstimable:
    """Calibrate a sample linearly to `totals` (q,) of `x` (K, q), keeping x for the residuals."""
    fit = linear_calibration(sample.weight, x, totals)
    if isinstance(fit, NotEstimable):
        return fit
    return _reweighted(sample, fit.weight, LinearCalibration(x, sample.weight))


def _reweighted(sample: Sample, weight: FloatArray, calibration: Calibration | LinearCalibration) -> Sample:
    gain = np.divide(weight, sample.weight, out=np.zeros_like(weight), where=sample.weight > 0)
    return replace(
        sample,
        weight=weight,
        square=sample.square * gain**2,
        calibrations=(*sample.calibrations, calibration),
    )
