"""What was published in format 3, before papers and parts, keeps its bytes.

`format_3/` holds a publication with a change, a break, an index and flagged answers, and its files as the software that
made them wrote them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from reports.exports.models import Paper
from reports.exports.registry import BY_FORMAT, REGISTRY
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication
from surveys.waves.models import Wave
from tests.reports.exports.conftest import SMALL
from tests.reports.exports.laid_down import fetched, laid_down
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).parent / "format_3"
FILES = sorted(str(path.relative_to(FROZEN)) for path in FROZEN.glob("*/*") if path.name != "api.json")


@pytest.fixture
def published(a_wave: Callable[..., Wave]) -> Publication:
    """The publication of `format_3/`, as it lies in a database that has been brought forward."""
    wave = a_wave({"parks": PARKS, "roads": ROADS, "water": SMALL}, general={"life": PARKS["overall"]})
    return laid_down(FROZEN, wave)


@pytest.mark.parametrize("file", FILES)
def test_every_file_has_the_bytes_of_then(published: Publication, client: Client, file: str) -> None:
    assert fetched(client, f"/results/spring/{file.removeprefix('wave/')}") == (FROZEN / file).read_bytes()
    assert {Path(one).name for one in FILES} == {export.name for export in BY_FORMAT[3]}


@pytest.mark.parametrize("place", ["wave", "parks"])
def test_programs_are_answered_with_the_bytes_of_then(
    published: Publication, client: Client, place: str
) -> None:
    address = f"/api/v1/results/spring/{'' if place == 'wave' else 'parks/'}"
    assert fetched(client, address) == (FROZEN / place / "api.json").read_bytes()


def test_no_papers_are_offered_that_were_not_made_then(published: Publication, client: Client) -> None:
    assert not Paper.objects.exists()
    late = {export.name for export in REGISTRY} - {export.name for export in BY_FORMAT[3]}
    assert {"report.pdf", "report.en.xlsx", "dataset.sav", "datapackage.json"} <= late
    for place in ("/results/spring/", "/results/spring/parks/"):
        page = fetched(client, place).decode()
        for name in late:
            assert name not in page
            assert client.get(place + name).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(published: Publication, client: Client, language: str) -> None:
    for address in (
        "",
        "results/",
        *(f"results/spring/{code}" for code in ("", "parks/", "water/", "city/")),
    ):
        assert "spring" in fetched(client, f"/{address}?lang={language}").decode().lower()


def test_what_was_not_said_then_is_read_as_nothing(published: Publication) -> None:
    wave = WaveContent.of(published.content)
    card = ScorecardContent.of(published.scorecards.get(department__code="parks").content)
    assert (wave.format, wave.tree, wave.places, wave.roll_ups, card.breakdowns) == (3, (), (), (), ())
