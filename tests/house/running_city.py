"""The whole platform as real processes, for tests that need it so: `make run` on a data directory of its own.

Nothing is replaced: PostgreSQL and Valkey from their wheels, granian, a Celery worker and beat. Inboxes are mixed at
once instead of after twelve hours, and the demonstration city is small.
"""

import fcntl
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.conf import settings

from survey_project.embedded.places import DATABASE, USER, Place

ROOT = Path(settings.BASE_DIR)
T = TypeVar("T")


@dataclass
class RunningCity:
    """A running platform: its address, its data directory and its supervisor."""

    data_dir: Path
    port: int
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes]
    logins: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> dict[str, Any]:
        """Run a management command beside the running platform; return the JSON of its last line."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return answer

    def database(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect to the platform's database as its owner."""
        return psycopg.connect(
            host=str(Place(self.data_dir).sockets),
            dbname=DATABASE,
            user=USER,
            autocommit=True,
            connect_timeout=5,
        )

    def processes(self, word: str) -> list[int]:
        """Return the ids of this platform's processes whose command line holds `word`, oldest first."""
        marker = f"DATA_DIR={self.data_dir}\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if marker in (entry / "environ").read_bytes() + b"\0" and word.encode() in (
                        entry / "cmdline"
                    ).read_bytes().replace(b"\0", b" "):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return sorted(found)

    def read(self, path: str) -> tuple[int, str]:
        """Fetch a page as anybody; return status and text."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:  # noqa: S310  our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()


class Visitor:
    """A plain HTTP browser without scripts: keeps cookies, posts forms."""

    def __init__(self, city: RunningCity) -> None:
        self.city = city
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(self.city.address + path))  # noqa: S310  our own address

    def post(self, path: str, fields: dict[str, Any]) -> str:
        """Post a form as a page would: with the hidden fields of the page it came from."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        if token:
            fields = {"csrfmiddlewaretoken": token.group(1), **fields}
        request = urllib.request.Request(  # noqa: S310  our own address
            self.city.address + path,
            data=urllib.parse.urlencode(fields, doseq=True).encode(),
            headers={"Referer": self.city.address + path},
        )
        return self._open(request)

    def log_in(self, name: str) -> "Visitor":
        self.post("/office/login/", {"username": name, "password": self.city.logins[name]})
        return self

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=20) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            raise AssertionError(
                f"{request.full_url}: {refusal.code}\n{refusal.read().decode()[:3000]}"
            ) from None


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], T], *, seconds: float, what: str) -> T:
    """Return the first true answer of `look`; fail when there is none within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := look():
            return answer
        time.sleep(0.25)
    raise AssertionError(f"{what} did not happen within {seconds:g} s")


@contextmanager
def running_city(data_dir: Path, **environment: str) -> Iterator[RunningCity]:
    """Run the platform on the new directory `data_dir`, with its city unless DEMO is 0; end it, wholly, afterwards."""
    if environment.get("DEMO") != "0":
        copy_of_the_city(data_dir)
    with _running(data_dir, **environment) as city:
        yield city


def copy_of_the_city(data_dir: Path) -> None:
    """Lay out a data directory in which the city is loaded and evaluated: loading takes a minute, copying a second.

    The first in a session to ask has `make run` load it, for all its processes.
    """
    session = next(
        (above for above in data_dir.parents if re.fullmatch(r"pytest-\d+", above.name)), data_dir.parent
    )
    loaded = session / "city"
    with (session / "city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not loaded.exists():
            making = session / "city.making"
            shutil.rmtree(making, ignore_errors=True)
            with _running(making):
                pass
            making.rename(loaded)
    shutil.copytree(loaded, data_dir, symlinks=True, ignore=shutil.ignore_patterns("sockets"))


@contextmanager
def _running(data_dir: Path, **environment: str) -> Iterator[RunningCity]:
    port = free_port()
    surroundings = {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "MIXING_MIN_BATCH": "1",
        "MIXING_MAX_AGE_SECONDS": "1",
        "BEAT_SECONDS": "2",
        "STEP_UP_AFTER": "0",
        "STEP_UP_SECONDS": "0",
        **environment,
    }
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        surroundings.pop(name, None)
    log = (data_dir.parent / f"{data_dir.name}.log").open("wb")
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "survey_project.run"], cwd=ROOT, env=surroundings, stdout=log, stderr=log
    )
    city = RunningCity(data_dir, port, surroundings, supervisor)
    try:

        def answers() -> bool:
            assert supervisor.poll() is None, Path(log.name).read_text()[-3000:]
            try:
                return city.read("/healthz")[0] == 200
            except OSError:
                return False

        eventually(answers, seconds=300, what="the first page")
        logins = data_dir / "run" / "demo-logins.txt"
        for line in logins.read_text().splitlines() if logins.exists() else ():
            words = line.split()
            if len(words) >= 3:
                city.logins[words[0]] = words[-1]
        yield city
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(timeout=30)
        log.close()
        assert city.processes("") == [], "something was left running"
