"""The table of indicators: complete, named in both languages, and leading to functions that exist."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.evaluations import evaluating
from reports.evaluations.models import Measurement
from reports.indicators import INDICATORS, indicator
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

METHODOLOGY = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


@pytest.mark.parametrize("one", INDICATORS, ids=lambda one: one.code)
def test_an_indicator_is_named_and_leads_to_its_arithmetic(one: object) -> None:
    found = indicator(getattr(one, "code"))  # noqa: B009
    assert set(found.names) == {"zh-hans", "en"}
    assert f"## {found.section}. " in METHODOLOGY.read_text()
    if found.estimator:
        module, name = found.estimator.split(".")
        assert hasattr(importlib.import_module(f"reports.estimation.{module}"), name)


def test_an_unknown_indicator_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match="score, satisfaction"):
        indicator("happiness")


@pytest.mark.django_db
def test_nothing_is_measured_that_the_table_does_not_name(a_wave: Callable[..., Wave]) -> None:
    first = a_wave({"parks": PARKS, "roads": ROADS}, slug="first")
    wave = a_wave({"parks": PARKS, "roads": ROADS}, slug="second", previous=first)
    evaluating.evaluate(wave.pk)
    measured = set(Measurement.objects.values_list("indicator", flat=True))
    assert measured <= {one.code for one in INDICATORS}
    assert measured >= {
        "score",
        "satisfaction",
        "good_rate",
        "grades",
        "answers",
        "expected",
        "change",
        "rank",
    }
