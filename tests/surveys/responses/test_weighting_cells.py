"""Each record carries the weighting cell of its person and the cluster of its code, and is counted by them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys import tallies
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.questionnaires.codebook import BLANK, DONT_KNOW
from surveys.responses import collecting, counting, mixing
from surveys.responses.models import InboxEntry, Participation, Response
from surveys.tallies import UNRATED
from surveys.waves import fielding, inviting, service_events
from surveys.waves.fielding import CategoryPlan, MarginPlan, StratumPlan
from surveys.waves.models import Klass, Wave

from .conftest import CHOICES, document, question, rating, two
from .forms import filled
from .test_collecting import a_sheet, a_token

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]

OFFERED = {"choices": CHOICES, "offer": ["dk"]}
ASKED = {
    **document(
        question("age", "single_choice", "general", two("年龄？", "Age?"), settings=OFFERED),
        question("sex", "single_choice", "general", two("性别？", "Sex?"), settings=OFFERED),
        rating("overall", headline=True),
        rating("ease", dimension="ease"),
        rating("other"),
    ),
    "dimensions": [{"code": "ease", "name": two("方便", "Ease"), "weight": "1"}],
}


def margin(code: str) -> MarginPlan:
    return MarginPlan(
        code,
        two(code, code),
        code,
        (
            CategoryPlan("one", two("一", "One"), Decimal(40_000), (1,)),
            CategoryPlan("two", two("二", "Two"), Decimal(60_000), (2,)),
        ),
    )


MARGINS = [margin("age"), margin("sex")]


@pytest.fixture
def wave(a_wave: Waves, strata: tuple[StratumPlan, ...]) -> Wave:
    """An open wave weighted to age and sex."""
    return a_wave(ASKED, margins=MARGINS, strata=strata)


@pytest.mark.parametrize(
    ("general", "cell"),
    [
        ({"age": 1, "sex": 2}, (0, 1)),
        ({"age": 2, "sex": "dk"}, (1, None)),
        ({"sex": 1}, (None, 0)),
        ({"age": "dk"}, (None, None)),
        (None, (None, None)),
    ],
)
def test_the_cell_follows_from_what_a_person_says_of_themselves(
    wave: Wave, general: dict[str, Any] | None, cell: tuple[int | None, ...], ada: User
) -> None:
    answers = {"parks": {"overall": 4}, "roads": {"overall": 2}} | ({"general": general} if general else {})
    collecting.submit(a_sheet(wave, answers), token=a_token(wave))
    number = InboxEntry.objects.values_list("cell", flat=True).distinct().get()
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    design = tallies.design(wave.pk)
    assert design.cells[number] == cell
    assert design.cell_people == {(0, number): 1}
    assert set(Response.objects.values_list("cell", flat=True)) == {number}
    assert Participation.objects.get().cell == number


def test_a_form_without_scripts_gives_the_same_cell(wave: Wave, rosa: Client) -> None:
    address = reverse("responses:survey", args=[wave.slug])
    page = rosa.get(address)
    rosa.post(address, filled(page, general__age="2", general__sex="1", parks__overall="5"))
    assert set(InboxEntry.objects.values_list("cell", flat=True)) == {2 * 3 + 1}


def test_a_wave_without_margins_has_one_cell(a_wave: Waves) -> None:
    wave = a_wave(ASKED)
    collecting.submit(a_sheet(wave, {"general": {"age": 1}, "parks": {"overall": 4}}), token=a_token(wave))
    assert set(InboxEntry.objects.values_list("cell", flat=True)) == {0}


def test_the_cluster_of_a_code_is_that_of_its_records(a_wave: Waves, ada: User) -> None:
    strata = [
        StratumPlan("north", two("北", "North"), 60_000, clusters=5, cluster_population=80),
        StratumPlan("south", two("南", "South"), 40_000, clusters=4),
    ]
    wave = a_wave(ASKED, strata=strata)
    codes = inviting.make_codes(wave, stratum=1, psu=3, count=2, by=ada)
    codes += inviting.make_codes(wave, stratum=2, psu=4, count=3, by=ada)
    for code in codes[:4]:
        collecting.submit(a_sheet(wave, {"parks": {"overall": 4}}), token=a_token(wave), code=code)
    collecting.submit(a_sheet(wave, {"parks": {"overall": 1}}), token=a_token(wave))
    inviting.revoke(wave, code=codes[4], by=ada)
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    design = tallies.design(wave.pk)
    assert [(s.clusters, s.cluster_population, s.invited, s.people) for s in design.strata] == [
        (5, 80, 2, 2),
        (4, None, 2, 2),
    ]
    (found,) = tallies.slices(wave.pk, klass=Klass.SAMPLE)
    assert found.groups[:, [0, 4]].tolist() == [[1, 3], [2, 4]]
    (public,) = tallies.slices(wave.pk, klass=Klass.OPEN)
    assert public.groups[:, [0, 4]].tolist() == [[0, 0]]
    assert counting.stored(wave) == {key: one.written() for key, one in counting.count_wave(wave).items()}


def test_who_could_have_rated_is_known_by_residents_or_by_issued_codes(
    a_wave: Waves, strata: tuple[StratumPlan, ...], departments: dict[str, Department], ada: User
) -> None:
    place = Place.objects.create(code="city", names={"en": "City"}, level=Place.Level.CITY)
    window = ServicePoint.objects.create(
        code="gate", names={"en": "Gate"}, department=departments["parks"], place=place
    )

    def eligible(**declared: Any) -> int | None:
        wave = a_wave(ASKED, slug=f"w{Wave.objects.count()}", **declared)
        if wave.klass == Klass.SERVICE:
            service_events.issue(wave, point=window.code, count=7, by=ada)
        elif wave.klass == Klass.SAMPLE:
            inviting.make_codes(wave, stratum=1 if declared.get("strata") else 0, count=7, by=ada)
        fielding.close_wave(wave, by=ada)
        mixing.settle(wave.pk)
        return tallies.design(wave.pk).eligible

    assert eligible(strata=strata) == 100_000
    assert eligible(klass=Klass.SERVICE) == 7
    assert eligible() is None
    assert eligible(klass=Klass.OPEN) is None


def test_items_of_dimensions_are_counted_among_those_who_graded_the_headline(
    wave: Wave, departments: dict[str, Department], ada: User
) -> None:
    for parks in (
        {"overall": 4, "ease": 5, "other": 1},
        {"overall": "dk", "ease": 1, "other": 2},
        {"ease": 1},
    ):
        collecting.submit(a_sheet(wave, {"parks": parks}), token=a_token(wave))
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    (found,) = tallies.slices(wave.pk, klass=Klass.OPEN, department_id=departments["parks"].pk)
    counts = [{int(code): int(n[code]) for code in n.nonzero()[0]} for n in found.counts[0]]
    assert counts == [{4: 1, DONT_KNOW: 1, BLANK: 1}, {5: 1, UNRATED: 2}, {1: 1, 2: 1, BLANK: 1}]
    assert found.moments[0, :, 0].tolist() == [1, 1, 1, 1, 1, 2]
    stored = Response.objects.filter(department=departments["parks"]).values_list("codes", flat=True)
    assert sorted(bytes(codes)[1] for codes in stored) == [1, 1, 5]  # records stay as they were given


def test_a_method_declared_before_a_setting_was_known_has_its_usual_value(wave: Wave, ada: User) -> None:
    older = fielding.plan(
        by=ada,
        slug="older",
        edition=wave.edition,
        titles=wave.titles,
        departments=list(wave.departments.all()),
        opens_at=wave.closes_at,
        closes_at=wave.release_at,
        release_at=wave.release_at,
    )
    Wave.objects.filter(pk=older.pk).update(method={"version": "em-1", "target": "70"})
    method = tallies.design(older.pk).method
    assert (method["target"], method["trim"], method["lonely"], method["standard"]) == (
        "70",
        "5",
        "refuse",
        None,
    )
