"""Design-based tests: do two groups differ, do departments differ at all, what does a regression say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import t as student

from reports.estimation.estimate import BoolArray, FloatArray, IntArray, JointEstimate, NotEstimable, Reason
from reports.estimation.estimators import joint_means, mean
from reports.estimation.sample import Sample
from reports.estimation.variance import ROUNDING, covariance, degrees_of_freedom


@dataclass(frozen=True, slots=True)
class GroupTest:
    """Difference of two group means, its t, df and two-sided p."""

    difference: float
    se: float
    t: float
    df: float
    p: float


def two_groups(
    sample: Sample,
    y: FloatArray,
    group: BoolArray,
    *,
    domain: BoolArray | None = None,
    df: float | None = None,
) -> GroupTest | NotEstimable:
    """Test mean(y | group) - mean(y | not group), (K,) each, with df = PSUs - strata - 1.

    Source: R survey `svyttest`; formulas.md 4.4; `docs/methodology.md` §4.
    """
    inside = np.ones(sample.size, dtype=bool) if domain is None else domain
    joint = joint_means(sample, np.column_stack([y, y]), np.column_stack([inside & group, inside & ~group]))
    if isinstance(joint, NotEstimable):
        return joint
    freedom = (joint.df if df is None else df) - 1
    difference = float(joint.values[0] - joint.values[1])
    apart = float(joint.covariance[0, 0] + joint.covariance[1, 1])
    variance = apart - 2 * float(joint.covariance[0, 1])
    same = variance <= ROUNDING * apart
    if same or freedom <= 0:
        reason = Reason.NO_VARIATION if same else Reason.NO_DEGREES_OF_FREEDOM
        return NotEstimable(reason, int(joint.n.sum()), difference)
    se = float(np.sqrt(variance))
    return GroupTest(
        difference, se, difference / se, freedom, float(2 * student.sf(abs(difference / se), freedom))
    )


def against_zero(
    sample: Sample, y: FloatArray, *, domain: BoolArray | None = None, df: float | None = None
) -> GroupTest | NotEstimable:
    """Test the mean of `y` (K,), of differences for instance, against 0, with df = PSUs - strata unless given.

    Source: R survey `svyttest(y~0)`; formulas.md 4.4.
    """
    found = mean(sample, y, domain=domain, df=df)
    if isinstance(found, NotEstimable) or found.df is None:
        return (
            found if isinstance(found, NotEstimable) else NotEstimable(Reason.NO_DEGREES_OF_FREEDOM, found.n)
        )
    t = found.value / found.se
    return GroupTest(found.value, found.se, t, found.df, float(2 * student.sf(abs(t), found.df)))


@dataclass(frozen=True, slots=True)
class RaoScott:
    """Second-order Rao-Scott F of a two-way table, its degrees of freedom and p."""

    f: float
    ndf: float
    ddf: float
    p: float


def rao_scott(
    sample: Sample, rows: IntArray, columns: IntArray, *, domain: BoolArray | None = None
) -> RaoScott | NotEstimable:
    """Test independence of two classifications (K,), codes 0.., negative where missing.

    F = X2 / tr(Delta) on d0 = tr(Delta)^2/tr(Delta^2) and d0 x (PSUs - strata), Delta the design effects of
    the interaction. Source: Rao and Scott 1984; R survey `svychisq(statistic="F")`; `docs/methodology.md` §4.
    """
    inside = (rows >= 0) & (columns >= 0) & (sample.weight > 0)
    inside = inside if domain is None else inside & domain
    if not np.any(inside):
        return NotEstimable(Reason.NO_ANSWERS)
    _, r = np.unique(rows[inside], return_inverse=True)
    _, c = np.unique(columns[inside], return_inverse=True)
    height, width = int(r.max()) + 1, int(c.max()) + 1
    n = float(sample.count[inside].sum())
    if height < 2 or width < 2:
        return NotEstimable(Reason.NO_VARIATION, round(n))
    cells = np.zeros((sample.size, height * width))
    cells[np.flatnonzero(inside), r * width + c] = 1.0
    weight = float(sample.weight[inside].sum())
    p = sample.weight @ cells / weight
    found = covariance(sample, np.where(inside[:, None], cells - p, 0.0) / weight, inside)
    if isinstance(found, NotEstimable):
        return found
    table = p.reshape(height, width)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(np.sum((table - expected) ** 2 / expected))
    contrast = _interaction(height, width)
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    scaled = inverse[:, None] * contrast
    delta = np.linalg.lstsq(contrast.T @ scaled / n, scaled.T @ found @ scaled, rcond=None)[0]
    trace, square = float(np.trace(delta)), float(np.trace(delta @ delta))
    df = degrees_of_freedom(sample, inside)
    if trace <= 0 or square <= 0 or df <= 0:
        return NotEstimable(Reason.NO_DEGREES_OF_FREEDOM if df <= 0 else Reason.NO_VARIATION, round(n))
    ndf = trace**2 / square
    statistic = pearson / trace
    return RaoScott(statistic, ndf, ndf * df, float(fisher.sf(statistic, ndf, ndf * df)))


def _interaction(height: int, width: int) -> FloatArray:
    """Give the interaction contrasts of a table (row by row), freed from its row and column effects."""
    row, column = np.divmod(np.arange(height * width), width)
    main = np.column_stack(
        [np.ones(height * width)]
        + [row == i for i in range(1, height)]
        + [column == j for j in range(1, width)]
    ).astype(float)
    cross = np.column_stack(
        [(row == i) & (column == j) for j in range(1, width) for i in range(1, height)]
    ).astype(float)
    return np.asarray(cross - main @ np.linalg.lstsq(main, cross, rcond=None)[0])


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients (q,) with their design-based covariance (q, q); df = PSUs - strata + 1 - q."""

    coefficients: FloatArray
    covariance: FloatArray
    df: float


