"""Means, ratios, totals and shares of a part of the sample, with the variance of the whole design.

Each estimator supplies a value and influence scores; `variance` does the rest. There are two entries into
the same arithmetic: a `GradeTable` (tallies; everything published) and a `Sample` (groups or single rows).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.estimation import intervals
from reports.estimation.estimate import (
    Answer,
    BoolArray,
    Estimate,
    FloatArray,
    IntArray,
    JointEstimate,
    NotEstimable,
    Reason,
)
from reports.estimation.sample import Sample
from reports.estimation.tables import SCORES, GradeTable
from reports.estimation.variance import covariance, degrees_of_freedom, variances

EXACT = 1e-11
"""A standard error below this part of the values' size is rounding, not variation."""

SATISFIED, GOOD, BAD = (4, 5), (3, 4, 5), (1, 2)
"""Grades of the satisfaction rate (top-2), of 好评率 (top-3) and of 差评 (`docs/methodology.md` §1)."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What a mean rests on: its variance, its weights and its answers."""

    value: float
    variance: float
    df: float
    n: int
    weight: float
    spread: float
    extent: float


def _mean_estimate(base: _Base, level: float, df: float | None) -> Answer:
    if base.variance <= (EXACT * base.extent) ** 2:
        return NotEstimable(Reason.NO_VARIATION, base.n, base.value)
    freedom = base.df if df is None else df
    if freedom <= 0:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, base.n, base.value)
    used = None if math.isinf(freedom) else freedom
    se = float(np.sqrt(base.variance))
    low, high = intervals.mean_interval(base.value, se, df=used, level=level)
    deff, deff_wr = _design_effects(base)
    return Estimate(base.value, se, used, low, high, base.n, level, "t", None, None, deff, deff_wr)


def _share_estimate(base: _Base, level: float, df: float | None, truncate: bool) -> Answer:
    p = min(max(base.value, 0.0), 1.0)
    freedom = base.df if df is None else df
    if p <= EXACT or p >= 1 - EXACT:
        p = float(round(p))
        low, high = intervals.clopper_pearson(base.n if p else 0, base.n, level=level)
        return Estimate(
            p, 0.0, freedom, low, high, base.n, level, "clopper-pearson", float(base.n), high - low
        )
    if base.variance <= EXACT**2:
        return NotEstimable(Reason.NO_VARIATION, base.n, p)
    if freedom <= 0:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, base.n, p)
    n_e = p * (1 - p) / base.variance
    low, high = intervals.wilson(p, n_e, level=level, df=freedom)
    gate = intervals.korn_graubard(p, n_e, n=base.n, df=freedom, level=level, truncate=truncate)
    deff, deff_wr = _design_effects(base)
    se = float(np.sqrt(base.variance))
    return Estimate(p, se, freedom, low, high, base.n, level, "wilson", n_e, gate[1] - gate[0], deff, deff_wr)


def _design_effects(base: _Base) -> tuple[float | None, float | None]:
    """Compare with simple random sampling of n without and with replacement (R's `svymean(deff=)`)."""
    if base.n < 2 or base.spread <= 0:
        return None, None
    replaced = base.spread / (base.n - 1)
    kept = replaced * (base.weight - base.n) / base.weight
    ratio = base.variance / kept if base.weight > base.n * (1 + 1e-9) else None
    return ratio, base.variance / replaced


# --- tallies ------------------------------------------------------------------------------------------------


def scores(
    tables: Sequence[GradeTable], *, level: float = 0.95, points: Sequence[float] = SCORES
) -> tuple[Answer, ...]:
    """Estimate the mean score 0-100 of each of several items, with t intervals.

    theta = sum s_v w_v / W; V from u = w (s - theta) / W. `NotEstimable` without answers, without variation
    or without degrees of freedom. Source: `tallies.md` step 3; `docs/methodology.md` §1, §2.
    """
    return tuple(
        base if isinstance(base, NotEstimable) else _mean_estimate(base, level, None)
        for base in _table_bases(tables, np.asarray(points, dtype=np.float64))
    )


