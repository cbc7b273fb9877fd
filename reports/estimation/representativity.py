"""The R-indicator: how much the chance to respond differs between people of the frame.

1 means that everybody was equally likely to respond. It says nothing about what they would have answered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from reports.estimation.estimate import FloatArray, NotEstimable, Reason


@dataclass(frozen=True, slots=True)
class Logistic:
    """A weighted logistic regression: `coefficients` (q,) and fitted chances (K,)."""

    coefficients: FloatArray
    fitted: FloatArray


def logistic(
    x: FloatArray, y: FloatArray, weight: FloatArray, *, steps: int = 50, tolerance: float = 1e-12
) -> Logistic | NotEstimable:
    """Fit P(y=1) on `x` (K, q, intercept included) by weighted maximum likelihood (Newton).

    `NotEstimable` where the columns are collinear or the outcomes are perfectly separated.
    Source: R survey `svyglm(quasibinomial)`; `docs/methodology.md` §10.
    """
    beta = np.zeros(x.shape[1])
    if np.linalg.matrix_rank(x * np.sqrt(weight)[:, None]) < x.shape[1]:
        return NotEstimable(Reason.SINGULAR, x.shape[0])
    for _ in range(steps):
        chance = expit(x @ beta)
        gradient = x.T @ (weight * (y - chance))
        curvature = (x * (weight * chance * (1 - chance))[:, None]).T @ x
        if np.linalg.cond(curvature) > 1e14:
            return NotEstimable(Reason.NO_CONVERGENCE, x.shape[0], detail="outcomes are separated")
        move = np.linalg.solve(curvature, gradient)
        beta = beta + move
        if np.max(np.abs(move)) <= tolerance * (1 + np.max(np.abs(beta))):
            return Logistic(beta, expit(x @ beta))
    return NotEstimable(Reason.NO_CONVERGENCE, x.shape[0])


@dataclass(frozen=True, slots=True)
class Representativity:
    """R = 1 - 2 S of the response chances, their coefficient of variation, and their range."""

    response_rate: float
    s: float
    r: float
    cv: float
    lowest: float
    highest: float
    coefficients: FloatArray


def r_indicator(x: FloatArray, responded: FloatArray, weight: FloatArray) -> Representativity | NotEstimable:
    """Estimate R from frame variables `x` (K, q, intercept included), `responded` (K,) 0 or 1, `weight` (K,).

    S^2 = sum w (rho - mean)^2 / (sum w - 1). Source: Schouten, Cobben, Bethlehem 2009;
    `docs/methodology.md` §10.
    """
    size = float(weight.sum())
    if size <= 1:
        return NotEstimable(Reason.NO_WEIGHT, x.shape[0])
    if np.all(responded == responded[0]):
        return NotEstimable(Reason.NO_VARIATION, x.shape[0], float(responded[0]))
    fit = logistic(x, responded, weight)
    if isinstance(fit, NotEstimable):
        return fit
    average = float(weight @ fit.fitted / size)
    s = float(np.sqrt(weight @ (fit.fitted - average) ** 2 / (size - 1)))
    return Representativity(
        average,
        s,
        1 - 2 * s,
        s / average,
        float(fit.fitted.min()),
        float(fit.fitted.max()),
        fit.coefficients,
    )
