"""The reference cases pass, a wrong expectation fails, and what is not offered says so."""

import copy
import csv
import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reports.estimation.cases import KINDS, run, shared_levels
from reports.estimation.cases.columns import CaseError, Frame
from reports.estimation.cases.margins import cells
from reports.estimation.cases.reading import Case

MORE = Path(__file__).parent / "cases_more"
FOUNDING = Path(__file__).resolve().parents[4] / "shared" / "method" / "cases"
SURVEY = {
    "w": ["2"] * 4 + ["3"] * 4,
    "h": ["a"] * 4 + ["b"] * 4,
    "N": ["8"] * 4 + ["12"] * 4,
    "sch.wide": ["Yes", "No", "", "Yes", "No", "Yes", "Yes", "No"],
    "y": ["1", "2", "3", "", "5", "6", "7", "9"],
}


def a_case(expected: Any, **task: Any) -> dict[str, Any]:
    return {
        "id": "own",
        "data": "survey.csv",
        "design": {"weights": "w", "strata": "h", "fpc": "N", "clusters": {}},
        "task": {"kind": "mean", "variable": "y", **task},
        "expected": expected,
        "tolerance": {"rel": 1e-9},
    }


def verdict(case: dict[str, Any]) -> str:
    return run(case, {"survey.csv": SURVEY}).verdict


def test_a_right_expectation_passes_and_a_wrong_one_fails() -> None:
    mean = (2 * 6 + 3 * 27) / 18
    assert verdict(a_case({"estimate": mean})) == "pass"
    assert verdict(a_case({"estimate": mean * (1 + 1e-7)})) == "fail"
    assert verdict(a_case({"estimate": mean, "df": 6})) == "pass"
    assert verdict(a_case({"estimate": mean, "df": 5})) == "fail"
    assert verdict(a_case({"estimate": mean, "invented": 5})) == "fail"
    assert verdict(a_case({"estimate": None})) == "fail"


def test_conditions_leave_out_what_is_missing() -> None:
    assert verdict(a_case({"estimate": (2 * 1 + 3 * 13) / 8}, where="sch.wide=='Yes'")) == "pass"
    assert verdict(a_case({"estimate": 6.75}, where="h=='b' & sch.wide not missing")) == "pass"
    assert verdict(a_case({"estimate": 3.0}, where="sch.wide missing")) == "pass"
    assert verdict(a_case({"estimate": 1}, where="nowhere==1")) == "fail"


def test_a_scalar_stands_for_a_vector_of_one() -> None:
    whole = {"groups": {"h": "b"}, "estimate": 6.75}
    case = a_case(whole, kind="domain_mean", by="h", where="h=='b'")
    assert verdict(case) == "pass"
    case["expected"] = {"groups": {"h": ["b"]}, "estimate": [6.75]}
    assert verdict(case) == "pass"
    case["expected"] = {"groups": {"h": ["a", "b"]}, "estimate": [2.0, 6.75]}
    assert verdict(case) == "fail"


def test_an_unknown_kind_is_unsupported_and_a_lonely_stratum_refused() -> None:
    assert verdict(a_case({}, kind="crystal_ball")) == "unsupported"
    assert verdict(a_case({}, kind="rao_scott_F", statistic="Wald")) == "unsupported"
    lonely = a_case({"fail": {"estimate": 4.0, "se": None}}, lonely="fail")
    lonely["design"] = {"weights": "w", "strata": ["h", "y"]}
    assert "se" not in str(run(lonely, {"survey.csv": SURVEY}).reasons).split("fail.")[0]
    assert verdict({**lonely, "expected": {"fail": {"se": None}}}) == "pass"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("y", [1, 2, 3]),
        ("score=(y-1)*25", [0, 25, 50]),
        ("y>=2 & y<3", [0, 1, 0]),
        ("!(y==2) | FALSE", [1, 0, 1]),
        ("I(y %in% c(1,3))", [1, 0, 1]),
        ("-y^2 + 2*y", [1, 0, -3]),
        ("is.na(t)", [0, 1, 0]),
        ("t!='u'", [0, None, 1]),
        ("y==2 or is.na(t) and not (y<2)", [0, 1, 0]),
        ("y in c(1,3)", [1, 0, 1]),
    ],
)
def test_expressions_read_as_in_r(expression: str, expected: list[float | None]) -> None:
    frame = Frame({"y": ["1", "2", "3"], "t": ["u", "", "v"]})
    got = [None if math.isnan(v) else v for v in frame.number(expression).tolist()]
    assert got == expected


@pytest.mark.parametrize("expression", ["t", "y +", "__import__('os')", "y == 'a' > 'b'"])
def test_expressions_do_nothing_else(expression: str) -> None:
    with pytest.raises(CaseError):
        Frame({"y": ["1"], "t": ["u"]}).number(expression)


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(MORE, id="more"),
        pytest.param(
            FOUNDING,
            id="founding",
            marks=pytest.mark.skipif(
                not FOUNDING.exists(), reason="2026-11-22: the founding cases lie beside the repository only"
            ),
        ),
    ],
)
def test_every_case_passes_and_notices_a_changed_number(folder: Path) -> None:
    out = StringIO()
    call_command("check_method", str(folder), stdout=out)
    cases = json.loads((folder / "cases.json").read_text())["cases"]
    assert out.getvalue().splitlines()[-1] == f"{len(cases)} passed, 0 failed, 0 unsupported"
    levels = shared_levels(cases)
    for case in cases:
        files = {}
        for path in [case["data"]] if isinstance(case["data"], str) else case["data"]:
            header, *rows = list(csv.reader((folder / path).open(newline="")))
            files[path] = {name: [row[i] for row in rows] for i, name in enumerate(header)}
        wrong = copy.deepcopy(case)
        if _disturbed(wrong["expected"]):
            assert run(wrong, files, levels=levels).verdict == "fail", case["id"]


