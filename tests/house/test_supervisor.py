"""`make run` keeps its processes alive, and takes all of them along when it goes, however it goes."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_project.embedded import Place, children
from survey_project.embedded.client import is_kept
from survey_project.environment import BASE_DIR
from tests.house.running_city import free_port

SOON = 30.0
# A start to a usable page, and a stop, on a busy machine (alone it takes two seconds each).
LONGEST_STOP = 5.0


@dataclass
class Running:
    """A supervisor and what it runs."""

    supervisor: subprocess.Popen[bytes]
    place: Place
    port: int
    log: Path

    def processes(self, *words: str) -> list[int]:
        """Return the ids of its processes whose command line holds all the words."""
        marker = f"DATA_DIR={self.place.data_dir}".encode()
        found = []
        for process, line in children.command_lines():
            with suppress(OSError):
                surroundings = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
                if marker in surroundings and all(word in " ".join(line) for word in words):
                    found.append(process)
        return found

    def answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def all_is_gone(self) -> bool:
        return not self.processes() and not is_kept(self.place)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Run everything on an empty database, and see afterwards that nothing is left of it."""
    place, log, port = Place(tmp_path / "var"), tmp_path / "log", free_port()
    surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "survey_project.run"],
            cwd=BASE_DIR,
            env=surroundings | {"DATA_DIR": str(place.data_dir), "PORT": str(port), "DEMO": "0"},
            stdout=output,
            stderr=output,
        )
    found = Running(supervisor, place, port, log)
    assert children.wait_until(lambda: found.answers() or supervisor.poll() is not None, 300), log.read_text()
    assert supervisor.poll() is None, log.read_text()
    assert children.wait_until(lambda: len(found.processes("celery worker")) > 1, SOON), log.read_text()
    yield found
    supervisor.kill()
    supervisor.wait()
    assert children.wait_until(found.all_is_gone, SOON)


def kill_the_oldest(running: Running, *words: str) -> None:
    """Kill the head of a group, and wait until another one stands in its place."""
    before = set(running.processes(*words))
    os.kill(min(before), signal.SIGKILL)
    assert children.wait_until(lambda: bool(set(running.processes(*words)) - before), SOON)
    assert children.wait_until(running.answers, SOON)


def test_every_process_that_is_killed_comes_back(running: Running) -> None:
    kill_the_oldest(running, "granian")
    kill_the_oldest(running, "celery", "worker")
    kill_the_oldest(running, "celery", "beat")
    os.kill(int(running.place.keeper_lock.read_text()), signal.SIGKILL)
    assert children.wait_until(lambda: not running.answers(), SOON)
    assert children.wait_until(running.answers, SOON)


def test_it_refuses_a_second_one_and_stops_quickly_at_ctrl_c(running: Running) -> None:
    second = aside("-m", "survey_project.run", DATA_DIR=str(running.place.data_dir), PORT=str(free_port()))
    assert second.returncode == 1
    assert "is already running" in second.stderr
    began = time.monotonic()
    running.supervisor.send_signal(signal.SIGINT)
    assert running.supervisor.wait(SOON) == 0
    assert time.monotonic() - began < LONGEST_STOP
    assert running.all_is_gone()
    assert "Traceback" not in running.log.read_text()


def test_killed_together_with_its_children_it_leaves_no_grandchildren(running: Running) -> None:
    heads = [min(running.processes(*words)) for words in (["granian"], ["celery", "worker"])]
    for process in [running.supervisor.pid, *heads]:
        os.kill(process, signal.SIGKILL)
    running.supervisor.wait()
    assert children.wait_until(running.all_is_gone, SOON)


def test_make_stop_ends_it(running: Running) -> None:
    done = aside("-m", "survey_project.embedded", "stop", str(running.place.data_dir))
    assert "make run" in done.stdout
    assert running.supervisor.wait(SOON) == 0
    assert running.all_is_gone()


def aside(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run another of our programs beside it."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=BASE_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
