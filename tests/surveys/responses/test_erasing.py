"""What settling leaves in the files is erased once, when nobody reads it any more, whatever was killed in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.responses import erasing, mixing, receipts
from surveys.waves import fielding, inviting
from surveys.waves.models import Wave

from .test_mixing import answer

pytestmark = pytest.mark.django_db(transaction=True)
Waves = Callable[..., Wave]
TABLES = ("surveys_invitation", "surveys_response")


def places(table: str, value: bytes) -> int:
    """Count where the bytes stand in the file of a table."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s::regclass))", [table])
        return bytes(cursor.fetchone()[0]).count(value)


def erased() -> int:
    return AuditEntry.objects.filter(verb=erasing.VERB).count()


def settle_and_erase() -> None:
    """Do what is due until the traces are erased: other tests at work on the same server are readers, too."""
    for _beat in range(1200):
        mixing.settle_due()
        if erased():
            return
        time.sleep(0.1)
    raise AssertionError("nothing was erased for two minutes")


@pytest.fixture
def answered(a_wave: Waves, ada: User, settings: Any) -> tuple[Wave, list[bytes]]:
    """A closed wave, mixed one by one, and for each table the bytes of which one copy should be left."""
    settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 1, 0
    wave, known = a_wave(), []
    for number, code in enumerate(inviting.make_codes(wave, stratum=0, count=5, by=ada)):
        receipt = receipts.read(answer(wave, number, code=code)[0])
        known = [inviting.code_hash(wave.slug, code), receipt]
        mixing.mix_due()
    return fielding.close_wave(wave, by=ada), known


def test_one_copy_of_a_code_and_of_a_record_is_left(answered: tuple[Wave, list[bytes]]) -> None:
    settle_and_erase()
    assert [places(table, value) for table, value in zip(TABLES, answered[1], strict=True)] == [1, 1]
    assert erasing.erase_due() == 0
    assert erased() == 1


def test_without_erasing_the_old_rows_would_still_stand_there(answered: tuple[Wave, list[bytes]]) -> None:
    """The measuring stick: an ordinary sweep leaves the bytes where they are."""
    mixing.settle(answered[0].pk)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM {table}")
    assert all(places(table, value) > 1 for table, value in zip(TABLES, answered[1], strict=True))
    settle_and_erase()  # as the next beats do when a worker was killed before it came to it
    assert all(places(table, value) == 1 for table, value in zip(TABLES, answered[1], strict=True))


def test_it_waits_for_whoever_still_reads_what_was_before(answered: tuple[Wave, list[bytes]]) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM surveys_response")
        mixing.settle_due()
        assert erased() == 0
        reader.rollback()
    settle_and_erase()
    assert [places(table, value) for table, value in zip(TABLES, answered[1], strict=True)] == [1, 1]


def test_a_table_that_is_too_large_is_swept_but_not_written_whole(
    answered: tuple[Wave, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "MOST_WHOLE", 0)
    settle_and_erase()
