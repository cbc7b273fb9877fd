"""P4 and P5: counting a million responses from scratch, and adding ten thousand to existing tallies."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.city import a_wave, load_responses
from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database

MILLION = 1_000_000
ADDED = 10_000
DEPARTMENTS = 20
CELL_SLICES = 2  # slices that are upserted cell by cell; their time is multiplied
ORM_SHARE = 20  # the ORM counts a twentieth of the rows; its time grows with them


def best(*deeds: Callable[[], Any], times: int = 9) -> list[float]:
    """Return the shortest of several runs of each, in seconds: what the machine needs when nobody else wants it.

    The deeds take turns, so that a busy moment hits all of them.
    """
    found = [float("inf")] * len(deeds)
    for _number in range(times):
        for place, deed in enumerate(deeds):
            started = time.perf_counter()
            deed()
            found[place] = min(found[place], time.perf_counter() - started)
    return found


# Run in a process of its own, where nothing was freed before that could be used again.
MEMORY = """
import re, sys
from pathlib import Path
import django

django.setup()
from surveys.responses import counting
from surveys.waves.models import Wave

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

wave = Wave.objects.select_related("edition").get(pk=int(sys.argv[1]))
counting.Layouts(wave)
idle = kilobytes("VmRSS")
counting.count_wave(wave)
print((kilobytes("VmHWM") - idle) / 1024)
"""


def memory_mb(wave: Any, database: str) -> float:
    """Return how much memory counting the wave takes above an idle worker's."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": database}
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(wave.pk)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def measure() -> list[Ratio]:
    """Measure both on one scratch database."""
    with scratch_database() as database:
        wave = a_wave("tallies", items=12, departments=DEPARTMENTS)
        load_responses(wave, ADDED)
        vacuum()
        adding = measure_adding(wave)
        load_responses(wave, MILLION - ADDED)
        vacuum()
        return [*measure_counting(wave, database), *adding]


def vacuum() -> None:
    """Bring the table into the state that autovacuum keeps it in."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) surveys_response")


def measure_counting(wave: Any, database: str) -> list[Ratio]:
    """P4: all tallies of a million responses of twelve items."""
    from surveys.responses import counting

    with duckdb_count() as duck_count:
        ours, duck = best(lambda: counting.count_wave(wave), duck_count, times=5)
    memory = memory_mb(wave, database)
    orm = orm_seconds()
    return [
        Ratio(
            code="P4",
            what="tallies and moments of 1 M responses × 12, to DuckDB over Parquet",
            value=ours,
            unit="s",
            reference=duck,
            reference_name="DuckDB: UNPIVOT and GROUP BY over the same rows as Parquet (no moments)",
            target="≤ 2 ×",
            met=ours <= 2 * duck,
        ),
        Ratio(
            code="P4",
            what="the same, to the ORM's annotate over one row per answer",
            value=ours,
            unit="s",
            reference=orm,
            reference_name=f"ORM values().annotate(Count), measured on 1/{ORM_SHARE} of the rows",
            target="≥ 10 × faster",
            met=orm >= 10 * ours,
        ),
        Ratio(
            code="P4",
            what="memory of counting them, above idle",
            value=memory,
            unit="MB",
            reference=None,
            reference_name="",
            target="≤ 100 MB",
            met=memory <= 100,
        ),
    ]


def answers() -> Any:
    """Return the stored responses as a structured array: what DuckDB and the ORM are given."""
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    query = "SELECT department_id, klass, stratum, channel, flags, codes FROM surveys_response"
    with psycopg.Cursor(connection.connection) as cursor:
        rows = list(cursor.stream(query, binary=True))
    keys = np.array([row[:5] for row in rows], dtype=np.int32)
    codes = np.frombuffer(b"".join(row[5] for row in rows), np.uint8).reshape(-1, 12)
    return keys, codes


@contextmanager
def duckdb_count() -> Iterator[Callable[[], Any]]:
    """Yield DuckDB's way to count the same responses, kept as Parquet."""
    import duckdb

    keys, codes = answers()
    names = ("department", "klass", "stratum", "channel", "flags")
    wide = {name: keys[:, place].copy() for place, name in enumerate(names)}
    wide |= {f"q{item}": codes[:, item].copy() for item in range(12)}
    items = ", ".join(f"q{item}" for item in range(12))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
        path = f"{folder}/responses.parquet"
        engine.execute(f"COPY (SELECT * FROM wide) TO '{path}'")  # noqa: S608  our own names
        counted = f"SELECT {', '.join(names)}, item, value, count(*)"
        unpivoted = f"(UNPIVOT '{path}' ON {items} INTO NAME item VALUE value)"
        query = f"{counted} FROM {unpivoted} GROUP BY ALL"
        yield lambda: engine.execute(query).fetchnumpy()


