"""Breaks: what a wave asked otherwise than the wave before, so that a difference between the two says nothing.

A number of one wave is held against the same number of another only where the questions behind it were asked alike:
of a score the headline, of a dimension all its items with their weights, of the index all dimensions with theirs
(`docs/methodology.md` §5). Nothing here depends on what was answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from surveys.languages import asks_the_same
from surveys.tallies import DepartmentDesign, ItemDesign, WaveDesign


class Break(StrEnum):
    """Why two numbers cannot be compared."""

    WORDING = "wording_changed"  # the question, its scale or whom it is asked of
    ITEMS = "items_changed"  # a question of the dimension, or a dimension of the index, is new or gone
    WEIGHTS = "weights_changed"
    UNPUBLISHED = "before_unpublished"  # nobody can read the score of the wave before


@dataclass(frozen=True, slots=True)
class Breaks:
    """What of one department cannot be compared with the wave before; what is new has nothing to compare with."""

    headline: Break | None = None
    index: Break | None = None
    dimensions: Mapping[str, Break] = field(default_factory=dict)
    items: Mapping[str, Break] = field(default_factory=dict)


def breaks(wave: WaveDesign, earlier: WaveDesign) -> dict[str, Breaks]:
    """Return the breaks of every department that both waves ask about, by code."""
    before = {department.code: department for department in earlier.departments}
    return {
        department.code: _of_department(wave, department, earlier, before[department.code])
        for department in wave.departments
        if department.code in before
    }


def asked_alike(wave: WaveDesign, earlier: WaveDesign) -> set[str]:
    """Name the departments whose headline was asked in both waves, and alike."""
    before = {department.code: _headline(department) for department in earlier.departments}
    return {
        department.code
        for department in wave.departments
        if (now := _headline(department)) is not None
        and (then := before.get(department.code)) is not None
        and asks_the_same(now.wording, then.wording)
    }


def _of_department(
    wave: WaveDesign, department: DepartmentDesign, earlier: WaveDesign, before: DepartmentDesign
) -> Breaks:
    now, then = _headline(department), _headline(before)
    reworded = now is not None and then is not None and not asks_the_same(now.wording, then.wording)
    asked = {item.code: item for item in before.items}
    dimensions = {
        dimension.code: found
        for dimension in wave.dimensions
        if (found := _of_parts(department.items_of(dimension.code), before.items_of(dimension.code)))
    }
    return Breaks(
        headline=Break.WORDING if reworded else None,
        index=_of_index(wave, earlier, dimensions),
        dimensions=dimensions,
        items={
            item.code: Break.WORDING
            for item in department.items
            if item.code in asked and not asks_the_same(item.wording, asked[item.code].wording)
        },
    )


def _of_parts(now: Mapping[str, ItemDesign], then: Mapping[str, ItemDesign]) -> Break | None:
    """Say why a dimension that both waves have is not the same."""
    if not now or not then:
        return None
    if now.keys() != then.keys():
        return Break.ITEMS
    if any(not asks_the_same(now[code].wording, then[code].wording) for code in now):
        return Break.WORDING
    weights = [{code: item.weight for code, item in items.items()} for items in (now, then)]
    return None if _shares(weights[0]) == _shares(weights[1]) else Break.WEIGHTS


def _of_index(wave: WaveDesign, earlier: WaveDesign, dimensions: Mapping[str, Break]) -> Break | None:
    """Say why an index that both waves have is not the same."""
    now, then = ({one.code: one.weight for one in design.dimensions} for design in (wave, earlier))
    if not now or not then:
        return None
    if now.keys() != then.keys():
        return Break.ITEMS
    if dimensions:
        return next(iter(dimensions.values()))
    return None if _shares(now) == _shares(then) else Break.WEIGHTS


def _shares(weights: Mapping[str, Decimal]) -> dict[str, Fraction]:
    whole = sum(map(Fraction, weights.values())) or Fraction(1)
    return {code: Fraction(weight) / whole for code, weight in weights.items()}


def _headline(department: DepartmentDesign) -> ItemDesign | None:
    return next((item for item in department.items if item.headline), None)
