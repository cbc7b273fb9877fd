"""What may be shown: merging of small strata, publication status, suppression and its audit.

Thresholds are parameters with the defaults of `em-1` §3. A suppressed cell is safe only when nobody can
compute it from what is published; that is proved by linear programming, not by a rule of thumb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray

POINT = 1e-9
"""A feasible interval narrower than this tells the hidden number."""


class Status(StrEnum):
    """What may be done with a cell (`docs/methodology.md` §3)."""

    SUPPRESSED = "suppressed"
    INDICATIVE = "indicative"
    PUBLISHABLE = "publishable"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The declared thresholds of publication (`docs/methodology.md` §3)."""

    suppress_below: int = 10
    indicative_below: int = 30
    effective_below: float = 30.0
    widest: float = 0.30
    df_below: float = 8.0


def merge_strata(answered: ArrayLike, *, k: int = 10) -> tuple[tuple[int, ...], ...]:
    """Group strata, in declared order, so that no group has 1 to k-1 answered records.

    `answered` (H,) counts of one department. Strata without any answer stay alone: they publish nothing. A
    remainder joins the group before it. All in one group means the department itself may be below k: see
    `status`. Source: `tallies.md` step 2; `docs/methodology.md` §3.
    """
    counts = np.asarray(answered, dtype=np.int64)
    groups: list[list[int]] = []
    empty: list[list[int]] = []
    open_group: list[int] = []
    waiting = 0
    for h, count in enumerate(counts.tolist()):
        if count == 0:
            empty.append([h])
            continue
        open_group.append(h)
        waiting += count
        if waiting >= k:
            groups.append(open_group)
            open_group, waiting = [], 0
    if open_group and groups:
        groups[-1].extend(open_group)
    elif open_group:
        groups.append(open_group)
    return tuple(tuple(group) for group in sorted(groups + empty))


def status(*answers: Answer, thresholds: Thresholds | None = None) -> Status:
    """Decide the publication status of a cell from all its answers, scores and shares alike.

    Suppressed below `suppress_below` answered records; indicative where n, n_e, the Korn-Graubard width or
    the df of any of them falls short, or where one cannot be estimated. Source: Parker et al. 2017 (NCHS);
    `docs/methodology.md` §3.
    """
    rule = thresholds or Thresholds()
    if not answers or any(answer.n < rule.suppress_below for answer in answers):
        return Status.SUPPRESSED
    for answer in answers:
        if not isinstance(answer, Estimate) or answer.n < rule.indicative_below:
            return Status.INDICATIVE
        if answer.df is not None and answer.df < rule.df_below:
            return Status.INDICATIVE
        if answer.n_e is not None and answer.n_e < rule.effective_below:
            return Status.INDICATIVE
        if answer.kg_width is not None and answer.kg_width >= rule.widest:
            return Status.INDICATIVE
    return Status.PUBLISHABLE


Relation = tuple[int, tuple[int, ...]]
"""A published sum: cell number of the total, and of its parts."""


@dataclass(frozen=True, slots=True)
class Table:
    """Published counts (C,) and the sums that tie them; linked tables simply share cells."""

    counts: FloatArray
    relations: tuple[Relation, ...]


def crossed(counts: ArrayLike) -> Table:
    """Make a table of interior counts (R, C) with its row, column and grand totals as further cells.

    Cells are numbered row by row over the (R+1) x (C+1) table that ends with the totals.
    """
    inner = np.asarray(counts, dtype=np.float64)
    rows, columns = inner.shape
    full = np.zeros((rows + 1, columns + 1))
    full[:rows, :columns] = inner
    full[rows, :columns], full[:rows, columns] = inner.sum(axis=0), inner.sum(axis=1)
    full[rows, columns] = inner.sum()
    across = [[i * (columns + 1) + j for j in range(columns + 1)] for i in range(rows + 1)]
    down = [list(line) for line in zip(*across, strict=True)]
    relations = [(line[-1], tuple(line[:-1])) for line in across + down]
    return Table(full.ravel(), tuple(relations))


def feasible(table: Table, hidden: BoolArray) -> FloatArray:
    """Give the interval (C, 2) in which each cell must lie, given all that is not `hidden` (C,).

    Counts are taken as non-negative numbers. Published cells have their own value twice. Linear programming
    (HiGHS); `docs/methodology.md` §3; formulas.md §6.
    """
    bounds = np.column_stack([table.counts, table.counts])
    unknown = np.flatnonzero(hidden)
    place = {int(cell): i for i, cell in enumerate(unknown)}
    matrix: list[FloatArray] = []
    known: list[float] = []
    for total, parts in table.relations:
        line = np.zeros(unknown.shape[0])
        constant = 0.0
        for cell, sign in ((total, -1.0), *((part, 1.0) for part in parts)):
            if cell in place:
                line[place[cell]] += sign
            else:
                constant += sign * float(table.counts[cell])
        if np.any(line != 0):
            matrix.append(line)
            known.append(-constant)
    if not matrix:
        bounds[unknown] = (0.0, float(table.counts.sum()))
        return bounds
    equal, right = np.array(matrix), np.array(known)
    cap = float(np.abs(table.counts).sum()) + 1.0
    for cell, i in place.items():
        goal = np.zeros(unknown.shape[0])
        goal[i] = 1.0
        for side, sign in ((0, 1.0), (1, -1.0)):
            found = linprog(sign * goal, A_eq=equal, b_eq=right, bounds=(0.0, cap), method="highs")
            if not found.success:
                raise ValueError("The table's totals do not add up; nothing can be audited in it.")
            bounds[cell, side] = float(found.x[i])
    return bounds


def disclosed(table: Table, hidden: BoolArray, *, protection: float = 0.0) -> BoolArray:
    """Tell which hidden cells (C,) anyone could compute, or bound within `protection`."""
    bounds = feasible(table, hidden)
    return np.asarray(hidden & (bounds[:, 1] - bounds[:, 0] <= max(protection, POINT)))


def suppress(table: Table, *, k: int = 10, protection: float = 0.0) -> BoolArray:
    """Choose the cells to hide, (C,): those of 1 to k-1, then others until none of them can be computed.

    First the GPPS rule: a sum with exactly one hidden cell hides its next smallest; then the LP audit hides
    one more cell beside each that is still a point. Ends at the latest with every cell of the tied sums
    hidden. Source: GP Patient Survey suppression note; `docs/methodology.md` §3.
    """
    hidden = np.asarray((table.counts > 0) & (table.counts < k))
    while True:
        lone = next((line for line in _lines(table) if hidden[list(line)].sum() == 1), None)
        if lone is None:
            exposed = disclosed(table, hidden, protection=protection)
            lone = next(
                (
                    line
                    for line in _lines(table)
                    if exposed[list(line)].any() and not hidden[list(line)].all()
                ),
                None,
            )
        if lone is None:
            return hidden
        hidden[_next_smallest(table.counts, lone, hidden)] = True


def _lines(table: Table) -> Sequence[tuple[int, ...]]:
    return [(*parts, total) for total, parts in table.relations]


def _next_smallest(counts: FloatArray, line: tuple[int, ...], hidden: BoolArray) -> int:
    """Prefer a part to the total, a positive count to an empty cell, and the smallest of them."""
    total = line[-1]
    return min(
        (cell for cell in line if not hidden[cell]),
        key=lambda cell: (cell == total, counts[cell] == 0, counts[cell], cell),
    )