def shares(
    tables: Sequence[GradeTable], grades: Sequence[int], *, level: float = 0.95, truncate: bool = False
) -> tuple[Answer, ...]:
    """Estimate the share 0-1 of answers in `grades` for each of several items, with Wilson's intervals.

    n_e = p (1-p) / V and t_df; all or none of the answers: Clopper-Pearson on n. `truncate` is NCHS's n* <= n in
    the Korn-Graubard width. Source: `docs/methodology.md` §2.
    """
    columns = tables[0].n.shape[1] if tables else 0
    chosen = np.array([float(grade in grades) for grade in range(1, columns + 1)])
    return tuple(
        base if isinstance(base, NotEstimable) else _share_estimate(base, level, None, truncate)
        for base in _table_bases(tables, chosen)
    )


def scores_and_rates(tables: Sequence[GradeTable], *, level: float = 0.95) -> tuple[tuple[Answer, ...], ...]:
    """Estimate the scores of several items and their satisfaction rates, in one pass (`scores`, `shares`)."""
    return of_parts(GradeTable.stacked(tables), _owners(tables), level=level) if tables else ((), ())


def of_parts(table: GradeTable, owner: IntArray, *, level: float = 0.95) -> tuple[tuple[Answer, ...], ...]:
    """Estimate the scores and the satisfaction rates of several parts of the sample at once.

    `owner` (H,) says which part each row of the table is about: 0, 1, … in order, each with one row at least. The
    design of a row stays that of its whole stratum (`docs/methodology.md` §2, §14).
    """
    satisfied = np.array([float(grade in SATISFIED) for grade in range(1, table.n.shape[1] + 1)])
    points, rates = _bases(table, owner, np.asarray(SCORES, dtype=np.float64), satisfied)
    return (
        tuple(one if isinstance(one, NotEstimable) else _mean_estimate(one, level, None) for one in points),
        tuple(
            one if isinstance(one, NotEstimable) else _share_estimate(one, level, None, truncate=False)
            for one in rates
        ),
    )


def score(table: GradeTable, *, level: float = 0.95, points: Sequence[float] = SCORES) -> Answer:
    """Estimate the mean score 0-100 of one item (`scores`)."""
    return scores((table,), level=level, points=points)[0]


def share(table: GradeTable, grades: Sequence[int], *, level: float = 0.95, truncate: bool = False) -> Answer:
    """Estimate the share 0-1 of one item's answers in `grades` (`shares`)."""
    return shares((table,), grades, level=level, truncate=truncate)[0]


def satisfaction(table: GradeTable, *, level: float = 0.95) -> Answer:
    """Estimate the satisfaction rate, the share of grades 4 and 5 (`docs/methodology.md` §1)."""
    return share(table, SATISFIED, level=level)


def good_rate(table: GradeTable, *, level: float = 0.95) -> Answer:
    """Estimate 好评率, the share of grades 3, 4 and 5 (`docs/methodology.md` §1)."""
    return share(table, GOOD, level=level)


def _table_bases(tables: Sequence[GradeTable], values: FloatArray) -> list[_Base | NotEstimable]:
    """Take the means of `values` (grades,) over several tables in one pass; tables share the lonely-PSU policy."""
    return _bases(GradeTable.stacked(tables), _owners(tables), values)[0] if tables else []


def _owners(tables: Sequence[GradeTable]) -> IntArray:
    return np.repeat(np.arange(len(tables)), [len(table.strata) for table in tables])


