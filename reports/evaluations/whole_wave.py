"""What is found of a wave as a whole: its battery of dimensions, and whose order hangs on weights.

All of it follows from the departments' published datasets and measurements, so a verifier finds the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from reports.estimation import composite, reliability
from reports.estimation.estimate import FloatArray, NotEstimable
from reports.evaluations.datasets import Dataset
from reports.evaluations.digits import published, published_or_none
from surveys.tallies import DimensionDesign

RELIABLE = 0.7  # a battery below it measures too little of one thing to be summed up (em-1 §7)


def battery(datasets: Iterable[Dataset], dimensions: Sequence[DimensionDesign]) -> dict[str, Any]:
    """Say how well the dimensions hang together: α and ω of their scores, pooled within departments.

    Cross-moments are taken within departments, so that differences between departments do not pose as agreement.
    `holds` tells whether there may be an index: ω, or α where no ω can be had, is at least .7, or there are too few
    dimensions for either. Source: McDonald 1999; `docs/methodology.md` §7.
    """
    pooled = _pooled(datasets, dimensions)
    if pooled is None:
        return {"n": 0, "alpha": None, "omega": None, "covariance": [], "holds": True}
    covariance, n = pooled
    alpha = reliability.cronbach(covariance)
    omega = reliability.mcdonald(covariance, n)
    raw = None if isinstance(alpha, NotEstimable) else alpha.raw
    total = None if isinstance(omega, NotEstimable) else omega.total
    decides = total if total is not None else raw
    upper = covariance[np.triu_indices(covariance.shape[0])]
    return {
        "n": n,
        "alpha": published_or_none(raw),
        "omega": published_or_none(total),
        "covariance": [published(value) for value in upper.tolist()],
        "holds": decides is None or decides >= RELIABLE,
    }


def _pooled(
    datasets: Iterable[Dataset], dimensions: Sequence[DimensionDesign]
) -> tuple[FloatArray, int] | None:
    """Return the covariance of the dimensions' scores within departments and the fewest records behind a pair."""
    codes = [dimension.code for dimension in dimensions]
    size = len(codes)
    products, freedom = np.zeros((size, size)), np.zeros((size, size))
    together = np.zeros((size, size))
    for dataset in datasets:
        items = [item for item in dataset.items if item.code in dataset.moment_items]
        if {item.dimension for item in items} != set(codes):
            continue
        share = np.zeros((len(items), size))
        for place, item in enumerate(items):
            share[place, codes.index(item.dimension)] = float(item.weight)
        share /= share.sum(axis=0)
        n, left, right, product = (np.zeros((len(items), len(items))) for _ in range(4))
        a, b = np.triu_indices(len(items))
        sums = np.array([row[1:] for row in dataset.moments], dtype=np.float64).sum(axis=0)
        for table, of_ab, of_ba in ((n, 0, 0), (left, 1, 2), (right, 2, 1), (product, 3, 3)):
            table[a, b], table[b, a] = sums[of_ab], sums[of_ba]
        if (n < 1).any():
            continue
        products += share.T @ (product - left * right / n) @ share
        freedom += share.T @ (n - 1) @ share
        together += share.T @ n @ share
    if size < 2 or (freedom <= 0).any():
        return None
    return 25.0**2 * products / freedom, int(together.min())


def order_hangs_on_weights(
    scores: Mapping[str, Mapping[str, float]], dimensions: Sequence[DimensionDesign]
) -> list[list[str]]:
    """Name the pairs of departments whose index changes order for some weights within .05 of the declared ones.

    `scores` are dimension scores of the departments with an index, by dimension code.
    """
    codes = list(scores)
    if len(codes) < 2:
        return []
    declared = np.array([float(dimension.weight) for dimension in dimensions])
    means = np.array([[scores[code][dimension.code] for dimension in dimensions] for code in codes])
    flips = composite.order_depends_on_weights(means, declared / declared.sum())
    return [[codes[a], codes[b]] for a, b in zip(*np.nonzero(np.triu(flips, 1)), strict=True)]
