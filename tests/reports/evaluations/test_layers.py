"""Weighting cells: nothing too small is told, nobody's category is guessed, and a mix that is empty compares nobody."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reports.evaluations import concluding, datasets, measuring, residuals
from reports.evaluations.layers import Layers, layers_of
from reports.exports import delimited
from surveys.tallies import Slice, WaveDesign
from tests.reports.simulated_wave import AGES, PEOPLE, SEXES, a_design, margin

MARGINS = margin("age", AGES), margin("sex", SEXES)
MIX = {"margin": "age", "shares": {"young": "0.3", "middle": "0.4", "old": "0.3"}}


def dataset_of(design: WaveDesign, found: Slice) -> datasets.Dataset:
    return datasets.dataset_of(design, design.departments[0], found, layers_of(design))


def of(design: WaveDesign, found: Slice, indicator: str) -> Any:
    measured = measuring.measure(dataset_of(design, found), design)
    return next((one for one in measured if (one.indicator, one.item) == (indicator, "")), None)


def weighted(layers: Layers) -> dict[str, float]:
    """What people stand for, by name of the cell."""
    total: Counter[str] = Counter()
    for name, people, weight in zip(layers.names, layers.people, layers.weight, strict=True):
        total[name] += people * weight
    return dict(total)


@pytest.mark.parametrize("seed", range(8))
def test_no_group_of_a_weighted_wave_is_too_small(seed: int) -> None:
    some = [PEOPLE[place] for place in np.random.default_rng(seed).choice(len(PEOPLE), 160, replace=False)]
    dataset = dataset_of(*a_design(*MARGINS, people_of=some, merge_strata=True))
    answered: Counter[tuple[str, str, str]] = Counter()
    for item, stratum, cell, value, n, *_sums in delimited.Dataset().rows(dataset.document()):
        if str(value).isdigit():
            answered[item, stratum, cell] += n
    assert answered
    assert min(answered.values()) >= 10
    each = {(line[0], line[1]): float(line[4]) for line in delimited.Design().rows(dataset.document())}
    for _item, stratum, cell, value, n, w, w2 in delimited.Dataset().rows(dataset.document()):
        if str(value).isdigit():
            weight = each[stratum, cell]
            assert (float(w), float(w2)) == pytest.approx((n * weight, n * weight**2)), (
                "one weight in a group"
            )


def test_raked_weights_meet_the_margins() -> None:
    design, _found = a_design(*MARGINS)
    stands_for = weighted(layers_of(design))
    for place, totals in enumerate((AGES, SEXES)):
        for category, population in totals.items():
            met = sum(n for name, n in stands_for.items() if name.split("·")[place] == category)
            assert met == pytest.approx(population, rel=1e-8)


def test_people_of_unknown_category_keep_the_weight_they_came_with() -> None:
    people = [one | {"age": ""} if place % 10 == 0 else one for place, one in enumerate(PEOPLE)]
    design, _found = a_design(*MARGINS, people_of=people)
    stands_for = weighted(layers_of(design))
    unknown = sum(n for name, n in stands_for.items() if name.startswith("?"))
    population = {one.code: one.population or 0 for one in design.strata}
    took_part = Counter(one["stratum"] for one in people)
    came = sum(population[one["stratum"]] / took_part[one["stratum"]] for one in people if not one["age"])
    assert unknown == pytest.approx(came, rel=1e-8)
    assert sum(stands_for.values()) == pytest.approx(sum(population.values()), rel=1e-8)


def test_weights_are_capped_at_the_declared_number_of_medians() -> None:
    odd = margin("age", {"young": 16000, "middle": 9000, "old": 9000})
    free, capped = (layers_of(a_design(odd, trim=trim)[0]) for trim in (None, "2"))
    each = np.repeat(capped.weight, capped.people)
    assert each.max() <= 2 * np.median(np.repeat(free.weight, free.people)) * (1 + 1e-9)
    assert free.weight.max() > each.max()
    assert each.sum() == pytest.approx(np.repeat(free.weight, free.people).sum())


def test_margins_that_cannot_be_met_leave_the_base_weights_and_say_so() -> None:
    nobody = margin("age", {**AGES, "ancient": 500})
    design, _found = a_design(nobody)
    layers = layers_of(design)
    assert layers.refused == "empty_cell"
    north = next(one for one in design.strata if one.code == "north")
    assert layers.weight[0] == pytest.approx((north.population or 0) / north.people)


def test_a_cap_that_bites_leaves_the_weights_as_they_are_for_the_variance() -> None:
    odd = margin("age", {"young": 16000, "middle": 9000, "old": 9000})
    free, capped = (layers_of(a_design(odd, trim=trim)[0]) for trim in (None, "2"))
    assert (free.capped, capped.capped) == (False, True)
    assert capped.design.weights is not None
    assert capped.design.weights.margins == (), "a margin that is not met explains nothing"


@pytest.mark.parametrize("seed", range(4))
def test_no_weight_is_told_of_a_cell_of_few_people(seed: int) -> None:
    """Raked weights are products: that of a small cell would follow from its neighbours', and its people with it."""
    some = [PEOPLE[place] for place in np.random.default_rng(seed).choice(len(PEOPLE), 150, replace=False)]
    layers = layers_of(a_design(*MARGINS, people_of=some, merge_strata=True)[0])
    assert layers.people.min() >= 10
    assert layers.people.sum() == 150
    assert any("+" in name for name in layers.names)


