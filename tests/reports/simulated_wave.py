"""A wave of simulated people, with margins, clusters and a declared mix, as `surveys.tallies` would hand it over.

`evaluations/designs/make_expected.R` simulated the people.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from surveys.tallies import (
    CategoryDesign,
    DepartmentDesign,
    DimensionDesign,
    ItemDesign,
    MarginDesign,
    Slice,
    StratumDesign,
    WaveDesign,
)
from surveys.waves.models import default_method

HERE = Path(__file__).parent / "evaluations" / "designs"
POPULATION = {"north": 9000, "south": 21000, "east": 4000}
PSUS = {"north": 40, "south": 80, "east": 30}
AGES = {"young": 10200, "middle": 13600, "old": 10200}
SEXES = {"f": 17340, "m": 16660}
ITEMS = ("overall", "ease", "speed", "trust")
WEIGHTS = {"ease": "0.5", "speed": "0.3", "trust": "0.2"}
UNRATED = 252

with (HERE / "people.csv").open() as file:
    PEOPLE = list(csv.DictReader(file))


def margin(code: str, totals: Mapping[str, int]) -> MarginDesign:
    categories = (CategoryDesign(one, {"en": one}, Decimal(n)) for one, n in totals.items())
    return MarginDesign(code, {"en": code}, tuple(categories))


def a_design(
    *margins: MarginDesign,
    clustered: bool = False,
    people_of: Sequence[Mapping[str, str]] = PEOPLE,
    **method: Any,
) -> tuple[WaveDesign, Slice]:
    """The wave of the simulated people, and the slice of the one department that a part of them rated."""
    strata = list(POPULATION)
    choices = [[None, *range(len(one.categories))] for one in margins]
    numbered: list[tuple[int | None, ...]] = list(product(*choices))

    def cell_of(person: Mapping[str, str]) -> int:
        codes = [
            [category.code for category in one.categories].index(person[one.code])
            if person[one.code]
            else None
            for one in margins
        ]
        return numbered.index(tuple(codes))

    people = Counter((strata.index(one["stratum"]) + 1, cell_of(one)) for one in people_of)
    groups: dict[tuple[int, ...], list[list[int]]] = {}
    for one in people_of:
        grades = [int(one[item] or 0) for item in ITEMS]
        if not any(grades):
            continue
        psu = int(one["psu"]) if clustered else 0
        groups.setdefault((strata.index(one["stratum"]) + 1, cell_of(one), 7, 1, psu), []).append(grades)
    counts = np.zeros((len(groups), len(ITEMS), 256), dtype=np.int64)
    moments = np.zeros((len(groups), 10, 4), dtype=np.int64)
    for place, rows in enumerate(groups.values()):
        for grades in rows:
            for item, grade in enumerate(grades):
                unrated = item > 0 and not grades[0]
                counts[place, item, UNRATED if unrated else grade or 255] += 1
        array = np.array(rows) * (np.array(rows)[:, :1] > 0)
        for pair, (a, b) in enumerate(zip(*np.triu_indices(4), strict=True)):
            both = array[(array[:, a] > 0) & (array[:, b] > 0)]
            moments[place, pair] = [
                len(both),
                both[:, a].sum(),
                both[:, b].sum(),
                (both[:, a] * both[:, b]).sum(),
            ]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    design = WaveDesign(
        id=1,
        slug="made",
        titles={"en": "made"},
        edition_hash="e",
        questionnaire="made",
        edition_number=1,
        klass=4,
        judged=True,
        opened_at=moment,
        closed_at=moment,
        release_at=moment,
        previous_id=None,
        method=default_method() | {"merge_strata": False, "trim": None} | method,
        strata=tuple(
            StratumDesign(
                number,
                code,
                {"en": code},
                POPULATION[code],
                sum(one["stratum"] == code for one in people_of),
                clusters=12 if clustered else None,
                cluster_population=PSUS[code] if clustered else None,
            )
            for number, code in enumerate(strata, start=1)
        ),
        departments=(
            DepartmentDesign(
                1,
                "parks",
                {"en": "Parks"},
                False,
                tuple(
                    ItemDesign(
                        item,
                        {"en": item},
                        (1, 2, 3, 4, 5),
                        {},
                        True,
                        item == "overall",
                        item if item in WEIGHTS else "",
                        Decimal(1),
                        f"1:{item}",
                    )
                    for item in ITEMS
                ),
            ),
        ),
        dimensions=tuple(
            DimensionDesign(code, {"en": code}, Decimal(weight)) for code, weight in WEIGHTS.items()
        ),
        people={(4, 7): len(people_of)},
        margins=margins,
        cells=tuple(numbered),
        cell_people=dict(people),
    )
    return design, Slice(1, 4, np.array(list(groups), dtype=np.uint16), counts, moments)
