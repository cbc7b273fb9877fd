"""Every route and who may pass. A route that is missing from the table fails, so nobody forgets to decide.

Anybody · staff with a role · staff whose role may do a deed (`roles.MAY`). The addresses are generated from the URL
configuration; path arguments point at a small real city, so that a refusal is a refusal and not a missing object.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from surveys.people.models import Department, Role, User
from surveys.people.roles import MAY, Deed
from surveys.questionnaires import drafting
from surveys.waves import fielding
from tests.conftest import published
from tests.house.audience import AUDIENCE, DJANGO_ADMIN, ONLY_POST, ONLY_PUT, Audience


def routes() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and the argument names of every route of ours."""

    def walk(
        resolver: URLResolver, space: str, inherited: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for entry in resolver.url_patterns:
            words = inherited + tuple(entry.pattern.converters)
            if isinstance(entry, URLResolver):
                yield from walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space, words)
            elif isinstance(entry, URLPattern):
                given = tuple(word for word in words if word not in entry.default_args)
                yield f"{space}{entry.name}", given

    yield from walk(get_resolver(), "", ())


ROUTES = {name: words for name, words in routes() if not name.startswith(DJANGO_ADMIN)}


@pytest.fixture
def arguments(departments: dict[str, Department], ada: User, ivo: User) -> dict[str, object]:
    """One of everything that addresses speak of."""
    document = {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "园林评价", "en": "Judging Parks"},
        "introduction": {"zh-hans": "", "en": ""},
        "dimensions": [],
        "questions": [
            {
                "code": "q1",
                "type": "satisfaction",
                "about": "each",
                "text": {"zh-hans": "您满意吗?", "en": "Are you satisfied?"},
                "help": {},
                "required": False,
                "headline": True,
                "dimension": "",
                "weight": "1",
                "settings": {},
            }
        ],
    }
    questionnaire = drafting.create(code="parks", document=document, by=ada)
    edition = published(questionnaire, by=ada, approver=ivo)
    now = timezone.now()
    wave = fielding.plan(
        edition=edition,
        slug="autumn",
        titles={"zh-hans": "秋季", "en": "Autumn"},
        departments=[departments["parks"]],
        opens_at=now,
        closes_at=now + timedelta(days=2),
        release_at=now + timedelta(days=3),
        by=ada,
    )
    fielding.open_wave(wave, by=None)
    return {
        "pk": questionnaire.pk,
        "wave_id": wave.pk,
        "number": edition.number,
        "slug": wave.slug,
        "wave": wave.slug,
        "department": "parks",
        "code": "q1",
    }


def test_every_route_has_its_audience_and_every_audience_its_route() -> None:
    assert set(AUDIENCE) == set(ROUTES)


def address(name: str, arguments: dict[str, object], wave_pk: object) -> str:
    """Return the address of a route, its arguments taken from the small city."""
    space = name.split(":", maxsplit=1)[0]
    given = {word: arguments.get(word, arguments["pk"]) for word in ROUTES[name]}
    if "pk" in given and (space == "waves" or "wave" in name):
        given["pk"] = wave_pk
    return reverse(name, kwargs=given)


def knock(client: Client, name: str, path: str) -> Any:
    """Ask for a page in the way it is meant to be asked for."""
    if name in ONLY_PUT:
        return client.put(path, {}, content_type="application/json")
    return client.post(path) if name in ONLY_POST else client.get(path)


def passes(client: Client, name: str, path: str) -> bool:
    """Say whether a visitor gets past the door; what is behind it may still be missing."""
    answer = knock(client, name, path)
    assert answer.status_code < 500, (name, answer.status_code)
    to_login = answer.status_code in {301, 302} and answer["Location"].startswith(reverse("login"))
    return answer.status_code not in {401, 403} and not to_login


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_nobody_passes_a_door_that_is_not_theirs(
    name: str, arguments: dict[str, object], dana: User, admin_user: User, auditor: User
) -> None:
    audience = AUDIENCE[name]
    path = address(name, arguments, arguments["wave_id"])
    assert passes(Client(), name, path) == (audience == Audience.ANYBODY), f"anonymous at {path}"
    for user in User.objects.all():
        client = Client()
        client.force_login(user)
        invited = not isinstance(audience, Deed) or Role(user.role) in MAY[audience]
        assert passes(client, name, path) == invited or _is_invisible(client, name, path), f"{user} at {path}"


def _is_invisible(client: Client, name: str, path: str) -> bool:
    """Say whether the object is none for this visitor, which is as good a refusal as a forbidden deed."""
    return bool(knock(client, name, path).status_code == 404)
