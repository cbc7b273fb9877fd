"""The broker away, the worker ended in the middle of its work, the database started anew: nothing but time is lost.

Losing the worker in the middle of an evaluation is tried in `test_recovery`, everything at random in `test_chaos`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation
from surveys import tasks
from surveys.people.models import Department, User
from surveys.responses import counting
from surveys.responses.models import Tally
from surveys.waves import fielding, inviting
from tests.house.residents import History, Line, NoAnswer, form_on, patiently, press
from tests.house.running_city import RunningCity, eventually, running_city
from tests.house.served import an_open_wave, grades
from tests.surveys.responses.forms import filled

WITHIN = 90.0  # seconds in which results must be there after a fault
AT_ONCE = 5.0  # seconds within which a busy machine still answers


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """The whole platform with its demonstration city, for all tests of this page."""
    with running_city(tmp_path_factory.mktemp("faults") / "var", BEAT_SECONDS="1") as found:
        yield found


@pytest.fixture
def survey(city: RunningCity) -> str:
    """The address of a survey of the city that anybody may answer."""
    found = re.findall(r'href="(/s/[-\w]+/)"', city.read("/")[1])
    assert found
    return str(found[0])


def rate(city: RunningCity, survey: str, history: History) -> tuple[str, ...]:
    """Answer a survey as anybody, sending the same form until it is received; return the receipts."""
    line, until = Line(city.port), time.monotonic() + WITHIN
    try:
        page = patiently(lambda: line.get(survey), history, until=until)
        if 'name="about"' in page.text and 'id="answers"' not in page.text:
            chosen = re.findall(r'name="about" value="([^"]+)"', page.text)[0]
            page = patiently(lambda: line.get(f"{survey}?about={chosen}"), history, until=until)
        form = form_on(page)
        form.answers = {name: values[0] for name, values in form.choices.items()}
        answer = patiently(lambda: press(line, form), history, until=until)
        assert answer.receipts, answer.text[:2000]
        history.told(form.token, form.answers, answer.receipts)
        return answer.receipts
    finally:
        line.close()


def state(city: RunningCity, receipt: str) -> str:
    """Ask where the rating of a receipt stands."""
    line = Line(city.port)
    try:
        return str(json.loads(line.send_json("/api/v1/check/", {"receipt": receipt}).text).get("state"))
    except NoAnswer:
        return ""
    finally:
        line.close()


def are_counted(city: RunningCity, history: History) -> bool:
    return all(state(city, one) == "counted" for told in history.acknowledged for one in told.receipts)


def held(city: RunningCity, signal_name: signal.Signals, processes: list[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal_name)


def servers(city: RunningCity, kind: str) -> list[int]:
    """Return the ids of the city's PostgreSQL or Valkey."""
    from benchmarks.chaos import VICTIMS

    return VICTIMS[kind](city)


@contextmanager
def standing_still(city: RunningCity) -> Iterator[None]:
    """Hold the table that mixing writes into, so that the worker stands still in its middle."""
    with city.database() as holder:
        holder.autocommit = False
        holder.execute("LOCK TABLE surveys_response IN SHARE MODE")
        yield
        holder.rollback()


def test_without_the_broker_answers_are_taken_at_once_and_counted_soon_after_it_is_back(
    city: RunningCity, survey: str
) -> None:
    history = History()
    victims = servers(city, "Valkey")
    assert victims
    held(city, signal.SIGSTOP, victims)  # worse than gone: whoever asks it waits
    try:
        for _person in range(3):
            began = time.monotonic()
            rate(city, survey, history)
            assert time.monotonic() - began < AT_ONCE
    finally:
        held(city, signal.SIGKILL, victims)  # and all that it held is gone
    eventually(lambda: are_counted(city, history), seconds=WITHIN, what="counting after the broker came back")
    assert history.unexpected == []


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_is_ended_while_it_mixes_leaves_nothing_half_done(
    city: RunningCity, survey: str, ending: signal.Signals
) -> None:
    history = History()
    with city.database() as database:

        def number(statement: str) -> int:
            row = database.execute(statement).fetchone()
            assert row
            return int(row[0])

        counted = "SELECT count(*) FROM surveys_response"
        people = "SELECT coalesce(sum(people), 0) FROM surveys_participation"
        tallied = "SELECT coalesce(sum(records), 0) FROM surveys_tally"
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE relation = 'surveys_response'::regclass AND NOT granted"
        )
        with standing_still(city):
            before = [number(one) for one in (counted, people, tallied)]
            rate(city, survey, history)
            eventually(lambda: number(waiting) > 0, seconds=WITHIN, what="mixing under way")
            victims = city.processes("survey_project.celery worker")
            held(city, ending, victims if ending == signal.SIGKILL else victims[:1])
            time.sleep(0.5)
            assert [number(one) for one in (counted, people, tallied)] == before
            assert state(city, history.acknowledged[0].receipts[0]) == "mixing"
        eventually(lambda: are_counted(city, history), seconds=WITHIN, what="counting by another worker")
        given = len(history.acknowledged[0].receipts)
        eventually(
            lambda: number("SELECT count(*) FROM surveys_inboxentry") == 0, seconds=WITHIN, what="mixing"
        )
        expected = [before[0] + given, before[1] + 1, before[2] + given]
        assert [number(one) for one in (counted, people, tallied)] == expected
        eventually(
            lambda: set(city.processes("survey_project.celery worker")) - set(victims),
            seconds=WITHIN,
            what="another worker",
        )
    assert history.unexpected == []


