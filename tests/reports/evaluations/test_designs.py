"""Raked, post-stratified, clustered and standardised waves: from the published dataset alone, what R's survey says.

`designs/make_expected.R` simulated the people and computed the expected figures.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reports.evaluations import datasets, measuring
from reports.evaluations.layers import layers_of
from surveys.tallies import Slice, WaveDesign
from tests.reports.simulated_wave import AGES, HERE, SEXES, a_design, margin

EXPECTED: dict[str, dict[str, float]] = json.loads((HERE / "expected.json").read_text())


def measured(design: WaveDesign, found: Slice) -> dict[str, Any]:
    """Measure from the dataset as it is written and read again."""
    layers = layers_of(design)
    assert not layers.refused
    written = datasets.dataset_of(design, design.departments[0], found, layers).document()
    dataset = datasets.Dataset.of(json.loads(json.dumps(written)))
    return {one.indicator: one for one in measuring.measure(dataset, design) if not one.item}


DESIGNS: dict[str, Callable[[], tuple[WaveDesign, Slice]]] = {
    "plain": a_design,
    "raked": lambda: a_design(margin("age", AGES), margin("sex", SEXES)),
    "poststratified": lambda: a_design(margin("age", AGES)),
    "clustered": lambda: a_design(clustered=True),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_gives_the_figures_of_r(name: str) -> None:
    found, expected = measured(*DESIGNS[name]()), EXPECTED[name]
    score, rate, index = (found[code].estimate for code in ("score", "satisfaction", "index"))
    for figure, value in (
        ("score", score["value"]),
        ("score_se", score["se"]),
        ("score_low", score["low"]),
        ("score_high", score["high"]),
        ("df", score["df"]),
        ("satisfaction", rate["value"]),
        ("satisfaction_se", rate["se"]),
        ("satisfaction_low", rate["low"]),
        ("satisfaction_high", rate["high"]),
        ("index", index["value"]),
        ("index_se", index["se"]),
    ):
        assert float(value) == pytest.approx(expected[figure], rel=1e-7), figure


def test_the_compared_score_is_standardised_to_the_declared_mix() -> None:
    mix = {"margin": "age", "shares": {"young": "0.3", "middle": "0.4", "old": "0.3"}}
    found = measured(*a_design(margin("age", AGES), margin("sex", SEXES), standard=mix))
    expected = EXPECTED["standardised"]
    assert float(found["standardised"].estimate["value"]) == pytest.approx(expected["score"], rel=1e-7)
    assert float(found["standardised"].estimate["se"]) == pytest.approx(expected["score_se"], rel=1e-7)
    assert float(found["score"].estimate["value"]) == pytest.approx(EXPECTED["raked"]["score"], rel=1e-7)