def _bases(table: GradeTable, owner: IntArray, *several: FloatArray) -> list[list[_Base | NotEstimable]]:
    """Take the means of each of several `values` (grades,) over the rows of each owner, (H,)."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    n = np.add.reduceat(table.n, starts, axis=0).sum(axis=1).tolist()
    by_grade = np.add.reduceat(table.w, starts, axis=0)
    df = np.add.reduceat(table.units - (table.units != 0), starts).tolist()
    weight = by_grade.sum(axis=1)
    sure = np.where(weight > 0, weight, 1.0)
    seen = np.any(table.moments.second != 0, axis=(1, 2))
    moments_of, owner_of = table.moments.kept(seen), owner[seen]
    found: list[list[_Base | NotEstimable]] = []
    for values in several:
        theta = by_grade @ values / sure
        residual = values[None, :] - theta[:, None]
        spread = (by_grade * residual**2).sum(axis=1) / sure
        scores_of = moments_of.each_of((residual / sure[:, None])[owner_of])
        variance, refused = variances(scores_of, table.lonely, owner_of, len(n))
        extent = float(np.abs(values).max())
        found.append(
            [
                _base_of(figures, extent)
                for figures in zip(
                    refused.tolist(),
                    theta.tolist(),
                    variance.tolist(),
                    df,
                    n,
                    weight.tolist(),
                    spread.tolist(),
                    strict=True,
                )
            ]
        )
    return found


def _base_of(figures: tuple[Any, ...], extent: float) -> _Base | NotEstimable:
    refused, theta, variance, df, n, weight, spread = figures
    if n == 0 or weight <= 0:
        return NotEstimable(Reason.NO_WEIGHT if n else Reason.NO_ANSWERS, n)
    if refused:
        return NotEstimable(Reason.LONELY_PSU, n, theta, "a stratum has one PSU")
    return _Base(theta, variance, float(df), n, weight, spread, extent)


# --- rows and groups ----------------------------------------------------------------------------------------


def mean(
    sample: Sample,
    y: FloatArray,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate the mean of `y` (K,) over a domain (K,) that keeps the whole design.

    NaN in `y` leaves the domain. `df` overrides PSUs - strata of the domain; infinite, it
    takes the normal quantile. Source: Hajek; R survey `svymean(subset())`; `docs/methodology.md` §2.
    """
    base = _sample_base(sample, y, domain)
    return base if isinstance(base, NotEstimable) else _mean_estimate(base, level, df)


def proportion(
    sample: Sample,
    y: FloatArray,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
    truncate: bool = False,
) -> Answer:
    """Estimate the share of `y` (K,) of 0 and 1, with Wilson's interval on n_e (`docs/methodology.md` §2)."""
    base = _sample_base(sample, y, domain)
    return base if isinstance(base, NotEstimable) else _share_estimate(base, level, df, truncate)


def _sample_base(sample: Sample, y: FloatArray, domain: BoolArray | None) -> _Base | NotEstimable:
    inside = ~np.isnan(y) if domain is None else domain & ~np.isnan(y)
    n = round(float(sample.count[inside & (sample.weight > 0)].sum()))
    weights = np.where(inside, sample.weight, 0.0)
    weight = float(weights.sum())
    if not np.any(inside):
        return NotEstimable(Reason.NO_ANSWERS)
    if weight <= 0:
        return NotEstimable(Reason.NO_WEIGHT, n)
    values = np.where(inside, y, 0.0)
    theta = float(weights @ values / weight)
    residual = np.where(inside, values - theta, 0.0)
    found = covariance(sample, (residual / weight)[:, None], inside)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, n, theta, found.detail)
    spread = float(weights @ residual**2 / weight)
    df = degrees_of_freedom(sample, inside)
    return _Base(theta, float(found[0, 0]), df, n, weight, spread, float(np.abs(values).max()))


def total(
    sample: Sample,
    y: FloatArray,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate the population total of `y` (K,) (R survey `svytotal`; `docs/methodology.md` §2)."""
    inside = ~np.isnan(y) if domain is None else domain & ~np.isnan(y)
    if not np.any(inside):
        return NotEstimable(Reason.NO_ANSWERS)
    values = np.where(inside, y, 0.0)
    n = round(float(sample.count[inside & (sample.weight > 0)].sum()))
    value = float(sample.weight @ values)
    found = covariance(sample, values[:, None], inside)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, n, value, found.detail)
    size = float(sample.weight @ np.abs(values))
    base = _Base(value, float(found[0, 0]), degrees_of_freedom(sample, inside), n, 0.0, 0.0, size)
    return _mean_estimate(base, level, df)


def ratio(
    sample: Sample,
    y: FloatArray,
    x: FloatArray,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate the ratio of the totals of `y` and `x` (K,), with influence (y - R x) / X.

    Source: R survey `svyratio`; `docs/methodology.md` §2. Records where either is missing leave the domain.
    """
    inside = ~(np.isnan(y) | np.isnan(x))
    inside = inside if domain is None else inside & domain
    if not np.any(inside):
        return NotEstimable(Reason.NO_ANSWERS)
    top, bottom = np.where(inside, y, 0.0), np.where(inside, x, 0.0)
    n = round(float(sample.count[inside & (sample.weight > 0)].sum()))
    below = float(sample.weight @ bottom)
    if below == 0:
        return NotEstimable(Reason.NO_WEIGHT, n)
    value = float(sample.weight @ top) / below
    found = covariance(sample, ((top - value * bottom) / below)[:, None], inside)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, n, value, found.detail)
    extent = float(sample.weight @ np.abs(top)) / abs(below)
    base = _Base(value, float(found[0, 0]), degrees_of_freedom(sample, inside), n, 0.0, 0.0, extent)
    return _mean_estimate(base, level, df)


