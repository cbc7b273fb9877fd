"""The rows of a past wave, read by its codebook: who each person is in the design, and what they answered.

Every cell that counts is checked, and everything that is wrong is named, ragged rows with the rest. A row that is of
another wave by `where` is passed over unread.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.waves.declaring import LARGEST_PSU
from surveys.waves.margins import cell_of
from surveys.waves.past_codebook import PastCodebook
from surveys.waves.past_files import DATA, Faults, Table, Words

RESPONDENT = "respondent"  # when a column is called so, nobody may be in the file twice


@dataclass(frozen=True, slots=True)
class Person:
    """One row: the label of the stratum, or "", the answers by part, the weighting cell and the number of the PSU."""

    stratum: str
    answers: Mapping[str, Mapping[str, Any]]
    cell: int
    psu: int


def people_of(book: PastCodebook, table: Table, strata_column: str, faults: Faults) -> list[Person]:
    """Return the people of a wave; what is wrong with their rows is added to `faults`."""
    reader = _Reader(
        book, {header: place for place, header in enumerate(table.headers)}, strata_column, faults
    )
    if not reader.has_columns():
        return []
    people = [
        reader.person(number, cells) for number, cells in table.rows if reader.is_of_wave(number, cells)
    ]
    if not people and not faults.count:
        faults.add(
            DATA,
            _("No row of the file is of this wave.")
            if table.rows
            else _("The file names columns but has no rows below them."),
        )
    return people


@dataclass
class _Reader:
    """Reads row after row, remembering who and which clusters were met."""

    book: PastCodebook
    columns: Mapping[str, int]
    strata_column: str
    faults: Faults
    seen: dict[str, int] = field(default_factory=dict)
    clusters: dict[str, dict[str, int]] = field(default_factory=dict)  # by stratum: label → number from 1

    def __post_init__(self) -> None:
        self.items = list(dict.fromkeys(item for part in self.book.parts.values() for item in part))
        read = {RESPONDENT, *(column for column, _message in self._named())}
        self.places = {column: place for column, place in self.columns.items() if column in read}

    def has_columns(self) -> bool:
        """Say whether all columns are there that the codebook and the strata name, adding those that are not."""
        before = self.faults.count
        for column, message in self._named():
            if column not in self.columns:
                self.faults.add(DATA, message, column=column)
        if self.book.design.clusters and not self.strata_column:
            self.faults.add(DATA, _("Clusters lie in strata: say which column holds the strata."))
        return self.faults.count == before

    def _named(self) -> Iterator[tuple[str, Words]]:
        design, missing = self.book.design, _("The codebook names this column, but the data have none such.")
        for item in self.items:
            yield item, _("The codebook names this item, but the data have no such column.")
        if self.strata_column:
            yield self.strata_column, _("The data have no such column for the strata.")
        if self.book.rated:
            yield self.book.rated.column, missing
        if design.clusters:
            yield design.clusters.column, missing
        if design.where:
            yield design.where[0], missing
        for margin in design.margins:
            yield margin.column, missing

    def is_of_wave(self, number: int, cells: Sequence[str]) -> bool:
        """Say whether a row is whole and of this wave."""
        if len(cells) != len(self.columns):
            message = _("has %(cells)d cells; the first row has %(headers)d.")
            shown = {"cells": len(cells), "headers": len(self.columns)}
            self.faults.add(DATA, message % shown, row=number)
            return False
        where = self.book.design.where
        return where is None or cells[self.columns[where[0]]] == where[1]

    def person(self, number: int, cells: Sequence[str]) -> Person:
        """Read one row."""
        row = {column: cells[place] for column, place in self.places.items()}
        answers = self._answers(number, row)
        stratum = self._stratum(number, row)
        self._refuse_twice(number, row.get(RESPONDENT, ""))
        return Person(stratum, answers, self._cell(number, row), self._psu(number, row, stratum))

    def _answers(self, number: int, row: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        known, rated = self.book.answers, self.book.rated
        for item in self.items:
            if row[item] not in known:
                message = _("is not an answer; allowed: %(allowed)s.") % {"allowed": _listed(known)}
                self.faults.add(DATA, message, row=number, column=item, value=row[item])
        parts: Iterable[str] = self.book.parts
        if rated:
            value = row[rated.column]
            parts = [rated.departments[value]] if value in rated.departments else []
            if value and not parts:
                allowed = {"allowed": _listed([*rated.departments, ""])}
                message = _("is no department of the codebook; allowed: %(allowed)s.") % allowed
                self.faults.add(DATA, message, row=number, column=rated.column, value=value)
            elif not value and any(row[item] for item in self.items):
                unsaid = _("The row has answers but does not say whom they are about.")
                self.faults.add(DATA, unsaid, row=number, column=rated.column)
        return {part: {item: known.get(row[item]) for item in self.book.parts[part]} for part in parts}

    def _stratum(self, number: int, row: Mapping[str, str]) -> str:
        if not self.strata_column:
            return ""
        stratum, labels = row[self.strata_column], self.book.groups.get(self.strata_column, ())
        if not stratum:
            self.faults.add(DATA, _("The stratum is missing."), row=number, column=self.strata_column)
        elif labels and stratum not in labels:
            message = _("is not a stratum; allowed: %(allowed)s.") % {"allowed": _listed(labels)}
            self.faults.add(DATA, message, row=number, column=self.strata_column, value=stratum)
        return stratum

    def _refuse_twice(self, number: int, person: str) -> None:
        if person and person in self.seen:
            message = _("The same person is in row %(row)d already.") % {"row": self.seen[person]}
            self.faults.add(DATA, message, row=number, column=RESPONDENT, value=person)
        self.seen.setdefault(person, number)

    def _cell(self, number: int, row: Mapping[str, str]) -> int:
        places: list[int | None] = []
        for margin in self.book.design.margins:
            labels = [one.code for one in margin.plan.categories]
            label = row[margin.column]
            places.append(labels.index(label) if label in labels else None)
            if label and label not in labels:
                message = _("is no category of the margin; allowed: %(allowed)s.")
                allowed = {"allowed": _listed([*labels, ""])}
                self.faults.add(DATA, message % allowed, row=number, column=margin.column, value=label)
        return cell_of(self.book.design.plans, places)

    def _psu(self, number: int, row: Mapping[str, str], stratum: str) -> int:
        clusters = self.book.design.clusters
        if clusters is None:
            return 0
        label, met = row[clusters.column], self.clusters.setdefault(stratum, {})
        if not label:
            self.faults.add(DATA, _("The cluster is missing."), row=number, column=clusters.column)
        elif label not in met and len(met) == LARGEST_PSU:
            message = _("A stratum has at most %(most)d clusters.") % {"most": LARGEST_PSU}
            self.faults.add(DATA, message, row=number, column=clusters.column, value=label)
            return 0
        return met.setdefault(label, len(met) + 1)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(value or str(_("empty")) for value in values)
