"""Joining groups of strata until each of them may be shown.

Groups are tuples of places of strata, in declared order. Published tables about the same answers must take unions of
one another's groups: of groups that cut across, one sum less another gives back a stratum that was too small.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

SMALLEST_BASE = 5  # no declared method goes below it

Counts: TypeAlias = NDArray[np.int64]
Groups: TypeAlias = tuple[tuple[int, ...], ...]


def smallest_base(method: Mapping[str, Any]) -> int:
    """Return the declared number of answers below which nothing is shown."""
    return max(SMALLEST_BASE, int(method["minimum_base"]))


def nobody_or(counts: Counts, fewest: int) -> bool:
    """Say whether each count is zero or at least `fewest`."""
    return bool(((counts == 0) | (counts >= fewest)).all())


def united(one: Groups, other: Groups) -> Groups:
    """Return the finest groups that are unions of groups of both."""
    found: list[set[int]] = [set(group) for group in one]
    for group in other:
        touched = [members for members in found if members & set(group)]
        found = [members for members in found if members not in touched] + [set().union(*touched)]
    return tuple(sorted(tuple(sorted(members)) for members in found))


def joined(groups: Groups, is_sound: Callable[[list[int]], bool]) -> Groups:
    """Join groups in declared order until each is sound; a remainder joins the group before it."""
    done: list[list[int]] = []
    waiting: list[int] = []
    for group in groups:
        waiting = waiting + list(group)
        if is_sound(waiting):
            done.append(waiting)
            waiting = []
    while waiting and done and not is_sound(waiting):
        waiting = done.pop() + waiting
    done += [waiting] if waiting else []
    return tuple(sorted(tuple(sorted(group)) for group in done))
