"""A city in which eight small things were planted, one of each kind that a published table could give away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from surveys.tallies import CategoryDesign, MarginDesign, NodeDesign, Slice
from surveys.waves.models import Wave
from tests.house.attacks.attacker import Recovered
from tests.reports import made_waves
from tests.reports.made_waves import PARKS, ROADS, Door

SIDES = (("north", 1000, 60), ("middle", 800, 50), ("south", 3000, 90))
AGES = ("young", "adult", "old")

PLANTED = frozenset(
    {
        Recovered("visits", "museum", "people", 3),  # three people rated it; all others are shown
        Recovered("errands", "archive", "people", 9),  # nine, among four siblings; everybody rated one
        Recovered("spring", "parks", "overall@middle", 2),  # two of one stratum
        Recovered("spring", "roads", "overall@middle", 4),  # two small strata beside each other
        Recovered("spring", "roads", "overall@north", 5),
        Recovered("battery", "parks", "overall, not ease", 1),  # one said "don't know" to a second question
        Recovered("flags", "parks", "flagged", 2),  # two records were flagged
        Recovered("ages", "parks", "overall@all/old", 4),  # four of a category of a margin
        Recovered("places", "parks", "overall@lane", 4),  # of a district, whose other streets are shown
    }
)


def visits(door: Door) -> Wave:
    """Make a wave in which everybody rated one department; three rated the museum."""
    tables = {
        "parks": {"overall": [[20, 15, 10, 5, 3]]},
        "roads": {"overall": [[10, 12, 8, 6, 4]]},
        "museum": {"overall": [[1, 0, 0, 0, 2]]},
    }
    return made_waves.a_wave(door, tables, slug="visits", strata=(("all", 4000, 96),))


def errands(door: Door) -> Wave:
    """Make a wave in which everybody rated one of five departments; nine rated the archive."""
    tables = {
        code: {"overall": [[12 + more, 10, 9, 4, 3 + more]]}
        for more, code in enumerate(("parks", "roads", "water", "schools"))
    }
    tables["archive"] = {"overall": [[4, 2, 1, 1, 1]]}
    people = sum(sum(line) for table in tables.values() for line in table["overall"])
    return made_waves.a_wave(door, tables, slug="errands", strata=(("all", 9000, people),))


def spring(door: Door) -> Wave:
    """Make a wave with small strata within departments."""
    tables = {
        "parks": {
            "overall": [[12, 10, 8, 4, 2, 3, 0, 1], [1, 0, 0, 0, 1, 2, 0, 0], [20, 14, 9, 5, 2, 4, 1, 0]]
        },
        "roads": {
            "overall": [[1, 1, 0, 1, 2, 0, 0, 2], [1, 0, 2, 0, 1, 1, 1, 0], [22, 17, 8, 6, 4, 0, 2, 0]]
        },
    }
    return made_waves.a_wave(door, tables, slug="spring", strata=SIDES)


def battery(door: Door) -> Wave:
    """Make a wave whose dimensions are answered by all who rated but one, who did not know."""
    wave = made_waves.a_wave(
        door,
        {"parks": {"overall": PARKS["overall"], "ease": PARKS["overall"]}, "roads": ROADS},
        slug="battery",
        dimensions={"overall": "whole", "ease": "part"},
    )
    draw = np.random.default_rng(4)
    first, second = (draw.integers(1, 6, size=(size, 1)) for size in (40, 60))
    grades = {1: np.hstack([first, np.clip(first + 1, 1, 5)]), 2: np.hstack([second, second])}
    grades[1][0, 1] = 0
    parks, *_others = (one for one in door.designs[wave.pk].departments if one.code == "parks")
    counted = door.counted[wave.pk]
    counted[parks.id] = made_waves.with_moments(counted[parks.id], grades)
    return wave


def flags(door: Door) -> Wave:
    """Make a wave in which quality checks flagged two records."""
    return made_waves.a_wave(
        door,
        {"parks": PARKS, "roads": ROADS},
        slug="flags",
        flagged={"parks": {"overall": [[0, 0, 0, 0, 1], [1, 0, 0, 0, 0]]}},
        strata=(("north", 1000, 61), ("south", 3000, 81)),
    )


def ages(door: Door) -> Wave:
    """Make a raked wave in which few of the old rated the parks."""
    lines = {
        "parks": [[10, 12, 8, 5, 3], [14, 9, 9, 4, 6], [2, 1, 0, 0, 1]],
        "roads": [[8, 10, 9, 5, 4], [9, 9, 7, 6, 3], [6, 5, 4, 3, 2]],
    }
    wave = made_waves.a_wave(
        door,
        {code: {"overall": table} for code, table in lines.items()},
        slug="ages",
        strata=(("all", 4000, 120),),
        trim=None,
    )
    categories = tuple(
        CategoryDesign(code, {"en": code}, Decimal(n))
        for code, n in zip(AGES, (1500, 1500, 1000), strict=True)
    )
    door.designs[wave.pk] = replace(
        door.designs[wave.pk],
        margins=(MarginDesign("age", {"en": "Age"}, categories),),
        cells=((None,), (0,), (1,), (2,)),
        cell_people={(1, 1): 45, (1, 2): 50, (1, 3): 25},
    )
    counted = door.counted[wave.pk]
    door.counted[wave.pk] = {pk: _by_cell(found) for pk, found in counted.items()}
    return wave


def _by_cell(found: Slice) -> Slice:
    """Take the lines of a slice for cells of the one stratum."""
    groups = found.groups.copy()
    groups[:, 1] = groups[:, 0]
    groups[:, 0] = 1
    return replace(found, groups=groups)


def places(door: Door) -> Wave:
    """Make a wave of streets in two districts; few of one street rated the parks."""
    strata = (("hill", 1000, 60), ("lane", 600, 40), ("quay", 900, 50))
    tables = {
        "parks": {
            "overall": [[20, 14, 9, 5, 2, 1, 0, 0], [1, 1, 0, 1, 1, 2, 0, 1], [14, 9, 7, 4, 2, 0, 1, 0]]
        },
        "roads": {"overall": [[9, 14, 9, 7, 5], [6, 5, 8, 3, 4], [8, 9, 9, 6, 3]]},
    }
    wave = made_waves.a_wave(door, tables, slug="places", strata=strata)
    above: Mapping[str, str | None] = {"town": None, "upper": "town", "river": "town"} | {
        "hill": "upper", "lane": "river", "quay": "river"
    }  # fmt: skip
    design = door.designs[wave.pk]
    door.designs[wave.pk] = replace(
        design,
        strata=tuple(replace(one, place=one.code) for one in design.strata),
        places=tuple(NodeDesign(code, {"en": code.title()}, parent) for code, parent in above.items()),
    )
    return wave


WAVES: Sequence[Callable[[Door], Wave]] = (visits, errands, spring, battery, flags, ages, places)
