"""Waves for the rooms of the upper storey, without the papers that take longer to print than a test takes."""

from collections.abc import Callable

import pytest

from reports.exports.labelled import LabelledDataset
from reports.exports.printed.report import PrintedReport
from reports.exports.workbook import Workbook
from surveys import tallies
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports import made_waves
from tests.reports.made_waves import Door

ABOUT_PAPERS = {"exports", "trust", "notices"}  # rooms whose tests are about papers, too


@pytest.fixture(autouse=True)
def _no_papers_but_where_they_are_wanted(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the printer refuse, as it may; what could not be made is not offered."""
    if request.path.parent.name in ABOUT_PAPERS:
        return

    def refuse(*_anything: object) -> bytes:
        raise ValueError("Nothing is printed here.")

    for kind in (PrintedReport, Workbook, LabelledDataset):
        monkeypatch.setattr(kind, "made", refuse)


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
