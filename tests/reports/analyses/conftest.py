"""Waves whose records lie in the database, so that analyses find whole rows behind the counts."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from surveys.people.models import Department
from surveys.responses.models import Response
from surveys.waves.models import Klass, Wave
from tests.reports import made_waves
from tests.reports.made_waves import Door

BLANK = 255
ITEMS = ("overall", "ease", "speed", "trust")
DIMENSIONS = {"ease": "ease", "speed": "efficiency", "trust": "trust"}

Grades = Mapping[str, Mapping[int, np.ndarray]]  # department → stratum → (people, item), 0 for no grade


def planted(
    rng: np.random.Generator, people: int, *, effects: Sequence[float] = (0.8, 0.1, 0.1), level: float = 3.4
) -> np.ndarray:
    """Draw grades of people whose overall rating follows their ratings by `effects`."""
    parts = np.clip(np.round(rng.normal(level, 1.1, (people, len(effects)))), 1, 5)
    overall = level + (parts - level) @ np.array(effects) + rng.normal(0, 0.4, people)
    return np.column_stack([np.clip(np.round(overall), 1, 5), parts]).astype(np.int64)


@pytest.fixture
def rated(door: Door, departments: dict[str, Department]) -> Callable[..., Wave]:
    """Make a settled wave of single records; `invited` and `populations` go by stratum, number 1 first."""

    def make(
        grades: Grades,
        *,
        populations: Sequence[int | None] = (1000, 3000),
        invited: Sequence[int | None] = (None, None),
        people: Sequence[int] | None = None,
        release_in: timedelta = timedelta(days=-1),
        slug: str = "spring",
    ) -> Wave:
        strata = len(populations)
        blank = [[0] * 8 for _ in range(strata)]
        wave = made_waves.a_wave(
            door,
            {code: dict.fromkeys(ITEMS, blank) for code in grades},
            slug=slug,
            dimensions=DIMENSIONS,
            release_in=release_in,
        )
        biggest = [max(len(by.get(h + 1, ())) for by in grades.values()) for h in range(strata)]
        took = list(people or biggest)
        found = door.designs[wave.pk]
        door.designs[wave.pk] = replace(
            found,
            strata=tuple(
                replace(
                    found.strata[0],
                    number=h + 1,
                    code=f"s{h + 1}",
                    names={"en": f"District {h + 1}", "zh-hans": f"{h + 1} 区"},
                    population=populations[h],
                    people=took[h],
                    invited=invited[h],
                )
                for h in range(strata)
            ),
            people={(int(Klass.SAMPLE), 1): sum(took)},
            cell_people={(h + 1, 0): took[h] for h in range(strata)},
        )
        for department in found.departments:
            if department.code in grades:
                slices = door.counted[wave.pk]
                slices[department.id] = made_waves.with_moments(
                    slices[department.id], grades[department.code]
                )
                _records(wave, department.id, grades[department.code])
        return wave

    return make


def _records(wave: Wave, department_id: int, grades: Mapping[int, np.ndarray]) -> None:
    Response.objects.bulk_create(
        Response(
            wave=wave,
            department_id=department_id,
            day=timezone.localdate(),
            klass=Klass.SAMPLE,
            channel=1,
            stratum=stratum,
            language="en",
            codes=bytes(int(grade) or BLANK for grade in row),
            salt=b"",
            commitment=os.urandom(32),
        )
        for stratum, rows in grades.items()
        for row in rows
    )


def a_city(seed: int = 3, people: int = 60, **kwargs: Any) -> dict[str, dict[int, np.ndarray]]:
    """Draw the records of two departments in two strata."""
    rng = np.random.default_rng(seed)
    return {
        code: {stratum: planted(rng, people, **kwargs) for stratum in (1, 2)} for code in ("parks", "roads")
    }
