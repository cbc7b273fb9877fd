"""Cases 6 and 7: no method opens a door to a stranger, and what is not one's own looks like what does not exist.

The addresses come from the URL configuration. `tests/house/test_audience.py` decides who passes; here is what those who
do not pass can find out, and that their knocking changed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department, Role, User
from surveys.people.roles import MAY, Deed
from surveys.questionnaires.models import Questionnaire
from surveys.waves.models import Wave
from tests.house.audience import AUDIENCE, STAFF, Audience
from tests.house.test_audience import ROUTES, address
from tests.reports import made_waves
from tests.reports.conftest import door

__all__ = ["door"]
pytestmark = pytest.mark.django_db

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
CLOSED = sorted(name for name, audience in AUDIENCE.items() if audience != Audience.ANYBODY)
OF_OBJECTS = sorted(name for name in CLOSED if ROUTES[name])
BODY = {"pk": 1, "code": "parks", "role": "admin", "department": "roads", "next": "//evil.example"}


def rows() -> dict[str, int]:
    """Return how many rows every table of ours has, sessions apart."""
    ours = [model for model in apps.get_models() if model._meta.app_label in ("surveys", "reports")]
    return {model._meta.db_table: model._default_manager.count() for model in ours}


def test_no_method_opens_a_closed_door_to_a_stranger_and_nothing_changes(
    arguments: dict[str, object],
) -> None:
    before, stranger = rows(), Client()
    open_doors = []
    for name in CLOSED:
        path = address(name, arguments, arguments["wave_id"])
        for method in METHODS:
            answer = getattr(stranger, method)(path, json.dumps(BODY), content_type="application/json") if (
                method in ("post", "put", "patch", "delete")
            ) else getattr(stranger, method)(path)  # fmt: skip
            to_login = answer.status_code == 302 and answer["Location"].startswith(reverse("login"))
            if not (to_login or answer.status_code in (401, 403, 405)):
                open_doors.append((name, method, answer.status_code))
            assert not answer.cookies.get("sessionid")
            body = answer.content.decode()
            assert not any(word in body for word in ("Traceback", "surveys/", "SELECT ", "DoesNotExist")), (
                name
            )
    assert open_doors == []
    assert rows() == before


@pytest.mark.parametrize(
    "credential", ["Token x", "Bearer x", "Basic YWRhOmFkYS1wYXNzd29yZA==", "Token " + "a" * 5000]
)
def test_a_made_up_credential_is_no_better_than_none(credential: str, arguments: dict[str, object]) -> None:
    client = Client(headers={"authorization": credential})
    client.cookies["sessionid"] = "a" * 32
    for name in CLOSED:
        if name.startswith("api-") or name in ("evaluations", "publication-review"):
            answer = client.get(address(name, arguments, arguments["wave_id"]))
            assert answer.status_code in (401, 403, 405), name


def answers(client: Client, name: str, given: dict[str, object], wave_pk: object) -> list[tuple[int, str]]:
    """Return what every method gets at an address, the address itself left out."""
    path = address(name, given, wave_pk)
    found = []
    for method in ("get", "post", "put", "patch", "delete"):
        answer = getattr(client, method)(path, headers={"accept-language": "en"})
        body = b"".join(answer) if answer.streaming else answer.content
        found.append((answer.status_code, body.decode(errors="replace").replace(path, "")))
    return found


@pytest.mark.parametrize("role", [Role.HEAD, Role.INTERVIEWER], ids=str)
def test_whoever_may_not_do_a_deed_cannot_tell_what_exists_from_what_does_not(
    role: str,
    arguments: dict[str, object],
    departments: dict[str, Department],
    logged_in: Callable[[User], Client],
) -> None:
    """By id, slug and code: the same status and the same bytes, so that nothing can be counted by trying."""
    department = departments["roads"] if role == Role.HEAD else None
    client = logged_in(User.objects.create_user("someone", password="-", role=role, department=department))
    nothing = {**arguments, "pk": 10**9, "wave_id": 10**9, "number": 999, "slug": "nowhere", "wave": "nowhere",
               "department": "nowhere", "code": "nowhere"}  # fmt: skip
    told = []
    tried = 0
    for name in OF_OBJECTS:
        audience = AUDIENCE[name]
        invited = audience == STAFF or (isinstance(audience, Deed) and Role(role) in MAY[audience])
        if invited:
            continue
        real = answers(client, name, arguments, arguments["wave_id"])
        unreal = answers(client, name, nothing, 10**9)
        tried += 1
        told += [(name, a[0], b[0]) for a, b in zip(real, unreal, strict=True) if a != b]
    assert told == []
    assert tried > 30


@pytest.fixture
def two_releases(door: made_waves.Door, departments: dict[str, Department]) -> list[Publication]:
    """A wave that is released and one that is sealed, both about Parks and Roads."""
    tables = {"parks": made_waves.PARKS, "roads": made_waves.ROADS}
    for slug, days in (("spring", -1), ("autumn", 30)):
        wave = made_waves.a_wave(door, tables, slug=slug, release_in=timedelta(days=days))
        evaluating.evaluate(wave.pk)
    releasing.release_due()
    return list(Publication.objects.order_by("pk"))


def test_a_head_who_changes_the_number_in_an_address_meets_nothing_of_others(
    two_releases: list[Publication], dana: User, omar: User, logged_in: Callable[[User], Client]
) -> None:
    """Every scorecard that is not the head's own, or not released, answers like one that was never made."""
    for head, own in ((dana, "parks"), (omar, "roads")):
        client = logged_in(head)
        missing = client.get(reverse("scorecards:detail", args=[10**9]))
        assert missing.status_code == 404
        for card in Scorecard.objects.select_related("department", "publication"):
            answer = client.get(reverse("scorecards:detail", args=[card.pk]))
            is_own = card.department.code == own and card.publication == two_releases[0]
            assert (answer.status_code == 200) == is_own
            assert is_own or answer.content == missing.content
            for also in (f"?department={own}", f"?pk={card.pk}&user=1", "?format=json"):
                again = client.get(reverse("scorecards:detail", args=[card.pk]) + also)
                assert again.status_code == answer.status_code
        for publication in two_releases:
            assert client.get(reverse("scorecards:review", args=[publication.pk])).status_code in (403, 404)


def test_the_lists_of_a_head_do_not_grow_with_what_others_have(
    arguments: dict[str, object], omar: User, logged_in: Callable[[User], Client]
) -> None:
    client = logged_in(omar)
    for path in ("/office/", reverse("scorecards:list"), "/api/v1/"):
        text = client.get(path, headers={"accept-language": "en"}).content.decode()
        assert "Autumn" not in text
        assert "Judging Parks" not in text
    assert Wave.objects.exists()
    assert Questionnaire.objects.exists()
