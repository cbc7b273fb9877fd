"""Waves for the rooms of the upper storey."""

from collections.abc import Callable

import pytest

from surveys import tallies
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports import made_waves
from tests.reports.made_waves import Door


@pytest.fixture
def door(departments: dict[str, Department], monkeypatch: pytest.MonkeyPatch) -> Door:
    """A door of tallies that answers what a test has made."""
    made = Door()
    for name in ("design", "slices", "settled_waves"):
        monkeypatch.setattr(tallies, name, getattr(made, name))
    return made


@pytest.fixture
def a_wave(door: Door) -> Callable[..., Wave]:
    """Make a settled wave from tables of counts; see `made_waves.a_wave`."""

    def make(*args: object, **kwargs: object) -> Wave:
        return made_waves.a_wave(door, *args, **kwargs)  # type: ignore[arg-type]

    return make
