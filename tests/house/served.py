"""The real web server over HTTP on the test's own database: granian with two processes, as `make run` starts it.

What it answers is the whole platform with all its middleware; who tests may look into the same database meanwhile.
Only for tests whose database is not wrapped in a transaction.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection

from benchmarks.serving import OURS, server
from surveys.people.models import Department, User
from surveys.responses import mixing
from surveys.waves.models import Wave
from tests.house.open_survey import open_survey
from tests.surveys.responses.conftest import Json, document, rating

T = TypeVar("T")

# The proofs run short in `make check` and at full length in `make endure`.
AT_FULL_LENGTH = bool(os.environ.get("ENDURE"))


def grades(*, items: int) -> Json:
    """A questionnaire of so many ratings of each department."""
    return document(*(rating(f"r{number}", headline=number == 1) for number in range(1, items + 1)))


def an_open_wave(content: Json, *, departments: dict[str, Department], by: User) -> Wave:
    """Field a questionnaire over Parks and Roads, for invited people and for anybody."""
    address = open_survey(content, departments=departments, by=by)
    return Wave.objects.get(slug=address.split("/")[2])


@contextmanager
def served(log: Path) -> Iterator[int]:
    """Serve the platform on the test's database and yield the port; what it logs goes into `log`."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.served_settings",
        "SERVED_DATABASE": str(connection.settings_dict["NAME"]),
    }
    with (
        log.open("wb") as output,
        server(OURS, "/healthz", environment, output=output) as port,
    ):
        yield port


@contextmanager
def a_mixer() -> Iterator[None]:
    """Mix what waits, again and again, as the worker does beside whatever the block does."""
    over = threading.Event()

    def mix() -> None:
        try:
            while not over.wait(0.05):
                mixing.mix_due()
        finally:
            connection.close()

    worker = threading.Thread(target=mix)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Ask the database as its owner."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def at_once(number: int, act: Callable[[int], T]) -> list[T]:
    """Do `act(0)` … `act(number - 1)` in threads and return what came of them, in order; the first fault is raised."""
    found: list[T | None] = [None] * number
    faults: list[BaseException] = []

    def one(place: int) -> None:
        try:
            found[place] = act(place)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found  # type: ignore[return-value]
