"""Margins and clusters are declared before the first answer, and what does not hold is said."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from surveys.people.models import Department, User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Edition
from surveys.waves import fielding, inviting, margins
from surveys.waves.fielding import CategoryPlan, MarginPlan, StratumPlan
from surveys.waves.models import Invitation, Klass, Wave
from tests.conftest import published
from tests.surveys.responses.conftest import CHOICES, question, two

from .conftest import a_document

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]

AGE = MarginPlan(
    "age",
    two("年龄", "Age"),
    "age",
    (
        CategoryPlan("young", two("青年", "Young"), Decimal("400.5"), (1,)),
        CategoryPlan("old", two("老年", "Old"), Decimal("599.5"), (2,)),
    ),
)
NORTH = StratumPlan("north", {"en": "North"}, 400, clusters=3, cluster_population=10)
SOUTH = StratumPlan("south", {"en": "South"}, 600, clusters=2)


@pytest.fixture
def edition(departments: dict[str, Department], ada: User, ivo: User) -> Edition:
    """A questionnaire that asks everybody's age, and how they came."""
    offered = {"choices": CHOICES, "offer": ["dk"]}
    age = question("age", "single_choice", "general", two("年龄？", "Age?"), settings=offered)
    way = question("way", "single_choice", "each", two("方式？", "Way?"), settings=offered)
    document = a_document()
    document["questions"] += [age, way]
    return published(drafting.create(code="yearly", document=document, by=ada), by=ada, approver=ivo)


def changed(*categories: CategoryPlan, **more: Any) -> MarginPlan:
    return replace(AGE, categories=categories or AGE.categories, **more)


YOUNG, OLD = AGE.categories


@given(st.lists(st.integers(2, 6), max_size=4), st.data())
def test_a_cell_has_one_number_and_a_number_one_cell(sizes: list[int], data: st.DataObject) -> None:
    made = [
        MarginPlan(str(n), {}, "", tuple(CategoryPlan(str(c), {}, Decimal(1)) for c in range(size)))
        for n, size in enumerate(sizes)
    ]
    found = margins.cells(made)
    assert len(set(found)) == len(found) == margins.number_of_cells(made)
    assert found[0] == (None,) * len(sizes)
    number = data.draw(st.integers(0, len(found) - 1))
    assert margins.cell_of(made, found[number]) == number


def test_margins_are_kept_as_declared(a_wave: Waves) -> None:
    wave = a_wave(margins=[AGE])
    wave.refresh_from_db()
    assert margins.declared(wave.margins) == (AGE,)
    assert wave.margins[0]["categories"][0]["population"] == "400.5"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([AGE, AGE], "age"),
        ([changed(YOUNG)], "age"),
        ([changed(YOUNG, replace(YOUNG, choices=(2,)))], "young"),
        ([changed(replace(YOUNG, population=Decimal(0)), OLD)], "age"),
        ([changed(question="way")], "way"),
        ([changed(question="life")], "life"),
        ([changed(replace(YOUNG, choices=()), OLD)], "1"),
        ([changed(replace(YOUNG, choices=(1, 2)), OLD)], "2"),
        ([changed(replace(YOUNG, choices=(1, 9)), OLD)], "9"),
        ([changed(code="")], "50"),
        ([changed(*(CategoryPlan(f"c{n}", {}, Decimal(1), (n,)) for n in range(500)))], "501"),
        ([changed(replace(YOUNG, population=Decimal(420)), OLD)], "1019.5"),
    ],
)
def test_margins_that_do_not_hold_are_refused(a_wave: Waves, wrong: list[MarginPlan], words: str) -> None:
    strata = [replace(NORTH, clusters=None, cluster_population=None), replace(SOUTH, clusters=None)]
    with pytest.raises(ValidationError) as refused:
        a_wave(margins=wrong, strata=strata)
    assert list(refused.value.message_dict) == ["margins"]
    assert any(words in message for message in refused.value.message_dict["margins"])


