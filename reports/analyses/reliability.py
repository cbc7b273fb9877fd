"""Reliability of the battery: whether the questions of the dimensions measure one thing.

Within departments, for questions that only tell good departments from bad ones would seem to agree. α takes every pair
of questions from those who answered both, ω those who answered all (`docs/methodology.md` §12).
"""

from __future__ import annotations

import numpy as np

from reports.analyses.content import ItemFigures, Reliability, Why
from reports.analyses.drivers import FEWEST_PEOPLE
from reports.analyses.records import Records, WaveRecords, cells_of, complete, people
from reports.estimation.estimate import FloatArray, IntArray, NotEstimable, Reason
from reports.estimation.reliability import Alpha, cronbach, mcdonald
from reports.estimation.resampling import pooled_covariance
from reports.evaluations.digits import published, published_or_none
from reports.evaluations.grouping import nobody_or
from reports.evaluations.pairs import SMALLEST_BASE

REASONS = {
    Reason.TOO_FEW_UNITS: Why.TOO_FEW_PEOPLE,
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
    Reason.NO_CONVERGENCE: Why.NO_CONVERGENCE,
}


def reliability_of(records: WaveRecords, *, base: int) -> Reliability:
    """Give α with its parts, and ω with the CFI; each with the reason where it cannot be had.

    Needs `FEWEST_PEOPLE` people who answered every question; `base` is the wave's smallest base.
    """
    if len(records.items) < 2:
        return Reliability(Why.TOO_FEW_ITEMS, Why.TOO_FEW_ITEMS)
    departments = [cells for one in records.departments if (cells := cells_of(one, one.battery))]
    n = people(departments)
    if n < max(FEWEST_PEOPLE, base):
        return Reliability(Why.TOO_FEW_PEOPLE, Why.TOO_FEW_PEOPLE, n if n >= base else None)
    if not nobody_or(_differences(records), SMALLEST_BASE):
        return Reliability(Why.TOO_FEW_LEFT_OUT, Why.TOO_FEW_LEFT_OUT)
    pairwise = within(records.departments)
    alpha = pairwise if isinstance(pairwise, NotEstimable) else cronbach(pairwise)
    if isinstance(alpha, NotEstimable):
        return Reliability(REASONS[alpha.reason], Why.NO_VARIATION, n)
    if len(records.items) < 3:
        return _written(records, alpha, n, Why.TOO_FEW_ITEMS)
    omega = mcdonald(pooled_covariance(departments), n)
    if isinstance(omega, NotEstimable):
        return _written(records, alpha, n, REASONS[omega.reason])
    return _written(records, alpha, n, None, omega=published(omega.total), cfi=published_or_none(omega.cfi))


def within(departments: tuple[Records, ...]) -> FloatArray | NotEstimable:
    """Give the covariance (P, P) of the battery within departments, each pair from those who answered both."""
    width = departments[0].battery.shape[1]
    total, weights = np.zeros((width, width)), np.zeros((width, width))
    for one in departments:
        given = ~np.isnan(one.battery)
        seen, z = given.astype(np.float64), np.where(given, one.battery, 0.0)
        w = (one.counts * one.weight)[:, None]
        n, sums = (seen * w).T @ seen, (z * w).T @ seen
        means = np.divide(sums * sums.T, n, out=np.zeros_like(n), where=n > 0)
        total += (z * w).T @ z - means
        weights += n
    if (weights <= 0).any():
        return NotEstimable(Reason.TOO_FEW_UNITS)
    return np.asarray(total / weights, dtype=np.float64)


def _differences(records: WaveRecords) -> IntArray:
    """Count who is in one of the sets that figures are given of and not in another."""
    found = np.zeros(3, dtype=np.int64)
    for one in records.departments:
        rated, answered = complete(one.rating), complete(one.battery)
        for at, apart in enumerate((~answered, rated & ~answered, answered & ~rated)):
            found[at] += int(one.counts[apart].sum())
    return found


def _written(
    records: WaveRecords,
    alpha: Alpha,
    n: int,
    omega_reason: str | None,
    *,
    omega: str | None = None,
    cfi: str | None = None,
) -> Reliability:
    return Reliability(
        reason=None,
        omega_reason=omega_reason,
        n=n,
        alpha=published(alpha.raw),
        alpha_standardised=published(alpha.standardised),
        omega=omega,
        cfi=cfi,
        items=tuple(
            ItemFigures(
                item.code,
                dict(item.text),
                item.dimension,
                published_or_none(rest),
                published_or_none(without),
            )
            for item, rest, without in zip(records.items, alpha.item_rest, alpha.without, strict=True)
        ),
    )
