"""A released and a sealed wave about Parks and Roads."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS


@pytest.fixture
def released(a_wave: Callable[..., Wave]) -> Publication:
    """A wave whose release time has come."""
    wave = a_wave({"parks": PARKS, "roads": ROADS}, general={"live": PARKS["overall"]})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get(wave=wave)


@pytest.fixture
def sealed(a_wave: Callable[..., Wave]) -> Publication:
    """A wave that is evaluated and waits for its release time."""
    wave = a_wave({"parks": PARKS, "roads": ROADS}, slug="autumn", release_in=timedelta(days=30))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get(wave=wave)
