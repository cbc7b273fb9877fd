"""What was published in format 1 stays readable: every page, file and answer, the files with the bytes of then.

`format_1/` holds a publication and its files as the software that made them wrote them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client

from reports import releasing
from reports.analyses import analysing
from reports.analyses.models import Analysis
from reports.evaluations import evaluating
from reports.evaluations.models import Progress
from reports.exports.registry import BY_FORMAT, REGISTRY
from reports.scorecards import access, publishing
from reports.scorecards.content import FORMAT, ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.reports.exports.laid_down import fetched, laid_down
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).parent / "format_1"
FILES = sorted(str(path.relative_to(FROZEN)) for path in FROZEN.glob("*/*") if path.name != "api.json")
CODES = ("parks", "roads", "water", "city")
LINES = {"overall": PARKS["overall"], "speed": ROADS["overall"], "courtesy": PARKS["overall"]}


@pytest.fixture
def published(a_wave: Callable[..., Wave]) -> Publication:
    """The publication of `format_1/`, as it lies in a database that has been brought forward."""
    tables = {"parks": LINES, "roads": LINES, "water": LINES}
    wave = a_wave(tables, general={"life": PARKS["overall"]})
    return laid_down(FROZEN, wave)


def address_of(file: str) -> str:
    """Where a file of `format_1/` is offered."""
    return f"/results/spring/{file.removeprefix('wave/')}"


@pytest.mark.parametrize("file", FILES)
def test_every_file_has_the_bytes_of_then(published: Publication, client: Client, file: str) -> None:
    assert fetched(client, address_of(file)) == (FROZEN / file).read_bytes()
    assert fetched(client, f"{address_of(file)}?number=1") == (FROZEN / file).read_bytes()


def test_the_files_of_then_are_offered_and_no_others(published: Publication, client: Client) -> None:
    names = [export.name for export in BY_FORMAT[1]]
    assert {Path(file).name for file in FILES} == set(names)
    for place in ("/results/spring/", "/results/spring/parks/"):
        page = fetched(client, place).decode()
        offered = [export.name for export in REGISTRY if f'href="{export.name}"' in page]
        assert offered == names
        assert client.get(f"{place}residuals.csv").status_code == 404


@pytest.mark.parametrize("place", ["wave", "parks"])
def test_programs_are_answered_with_the_bytes_of_then(
    published: Publication, client: Client, place: str
) -> None:
    address = f"/api/v1/{address_of('' if place == 'wave' else 'parks/').removeprefix('/')}"
    assert fetched(client, address) == (FROZEN / place / "api.json").read_bytes()
    (listed,) = client.get("/api/v1/results/").json()["results"]
    assert (listed["wave"], listed["content_hash"]) == ("spring", published.content_hash)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers(
    published: Publication, client: Client, ivo: User, logged_in: Callable[[User], Client], language: str
) -> None:
    figures = WaveContent.of(published.content).departments[0]
    assert figures.score is not None
    for place in ("", "results/", "results/spring/", *(f"results/spring/{code}/" for code in CODES)):
        page = fetched(client, f"/{place}?lang={language}").decode()
        assert "spring" in page.lower()
    assert figures.score[:4] in fetched(client, "/results/spring/parks/").decode()
    office = logged_in(ivo)
    parks = Scorecard.objects.get(department__code="parks")
    for place in ("", f"{parks.pk}/", f"releases/{published.pk}/"):
        assert office.get(f"/office/scorecards/{place}?lang={language}").status_code == 200


def test_what_was_not_said_then_is_read_as_nothing(published: Publication) -> None:
    wave = WaveContent.of(published.content)
    assert (wave.format, wave.margins, wave.battery, wave.order_hangs_on_weights) == (1, (), None, ())
    for card in published.scorecards.all():
        content = ScorecardContent.of(card.content)
        assert (content.format, content.self_selected, content.comparable) == (1, None, True)
        assert content.figures.index_se is None


def test_there_is_no_analysis_of_it_and_none_is_promised(published: Publication, client: Client) -> None:
    assert analysing.analyse_due() == 0
    assert not Analysis.objects.exists()
    assert "/results/spring/analysis/" not in fetched(client, "/results/spring/").decode()
    for address in ("/results/spring/analysis/", "/results/spring/analysis.json", "/api/v1/analyses/spring/"):
        assert client.get(address).status_code == 404


def test_a_correction_is_of_the_format_of_now_and_the_first_stays_as_it_was(
    published: Publication, client: Client, ivo: User
) -> None:
    assert evaluating.evaluate(published.wave_id).progress == Progress.DONE
    publishing.correct(published, reason="Counted anew.", by=ivo)
    assert releasing.release_due()
    assert access.published_wave("spring").content["format"] == FORMAT
    assert fetched(client, "/results/spring/dataset.csv") != (FROZEN / "wave/dataset.csv").read_bytes()
    assert client.get("/results/spring/residuals.csv").status_code == 200
    for file in FILES:
        assert fetched(client, f"{address_of(file)}?number=1") == (FROZEN / file).read_bytes()
    for place in ("", "parks/"):
        assert "superseded" in fetched(client, f"/results/spring/{place}?number=1&lang=en").decode()
    with pytest.raises(ObjectDoesNotExist):
        access.published_wave("spring", 3)