def joint_means(sample: Sample, y: FloatArray, domains: BoolArray) -> JointEstimate | NotEstimable:
    """Estimate means with their covariance: column j is `y[:, j]` over `domains[:, j]`, (K, p) both.

    Serves domain means of one variable, several variables of one domain, or waves of one design.
    Source: R survey `svyby(covmat=TRUE)`; `docs/methodology.md` §2, §5, §7.
    """
    inside = domains & ~np.isnan(y)
    n = np.asarray(np.rint(sample.count @ inside), dtype=np.int64)
    weights = np.where(inside, sample.weight[:, None], 0.0)
    weight = weights.sum(axis=0)
    if np.any(n == 0):
        return NotEstimable(Reason.NO_ANSWERS, int(n.min()))
    if np.any(weight <= 0):
        return NotEstimable(Reason.NO_WEIGHT, int(n.min()))
    values = np.where(inside, y, 0.0)
    theta = (weights * values).sum(axis=0) / weight
    residual = np.where(inside, values - theta, 0.0) / weight
    seen = np.asarray(inside.any(axis=1))
    found = covariance(sample, residual, seen)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, int(n.min()), None, found.detail)
    return JointEstimate(theta, found, n, degrees_of_freedom(sample, seen))


def standardised_mean(
    sample: Sample,
    y: FloatArray,
    cells: IntArray,
    shares: FloatArray,
    *,
    domain: BoolArray | None = None,
    level: float = 0.95,
    df: float | None = None,
) -> Answer:
    """Estimate sum_g P_g ybar_g, the domain mean directly standardised to one declared mix.

    `cells` (K,) indices into `shares` (G,), which are scaled to sum 1. A cell of the mix without an answer is
    `NotEstimable(EMPTY_CELL)`, never dropped in silence. Influence P_g (y - ybar_g) / W_g.
    Source: R survey `svystandardize`; `docs/methodology.md` §4.
    """
    inside = ~np.isnan(y) if domain is None else domain & ~np.isnan(y)
    n = round(float(sample.count[inside & (sample.weight > 0)].sum()))
    if not np.any(inside):
        return NotEstimable(Reason.NO_ANSWERS)
    mix = shares / shares.sum()
    weights = np.where(inside, sample.weight, 0.0)
    by_cell = np.bincount(cells, weights=weights, minlength=mix.shape[0])
    if np.any((by_cell <= 0) & (mix > 0)):
        return NotEstimable(Reason.EMPTY_CELL, n)
    values = np.where(inside, y, 0.0)
    size = np.where(by_cell > 0, by_cell, 1.0)
    means = np.bincount(cells, weights=weights * values, minlength=mix.shape[0]) / size
    value = float(mix @ means)
    residual = np.where(inside, values - means[cells], 0.0) * (mix / size)[cells]
    found = covariance(sample, residual[:, None], inside)
    if isinstance(found, NotEstimable):
        return NotEstimable(found.reason, n, value, found.detail)
    freedom, extent = degrees_of_freedom(sample, inside), float(np.abs(values).max())
    return _mean_estimate(_Base(value, float(found[0, 0]), freedom, n, 0.0, 0.0, extent), level, df)
