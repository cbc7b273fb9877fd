"""The people of a wave as analyses need them: what each pattern of answers scores, and how many gave it.

Every record counts once: exact weights would tell whom of joined layers an answer is from. Only departments whose
moments are published come in, and of their records those that graded the headline, as in the dimensions of a scorecard.
Patterns stand in their own order, so rows may come in any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.analyses.content import Why
from reports.estimation.disclosure import merge_strata
from reports.estimation.estimate import BoolArray, FloatArray, IntArray
from reports.estimation.resampling import Cell, Department
from reports.estimation.tables import SCORES
from reports.evaluations.datasets import Dataset
from reports.evaluations.grouping import SMALLEST_BASE, nobody_or
from reports.evaluations.patterns import Pattern, patterns_of
from reports.evaluations.results import DepartmentResult, WaveResult

if TYPE_CHECKING:  # only evaluations opens the door itself
    from surveys.tallies import DepartmentDesign, DimensionDesign, ItemDesign

FEWEST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Records:
    """The K patterns of one department; a score is NaN where there is no grade.

    `rating` (K, 1 + D): the headline, then the dimensions · `battery` (K, P): the questions of the dimensions ·
    `counts` of people and their `stratum`, (K,) · `moments` (4, P, P): n, Σa, Σb, Σab of the battery's grades, as
    published.
    """

    rating: FloatArray
    battery: FloatArray
    counts: IntArray
    stratum: IntArray
    moments: FloatArray


@dataclass(frozen=True, slots=True)
class WaveRecords:
    """The departments that come in, the dimensions all of them were rated in, the questions all were asked."""

    dimensions: tuple[DimensionDesign, ...]
    items: tuple[ItemDesign, ...]
    departments: tuple[Records, ...]
    withheld: bool = False  # there were questions to go together, and of no department moments are published


@dataclass(frozen=True, slots=True)
class InFull:
    """The people who left out nothing: their cells by department, their number, and why there are too few if so."""

    departments: Sequence[Department]
    n: int
    reason: Why | None


def records_of(result: WaveResult) -> WaveRecords:
    """Read the records of an evaluated wave."""
    rated = [one for one in result.departments if _is_rated(one)]
    shown = [one for one in rated if _is_shown(one)]
    asked = [{item.dimension for item in predictors(one.department)} for one in shown]
    dimensions = tuple(one for one in result.wave.dimensions if asked and all(one.code in a for a in asked))
    common = [{item.code for item in battery(one.department)} for one in shown]
    items = tuple(
        item
        for item in (battery(shown[0].department) if shown else ())
        if all(item.code in several for several in common)
    )
    return WaveRecords(
        dimensions,
        items,
        tuple(
            _records(
                one.department,
                patterns_of(result.wave, one.department.id),
                [dimension.code for dimension in dimensions],
                [item.code for item in items],
                one.dataset,
            )
            for one in shown
        ),
        withheld=not shown and any(len(battery(one.department)) > 1 for one in rated),
    )


def battery(department: DepartmentDesign) -> list[ItemDesign]:
    """List the questions that dimensions are made of."""
    return [item for item in department.items if item.scored and item.dimension]


def predictors(department: DepartmentDesign) -> list[ItemDesign]:
    """List those of the battery that may explain the headline: itself it always would."""
    return [item for item in battery(department) if not item.headline]


def complete(values: FloatArray) -> BoolArray:
    """Say which patterns have no value missing, (K,)."""
    return np.asarray(~np.isnan(values).any(axis=1))


def in_full(records: WaveRecords, values_of: Callable[[Records], FloatArray], *, base: int) -> InFull:
    """Make cells of the people with no value missing, of the departments where that gives nobody away.

    `values_of` a department are (K, q); `base` is the wave's smallest base. Too few are below `FEWEST_PEOPLE`.
    """
    told = [one for one in records.departments if _gives_nobody_away(one)]
    departments = [cells for one in told if (cells := _cells(one, values_of(one), base))]
    n = sum(int(cell.counts.sum()) for cells in departments for cell in cells)
    if n >= max(FEWEST_PEOPLE, base):
        return InFull(departments, n, None)
    everywhere = sum(int(one.counts[complete(values_of(one))].sum()) for one in records.departments)
    enough = everywhere >= max(FEWEST_PEOPLE, base)
    return InFull(departments, n, Why.TOO_FEW_LEFT_OUT if enough else Why.TOO_FEW_PEOPLE)


def _gives_nobody_away(one: Records) -> bool:
    """Say whether those left out for a missing answer are nobody or enough, in each set that figures are given of."""
    rated, answered = complete(one.rating), complete(one.battery)
    apart = (~rated, ~answered, rated & ~answered, answered & ~rated)
    return nobody_or(np.array([one.counts[left_out].sum() for left_out in apart]), SMALLEST_BASE)


def _cells(one: Records, values: FloatArray, base: int) -> list[Cell]:
    """Make cells of the people whose `values` (K, q) are complete, equal ones counted together.

    Strata that hold fewer than `base` of them are joined, in declared order: nobody is drawn alone.
    """
    whole = complete(values)
    counts, stratum, values = one.counts[whole], one.stratum[whole], values[whole]
    numbers, place = np.unique(stratum, return_inverse=True)
    by_stratum = np.bincount(place.ravel(), weights=counts, minlength=len(numbers)).astype(np.int64)
    cells = []
    for group in merge_strata(by_stratum, k=base):
        here = np.isin(place.ravel(), group)
        points, at = np.unique(values[here], axis=0, return_inverse=True)
        people = np.bincount(at.ravel(), weights=counts[here], minlength=len(points)).astype(np.int64)
        cells.append(Cell(points, people, np.ones(len(points))))
    return cells


def _is_rated(one: DepartmentResult) -> bool:
    headline = any(item.headline for item in one.department.items)
    return one.dataset.records is not None and headline and not one.department.is_root


def _is_shown(one: DepartmentResult) -> bool:
    """Say whether the headline and the moments of the battery may be shown of this department."""
    answered = all(item.answered is not None for item in one.dataset.items if item.headline)
    return answered and bool(one.dataset.moments)


def _records(
    department: DepartmentDesign,
    patterns: Mapping[Pattern, int],
    dimensions: Sequence[str],
    items: Sequence[str],
    dataset: Dataset,
) -> Records:
    ordered = sorted(patterns)
    width = len(department.items)
    codes = np.frombuffer(b"".join(one.codes for one in ordered), dtype=np.uint8).reshape(-1, width)
    by_grade = np.full(256, np.nan)
    by_grade[1 : len(SCORES) + 1] = SCORES
    scores = by_grade[codes]
    place = {item.code: at for at, item in enumerate(department.items)}
    headline = next(at for at, item in enumerate(department.items) if item.headline)
    graded = ~np.isnan(scores[:, headline])
    scores = scores[graded]
    parts = [scores[:, [headline]]]
    for dimension in dimensions:
        several = [item for item in predictors(department) if item.dimension == dimension]
        weights = np.array([float(item.weight) for item in several])
        chosen = scores[:, [place[item.code] for item in several]]
        given = ~np.isnan(chosen)
        with np.errstate(invalid="ignore"):  # nobody answered: 0/0 is NaN, a missing dimension
            parts.append((np.where(given, chosen, 0.0) @ weights / (given @ weights))[:, None])
    return Records(
        np.hstack(parts),
        scores[:, [place[code] for code in items]],
        np.array([patterns[one] for one in ordered], dtype=np.int64)[graded],
        np.array([one.stratum for one in ordered], dtype=np.int64)[graded],
        _moments(dataset, items),
    )


def _moments(dataset: Dataset, items: Sequence[str]) -> FloatArray:
    """Sum the published moments of `items` over groups, (4, P, P)."""
    size = len(dataset.moment_items)
    a, b = np.triu_indices(size)
    sums = np.array([row[1:] for row in dataset.moments], dtype=np.float64).sum(axis=0)
    found = np.zeros((4, size, size))
    found[:, a, b], found[:, b, a] = sums, sums[[0, 2, 1, 3]]
    chosen = [dataset.moment_items.index(code) for code in items]
    return found[:, chosen][:, :, chosen]
