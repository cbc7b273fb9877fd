"""Which pairs of items give cross-moments, and the groups of layers in which they may be shown.

The moments of an item less those of a pair are the grades of whoever left the other item of the pair blank: small
groups of such people count as small cells (decisions: publish, then score).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports.evaluations.grouping import SMALLEST_BASE, Counts, Groups, joined, nobody_or, united
from surveys.tallies import DepartmentDesign


class Pair(NamedTuple):
    """Two items that dimensions are made of, or one with itself, and where their moments stand."""

    place: int
    a: str
    b: str


def places(department: DepartmentDesign) -> list[int]:
    """Return the places of the pairs a ≤ b of the items of dimensions among all pairs of scored items."""
    return [pair.place for pair in _every(department)]


def own(items: int) -> list[int]:
    """Return the places of the pairs of an item with itself, among the pairs a ≤ b of so many items."""
    return [place for place, (a, b) in enumerate(zip(*upper(items), strict=True)) if a == b]


@lru_cache(maxsize=64)
def upper(items: int, beyond: int = 0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the pairs a ≤ b of so many items stand in a square, a < b where `beyond` is 1; to be read only."""
    a, b = np.triu_indices(items, beyond)
    a.flags.writeable = b.flags.writeable = False
    return a, b


def _every(department: DepartmentDesign) -> tuple[Pair, ...]:
    return _pairs(tuple((item.code, item.dimension != "") for item in department.items if item.scored))


@lru_cache(maxsize=64)  # departments of a wave are mostly asked alike
def _pairs(scored: tuple[tuple[str, bool], ...]) -> tuple[Pair, ...]:
    """Name the pairs of those of the scored items, each with whether it has a dimension, that have one."""
    every = zip(*(places.tolist() for places in upper(len(scored))), strict=True)
    return tuple(
        Pair(place, scored[a][0], scored[b][0])
        for place, (a, b) in enumerate(every)
        if scored[a][1] and scored[b][1]
    )


def wanted_pairs(
    department: DepartmentDesign, moments: Counts, safe: set[str], base: int
) -> tuple[Pair, ...]:
    """Name the pairs of items whose cross-moments the dimensions need; none where one pair would give somebody away.

    Who answered one item of a pair and not the other follows by subtraction, with their grades. A base of 0 asks
    for nothing of the kind.
    """
    wanted = _every(department)
    if not safe.issuperset(pair.a for pair in wanted if pair.a == pair.b):
        return ()
    if not base:
        return wanted
    together = moments[:, :, 0].sum(axis=0)
    few = (together[[pair.place for pair in wanted]] < base).any()
    alone = _alone(wanted, moments[:, :, 0]).sum(axis=0)
    return () if few or ((alone > 0) & (alone < SMALLEST_BASE)).any() else wanted


def _alone(wanted: Sequence[Pair], together: Counts) -> Counts:
    """Count by layer who answered one item of a pair and not the other, (L, 2 pairs)."""
    own = {pair.a: pair.place for pair in wanted if pair.a == pair.b}
    two = [(own[code], pair.place) for pair in wanted if pair.a != pair.b for code in (pair.a, pair.b)]
    at = np.array(two, dtype=np.intp).reshape(len(two), 2)
    return np.asarray(together[:, at[:, 0]] - together[:, at[:, 1]], dtype=np.int64)


def joined_groups(
    wanted: Sequence[Pair], groups: Mapping[str, Groups], together: Counts, base: int
) -> Groups:
    """Join the items' groups until every pair's moments, and what follows from them by subtraction, may be shown.

    A group of moments is a union of groups of each of its items: less their rows it leaves nothing that is not shown.
    """
    if not wanted:
        return ()
    pairs, alone = together[:, [pair.place for pair in wanted]], _alone(wanted, together)
    common = groups[wanted[0].a]
    for other in {groups[code] for pair in wanted for code in (pair.a, pair.b)} - {common}:
        common = united(common, other)
    return joined(
        common,
        lambda group: (
            nobody_or(pairs[group].sum(axis=0), base) and nobody_or(alone[group].sum(axis=0), SMALLEST_BASE)
        ),
    )
