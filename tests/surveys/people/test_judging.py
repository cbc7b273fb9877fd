"""What residents judge keeps its names and its place until the results; what it was called before is not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from surveys import audit, tallies
from surveys.people import formerly, judging, organisations, organising
from surveys.people.models import Department, Place, User
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Wave

from .test_organising import changed

pytestmark = pytest.mark.django_db
Waves = Callable[..., Wave]
GARDENS = {"zh-hans": "绿化局", "en": "Gardens"}


def refused(row: Department, **changes: Any) -> bool:
    try:
        changed(row, **changes)
    except ValidationError:
        row.refresh_from_db()
        return True
    return False


def test_a_department_keeps_its_names_from_the_first_code_until_its_results_are_due(
    a_wave: Waves, departments: dict[str, Department], ada: User
) -> None:
    parks, names = departments["parks"], departments["parks"].names
    wave = a_wave(opened=False)
    assert not refused(parks, names=GARDENS), "nobody has been asked yet"
    assert not refused(parks, names=names)
    inviting.make_codes(wave, stratum=0, count=2, by=ada)
    assert refused(parks, names=GARDENS), "letters are on their way"
    fielding.open_wave(wave, by=ada)
    assert refused(parks, names=GARDENS)
    fielding.close_wave(wave, by=ada)
    assert refused(parks, names=GARDENS)
    Wave.objects.update(status=Wave.Status.SETTLED)
    assert refused(parks, names=GARDENS), "the results come in a fortnight"
    with translation.override("en"):
        told = judging.held(parks)
    assert "City services 2026" in told
    assert str(wave.release_at.year) in told


def test_what_was_released_long_ago_holds_nobody(
    a_wave: Waves, departments: dict[str, Department], an_edition: Callable[..., Any]
) -> None:
    now = timezone.now()
    fielding.record_past(
        by=None, edition=an_edition(), slug="past", titles={"en": "Past"}, departments=[departments["parks"]],
        opens_at=now - timedelta(9), closes_at=now - timedelta(8), release_at=now - timedelta(8), strata=(),
    )  # fmt: skip
    assert refused(departments["parks"], names=GARDENS), "it is still being counted"
    Wave.objects.update(status=Wave.Status.SETTLED)
    assert not refused(departments["parks"], names=GARDENS)


def test_in_an_open_wave_nothing_is_exchanged_and_what_is_missing_can_be_added(
    a_wave: Waves, departments: dict[str, Department]
) -> None:
    city, parks, roads = departments["city"], departments["parks"], departments["roads"]
    works = Department.objects.create(code="works", names={"en": "Works"}, parent=city)
    other = Department.objects.create(code="other", names={"en": "Other"}, parent=city)
    Department.objects.filter(pk=parks.pk).update(parent=works)
    parks.refresh_from_db()
    a_wave()
    for row, change in (
        (parks, {"names": roads.names}),
        (parks, {"names": {"zh-hans": "园林局"}}),  # a name that is taken away
        (parks, {"parent": city}),
        (works, {"names": GARDENS}),  # results are told of what stands above, too
        (works, {"parent": other}),
        (city, {"names": GARDENS}),
        (parks, {"names": {**parks.names, "ug": "Roads"}}),  # the missing language says another one
    ):
        assert refused(row, **change), (row.code, change)
    assert not refused(parks, names={**parks.names, "ug": "باغ"})
    assert not refused(parks, position=7, is_active=False)
    assert not refused(other, names=GARDENS, parent=works)
    stored = Department.objects.get(code="parks")
    assert (stored.names["en"], stored.names["ug"], stored.position) == ("Parks", "باغ", 7)


def test_a_place_keeps_its_name_while_its_residents_judge(
    a_wave: Waves, strata: tuple[StratumPlan, ...]
) -> None:
    def move(place: Place, names: dict[str, str], parent: Place | None) -> None:
        organising.change_place(
            place, names=names, parent=parent, population=9, position=0, is_active=True, by=None
        )

    town = Place.objects.create(code="town", level=Place.Level.CITY, names={"en": "Town"})
    north = Place.objects.create(code="north", level=Place.Level.COUNTY, parent=town, names={"en": "North"})
    west = Place.objects.create(code="west", level=Place.Level.COUNTY, parent=town, names={"en": "West"})
    a_wave(strata=strata)
    for place, names, parent in (
        (north, {"en": "South"}, town),
        (north, {"en": "North"}, None),
        (town, {"en": "T"}, None),
    ):
        with pytest.raises(ValidationError):
            move(place, names, parent)
    move(Place.objects.get(pk=north.pk), {"en": "North", "zh-hans": "北区"}, town)
    move(west, {"en": "Far west"}, None)
    assert Place.objects.get(pk=north.pk).population == 9


def test_the_form_says_beforehand_and_afterwards_what_cannot_be_changed_and_keeps_what_was_typed(
    a_wave: Waves, departments: dict[str, Department], admin_user: User, logged_in: Callable[[User], Client]
) -> None:
    a_wave()
    browser, address = logged_in(admin_user), "/office/people/departments/parks/"
    english = {"accept-language": "en"}
    assert "is judged in the wave" in browser.get(address, headers=english).text
    typed = {"name_zh": "道路局", "name_en": "Roads", "parent": departments["city"].pk, "position": "1"}
    answer = browser.post(address, typed, headers=english)
    assert answer.status_code == 422
    assert "is judged in the wave" in answer.text
    assert 'value="Roads"' in answer.text
    assert Department.objects.get(code="parks").names["en"] == "Parks"


def test_an_old_name_still_belongs_to_the_department(departments: dict[str, Department]) -> None:
    parks, roads, city = departments["parks"], departments["roads"], departments["city"]
    assert organisations.is_of("Parks office", [parks])
    changed(parks, names=GARDENS, parent=roads)
    changed(parks, parent=city)
    for name in ("Parks office", "市园林局", "Gardens"):
        assert organisations.is_of(name, [parks]), name
    assert not organisations.is_of("University", [parks, roads, city])
    assert organisations.line_of([parks]) == {parks.pk, roads.pk, city.pk}
    assert organisations.line_of([roads]) == {parks.pk, roads.pk, city.pk}


def test_results_are_told_under_the_names_and_the_tree_of_the_opening(
    a_wave: Waves, departments: dict[str, Department]
) -> None:
    parks, roads, city = departments["parks"], departments["roads"], departments["city"]
    now = [audit.record(parks, verb="look", by=None)]
    changed(parks, names={**GARDENS, "ug": "باغ"}, parent=roads)
    now.append(audit.record(parks, verb="look", by=None))
    changed(parks, names={"en": "Third"})
    told = [
        [(one.code, one.names.get("en"), one.parent_id) for one in found]
        for found in (formerly.with_all_above(Department, [parks.pk], since=since) for since in (*now, None))
    ]
    top, middle = ("city", "The city", None), ("roads", "Roads", city.pk)
    assert told == [
        [top, ("parks", "Parks", city.pk)],
        [top, middle, ("parks", "Gardens", roads.pk)],
        [top, middle, ("parks", "Third", roads.pk)],
    ]
    wave = a_wave()
    audit.record(parks, verb="change", by=None, changes={"names": [{"en": "Third"}, {"en": "Roads"}]})
    Department.objects.filter(code="parks").update(names={"en": "Roads"})
    design = tallies.design(wave.pk)
    assert {one.code: one.names["en"] for one in design.departments} == {
        "city": "The city", "parks": "Third", "roads": "Roads"
    }  # fmt: skip
    assert {one.code: one.names["en"] for one in design.tree}["parks"] == "Third"
