"""What a forger can and cannot do: a forgery that keeps the method passes, one that breaks it is caught twice."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reports.evaluations import evaluating
from reports.scorecards import composing
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS
from tests.reports.trust.conftest import verified, write_files
from tests.reports.trust.second import disagreements

pytestmark = pytest.mark.django_db

FEW = {"overall": [[3, 2, 0, 0, 0], [1, 1, 1, 1, 0]]}  # nine answers
SOME = {"overall": [[4, 3, 1, 0, 0], [6, 3, 2, 1, 0]]}  # twenty
THIN = {"overall": [[3, 1, 1, 0, 0], [20, 15, 10, 5, 5]]}  # five in the north

Forge = Callable[..., Path]


@pytest.fixture
def forge(a_wave: Callable[..., Wave], tmp_path: Path) -> Forge:
    """Compute a wave with one set of parameters, and write its files, fingerprints and all, as if by another.

    `claimed` are the parameters that the files say; `change` may change a department's dataset after it was scored.
    """

    def made(
        tables: Mapping[str, Any],
        *,
        slug: str = "spring",
        claimed: Mapping[str, Any] | None = None,
        change: Callable[[dict[str, Any]], None] = lambda _dataset: None,
        **method: Any,
    ) -> Path:
        wave = a_wave(tables, slug=slug, **method)
        composed = composing.compose(evaluating.evaluate(wave.pk), number=1)
        return write_files(composed, tmp_path / slug, claimed=claimed or {}, change=change)

    return made


def test_an_honest_wave_made_this_way_agrees(forge: Forge) -> None:
    place = forge({"parks": PARKS, "roads": ROADS, "water": FEW})
    assert verified(place)[0] == 0
    assert disagreements(place) == []


def test_a_forgery_that_keeps_the_method_is_seen_only_by_a_fingerprint_kept_elsewhere(forge: Forge) -> None:
    flattered = {"overall": [[19, 14, 6, 0, 0], [23, 25, 9, 0, 0]]}
    true, false = (
        forge({"parks": PARKS, "roads": ROADS}),
        forge({"parks": flattered, "roads": ROADS}, slug="false"),
    )
    assert verified(false)[0] == 0
    assert disagreements(false) == []
    kept = (true / "SHA256SUMS").read_text()
    now = hashlib.sha256((false / "dataset.csv").read_bytes()).hexdigest()
    assert f"{now}  dataset.csv" not in kept


def double_a_population(dataset: dict[str, Any]) -> None:
    dataset["strata"][0][1] *= 2


@pytest.mark.parametrize(
    ("tables", "settings", "said"),
    [
        pytest.param(
            {"parks": PARKS, "water": FEW},
            {"minimum_base": 5, "claimed": {"minimum_base": 10}},
            "fewer than 10 may not be",
            id="nine answers are shown",
        ),
        pytest.param(
            {"parks": PARKS, "roads": THIN},
            {"merge_strata": False, "claimed": {"merge_strata": True}},
            "a group of 5 answers is told",
            id="small strata are kept apart",
        ),
        pytest.param(
            {"parks": PARKS, "roads": ROADS},
            {"target": "40", "claimed": {"target": "90"}},
            "benchmark/target: written 40, 90 follows",
            id="bands are of another target",
        ),
        pytest.param(
            {"parks": PARKS, "roads": ROADS, "water": SOME},
            {
                "judged_base": 10,
                "widest_interval": "0.99",
                "claimed": {"judged_base": 30, "widest_interval": "0.30"},
            },
            "(water)/rank_low: written",
            id="an indicative department has a rank",
        ),
        pytest.param(
            {"parks": PARKS, "roads": ROADS},
            {"change": double_a_population},
            "design.csv: row 2 (parks, north), column w",
            id="a population does not fit its weights",
        ),
        pytest.param(
            {"parks": PARKS, "roads": ROADS},
            {"level": "0.90", "claimed": {"level": "0.95"}},
            "score_low: written",
            id="intervals are narrower than is said",
        ),
    ],
)
def test_a_forgery_that_breaks_the_method_is_caught_by_both(
    forge: Forge, tables: dict[str, Any], settings: dict[str, Any], said: str
) -> None:
    place = forge(tables, **settings)
    code, lines = verified(place)
    assert code == 1
    assert said in lines
    assert disagreements(place)