def orm_seconds() -> float:
    """Return how long the ORM takes over a table with one row per answer, scaled to all rows."""
    from django.db import connection, models

    class Answer(models.Model):
        department = models.IntegerField()
        klass = models.SmallIntegerField()
        stratum = models.SmallIntegerField()
        channel = models.SmallIntegerField()
        flags = models.SmallIntegerField()
        item = models.SmallIntegerField()
        value = models.SmallIntegerField()

        class Meta:
            app_label = "bench"
            db_table = "bench_answer"

    with connection.schema_editor() as editor:
        editor.create_model(Answer)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_answer (department, klass, stratum, channel, flags, item, value) "
            "SELECT department_id, klass, stratum, channel, flags, item, get_byte(codes, item) "
            "FROM (SELECT * FROM surveys_response LIMIT %s) AS few, generate_series(0, 11) AS item",
            [MILLION // ORM_SHARE],
        )
        cursor.execute("ANALYZE bench_answer")
    cells = Answer.objects.values("department", "klass", "stratum", "channel", "flags", "item", "value")
    return best(lambda: list(cells.annotate(n=models.Count("id"))), times=3)[0] * ORM_SHARE


def measure_adding(wave: Any) -> list[Ratio]:
    """P5: ten thousand responses added to tallies of as many; the batch in memory, as mixing has it."""
    import psycopg
    from django.db import connection, transaction

    from surveys.responses import counting

    with psycopg.Cursor(connection.connection) as cursor:
        batches = [counting.batch_of(*row) for row in cursor.stream(counting.COUNT, [wave.pk], binary=True)]
    counting.add(wave, batches)

    def add() -> None:
        with transaction.atomic():
            counting.add(wave, batches)

    added = counting.count_batches(counting.Layouts(wave), batches)
    ready = {key: one.written() for key, one in added.items()}

    arrays = [list(column) for column in zip(*ready.values(), strict=True)]
    keys = [key.department_id for key in ready], [key.klass for key in ready]

    def bare_upsert() -> None:
        with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(counting.REPLACE, [wave.pk, *keys, *arrays])

    ours, bare = best(add, bare_upsert)
    cells = upsert_per_cell_seconds(added)
    return [
        Ratio(
            code="P5",
            what="adding 10,000 responses to 20 slices, to the bare upsert of the arrays",
            value=1000 * ours,
            unit="ms",
            reference=1000 * bare,
            reference_name="the same arrays, ready as bytes, upserted in one statement",
            target="≤ 3 ×",
            met=ours <= 3 * bare,
        ),
        Ratio(
            code="P5",
            what="the same, to an upsert per cell",
            value=1000 * ours,
            unit="ms",
            reference=1000 * cells,
            reference_name="one upsert for each count and moment that changed, sent as a batch",
            target="≥ 30 × cheaper",
            met=cells >= 30 * ours,
        ),
    ]


def upsert_per_cell_seconds(added: Any) -> float:
    """Return how long it takes to upsert every number that the batch changes, one statement each.

    Measured on two slices, all of which are alike, and multiplied.
    """
    from django.db import connection, transaction

    some = sorted(added.items())[:CELL_SLICES]
    rows = [
        (key.department_id, *map(int, group), place, int(number))
        for key, one in some
        for group, counts, moments in zip(one.groups, one.counts, one.moments, strict=True)
        for place, number in enumerate((*counts, *moments.ravel()))
        if number
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_cell (department int, stratum int, cell int, channel int, status int, psu int, "
            "place int, n int, PRIMARY KEY (department, stratum, cell, channel, status, psu, place))"
        )

        def upsert() -> None:
            with transaction.atomic():
                cursor.executemany(
                    "INSERT INTO bench_cell VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT "
                    "(department, stratum, cell, channel, status, psu, place) "
                    "DO UPDATE SET n = bench_cell.n + EXCLUDED.n",
                    rows,
                )

        return best(upsert, times=2)[0] * len(added) / CELL_SLICES
