"""What waits of a paper, and what stays of it: nothing that anybody reads, joins or dates without the paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings as configured
from django.test import Client

from surveys.people.models import Role, User
from surveys.responses import mixing, retention
from surveys.responses.models import InboxEntry, PaperEntry, Response, Submission
from surveys.responses.paper import entering, serials
from surveys.waves import inviting
from surveys.waves.models import Channel, Klass, Wave
from tests.house.linking import tables
from tests.house.served import rows
from tests.surveys.responses.test_paper_entry import WITH_PAPER, step

LoggedIn = Callable[[User], Client]
AWave = Callable[..., Wave]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(db: None) -> User:
    """Types in paper forms."""
    return User.objects.create_user("lin", password="lin-password", first_name="Lin", role=Role.INTERVIEWER)


@pytest.fixture
def wave(a_wave: AWave) -> Wave:
    """Open to anybody, on paper too."""
    return a_wave(channels=WITH_PAPER)


@pytest.fixture
def serial(wave: Wave) -> str:
    """A blank copy's."""
    return serials.new_serial(wave.pk)


def test_without_the_paper_neither_database_nor_secret_opens_what_waits(
    wave: Wave, serial: str, lin: User, logged_in: LoggedIn
) -> None:
    step(logged_in(lin), wave, serial)
    waiting = PaperEntry.objects.get()
    sealed = bytes(waiting.sealed)
    assert serial.encode() not in sealed
    assert "长椅".encode() not in sealed
    assert len(sealed) == 4096 + 12 + 16
    guesses = [
        configured.SECRET_KEY, bytes(waiting.serial_hash).hex(), wave.slug, serials.new_serial(wave.pk),
        f"{wave.pk}", serial[:-1], serial.lower(),
    ]  # fmt: skip
    for guess in guesses:
        with pytest.raises(serials.Unreadable):
            serials.opened(sealed, guess, wave.slug)
    for key in (bytes(waiting.serial_hash), configured.SECRET_KEY.encode().ljust(32)[:32]):
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(sealed[:12], sealed[12:], wave.slug.encode())
    assert serials.opened(sealed, serial, wave.slug)["typed"]["parks.overall"] == ["5"]


def test_whoever_holds_the_codes_and_the_database_finds_nothing_but_the_codes(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn, settings: Any
) -> None:
    """A registrar, the printer of the letters, or the case system of the rated department: they know code and name."""
    wave = a_wave(channels=WITH_PAPER, klass=Klass.SAMPLE)
    waits, *codes = inviting.make_codes(wave, stratum=0, count=5, by=None)
    for code in (waits, *codes):
        step(logged_in(lin), wave, code)
    for code in codes:
        assert "Stored" in step(logged_in(ada), wave, code).content.decode()
    sealed = bytes(PaperEntry.objects.get().sealed)
    remembered = {bytes(one.token_hash) for one in Submission.objects.all()}
    assert len(remembered) == len(codes)
    assert not remembered & {serials.token_of(one, wave.slug).hash for one in codes}, "not even with the key"
    drawn = [serials.seed_of(one, wave.slug).number("parks") for one in codes]

    settings.SECRET_KEY = "what somebody without the site's key takes for it"
    held = "\n".join(
        row
        for table in tables()
        if not table.startswith("pg_toast")
        for (row,) in rows(f"SELECT t::text FROM {table} AS t")  # noqa: S608  names of our tables
    )
    for code in (waits, *codes):
        assert held.count(inviting.code_hash(wave.slug, code).hex()) == 1
        for follows in (serials.hash_of(code, wave.slug), serials.token_of(code, wave.slug).hash):
            assert follows.hex() not in held
        with pytest.raises(serials.Unreadable):
            serials.opened(sealed, code, wave.slug)
    assert [serials.seed_of(one, wave.slug).number("parks") for one in codes] != drawn


def test_a_paper_whose_code_is_spent_waits_no_more_whatever_was_killed(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave(channels=WITH_PAPER, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    step(logged_in(lin), wave, code)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(entering, "_forget", die)
        with pytest.raises(KeyboardInterrupt):
            step(logged_in(ada), wave, code)
    assert PaperEntry.objects.exists()
    again = step(logged_in(ada), wave, code)
    assert again.status_code == 422
    assert "used already" in again.content.decode()
    assert not PaperEntry.objects.exists()
    assert InboxEntry.objects.count() == 1


def test_what_stays_of_a_stored_paper_tells_no_day_and_no_answer(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    for user in (lin, ada):
        step(logged_in(user), wave, serial)
    stays = PaperEntry.objects.get()
    assert bytes(stays.sealed) == entering.STORED
    assert stays.day == wave.closes_at.date()
    assert "surveys_paperentry" in mixing.REWRITTEN
    mixing._mix(wave)
    assert Response.objects.get().channel == Channel.PAPER


def test_first_readings_wait_thirty_days_and_what_is_stored_is_remembered_while_the_wave_is_open(
    wave: Wave, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    (forget,) = [rule.carry_out for rule in retention.RULES if rule.code == "paper"]
    waiting, stored = (serials.new_serial(wave.pk) for _number in range(2))
    for one in (waiting, stored):
        step(logged_in(lin), wave, one)
    step(logged_in(ada), wave, stored)
    day = PaperEntry.objects.get(serial_hash=serials.hash_of(waiting, wave.slug)).day
    assert forget(day + timedelta(days=30)) == 0
    assert forget(day + timedelta(days=31)) == 1
    remembered = PaperEntry.objects.get()
    assert bytes(remembered.serial_hash) == serials.hash_of(stored, wave.slug)
    assert (
        remembered.day == wave.closes_at.date()
    )  # the count of days begins when nothing can be stored any more
    assert forget(wave.closes_at.date() + timedelta(days=31)) == 1
