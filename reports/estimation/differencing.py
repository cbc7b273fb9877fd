"""The attack on what is hidden: what follows from published counts by subtraction and by linear programming.

It knows nothing of how cells were chosen to be hidden. Each published count is an equation about sets of units (strata,
weighting cells, departments); units that no count tells apart are one unknown. What is a known small number then is
recovered (`docs/methodology.md` §3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import ceil, floor, isclose

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from reports.estimation.disclosure import POINT

Units = frozenset[str]
MOST_TRIED = 20_000  # whole vectors tried before a weighted sum counts as unsolved
NEAR = 1e-9  # of a published sum with twelve digits


def recovered(facts: Mapping[Units, int], *, base: int) -> tuple[Units, ...]:
    """Name the sets of units whose count anybody can work out, and finds to be of 1 to `base` - 1.

    `facts` are published counts by the units they are of. Tried are all counts as they are, all units that no count
    tells apart, and all differences and intersections of two counts. Raises `ValueError` when counts contradict each
    other. Linear programming (HiGHS) over non-negative counts; formulas.md §6.
    """
    found = {units for units, count in facts.items() if 0 < count < base}
    classes = _classes(facts)
    known, open_facts = _eliminated(facts, classes)
    found |= {units for units, count in known.items() if 0 < count < base}
    if open_facts:
        targets = _targets(open_facts, base)
        for units, (low, high) in zip(targets, bounds(open_facts, targets), strict=True):
            if ceil(low - POINT * 100) == floor(high + POINT * 100) and 0 < round(low) < base:
                found.add(units)
    return tuple(sorted(found, key=sorted))


def bounds(facts: Mapping[Units, int], targets: Sequence[Units]) -> list[tuple[float, float]]:
    """Return the least and the most that each of `targets` can be, given `facts`; units are non-negative counts.

    Units that no fact is about have no upper bound. Raises `ValueError` when the facts contradict each other.
    """
    units = sorted(frozenset().union(*facts, *targets))
    place = {unit: i for i, unit in enumerate(units)}
    at = [(row, place[unit]) for row, members in enumerate(facts) for unit in members]
    rows, columns = zip(*at, strict=True) if at else ((), ())
    equal = csr_array((np.ones(len(at)), (rows, columns)), shape=(len(facts), len(units)))
    right = np.array(list(facts.values()), dtype=np.float64)
    found = []
    for target in targets:
        goal = np.zeros(len(units))
        goal[[place[unit] for unit in target]] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            answer = linprog(sign * goal, A_eq=equal, b_eq=right, bounds=(0, None), method="highs")
            if answer.status == 3:
                ends.append(np.inf)
            elif not answer.success:
                raise ValueError("The published counts contradict each other.")
            else:
                ends.append(float(goal @ answer.x))
        found.append((ends[0], ends[1]))
    return found


def solved(
    total: int, weighted: float, weights: Sequence[float], most: Sequence[int]
) -> tuple[int, ...] | None:
    """Return the one whole vector with a given sum and weighted sum, None where there is none, or several.

    `weights` (K,) and the largest value `most` (K,) of each place. Of more than 20,000 vectors none is tried.
    """
    solutions: list[tuple[int, ...]] = []
    tried = 0

    def walk(place: int, left: int, rest: float, chosen: tuple[int, ...]) -> bool:
        nonlocal tried
        tried += 1
        if tried > MOST_TRIED or len(solutions) > 1:
            return False
        if place == len(weights) - 1:
            if left <= most[place] and isclose(
                left * weights[place], rest, rel_tol=NEAR, abs_tol=NEAR * max(1.0, abs(weighted))
            ):
                solutions.append((*chosen, left))
            return True
        return all(
            walk(place + 1, left - n, rest - n * weights[place], (*chosen, n))
            for n in range(min(left, most[place]) + 1)
        )

    complete = walk(0, total, weighted, ())
    return solutions[0] if complete and len(solutions) == 1 else None


def _classes(facts: Iterable[Units]) -> dict[frozenset[int], Units]:
    """Return the units that the same facts are about, by the numbers of these facts."""
    about: dict[str, set[int]] = {}
    for number, members in enumerate(facts):
        for unit in members:
            about.setdefault(unit, set()).add(number)
    classes: dict[frozenset[int], set[str]] = {}
    for unit, numbers in about.items():
        classes.setdefault(frozenset(numbers), set()).add(unit)
    return {numbers: frozenset(members) for numbers, members in classes.items()}


def _eliminated(
    facts: Mapping[Units, int], classes: Mapping[frozenset[int], Units]
) -> tuple[dict[Units, int], dict[Units, int]]:
    """Subtract from each fact what is known by itself until nothing new is; return what is known and what is left."""
    counts = list(facts.values())
    of: list[set[Units]] = [set() for _fact in counts]
    for numbers, members in classes.items():
        for number in numbers:
            of[number].add(members)
    known: dict[Units, int] = {}
    waiting = [number for number, members in enumerate(of) if len(members) == 1]
    where = {members: numbers for numbers, members in classes.items()}
    while waiting:
        number = waiting.pop()
        if not of[number]:
            continue
        (members,) = of[number]
        if counts[number] < 0:
            raise ValueError("The published counts contradict each other.")
        known[members] = counts[number]
        for other in where[members]:
            if members in of[other]:
                of[other].discard(members)
                counts[other] -= known[members]
                if len(of[other]) == 1:
                    waiting.append(other)
    if any(count < 0 or (count and not inside) for count, inside in zip(counts, of, strict=True)):
        raise ValueError("The published counts contradict each other.")
    left: dict[Units, int] = {}
    for inside, count in zip(of, counts, strict=True):
        if inside:
            units: Units = frozenset().union(*inside)
            if left.setdefault(units, count) != count:
                raise ValueError("The published counts contradict each other.")
    return known, left


def _targets(facts: Mapping[Units, int], base: int) -> list[Units]:
    """Name what is worth trying: units told apart, differences and intersections; none that is plainly large."""
    targets = set(_classes(facts).values())
    for one, other in combinations(facts, 2):
        both = one & other
        if both:
            targets |= {both, one - other, other - one}
    large = [units for units, count in facts.items() if count >= base]
    return sorted(
        (target for target in targets if target and not any(units <= target for units in large)),
        key=sorted,
    )