@pytest.mark.parametrize("drawn", [2, 3, 4, 12])
def test_clusters_with_few_answers_are_joined_before_their_sums_are_told(drawn: int) -> None:
    """From the products of a few clusters' counts, whole numbers, the counts themselves can be worked out."""
    some = [one for one in PEOPLE if int(one["psu"]) <= drawn]
    design, found = a_design(clustered=True, people_of=some, merge_strata=True)
    strata = tuple(replace(one, clusters=drawn) for one in design.strata)
    dataset = dataset_of(replace(design, strata=strata), found)
    answered: Counter[tuple[str, str]] = Counter()
    for item, stratum, _cell, value, n, *_sums in delimited.Dataset().rows(dataset.document()):
        if str(value).isdigit():
            answered[item, stratum] += n
    lines = list(delimited.Residuals().rows(dataset.document()))
    assert {line[0] for line in lines} == {"overall", "ease", "speed", "trust"}
    for item, stratum, units, sampled, _population, *_sums in lines:
        assert 10 * int(units) <= answered[item, stratum]
        assert int(units) <= sampled <= drawn * (stratum.count("+") + 1)


def test_joined_clusters_each_have_nobody_or_enough() -> None:
    random = np.random.default_rng(3)
    answered = random.integers(0, 9, (40, 3)).astype(float)
    keys = np.repeat([0, 1], 20), None, np.arange(40) // 2
    design = layers_of(a_design(clustered=True)[0]).design
    (_stratum, _cell, joined), after = residuals._joined_clusters(keys, answered, design, 10)
    assert joined is not None
    for label in np.unique(joined):
        total = answered[joined == label].sum(axis=0)
        assert ((total == 0) | (total >= 10)).all()
    taken = [one.clusters or 0 for one in design.strata]
    for before, one in zip(taken, after.strata, strict=True):
        assert (one.clusters or 0) <= before


def test_a_few_of_unknown_category_do_not_keep_a_department_from_being_compared() -> None:
    for unknown in (0, 1, 3, 9, 30):
        people = [one | {"age": ""} if place < unknown else one for place, one in enumerate(PEOPLE)]
        found = of(*a_design(*MARGINS, people_of=people, standard=MIX, merge_strata=True), "standardised")
        assert "se" in found.estimate, unknown


def test_a_mix_that_rests_on_few_answers_judges_nobody() -> None:
    rare = {"margin": "age", "shares": {"young": "0.9", "middle": "0.05", "old": "0.05"}}
    young = [place for place, one in enumerate(PEOPLE) if one["age"] == "young" and one["overall"]]
    people = [one for place, one in enumerate(PEOPLE) if one["age"] != "young" or place in young[:20]]
    found = of(*a_design(*MARGINS, people_of=people, standard=rare, merge_strata=True), "standardised")
    assert found.status == "indicative"


def test_scores_at_another_mix_are_not_what_a_change_is_counted_from() -> None:
    plain, mixed = a_design(*MARGINS)[0], a_design(*MARGINS, standard=MIX)[0]
    other = a_design(*MARGINS, standard=MIX | {"shares": {"young": "0.5", "middle": "0.3", "old": "0.2"}})[0]
    assert concluding._mix(plain) == ()
    assert len({str(concluding._mix(one)) for one in (plain, mixed, other)}) == 3


def test_a_category_of_the_mix_with_too_few_answers_compares_nobody() -> None:
    design, found = a_design(*MARGINS, standard=MIX, merge_strata=True)
    assert "se" in of(design, found, "standardised").estimate
    few = [one for place, one in enumerate(PEOPLE) if one["age"] != "young" or place % 40 == 0]
    without = of(*a_design(*MARGINS, people_of=few, standard=MIX, merge_strata=True), "standardised")
    assert (without.status, without.estimate) == ("indicative", {"reason": "empty_cell", "value": None})


def test_a_stratum_of_one_cluster_is_refused_unless_it_is_centred() -> None:
    design, found = a_design(clustered=True)
    lonely = tuple(replace(one, clusters=1) if one.code == "east" else one for one in design.strata)
    refused = of(replace(design, strata=lonely), found, "score")
    assert refused.estimate["reason"] == "lonely_psu"
    centred = replace(design, strata=lonely, method={**design.method, "lonely": "center"})
    assert float(of(centred, found, "score").estimate["se"]) > 0


def test_clusters_with_margins_take_the_raked_weights_as_they_are() -> None:
    raked, both = (of(*a_design(*MARGINS, clustered=clustered), "score") for clustered in (False, True))
    assert both.estimate["value"] == raked.estimate["value"]
    assert float(both.estimate["df"]) < 40 < float(raked.estimate["df"])
    assert float(both.estimate["se"]) > 0


def test_self_selected_ratings_come_with_the_bounds_of_everybody() -> None:
    design, found = a_design()
    chosen = replace(design, judged=False, eligible=4000)
    estimate = of(chosen, found, "self_selected").estimate
    graded = of(chosen, found, "good_rate")
    share = graded.n / 4000
    assert float(estimate["rated"]["value"]) == pytest.approx(share)
    good = float(graded.estimate["value"])
    assert float(estimate["good_lowest"]) == pytest.approx(share * good)
    assert float(estimate["good_highest"]) == pytest.approx(share * good + 1 - share)
    assert float(estimate["worth"]) == pytest.approx(min(graded.n, share / (1 - share) / 0.05**2))
    assert of(replace(chosen, eligible=None), found, "self_selected") is None
