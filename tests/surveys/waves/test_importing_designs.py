"""A past wave brings its design along: method, dimensions, margins, clusters, and rows that rate one department."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from surveys import tallies
from surveys.people.models import Department
from surveys.questionnaires.codebook import codebook_of
from surveys.responses import mixing
from surveys.responses.models import Participation, Response
from surveys.tallies import UNRATED
from surveys.waves import importing
from surveys.waves.importing import DepartmentsMet
from surveys.waves.models import Klass, PastAnswers, Wave
from surveys.waves.past_design import with_method
from surveys.waves.past_files import CODEBOOK, DATA, ImportRefused, read_json, read_table

from .test_importing import SCALE, a_codebook, bring_in, refusal

pytestmark = pytest.mark.django_db

RESIDENTS = Path(__file__).parents[4] / "shared" / "method" / "cases" / "data" / "residents.csv"
EXAMPLE = Path(__file__).parents[2] / "reports" / "worked_example"


def a_long_codebook(**changes: Any) -> dict[str, Any]:
    return {
        "source": {"en": "A small town; invented.", "zh": "虚构的小镇。"},
        "scale": SCALE,
        "rated": "dept",
        "headline": "overall",
        "departments": {"D01": {"en": "Parks", "zh": "公园"}, "D02": {"name": {"en": "Water", "zh": "供水"}}},
        "dimensions": [
            {"code": "ease", "name": {"en": "Ease", "zh": "方便"}, "weight": 0.4},
            {"code": "trust", "name": {"en": "Trust", "zh": "信任"}, "weight": "0.6"},
        ],
        "items": {
            "overall": {"text": {"en": "All in all?", "zh": "总的来说？"}},
            "ease": {"text": {"en": "Ease?", "zh": "方便吗？"}, "dimension": "ease", "weight": 2},
            "trust": {"text": {"en": "Trust?", "zh": "信任吗？"}, "dimension": "trust"},
        },
        **changes,
    }


LONG = "dept,district,overall,ease,trust\nD01,East,5,4,3\nD02,West,,2,1\n,West,,,\n"


def people_of(wave: Wave) -> list[Any]:
    people: list[Any] = PastAnswers.objects.get(wave=wave).people
    return people


def messages(refused: ImportRefused) -> str:
    return " ".join(str(fault.message) for fault in refused.faults)


def test_a_row_rates_the_department_that_it_names_and_no_other() -> None:
    wave = bring_in(codebook=a_long_codebook(), sheet=LONG)
    assert people_of(wave) == [[0, {"d01": "050403"}], [0, {"d02": "ff0201"}], [0, {}]]
    assert [one.department.code for one in wave.coverage.all()] == ["d01", "d02"]
    part = codebook_of(wave.edition).part("d02")
    assert [(item.code, item.headline, item.dimension, item.weight) for item in part.items] == [
        ("overall", True, "", "1"),
        ("ease", False, "ease", "2"),
        ("trust", False, "trust", "1"),
    ]
    mixing.settle(wave.pk)
    assert Response.objects.filter(wave=wave).count() == 2
    assert Participation.objects.get(wave=wave).people == 3


def test_a_map_says_which_department_a_value_stands_for_whatever_its_case() -> None:
    listed = [{"code": "D01", "en": "Parks"}, {"code": "water", "en": "Water"}]
    wave = bring_in(codebook=a_long_codebook(departments=listed), sheet=LONG.replace("D02", "water"))
    assert [list(parts) for _stratum, parts in people_of(wave)] == [["d01"], ["water"], []]
    numbered = {"1": {"code": "D01", "en": "Parks"}, "2": {"code": "water", "en": "Water"}}
    codebook = a_long_codebook(departments=numbered)
    again = bring_in(codebook=codebook, sheet=LONG.replace("D01", "1").replace("D02", "2"), name="second")
    assert people_of(again) == people_of(wave)


def test_dimensions_are_those_of_the_codebook_in_the_wide_form_too() -> None:
    items = a_codebook()["items"]
    items["h2"]["dimension"] = "calm"
    dimensions = [{"code": "calm", "name": "Calm", "weight": 1}]
    wave = bring_in(codebook=a_codebook(items=items, dimensions=dimensions))
    assert wave.edition.document["dimensions"] == [{"code": "calm", "name": {"en": "Calm"}, "weight": "1"}]
    assert [item.dimension for item in codebook_of(wave.edition).part("police").items] == ["", "calm"]


def test_the_index_is_about_those_who_graded_the_headline() -> None:
    wave = bring_in(codebook=a_long_codebook(), sheet=LONG + "D02,East,4,2,\n")
    mixing.settle(wave.pk)
    water = Department.objects.get(code="d02")
    (found,) = tallies.slices(wave.pk, klass=Klass.IMPORTED, department_id=water.pk)
    ease = found.counts[0, 1]
    assert {code: int(ease[code]) for code in (1, 2, UNRATED)} == {1: 0, 2: 1, UNRATED: 1}
    assert found.counts.sum(axis=2).tolist() == [[2, 2, 2]]
    assert int(found.moments[0, 3, 0]) == 1  # ease with itself


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"rated": ""}, "rated"),
        ({"rated": 3}, "rated"),
        ({"departments": {}}, "rated"),
        ({"headline": "most"}, "headline"),
        ({"departments": {"D01": {"en": "Parks"}, "d01": {"en": "Parks"}}}, "departments"),
        ({"departments": {"D01": {}}}, "departments"),
        ({"items": {"overall": {"text": "?", "department": "d01"}}}, "overall"),
        ({"items": {"overall": {"text": "?", "weight": "much"}}}, "overall"),
        ({"items": {"overall": {"text": "?", "dimension": "calm"}}}, "overall"),
        ({"dimensions": {"ease": 1}}, "dimensions"),
        ({"dimensions": [{"code": "ease", "name": "Ease"}]}, "dimensions"),
        ({"method": []}, "method"),
        ({"method": {"target": "much"}}, "method"),
        ({"method": {"lonely": "drop"}}, "method"),
        ({"method": {"trim": 0}}, "method"),
        ({"method": {"standard": {"margin": "age", "shares": {}}}}, "method"),
        ({"margins": []}, "margins"),
        ({"margins": {"age": {"categories": {}}}}, "age"),
        ({"margins": {"age": {"column": "age", "categories": {"old": "many"}}}}, "age"),
        ({"clusters": "psu"}, "clusters"),
        ({"clusters": {"column": "psu", "population": {"East": 0}}}, "clusters"),
        ({"where": "wave"}, "where"),
    ],
)
def test_a_codebook_that_does_not_hold_is_refused(change: dict[str, Any], column: str) -> None:
    refused = refusal(codebook=a_long_codebook(**change), sheet=LONG)
    assert refused.faults[0].file == CODEBOOK
    assert column in {fault.column for fault in refused.faults}


@pytest.mark.parametrize(
    ("row", "column"),
    [("D09,East,5,,", "dept"), (",East,5,,", "dept"), ("D01,East,7,,", "overall"), ("D01,East,5", "")],
)
def test_a_row_that_does_not_hold_is_named(row: str, column: str) -> None:
    refused = refusal(codebook=a_long_codebook(), sheet=LONG + row + "\n")
    assert [(fault.file, fault.row, fault.column) for fault in refused.faults] == [(DATA, 5, column)]


def test_ragged_rows_and_bad_values_are_named_together() -> None:
    refused = refusal(sheet="h1,h2,c1\n1,2\n9,2,3\n1,2,3,4\n")
    assert [(fault.row, fault.column) for fault in refused.faults] == [(2, ""), (3, "h1"), (4, "")]


def test_the_method_takes_numbers_and_is_checked_like_that_of_any_wave() -> None:
    method = {"target": 78.03, "level": 0.99, "trim": None, "lonely": "center", "merge_strata": False}
    wave = bring_in(codebook=a_long_codebook(method=method), sheet=LONG)
    chosen = {name: wave.method[name] for name in (*method, "ranks")}
    assert chosen == {**method, "target": "78.03", "level": "0.99", "ranks": True}
    assert tallies.design(wave.pk).method == wave.method


def test_what_is_chosen_beside_the_codebook_stands_above_it() -> None:
    codebook = with_method(a_long_codebook(method={"target": "60"}), {"target": "78.03"})
    assert bring_in(codebook=dict(codebook), sheet=LONG).method["target"] == "78.03"
    broken = a_long_codebook(method=3)
    assert with_method(broken, {"target": "1"}) == broken


def test_only_the_rows_of_the_wave_are_taken() -> None:
    sheet = "wave,h1,h2,c1\n1,5,4,3\n2,1,1,1\n1,4,4,4\n2,nonsense,,\n"
    wave = bring_in(codebook=a_codebook(where={"column": "wave", "value": 1}), sheet=sheet)
    assert len(people_of(wave)) == 2
    nobody = refusal(codebook=a_codebook(where={"column": "wave", "value": "3"}), sheet=sheet, name="third")
    assert nobody.faults[0].file == DATA
    refusal(codebook=a_codebook(where={"column": "year", "value": "3"}), sheet=sheet, name="third")


MARGINS = {
    "age": {
        "column": "age",
        "categories": {"18-34": 150.5, "35+": "249.5"},
        "name": {"en": "Age", "zh": "年龄"},
    },
    "sex": {"column": "sex", "categories": {"F": 210, "M": 190}},
}
AGED = "district,age,sex,h1,h2,c1\nEast,18-34,F,5,4,3\nWest,35+,,5,4,3\nWest,,,5,4,3\nWest,,M,5,4,3\n"


def test_margins_make_the_weighting_cell_of_each_person() -> None:
    wave = bring_in(
        codebook=a_codebook(margins=MARGINS),
        sheet=AGED,
        strata_column="district",
        population={"East": 100, "West": 300},
    )
    mixing.settle(wave.pk)
    design = tallies.design(wave.pk)
    assert [(one.code, one.names["zh-hans"]) for one in design.margins] == [("age", "年龄"), ("sex", "sex")]
    assert [one.population for one in design.margins[0].categories] == [Decimal("150.5"), Decimal("249.5")]
    assert (len(design.cells), design.cells[0]) == (9, (None, None))
    of = {cell: number for number, cell in enumerate(design.cells)}
    assert design.cell_people == {
        (1, of[0, 0]): 1,
        (2, of[1, None]): 1,
        (2, of[None, None]): 1,
        (2, of[None, 1]): 1,
    }
    assert design.eligible == 400
    found = next(tallies.slices(wave.pk, klass=Klass.IMPORTED))
    assert sorted(map(int, found.groups[:, 1])) == sorted(cell for _stratum, cell in design.cell_people)


def test_a_value_that_is_no_category_is_named_by_row_and_column() -> None:
    refused = refusal(codebook=a_codebook(margins=MARGINS), sheet=AGED + "East,17,F,1,2,3\n")
    assert [(fault.row, fault.column, fault.value) for fault in refused.faults] == [(6, "age", "17")]


def test_margins_that_disagree_with_the_strata_are_refused() -> None:
    given: dict[str, Any] = {"strata_column": "district", "codebook": a_codebook(margins=MARGINS)}
    refused = refusal(sheet=AGED, population={"East": 100, "West": 320}, **given)
    assert refused.faults[0].file == CODEBOOK
    assert "420" in messages(refused)
    assert "400" in messages(refused)


def test_clusters_are_numbered_within_their_stratum() -> None:
    sheet = "district,block,h1,h2,c1\nEast,b7,5,4,3\nWest,b1,5,4,3\nEast,b2,5,4,3\nEast,b7,1,1,1\n"
    clusters = {"column": "block", "population": {"East": 40}}
    wave = bring_in(codebook=a_codebook(clusters=clusters), sheet=sheet, strata_column="district")
    mixing.settle(wave.pk)
    design = tallies.design(wave.pk)
    assert [(s.code, s.clusters, s.cluster_population) for s in design.strata] == [
        ("East", 2, 40),
        ("West", 1, None),
    ]
    found = next(tallies.slices(wave.pk, klass=Klass.IMPORTED))
    assert [(int(group[0]), int(group[4])) for group in found.groups] == [(1, 1), (1, 2), (2, 1)]


def test_clusters_need_strata_and_a_cluster_in_every_row() -> None:
    sheet = "district,block,h1,h2,c1\nEast,b7,5,4,3\nWest,,5,4,3\n"
    codebook = a_codebook(clusters={"column": "block"})
    assert refusal(codebook=codebook, sheet=sheet).count == 1
    refused = refusal(codebook=codebook, sheet=sheet, strata_column="district")
    assert [(fault.row, fault.column) for fault in refused.faults] == [(3, "block")]
    nowhere = a_codebook(clusters={"column": "block", "population": {"North": 4}})
    assert (
        refusal(codebook=nowhere, sheet=sheet.replace("West,,", "West,b,"), strata_column="district").count
        == 1
    )


def test_a_department_of_another_name_is_attached_only_when_somebody_says_so() -> None:
    bring_in()
    other = a_codebook(departments={"h1": {"code": "police", "en": "Guards", "zh": "保安"}})
    with pytest.raises(DepartmentsMet) as refused:
        bring_in(codebook=other, name="second")
    assert [code for code, _file, _here in refused.value.met] == ["police"]
    assert "保安" in messages(refused.value)
    assert (
        bring_in(codebook=other, name="second", attach=True).coverage.get().department.names["en"] == "Police"
    )


def test_a_department_of_the_same_name_in_one_language_is_the_same() -> None:
    bring_in()
    other = a_codebook(departments={"h1": {"code": "police", "en": "The police", "zh": "公安"}})
    assert bring_in(codebook=other, name="second").coverage.count() == 1


@pytest.mark.skipif(not RESIDENTS.exists(), reason="2026-11-22: the cases lie beside the checkout, not in it")
def test_both_waves_of_the_worked_example_come_in_from_one_file() -> None:
    codebook = read_json((EXAMPLE / "codebook.json").read_bytes(), file=CODEBOOK)
    population = json.loads((EXAMPLE / "population.json").read_text())
    waves = [
        importing.import_wave(
            codebook={**codebook, "where": {"column": "wave", "value": value}},
            rows=read_table(RESIDENTS.read_bytes()),
            name=f"Residents {value}",
            strata_column="district",
            population=population,
            by=None,
        )
        for value in ("1", "2")
    ]
    assert waves[1].previous == waves[0]
    people = people_of(waves[1])
    rated = Counter(part for _stratum, parts, *_cell in people for part in parts)
    assert rated["d01"] == 145 + sum(parts.get("d01", "").startswith("ff") for _s, parts in people)
    mixing.settle(waves[1].pk)
    design = tallies.design(waves[1].pk)
    assert [(one.code, one.population) for one in design.strata] == list(population.items())
    assert [(one.code, one.weight) for one in design.dimensions] == [
        ("effectiveness", Decimal("0.25")),
        *((code, Decimal("0.15")) for code in ("ease", "efficiency", "transparency", "humanity", "trust")),
    ]
    assert (design.judged, design.method["merge_strata"], design.method["target"]) == (True, False, "78.03")
    first = next(tallies.slices(waves[1].pk, klass=Klass.IMPORTED))
    assert int(first.counts[:, 0, 1:6].sum()) == 145  # method em-1, §11


def dated(opened: str, closed: str) -> dict[str, Any]:
    return a_codebook(dates={"opened": opened, "closed": closed})


def test_a_wave_with_dates_was_asked_on_these_days_and_is_released_at_its_import(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    before = timezone.now()
    wave = bring_in(codebook=dated("2021-07-01", "2021-09-30"))
    assert wave.opens_at == datetime(2021, 6, 30, 16, tzinfo=UTC)
    assert wave.closed_at == wave.closes_at == datetime(2021, 9, 30, 15, 59, 59, 999999, tzinfo=UTC)
    assert wave.release_at >= before


def test_a_wave_that_closes_today_is_over_at_its_import() -> None:
    today = timezone.localdate().isoformat()
    wave = bring_in(codebook=dated(today, today))
    assert wave.opens_at < wave.closes_at == wave.release_at <= timezone.now()


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"opened": "2021-09-30", "closed": "2021-07-01"}, "the wrong way round"),
        ({"opened": "2021-02-29", "closed": "2021-07-01"}, "days that there are"),
        ({"opened": "2021-07-01"}, "days that there are"),
        ({"opened": "20210701", "closed": "2021-09-30"}, "days that there are"),
        ({"opened": 2021, "closed": None}, "days that there are"),
        ({"opened": "0001-01-01", "closed": "2021-07-01"}, "days that there are"),
        ("2021", "days that there are"),
    ],
)
def test_dates_that_are_none_are_refused(dates: Any, words: str) -> None:
    with translation.override("en"):
        assert words in messages(refusal(codebook=a_codebook(dates=dates)))


def test_a_wave_cannot_have_been_asked_tomorrow() -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    with translation.override("en"):
        refused = refusal(codebook=dated("2021-07-01", tomorrow))
        assert "still to come" in messages(refused)
    assert [(one.column, one.value) for one in refused.faults] == [("dates: closed", tomorrow)]


def test_a_dated_wave_is_compared_with_the_last_that_was_over_when_it_opened() -> None:
    spring = bring_in(name="spring", codebook=dated("2021-03-01", "2021-03-31"))
    summer = bring_in(name="summer", codebook=dated("2021-07-01", "2021-09-30"))
    overlapping = bring_in(name="overlapping", codebook=dated("2021-09-30", "2021-10-31"))
    earlier = bring_in(name="earlier", codebook=dated("2020-07-01", "2020-09-30"))
    undated = bring_in(name="undated")
    assert [one.previous for one in (spring, summer, overlapping, earlier, undated)] == [
        None,
        spring,
        spring,
        None,
        overlapping,
    ]


def test_dates_that_overlap_those_of_the_wave_named_for_comparison_are_said_to() -> None:
    summer = bring_in(name="summer", codebook=dated("2021-07-01", "2021-09-30"))
    refused = refusal(name="autumn", codebook=dated("2021-09-30", "2021-10-31"), previous=summer)
    assert [(one.file, one.column) for one in refused.faults] == [(CODEBOOK, "dates")]
    assert all(words in messages(refused) for words in ("2021-09-30", "“summer”"))
