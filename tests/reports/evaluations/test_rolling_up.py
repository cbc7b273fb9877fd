"""Roll-ups: every department below counts once, only the publishable ones, and nothing is told of one alone."""

import math
from dataclasses import replace

import pytest

from reports.evaluations.measuring import Measured
from reports.evaluations.rolling_up import roll_up
from surveys.tallies import NodeDesign, WaveDesign
from tests.reports.simulated_wave import a_design

TREE = {"city": None, "works": "city", "parks": "works", "roads": "works", "lanes": "roads", "water": "city"}


def a_wave(*rated: str, **changed: object) -> WaveDesign:
    plain, _found = a_design()
    departments = tuple(
        replace(plain.departments[0], id=place, code=code) for place, code in enumerate(rated)
    )
    tree = tuple(NodeDesign(code, {"en": code}, parent) for code, parent in TREE.items())
    return replace(plain, departments=departments, tree=tree, **changed)  # type: ignore[arg-type]


def score(value: str, se: str, status: str = "publishable") -> Measured:
    digits = {"value": value, "se": se, "low": value, "high": value, "df": "40"}
    return Measured("score", "", status, 100, digits)


SCORES = {
    "parks": score("80", "3"),
    "roads": score("60", "4"),
    "lanes": score("70", "0.5"),
    "water": score("50", "2"),
}


def test_each_department_below_counts_once_at_whatever_depth() -> None:
    found = {one["code"]: one for one in roll_up(a_wave("water", "parks", "roads", "lanes"), SCORES)}
    assert list(found) == ["city", "works"], "one department below the roads is no mean"
    assert (found["city"]["departments"], found["city"]["below"]) == (["water", "parks", "roads", "lanes"], 4)
    works = found["works"]
    assert (works["departments"], works["below"]) == (["parks", "roads", "lanes"], 3)
    assert works["score"] == "70"
    se = math.sqrt(9 + 16 + 0.25) / 3
    assert float(works["score_se"]) == pytest.approx(se)
    assert float(works["score_high"]) == pytest.approx(70 + 1.959963984540054 * se)
    assert float(works["score_low"]) == pytest.approx(70 - 1.959963984540054 * se)


def test_what_is_only_indicative_or_hidden_does_not_count_but_is_said_to_be_there() -> None:
    some = {
        **SCORES,
        "roads": score("60", "4", "indicative"),
        "lanes": Measured("score", "", "suppressed", None),
    }
    found = {one["code"]: one for one in roll_up(a_wave("water", "parks", "roads", "lanes"), some)}
    assert list(found) == ["city"]
    assert (found["city"]["departments"], found["city"]["below"]) == (["water", "parks"], 4)
    assert found["city"]["score"] == "65"


def test_a_wave_that_may_not_judge_has_none() -> None:
    assert roll_up(a_wave("parks", "roads", judged=False), SCORES) == []