def regression(sample: Sample, y: FloatArray, x: FloatArray) -> Regression | NotEstimable:
    """Fit a weighted linear regression on `x` (K, q, intercept included); influence A^-1 x (y - x b).

    Records with a missing value leave the domain. Source: Binder 1983; R survey `svyglm(gaussian)`.
    """
    inside = ~(np.isnan(y) | np.isnan(x).any(axis=1))
    rows, outcome = np.where(inside[:, None], x, 0.0), np.where(inside, y, 0.0)
    gram = (rows * sample.weight[:, None]).T @ rows
    if not np.any(inside) or np.linalg.matrix_rank(gram) < gram.shape[0]:
        return NotEstimable(Reason.SINGULAR, int(inside.sum()))
    beta = np.linalg.solve(gram, rows.T @ (sample.weight * outcome))
    influence = np.linalg.solve(gram, (rows * (outcome - rows @ beta)[:, None]).T).T
    found = covariance(sample, influence, inside)
    if isinstance(found, NotEstimable):
        return found
    return Regression(
        np.asarray(beta, dtype=np.float64), found, degrees_of_freedom(sample, inside) + 1 - x.shape[1]
    )


def predictive_margins(
    sample: Sample, y: FloatArray, x: FloatArray, group: IntArray
) -> JointEstimate | NotEstimable:
    """Estimate the mean of each group 0..m-1 as if everybody's covariates `x` (K, q) were its own.

    Linear model of `y` on `x` (intercept included) and the groups; the variance adds that of the averaged
    predictions to that of the coefficients. Source: Graubard and Korn 1999; R survey `svypredmeans`;
    formulas.md 2.10.
    """
    size = int(group.max(initial=0)) + 1
    dummies = (group[:, None] == np.arange(1, size)).astype(float)
    fit = regression(sample, y, np.column_stack([x, dummies]))
    if isinstance(fit, NotEstimable):
        return fit
    effects = np.concatenate([[0.0], fit.coefficients[x.shape[1] :]])
    fitted = (x @ fit.coefficients[: x.shape[1]])[:, None] + effects
    average = joint_means(sample, fitted, np.ones_like(fitted, dtype=bool))
    if isinstance(average, NotEstimable):
        return average
    mean_x = sample.weight @ np.where(np.isnan(x), 0.0, x) / sample.weight.sum()
    slope = np.column_stack([np.tile(mean_x, (size, 1)), np.eye(size)[:, 1:]])
    spread = average.covariance + slope @ fit.covariance @ slope.T
    counts = np.bincount(group[group >= 0], minlength=size).astype(np.int64)
    return JointEstimate(average.values, spread, counts, fit.df)