def test_a_database_that_starts_anew_loses_nothing_that_was_acknowledged(
    city: RunningCity, survey: str
) -> None:
    history, over = History(), threading.Event()

    def answer_on() -> None:
        while not over.is_set():
            try:
                rate(city, survey, history)
            except (NoAnswer, AssertionError) as fault:
                history.unexpected.append(str(fault)[:500])

    residents = [threading.Thread(target=answer_on) for _resident in range(4)]
    for resident in residents:
        resident.start()
    try:
        for how in (signal.SIGINT, signal.SIGQUIT):  # a fast shutdown, and one that cuts everything off
            told = len(history.acknowledged)
            eventually(
                lambda: len(history.acknowledged) > told + 5,  # noqa: B023  called in this very turn
                seconds=WITHIN,
                what="answering",
            )
            held(city, how, servers(city, "PostgreSQL"))
            time.sleep(1)
        told = len(history.acknowledged)
        eventually(
            lambda: len(history.acknowledged) > told + 5, seconds=WITHIN, what="answering again afterwards"
        )
    finally:
        over.set()
        for resident in residents:
            resident.join()
    assert history.unexpected == []
    assert set(history.statuses) <= {"200", "503", "no answer"}
    assert history.statuses.get("503", 0) + history.statuses.get("no answer", 0) > 0, (
        "nobody noticed anything"
    )
    eventually(lambda: are_counted(city, history), seconds=WITHIN, what="counting everything acknowledged")
    with city.database() as database:
        twice = database.execute(
            "SELECT count(*) - count(DISTINCT commitment) FROM surveys_response WHERE commitment <> ''"
        ).fetchone()
    assert twice == (0,)


@pytest.mark.django_db
def test_what_is_computed_is_the_same_to_the_byte_twice_and_after_deleting_all_that_was_computed(
    departments: dict[str, Department], ada: User, client: Any
) -> None:
    """From answers to figures: tallies, datasets, measurements, scorecards."""
    wave = an_open_wave(grades(items=3), departments=departments, by=ada)
    for number, code in enumerate(inviting.make_codes(wave, stratum=0, count=40, by=ada)):
        form = filled(client.get(f"/i/{code}/", follow=True))
        names = [f"{part}.r{item}" for part in ("parks", "roads") for item in (1, 2, 3)]
        grade = {name: str((number * (place + 3) + place) % 5 + 1) for place, name in enumerate(names)}
        assert b"receipt-code" in client.post(f"/s/{wave.slug}/", {**form, **grade}).content
    fielding.close_wave(wave, by=ada)
    tasks.mix_due()
    evaluating.evaluate(wave.pk)

    def all_computed() -> list[Any]:
        printed = StringIO()
        call_command("scorecard", str(wave.pk), stdout=printed)
        stored = Tally.objects.filter(wave=wave).order_by("klass", "department_id")
        columns = ("klass", "department_id", "records", "groups", "counts", "moments")
        rows = [
            [bytes(v) if isinstance(v, memoryview) else v for v in row]
            for row in stored.values_list(*columns)
        ]
        parts = Evaluation.objects.filter(wave=wave).order_by("number").last().parts  # type: ignore[union-attr]
        datasets = [json.dumps(one) for one in parts.order_by("department__code").values_list("dataset")]
        return [rows, datasets, printed.getvalue()]

    first = all_computed()
    assert len(first[0]) == 2
    tasks.mix_due()
    evaluating.evaluate(wave.pk)
    assert all_computed() == first
    Evaluation.objects.filter(wave=wave).delete()
    Tally.objects.filter(wave=wave).delete()
    counting.replace(wave, counting.count_wave(wave))
    evaluating.evaluate(wave.pk)
    assert all_computed() == first
