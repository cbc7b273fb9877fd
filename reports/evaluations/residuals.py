"""Residual sums: what the variance of a calibrated or clustered wave needs beside the counts.

Where weights are raked, every person of the wave moves with the margins, also one who did not rate the department;
where people were drawn in clusters, the totals of clusters vary and not the people. Neither follows from counts by
stratum, so the first and second moments by stratum are published beside them (`docs/methodology.md` §2).

Nothing small may be solved from them. Joined layers are told as a whole: within a group the answers are spread over
its layers as the wave's people are. The products of a few clusters' counts give the counts back, so clusters with
fewer answers than the base are joined first, and count as one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.estimation.estimate import FloatArray
from reports.estimation.sample import CellWeights, Design
from reports.estimation.tables import grade_moments
from reports.estimation.variance import Moments
from reports.evaluations.digits import published
from reports.evaluations.grouping import Counts, Groups, joined, nobody_or
from reports.evaluations.layers import Layers
from surveys.tallies import Slice

Keys = tuple[NDArray[np.int64], NDArray[np.int64] | None, NDArray[np.int64] | None]
Sums = tuple[tuple[int, ...], list[int], int, str | None, list[str], list[str]]


def of_grades(layers: Layers, found: Slice, place: int, groups: Groups, *, base: int) -> Iterator[Sums]:
    """Yield, for each stratum as pooled by `groups`, its units and the sums of one item's five grades.

    Units are answered records, or clusters with an answer; then how many units were sampled and of how many, Σ of the
    residual of each grade (5) and, of the upper triangle, Σ of their products (15), weighted. Clusters are joined
    until each has nobody or `base` answers; a base of 0 joins none.
    """
    pooled = layers.pooled(groups)
    counts = found.counts[:, place, 1:6]
    keys, n = _spread(layers, found, groups, pooled, counts.reshape(counts.shape[0], -1))
    weight = _weights(layers, found, groups)
    answered = n.sum(axis=1)[:, None]
    keys, design = _joined_clusters(keys, answered, _pooled_design(layers, pooled), base)
    moments = grade_moments(design, keys, n, n * weight[:, None], n * weight[:, None] ** 2)
    yield from _written(pooled, _units(keys, answered, len(pooled)), moments)


def _spread(
    layers: Layers, found: Slice, groups: Groups, pooled: Groups, sums: Counts
) -> tuple[Keys, FloatArray]:
    """Return the keys of rows and their sums: by PSU as counted, else by layer as the wave's people are spread."""
    stratum = np.zeros(len(layers.design.strata), dtype=np.int64)
    for place, strata in enumerate(pooled):
        stratum[list(strata)] = place
    at = layers.at(found.groups)
    if layers.design.clustered:
        return (stratum[layers.stratum[at]], None, layers.clusters(found.groups)), sums.astype(np.float64)
    by_layer = np.zeros((layers.stratum.shape[0], sums.shape[1]))
    np.add.at(by_layer, at, sums)
    for group in groups:
        members = list(group)
        people = layers.people[members]
        if len(members) > 1 and people.sum():
            by_layer[members] = np.outer(people / people.sum(), by_layer[members].sum(axis=0))
    return (stratum[layers.stratum], layers.cell, None), by_layer


def _joined_clusters(keys: Keys, answered: FloatArray, design: Design, base: int) -> tuple[Keys, Design]:
    """Join clusters of a stratum until each has nobody or `base` answers in every column of `answered`.

    Joined clusters are one unit of a sample that is smaller by as many as were joined away, drawn at the same rate.
    """
    stratum, cell, psu = keys
    if psu is None or not base:
        return keys, design
    units, member = np.unique(np.stack([stratum, psu]), axis=1, return_inverse=True)
    totals = np.zeros((units.shape[1], answered.shape[1]))
    np.add.at(totals, member.ravel(), answered)
    label = np.arange(units.shape[1])
    strata = list(design.strata)
    for place, one in enumerate(strata):
        active = [int(unit) for unit in np.flatnonzero((units[0] == place) & totals.any(axis=1))]
        groups = joined(
            tuple((unit,) for unit in active),
            lambda group: nobody_or(np.rint(totals[group].sum(axis=0)).astype(np.int64), base),
        )
        for group in groups:
            label[list(group)] = group[0]
        drawn = one.clusters or 0
        left = drawn - len(active) + len(groups)
        there = one.cluster_population
        strata[place] = replace(
            one, clusters=left, cluster_population=None if there is None else there * left / max(drawn, 1)
        )
    return (stratum, cell, label[member.ravel()].astype(np.int64)), replace(design, strata=tuple(strata))


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
            there = float(moments.population[place])
            yield (
                strata,
                units[place].tolist(),
                int(moments.sampled[place]),
                published(there) if np.isfinite(there) else None,
                [published(value) for value in first],
                [published(value) for value in second],
            )
