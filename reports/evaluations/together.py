"""How the items of the index vary together: what an index needs beside the score and standard error of each item.

The same people answer all items, so the variance of an index takes the correlations of the items' means. They follow
from cross-moments by stratum, which would tell what the few said who left one item of a pair blank; so where strata
are merged the correlations alone are published, with two decimals, and only of items that many answered. No sum of so
many answers can be worked out from two decimals (decisions: publish, then score).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from reports.estimation import composite
from reports.estimation.estimate import FloatArray, NotEstimable
from reports.estimation.tables import CrossMoments, DimensionTable
from reports.evaluations.digits import published
from reports.evaluations.grouping import Counts
from reports.evaluations.layers import Layers
from reports.evaluations.pairs import upper
from surveys.tallies import Slice

DECIMALS = 2


def correlations(layers: Layers, counted: Slice, places: Sequence[int], *, exact: bool) -> list[str]:
    """Return the correlations of the means of D items, a < b by rows, or nothing where they cannot be had.

    `places` are those of the pairs a ≤ b among the slice's moments.
    """
    sums = counted.moments[:, places]
    n, total, product = _square(sums)
    at = layers.at(counted.groups)
    clustered = layers.design.clustered
    design = layers.design
    if clustered and design.weights is not None:
        design = replace(design, weights=replace(design.weights, margins=()))
    tally = CrossMoments(
        layers.stratum[at],
        n.astype(np.int64),
        total,
        product,
        layers.cell[at] if len(design.cells) > 1 else None,
        layers.clusters(counted.groups) if clustered else None,
    )
    joint = composite.dimension_means(DimensionTable.of(tally, design))
    if isinstance(joint, NotEstimable) or (joint.se <= 0).any():
        return []
    found = joint.covariance / np.outer(joint.se, joint.se)
    apart = found[upper(found.shape[0], 1)].tolist()
    return [published(value) if exact else f"{value + 0.0:.{DECIMALS}f}" for value in apart]


def agreement(moments: Counts, dimensions: Mapping[str, int], shares: FloatArray) -> dict[str, Any]:
    """Sum up within a department how the dimensions' scores vary together, for the battery of the wave.

    `moments` (L, pairs, 4) of the D items; `shares` (D, dimensions) what each item counts for. Never published by
    department: `whole_wave.battery` pools it.
    """
    n, total, product = _square(moments.sum(axis=0, keepdims=True))
    n, total, product = n[0], total[0], product[0]
    if (n < 2).any():
        return {}
    within = shares.T @ (product - total * total.T / n) @ shares
    return {
        "dimensions": list(dimensions),
        "products": within.tolist(),
        "freedom": (shares.T @ (n - 1) @ shares).tolist(),
        "n": int(n.min()),
    }


def _square(sums: Counts) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return n, Σa of those who answered both, and Σab, (K, D, D) each, from sums by pair a ≤ b, (K, pairs, 4)."""
    size = int((np.sqrt(8 * sums.shape[1] + 1) - 1) / 2)
    a, b = upper(size)
    n, total, product = (np.zeros((sums.shape[0], size, size)) for _ in range(3))
    n[:, a, b] = n[:, b, a] = sums[:, :, 0]
    total[:, a, b], total[:, b, a] = sums[:, :, 1], sums[:, :, 2]
    product[:, a, b] = product[:, b, a] = sums[:, :, 3]
    return n, total, product