@pytest.mark.parametrize(
    ("field", "method"),
    [
        ("method", {"merge_strata": False}),
        ("method", {"lonely": "drop"}),
        ("method", {"lonely": None}),
        ("trim", {"trim": "0.5"}),
        ("trim", {"trim": 5}),
        ("standard", {"standard": "age"}),
        ("standard", {"standard": {"margin": "sex", "shares": {}}}),
        ("standard", {"standard": {"margin": "age", "shares": {"young": "1"}}}),
        ("standard", {"standard": {"margin": "age", "shares": {"young": "0.5", "old": "0.6"}}}),
        ("standard", {"standard": {"margin": "age", "shares": {"young": "1.5", "old": "-0.5"}}}),
        ("standard", {"standard": {"margin": "age", "shares": {"young": 0.5, "old": 0.5}}}),
    ],
)
def test_a_method_that_does_not_hold_is_refused(a_wave: Waves, field: str, method: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        a_wave(margins=[AGE], method=method)
    assert list(refused.value.message_dict) == [field]


def test_a_standard_mix_a_cap_and_a_rule_for_lonely_clusters_are_declared(a_wave: Waves) -> None:
    standard = {"margin": "age", "shares": {"young": "0.4", "old": "0.6"}}
    wave = a_wave(margins=[AGE], method={"standard": standard, "trim": None, "lonely": "center"})
    assert (wave.method["standard"], wave.method["trim"], wave.method["lonely"]) == (standard, None, "center")


@pytest.mark.parametrize(
    "strata",
    [
        [NORTH, replace(SOUTH, clusters=None)],
        [NORTH, replace(SOUTH, clusters=0)],
        [replace(NORTH, cluster_population=2), SOUTH],
        [replace(NORTH, clusters=None), replace(SOUTH, clusters=None)],
    ],
)
def test_clusters_that_do_not_hold_are_refused(a_wave: Waves, strata: list[StratumPlan]) -> None:
    with pytest.raises(ValidationError) as refused:
        a_wave(strata=strata)
    assert list(refused.value.message_dict) == ["strata"]


def test_codes_of_a_clustered_sample_name_their_cluster(a_wave: Waves, ada: User) -> None:
    wave = a_wave(strata=[NORTH, SOUTH])
    inviting.make_codes(wave, stratum=2, psu=2, count=1, by=ada)
    assert Invitation.objects.get().psu == 2
    for stratum, psu in ((2, 0), (2, 3), (1, 4)):
        with pytest.raises(inviting.InvitationError):
            inviting.make_codes(wave, stratum=stratum, psu=psu, count=1, by=ada)
    single = a_wave(slug="single")
    with pytest.raises(inviting.InvitationError):
        inviting.make_codes(single, stratum=0, psu=1, count=1, by=ada)


def test_the_strata_of_printed_codes_keep_their_clusters(
    a_wave: Waves, declared: dict[str, Any], ada: User
) -> None:
    wave = a_wave(strata=[NORTH, SOUTH])
    inviting.make_codes(wave, stratum=1, psu=1, count=1, by=ada)
    fielding.change_plan(wave, by=ada, **{**declared, "strata": [NORTH, SOUTH]})
    with pytest.raises(fielding.WaveStateError):
        fielding.change_plan(wave, by=ada, **{**declared, "strata": [replace(NORTH, clusters=4), SOUTH]})


def test_what_a_wave_declared_of_margins_and_clusters_never_changes_once_it_opened(
    a_wave: Waves, ada: User
) -> None:
    wave = fielding.open_wave(a_wave(margins=[AGE], strata=[NORTH, SOUTH]), by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(margins=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        wave.strata.update(clusters=9)


@pytest.fixture
def typed(edition: Edition, departments: dict[str, Department]) -> dict[str, Any]:
    """What a designer types into the form."""
    return {
        "edition": str(edition.pk),
        "title_zh": "春季评价",
        "slug": "spring",
        "departments": [str(departments["parks"].pk)],
        "departments_per_person": "2",
        "opens_at": "2100-01-01T08:00",
        "closes_at": "2100-01-15T08:00",
        "release_at": "2100-01-16T08:00",
        "klass": str(int(Klass.SAMPLE)),
        "channels": ["1"],
        "strata": "north,北区,400,North,3,10\nsouth，南区，600，，2",
        "margins": "age；青年；1；400\n\nage; 老年; 2; 600; Old",
        "standard": "age",
        "trim": "",
        "target": "",
        "smallest_change": "3",
    }


def test_margins_and_clusters_are_typed_one_a_line_and_shown_back(
    typed: dict[str, Any], ada: User, logged_in: Callable[[User], Client]
) -> None:
    browser = logged_in(ada)
    answer = browser.post(reverse("waves:plan"), typed, follow=True)
    assert answer.status_code == 200, answer.context["form"].errors
    wave = Wave.objects.get()
    assert margins.declared(wave.margins) == (
        MarginPlan(
            "age",
            two("年龄？", "Age?"),
            "age",
            (
                CategoryPlan("青年", {"zh-hans": "青年"}, Decimal(400), (1,)),
                CategoryPlan("老年", {"zh-hans": "老年", "en": "Old"}, Decimal(600), (2,)),
            ),
        ),
    )
    assert wave.method["standard"] == {"margin": "age", "shares": {"青年": "0.400000", "老年": "0.600000"}}
    assert wave.method["trim"] is None
    assert list(wave.strata.values_list("clusters", "cluster_population")) == [(3, 10), (2, None)]
    assert all(words in answer.text for words in ("青年", "3 / 10"))
    form = browser.get(reverse("waves:change", args=[wave.pk])).context["form"]
    assert form["margins"].value() == "age;青年;1;400\nage;老年;2;600;Old"
    assert form["strata"].value() == "north,北区,400,North,3,10\nsouth,南区,600,,2"
    assert form["standard"].value() == "age; 青年 0.400000; 老年 0.600000"
    again = {**typed, "standard": form["standard"].value(), "strata": form["strata"].value()}
    assert browser.post(reverse("waves:change", args=[wave.pk]), again).status_code == 302
    assert Wave.objects.get().method["standard"] == wave.method["standard"]


def test_settings_without_a_field_survive_a_change_of_the_plan(
    typed: dict[str, Any], a_wave: Waves, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave(method={"level": "0.99", "lonely": "center"})
    assert logged_in(ada).post(reverse("waves:change", args=[wave.pk]), typed).status_code == 302
    wave.refresh_from_db()
    assert (wave.method["level"], wave.method["lonely"]) == ("0.99", "center")


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("margins", "age; young; 1"),
        ("margins", "age; young; one; 400"),
        ("margins", "age; young; 1; many"),
        ("margins", "; young; 1; 400"),
        ("margins", "height; young; 1; 400\nheight; old; 2; 600"),
        ("strata", "north,北区,400,North,some"),
        ("strata", "north,北区,400,North,3,10,5"),
        ("standard", "sex"),
        ("standard", "age; 青年 1; 老年"),
        ("trim", "lots"),
    ],
)
def test_lines_that_do_not_hold_come_back_as_typed(
    typed: dict[str, Any], ada: User, logged_in: Callable[[User], Client], field: str, lines: str
) -> None:
    answer = logged_in(ada).post(reverse("waves:plan"), {**typed, field: lines})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"][field].value() == lines


def test_codes_of_a_cluster_come_in_their_own_file(
    a_wave: Waves, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave(strata=[NORTH, SOUTH])
    browser = logged_in(ada)
    address = reverse("waves:codes", args=[wave.pk])
    assert browser.post(address, {"stratum": 1, "count": 2}).status_code == 422
    assert browser.post(address, {"stratum": 2, "psu": 3, "count": 2}).status_code == 422
    file = browser.post(address, {"stratum": 1, "psu": 3, "count": 2})
    assert "codes-spring-1-3.csv" in file["Content-Disposition"]
    assert set(Invitation.objects.values_list("stratum", "psu")) == {(1, 3)}


def test_a_program_declares_margins_and_clusters(
    declared: dict[str, Any], ada: User, logged_in: Callable[[User], Client]
) -> None:
    sent = {
        "questionnaire": "yearly",
        "edition": 1,
        "slug": "autumn",
        "titles": {"en": "Autumn"},
        "departments": ["parks"],
        **{name: declared[name].isoformat() for name in ("opens_at", "closes_at", "release_at")},
        "strata": [
            {"code": "north", "names": {"en": "North"}, "population": 400, "clusters": 3},
            {
                "code": "south",
                "names": {"en": "South"},
                "population": 600,
                "clusters": 2,
                "cluster_population": 9,
            },
        ],
        "margins": margins.stored([AGE]),
    }
    client = logged_in(ada)
    made = client.post("/api/v1/waves/", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["margins"] == margins.stored([AGE])
    assert [(one["clusters"], one["cluster_population"]) for one in made.json()["strata"]] == [
        (3, None),
        (2, 9),
    ]
    codes = {"stratum": 2, "psu": 2, "count": 1}
    address = "/api/v1/waves/autumn/invitations/"
    assert client.post(address, codes, content_type="application/json").status_code == 201
    assert Invitation.objects.get().psu == 2
    assert client.post(address, {**codes, "psu": 7}, content_type="application/json").status_code == 400
    sent["margins"][0]["categories"][0]["choices"] = [9]
    refused = client.post("/api/v1/waves/", {**sent, "slug": "next"}, content_type="application/json")
    assert "margins" in refused.json()
