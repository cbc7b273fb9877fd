"""Breakdowns as parts of the sample: R's figures, and every figure from the dataset document alone."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from scipy.stats import t as student

from reports.evaluations import datasets, measuring
from reports.evaluations.layers import layers_of
from surveys.tallies import MarginDesign, Slice, WaveDesign
from tests.reports.evaluations.broken_waves import broken_down, declared, groups
from tests.reports.simulated_wave import AGES, HERE, SEXES, a_design, margin

EXPECTED: dict[str, Any] = json.loads((HERE / "parts.json").read_text())

FOUR = {"north": (1000, 80), "south": (3000, 120), "east": (600, 40), "west": (400, 30)}
MANY = ([20, 25, 9, 4, 2], [12, 28, 25, 15, 8], [9, 9, 6, 4, 4], [6, 6, 4, 2, 2])

# --- the arithmetic -----------------------------------------------------------------------------------------

UNMET = margin("age", {**AGES, "ancient": 500}), margin("sex", SEXES)  # cannot be met: weights stay N/n
MET = margin("age", AGES), margin("sex", SEXES)
FIGURES = (
    "n",
    "score",
    "score_se",
    "score_low",
    "score_high",
    "satisfaction",
    "satisfaction_low",
    "satisfaction_high",
)


@pytest.mark.parametrize(("name", "margins"), [("plain", UNMET), ("raked", MET)])
@pytest.mark.parametrize("by", ["place", "age", "sex"])
def test_parts_of_the_sample_have_the_figures_of_r(
    name: str, margins: tuple[MarginDesign, ...], by: str
) -> None:
    _dataset, found = broken_down(*a_design(*margins))
    told, expected = groups(found[by]), EXPECTED[name][by]
    for code, figures in expected["groups"].items():
        for figure in FIGURES:
            assert float(told[code][figure]) == pytest.approx(figures[figure], rel=1e-7), (code, figure)
        assert told[code]["status"] == "publishable"
    for figure, value in expected["gap"].items():
        assert float(found[by]["gap"][figure]) == pytest.approx(value, rel=1e-6), figure


def test_the_city_as_a_whole_has_the_figures_of_the_department() -> None:
    wave, found = declared(FOUR, MANY)
    dataset = datasets.dataset_of(wave, wave.departments[0], found, layers_of(wave))
    score = next(one for one in measuring.measure(dataset, wave) if one.indicator == "score")
    city = groups(broken_down(wave, found)[1]["place"])["city"]
    for figure in ("value", "se", "low", "high"):
        name = "score" if figure == "value" else f"score_{figure}"
        assert city[name] == score.estimate[figure]
    assert (city["n"], city["status"]) == (score.n, score.status)


def test_a_group_that_agrees_has_a_score_without_an_interval_and_is_no_side_of_a_gap() -> None:
    lines = ([0, 40, 0, 0, 0], [12, 28, 25, 15, 8], [9, 9, 6, 4, 4], [30, 40, 5, 2, 1])
    _dataset, found = broken_down(*declared({**FOUR, "west": (4000, 200)}, lines))
    north = groups(found["place"])["north"]
    assert (north["score"], north["score_se"], north["score_low"]) == ("75", None, None)
    assert (north["satisfaction"], north["status"]) == ("1", "indicative")
    assert (found["place"]["gap"]["lower"], found["place"]["gap"]["upper"]) == ("south", "west")


def test_a_small_difference_is_no_difference_however_sure_it_is() -> None:
    strata = {"north": (90_000, 9_000), "south": (90_000, 9_000)}
    lines = ([2000, 2000, 2000, 1000, 1000], [2000, 2000, 1900, 1100, 1100])
    for smallest, shown in (("3", False), ("0.5", True)):
        gap = broken_down(*declared(strata, lines, smallest_change=smallest))[1]["place"]["gap"]
        assert float(gap["p_holm"]) < 0.05
        assert abs(float(gap["difference"])) < 3
        assert gap["shown"] is shown


# --- from the document alone --------------------------------------------------------------------------------


def recomputed(document: Mapping[str, Any], chosen: Sequence[int]) -> tuple[int, float, float, float]:
    """n, score, se and df of some groups of the dataset, with nothing but its JSON at hand."""
    rows = [(group, counts) for _item, group, counts in document["rows"] if group in chosen]
    weight = {group: float(row[2]) for group, row in enumerate(document["groups"])}
    home = {group: row[0] for group, row in enumerate(document["groups"])}
    total = math.fsum(weight[group] * sum(counts) for group, counts in rows)
    points = (0, 25, 50, 75, 100)
    theta = (
        math.fsum(weight[g] * n * s for g, counts in rows for n, s in zip(counts, points, strict=True))
        / total
    )
    n, variance, strata = (
        sum(sum(counts) for _group, counts in rows),
        0.0,
        {home[group] for group, _c in rows},
    )
    for stratum in strata:
        u = [
            (weight[g] * (s - theta) / total, k)
            for g, counts in rows
            if home[g] == stratum
            for k, s in zip(counts, points, strict=True)
        ]
        _name, population, people, *_psus = document["strata"][stratum]
        first, second = math.fsum(a * k for a, k in u), math.fsum(a * a * k for a, k in u)
        variance += (1 - people / population) * people / (people - 1) * (second - first**2 / people)
    return n, theta, math.sqrt(max(variance, 0.0)), n - len(strata)


def chosen_by(document: Mapping[str, Any], by: str, code: str, tree: Mapping[str, str | None]) -> list[int]:
    def inside(stratum: str) -> bool:
        above: str | None = stratum
        while above is not None and above != code:
            above = tree.get(above)
        return above == code

    if by != "place":
        return [g for g, row in enumerate(document["groups"]) if f"{by}={code}" in row[4].split(" ")]
    named = [document["strata"][row[0]][0] for row in document["groups"]]
    return [g for g, name in enumerate(named) if name == code or all(map(inside, name.split("+")))]


@st.composite
def waves(draw: st.DrawFn) -> tuple[WaveDesign, Slice, dict[str, str | None]]:
    """Up to six strata in a tree of two floors, with or without a margin of two or three ages."""
    count = draw(st.integers(2, 6))
    strata = {
        f"s{number}": (draw(st.integers(1000, 9000)), draw(st.integers(400, 900))) for number in range(count)
    }
    tree: dict[str, str | None] = {"city": None, "old": "city", "new": "city"}
    tree |= {code: draw(st.sampled_from(["city", "old", "new"])) for code in strata}
    population = sum(size for size, _n in strata.values())
    ages = draw(st.sampled_from([(), ("young", "old"), ("young", "middle", "old")]))
    margins = [margin("age", {one: population // len(ages) for one in ages})] if ages else []
    grades = st.one_of(*(st.lists(st.integers(0, most), min_size=5, max_size=5) for most in (0, 4, 20)))
    layers = count * (len(ages) + 1 if ages else 1)
    lines = draw(st.lists(grades, min_size=layers, max_size=layers))
    return (*declared(strata, lines, *margins, tree=tree), tree)


@settings(deadline=None)  # a busy machine is no fault of a figure
@given(waves())
def test_every_figure_follows_from_the_dataset_document(
    made: tuple[WaveDesign, Slice, dict[str, str | None]],
) -> None:
    wave, found, tree = made
    document, told = broken_down(wave, found)
    answered = sum(sum(counts) for _item, _group, counts in document["rows"])
    for by, breakdown in told.items():
        for one in breakdown["groups"]:
            if one["n"] is None:
                continue
            chosen = chosen_by(document, by, one["code"], tree)
            n, theta, se, df = recomputed(document, chosen)
            assert one["n"] == n >= 10
            assert float(one["score"]) == pytest.approx(theta, rel=1e-9, abs=1e-9)
            if one["score_se"] is not None:
                reach = student.ppf(0.975, df) * se
                assert float(one["score_se"]) == pytest.approx(se, rel=1e-7)
                assert float(one["score_high"]) - float(one["score"]) == pytest.approx(reach, rel=1e-7)
        above = ("city", "old", "new") if by == "place" else ()
        leaves = [one for one in breakdown["groups"] if one["code"] not in above]
        if by == "place":
            assert sum(one["n"] for one in leaves) == answered, "nobody is left out"
        straddled = [row for row in document["groups"] if row[4].count(f"{by}=") > 1]
        for one in leaves:
            assert one["n"] is None or not any(f"{by}={one['code']}" in row[4].split() for row in straddled)
        check_gap([one for one in leaves if one["status"] == "publishable"], breakdown["gap"])


def check_gap(firm: Sequence[Mapping[str, Any]], gap: Mapping[str, Any] | None) -> None:
    pairs = {frozenset(names): (apart, error) for apart, error, *names in _pairs(firm)}
    assert (gap is None) == (not pairs)
    if gap is None:
        return
    told = frozenset((gap["lower"], gap["upper"]))
    holm, running = {}, 0.0
    ordered = sorted((2 * norm.sf(apart / error), sorted(names)) for names, (apart, error) in pairs.items())
    for rank, (p, names) in enumerate(ordered):
        running = max(running, min(1.0, (len(pairs) - rank) * p))
        holm[frozenset(names)] = running
    widest, error = pairs[told]
    assert widest == pytest.approx(max(pairs.values())[0], abs=1e-9)
    assert float(gap["difference"]) == pytest.approx(widest, rel=1e-6, abs=1e-6)
    assert float(gap["high"]) - float(gap["low"]) == pytest.approx(2 * norm.ppf(0.975) * error, rel=1e-6)
    assert float(gap["p_holm"]) == pytest.approx(holm[told], rel=1e-4, abs=1e-9)
    assert gap["shown"] == (float(gap["p_holm"]) < 0.05 and float(gap["difference"]) >= 3)


def _pairs(firm: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, float, str, str]]:
    for place, one in enumerate(firm):
        for other in firm[place + 1 :]:
            apart = abs(float(one["score"]) - float(other["score"]))
            error = math.hypot(float(one["score_se"]), float(other["score_se"]))
            yield apart, error, one["code"], other["code"]
