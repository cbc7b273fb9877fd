"""Population totals of a case's cells, in each way a case may write them, matched with its records.

One column: `{"E": 4421}`. Crossed columns: joined names `{"E.No": 12}`, nested `{"E": {"No": 12}}`, R's data
frame as columns `{"stype": […], "sch.wide": […], "Freq": […]}`, or as records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from reports.estimation.cases.columns import CaseError, Frame
from reports.estimation.cases.reading import listed
from reports.estimation.estimate import BoolArray, FloatArray, IntArray

JOINTS = (".", ":", "_", "|", "/", ",", ", ", " ", "x", " x ", "*", "-", " & ")


@dataclass(frozen=True, slots=True)
class Cells:
    """Cell of each record (rows,), -1 where it has none; the total (m,) and the written name of each cell."""

    label: IntArray
    totals: FloatArray
    names: tuple[str, ...]


def cells(frame: Frame, named: Any, population: Any, inside: BoolArray | None = None) -> Cells:
    """Read totals of one column or several; refuses a record `inside` (all) without a total."""
    columns = _columns(frame, named)
    labelled = [frame.label(name) for name in columns]
    wanted = _totals(columns, [levels for _, levels in labelled], population)
    place = {key: i for i, (key, _) in enumerate(wanted)}
    label = np.full(frame.rows, -1, dtype=np.int64)
    for row in range(frame.rows):
        if all(code[row] >= 0 for code, _ in labelled):
            key = tuple(levels[code[row]] for code, levels in labelled)
            label[row] = place.get(key, -1)
    if np.any(label[slice(None) if inside is None else inside] < 0):
        raise CaseError(f"{' x '.join(columns)} lacks a total for some record")
    spelt = isinstance(population, Mapping) and len(wanted) == len(population)
    names = tuple(population) if spelt else tuple(".".join(key) for key, _ in wanted)
    return Cells(label, np.array([total for _, total in wanted]), names)


def _columns(frame: Frame, named: Any) -> list[str]:
    columns = [str(name) for name in listed(named)]
    if len(columns) == 1 and columns[0] not in frame.columns:
        columns = [part for part in re.split(r"[\s:*+,&]+|\bx\b", columns[0].lstrip("~")) if part]
    return columns


def _totals(
    columns: list[str], levels: list[tuple[str, ...]], population: Any
) -> list[tuple[tuple[str, ...], float]]:
    """Give the cells in the order in which the case writes them, with their totals."""
    if isinstance(population, Mapping) and set(columns) <= set(population):
        count = len(listed(population[columns[0]]))
        population = [{n: listed(v)[i] for n, v in population.items()} for i in range(count)]
    if not isinstance(population, Mapping):
        return [
            (
                tuple(str(record[name]) for name in columns),
                float(next(value for name, value in record.items() if name not in columns)),
            )
            for record in population
        ]
    if len(columns) == 1:
        return [((str(name),), float(total)) for name, total in population.items()]
    if all(isinstance(inner, Mapping) for inner in population.values()):
        return [
            ((str(outer), *key), total)
            for outer, inner in population.items()
            for key, total in _totals(columns[1:], levels[1:], inner)
        ]
    spelt = {joint.join(key): key for key in product(*levels) for joint in JOINTS}
    strange = [name for name in population if name not in spelt]
    if strange:
        raise CaseError(f"no cell of {' x '.join(columns)} is called {strange[0]!r}")
    return [(spelt[name], float(total)) for name, total in population.items()]
