"""After a wave has closed nobody can join a code to a rating, not even who owns the database; and this would notice.

300 people here, 1,000 in `make endure` (ENDURE=1), each with answers of their own that the test knows, over HTTP and
mixed in batches meanwhile. The planted leaks prove that the scan has eyes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.db import connection

from surveys import tasks
from surveys.people.models import Department, User
from surveys.responses import form_tokens, mixing, receipts
from surveys.waves import fielding, inviting
from surveys.waves.models import Wave
from tests.house.linking import Known, Scan, scan
from tests.house.residents import Line, form_on, press
from tests.house.served import AT_FULL_LENGTH, an_open_wave, grades, rows, served
from tests.settings import TEST_PLACE

PEOPLE = 1000 if AT_FULL_LENGTH else 300
FEW = 60  # for planted leaks
ITEMS = 6
TIMES = 60  # a cleaner of the database's own may hold up what erases traces


@dataclass
class Fieldwork:
    """A wave that people have answered, and what the test knows of them."""

    wave: Wave
    known: Known
    order: list[int]  # people as they came
    log: Path

    def scan(self) -> Scan:
        """Look at everything, as owner."""
        execute("CHECKPOINT")
        return scan(self.known, order=self.order)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def answer(line: Line, code: str, pattern: Sequence[int]) -> tuple[tuple[str, ...], str]:
    """Answer by a code, and return receipts and the form's token."""
    form = form_on(line.get(f"/i/{code}/"))
    form.answers = {name: str(grade) for name, grade in zip(form.choices, pattern, strict=True)}
    thanks = press(line, form)
    assert len(thanks.receipts) == 2, thanks.text[:2000]
    return thanks.receipts, form.token


