"""Lists of results for programs: pages, declared filters and entity tags."""

from collections.abc import Callable

import pytest
from django.test import Client

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_waves(released: Publication, a_wave: Callable[..., Wave]) -> None:
    """A judged wave, and one that people chose to take part in."""
    chosen = a_wave(
        {"parks": PARKS, "roads": ROADS}, slug="summer", klass=Klass.OPEN, strata=(("", None, 100),)
    )
    evaluating.evaluate(chosen.pk)
    releasing.release_due()


def waves(client: Client, question: str) -> list[str]:
    return [one["wave"] for one in client.get(f"/api/v1/results/?{question}").json()["results"]]


def test_released_waves_are_listed_by_page_and_narrowed_by_declared_filters(
    two_waves: None, client: Client
) -> None:
    whole = client.get("/api/v1/results/").json()
    assert (whole["count"], len(whole["results"])) == (2, 2)
    assert client.get("/api/v1/results/?limit=1").json()["next"].endswith("limit=1&offset=1")
    assert waves(client, "judged=true") == ["spring"]
    assert waves(client, "judged=false") == ["summer"]
    assert waves(client, "wave=summer") == ["summer"]
    assert set(waves(client, "department=parks")) == {"spring", "summer"}
    assert waves(client, "department=nowhere") == []


@pytest.mark.parametrize(
    "question", ["score=1", "judged=perhaps", "wave__release_at=1", "content__score__gt=5"]
)
def test_a_filter_that_is_not_declared_is_refused(two_waves: None, client: Client, question: str) -> None:
    for path in ("results", "figures"):
        assert client.get(f"/api/v1/{path}/?{question}").status_code == 400


def test_figures_of_a_department_over_all_waves(two_waves: None, client: Client) -> None:
    found = client.get("/api/v1/figures/?department=parks").json()["results"]
    assert {one["wave"] for one in found} == {"spring", "summer"}
    assert {one["figures"]["code"] for one in found} == {"parks"}
    spring = next(one for one in found if one["wave"] == "spring")
    shown = client.get("/api/v1/results/spring/parks/").json()
    assert spring["figures"] == shown["figures"]
    assert client.get("/api/v1/figures/?status=suppressed").json()["count"] == 0


def test_a_list_that_is_known_already_is_not_sent_again_until_something_is_released(
    released: Publication, client: Client, a_wave: Callable[..., Wave]
) -> None:
    for path in ("results", "figures", "takedowns"):
        address = f"/api/v1/{path}/"
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        assert client.get(f"{address}?limit=1").headers["ETag"] != tag
    evaluating.evaluate(a_wave({"parks": PARKS}, slug="later").pk)
    before = client.get("/api/v1/results/").headers["ETag"]
    releasing.release_due()
    assert client.get("/api/v1/results/").headers["ETag"] != before
