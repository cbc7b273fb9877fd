"""Signing in: guesses are waited for, nobody is locked out by somebody else, and few threads check passwords."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from survey_project import signing_in
from surveys.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "guesses", signing_in.Guesses())


@pytest.fixture
def signed(dana: User) -> User:
    dana.set_password(PASSWORD)
    dana.save()
    return dana


def sign_in(name: str, password: str, *, address: str = "203.0.113.7") -> int:
    answer = Client().post(
        reverse("login"),
        {"username": name, "password": password},
        REMOTE_ADDR=address,
        headers={"accept-language": "en"},
    )
    return int(answer.status_code)


def test_who_guesses_waits_longer_each_time_while_the_owner_signs_in_from_elsewhere(signed: User) -> None:
    with time_machine.travel(0, tick=False) as clock:
        assert [sign_in("dana", f"wrong {n}") for n in range(6)] == [200] * 5 + [429]
        assert sign_in("dana", PASSWORD, address="203.0.113.200") == 429, "the same part of the network"
        assert sign_in("dana", PASSWORD, address="198.51.100.1") == 302
        clock.shift(5)
        assert sign_in("dana", "wrong again") == 200
        clock.shift(5)
        assert sign_in("DANA", PASSWORD) == 429, "the wait has doubled, and spelling does not matter"
        clock.shift(5)
        assert sign_in("dana", PASSWORD) == 302
        assert sign_in("dana", "wrong") == 200, "whoever knew it begins anew"


def test_the_page_says_how_long_to_wait_and_keeps_the_name(signed: User) -> None:
    for n in range(5):
        sign_in("dana", f"wrong {n}", address="127.0.0.1")
    answer = Client().post(
        reverse("login"), {"username": "dana", "password": "x"}, headers={"accept-language": "en"}
    )
    page = answer.content.decode()
    assert "Too many attempts for this account from your network. Wait " in page
    assert 'value="dana"' in page


def test_while_two_are_being_signed_in_a_third_is_asked_to_come_back(signed: User) -> None:
    with signing_in.at_the_desk, signing_in.at_the_desk:
        assert sign_in("dana", PASSWORD) == 503
    assert sign_in("dana", PASSWORD) == 302


def test_the_doors_of_django_admin_lead_to_ours(signed: User) -> None:
    answer = Client().post(
        "/office/admin/login/?next=/office/admin/", {"username": "dana", "password": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/office/login/?next=/office/admin/")


def test_a_full_memory_of_guesses_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "MOST_REMEMBERED", 3)
    made = signing_in.Guesses()
    for _more in range(signing_in.FREE):
        assert made.wait(b"first") == 0
    assert made.wait(b"first") > 0
    for other in (b"second", b"third", b"fourth"):
        made.wait(other)
    assert made.wait(b"first") == 0
