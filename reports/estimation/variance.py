"""The one variance routine (R `survey`'s idea: `svyrecvar`), fed by influence scores.

Scores are collapsed to the first and second moments of the PSU totals of each stratum; `combine` turns those
moments into a covariance with finite population corrections and the lonely-PSU policy. Whoever holds the
published moments holds everything the variance needs. It promises a finite covariance or `NotEstimable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.estimation.estimate import BoolArray, FloatArray, IntArray, NotEstimable, Reason
from reports.estimation.sample import Calibration, LinearCalibration, Lonely, Sample

ROUNDING = 1e-12
"""PSUs that differ by less than this part of their squared sum are equal: what is left is rounding."""

SELF_REPRESENTING = 1e-7
"""A stratum whose fpc is below this was taken whole and adds nothing (as in R)."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Moments of p scores over the PSU totals of S strata.

    `first` (S, p) sums, `second` (S, p, p) sums of products, `sampled` and `population` (S,) PSUs, `factor`
    (S,) sampling fractions of the stages above, `call` (S,) which strata are averaged together when some of
    them are lonely. PSUs without a member of the domain count in `sampled` and add zeros.
    """

    first: FloatArray
    second: FloatArray
    sampled: FloatArray
    population: FloatArray
    factor: FloatArray
    call: IntArray

    def of(self, contrast: FloatArray) -> Moments:
        """Give the moments of linear combinations, `contrast` (p, q)."""
        return Moments(
            self.first @ contrast,
            contrast.T @ self.second @ contrast,
            self.sampled,
            self.population,
            self.factor,
            self.call,
        )

    def each_of(self, contrast: FloatArray) -> Moments:
        """Give the moments of one linear combination for each stratum, `contrast` (S, p).

        What a combination takes away to the last digits, as where all clusters agree, is nought and not rounding.
        """
        size = np.abs(contrast)
        second = ((self.second @ contrast[:, :, None])[:, :, 0] * contrast).sum(axis=1)
        terms = ((np.abs(self.second) @ size[:, :, None])[:, :, 0] * size).sum(axis=1)
        second = np.where(second > ROUNDING * terms, second, 0.0)
        return Moments(
            (self.first * contrast).sum(axis=1)[:, None],
            second[:, None, None],
            self.sampled,
            self.population,
            self.factor,
            self.call,
        )

    def kept(self, which: BoolArray) -> Moments:
        """Give the moments of the strata in `which`, (S,)."""
        return Moments(
            self.first[which],
            self.second[which],
            self.sampled[which],
            self.population[which],
            self.factor[which],
            self.call[which],
        )

    def present(self) -> Moments:
        """Leave out the strata without any record, whose lonely PSUs concern nobody."""
        return self.kept(np.any(self.second != 0, axis=(1, 2)))


def stacked(several: Sequence[Moments]) -> Moments:
    """Put the strata of several estimates one after the other; all have the same number p of scores."""
    return Moments(
        np.concatenate([one.first for one in several]),
        np.concatenate([one.second for one in several]),
        np.concatenate([one.sampled for one in several]),
        np.concatenate([one.population for one in several]),
        np.concatenate([one.factor for one in several]),
        np.concatenate([one.call for one in several]),
    )


def combine(moments: Moments, lonely: Lonely = Lonely.REFUSE) -> FloatArray | NotEstimable:
    """Give the covariance (p, p) of the score totals: sum of factor (1-f) n/(n-1) (S2 - S1 S1'/n).

    Source: Lumley, R survey, `onestrat`, `onestage`; Saerndal et al. 1992 (4.3); `docs/methodology.md` §2.
    `NotEstimable` where a stratum has one PSU and the policy is to refuse.
    """
    if moments.first.shape[0] == 0:
        return np.zeros((moments.first.shape[1], moments.first.shape[1]))
    shared = _scaled(moments, lonely, np.zeros(moments.first.shape[0], dtype=np.int64), 1)
    if shared.refused[0]:
        return NotEstimable(Reason.LONELY_PSU, detail="a stratum has one PSU")
    products = moments.first[:, :, None] * moments.first[:, None, :] * shared.centre[:, None, None]
    spread = moments.second - products
    own, square = (np.diagonal(part, axis1=1, axis2=2) for part in (spread, moments.second))
    varies = own > ROUNDING * square
    spread = np.where(varies[:, :, None] & varies[:, None, :], spread, 0.0)
    covariance = np.tensordot(shared.scale, spread, axes=1)
    return np.asarray((covariance + covariance.T) / 2, dtype=np.float64)


def variances(moments: Moments, lonely: Lonely, owner: IntArray, owners: int) -> tuple[FloatArray, BoolArray]:
    """Give the variance of the one score of each of several estimates that share a call.

    `moments` (S, 1) hold the strata of all of them one after the other, `owner` (S,) says whose each is. Returns
    variances and whether the lonely-PSU policy refuses one, (owners,) each. The same arithmetic as `combine`.
    """
    shared = _scaled(moments, lonely, owner, owners)
    square = moments.second[:, 0, 0]
    spread = square - moments.first[:, 0] ** 2 * shared.centre
    spread = np.where(spread > ROUNDING * square, spread, 0.0)
    found = np.bincount(owner, weights=shared.scale * spread, minlength=owners)
    return np.asarray(found, dtype=np.float64), shared.refused


@dataclass(frozen=True, slots=True)
class _Scaled:
    """How much each stratum's spread counts, (S,), what share of its squared sum is taken off, (S,), who is refused."""

    scale: FloatArray
    centre: FloatArray
    refused: BoolArray


def _scaled(moments: Moments, lonely: Lonely, owner: IntArray, owners: int) -> _Scaled:
    n = moments.sampled
    fpc = np.where(np.isinf(moments.population), 1.0, 1.0 - n / moments.population)
    alone = (n <= 1) & (fpc >= SELF_REPRESENTING)
    refused = np.zeros(owners, dtype=bool)
    centre = 1.0 / n
    scale = fpc * np.divide(n, n - 1, out=np.ones_like(n), where=n > 1)
    scale = np.where(fpc < SELF_REPRESENTING, 0.0, scale) * moments.factor
    if not alone.any():
        return _Scaled(scale, centre, refused)
    if lonely is Lonely.CENTER:
        return _Scaled(scale, np.where(alone, 0.0, centre), refused)
    if lonely is Lonely.REFUSE:
        refused[owner[alone]] = True
    scale = np.where(alone, 0.0, scale)
    if lonely is Lonely.AVERAGE:
        call = owner * (int(moments.call.max(initial=0)) + 1) + moments.call
        strata = np.bincount(call)
        sound = np.bincount(call, weights=~alone)
        refused[owner[(sound == 0)[call]]] = True
        scale = scale * (strata / np.maximum(sound, 1))[call]
    return _Scaled(scale, centre, refused)


def moments(sample: Sample, residual: FloatArray, domain: BoolArray | None = None) -> Moments:
    """Collapse the influence of each group, weight x `residual` (K, p), to moments by stratum and stage.

    `domain` (K,) drops groups whose residual is zero by definition, so that strata outside the domain do not
    call for the lonely-PSU policy; a calibrated sample keeps all. Source: R survey, `multistage`.
    """
    if sample.calibrations:
        for calibration in sample.calibrations:
            residual = _calibrated(calibration, residual)
    elif domain is not None:
        sample, residual = sample.only(domain), residual[domain]
    width = residual.shape[1]
    parts: list[Moments] = []
    factor = np.ones(sample.size)
    calls = 0
    above = np.zeros(sample.size, dtype=np.int64)
    for stage in sample.stages:
        labels, at = np.unique(stage.stratum, return_inverse=True)
        count = labels.shape[0]
        first, second = _collapsed(sample, residual, stage.cluster, at, count)
        where = np.zeros(count, dtype=np.int64)
        where[at] = np.arange(sample.size)
        parts.append(
            Moments(
                first,
                second,
                stage.sampled[where],
                stage.population[where],
                factor[where],
                calls + above[where],
            )
        )
        calls += int(above.max(initial=-1)) + 1
        if stage.cluster is None:
            break
        factor = factor * np.where(np.isinf(stage.population), 0.0, stage.sampled / stage.population)
        above = np.unique(stage.cluster, return_inverse=True)[1].astype(np.int64)
    if not parts:
        empty = np.zeros(0)
        return Moments(
            np.zeros((0, width)), np.zeros((0, width, width)), empty, empty, empty, empty.astype(int)
        )
    return stacked(parts)


def covariance(
    sample: Sample, residual: FloatArray, domain: BoolArray | None = None
) -> FloatArray | NotEstimable:
    """Give the covariance (p, p) of the sums of weight x `residual` (K, p) over the sample."""
    return combine(moments(sample, residual, domain), sample.lonely)


def _collapsed(
    sample: Sample, residual: FloatArray, cluster: IntArray | None, at: IntArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Sum PSU totals and their products by stratum `at` (K,); without clusters each record is a PSU."""
    width = residual.shape[1]
    second = np.zeros((count, width, width))
    if cluster is None:
        values, power, home = residual, sample.square, at
        totals = residual * sample.weight[:, None]
    else:
        ids, member = np.unique(cluster, return_inverse=True)
        totals = np.zeros((ids.shape[0], width))
        np.add.at(totals, member, residual * sample.weight[:, None])
        home = np.zeros(ids.shape[0], dtype=np.int64)
        home[member] = at
        values, power = totals, np.ones(ids.shape[0])
    first = np.zeros((count, width))
    np.add.at(first, home, totals)
    order = np.argsort(home, kind="stable")
    bounds = np.searchsorted(home[order], np.arange(count + 1))
    for h in range(count):
        rows = order[bounds[h] : bounds[h + 1]]
        second[h] = (values[rows] * power[rows, None]).T @ values[rows]
    return first, second


def cell_adjustments(
    sums: FloatArray, sizes: FloatArray, margins: tuple[IntArray, ...], sweeps: int
) -> FloatArray:
    """Give what calibration takes off every score of a joint cell, (C, p).

    `sums` (C, p) basis-weighted score sums of the cells, `sizes` (C,) their basis; `margins` label arrays
    (C,). Each margin in turn has its mean removed. Source: R survey, `svyrecvar`, post-strata and raking.
    """
    taken = np.zeros_like(sums)
    for _ in range(sweeps):
        for labels in margins:
            groups = int(labels.max(initial=-1)) + 1
            left = np.zeros((groups, sums.shape[1]))
            np.add.at(left, labels, sums - sizes[:, None] * taken)
            size = np.bincount(labels, weights=sizes, minlength=groups)[:, None]
            taken = taken + np.divide(left, size, out=np.zeros_like(left), where=size > 0)[labels]
    return taken


def _calibrated(calibration: Calibration | LinearCalibration, residual: FloatArray) -> FloatArray:
    """Take out of the residuals what the calibration margins explain."""
    if isinstance(calibration, LinearCalibration):
        root = np.sqrt(calibration.base)[:, None]
        fitted = np.linalg.lstsq(calibration.x * root, residual * root, rcond=None)[0]
        return np.asarray(residual - calibration.x @ fitted)
    cells = calibration.margins[0].shape[0]
    sums = np.zeros((cells, residual.shape[1]))
    np.add.at(sums, calibration.cell, residual * calibration.basis[:, None])
    sizes = np.bincount(calibration.cell, weights=calibration.basis, minlength=cells).astype(float)
    taken = cell_adjustments(sums, sizes, calibration.margins, calibration.sweeps)
    return np.asarray(residual - taken[calibration.cell])


def degrees_of_freedom(sample: Sample, domain: BoolArray | None = None) -> float:
    """Count PSUs minus strata among records of the domain with a weight (R's `degf(subset())`)."""
    inside = sample.weight > 0
    if domain is not None:
        inside = inside & domain
    stage = sample.stages[0]
    strata = np.unique(stage.stratum[inside]).shape[0]
    if stage.cluster is None:
        return float(sample.count[inside].sum() - strata)
    return float(np.unique(stage.cluster[inside]).shape[0] - strata)
