"""Which pairs of items give cross-moments, and the groups of layers in which they may be shown.

The moments of an item less those of a pair are the grades of whoever left the other item of the pair blank: small
groups of such people count as small cells (decisions: publish, then score).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reports.evaluations.grouping import SMALLEST_BASE, Counts, Groups, joined, nobody_or, united
from surveys.tallies import DepartmentDesign


class Pair(NamedTuple):
    """Two items that dimensions are made of, or one with itself, and where their moments stand."""

    place: int
    a: str
    b: str


def places(department: DepartmentDesign) -> list[int]:
    """Return the places of the pairs a ≤ b of the items of dimensions among all pairs of scored items."""
    scored = [item for item in department.items if item.scored]
    every = [(a, b) for a in range(len(scored)) for b in range(a, len(scored))]
    return [place for place, (a, b) in enumerate(every) if scored[a].dimension and scored[b].dimension]


def own(items: int) -> list[int]:
    """Return the places of the pairs of an item with itself, among the pairs a ≤ b of so many items."""
    every = [(a, b) for a in range(items) for b in range(a, items)]
    return [place for place, (a, b) in enumerate(every) if a == b]


def wanted_pairs(
    department: DepartmentDesign, moments: Counts, safe: set[str], base: int
) -> tuple[Pair, ...]:
    """Name the pairs of items whose cross-moments the dimensions need; none where one pair would give somebody away.

    Who answered one item of a pair and not the other follows by subtraction, with their grades. A base of 0 asks
    for nothing of the kind.
    """
    scored = [item for item in department.items if item.scored]
    pairs = [(a, b) for a in range(len(scored)) for b in range(a, len(scored))]
    wanted = tuple(
        Pair(place, scored[a].code, scored[b].code)
        for place, (a, b) in enumerate(pairs)
        if scored[a].dimension and scored[b].dimension
    )
    if any(pair.a not in safe or pair.b not in safe for pair in wanted):
        return ()
    if not base:
        return wanted
    together = moments[:, :, 0].sum(axis=0)
    few = any(together[pair.place] < base for pair in wanted)
    alone = _alone(wanted, moments[:, :, 0]).sum(axis=0)
    return () if few or ((alone > 0) & (alone < SMALLEST_BASE)).any() else wanted


def _alone(wanted: Sequence[Pair], together: Counts) -> Counts:
    """Count by layer who answered one item of a pair and not the other, (L, 2 pairs)."""
    own = {pair.a: together[:, pair.place] for pair in wanted if pair.a == pair.b}
    found = [
        own[code] - together[:, pair.place]
        for pair in wanted
        if pair.a != pair.b
        for code in (pair.a, pair.b)
    ]
    return np.array(found, dtype=np.int64).reshape(len(found), together.shape[0]).T


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
