"""P1, P2, P5 and P9: the survey page and the submission, against a bare Django on the same machine.

Everything goes over HTTP to servers of one kind and size (`serving.py`). Ours is the whole project with all its
middleware, as `make run` runs it; what it is compared with is described in `bare.py`. Runs take turns, so that a busy
moment hits all of them, and of each the best counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from benchmarks import load
from benchmarks.city import a_wave, load_responses
from benchmarks.load import Load, Script
from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database
from benchmarks.serving import OURS, server

ROUNDS = 3
SECONDS = 4.0
GROWN = 200_000  # responses and remembered forms in the second half of P9; the first has a tenth
COLUMNS = (
    "id, wave_id, department_id, day, klass, channel, stratum, cell, flags, language, codes, salt, commitment"
)
# A worker that mixes what is due for every line that it is sent, and says how much that was.
MIXER = """
import sys
import django
django.setup()
from surveys.responses import mixing
for _line in sys.stdin:
    print(mixing.mix_due(), flush=True)
"""
ANSWERS = "".join(f"&d0.q{item}={item % 5 + 1}" for item in range(1, 11))


def get(path: str) -> Script:
    """Return the script of reading a page."""
    question = load.request("GET", path)

    def script() -> Generator[bytes, bytes, None]:
        yield question

    return script


def page_and_submission() -> Generator[bytes, bytes, None]:
    """Read our page and answer it with its token."""
    page = yield load.request("GET", "/s/bench/")
    start = page.index(b'name="token" value="') + 20
    token = page[start : start + 48].decode()
    thanks = yield load.request("POST", "/s/bench/", f"token={token}&language=en&ch=web{ANSWERS}".encode())
    assert b"receipt-code" in thanks, thanks[:500]


def page_and_row() -> Generator[bytes, bytes, None]:
    """Read the bare page and store one bare row."""
    yield load.request("GET", "/page")
    yield load.request("POST", "/row", f"token={'x' * 48}&language=en&ch=web{ANSWERS}".encode())


def form_and_row() -> Generator[bytes, bytes, None]:
    """Read and send a Django form."""
    yield load.request("GET", "/form")
    done = yield load.request("POST", "/form", "&".join(f"q{n}={n % 5 + 1}" for n in range(1, 11)).encode())
    assert b"received" in done, done[:500]


def in_turns(runs: dict[str, tuple[int, Script]], rounds: int = ROUNDS) -> dict[str, Load]:
    """Play every script so many times in turns and return the best run of each."""
    best: dict[str, Load] = {}
    for _round in range(rounds):
        for name, (port, script) in runs.items():
            run = load.run(port, script, seconds=SECONDS)
            if run.failures:
                raise SystemExit(f"{name}: {run.failures} of {run.requests} requests failed.")
            if name not in best or run.rate > best[name].rate:
                best[name] = run
    return best


def measure() -> list[Ratio]:
    """Start both servers on one scratch database and compare them."""
    from django.db import connection

    with ExitStack() as stack:
        database = stack.enter_context(scratch_database())
        wave = a_wave("bench", items=10, departments=1)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_row (id uuid PRIMARY KEY, answers bytea NOT NULL)")
        ours = stack.enter_context(
            server(
                OURS,
                "/s/bench/",
                {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": database},
            )
        )
        page = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "page.html"
        page.write_bytes(urllib.request.urlopen(f"http://127.0.0.1:{ours}/s/bench/").read())
        bare = stack.enter_context(
            server(
                "benchmarks.bare:application",
                "/page",
                {
                    "DJANGO_SETTINGS_MODULE": "",
                    "BENCH_DATABASE_URL": address_of(database),
                    "BENCH_PAGE": str(page),
                },
            )
        )
        compared = compare(ours, bare)
        return [*compared, *while_mixing(ours, database), *grown(ours, wave)]


def address_of(database: str) -> str:
    """Return the scratch database as a URL, for the bare server, which knows no settings of ours."""
    from django.conf import settings

    given = {
        name: str(settings.DATABASES["default"].get(name) or "")
        for name in ("USER", "PASSWORD", "HOST", "PORT")
    }
    user, password, host = (urllib.parse.quote(given[name], safe="") for name in ("USER", "PASSWORD", "HOST"))
    return f"postgresql://{user}:{password}@{host}:{given['PORT']}/{database}"


def compare(ours: int, bare: int) -> list[Ratio]:
    """P1 and P2."""
    best = in_turns(
        {
            "page": (ours, get("/s/bench/")),
            "bare page": (bare, get("/page")),
            "submission": (ours, page_and_submission),
            "bare row": (bare, page_and_row),
            "form": (bare, form_and_row),
        }
    )
    page, bare_page = best["page"], best["bare page"]
    both, row, form = best["submission"], best["bare row"], best["form"]
    slowest = 1000 * page.quantile(0.95)
    return [
        Ratio(
            code="P1",
            what="survey page, 8 clients, to a bare view of the same bytes",
            value=page.rate,
            unit="/s",
            reference=bare_page.rate,
            reference_name="bare Django view",
            target="≥ 0.6 ×",
            met=page.rate >= 0.6 * bare_page.rate,
        ),
        Ratio(
            code="P1",
            what="survey page, 8 clients, 95th percentile",
            value=slowest,
            unit="ms",
            reference=None,
            reference_name="",
            target="≤ 25 ms",
            met=slowest <= 25,
        ),
        Ratio(
            code="P2",
            what="page + submission, 8 clients, to a bare page + one-row insert",
            value=both.rate,
            unit="/s",
            reference=row.rate,
            reference_name="bare Django page and raw INSERT",
            target="≥ 0.5 ×",
            met=both.rate >= 0.5 * row.rate,
        ),
        Ratio(
            code="P2",
            what="page + submission, 8 clients, to a Django form built per request",
            value=both.rate,
            unit="/s",
            reference=form.rate,
            reference_name="the same ten questions as a forms.Form, one row by the ORM",
            target="≥ 7 ×",
            met=both.rate >= 7 * form.rate,
        ),
    ]


def while_mixing(ours: int, database: str) -> list[Ratio]:
    """P5: what submissions lose while a worker mixes what they have left in the inbox.

    The worker is a process of its own, as everywhere, and mixes when told to, as beat tells it every ten seconds: a
    thread of this process would hold up the clients, too.
    """
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "BENCH_DATABASE": database,
        "MIXING_MAX_AGE_SECONDS": "0",
    }
    alone = mixed = 0.0
    with Popen(
        [sys.executable, "-c", MIXER], env={**os.environ, **environment}, stdin=PIPE, stdout=PIPE, text=True
    ) as worker:
        assert worker.stdin
        assert worker.stdout
        for _round in range(ROUNDS):
            print(file=worker.stdin, flush=True)
            worker.stdout.readline()  # the inbox is empty
            alone = max(alone, load.run(ours, page_and_submission, seconds=2 * SECONDS).rate)
            print(file=worker.stdin, flush=True)
            mixed = max(mixed, load.run(ours, page_and_submission, seconds=2 * SECONDS).rate)
            worker.stdout.readline()
        worker.stdin.close()
    return [
        Ratio(
            code="P5",
            what="page + submission while a worker mixes the inbox",
            value=mixed,
            unit="/s",
            reference=alone,
            reference_name="page + submission alone",
            target="≥ 0.95 ×",
            met=mixed >= 0.95 * alone,
        )
    ]


def grown(ours: int, wave: Any) -> list[Ratio]:
    """P9: page and submission with ten times the responses, remembered forms and waiting records."""
    from django.db import connection

    def fill(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE surveys_inboxentry, surveys_submission, surveys_response")
            load_responses(wave, number)
            cursor.execute(
                f"INSERT INTO surveys_inboxentry ({COLUMNS}, leads) SELECT {COLUMNS}, true "  # noqa: S608
                "FROM surveys_response LIMIT %s",
                [number // 10],
            )
            cursor.execute(
                "INSERT INTO surveys_submission (token_hash, wave_id, day, sealed) "
                "SELECT commitment, wave_id, day, salt FROM surveys_response",
            )
            cursor.execute("VACUUM (ANALYZE) surveys_inboxentry, surveys_submission, surveys_response")

    scripts = {"survey page": get("/s/bench/"), "page + submission": page_and_submission}
    sizes = (GROWN // 10, GROWN)
    medians = {(name, size): float("inf") for name in scripts for size in sizes}
    for _round in range(ROUNDS):
        for size in sizes:
            fill(size)
            for name, script in scripts.items():
                run = load.run(ours, script, clients=2, seconds=SECONDS / 2)
                medians[name, size] = min(medians[name, size], run.quantile(0.5))
    return [
        Ratio(
            code="P9",
            what=f"{name}, median, with ten times the data",
            value=1000 * medians[name, GROWN],
            unit="ms",
            reference=1000 * medians[name, GROWN // 10],
            reference_name=f"the same with {GROWN // 10:,} responses",
            target="≤ 1.15 ×",
            met=medians[name, GROWN] <= 1.15 * medians[name, GROWN // 10],
        )
        for name in scripts
    ]
