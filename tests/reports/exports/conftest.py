"""A released wave with a small department and two questions."""

from collections.abc import Callable

import pytest

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

SMALL = {"overall": [[3, 2, 0, 0, 0, 0, 0, 35], [1, 1, 1, 1, 0, 0, 0, 56]]}


@pytest.fixture
def released(a_wave: Callable[..., Wave]) -> Publication:
    """Parks and Roads with two questions, and Water that fewer than ten rated."""
    wave = a_wave(
        {"parks": {**PARKS, "speed": ROADS["overall"]}, "roads": ROADS, "water": SMALL},
        strata=(("north", 1000, 40), ("=south", 3000, 60)),
    )
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get(wave=wave)
