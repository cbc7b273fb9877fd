"""Does the battery measure one thing? Cronbach's alpha and McDonald's omega from a covariance matrix.

Both are reported together; alpha is no proof of one dimension, and omega below .7 means no index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from reports.estimation.estimate import FloatArray, NotEstimable, Reason


def pairwise_covariance(y: FloatArray, weight: FloatArray | None = None) -> FloatArray | NotEstimable:
    """Give the covariance (p, p) of `y` (K, p) from pairwise complete records, divisor n-1 (R `cov(use=)`).

    `weight` (K,) gives weighted means and products with divisor sum w; alpha does not depend on the divisor.
    `NotEstimable` where a pair of items has fewer than two records in common.
    """
    w = np.ones(y.shape[0]) if weight is None else weight
    width = y.shape[1]
    result = np.zeros((width, width))
    for a in range(width):
        for b in range(a + 1):
            both = ~(np.isnan(y[:, a]) | np.isnan(y[:, b])) & (w > 0)
            if both.sum() < 2:
                return NotEstimable(Reason.TOO_FEW_UNITS, int(both.sum()))
            share = w[both] / w[both].sum()
            da, db = y[both, a] - share @ y[both, a], y[both, b] - share @ y[both, b]
            scale = 1.0 if weight is not None else both.sum() / (both.sum() - 1)
            result[a, b] = result[b, a] = scale * float(share @ (da * db))
    return result


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha, raw and standardised; alpha without each item (p,); item-rest correlations (p,)."""

    raw: float
    standardised: float
    without: tuple[float | None, ...]
    item_rest: tuple[float | None, ...]


def cronbach(covariance: FloatArray) -> Alpha | NotEstimable:
    """Give Cronbach's alpha from a covariance matrix (p, p), p >= 2.

    p/(p-1) (1 - trace/sum). Source: Cronbach 1951; R `psych::alpha`; `docs/methodology.md` §7.
    """
    width = covariance.shape[0]
    spread = np.sqrt(np.diag(covariance))
    if width < 2:
        return NotEstimable(Reason.TOO_FEW_UNITS, width)
    if np.any(spread <= 0) or covariance.sum() <= 0:
        return NotEstimable(Reason.NO_VARIATION, width)
    correlation = covariance / np.outer(spread, spread)
    if correlation.sum() <= 0:
        return NotEstimable(Reason.NO_VARIATION, width)
    without: list[float | None] = []
    rest: list[float | None] = []
    for i in range(width):
        others = np.delete(np.arange(width), i)
        part = covariance[np.ix_(others, others)]
        if width == 2:
            without.append(float(covariance[0, 1] / part[0, 0]))  # psych's convention for a single item
        else:
            without.append(_alpha(part) if part.sum() > 0 else None)
        room = covariance[i, i] * part.sum()
        rest.append(float(covariance[i, others].sum() / np.sqrt(room)) if room > 0 else None)
    return Alpha(_alpha(covariance), _alpha(correlation), tuple(without), tuple(rest))


def _alpha(matrix: FloatArray) -> float:
    width = matrix.shape[0]
    return float(width / (width - 1) * (1 - np.trace(matrix) / matrix.sum()))


@dataclass(frozen=True, slots=True)
class Omega:
    """McDonald's omega total, the loadings (p,) and error variances (p,), and the CFI (None if p < 4)."""

    total: float
    loadings: FloatArray
    errors: FloatArray
    cfi: float | None


def mcdonald(covariance: FloatArray, n: int) -> Omega | NotEstimable:
    """Give omega total of one factor by maximum likelihood, from a covariance (divisor n) of complete cases.

    omega = (sum lambda)^2 / ((sum lambda)^2 + sum theta); the factor has variance 1 and the loadings' sum is
    positive. `NotEstimable` for fewer than three items, a singular matrix, or an improper solution (a
    negative error variance). Source: McDonald 1999; R `lavaan::cfa(std.lv=TRUE)`; `docs/methodology.md` §7.
    """
    width = covariance.shape[0]
    if width < 3 or n <= width:
        return NotEstimable(Reason.TOO_FEW_UNITS, n)
    spread = np.sqrt(np.diag(covariance))
    if np.any(spread <= 0):
        return NotEstimable(Reason.NO_VARIATION, n)
    correlation = covariance / np.outer(spread, spread)
    sign, log_det = np.linalg.slogdet(correlation)
    if sign <= 0 or log_det < -60:
        return NotEstimable(Reason.SINGULAR, n)

    def discrepancy(parameters: FloatArray) -> tuple[float, FloatArray]:
        loading, log_error = parameters[:width], parameters[width:]
        error = np.exp(log_error)
        # Sherman-Morrison keeps the inverse of lambda lambda' + theta exact and cheap.
        scaled = loading / error
        middle = 1 + float(loading @ scaled)
        inverse = np.diag(1 / error) - np.outer(scaled, scaled) / middle
        value = float(log_error.sum()) + np.log(middle) + float(np.sum(inverse * correlation))
        slope = inverse - inverse @ correlation @ inverse
        return float(value), np.concatenate([2 * slope @ loading, np.diag(slope) * error])

    largest = np.linalg.eigh(correlation)
    start = np.clip(np.abs(largest.eigenvectors[:, -1]) * np.sqrt(largest.eigenvalues[-1]) * 0.9, 0.1, 0.95)
    signs = np.where(largest.eigenvectors[:, -1] >= 0, 1.0, -1.0)
    guess = np.concatenate([start * signs, np.log(1 - np.minimum(start, 0.95) ** 2)])
    fit = minimize(discrepancy, guess, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})
    if float(np.max(np.abs(fit.jac))) > 1e-4 or float(np.min(fit.x[width:])) < -12:
        return NotEstimable(Reason.NO_CONVERGENCE, n, detail="no proper one-factor solution")
    loadings, errors = fit.x[:width] * spread, np.exp(fit.x[width:]) * spread**2
    if loadings.sum() < 0:
        loadings = -loadings
    common = float(loadings.sum()) ** 2
    return Omega(common / (common + float(errors.sum())), loadings, errors, _cfi(fit.fun, log_det, width, n))


def _cfi(fitted: float, log_det: float, width: int, n: int) -> float | None:
    """Compare with the model of no correlation: 1 - max(chi2-df, 0)/max(chi2_0-df_0, chi2-df, 0)."""
    df, df_null = width * (width - 3) // 2, width * (width - 1) // 2
    if df <= 0:
        return None
    excess = max(n * (fitted - log_det - width) - df, 0.0)
    null = max(-n * log_det - df_null, excess, 0.0)
    return 1.0 if null == 0 else 1 - excess / null
