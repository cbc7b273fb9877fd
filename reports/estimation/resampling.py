"""Drivers of a whole wave from counted patterns of answers: pooled within departments, with bootstrap intervals.

A *cell* is one stratum of one department: distinct patterns of values, how many people gave each, and what each of
them weighs. Cells with their patterns in a fixed order and a given seed give the same numbers always. Differences
between departments are taken out before anything is related to anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from reports.estimation.drivers import Drivers, drivers
from reports.estimation.estimate import FloatArray, IntArray, NotEstimable, Reason

MOST_DIMENSIONS = 10  # 2^p regressions are solved for every resample
DRAWS_AT_A_TIME = 4_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """People of one stratum of one department: `points` (K, q), `counts` (K,) of people, `weight` (K,) of each."""

    points: FloatArray
    counts: IntArray
    weight: FloatArray


Department = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class WaveDrivers:
    """The shares of R2 with their percentile intervals: r2 (2,), LMG / R2 and Johnson / R2 (p, 2)."""

    found: Drivers
    n: int
    r2: FloatArray
    lmg: FloatArray
    johnson: FloatArray
    resamples: int


def pooled_covariance(departments: Sequence[Department]) -> FloatArray:
    """Give the weighted covariance (q, q) within departments: sum w (z - mean_d)(z - mean_d)' / sum w."""
    width = departments[0][0].points.shape[1]
    total, weight = np.zeros((width, width)), 0.0
    for cells in departments:
        z = np.concatenate([cell.points for cell in cells])
        w = np.concatenate([cell.counts * cell.weight for cell in cells])
        apart = z - w @ z / w.sum()
        total += (apart * w[:, None]).T @ apart
        weight += float(w.sum())
    return np.asarray(total / weight, dtype=np.float64)


def wave_drivers(
    departments: Sequence[Department], *, seed: int, resamples: int = 500, level: float = 0.95
) -> WaveDrivers | NotEstimable:
    """Share R2 of the first of q values among the others, within departments, with percentile intervals.

    People are drawn anew within department and stratum, as many as there were; a resample in which nothing can be
    fitted is left out, and with fewer than nine in ten left there is no answer.
    Source: Groemping 2006 (percentile bootstrap); Efron and Tibshirani 1993, ch. 8 (strata); `docs/methodology.md` §11.
    """
    n = sum(int(cell.counts.sum()) for cells in departments for cell in cells)
    width = departments[0][0].points.shape[1] - 1 if departments else 0
    if n <= width + len(departments) or not 1 <= width <= MOST_DIMENSIONS:
        return NotEstimable(Reason.TOO_FEW_UNITS, n)
    found = drivers(pooled_covariance(departments))
    if isinstance(found, NotEstimable):
        return found
    if found.r2 <= 0:
        return NotEstimable(Reason.NO_VARIATION, n)
    r2, lmg, johnson = shares(_resampled(departments, np.random.default_rng(seed), resamples))
    if len(r2) < 0.9 * resamples:
        return NotEstimable(Reason.SINGULAR, n)
    tails = [(1 - level) / 2, (1 + level) / 2]
    r2_tails, lmg_tails, johnson_tails = (np.quantile(one, tails, axis=0).T for one in (r2, lmg, johnson))
    return WaveDrivers(found, n, r2_tails, lmg_tails, johnson_tails, len(r2))


def shares(covariances: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give R2 (B',), LMG / R2 and Johnson / R2 (B', p) of many covariances (B, q, q), those that can be fitted.

    The same arithmetic as `drivers.drivers`, for all at once.
    """
    spread = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0.0))
    varied = (spread > 0).all(axis=1)
    correlation = covariances[varied] / (spread[varied][:, :, None] * spread[varied][:, None, :])
    values, vectors = np.linalg.eigh(correlation[:, 1:, 1:])
    sound = values[:, 0] >= 1e-10
    r, among = correlation[sound, 1:, 0], correlation[sound, 1:, 1:]
    values, vectors = values[sound], vectors[sound]
    width = r.shape[1]
    explained = np.zeros((1 << width, len(r)))
    for size in range(1, width + 1):
        for chosen in combinations(range(width), size):
            part = np.array(chosen)
            right = r[:, part]
            slopes = np.linalg.solve(among[:, part[:, None], part], right[:, :, None])[:, :, 0]
            explained[sum(1 << j for j in chosen)] = (slopes * right).sum(axis=1)
    lmg = np.zeros((len(r), width))
    for before in range(1 << width):
        size = before.bit_count()
        for j in range(width):
            if not before >> j & 1:
                weight = factorial(size) * factorial(width - size - 1) / factorial(width)
                lmg[:, j] += weight * (explained[before | 1 << j] - explained[before])
    root = (vectors * np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    johnson = (root**2 @ (np.linalg.solve(root, r[:, :, None])[:, :, 0] ** 2)[:, :, None])[:, :, 0]
    r2 = explained[-1]
    fitted = r2 > 0
    return r2[fitted], lmg[fitted] / r2[fitted, None], johnson[fitted] / r2[fitted, None]


def _resampled(departments: Sequence[Department], draw: np.random.Generator, resamples: int) -> FloatArray:
    """Give the pooled covariance (B, q, q) of each resample, up to a factor."""
    width = departments[0][0].points.shape[1]
    first, second = np.triu_indices(width)
    total = np.zeros((resamples, len(first)))
    for cells in departments:
        z = np.concatenate([cell.points for cell in cells])
        z = z - np.average(z, axis=0, weights=np.concatenate([cell.counts for cell in cells]))
        w = np.concatenate([cell.weight for cell in cells])
        features = np.column_stack([np.ones(len(z)), z, z[:, first] * z[:, second]]) * w[:, None]
        sums = np.zeros((resamples, features.shape[1]))
        start = 0
        for cell in cells:
            rows = features[start : start + len(cell.counts)]
            sums += _drawn(cell.counts, draw, resamples) @ rows
            start += len(cell.counts)
        means = sums[:, 1 : 1 + width]
        total += sums[:, 1 + width :] - means[:, first] * means[:, second] / sums[:, :1]
    found = np.empty((resamples, width, width))
    found[:, first, second] = found[:, second, first] = total
    return found


def _drawn(counts: IntArray, draw: np.random.Generator, resamples: int) -> FloatArray:
    """Draw people with replacement, `resamples` times: how many of each pattern, (B, K)."""
    n, size = int(counts.sum()), len(counts)
    pattern_of = np.repeat(np.arange(size), counts)
    found = np.empty((resamples, size))
    step = max(1, DRAWS_AT_A_TIME // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        picked = pattern_of[draw.integers(0, n, size=(rows, n), dtype=np.int32)]
        picked += size * np.arange(rows)[:, None]
        found[start : start + rows] = np.bincount(picked.ravel(), minlength=rows * size).reshape(rows, size)
    return found
