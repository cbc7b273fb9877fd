"""The people of a wave as analyses need them: what each pattern of answers scores, how many gave it, what they weigh.

Only departments of which nothing that is used here is hidden come in, and of their records those that graded the
headline, as in the dimensions of a scorecard. Patterns stand in their own order, so rows may come in any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.estimation.estimate import BoolArray, FloatArray, IntArray
from reports.estimation.resampling import Cell, Department
from reports.estimation.tables import SCORES
from reports.evaluations.layers import Layers, layers_of
from reports.evaluations.patterns import Pattern, patterns_of
from reports.evaluations.results import DepartmentResult, WaveResult

if TYPE_CHECKING:  # only evaluations opens the door itself
    from surveys.tallies import DepartmentDesign, DimensionDesign, ItemDesign


@dataclass(frozen=True, slots=True)
class Records:
    """The K patterns of one department; a score is NaN where there is no grade.

    `rating` (K, 1 + D): the headline, then the dimensions · `battery` (K, P): the questions of the dimensions ·
    `counts` of people, their `stratum` and the `weight` of each, (K,).
    """

    rating: FloatArray
    battery: FloatArray
    counts: IntArray
    stratum: IntArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class WaveRecords:
    """The departments that come in, the dimensions all of them were rated in, the questions all were asked."""

    dimensions: tuple[DimensionDesign, ...]
    items: tuple[ItemDesign, ...]
    departments: tuple[Records, ...]


def records_of(result: WaveResult) -> WaveRecords:
    """Read the records of an evaluated wave."""
    shown = [one for one in result.departments if _is_rated(one) and _is_shown(one)]
    asked = [{item.dimension for item in predictors(one.department)} for one in shown]
    dimensions = tuple(one for one in result.wave.dimensions if asked and all(one.code in a for a in asked))
    common = [{item.code for item in battery(one.department)} for one in shown]
    items = tuple(
        item
        for item in (battery(shown[0].department) if shown else ())
        if all(item.code in several for several in common)
    )
    layers = layers_of(result.wave)
    return WaveRecords(
        dimensions,
        items,
        tuple(
            _records(
                one.department,
                patterns_of(result.wave, one.department.id),
                [dimension.code for dimension in dimensions],
                [item.code for item in items],
                layers,
            )
            for one in shown
        ),
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


def people(departments: Sequence[Department]) -> int:
    """Count the people of cells."""
    return sum(int(cell.counts.sum()) for cells in departments for cell in cells)


def cells_of(one: Records, values: FloatArray) -> list[Cell]:
    """Make cells of the people whose `values` (K, q) are complete, equal ones counted together."""
    whole = complete(values)
    keys = np.column_stack([one.stratum[whole], one.weight[whole], values[whole]])
    distinct, place = np.unique(keys, axis=0, return_inverse=True)
    counts = np.bincount(place.ravel(), weights=one.counts[whole], minlength=len(distinct)).astype(np.int64)
    return [
        Cell(distinct[here, 2:], counts[here], distinct[here, 1])
        for stratum in np.unique(distinct[:, 0])
        for here in [distinct[:, 0] == stratum]
    ]


def _is_rated(one: DepartmentResult) -> bool:
    headline = any(item.headline for item in one.department.items)
    return one.dataset.records is not None and headline and not one.department.is_root


def _is_shown(one: DepartmentResult) -> bool:
    """Say whether every question that comes in may be shown of this department."""
    return all(
        item.answered is not None
        for item in one.dataset.items
        if item.headline or (item.scored and item.dimension)
    )


def _records(
    department: DepartmentDesign,
    patterns: Mapping[Pattern, int],
    dimensions: Sequence[str],
    items: Sequence[str],
    layers: Layers,
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
    groups = np.array([[one.stratum, one.cell] for one in ordered], dtype=np.uint16).reshape(-1, 2)[graded]
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
        groups[:, 0].astype(np.int64),
        layers.weight[layers.at(groups)],
    )
