"""The steps of a wave say by their names what has been and what is to come."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import translation

from surveys.people.models import User
from surveys.waves import fielding
from surveys.waves.models import Klass, Wave
from surveys.waves.timelines import timeline_of

pytestmark = pytest.mark.django_db


def names(wave: Wave, *, later: timedelta = timedelta()) -> list[str]:
    """Name the steps, those to come in brackets."""
    with translation.override("en"):
        steps = timeline_of(wave, fielding.database_now() + later)
        return [f"({step.name})" if step.is_to_come else str(step.name) for step in steps]


def test_what_is_to_come_never_reads_like_the_past(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave()
    assert names(wave) == ["planned", "(opens)", "(closes)", "(to be counted)", "(to be released)"]
    wave = fielding.open_wave(wave, by=ada)
    assert names(wave) == ["plan made", "opened", "(closes)", "(to be counted)", "(to be released)"]
    wave = fielding.close_wave(wave, by=ada)
    assert names(wave) == ["plan made", "opened", "closed", "(to be counted)", "(to be released)"]
    wave.status = Wave.Status.SETTLED
    assert names(wave) == ["plan made", "opened", "closed", "counted", "(to be released)"]
    assert names(wave, later=timedelta(days=365))[-1] == "released"


def test_an_imported_wave_was_never_planned_here(a_wave: Callable[..., Wave]) -> None:
    wave = a_wave()
    wave.klass, wave.status = Klass.IMPORTED, Wave.Status.SETTLED
    assert names(wave) == ["opened", "closed", "counted", "(to be released)"]
