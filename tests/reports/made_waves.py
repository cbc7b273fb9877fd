"""Waves made from small tables of numbers, so that a statistical test shows its data.

The tables of `surveys` hold the wave's declaration; its counts come through a door of our own making, so that every
digit can be checked by hand and no answer has to be typed 1,000 times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
from django.utils import timezone

from surveys.people.models import Department
from surveys.people.trees import with_all_above
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.questionnaires.wordings import wording_fingerprint
from surveys.tallies import (
    CategoryDesign,
    DepartmentDesign,
    DimensionDesign,
    ItemDesign,
    MarginDesign,
    NodeDesign,
    Slice,
    StratumDesign,
    WaveDesign,
)
from surveys.waves.models import Coverage, Klass, Wave, default_method

GRADES = (5, 4, 3, 2, 1)
BYTES = {"dk": 254, "na": 253, "blank": 255}
KEPT, FLAGGED, VOID = 1, 2, 3
LABELS = {
    5: {"zh-hans": "非常满意", "en": "very satisfied"},
    4: {"zh-hans": "满意", "en": "satisfied"},
    3: {"zh-hans": "基本满意", "en": "acceptable"},
    2: {"zh-hans": "不满意", "en": "dissatisfied"},
    1: {"zh-hans": "非常不满意", "en": "very dissatisfied"},
}

# item → one line per stratum: counts of grades 5, 4, 3, 2, 1, then don't know, does not apply, blank
Lines = Sequence[Sequence[int]]
Table = Mapping[str, Lines]

PARKS: Table = {"overall": [[10, 14, 6, 3, 1, 4, 1, 1], [12, 25, 9, 5, 2, 5, 0, 2]]}
"""The worked example of docs/methodology.md."""
ROADS: Table = {"overall": [[2, 6, 10, 12, 8, 1, 0, 1], [3, 9, 18, 16, 9, 3, 1, 1]]}


@dataclass
class Door:
    """What `surveys.tallies` would answer, made by hand."""

    designs: dict[int, WaveDesign] = field(default_factory=dict)
    counted: dict[int, dict[int, Slice]] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)

    def design(self, wave_id: int) -> WaveDesign:
        if wave_id not in self.designs:
            raise LookupError(f"There is no wave {wave_id}.")
        return self.designs[wave_id]

    def settled_waves(self) -> Iterator[int]:
        yield from self.settled

    def slices(self, wave_id: int, *, klass: int, department_id: int | None = None) -> Iterator[Slice]:
        for key, found in sorted(self.counted[wave_id].items()):
            if department_id in (None, key):
                yield found


def a_wave(
    door: Door,
    tables: Mapping[str, Table],
    *,
    slug: str = "spring",
    strata: Sequence[tuple[str, int | None, int]] = (("north", 1000, 40), ("south", 3000, 60)),
    klass: Klass = Klass.SAMPLE,
    previous: Wave | None = None,
    release_in: timedelta = timedelta(days=-1),
    dimensions: Mapping[str, str] | None = None,
    settled: bool = True,
    general: Table | None = None,
    flagged: Mapping[str, Table] | None = None,
    people: Mapping[tuple[int, int], int] | None = None,
    text: str = "How satisfied are you?",
    words: Mapping[str, Mapping[str, str]] | None = None,
    item_weights: Mapping[str, str] | None = None,
    places: Mapping[str, str | None] | None = None,
    above: Mapping[str, str] | None = None,
    margins: Sequence[MarginDesign] = (),
    **method: Any,
) -> Wave:
    """Make a settled wave with the given counts by department code, item and stratum.

    The first item of a department is its headline; `dimensions` maps items to dimension codes of equal weight. What an
    item asks is `text` and its code in two languages, or what `words` says. `places` maps codes of places to their
    parents, parents first; strata of those codes are these places. `above` maps departments to the department above
    them, where that is not the root. With `margins` there is a line for each stratum and, inside it, each cell of known
    categories.
    """
    root = Department.objects.get(parent=None)
    tables = dict(tables) | ({root.code: general} if general else {})
    departments = {
        code: Department.objects.get_or_create(
            code=code,
            defaults={
                "names": {"zh-hans": f"{code}局", "en": code.title()},
                "parent": root,
                "position": place,
            },
        )[0]
        for place, code in enumerate(tables, start=1)
    }
    _stand_below(departments, above or {}, root)
    cells = tuple(product(*([None, *range(len(margin.categories))] for margin in margins)))
    known = [number for number, cell in enumerate(cells) if None not in cell]
    now = timezone.now()
    declared = default_method() | method
    wave = Wave.objects.create(
        slug=slug,
        titles={"zh-hans": f"{slug} 评价", "en": f"{slug.title()} survey"},
        edition=_edition(text),
        opens_at=now - timedelta(days=40),
        closes_at=now - timedelta(days=10),
        closed_at=now - timedelta(days=10) + timedelta(seconds=len(door.designs)),
        release_at=now + release_in,
        klass=klass,
        previous=previous,
        method=declared,
    )
    for place, department in enumerate(departments.values()):
        Coverage.objects.create(wave=wave, department=department, position=place)
    judged = klass in (Klass.SAMPLE, Klass.IMPORTED) and all(population for _code, population, _n in strata)
    codes = sorted(set(dimensions.values())) if dimensions else []
    door.designs[wave.pk] = WaveDesign(
        id=wave.pk,
        slug=slug,
        titles=wave.titles,
        edition_hash="e" * 64,
        questionnaire="services",
        edition_number=wave.edition.number,
        klass=int(klass),
        judged=judged,
        opened_at=wave.opens_at,
        closed_at=wave.closed_at or wave.closes_at,
        release_at=wave.release_at,
        previous_id=previous.pk if previous else None,
        method=declared,
        strata=tuple(
            StratumDesign(
                number, code, {"en": code}, population, taken, place=code if code in (places or {}) else None
            )
            for number, (code, population, taken) in enumerate(strata, start=1)
        ),
        departments=tuple(
            DepartmentDesign(
                id=department.pk,
                code=code,
                names=department.names,
                is_root=department == root,
                items=tuple(
                    ItemDesign(
                        code=item,
                        text=(words or {}).get(item) or _spoken(text, item),
                        codes=(1, 2, 3, 4, 5),
                        labels=LABELS,
                        scored=True,
                        headline=place == 0 and department != root,
                        dimension=(dimensions or {}).get(item, ""),
                        weight=Decimal((item_weights or {}).get(item, "1")),
                        wording=wording_fingerprint(
                            {"type": "satisfaction", "about": "each"}
                            | {"text": (words or {}).get(item) or _spoken(text, item)}
                        ),
                    )
                    for place, item in enumerate(tables[code])
                ),
            )
            for code, department in departments.items()
        ),
        dimensions=tuple(
            DimensionDesign(code, {"zh-hans": code, "en": code}, Decimal(1) / len(codes)) for code in codes
        ),
        people=people or {(int(klass), 1): sum(taken for _code, _population, taken in strata)},
        margins=tuple(margins),
        cells=cells,
        cell_people={
            (number, cell): taken // len(known) + (place < taken % len(known))
            for number, (_code, _population, taken) in enumerate(strata, start=1)
            for place, cell in enumerate(known)
        },
        tree=tuple(
            NodeDesign(one.code, one.names, one.parent.code if one.parent else None)
            for one in with_all_above(Department, [one.pk for one in departments.values()])
        ),
        places=tuple(
            NodeDesign(code, {"zh-hans": f"{code}区", "en": code.title()}, parent)
            for code, parent in (places or {}).items()
        ),
    )
    door.counted[wave.pk] = {
        departments[code].pk: a_slice(
            departments[code].pk, int(klass), tables[code], flagged=(flagged or {}).get(code), cells=known
        )
        for code in tables
    }
    if settled:
        Wave.objects.filter(pk=wave.pk).update(status="settled")
        door.settled.append(wave.pk)
    wave.refresh_from_db()
    return wave


def a_margin(code: str, **totals: int) -> MarginDesign:
    """Make a margin from the residents of its categories."""
    categories = (
        CategoryDesign(one, {"zh-hans": f"{one}组", "en": one.title()}, Decimal(n))
        for one, n in totals.items()
    )
    return MarginDesign(code, {"zh-hans": code, "en": code.title()}, tuple(categories))


def _stand_below(departments: Mapping[str, Department], above: Mapping[str, str], root: Department) -> None:
    for code, over in above.items():
        names = {"zh-hans": f"{over}委", "en": over.title()}
        parent, _made = Department.objects.get_or_create(code=over, defaults={"names": names, "parent": root})
        departments[code].parent = parent
        departments[code].save()


def a_slice(
    department_id: int,
    klass: int,
    table: Table,
    *,
    flagged: Table | None = None,
    cells: Sequence[int] = (0,),
) -> Slice:
    """Make a slice from counts, all kept but those `flagged`; items are answered independently of each other.

    `cells` are the weighting cells that each stratum has a line for.
    """
    lines = [(status, part) for status, part in ((KEPT, table), (FLAGGED, flagged)) if part]
    layers = len(next(iter(table.values())))
    groups, counts = [], []
    for status, part in lines:
        for layer in range(layers):
            stratum, place_of_cell = divmod(layer, len(cells))
            groups.append([stratum + 1, cells[place_of_cell], 1, status, 0])
            cell = np.zeros((len(table), 256), dtype=np.int64)
            for place, item in enumerate(table):
                line = list(part[item][layer])
                for grade, n in zip(GRADES, line, strict=False):
                    cell[place, grade] = n
                for name, n in zip(BYTES, line[5:], strict=False):
                    cell[place, BYTES[name]] = n
            counts.append(cell)
    stacked = np.array(counts, dtype=np.int64)
    return Slice(
        department_id=department_id,
        klass=klass,
        groups=np.array(groups, dtype=np.uint16),
        counts=stacked,
        moments=_moments(stacked),
    )


def with_moments(found: Slice, grades: Mapping[int, np.ndarray]) -> Slice:
    """Replace a slice's counts and moments by those of single records: stratum → (people, item) grades, 0 for none."""
    items = next(iter(grades.values())).shape[1]
    counts = np.zeros((len(grades), items, 256), dtype=np.int64)
    moments = []
    for place, rows in enumerate(grades.values()):
        for item in range(items):
            for grade in rows[:, item]:
                counts[place, item, int(grade) or 255] += 1
        moments.append([_pair(rows[:, a], rows[:, b]) for a in range(items) for b in range(a, items)])
    return replace(
        found,
        groups=np.array([[stratum, 0, 1, KEPT, 0] for stratum in grades], dtype=np.uint16),
        counts=counts,
        moments=np.array(moments, dtype=np.int64),
    )


