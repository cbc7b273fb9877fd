"""The door: what was declared, who took part, and what was counted; never a row."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from surveys import tallies
from surveys.people.models import Department, Place, User
from surveys.questionnaires.codebook import BLANK, DONT_KNOW
from surveys.questionnaires.models import Edition
from surveys.responses import mixing
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Klass, PastAnswers, Wave

from .responses.conftest import document, rating, two
from .responses.test_mixing import answer

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]


@pytest.fixture
def settled(a_wave: Waves, strata: tuple[StratumPlan, ...], ada: User) -> Wave:
    """Twelve invited people of the north, six of the south, and four from the street."""
    wave = a_wave(strata=strata, method={"target": "75"})
    codes = [
        *inviting.make_codes(wave, stratum=1, count=12, by=ada),
        *inviting.make_codes(wave, stratum=2, count=6, by=ada),
    ]
    for number, code in enumerate(codes):
        answer(wave, number, code=code)
    for number in range(4):
        answer(wave, number)
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    wave.refresh_from_db()
    return wave


def test_whoever_stops_reading_half_way_leaves_no_cursor_open(settled: Wave) -> None:
    reading = tallies.slices(settled.pk, klass=Klass.SAMPLE)
    assert next(reading)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_cursors")
        assert cursor.fetchall() == []


def test_slices_are_read_to_the_end_whatever_the_chunk(
    settled: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [one.department_id for one in tallies.slices(settled.pk, klass=Klass.SAMPLE)]
    monkeypatch.setattr(tallies, "CHUNK", 1)
    assert [one.department_id for one in tallies.slices(settled.pk, klass=Klass.SAMPLE)] == whole
    assert len(whole) > 1


def test_only_settled_waves_are_offered(a_wave: Waves, settled: Wave) -> None:
    a_wave(slug="open")
    assert list(tallies.settled_waves()) == [settled.pk]


def test_the_design_is_what_was_declared_and_who_took_part(
    settled: Wave, departments: dict[str, Department]
) -> None:
    design = tallies.design(settled.pk)
    assert (design.slug, design.questionnaire, design.edition_number) == ("city-2026", "services", 1)
    assert design.edition_hash == settled.edition.content_hash
    assert (design.klass, design.judged) == (Klass.SAMPLE, True)
    assert design.method["target"] == "75"
    assert (design.opened_at, design.closed_at) == (settled.opens_at, settled.closed_at)
    assert [(s.number, s.code, s.population, s.people) for s in design.strata] == [
        (1, "north", 60_000, 12),
        (2, "south", 40_000, 6),
    ]
    assert design.people == {(Klass.SAMPLE, Channel.WEB): 18, (Klass.OPEN, Channel.WEB): 4}
    assert [(d.code, d.is_root) for d in design.departments] == [
        ("city", True),
        ("parks", False),
        ("roads", False),
    ]
    assert [d.id for d in design.departments] == [departments[code].pk for code in ("city", "parks", "roads")]
    assert [item.code for item in design.departments[1].items] == ["overall", "speed", "way"]
    overall, _speed, way = design.departments[1].items
    assert (overall.scored, overall.headline, overall.codes) == (True, True, (1, 2, 3, 4, 5))
    assert overall.labels[5]["en"] == "Very satisfied"
    assert (way.scored, way.codes, way.labels[2]["en"]) == (False, (1, 2), "Counter")


def test_a_stratum_with_the_code_of_a_place_is_that_place_in_its_tree(
    a_wave: Waves,
    strata: tuple[StratumPlan, ...],
    departments: dict[str, Department],
    django_assert_max_num_queries: Any,
) -> None:
    land = Place.objects.create(code="land", level=Place.Level.PROVINCE)
    town = Place.objects.create(code="town", level=Place.Level.CITY, parent=land)
    Place.objects.create(code="north", level=Place.Level.COUNTY, parent=town, names={"en": "North"})
    Place.objects.create(code="elsewhere", level=Place.Level.COUNTY, parent=town)
    wave = a_wave(strata=strata)
    with django_assert_max_num_queries(12):
        design = tallies.design(wave.pk)
    assert [(one.code, one.place) for one in design.strata] == [("north", "north"), ("south", None)]
    assert [(one.code, one.parent) for one in design.places] == [
        ("land", None),
        ("town", "land"),
        ("north", "town"),
    ]
    assert design.places[-1].names == {"en": "North"}
    assert [(one.code, one.parent) for one in design.tree] == [
        ("city", None),
        ("parks", "city"),
        ("roads", "city"),
    ]


def test_a_wave_that_does_not_exist_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        tallies.design(12345)


def test_slices_hold_the_counts_of_one_class(settled: Wave, departments: dict[str, Department]) -> None:
    found = {one.department_id: one for one in tallies.slices(settled.pk, klass=Klass.SAMPLE)}
    assert list(found) == sorted(departments[code].pk for code in ("city", "parks", "roads"))
    parks = found[departments["parks"].pk]
    assert parks.counts.shape == (len(parks.groups), 3, 256)
    assert parks.counts.dtype == np.int64
    assert parks.counts.sum(axis=(0, 2)).tolist() == [18, 18, 18]
    by_stratum = {
        int(s): int(parks.counts[parks.groups[:, 0] == s, 0].sum()) for s in np.unique(parks.groups[:, 0])
    }
    assert by_stratum == {1: 12, 2: 6}
    overall = parks.counts[:, 0].sum(axis=0)
    assert {code: int(overall[code]) for code in np.flatnonzero(overall)} == {1: 5, 2: 5, 3: 4, 4: 4}
    assert int(parks.counts[:, 1, DONT_KNOW].sum()) == 18
    roads = found[departments["roads"].pk]
    assert int(roads.counts[:, 1, BLANK].sum()) == int(roads.counts[:, 0].sum()) == 12


def test_moments_are_those_of_records_graded_on_both(
    settled: Wave, departments: dict[str, Department]
) -> None:
    (parks,) = tallies.slices(settled.pk, klass=Klass.SAMPLE, department_id=departments["parks"].pk)
    sums = parks.moments.sum(axis=0)
    assert sums.shape == (3, 4)  # overall with itself, overall with speed, speed with itself
    grades = [number % 4 + 1 for number in range(18)]
    assert sums[0].tolist() == [18, sum(grades), sum(grades), sum(g * g for g in grades)]
    assert sums[1].tolist() == sums[2].tolist() == [0, 0, 0, 0]  # nobody graded the speed


def test_classes_are_kept_apart(settled: Wave, departments: dict[str, Department]) -> None:
    (city,) = tallies.slices(settled.pk, klass=Klass.OPEN, department_id=departments["city"].pk)
    assert int(city.counts.sum()) == 4
    assert city.groups[:, 0].tolist() == [0]
    assert list(tallies.slices(settled.pk, klass=Klass.SERVICE)) == []


def test_a_public_wave_that_nobody_was_invited_to_is_evaluated_as_open_and_never_judged(
    a_wave: Waves,
    ada: User,
) -> None:
    wave = a_wave()
    answer(wave, 1)
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    design = tallies.design(wave.pk)
    assert (design.klass, design.judged) == (Klass.OPEN, False)
    assert [(s.number, s.population, s.people) for s in design.strata] == [(0, None, 1)]


@pytest.mark.parametrize(("known", "judged"), [(True, True), (False, False)])
def test_an_imported_wave_is_judged_when_its_strata_know_their_populations(
    an_edition: Callable[..., Edition],
    departments: dict[str, Department],
    ada: User,
    known: bool,
    judged: bool,
) -> None:
    now = timezone.now()
    declared: dict[str, Any] = {"strata": (StratumPlan("n", two("北", "n"), 100 if known else None),)}
    wave = fielding.record_past(
        by=ada,
        slug="past",
        edition=an_edition(document(rating("overall", headline=True))),
        titles=two("过去", "Past"),
        departments=[departments["parks"]],
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
        release_at=now,
        klass=Klass.IMPORTED,
        is_public=False,
        channels=(Channel.IMPORT,),
        **declared,
    )
    PastAnswers.objects.create(wave=wave, people=[[1, {"parks": "05"}]])
    mixing.settle(wave.pk)
    assert tallies.design(wave.pk).judged is judged


def test_reading_a_design_and_its_slices_costs_a_fixed_number_of_queries(
    settled: Wave, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        tallies.design(settled.pk)
    with django_assert_max_num_queries(3):
        list(tallies.slices(settled.pk, klass=Klass.SAMPLE))


def test_no_part_of_the_door_holds_a_database_object(settled: Wave) -> None:
    from django.db.models import Model

    def values(thing: Any) -> Any:
        if hasattr(thing, "__dataclass_fields__"):
            for one in fields(thing):
                yield from values(getattr(thing, one.name))
        elif isinstance(thing, tuple):
            for one in thing:
                yield from values(one)
        else:
            yield thing

    assert not any(isinstance(one, Model) for one in values(tallies.design(settled.pk)))