@contextmanager
def fieldwork(wave: Wave, folder: Path, *, people: int, by: User, each_mixed: int) -> Iterator[Fieldwork]:
    """Let people answer in random order, mixing whenever so many have; yield what is known of them."""
    chance = random.Random(people)  # noqa: S311  test data
    codes = inviting.make_codes(wave, stratum=0, count=people + 5, by=by)
    patterns = chance.sample(range(5 ** (2 * ITEMS)), people)
    order = chance.sample(range(people), people)
    known = Known()
    log = folder / "web.log"
    with served(log) as port:
        for turn, person in enumerate(order, 1):
            line = Line(port)
            pattern = [patterns[person] // 5**place % 5 + 1 for place in range(2 * ITEMS)]
            printed, token = answer(line, codes[person], pattern)
            known.name("code", inviting.code_hash(wave.slug, codes[person]), person)
            known.words[codes[person]] = known.words[inviting.grouped(codes[person])] = ("code", person)
            known.name("code", form_tokens.read(token, wave.pk).hash, person)
            known.words[token] = ("code", person)
            for side, receipt in zip(("rating", "other rating"), printed, strict=True):
                known.name(side, receipts.read(receipt), person)
                known.words[receipt] = (side, person)
            if turn % 25 == 0:
                line.get(f"/i/{codes[person]}/")  # a spent code is refused, which a log may tell
            line.close()
            if turn % each_mixed == 0:
                tasks.mix_due()
        yield Fieldwork(wave, known, order, log)


def settle(work: Fieldwork, *, by: User) -> None:
    """Close the wave and do what is due, as the beat does, until nothing is left of the inbox."""
    fielding.close_wave(work.wave, by=by)
    for _beat in range(TIMES):
        tasks.mix_due()
        erased = rows("SELECT count(*) FROM surveys_auditentry WHERE verb = 'erase traces'")
        if erased == [(1,)] and rows("SELECT pg_relation_size('surveys_inboxentry')") == [(0,)]:
            return
        time.sleep(0.1)
    raise AssertionError("the wave did not settle, or left something in its inbox")


@pytest.fixture
def wave(transactional_db: None, departments: dict[str, Department], ada: User) -> Wave:
    return an_open_wave(grades(items=ITEMS), departments=departments, by=ada)


@pytest.mark.django_db(transaction=True)
def test_after_settling_no_code_and_no_form_joins_to_a_rating(
    wave: Wave, ada: User, tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 20, 3600
    with fieldwork(wave, tmp_path, people=PEOPLE, by=ada, each_mixed=25) as work:
        settle(work, by=ada)
        found = work.scan()
        print(found.table())
        assert len(found.tried) > 100, "the scan saw next to nothing"
        assert found.together == []
        assert found.leaks == [], "\n".join(map(str, found.leaks[:10]))

        # Nor do two ratings of one person join to each other.
        pairs = scan(work.known, order=work.order, sides=("rating", "other rating"))
        print(pairs.table())
        assert pairs.leaks == [], "\n".join(map(str, pairs.leaks[:10]))

        queries = "\n".join(
            str(q) for (q,) in rows("SELECT query FROM pg_stat_activity WHERE query IS NOT NULL")
        )
        assert not work.known.among(queries) & {"rating", "other rating"}
    assert rows("SHOW track_commit_timestamp") == [("off",)]  # else every transaction had a time
    for name, text in {
        "the web server's log": work.log.read_text(),
        "the worker's log": caplog.text,
        "the database's log": TEST_PLACE.log("postgres").read_text(),
        "the queue": what_the_queue_holds(),
    }.items():
        assert work.known.among(text) == set(), f"{name} names somebody"


def what_the_queue_holds() -> str:
    """Return every key and value of the broker that the web server sends its wake-ups to."""
    with redis.Redis.from_url(configured.REDIS_URL) as broker:
        return "\n".join(f"{key!r} {broker.dump(key)!r}" for key in broker.scan_iter())


# What a planted leak does to the tables, and how it is taken back.
STRAIGHT = """
CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO surveys_response (id, wave_id, department_id, day, klass, channel, stratum, cell, psu, point, flags,
    language, codes, salt, commitment, extras, text_salts, status)
  SELECT gen_random_uuid(), NEW.wave_id, NEW.department_id, NEW.day, NEW.klass, NEW.channel, NEW.stratum, NEW.cell,
    NEW.psu, NEW.point, NEW.flags, NEW.language, NEW.codes, NEW.salt, NEW.commitment, NEW.extras, NEW.text_salts, 1;
  RETURN NULL; END $$;
CREATE TRIGGER planted AFTER INSERT ON surveys_inboxentry FOR EACH ROW EXECUTE FUNCTION planted();
"""
NOTED = """
CREATE SEQUENCE planted_turn;
CREATE TABLE planted_note (receipt bytea, turn bigint);
CREATE TABLE planted_code (code_hash bytea, at timestamptz);
CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_TABLE_NAME = 'surveys_invitation' THEN
    INSERT INTO planted_code VALUES (NEW.code_hash, clock_timestamp()); RETURN NEW;
  END IF;
  INSERT INTO planted_note VALUES (substr(NEW.commitment, 1, 10), nextval('planted_turn')); RETURN NEW; END $$;
CREATE TRIGGER planted BEFORE UPDATE ON surveys_invitation FOR EACH ROW EXECUTE FUNCTION planted();
CREATE TRIGGER planted BEFORE INSERT ON surveys_inboxentry FOR EACH ROW EXECUTE FUNCTION planted();
"""
TAKE_BACK = """
DROP TRIGGER IF EXISTS planted ON surveys_inboxentry;
DROP TRIGGER IF EXISTS planted ON surveys_invitation;
DROP FUNCTION IF EXISTS planted;
DROP TABLE IF EXISTS planted_note;
DROP SEQUENCE IF EXISTS planted_turn;
DROP TABLE IF EXISTS planted_code;
"""


@pytest.fixture
def plant() -> Iterator[Callable[[str], None]]:
    """Change the tables as a bad change of ours would, and take it back."""
    with ExitStack() as stack:

        def change(statements: str) -> None:
            stack.callback(execute, TAKE_BACK)
            execute(statements)

        yield change


@pytest.mark.django_db(transaction=True)
class TestPlantedLeaks:
    """The measuring stick: each of these must be seen by the very scan that finds nothing otherwise."""

    def test_records_that_are_written_by_the_transaction_that_spends_the_code(
        self, plant: Callable[[str], None], wave: Wave, ada: User, tmp_path: Path, settings: Any
    ) -> None:
        settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 10**6, 10**6
        plant(STRAIGHT)
        with fieldwork(wave, tmp_path, people=FEW, by=ada, each_mixed=FEW + 1) as work:
            execute("TRUNCATE surveys_inboxentry")
            leaks = work.scan().leaks
        self.are_found(leaks, "surveys_invitation", "surveys_response", "xmin")
        self.are_found(leaks, "who came when", "surveys_response", "rank of turn = xmin")

    def test_a_time_beside_the_code_and_a_number_beside_the_rating(
        self, plant: Callable[[str], None], wave: Wave, ada: User, tmp_path: Path, settings: Any
    ) -> None:
        settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 20, 3600
        plant(NOTED)
        with fieldwork(wave, tmp_path, people=FEW, by=ada, each_mixed=25) as work:
            settle(work, by=ada)
            leaks = work.scan().leaks
        self.are_found(leaks, "planted_code", "planted_note", "rank of column at = column turn")

    def test_a_wave_whose_spent_codes_are_not_written_anew(
        self, wave: Wave, ada: User, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before settling, mixed one by one: only writing the spent codes anew is left, and it is switched off."""
        settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 1, 0
        monkeypatch.setattr(mixing, "_shuffle_spent", lambda wave: None)
        with fieldwork(wave, tmp_path, people=FEW, by=ada, each_mixed=1) as work:
            leaks = work.scan().leaks
            self.are_found(leaks, "surveys_invitation", "surveys_response", "rank of xmin")
            settle(work, by=ada)
            assert work.scan().leaks == []

    def are_found(self, leaks: list[Any], left: str, right: str, how: str) -> None:
        found = [one for one in leaks if (one.left, one.right, one.how) == (left, right, how)]
        assert found, "\n".join(map(str, leaks[:10]))
        assert found[0].right_ones >= 0.9 * found[0].people, str(found[0])
