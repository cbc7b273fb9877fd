"""Before its release nobody reads a score, by any route of the upper storey."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.urls.resolvers import RoutePattern

from reports import urls
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import User

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, list[str]]]:
    """Yield every route with its parameters, straight from the addresses."""
    for pattern in patterns:
        assert isinstance(pattern.pattern, RoutePattern)
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            yield whole, list(pattern.pattern.converters)


def addresses(publication: Publication, card: Scorecard) -> list[str]:
    """Fill every route with the sealed wave's names."""
    values = {"wave": "autumn", "department": "parks", "wave_id": str(publication.wave_id)}
    found = []
    for route, _parameters in [*routes(urls.urlpatterns), *routes(urls.api_urlpatterns, "/api/v1/")]:
        pk = str(card.pk if route == "/office/scorecards/<int:pk>/" else publication.pk)
        address = route
        for name, value in {**values, "pk": pk}.items():
            address = re.sub(rf"<\w+:{name}>", value, address)
        found += [address, f"{address}?number=1"]
        found.append(address.replace("autumn", str(publication.wave_id)))
    return found


def figures(publication: Publication) -> set[str]:
    """Every number that must not be seen, as published and as rounded."""
    seen: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str) and re.fullmatch(r"-?\d+\.\d{3,}", value):
            seen.add(value)
            seen.add(f"{float(value):.1f}")
            seen.add(f"{float(value) * 100:.1f}%")

    for card in publication.scorecards.all():
        walk(card.content)
    return {
        figure for figure in seen if len(figure) >= 4 and not figure.startswith(("0.", "1.", "2.", "3.", "-"))
    }


def test_no_route_tells_a_sealed_score_to_anybody(
    sealed: Publication,
    logged_in: LogIn,
    ada: User,
    ivo: User,
    dana: User,
    omar: User,
    auditor: User,
    admin_user: User,
) -> None:
    secret = figures(sealed)
    assert {"69.4642857143", "69.5", "70.0%"} & secret
    card = Scorecard.objects.get(publication=sealed, department__code="parks")
    clients = [Client(), *map(logged_in, (ada, ivo, dana, omar, auditor, admin_user))]
    for address in addresses(sealed, card):
        for client in clients:
            answer = client.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            # The seconds of a moment may look like a score.
            text = re.sub(r"\d\d:\d\d:\d\d\.\d+", "", body.decode())
            told = [figure for figure in secret if figure in text]
            assert not told, (address, told)
            assert answer.status_code < 500, address


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
