"""Kill the platform at random while residents answer, and see that nothing they were told is lost, changed or doubled.

`python -m benchmarks.chaos --kills 200 --seed 7` runs the whole platform as `make run` does, on a data directory of
its own and on this machine only. Residents answer with codes and without, and send the same form again when the line
breaks or a 503 asks for patience; web server, worker, PostgreSQL and Valkey are killed with signal 9, and Valkey is
emptied, at moments that the seed decides. Then the wave is closed, and what residents were told is held against the
tables, the tallies and the answers of the API. The last line is JSON; the exit code is 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.house.residents import Acknowledged, Form, History
    from tests.house.running_city import RunningCity

CLIENTS = 6
ITEMS = 6
DEPARTMENTS = 2
CODED = 0.6  # of all forms
SENT_AGAIN = 0.1  # of the forms that were received, to see that they get the same receipts
SPACING = 5.0  # seconds between two faults, at most, on average
BYTES = {"dk": 254, "na": 253}
WITHIN = 90.0  # seconds in which results must be there again after all faults
PATIENCE = 150.0  # seconds for which a resident tries the same form again
PACE = 0.8  # seconds between two forms of one resident, at most


@dataclass
class Figures:
    """What a run came to."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    flushes: int = 0
    findings: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)

    def expect(self, true: bool, words: str) -> None:
        """Note what was wrong."""
        if not true:
            self.findings.append(words)

    def line(self) -> str:
        """Return everything as JSON."""
        total = sum(self.kills.values())
        shown = {"seed": self.seed, "kills": total, "killed": dict(self.kills), "flushes": self.flushes}
        return json.dumps({**shown, **self.counts, "findings": self.findings}, ensure_ascii=False)


def main(words: list[str]) -> int:
    """Run the storm and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--seconds", type=float, default=2000.0, help="no fault is done later than this")
    parser.add_argument("--fewest", type=int, default=0, help="acknowledgements there must be at least")
    given = parser.parse_args(words)
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="minping-chaos-") as folder:
        os.environ |= {"DATA_DIR": f"{folder}/var", "DJANGO_SETTINGS_MODULE": "survey_project.settings"}
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        figures = storm(Path(folder) / "var", given)
    print(figures.line(), flush=True)
    return 1 if figures.findings else 0


def storm(data_dir: Path, given: argparse.Namespace) -> Figures:
    """Run the platform, the residents and the faults; return what was found."""
    import django

    django.setup()
    from tests.house.residents import History
    from tests.house.running_city import running_city

    figures, history = Figures(given.seed), History()
    with running_city(data_dir, DEMO="0") as city:
        wave, codes = a_wave(given)
        over, began = threading.Event(), time.monotonic()
        clients = [
            threading.Thread(
                target=reside, args=(city, wave.slug, codes, history, over, given.seed * 100 + n)
            )
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        try:
            do_faults(city, given, figures)
            while (
                len(history.acknowledged) < given.fewest
                and time.monotonic() - began < given.seconds + PATIENCE
            ):
                time.sleep(0.5)
        finally:
            over.set()
            for client in clients:
                client.join()
        figures.counts["seconds"] = round(time.monotonic() - began, 1)
        figures.expect(len(history.acknowledged) >= given.fewest, "too few forms were sent to prove anything")
        judge(city, wave, history, figures)
    return figures


def a_wave(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """Open a wave for invited people and for anybody, and make codes enough."""
    from django.db import connection

    from benchmarks import city
    from surveys.waves import inviting

    wave = city.a_wave("storm", items=ITEMS, departments=DEPARTMENTS)
    codes = inviting.make_codes(wave, stratum=0, count=1000 + 60 * given.kills, by=None)
    connection.close()
    return wave, codes


def reside(
    city: RunningCity, slug: str, codes: list[str], history: History, over: threading.Event, seed: int
) -> None:
    """Answer one form after the other until it is over; the last one is seen through."""
    from tests.house.residents import Line, NoAnswer, form_on, patiently

    chance = random.Random(seed)  # noqa: S311  which answers, no secret
    while not over.is_set():
        code = codes.pop() if codes and chance.random() < CODED else ""
        line = Line(city.port)
        until = time.monotonic() + PATIENCE
        try:
            page = patiently(lambda: line.get(f"/i/{code}/" if code else f"/s/{slug}/"), history, until=until)  # noqa: B023
            form = form_on(page)
            form.answers = {name: chance.choice(values) for name, values in form.choices.items()}
            receipts = see_through(line, form, history, until=until)
            if receipts:
                history.told(code or form.token, form.answers, receipts)
                if chance.random() < SENT_AGAIN:
                    again = see_through(line, form, history, until=until)
                    if again != receipts:
                        history.unexpected.append("a form sent again got other receipts")
        except (NoAnswer, AssertionError) as fault:
            with history.lock:
                history.unexpected.append(f"{type(fault).__name__}: {fault}")
        finally:
            line.close()
        time.sleep(chance.random() * PACE)


def see_through(line: Any, form: Form, history: History, *, until: float) -> tuple[str, ...]:
    """Send a form until it is received; return its receipts. What else is said is noted as unexpected."""
    from tests.house.residents import patiently, press

    answer = patiently(lambda: press(line, form), history, until=until)
    if not answer.receipts:
        history.unexpectedly(answer)
    return answer.receipts


def do_faults(city: RunningCity, given: argparse.Namespace, figures: Figures) -> None:
    """Kill and empty, at moments that the seed decides, until it is enough or time is over."""
    chance = random.Random(given.seed)  # noqa: S311  the storm must be repeatable
    spacing = min(SPACING, 0.5 * given.seconds / max(1, given.kills))
    until = time.monotonic() + given.seconds
    while sum(figures.kills.values()) < given.kills and time.monotonic() < until:
        time.sleep(spacing * chance.uniform(0.2, 1.8))
        if chance.random() < 0.2:
            figures.flushes += flush(city)
        for kind in chance.sample(list(VICTIMS), len(VICTIMS)):  # the next one where that is dead already
            if found := VICTIMS[kind](city):
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(found), signal.SIGKILL)
                    figures.kills[kind] += 1
                break
    figures.expect(sum(figures.kills.values()) >= given.kills, "time was over before so many were killed")


def flush(city: RunningCity) -> bool:
    """Empty Valkey, if it is there."""
    import redis

    from survey_project.embedded.places import Place

    with redis.Redis(unix_socket_path=str(Place(city.data_dir).valkey_socket), socket_timeout=2) as broker:
        try:
            broker.flushall()
        except redis.RedisError:
            return False
    return True


def databases(city: RunningCity, *, head: bool) -> list[int]:
    """Return the ids of this platform's PostgreSQL: its head, or the processes that serve somebody."""
    from survey_project.embedded import children
    from survey_project.embedded.places import Place
    from survey_project.embedded.services import Postgres

    place = Place(city.data_dir)
    title = f"postgres: {Postgres(place).cluster_name}"
    if head:
        return [p for p, words in children.command_lines() if words[1:] == ["-D", str(place.cluster)]]
    return [
        p for p, words in children.command_lines() if words[0].startswith(title) and " minping" in words[0]
    ]


