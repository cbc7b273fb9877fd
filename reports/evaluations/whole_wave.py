"""What is found of a wave as a whole: its battery of dimensions, and whose order hangs on weights.

The battery is pooled from what no department publishes by itself; the order follows from published dimension scores.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from reports.estimation import composite, reliability
from reports.estimation.estimate import NotEstimable
from reports.evaluations.digits import published_or_none
from surveys.tallies import DimensionDesign

RELIABLE = 0.7  # a battery below it measures too little of one thing to be summed up (em-1 §7)


def battery(
    agreements: Iterable[Mapping[str, Any]], dimensions: Sequence[DimensionDesign], *, exact: bool
) -> dict[str, Any]:
    """Say how well the dimensions hang together: α and ω of their scores, pooled within departments.

    `agreements` are `together.agreement` of the departments, whether or not a department shows its own figures.
    Cross-moments are taken within departments, so that differences between departments do not pose as agreement.
    `holds` tells whether there may be an index: ω, or α where no ω can be had, is at least .7, or there are too few
    dimensions for either. Three digits unless `exact`. Source: McDonald 1999; `docs/methodology.md` §7.
    """
    size = len(dimensions)
    products, freedom, n = np.zeros((size, size)), np.zeros((size, size)), 0
    for one in agreements:
        if one and one["dimensions"] == [dimension.code for dimension in dimensions]:
            products += np.array(one["products"])
            freedom += np.array(one["freedom"])
            n += one["n"]
    if size < 2 or (freedom <= 0).any():
        return {"n": n, "alpha": None, "omega": None, "holds": True}
    covariance = products / freedom
    alpha, omega = reliability.cronbach(covariance), reliability.mcdonald(covariance, n)
    raw = None if isinstance(alpha, NotEstimable) else _rounded(alpha.raw, exact)
    total = None if isinstance(omega, NotEstimable) else _rounded(omega.total, exact)
    decides = total if total is not None else raw
    return {
        "n": n,
        "alpha": published_or_none(raw),
        "omega": published_or_none(total),
        "holds": decides is None or decides >= RELIABLE,
    }


def _rounded(value: float, exact: bool) -> float:
    return value if exact else round(value, 3)


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
