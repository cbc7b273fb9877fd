"""What is sealed does not exist yet; every address and role is asked in `tests/house/test_before_release.py`."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reports.scorecards.models import Publication
from surveys.people.models import User

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.mark.parametrize(
    "address",
    [
        "/results/autumn/",
        "/results/autumn/parks/",
        "/results/autumn/dataset.csv",
        "/results/autumn/parks/scorecard.json",
        "/results/autumn/SHA256SUMS",
        "/api/v1/results/autumn/",
        "/api/v1/results/autumn/parks/",
    ],
)
def test_what_is_sealed_does_not_exist(sealed: Publication, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.get(address.replace("autumn", "never")).status_code == 404


def test_the_list_says_that_a_wave_is_sealed_and_until_when(sealed: Publication, client: Client) -> None:
    page = client.get(reverse("scorecards:results"), headers={"accept-language": "en"}).content.decode()
    assert "Autumn survey" in page
    assert "Sealed until" in page


def test_a_review_page_shows_coverage_and_disclosure_alone(
    sealed: Publication, logged_in: LogIn, ivo: User, dana: User
) -> None:
    address = reverse("scorecards:review", args=[sealed.pk])
    page = logged_in(ivo).get(address, headers={"accept-language": "en"}).content.decode()
    assert "may be shown" in page
    assert "87" in page
    assert logged_in(dana).get(address).status_code == 404
