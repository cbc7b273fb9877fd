"""What was published in format 2, before wordings had fingerprints, keeps its bytes and its place in the trend.

`format_2/` holds a publication with a change and its files as the software that made them wrote them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from reports import releasing
from reports.evaluations import evaluating
from reports.exports.registry import BY_FORMAT
from reports.scorecards import access
from reports.scorecards.content import FORMAT, ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from reports.scorecards.wording import sentences
from surveys.waves.models import Wave
from tests.reports.exports.laid_down import fetched, laid_down
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).parent / "format_2"
FILES = sorted(str(path.relative_to(FROZEN)) for path in FROZEN.glob("*/*") if path.name != "api.json")
TABLES = {"parks": {**PARKS, "speed": ROADS["overall"]}, "roads": {**ROADS, "speed": PARKS["overall"]}}


@pytest.fixture
def published(a_wave: Callable[..., Wave]) -> Publication:
    """The publication of `format_2/`, as it lies in a database that has been brought forward."""
    wave = a_wave(TABLES)
    return laid_down(FROZEN, wave)


@pytest.mark.parametrize("file", FILES)
def test_every_file_has_the_bytes_of_then(published: Publication, client: Client, file: str) -> None:
    address = f"/results/spring/{file.removeprefix('wave/')}"
    assert fetched(client, address) == (FROZEN / file).read_bytes()
    assert {Path(one).name for one in FILES} == {export.name for export in BY_FORMAT[2]}


@pytest.mark.parametrize("place", ["wave", "parks"])
def test_programs_are_answered_with_the_bytes_of_then(
    published: Publication, client: Client, place: str
) -> None:
    address = f"/api/v1/results/spring/{'' if place == 'wave' else 'parks/'}"
    assert fetched(client, address) == (FROZEN / place / "api.json").read_bytes()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_show_the_change_of_then(published: Publication, client: Client, language: str) -> None:
    for address in ("/results/spring/", "/results/spring/parks/"):
        page = fetched(client, f"{address}?lang={language}").decode()
        assert "+25.2" in page
        assert "chip-break" not in page


def test_what_was_not_said_then_is_not_guessed(published: Publication) -> None:
    wave = WaveContent.of(published.content)
    card = ScorecardContent.of(published.scorecards.get(department__code="parks").content)
    assert (wave.format, wave.previous_edition, card.asked, card.index_change_reason) == (2, None, "", None)
    figures = card.figures.__class__(code="parks", names={}, status="indicative")
    with translation.override("en"):
        said = sentences.change(card.__class__(**{**vars(card), "figures": figures}), wave)
    assert said.endswith("too few ratings then or now, or other words were used.")


@pytest.mark.parametrize(("text", "series"), [("How satisfied are you?", [0, 0]), ("Other words?", [0, 1])])
def test_a_wave_of_now_stands_beside_it_in_the_trend(
    published: Publication, a_wave: Callable[..., Wave], text: str, series: list[int]
) -> None:
    later = a_wave(TABLES, slug="summer", previous=published.wave, text=text)
    evaluating.evaluate(later.pk)
    releasing.release_due()
    card = Scorecard.objects.get(publication__wave=later, department__code="parks")
    assert card.content["format"] == FORMAT
    assert [one.series for one in access.history_of(card)] == series
