"""Residual sums: what the variance of a calibrated or clustered wave needs beside the counts.

Where weights are raked, every person of the wave moves with the margins, also one who did not rate the department;
where people were drawn in clusters, the totals of clusters vary and not the people. Neither follows from counts by
stratum, so the first and second moments by stratum are published beside them (`docs/methodology.md` §2). Joined
layers are told as a whole: within a group the answers are spread over its layers as the wave's people are, so the
sums say nothing that the counts of groups do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.estimation.estimate import FloatArray
from reports.estimation.sample import CellWeights, Design
from reports.estimation.tables import dimension_moments, grade_moments
from reports.estimation.variance import Moments
from reports.evaluations.digits import published
from reports.evaluations.grouping import Counts, Groups
from reports.evaluations.layers import Layers
from surveys.tallies import Slice

Keys = tuple[NDArray[np.int64], NDArray[np.int64] | None, NDArray[np.int64] | None]
Sums = tuple[tuple[int, ...], list[int], list[str], list[str]]
MOST_PSUS = 65_536  # PSUs are numbered within their stratum; pooled strata must not take two for one


def of_grades(layers: Layers, found: Slice, place: int, groups: Groups) -> Iterator[Sums]:
    """Yield, for each stratum as pooled by `groups`, its units and the sums of one item's five grades.

    Units are answered records, or PSUs with an answer; then Σ of the residual of each grade (5) and, of the upper
    triangle, Σ of their products (15), weighted.
    """
    pooled = layers.pooled(groups)
    counts = found.counts[:, place, 1:6]
    keys, n = _spread(layers, found, groups, pooled, counts.reshape(counts.shape[0], -1))
    weight = _weights(layers, found, groups)
    design = _pooled_design(layers, pooled)
    moments = grade_moments(design, keys, n, n * weight[:, None], n * weight[:, None] ** 2)
    units = _units(keys, n.sum(axis=1)[:, None], len(pooled))
    yield from _written(pooled, units, moments)


def of_pairs(layers: Layers, found: Slice, places: Sequence[int], groups: Groups) -> Iterator[Sums]:
    """Yield, for each stratum as pooled by `groups`, units by item and the sums of the dimensions' items.

    `places` are those of the pairs a ≤ b; the sums are of "answered" for every item, then of scores 0 to 100.
    """
    if not places:
        return
    pooled = layers.pooled(groups)
    chosen = found.moments[:, places]
    keys, spread = _spread(layers, found, groups, pooled, chosen.reshape(chosen.shape[0], -1))
    size = int((np.sqrt(8 * len(places) + 1) - 1) / 2)
    a, b = np.triu_indices(size)
    sums = spread.reshape(-1, len(places), 4)
    n, total, product = (np.zeros((sums.shape[0], size, size)) for _ in range(3))
    n[:, a, b] = n[:, b, a] = sums[:, :, 0]
    total[:, a, b], total[:, b, a] = sums[:, :, 1], sums[:, :, 2]
    product[:, a, b] = product[:, b, a] = sums[:, :, 3]
    design = _pooled_design(layers, pooled)
    moments = dimension_moments(design, keys, n, total, product, _weights(layers, found, groups))
    yield from _written(pooled, _units(keys, n[:, np.arange(size), np.arange(size)], len(pooled)), moments)


def _spread(
    layers: Layers, found: Slice, groups: Groups, pooled: Groups, sums: Counts
) -> tuple[Keys, FloatArray]:
    """Return the keys of rows and their sums: by PSU as counted, else by layer as the wave's people are spread."""
    stratum = np.zeros(len(layers.design.strata), dtype=np.int64)
    for place, strata in enumerate(pooled):
        stratum[list(strata)] = place
    at = layers.at(found.groups)
    if layers.design.clustered:
        psu = found.groups[:, 0].astype(np.int64) * MOST_PSUS + found.groups[:, 4].astype(np.int64)
        return (stratum[layers.stratum[at]], None, psu), sums.astype(np.float64)
    by_layer = np.zeros((layers.stratum.shape[0], sums.shape[1]))
    np.add.at(by_layer, at, sums)
    for group in groups:
        members = list(group)
        people = layers.people[members]
        if len(members) > 1 and people.sum():
            by_layer[members] = np.outer(people / people.sum(), by_layer[members].sum(axis=0))
    return (stratum[layers.stratum], layers.cell, None), by_layer


def _weights(layers: Layers, found: Slice, groups: Groups) -> FloatArray:
    """Return the weight of one record of each row of `_spread`, as published."""
    each = np.zeros(layers.stratum.shape[0])
    for group in groups:
        each[list(group)] = float(published(layers.weight_of(group)))
    return each[layers.at(found.groups)] if layers.design.clustered else each


def _pooled_design(layers: Layers, pooled: Groups) -> Design:
    """Pool strata, and the sums of weights by cell with them."""
    design = layers.design
    strata = tuple(layers.pooled_stratum(one) for one in pooled)
    weights = design.weights
    if weights is not None:

        def summed(values: NDArray[Any]) -> NDArray[Any]:
            return np.array([values[list(one)].sum(axis=0) for one in pooled])

        weights = CellWeights(
            summed(weights.records),
            summed(weights.weight),
            summed(weights.square),
            summed(weights.base),
            # Margins are of cells alone, the same in every stratum. Of clusters nobody counted who took part by cell:
            # there the raked weights are taken as they are.
            () if design.clustered else tuple(margin[: len(pooled)] for margin in weights.margins),
            weights.raked,
        )
    return replace(design, strata=strata, weights=weights)


def _units(keys: Keys, answered: FloatArray, strata: int) -> NDArray[np.int64]:
    """Count by stratum and column the records or, where PSUs are known, the PSUs with an answer, (S, columns)."""
    stratum, _cell, psu = keys
    found = np.zeros((strata, answered.shape[1]), dtype=np.int64)
    for column in range(answered.shape[1]):
        if psu is None:
            total = np.bincount(stratum, weights=answered[:, column], minlength=strata)
        else:
            seen = answered[:, column] > 0
            pairs = np.unique(np.stack([stratum[seen], psu[seen]]), axis=1)
            total = np.bincount(pairs[0], minlength=strata)
        found[:, column] = np.rint(total)
    return found


def _written(pooled: Groups, units: NDArray[np.int64], moments: Moments) -> Iterator[Sums]:
    upper = np.triu_indices(moments.first.shape[1])
    for place, strata in enumerate(pooled):
        first, second = moments.first[place].tolist(), moments.second[place][upper].tolist()
        if any(first) or any(second):
            yield (
                strata,
                units[place].tolist(),
                [published(value) for value in first],
                [published(value) for value in second],
            )