def _pair(a: np.ndarray, b: np.ndarray) -> list[int]:
    both = (a > 0) & (b > 0)
    return [int(both.sum()), int(a[both].sum()), int(b[both].sum()), int((a * b)[both].sum())]


def _moments(counts: np.ndarray) -> np.ndarray:
    """Moments of items answered by the same people as far as the counts allow: none across items."""
    groups, items = counts.shape[:2]
    found = np.zeros((groups, items * (items + 1) // 2, 4), dtype=np.int64)
    grades = np.arange(1, 6)
    pair = 0
    for a in range(items):
        for b in range(a, items):
            if a == b:
                n = counts[:, a, 1:6]
                found[:, pair] = np.stack([n.sum(1), n @ grades, n @ grades, n @ grades**2], axis=1)
            pair += 1
    return found


def _spoken(text: str, item: str) -> dict[str, str]:
    return {"zh-hans": f"{text} {item}", "en": f"{text} {item}"}


def _edition(text: str) -> Edition:
    questionnaire, _made = Questionnaire.objects.get_or_create(code="services", defaults={"draft": {}})
    number = Edition.objects.filter(questionnaire=questionnaire).count() + 1
    return Edition.objects.create(
        questionnaire=questionnaire,
        number=number,
        document={"title": {"en": text}, "languages": ["zh-hans", "en"], "questions": []},
        content_hash=f"{number:064d}",
    )


def later(moment: datetime, days: int) -> datetime:
    """Return a moment some days after another."""
    return moment + timedelta(days=days)
