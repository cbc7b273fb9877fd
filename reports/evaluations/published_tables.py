"""Tables for estimation, rebuilt from the published rows of a dataset as an outside verifier rebuilds them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.estimation.estimate import FloatArray, IntArray
from reports.estimation.sample import Design, Lonely, Sample, Stage, Stratum
from reports.estimation.tables import SCORES, GradeTable
from reports.evaluations.datasets import Dataset, Item


class Tables:
    """The rows of one dataset as arrays."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._weights = np.array([float(row[2]) for row in dataset.groups])
        self._strata = np.array([row[0] for row in dataset.groups], dtype=np.int64)
        self._lines: dict[int, list[tuple[int, list[int]]]] = {}
        for item, group, counts in dataset.rows:
            self._lines.setdefault(item, []).append((group, counts))
        self._grades: dict[str, GradeTable] = {}
        self._designs: dict[tuple[int, ...], Design] = {}
        self._layouts: dict[tuple[int, ...], tuple[list[int], NDArray[np.intp], FloatArray]] = {}

    def grades(self, item: Item) -> GradeTable:
        """Return the table of a graded item by pooled stratum."""
        if item.code not in self._grades:
            self._grades[item.code] = self._table(item)
        return self._grades[item.code]

    def groups(self, item: Item) -> list[int]:
        """List the places of the groups in which anybody answered an item."""
        return [group for group, _line in self._lines[self.dataset.items.index(item)]]

    def parts(self, item: Item, parts: Sequence[Sequence[int]]) -> tuple[GradeTable, IntArray]:
        """Return a graded item's answers in several parts, and which part each row of the table is about.

        A part is a list of groups, of one at least; a group may be in several. The weights are taken as they are.
        """
        lines = dict(self._lines[self.dataset.items.index(item)])
        groups = [group for members in parts for group in members]
        part = np.repeat(np.arange(len(parts)), [len(members) for members in parts])
        strata = len(self.dataset.strata)
        rows, place = np.unique(part * strata + self._strata[groups], return_inverse=True)
        counts, weight = np.array([lines[group] for group in groups]), self._weights[groups][:, None]
        w = counts * weight
        n, w, w2 = (_by_stratum(each, place, rows.shape[0]) for each in (counts, w, w * weight))
        return GradeTable.of_dataset(self._design((rows % strata).tolist()), n, w, w2), rows // strata

    def totals(self, item: Item) -> tuple[NDArray[np.int64], FloatArray]:
        """Return the counts and sums of weights of an item by code, (codes,) each."""
        lines = self._lines[self.dataset.items.index(item)]
        counts = np.array([line for _group, line in lines])
        return counts.sum(axis=0), self._weights[[group for group, _line in lines]] @ counts

    def mixed(self, item: Item, mix: Sequence[str]) -> tuple[Sample, FloatArray, NDArray[np.int64]] | None:
        """Return an item's graded answers as a sample, their scores and their places in `mix`, for standardising.

        Answers of people whose category is not known are left out; None where a group holds several categories. The
        weights are taken as they are.
        """
        lines = self._lines[self.dataset.items.index(item)]
        category = {group: self.dataset.groups[group][3] for group, _line in lines}
        if None in category.values():
            return None
        known = [(group, line) for group, line in lines if category[group] in mix]
        groups = [group for group, _line in known]
        counts = np.array([line for _group, line in known], dtype=np.float64).reshape(len(known), -1)
        names, place = np.unique(self._strata[groups], return_inverse=True)
        design = self._design(names.tolist())
        weight = np.repeat(self._weights[groups], counts.shape[1])
        stratum = np.repeat(place, counts.shape[1])
        n = counts.ravel()
        stage = Stage(stratum, None, design.sampled()[stratum], design.population()[stratum])
        sample = Sample(n, n * weight, n * weight**2, (stage,), (), design.lonely)
        cells = np.repeat([mix.index(category[group]) for group in groups], counts.shape[1])
        scores = np.tile(np.asarray(SCORES), len(known))
        return sample, np.where(n > 0, scores, np.nan), np.asarray(cells, dtype=np.int64)

    def _table(self, item: Item) -> GradeTable:
        place_of = self.dataset.items.index(item)
        names, n, w, w2 = self._sums(self._lines[place_of])
        residual = [row[1:] for row in self.dataset.residuals if row[0] == place_of]
        if not residual:
            return GradeTable.of_dataset(self._design(names), n, w, w2)
        strata = [row[0] for row in residual]
        where = [strata.index(name) for name in names]
        return GradeTable.of_dataset(
            self._sampled(residual),
            *(_placed(rows, where, len(strata)) for rows in (n, w, w2)),
            first=np.array([[float(x) for x in row[4]] for row in residual]),
            second=_square([row[5] for row in residual], n.shape[1]),
            units=np.array([row[1][0] for row in residual]),
        )

    def _sums(
        self, lines: Sequence[tuple[int, list[int]]]
    ) -> tuple[list[int], FloatArray, FloatArray, FloatArray]:
        """Sum counts, weights and their squares by pooled stratum, all in a group weighing alike."""
        names, place, weight = self._layout(tuple(group for group, _line in lines))
        counts = np.array([line for _group, line in lines])
        w = counts * weight
        n, w, w2 = (_by_stratum(rows, place, len(names)) for rows in (counts, w, w * weight))
        return names, n, w, w2

    def _layout(self, groups: tuple[int, ...]) -> tuple[list[int], NDArray[np.intp], FloatArray]:
        """Return the strata of groups, which of them each group is in, and the weights as a column."""
        if groups not in self._layouts:
            names, place = np.unique(self._strata[list(groups)], return_inverse=True)
            self._layouts[groups] = names.tolist(), place, self._weights[list(groups)][:, None]
        return self._layouts[groups]

    def _sampled(self, rows: Sequence[Sequence[Any]]) -> Design:
        """Return the design of residual sums, which say themselves how many units were sampled, and of how many."""
        return Design(
            tuple(
                Stratum(self.dataset.strata[row[0]][0], row[2], None if row[3] is None else float(row[3]))
                for row in rows
            ),
            lonely=Lonely(self.dataset.lonely),
        )

    def _design(self, places: Sequence[int]) -> Design:
        key = tuple(places)
        if key not in self._designs:
            strata = [self.dataset.strata[place] for place in key]
            known = all(row[1] is not None for row in strata)
            self._designs[key] = Design(
                tuple(
                    Stratum(name, people, population if known else None, psus, psu_population)
                    for name, population, people, psus, psu_population in strata
                ),
                lonely=Lonely(self.dataset.lonely),
                self_selected=not known,
            )
        return self._designs[key]


def _by_stratum(rows: NDArray[np.generic], place: NDArray[np.intp], size: int) -> FloatArray:
    if size == rows.shape[0]:  # mostly each group is a stratum
        found = np.empty((size, *rows.shape[1:]))
        found[place] = rows
        return found
    total = np.zeros((size, *rows.shape[1:]))
    np.add.at(total, place, rows)
    return total


def _placed(rows: FloatArray, where: Sequence[int], size: int) -> FloatArray:
    found = np.zeros((size, *rows.shape[1:]))
    found[list(where)] = rows
    return found


def _square(upper: Sequence[Sequence[str]], size: int) -> FloatArray:
    """Return symmetric tables from the digits of their upper triangles, (rows, size, size)."""
    found = np.zeros((len(upper), size, size))
    a, b = np.triu_indices(size)
    found[:, a, b] = np.array([[float(x) for x in row] for row in upper])
    found[:, b, a] = found[:, a, b]
    return found
