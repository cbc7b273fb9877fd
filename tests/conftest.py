"""The cast of every test, and the waves they live through.

Rosa is a resident and has no account. Dana heads Parks, Omar heads Roads and must see nothing of Parks,
Ada designs questionnaires and runs waves, Ivo reviews and publishes.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from surveys.people.models import Department, Role, User
from surveys.questionnaires import publishing, reviewing
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses import nearby, turnout

# Elsewhere every run looks for new counterexamples; where others wait for the answer, the same ones are tried.
hypothesis.settings.register_profile("same", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("same")

pytest_plugins = ["tests.embedded_services", "tests.browser"]


@pytest.fixture
def departments(db: None) -> dict[str, Department]:
    """The city as root, with Parks and Roads below it."""
    city = Department.objects.create(code="city", names={"zh-hans": "本市", "en": "The city"})
    parks = Department.objects.create(
        code="parks", names={"zh-hans": "园林局", "en": "Parks"}, parent=city, position=1
    )
    roads = Department.objects.create(
        code="roads", names={"zh-hans": "道路局", "en": "Roads"}, parent=city, position=2
    )
    return {"city": city, "parks": parks, "roads": roads}


def _member(username: str, role: Role, department: Department | None = None) -> User:
    return User.objects.create_user(
        username=username,
        email=f"{username}@example.org",
        password=f"{username}-password",
        first_name=username.title(),
        role=role,
        department=department,
        date_joined=datetime(2020, 1, 1, tzinfo=UTC),  # all were here before what they decide came up
    )


@pytest.fixture
def ada(db: None) -> User:
    """Designs questionnaires and runs waves."""
    return _member("ada", Role.DESIGNER)


@pytest.fixture
def ivo(db: None) -> User:
    """Reviews evaluations before their release."""
    return _member("ivo", Role.REVIEWER)


@pytest.fixture
def dana(departments: dict[str, Department]) -> User:
    """Heads Parks."""
    return _member("dana", Role.HEAD, departments["parks"])


@pytest.fixture
def omar(departments: dict[str, Department]) -> User:
    """Heads Roads, and must see nothing of Parks."""
    return _member("omar", Role.HEAD, departments["roads"])


@pytest.fixture
def auditor(db: None) -> User:
    """May recompute and read the audit trail."""
    return _member("auditor", Role.AUDITOR)


@pytest.fixture
def admin_user(db: None) -> User:
    """Manages people and imports past waves."""
    return _member("admin", Role.ADMIN)


def published(questionnaire: Questionnaire, *, by: User, approver: User) -> Edition:
    """Publish a draft as two people do: one submits and publishes, the other approves."""
    questionnaire.refresh_from_db()
    reviewing.submit(questionnaire, revision=questionnaire.revision, by=by)
    reviewing.approve(questionnaire, revision=questionnaire.revision, by=approver)
    return publishing.publish(questionnaire, by=by)


@pytest.fixture
def logged_in() -> Callable[[User], Client]:
    """A browser in which the given member of staff is logged in."""

    def open_browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_browser


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Begin every test in the language of the site: a request of the test before may have left its own."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _own_memory() -> None:
    """Begin every test without what this process has counted of the waves of others."""
    nearby.forget()
    turnout.forget()
