"""Breakdowns, roll-ups and trees in what is published: digit for digit, with names, and frozen."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation, Measurement
from reports.scorecards import composing, composing_parts
from reports.scorecards.composing import Composed
from reports.scorecards.content import ScorecardContent, WaveContent
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS, Door, a_margin

MakeWave = Callable[..., Wave]
pytestmark = pytest.mark.django_db

PLACES: Mapping[str, str | None] = {"city": None, "north": "city", "south": "city"}


def composed(wave: Wave) -> Composed:
    evaluating.evaluate(wave.pk)
    return composing.compose(Evaluation.objects.get(wave=wave), number=1)


def card_of(found: Composed, code: str) -> ScorecardContent:
    return next(card for card in found.scorecards.values() if card.figures.code == code)


def test_the_content_carries_the_breakdowns_and_reads_back_the_same(a_wave: MakeWave) -> None:
    ages = a_margin("age", young=2000, old=2000)
    lines = [[10, 14, 6, 3, 1], [12, 25, 9, 5, 2], [9, 9, 8, 2, 2], [14, 20, 12, 4, 2]]
    wave = a_wave(
        {"parks": {"overall": lines}, "roads": {"overall": lines[::-1]}},
        strata=(("north", 1000, 100), ("south", 3000, 140)),
        places=PLACES,
        margins=[ages],
    )
    card = card_of(composed(wave), "parks")
    assert [(one.by, one.name) for one in card.breakdowns] == [("place", "地区"), ("age", "age")]
    by_place, by_age = card.breakdowns
    assert [(one.code, one.names["en"], one.within) for one in by_place.groups] == [
        ("city", "City", None),
        ("north", "north", "city"),
        ("south", "south", "city"),
    ]
    assert [(one.code, one.names["zh-hans"], one.n) for one in by_age.groups] == [
        ("young", "young组", 64),
        ("old", "old组", 105),
    ]
    assert by_age.gap is not None
    assert {by_age.gap.lower, by_age.gap.upper} == {"young", "old"}
    assert ScorecardContent.of(card.document()) == card
    stored = Measurement.objects.get(indicator="breakdown", item="age", part__department__code="parks")
    assert stored.estimate["groups"][0]["score"] == by_age.groups[0].score


def test_the_trees_lead_to_every_department_and_place_parents_first(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, places=PLACES, above={"parks": "works", "roads": "works"})
    content = composed(wave).wave
    assert [(node.code, node.parent) for node in content.tree] == [
        ("city", None),
        ("works", "city"),
        ("parks", "works"),
        ("roads", "works"),
    ]
    assert [(node.code, node.parent) for node in content.places] == list(PLACES.items())
    assert [(one.code, one.departments, one.below) for one in content.roll_ups] == [
        ("city", ("parks", "roads"), 2),
        ("works", ("parks", "roads"), 2),
    ]
    scores = [float(one.score or 0) for one in content.departments]
    assert float(content.roll_ups[0].score or 0) == pytest.approx(sum(scores) / 2)
    assert WaveContent.of(content.document()) == content


def test_a_reform_of_the_departments_does_not_move_what_was_evaluated(a_wave: MakeWave, door: Door) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, above={"parks": "works", "roads": "works"})
    before = composed(wave).wave
    Department.objects.filter(code="parks").update(parent=Department.objects.get(parent=None))
    again = composing.compose(Evaluation.objects.get(), number=1).wave
    assert (again.tree, again.roll_ups) == (before.tree, before.roll_ups)


def test_a_suppressed_department_has_no_breakdown(a_wave: MakeWave) -> None:
    few = {"overall": [[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]}
    found = composed(a_wave({"parks": PARKS, "roads": few}, places=PLACES))
    assert card_of(found, "roads").figures.status == "suppressed"
    assert card_of(found, "roads").breakdowns == ()
    assert card_of(found, "parks").breakdowns


def test_strata_that_are_no_places_are_called_strata(a_wave: MakeWave) -> None:
    (breakdown,) = card_of(composed(a_wave({"parks": PARKS})), "parks").breakdowns
    assert (breakdown.by, breakdown.names["en"], breakdown.names["zh-hans"]) == ("place", "Stratum", "抽样层")


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("a", {"zh-hans": "甲", "en": "A"}),
        ("a+b", {"zh-hans": "甲、乙", "en": "A, B"}),
        ("b+c", {"en": "B, C"}),
        ("a+d", {}),
    ],
)
def test_strata_shown_together_are_named_in_the_languages_that_all_have(
    code: str, named: dict[str, str]
) -> None:
    names = {"a": {"zh-hans": "甲", "en": "A"}, "b": {"zh-hans": "乙", "en": "B"}, "c": {"en": "C"}}
    assert composing_parts._together(code, names) == named


def test_an_evaluation_older_than_the_parts_is_composed_without_them(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, places=PLACES)
    evaluating.evaluate(wave.pk)
    evaluation = Evaluation.objects.get()
    Measurement.objects.filter(indicator="breakdown").delete()
    whole = {
        key: evaluation.whole[key] for key in evaluation.whole if key not in ("tree", "places", "roll_ups")
    }
    Evaluation.objects.update(whole=whole)
    evaluation.refresh_from_db()
    found = composing.compose(evaluation, number=1)
    assert (found.wave.tree, found.wave.places, found.wave.roll_ups) == ((), (), ())
    assert all(card.breakdowns == () for card in found.scorecards.values())


def test_contents_of_earlier_formats_read_as_empty(a_wave: MakeWave) -> None:
    found = composed(a_wave({"parks": PARKS, "roads": ROADS}, places=PLACES))

    def earlier(document: dict[str, Any], *without: str) -> dict[str, Any]:
        return {key: value for key, value in document.items() if key not in without} | {"format": 3}

    wave = WaveContent.of(earlier(found.wave.document(), "tree", "places", "roll_ups"))
    assert (wave.format, wave.tree, wave.places, wave.roll_ups) == (3, (), (), ())
    card = ScorecardContent.of(earlier(card_of(found, "parks").document(), "breakdowns"))
    assert (card.format, card.breakdowns) == (3, ())
