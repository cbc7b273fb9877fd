"""Key drivers: how much of R2 each predictor carries. Association, not cause; never part of a score.

Works from a correlation or covariance matrix, so cross-moments suffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from reports.estimation.estimate import FloatArray, NotEstimable, Reason

MOST_PREDICTORS = 15


@dataclass(frozen=True, slots=True)
class Drivers:
    """R2 and its shares among p predictors: LMG and Johnson sum to it; `first` alone, `last` on top."""

    r2: float
    lmg: FloatArray
    johnson: FloatArray
    first: FloatArray
    last: FloatArray


def drivers(covariance: FloatArray) -> Drivers | NotEstimable:
    """Share R2 of variable 0 among the others of a covariance matrix (p+1, p+1), p <= 15.

    LMG: average gain of R2 over all orders (Lindeman, Merenda, Gold 1980); Johnson 2000 = Genizi 1993:
    Lambda = R^(1/2), eps = Lambda^2 (Lambda^-1 r)^2. Source: R relaimpo; `docs/methodology.md` §7.
    """
    width = covariance.shape[0] - 1
    if not 1 <= width <= MOST_PREDICTORS:
        return NotEstimable(Reason.TOO_FEW_UNITS, width)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if np.any(spread <= 0):
        return NotEstimable(Reason.NO_VARIATION, width)
    correlation = covariance / np.outer(spread, spread)
    r, among = correlation[1:, 0], correlation[1:, 1:]
    values, vectors = np.linalg.eigh(among)
    if values[0] < 1e-10:
        return NotEstimable(Reason.SINGULAR, width)
    explained: dict[tuple[int, ...], float] = {(): 0.0}
    for size in range(1, width + 1):
        for chosen in combinations(range(width), size):
            part = list(chosen)
            explained[chosen] = float(r[part] @ np.linalg.solve(among[np.ix_(part, part)], r[part]))
    lmg = np.zeros(width)
    for chosen, before in explained.items():
        size = len(chosen)
        if size < width:
            weight = factorial(size) * factorial(width - size - 1) / factorial(width)
            for j in set(range(width)) - set(chosen):
                lmg[j] += weight * (explained[tuple(sorted((*chosen, j)))] - before)
    everything = tuple(range(width))
    r2 = explained[everything]
    last = np.array([r2 - explained[tuple(k for k in everything if k != j)] for j in everything])
    root = (vectors * np.sqrt(values)) @ vectors.T
    johnson = root**2 @ np.linalg.solve(root, r) ** 2
    return Drivers(r2, lmg, johnson, r**2, last)
