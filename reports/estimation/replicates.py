"""Standard errors by replication: jackknife (JK1, JKn), balanced half-samples (BRR) and Fay's method.

For statistics that have no linearisation here. Only the first stage of a design is replicated, with its
finite population correction for the jackknife; whoever has influence scores uses `variance` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reports.estimation import intervals
from reports.estimation.estimate import Answer, Estimate, FloatArray, IntArray, NotEstimable, Reason
from reports.estimation.sample import Sample
from reports.estimation.variance import SELF_REPRESENTING, degrees_of_freedom

Statistic = Callable[[FloatArray], float]
"""A number computed from weights (K,)."""


@dataclass(frozen=True, slots=True)
class Replicates:
    """Factors (U, R) of the weights of each PSU, `unit` (K,), and the scale (R,) of each squared deviation."""

    unit: IntArray
    factor: FloatArray
    scale: FloatArray


def jackknife(sample: Sample) -> Replicates | NotEstimable:
    """Drop each PSU in turn: JK1 without strata, JKn with; a stratum taken whole has no replicates.

    scale = (1-f_h)(n_h-1)/n_h. Source: Wolter 2007 ch. 4; R survey `as.svrepdesign`; `docs/methodology.md` §2.
    """
    unit, home, sampled, population = _units(sample)
    fpc = np.where(np.isinf(population), 1.0, 1 - sampled / population)
    open_strata = fpc >= SELF_REPRESENTING
    if np.any(open_strata & (sampled < 2)):
        return NotEstimable(Reason.LONELY_PSU)
    dropped = np.flatnonzero(open_strata)
    if not dropped.size:
        return NotEstimable(Reason.NO_VARIATION)
    n = sampled[dropped]
    same = home[:, None] == home[dropped][None, :]
    factor = np.where(same, n / (n - 1), 1.0)
    factor[dropped, np.arange(dropped.size)] = 0.0
    return Replicates(unit, factor, fpc[dropped] * (n - 1) / n)


def balanced(sample: Sample, *, rho: float = 0.0) -> Replicates | NotEstimable:
    """Take half-samples of two PSUs per stratum along a Hadamard matrix; 0 < `rho` < 1 is Fay's method.

    The chosen PSU weighs 2 - rho, the other rho; scale = 1/(R (1-rho)^2); no finite population correction.
    `NotEstimable` where a stratum has another number of PSUs than two. Source: McCarthy 1969; Judkins 1990;
    R survey `brrweights`; `docs/methodology.md` §2.
    """
    unit, home, _, _ = _units(sample)
    strata = np.unique(home)
    if np.any(np.bincount(home)[strata] != 2):
        return NotEstimable(Reason.TOO_FEW_UNITS, detail="half-samples need two PSUs in every stratum")
    signs = hadamard(strata.size)[1 : strata.size + 1]
    factor = np.empty((home.size, signs.shape[1]))
    for sign, h in zip(signs, strata, strict=True):
        first, second = np.flatnonzero(home == h)
        factor[first] = np.where(sign > 0, 2 - rho, rho)
        factor[second] = np.where(sign > 0, rho, 2 - rho)
    count = signs.shape[1]
    return Replicates(unit, factor, np.full(count, 1 / (count * (1 - rho) ** 2)))


def replicated(
    sample: Sample,
    replicates: Replicates,
    statistic: Statistic,
    *,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate a statistic of the weights with the spread of its replicates around their mean.

    `df` is PSUs - strata unless given. Source: R survey `svrVar(mse=FALSE)`; `docs/methodology.md` §2.
    """
    n = round(float(sample.count[sample.weight > 0].sum()))
    value = statistic(sample.weight)
    columns = replicates.factor[replicates.unit].T
    found = np.array([statistic(sample.weight * column) for column in columns])
    if not np.isfinite(value) or not np.all(np.isfinite(found)):
        return NotEstimable(Reason.NO_ANSWERS, n)
    variance = float(replicates.scale @ (found - found.mean()) ** 2)
    if variance <= 0:
        return NotEstimable(Reason.NO_VARIATION, n, value)
    freedom = degrees_of_freedom(sample) if df is None else df
    if freedom <= 0:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, n, value)
    used, se = (None if np.isinf(freedom) else freedom), float(np.sqrt(variance))
    low, high = intervals.mean_interval(value, se, df=used, level=level)
    return Estimate(value, se, used, low, high, n, level)


def hadamard(strata: int) -> FloatArray:
    """Give a Hadamard matrix of 1 and -1 with more rows than `strata`, its first row and column all 1.

    Sylvester's where its order, a power of two, is the smallest; else Paley's of order p + 1 for a prime
    p = 3 modulo 4. Source: R survey `hadamard`.
    """
    order = 4
    while order <= strata or not (_is_power_of_two(order) or _is_prime(order - 1)):
        order += 4
    if _is_power_of_two(order):
        matrix = np.ones((1, 1))
        while matrix.shape[0] < order:
            matrix = np.block([[matrix, matrix], [matrix, -matrix]])
        return matrix
    p = order - 1
    squares = np.arange(p) ** 2 % p
    place = np.add.outer(np.arange(p), np.arange(p)) % p
    matrix = np.ones((order, order))
    matrix[1:, 1:] = np.where(np.isin(place, squares), -1.0, 1.0)
    return matrix


def _is_power_of_two(n: int) -> bool:
    return n & (n - 1) == 0


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def _units(sample: Sample) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Give the PSU of each group (K,), numbered as they appear, and stratum, n_h and N_h of each PSU (U,)."""
    stage = sample.stages[0]
    own = np.arange(sample.size) if stage.cluster is None else stage.cluster
    _, first, index = np.unique(own, return_index=True, return_inverse=True)
    appearance = np.argsort(first, kind="stable")
    number = np.empty(appearance.size, dtype=np.int64)
    number[appearance] = np.arange(appearance.size)
    at = first[appearance]
    unit = np.asarray(number[index], dtype=np.int64)
    return unit, stage.stratum[at], stage.sampled[at], stage.population[at]
