"""Reliability of the battery: whether the questions of the dimensions measure one thing.

Within departments, for questions that only tell good departments from bad ones would seem to agree. α follows from the
published moments, each pair of questions from those who answered both; ω is of those who answered all, each counted
once (`docs/methodology.md` §12).
"""

from __future__ import annotations

import numpy as np

from reports.analyses.content import ItemFigures, Reliability, Why, to_three_places
from reports.analyses.records import FEWEST_PEOPLE, WaveRecords, in_full
from reports.estimation.estimate import FloatArray, NotEstimable, Reason
from reports.estimation.reliability import Alpha, cronbach, mcdonald
from reports.estimation.resampling import pooled_covariance
from reports.evaluations.digits import published, published_or_none

REASONS = {
    Reason.TOO_FEW_UNITS: Why.TOO_FEW_PEOPLE,
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
    Reason.NO_CONVERGENCE: Why.NO_CONVERGENCE,
}


def reliability_of(records: WaveRecords, *, base: int) -> Reliability:
    """Give α with its parts, and ω with the CFI; each with the reason where it cannot be had.

    α needs `FEWEST_PEOPLE` people behind each pair of questions, ω as many who answered every question, of
    departments where those who did not are nobody or enough; `base` is the wave's smallest base.
    """
    if records.withheld:
        return Reliability(Why.MOMENTS_WITHHELD, Why.MOMENTS_WITHHELD)
    if len(records.items) < 2:
        return Reliability(Why.TOO_FEW_ITEMS, Why.TOO_FEW_ITEMS)
    moments = np.array([one.moments for one in records.departments])
    n = int(moments[:, 0].sum(axis=0).min())
    if n < max(FEWEST_PEOPLE, base):
        return Reliability(Why.TOO_FEW_PEOPLE, Why.TOO_FEW_PEOPLE, n if n >= base else None)
    alpha = cronbach(within(moments))
    if isinstance(alpha, NotEstimable):
        return Reliability(REASONS[alpha.reason], Why.NO_VARIATION, n)
    if len(records.items) < 3:
        return _written(records, alpha, n, Why.TOO_FEW_ITEMS)
    answered = in_full(records, lambda one: one.battery, base=base)
    if answered.reason is not None:
        return _written(records, alpha, n, answered.reason)
    omega = mcdonald(pooled_covariance(answered.departments), answered.n)
    if isinstance(omega, NotEstimable):
        return _written(records, alpha, n, REASONS[omega.reason], complete=answered.n)
    return _written(
        records,
        alpha,
        n,
        None,
        complete=answered.n,
        omega=to_three_places(omega.total),
        cfi=None if omega.cfi is None else to_three_places(omega.cfi),
    )


def within(moments: FloatArray) -> FloatArray:
    """Give the covariance (P, P) of the scores within departments from moments of grades (departments, 4, P, P).

    Σ (Σab − Σa Σb / n) / Σ (n − 1), each pair of questions from those who answered both.
    """
    n, left, right, product = np.moveaxis(moments, 1, 0)
    # A department in which nobody answered both adds nothing: its sums are nought.
    sums = (product - left * right / np.maximum(n, 1)).sum(axis=0)
    return np.asarray(25.0**2 * sums / np.maximum((n - 1).clip(0).sum(axis=0), 1), dtype=np.float64)


def _written(
    records: WaveRecords,
    alpha: Alpha,
    n: int,
    omega_reason: str | None,
    *,
    complete: int | None = None,
    omega: str | None = None,
    cfi: str | None = None,
) -> Reliability:
    return Reliability(
        reason=None,
        omega_reason=omega_reason,
        n=n,
        complete=complete,
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
