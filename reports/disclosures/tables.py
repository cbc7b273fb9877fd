"""The published tables of one department as counts of sets of units, read from its dataset as anybody reads the files.

A unit is what the files name: a stratum, or a weighting cell of one. Joined ones are named with "+" and are a set.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, TypeAlias

from reports.estimation.differencing import Units

Line: TypeAlias = tuple[Units, tuple[int, ...]]


class Tables:
    """The rows of one dataset, by the units that they are about."""

    def __init__(self, dataset: Mapping[str, Any], cells: frozenset[str] = frozenset()) -> None:
        """Read `dataset`; `cells` are the names that weighting cells can have."""
        self.dataset = dataset
        self.items: list[Mapping[str, Any]] = dataset["items"]
        self.units = [_units(dataset["strata"][group[0]][0], group[1], cells) for group in dataset["groups"]]
        self.weights = [float(group[2]) for group in dataset["groups"]]
        self.belongings = [_belongings(group) for group in dataset["groups"]]
        self._rows: dict[str, list[tuple[int, tuple[int, ...]]]] = {item["code"]: [] for item in self.items}
        for item, group, counts in dataset["rows"]:
            self._rows[self.items[item]["code"]].append((group, tuple(counts)))

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of the department is shown."""
        return self.dataset["records"] is None

    @property
    def headline(self) -> str | None:
        """The code of the headline item, None where there is none, or it is hidden."""
        return next(
            (item["code"] for item in self.items if item["headline"] and item["answered"] is not None), None
        )

    def rows(self, code: str) -> list[tuple[int, tuple[int, ...]]]:
        """Return an item's groups by place with their counts by code."""
        return self._rows[code]

    def lines(self, code: str) -> list[Line]:
        """Return an item's sets of units with their counts by code."""
        return [(self.units[group], counts) for group, counts in self._rows[code]]

    def moments(self) -> Iterator[tuple[Units, dict[tuple[str, str], tuple[int, ...]]]]:
        """Yield sets of units with n, Σa, Σb and Σab by pair of items a ≤ b."""
        pairs = list(combinations_with_replacement(self.dataset["moment_items"], 2))
        for group, *sums in self.dataset["moments"]:
            yield self.units[group], dict(zip(pairs, map(tuple, zip(*sums, strict=True)), strict=True))

    def people(self) -> Iterator[tuple[Units, int]]:
        """Yield the strata as they are pooled, with the people who took part there."""
        for name, _population, people, *_psus in self.dataset["strata"]:
            yield frozenset(str(name).split("+")), people


def all_units(lines: Sequence[Line]) -> Units:
    """Return the units of all lines together."""
    return frozenset().union(*(units for units, _counts in lines))


def _belongings(group: Sequence[Any]) -> frozenset[str]:
    """Return `margin=category` of a group of format 3; earlier formats do not say."""
    return frozenset(str(group[4]).split()) if len(group) > 4 and group[4] else frozenset()


def _units(stratum: str, name: str, cells: frozenset[str]) -> Units:
    """Tell the units of a group apart: of strata where it has no name, else of cells within strata."""
    if not name:
        return frozenset(str(stratum).split("+"))
    if "/" not in name:
        return frozenset(f"{stratum}/{cell}" for cell in name.split("+"))
    # Each token is stratum/cell, a further cell of the same stratum, or the first part of a stratum's joined name.
    found: set[str] = set()
    home, waiting = "", ""
    for token in name.split("+"):
        if "/" in token:
            home, cell = f"{waiting}{token}".split("/", 1)
            waiting = ""
            found.add(f"{home}/{cell}")
        elif token in cells and home and not waiting:
            found.add(f"{home}/{token}")
        else:
            waiting += f"{token}+"
    return frozenset(found)
