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

from reports.estimation.cases import KINDS, run
from reports.estimation.cases.columns import CaseError, Frame

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
    assert verdict(a_case({}, kind="replicate_se")) == "unsupported"
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


@pytest.mark.skipif(
    not FOUNDING.exists(), reason="2026-11-22: the founding cases lie beside the repository only"
)
def test_every_founding_case_passes_and_notices_a_changed_number(capsys: pytest.CaptureFixture[str]) -> None:
    out = StringIO()
    call_command("check_method", str(FOUNDING), stdout=out)
    assert out.getvalue().splitlines()[-1].split(",")[1:] == [" 0 failed", " 1 unsupported"]
    for case in json.loads((FOUNDING / "cases.json").read_text())["cases"]:
        if case["task"]["kind"] in KINDS:
            files = {}
            for path in [case["data"]] if isinstance(case["data"], str) else case["data"]:
                header, *rows = list(csv.reader((FOUNDING / path).open(newline="")))
                files[path] = {name: [row[i] for row in rows] for i, name in enumerate(header)}
            wrong = copy.deepcopy(case)
            assert _disturbed(wrong["expected"])
            assert run(wrong, files).verdict == "fail", case["id"]


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