def valkey(city: RunningCity) -> list[int]:
    """Return the id of this platform's Valkey."""
    from survey_project.embedded.places import Place
    from survey_project.embedded.services import Valkey

    return Valkey(Place(city.data_dir)).strays()


VICTIMS: dict[str, Callable[[RunningCity], list[int]]] = {
    "web server": lambda city: city.processes("granian")[:1],
    "web process": lambda city: city.processes("granian")[1:],
    "worker": lambda city: city.processes("survey_project.celery worker")[:1],
    "worker process": lambda city: city.processes("survey_project.celery worker")[1:],
    "PostgreSQL": lambda city: databases(city, head=True),
    "database process": lambda city: databases(city, head=False),
    "Valkey": valkey,
}


def judge(city: RunningCity, wave: Any, history: History, figures: Figures) -> None:
    """Hold what residents were told against the tables, the API and, when the wave is settled, the tallies."""
    from surveys.waves import fielding
    from tests.house.running_city import eventually

    told = history.acknowledged
    figures.counts |= {
        "acknowledged": len(told),
        "coded": sum(one.person.isalnum() and len(one.person) == 26 for one in told),
        "receipts": sum(len(one.receipts) for one in told),
        "statuses": dict(sorted(history.statuses.items())),
    }
    for words in history.unexpected[:20]:
        figures.findings.append(words)

    eventually(lambda: reached(city), seconds=WITHIN, what="the platform after the storm")
    began = time.monotonic()
    settled_in: dict[str, float] = {}
    with city.database() as database:

        def asked(statement: str) -> Any:
            row = database.execute(statement).fetchone()
            assert row
            return row[0]

        eventually(
            lambda: asked("SELECT count(*) FROM surveys_inboxentry") == 0, seconds=WITHIN, what="mixing"
        )
        settled_in["mixed_after"] = round(time.monotonic() - began, 1)
        check_records(city, database, told, figures)
        check_by_program(city, told, figures)
        fielding.close_wave(wave, by=None)
        began = time.monotonic()
        status = "SELECT count(*) FROM surveys_wave WHERE status = 'settled'"
        eventually(lambda: asked(status) == 1, seconds=WITHIN, what="settling")
        settled_in["settled_after"] = round(time.monotonic() - began, 1)
        check_records(city, database, told, figures)
        agreed = asked("SELECT facts->>'tallies_agreed' FROM surveys_auditentry WHERE verb = 'settle'")
        figures.expect(agreed == "true", "the tallies kept during fieldwork differ from those counted anew")
        check_tallies(wave, told, figures)
    figures.counts |= settled_in


