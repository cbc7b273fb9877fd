"""Measuring: from rounded published rows alone, the same numbers as from the tallies themselves."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reports.estimation import composite
from reports.estimation.disclosure import merge_strata
from reports.estimation.sample import Design, Stratum
from reports.estimation.tables import CrossMoments, DimensionTable
from reports.evaluations import datasets, measuring
from reports.evaluations.layers import declared_design, layers_of
from reports.exports import delimited
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, Door, with_moments

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
DIMENSIONS = {"speed": "efficiency", "clear": "transparency", "kind": "humanity"}


def people(seed: int, size: int) -> Any:
    """Grades of four items by `size` people; some leave one out."""
    random = np.random.default_rng(seed)
    liking = random.integers(1, 6, size)[:, None]
    grades = np.clip(liking + random.integers(-1, 2, (size, 4)), 1, 5)
    grades[random.random(grades.shape) < 0.1] = 0
    return grades


@pytest.fixture
def asked(a_wave: MakeWave, door: Door) -> tuple[Wave, dict[int, np.ndarray]]:
    """Parks with an overall rating and three dimensions, 40 people of North, 60 of South and 8 of East."""
    table = {"overall": PARKS["overall"], "speed": PARKS["overall"]}
    table |= {"clear": PARKS["overall"], "kind": PARKS["overall"]}
    strata = (("north", 1000, 40), ("south", 3000, 60), ("east", 500, 8))
    wave = a_wave({"parks": table}, strata=strata, dimensions=DIMENSIONS)
    rows = {1: people(1, 40), 2: people(2, 60), 3: people(3, 8)}
    ((pk, found),) = door.counted[wave.pk].items()
    door.counted[wave.pk][pk] = with_moments(found, rows)
    return wave, rows


def the_dataset(door: Door, wave: Wave) -> datasets.Dataset:
    design = door.design(wave.pk)
    found = next(iter(door.counted[wave.pk].values()))
    return datasets.dataset_of(design, design.departments[0], found, layers_of(design))


def answers(dataset: datasets.Dataset) -> list[Any]:
    """The lines of dataset.csv: item, stratum, cell, value, n, w, w2."""
    return list(delimited.Dataset().rows(dataset.document()))


def designed(dataset: datasets.Dataset) -> list[Any]:
    """The lines of design.csv: stratum, cell, N, n, w, and what else there is."""
    return list(delimited.Design().rows(dataset.document()))


def together(dataset: datasets.Dataset) -> list[Any]:
    """The lines of moments.csv: stratum, cell, item a, item b, n, Σa, Σb, Σab."""
    return list(delimited.Moments().rows(dataset.document()))


def test_the_index_from_published_correlations_is_near_the_index_from_the_rows(
    a_wave: MakeWave, door: Door
) -> None:
    questions = dict.fromkeys(("overall", *DIMENSIONS), PARKS["overall"])
    strata = (("north", 1000, 400), ("south", 3000, 600), ("east", 500, 8))
    wave = a_wave({"parks": questions}, strata=strata, dimensions=DIMENSIONS)
    rows = {1: people(1, 400), 2: people(2, 600), 3: people(3, 8)}
    ((pk, counted),) = door.counted[wave.pk].items()
    door.counted[wave.pk][pk] = with_moments(counted, rows)
    measured = measuring.measure(the_dataset(door, wave), door.design(wave.pk))
    found = next(one for one in measured if one.indicator == "index")
    # The same from single records; East is merged into South before anything else and shares one weight with it.
    grades = np.concatenate([rows[1], rows[2], rows[3]])[:, 1:].astype(float)
    grades[grades == 0] = np.nan
    stratum = np.repeat([0, 1], [400, 608])
    tally = CrossMoments.of_rows(grades, stratum=stratum)
    north, south, east = declared_design(door.design(wave.pk)).strata
    both = Stratum(
        "south+east", south.respondents + east.respondents, (south.population or 0) + (east.population or 0)
    )
    table = DimensionTable.of(tally, Design((north, both)))
    expected = composite.index(composite.dimension_means(table), np.full(3, 1 / 3))
    assert float(found.estimate["value"]) == pytest.approx(expected.value, rel=1e-11)
    # Correlations are told with two decimals where strata are merged: the index is exact, its error nearly so.
    assert float(found.estimate["se"]) == pytest.approx(expected.se, rel=2e-3)  # type: ignore[union-attr]
    assert all(re.fullmatch(r"-?[01]\.\d\d", one) for one in the_dataset(door, wave).correlations)


def test_strata_below_the_base_are_merged_and_their_people_pooled(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    wave, people_of = asked
    dataset = the_dataset(door, wave)
    answered = [int((one[:, 0] > 0).sum()) for one in people_of.values()]
    assert answered[2] < 10
    assert merge_strata(answered) == ((0,), (1, 2))
    rows = answers(dataset)
    named = {row[1] for row in rows if row[0] == "overall" and row[1]}
    assert named == {"north", "south+east"}
    assert ("south+east", "", 3500, 68, "51.4705882353") in {line[:5] for line in designed(dataset)}
    for stratum in named:
        assert sum(row[4] for row in rows if row[0] == "overall" and row[1] == stratum) >= 10


def test_no_published_sum_tells_merged_strata_apart(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    """With weights of their own, n, Σw and Σw² would be equations that give back the counts of every stratum."""
    wave, _rows = asked
    dataset = the_dataset(door, wave)
    weight = {line[0]: float(line[4]) for line in designed(dataset)}
    for _item, stratum, _cell, value, n, w, w2 in answers(dataset):
        if not stratum:
            assert (w, w2) == (None, None), f"{value} is told for all strata together, unweighted"
        else:
            assert (float(w), float(w2)) == pytest.approx((n * weight[stratum], n * weight[stratum] ** 2))
    assert {line[0] for line in together(dataset)} <= set(weight)


def test_the_counts_of_an_item_tie_out_with_the_records(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    wave, _rows = asked
    dataset = the_dataset(door, wave)
    assert dataset.records == 108
    for item in dataset.items:
        assert sum(row[4] for row in answers(dataset) if row[0] == item.code) == 108


def test_a_dimension_of_which_too_little_is_known_hides_the_index_and_its_moments(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    wave, rows = asked
    rows[1][:, 3], rows[2][5:, 3], rows[3][:, 3] = 0, 0, 0
    ((pk, found),) = door.counted[wave.pk].items()
    door.counted[wave.pk][pk] = with_moments(found, rows)
    dataset = the_dataset(door, wave)
    assert dataset.moments == []
    hidden = [row for row in answers(dataset) if row[0] == "kind"]
    assert hidden == [("kind", "", "", "suppressed", 108, None, None)]
    measured = measuring.measure(dataset, door.design(wave.pk))
    shown = {one.item for one in measured if one.indicator == "dimension"}
    assert shown == set(DIMENSIONS.values()) - {DIMENSIONS["kind"]}
    assert not [one for one in measured if one.indicator == "index"]
    assert dataset.correlations == []


def test_a_dataset_written_and_read_is_the_dataset(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    dataset = the_dataset(door, asked[0])
    again = datasets.Dataset.of(dataset.document())
    assert again == dataset
    design = door.design(asked[0].pk)
    assert measuring.measure(again, design) == measuring.measure(dataset, design)


def test_voided_records_are_out_and_strata_that_share_a_name_are_numbered(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    wave, _rows = asked
    design = door.design(wave.pk)
    found = next(iter(door.counted[wave.pk].values()))
    voided = replace(found, groups=found.groups + np.array([0, 0, 0, 2, 0], dtype=np.uint16))
    parks, layers = design.departments[0], layers_of(design)
    assert datasets.dataset_of(design, parks, voided, layers).records is None
    odd = replace(design, strata=tuple(replace(one, code="a+b") for one in design.strata))
    named = {line[0] for line in designed(datasets.dataset_of(odd, parks, found, layers_of(odd)))}
    assert named >= {"1", "2+3"}
    assert not {name for name in named if "a" in name}


def test_answers_without_any_variation_have_a_value_and_no_interval(a_wave: MakeWave, door: Door) -> None:
    wave = a_wave({"parks": {"overall": [[40, 0, 0, 0, 0], [60, 0, 0, 0, 0]]}})
    measured = measuring.measure(the_dataset(door, wave), door.design(wave.pk))
    score = next(one for one in measured if one.indicator == "score")
    rate = next(one for one in measured if one.indicator == "satisfaction")
    assert (score.status, score.estimate) == ("indicative", {"reason": "no_variation", "value": "100"})
    assert (rate.estimate["value"], rate.estimate["interval"]) == ("1", "clopper-pearson")


def test_choices_are_shown_as_weighted_shares_once_enough_chose(a_wave: MakeWave, door: Door) -> None:
    wave = a_wave({"parks": {**PARKS, "age": PARKS["overall"]}})
    design = door.design(wave.pk)
    (parks,) = design.departments
    asked = replace(
        parks, items=(parks.items[0], replace(parks.items[1], scored=False, codes=(1, 2, 3, 4, 5)))
    )
    found = next(iter(door.counted[wave.pk].values()))
    dataset = datasets.dataset_of(replace(design, departments=(asked,)), asked, found, layers_of(design))
    choices = next(one for one in measuring.measure(dataset, design) if one.indicator == "choices")
    assert (choices.item, choices.n) == ("age", 87)
    assert choices.estimate["counts"] == [3, 8, 15, 39, 22]
    assert choices.estimate["shares"][-1] == "0.242857142857"


def strata_sets(dataset: datasets.Dataset) -> dict[str, frozenset[str]]:
    """The groups of strata that each published table tells apart, by item."""
    found: dict[str, set[str]] = {}
    for row in answers(dataset):
        if row[1]:
            found.setdefault(row[0], set()).add(row[1])
    for group, _cell, a, b, *_sums in together(dataset):
        found.setdefault(f"{a} with {b}", set()).add(group)
    return {name: frozenset(groups) for name, groups in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_too_small_is_left_when_one_published_table_is_taken_from_another(
    a_wave: MakeWave, door: Door, seed: int
) -> None:
    table = dict.fromkeys(("overall", *DIMENSIONS), PARKS["overall"])
    sizes = np.random.default_rng(seed).integers(4, 60, 5).tolist()
    strata = tuple((f"s{place}", 1000, size) for place, size in enumerate(sizes))
    wave = a_wave({"parks": table}, strata=strata, dimensions=DIMENSIONS)
    ((pk, found),) = door.counted[wave.pk].items()
    rows = {place: people(100 * seed + place, size) for place, size in enumerate(sizes, start=1)}
    door.counted[wave.pk][pk] = with_moments(found, rows)
    dataset = the_dataset(door, wave)
    groups = strata_sets(dataset)
    assert {line[0] for line in designed(dataset)} == set.union(*map(set, groups.values()))
    n = {(row[0], row[1]): 0 for row in answers(dataset) if row[1]}
    for row in answers(dataset):
        if row[1]:
            n[row[0], row[1]] += row[4]
    assert min(n.values()) >= 10
    for group, _cell, a, b, both, *_sums in together(dataset):
        for item in (a, b):
            parts = [name for name in groups[item] if set(name.split("+")) <= set(group.split("+"))]
            answered = {stratum for name in parts for stratum in name.split("+")}
            cut = [name for name in groups[item] if set(name.split("+")) & set(group.split("+"))]
            assert sorted(parts) == sorted(cut), f"{group} cuts through a group of {item}: {answered}"
            alone = sum(n[item, name] for name in parts) - both
            assert alone not in range(1, 5), f"{item} of those who left the other blank"


def test_moments_are_withheld_when_they_would_tell_what_a_few_who_left_one_blank_said(
    asked: tuple[Wave, dict[int, np.ndarray]], door: Door
) -> None:
    wave, rows = asked
    ((pk, found),) = door.counted[wave.pk].items()
    whole = {stratum: np.where(grades == 0, 3, grades) for stratum, grades in rows.items()}
    door.counted[wave.pk][pk] = with_moments(found, whole)
    assert the_dataset(door, wave).moments, "nobody left anything blank"
    whole[1][:3, 1] = 0
    door.counted[wave.pk][pk] = with_moments(found, whole)
    dataset = the_dataset(door, wave)
    assert dataset.moments == []
    measured = measuring.measure(dataset, door.design(wave.pk))
    assert "index" in {one.indicator for one in measured}, "it needs the correlations alone"
    assert {one.item for one in measured if one.indicator == "score"} == {"", *DIMENSIONS}


def test_groups_are_joined_until_the_flagged_are_nobody_or_enough_to_be_told(
    a_wave: MakeWave, door: Door
) -> None:
    few, some, many = [2, 1, 0, 0, 0], [4, 3, 1, 0, 0], [6, 5, 2, 0, 0]
    for slug, flagged, told in (
        ("spring", [few, few], None),  # six of all: nothing is told of them
        ("summer", [some, many], 1),  # eight in one stratum: told for both together
        ("autumn", [many, many], 2),
    ):
        wave = a_wave({"parks": PARKS}, slug=slug, flagged={"parks": {"overall": flagged}})
        found = the_dataset(door, wave)
        if told is None:
            assert (found.flagged, found.unflagged) == (None, [])
            continue
        assert found.flagged == sum(map(sum, flagged))
        weights = {round(float(w) / n, 6) for _item, _value, n, w, *_with in found.unflagged if n}
        assert (len(weights) == 1) == (told == 1), "one weight where the strata were joined"
