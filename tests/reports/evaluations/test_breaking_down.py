"""Breakdowns: by place and by margin, unions of the dataset's own groups; nothing that is straddled is told."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reports.evaluations import belongings, datasets
from reports.evaluations.layers import layers_of
from tests.reports.evaluations.broken_waves import TREE, broken_down, declared, groups
from tests.reports.simulated_wave import AGES, PEOPLE, a_design, margin

# --- by place -----------------------------------------------------------------------------------------------

FOUR = {"north": (1000, 80), "south": (3000, 120), "east": (600, 40), "west": (400, 30)}
MANY = ([20, 25, 9, 4, 2], [12, 28, 25, 15, 8], [9, 9, 6, 4, 4], [6, 6, 4, 2, 2])
FEW = ([20, 25, 9, 4, 2], [12, 28, 25, 15, 8], [5, 4, 3, 2, 1], [2, 2, 1, 1, 1])


def test_places_stand_above_the_strata_that_lie_in_them() -> None:
    _dataset, found = broken_down(*declared(FOUR, MANY))
    assert [(code, one["within"]) for code, one in groups(found["place"]).items()] == [
        ("city", None),
        ("old", "city"),
        ("new", "city"),
        ("north", "old"),
        ("south", "new"),
        ("east", "old"),
        ("west", "new"),
    ]
    n = {code: one["n"] for code, one in groups(found["place"]).items()}
    assert (n["city"], n["old"], n["new"]) == (200, 92, 108)


def test_a_pooled_stratum_hides_both_places_that_it_straddles() -> None:
    _dataset, found = broken_down(*declared(FOUR, FEW))
    assert [(code, one["within"]) for code, one in groups(found["place"]).items()] == [
        ("city", None),
        ("north", "city"),
        ("south", "city"),
        ("east+west", "city"),
    ]


def test_strata_pooled_inside_one_place_leave_it_to_be_told() -> None:
    tree = {**TREE, "west": "old"}
    _dataset, found = broken_down(*declared(FOUR, FEW, tree=tree))
    assert {code: one["within"] for code, one in groups(found["place"]).items()} == {
        "city": None,
        "old": "city",
        "north": "old",
        "south": "city",
        "east+west": "old",
    }, "the new town holds the south alone, and is left out"


def test_a_stratum_in_which_nobody_graded_straddles_nothing() -> None:
    empty = (*MANY[:2], [9, 9, 6, 4, 4], [0, 0, 0, 0, 0])
    _dataset, found = broken_down(*declared(FOUR, empty))
    assert {code: one["n"] for code, one in groups(found["place"]).items()} == {
        "city": 180,
        "old": 92,
        "new": 88,
        "north": 60,
        "south": 88,
        "east": 32,
    }


def test_the_highest_of_places_with_the_same_strata_are_left_out() -> None:
    tree = {"land": None, "city": "land", "north": "city", "south": "city"}
    two = {code: FOUR[code] for code in ("north", "south")}
    _dataset, found = broken_down(*declared(two, MANY[:2], tree=tree))
    assert list(groups(found["place"])) == ["city", "north", "south"]


def test_a_place_that_is_a_stratum_stands_for_the_stratum_alone() -> None:
    tree = {"land": None, "city": "land", "north": "city", "south": "city"}
    rest = {"city": (1000, 80), "north": (3000, 120), "south": (600, 40)}
    _dataset, found = broken_down(*declared(rest, MANY[:3], tree=tree))
    assert {code: (one["n"], one["within"]) for code, one in groups(found["place"]).items()} == {
        "land": (180, None),
        "city": (60, "land"),
        "north": (88, "land"),
        "south": (32, "land"),
    }


def test_strata_that_are_no_places_are_groups_all_the_same() -> None:
    _dataset, found = broken_down(*declared(FOUR, MANY, tree={}))
    assert [(code, one["within"]) for code, one in groups(found["place"]).items()] == [
        (code, None) for code in FOUR
    ]


def test_strata_that_cannot_be_named_by_their_codes_are_of_no_place() -> None:
    strata = {"north": (1000, 80), "south": (3000, 120), "a+b": (600, 40)}
    _dataset, found = broken_down(*declared(strata, MANY[:3]))
    assert list(groups(found["place"])) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"judged": False}, id="a wave that may not judge"),
        pytest.param({"strata": 1}, id="one stratum"),
        pytest.param({"clusters": 5}, id="clusters"),
        pytest.param({"few": True}, id="a department below the base"),
    ],
)
def test_nothing_is_broken_down_of(changed: dict[str, Any]) -> None:
    chosen = dict(list(FOUR.items())[: changed.get("strata", 4)])
    lines = [[1, 1, 0, 0, 0]] * 4 if "few" in changed else MANY
    wave, found = declared(chosen, lines[: len(chosen)])
    if "clusters" in changed:
        strata = (replace(one, clusters=5, cluster_population=20) for one in wave.strata)
        wave = replace(wave, strata=tuple(strata))
        found = replace(found, groups=found.groups + np.array([0, 0, 0, 0, 1], dtype=np.uint16))
    if "judged" in changed:
        wave = replace(wave, judged=False)
    assert broken_down(wave, found)[1] == {}


# --- by margin ----------------------------------------------------------------------------------------------

ONE = {"north": (9000, 240), "south": (9000, 240)}
AGE = margin("age", {"young": 9000, "old": 9000})


def test_categories_are_told_across_the_strata() -> None:
    lines = [[0] * 5, [9, 9, 6, 4, 4], [2, 8, 12, 9, 9]] * 2
    dataset, found = broken_down(*declared(ONE, lines, AGE))
    assert [row[4] for row in dataset["groups"]] == ["age=young", "age=old"] * 2
    assert {code: one["n"] for code, one in groups(found["age"]).items()} == {"young": 64, "old": 80}


def test_a_group_of_two_categories_hides_both() -> None:
    ages = margin("age", {"young": 6000, "middle": 6000, "old": 6000})
    lines = [[0] * 5, [9, 9, 6, 4, 4], [2, 1, 1, 0, 0], [2, 8, 12, 9, 9]] * 2
    dataset, found = broken_down(*declared(ONE, lines, ages))
    assert [row[4] for row in dataset["groups"]] == ["age=young", "age=middle age=old"] * 2
    told = groups(found["age"])
    assert {code: (one["status"], one["n"]) for code, one in told.items()} == {
        "young": ("publishable", 64),
        "middle": ("suppressed", None),
        "old": ("suppressed", None),
    }
    assert set(told["old"]) == {"code", "within", "status", "n"}, "no figure of what is not told"
    assert found["age"]["gap"] is None


def test_a_category_that_nobody_is_of_hides_no_other() -> None:
    ages = margin("age", {"young": 6000, "middle": 6000, "old": 6000})
    lines = [[0] * 5, [9, 9, 6, 4, 4], [0] * 5, [2, 8, 12, 9, 9]] * 2
    _dataset, found = broken_down(*declared(ONE, lines, ages))
    assert {code: one["n"] for code, one in groups(found["age"]).items()} == {
        "young": 64,
        "middle": None,
        "old": 80,
    }


def test_a_few_of_unknown_category_count_with_those_they_were_joined_to() -> None:
    few = [[1, 1, 0, 0, 0], [9, 9, 6, 4, 4], [2, 8, 12, 9, 9]] * 2
    many = [[9, 9, 0, 0, 0], [9, 9, 6, 4, 4], [2, 8, 12, 9, 9]] * 2
    joined, alone = (broken_down(*declared(ONE, lines, AGE)) for lines in (few, many))
    assert [row[4] for row in joined[0]["groups"]] == ["age=young", "age=old"] * 2
    assert {code: one["n"] for code, one in groups(joined[1]["age"]).items()} == {"young": 68, "old": 80}
    assert [row[4] for row in alone[0]["groups"]] == ["", "age=young", "age=old"] * 2
    assert {code: one["n"] for code, one in groups(alone[1]["age"]).items()} == {"young": 64, "old": 80}


def test_cells_that_are_weighted_together_are_of_both_categories() -> None:
    """Few people of one age took part in the stratum: they weigh like the next, and are not told apart from them."""
    people = [one for place, one in enumerate(PEOPLE) if one["age"] != "old" or place % 60 == 0]
    dataset, found = broken_down(*a_design(margin("age", AGES), people_of=people, merge_strata=True))
    assert any("age=middle age=old" in row[4] or "age=old age=young" in row[4] for row in dataset["groups"])
    assert groups(found["age"])["old"]["n"] is None


def test_a_margin_called_place_does_not_take_the_place_of_places() -> None:
    where = margin("place", {"young": 9000, "old": 9000})
    lines = [[0] * 5, [9, 9, 6, 4, 4], [2, 8, 12, 9, 9]] * 2
    _dataset, found = broken_down(*declared(ONE, lines, where))
    assert list(groups(found["place"])) == ["city", "north", "south"]


@pytest.mark.parametrize("code", ["18-34", "18 to 34", "三十五岁以上", "a=b", "50%", "a\u3000b\tc"])
def test_belongings_are_read_as_they_were_written(code: str) -> None:
    pairs = {("age", code), ("the sex", "f")}
    assert belongings.read(belongings.written(pairs)) == pairs
    assert len(belongings.written(pairs).split()) == 2


# --- earlier formats ----------------------------------------------------------------------------------------


def test_a_dataset_of_format_2_reads_as_it_was_written() -> None:
    wave, found = declared(FOUR, MANY)
    written = datasets.dataset_of(wave, wave.departments[0], found, layers_of(wave)).document()
    assert written["format"] == datasets.FORMAT == 3
    before = {**written, "format": 2, "groups": [row[:4] for row in written["groups"]]}
    assert datasets.Dataset.of(json.loads(json.dumps(before))).document() == before