def reached(city: RunningCity) -> bool:
    """Say whether the platform answers."""
    try:
        return city.read("/healthz")[0] == 200
    except OSError:
        return False


def expected(one: Acknowledged) -> list[tuple[str, bytes]]:
    """Return what the records of an acknowledged form must hold: department and bytes, in the order of receipts."""
    parts: dict[str, bytes] = {}
    for name, value in one.answers.items():  # in the order of the page, which is that of the bytes
        part = name.partition(".")[0]
        parts[part] = parts.get(part, b"") + bytes([BYTES.get(value) or int(value)])
    return list(parts.items())


def check_records(city: RunningCity, database: Any, told: list[Acknowledged], figures: Figures) -> None:
    """Every acknowledged receipt stands in the records once, as it was sent; nothing else stands there."""
    from surveys.responses import receipts

    rows = database.execute(
        "SELECT substr(r.commitment, 1, 10), d.code, r.codes, r.klass FROM surveys_response r "
        "JOIN surveys_department d ON d.id = r.department_id"
    ).fetchall()
    stored = {receipts.printed(bytes(receipt)): (dept, bytes(codes)) for receipt, dept, codes, _k in rows}
    sent = {
        receipt: record for one in told for receipt, record in zip(one.receipts, expected(one), strict=True)
    }
    twice = len(rows) - len(stored) + sum(len(one.receipts) for one in told) - len(sent)
    lost = sum(receipt not in stored for receipt in sent)
    changed = sum(stored.get(receipt, record) != record for receipt, record in sent.items())
    unasked = sum(receipt not in sent for receipt in stored)
    codes = [one.person for one in told if len(one.person) == 26]
    (people,) = database.execute("SELECT coalesce(sum(people), 0) FROM surveys_participation").fetchone()
    figures.counts |= {"lost": lost, "twice": twice, "changed": changed, "never_acknowledged": unasked}
    figures.expect(not lost, f"{lost} acknowledged ratings are not in the records")
    figures.expect(not twice, f"{twice} ratings are counted twice")
    figures.expect(not changed, f"{changed} ratings are not what was sent")
    figures.expect(not unasked, f"{unasked} records belong to no form that was acknowledged")
    # Which codes were used is forgotten when a wave settles; that many people were counted for them.
    figures.expect(len(set(codes)) == len(codes), f"{len(codes) - len(set(codes))} codes were taken twice")
    figures.expect(people == len(told), f"{people} people are counted, {len(told)} were told so")


def check_by_program(city: RunningCity, told: list[Acknowledged], figures: Figures) -> None:
    """The check of every receipt says that it is counted."""
    from tests.house.residents import Line

    receipts, found = [receipt for one in told for receipt in one.receipts], Counter[str]()
    lock = threading.Lock()

    def check(some: list[str]) -> None:
        line = Line(city.port)
        for receipt in some:
            answer = line.send_json("/api/v1/check/", {"receipt": receipt})
            with lock:
                found[json.loads(answer.text).get("state", str(answer.status))] += 1
        line.close()

    checkers = [threading.Thread(target=check, args=(receipts[n::CLIENTS],)) for n in range(CLIENTS)]
    for checker in checkers:
        checker.start()
    for checker in checkers:
        checker.join()
    figures.expect(found == {"counted": len(receipts)}, f"checks of receipts say {dict(found)}")


def check_tallies(wave: Any, told: list[Acknowledged], figures: Figures) -> None:
    """The tallies are the counts of what residents sent, grade by grade."""
    from surveys import tallies
    from surveys.people.models import Department
    from surveys.waves.models import Klass

    names = dict(Department.objects.values_list("id", "code"))
    counted: Counter[tuple[int, str, int, int]] = Counter()
    for klass in (Klass.SAMPLE, Klass.OPEN):
        for one in tallies.slices(wave.pk, klass=klass):
            for item, by_byte in enumerate(one.counts.sum(axis=0)):
                for byte, number in enumerate(by_byte.tolist()):
                    if number:
                        counted[int(klass), names[one.department_id], item, byte] += number
    sent: Counter[tuple[int, str, int, int]] = Counter()
    for person in told:
        klass = Klass.SAMPLE if len(person.person) == 26 else Klass.OPEN
        for department, codes in expected(person):
            sent.update((int(klass), department, item, byte) for item, byte in enumerate(codes))
    figures.expect(counted == sent, "the tallies are not the counts of what residents sent")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