def test_data_that_cannot_be_read_fail_their_case_alone(tmp_path: Path) -> None:
    lost = {**a_case({"estimate": 1.0}), "data": "nowhere.csv", "id": "lost"}
    ragged = {**a_case({"estimate": 1.0}), "data": "ragged.csv", "design": {}, "id": "ragged"}
    found = {**a_case({"estimate": 2.0}), "data": "y.csv", "design": {}, "id": "found"}
    (tmp_path / "ragged.csv").write_text("y,x\n1,2\n3\n")
    (tmp_path / "y.csv").write_text("\ufeffy\n1\n\n3\n", encoding="utf-8")
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [lost, ragged, found]}))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_method", str(tmp_path), stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["lost", "fail"],
        ["ragged", "fail"],
        ["found", "pass"],
    ]
    assert "nowhere.csv" in lines[0]
    assert lines[3] == "1 passed, 2 failed, 0 unsupported"


def test_the_cases_beside_the_tests_cover_every_kind() -> None:
    kinds = {case["task"]["kind"] for case in json.loads((MORE / "cases.json").read_text())["cases"]}
    assert set(KINDS) == kinds


NOBODY = {"kind": "mean", "where": "h=='c'"}


@pytest.mark.parametrize("word", [None, math.nan, "NaN", "NA", "NotEstimable(no_answers)", "not comparable"])
def test_no_number_meets_null_nan_and_the_words_for_it(word: Any) -> None:
    assert verdict(a_case({"estimate": word, "se": word, "reason": "nobody"}, **NOBODY)) == "pass"
    assert verdict(a_case(word, **NOBODY)) == "pass"
    assert verdict(a_case({"estimate": word})) == "fail"
    assert verdict(a_case(word)) == "fail"


@pytest.mark.parametrize("number", [0, 0.0, 3.5])
def test_no_number_never_meets_a_number(number: float) -> None:
    assert verdict(a_case({"estimate": number}, **NOBODY)) == "fail"
    assert verdict(a_case({"estimate": None, "se": number}, **NOBODY)) == "fail"
    lonely = a_case({"estimate": 27 / 4, "se": number}, where="h=='b'")
    lonely["design"] = {"weights": "w", "strata": ["h", "y"]}
    assert verdict(lonely) == "fail"


def test_a_refused_kind_passes_only_where_nothing_is_expected() -> None:
    alone = {"kind": "ttest", "group": "h", "where": "h=='b'"}
    assert verdict(a_case({"diff": None, "t": None, "df": 3}, **alone)) == "pass"
    assert verdict(a_case({"diff": 1.0, "t": None}, **alone)) == "fail"


def test_cases_of_one_evaluation_share_the_level_that_one_of_them_states() -> None:
    stated = {**a_case({}, ci={"level": 90}), "topic": "evaluation"}
    assert shared_levels([stated, a_case({}, level=0.99)]) == {"survey.csv": 0.9}
    other = {**a_case({}, level=0.99), "topic": "evaluation"}
    assert shared_levels([stated, other]) == {}
    blank = a_case({"df": 6})
    narrow = KINDS["mean"](Case(blank, [Frame(SURVEY)], level=0.9))
    case = a_case({"df": 6, "ci_low": narrow["ci_low"]})
    assert run(case, {"survey.csv": SURVEY}, levels={"survey.csv": 0.9}).verdict == "pass"
    assert run(case, {"survey.csv": SURVEY}, levels={"survey.csv": 0.99}).verdict == "fail"
    assert run(case, {"survey.csv": SURVEY}).verdict == "fail"


@pytest.mark.parametrize(
    "population",
    [
        {"a.Yes": 7, "a.No": 3, "b.Yes": 8, "b.No": 4},
        {"Yes:a": 7, "No:a": 3, "Yes:b": 8, "No:b": 4},
        {"a": {"Yes": 7, "No": 3}, "b": {"Yes": 8, "No": 4}},
        {"h": ["a", "a", "b", "b"], "t": ["Yes", "No", "Yes", "No"], "Freq": [7, 3, 8, 4]},
        [
            {"h": h, "t": t, "N": n}
            for h, t, n in (("a", "Yes", 7), ("a", "No", 3), ("b", "Yes", 8), ("b", "No", 4))
        ],
    ],
)
def test_crossed_totals_read_the_same_in_every_spelling(population: Any) -> None:
    frame = Frame({"h": ["a", "a", "b", "b"], "t": ["No", "Yes", "Yes", "No"]})
    named = ["t", "h"] if isinstance(population, dict) and "Yes:a" in population else ["h", "t"]
    found = cells(frame, named, population)
    assert [float(found.totals[i]) for i in found.label] == [3, 7, 8, 4]


def test_a_record_without_a_total_is_refused() -> None:
    with pytest.raises(CaseError, match="lacks a total"):
        cells(Frame({"h": ["a", "z"]}), "h", {"a": 3})
    with pytest.raises(CaseError, match="is called"):
        cells(Frame({"h": ["a"], "t": ["b"]}), ["h", "t"], {"a b c": 3})


def _disturbed(expected: Any) -> bool:
    """Change the first computed number of an expectation by a tenth; inputs and names stay."""
    items = expected.items() if isinstance(expected, dict) else enumerate(expected)
    for key, value in items:
        if key in ("groups", "x", "n", "weight_cells", "p", "rank", "df", "n_items"):
            continue
        if isinstance(value, dict | list) and _disturbed(value):
            return True
        if isinstance(value, int | float) and not isinstance(value, bool):
            expected[key] = value * 1.1 + 1
            return True
    return False
