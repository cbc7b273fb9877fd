"""Parts of the network are counted, per wave and day, without any address being kept; counting never stops a form."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from survey_project.middleware import is_trusted
from surveys.responses import nearby, paces, screening
from surveys.responses.models import DayKey, InboxEntry, NearbyCount
from surveys.responses.nearby import WRITTEN_FROM, Neighbourhoods
from surveys.responses.quality import Flag
from surveys.waves import inviting
from surveys.waves.models import Wave

from .forms import send

pytestmark = pytest.mark.django_db

HOME, NEIGHBOUR, AWAY = "203.0.113.7", "203.0.113.200", "203.0.114.7"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Each test begins with a process that has counted nothing."""
    nearby.forget()
    paces.forget()


def times(number: int, wave: int, address: str, process: Neighbourhoods | None = None) -> int:
    prefix = nearby.prefix_of(address)
    assert prefix is not None
    return [(process or nearby._here).add(wave, prefix) for _one in range(number)][-1]


def test_a_part_of_the_network_is_24_bits_or_48() -> None:
    assert nearby.prefix_of(HOME) == nearby.prefix_of(NEIGHBOUR) != nearby.prefix_of(AWAY)
    assert nearby.prefix_of("2001:db8:1::1") == nearby.prefix_of("2001:db8:1:ffff::9")
    assert nearby.prefix_of("2001:db8:1::1") != nearby.prefix_of("2001:db8:2::1")
    assert nearby.prefix_of(f"::ffff:{HOME}") == nearby.prefix_of(HOME)
    assert nearby.prefix_of("") is nearby.prefix_of("unix:") is nearby.prefix_of("1.2.3") is None


def test_waves_and_parts_are_counted_apart() -> None:
    assert times(7, 1, HOME) == 7
    assert nearby.seen(1, NEIGHBOUR) == 7
    assert nearby.seen(2, HOME) == nearby.seen(1, AWAY) == nearby.seen(1, "no address") == 0


def test_a_household_never_reaches_the_database() -> None:
    times(WRITTEN_FROM - 1, 1, HOME)
    assert not NearbyCount.objects.exists()
    assert not DayKey.objects.exists()


def test_what_is_written_down_is_a_hash_under_a_key_of_the_day() -> None:
    times(WRITTEN_FROM, 1, HOME)
    (count,) = NearbyCount.objects.all()
    (key,) = DayKey.objects.all()
    assert count.forms == WRITTEN_FROM
    assert count.day == key.day == timezone.localdate()
    assert len(bytes(count.prefix)) == 16
    assert len(bytes(key.key)) == 32
    prefix = nearby.prefix_of(HOME) or b""
    for naked in (prefix, prefix[1:], hashlib.blake2b(prefix, digest_size=16).digest()):
        assert naked not in bytes(count.prefix)


def test_processes_learn_of_each_other_and_lose_nothing() -> None:
    one, other = Neighbourhoods(), Neighbourhoods()
    assert times(25, 1, HOME, one) == 25
    assert times(WRITTEN_FROM, 1, HOME, other) >= 25
    times(40, 1, HOME, one)
    written = NearbyCount.objects.get().forms
    unwritten = sum(count.pending for process in (one, other) for count in process.counts.values())
    assert written + unwritten == 25 + WRITTEN_FROM + 40


def test_many_forms_cost_few_statements(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(60):
        assert times(2000, 1, HOME) == 2000


def test_a_new_day_has_a_new_key_and_begins_at_nought(monkeypatch: pytest.MonkeyPatch) -> None:
    times(6, 1, HOME)
    today = timezone.localdate()
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))
    assert nearby.seen(1, HOME) == 0
    times(6, 1, HOME)
    one, other = DayKey.objects.order_by("day")
    assert bytes(one.key) != bytes(other.key)
    first, second = NearbyCount.objects.order_by("day")
    assert bytes(first.prefix) != bytes(second.prefix)


def test_the_table_of_counts_leaves_nothing_in_the_log_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'surveys_nearbycount'")
        assert cursor.fetchone() == ("u",)


def test_a_database_that_cannot_be_asked_stops_no_counting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_day: Any) -> bytes:
        raise OperationalError("away")

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(nearby, "_shared_key", away)
        assert times(12, 1, HOME) == 12
    assert "203.0" not in caplog.text
    nearby._here.paused_until = 0.0
    assert times(1, 1, HOME) == 13
    assert NearbyCount.objects.get().forms == 13, "what could not be written is written later"


def test_forms_after_the_fiftieth_from_one_part_are_flagged_and_none_is_refused(
    a_wave: Callable[..., Wave], caplog: pytest.LogCaptureFixture
) -> None:
    wave = a_wave()
    with caplog.at_level(logging.DEBUG):
        for number in range(screening.NEARBY_AFTER + 5):
            resident = Client(REMOTE_ADDR=f"203.0.113.{number}")
            answer = send(resident, resident.get("/s/city-2026/"), parks__overall="3")
            assert b"receipt-code" in answer.content
        elsewhere = Client(REMOTE_ADDR=AWAY)
        send(elsewhere, elsewhere.get("/s/city-2026/"), parks__overall="3")
    flags = list(
        InboxEntry.objects.filter(wave=wave, department__code="parks").values_list("flags", flat=True)
    )
    assert sum(bool(one & Flag.NEARBY) for one in flags) == 5
    assert len(flags) == screening.NEARBY_AFTER + 6
    assert "203.0" not in caplog.text


def test_what_a_client_says_of_its_address_is_never_believed(
    a_wave: Callable[..., Wave], settings: Any
) -> None:
    wave = a_wave()
    for number in range(6):
        liar = Client(REMOTE_ADDR=HOME, headers={"x-forwarded-for": f"198.51.{number}.1, 10.0.0.1"})
        send(liar, liar.get("/s/city-2026/"), parks__overall="1")
    assert nearby.seen(wave.pk, HOME) == 6
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.9.0.0/16")]
    is_trusted.cache_clear()
    for number in range(6):
        liar = Client(
            REMOTE_ADDR="10.9.0.1", headers={"x-forwarded-for": f"198.51.{number}.1, {AWAY}, 10.9.0.2"}
        )
        send(liar, liar.get("/s/city-2026/"), parks__overall="1")
    is_trusted.cache_clear()
    assert nearby.seen(wave.pk, AWAY) == 6, "the right-most address that no trusted proxy has"
    assert not any(nearby.seen(wave.pk, f"198.51.{number}.1") for number in range(6))


def test_a_wave_with_codes_is_not_counted_at_all(a_wave: Callable[..., Wave], ada: Any) -> None:
    wave = a_wave()
    for code in inviting.make_codes(wave, stratum=0, count=6, by=ada):
        resident = Client(REMOTE_ADDR=HOME)
        answer = send(resident, resident.get("/s/city-2026/"), parks__overall="1", code=code)
        assert b"receipt-code" in answer.content
    assert nearby.seen(wave.pk, HOME) == 0
