"""`make run`: services, migrations, demo city, then web server, Celery worker and beat, until Ctrl-C.

One supervisor watches three children. One that dies is started again, more slowly each time; Ctrl-C or SIGTERM
stops all in order; and if the supervisor itself is killed, the kernel ends the children and the keeper of the
embedded services follows within two seconds.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey_project import environment
from survey_project.embedded import POSTGRES, VALKEY, Place, children, client
from survey_project.embedded.keeper import seize
from survey_project.environment import BASE_DIR, BadSetting
from survey_project.gate import open_gate, say

TICK = 0.1
CALM_AFTER = 30.0
SLOWEST_RESTART = 30.0
KEEPER_EVERY = 1.0
WEB_FIRST = 5.0
WEB_WORKERS = 2
WORKER_CHILDREN = 2


@dataclass
class Child:
    """A process in the supervisor's care."""

    title: str
    command: Sequence[str]
    death_signal: signal.Signals
    stop_steps: Sequence[tuple[signal.Signals, float]]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    crashes: int = 0
    start_at: float = field(default=0.0)

    def tend(self) -> None:
        """Start it when it is time; when it has died, end its group and plan the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.started_at = now
                self.process = children.start(
                    [sys.executable, "-m", *self.command],
                    death_signal=self.death_signal,
                    env={**os.environ, "MINPING_SUPERVISED": "1"},
                    cwd=BASE_DIR,
                )
            return
        if self.process.poll() is None:
            if self.crashes and now - self.started_at > CALM_AFTER:
                self.crashes = 0
            return
        children.kill_group(self.process.pid)
        wait = min(0.5 * 2**self.crashes, SLOWEST_RESTART)
        say(
            f"The {self.title} ended by itself ({ending(self.process.returncode)}); starting it again in {wait:g} s."
        )
        self.process, self.start_at, self.crashes = None, now + wait, self.crashes + 1


def ending(code: int) -> str:
    """Put an exit code into words."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def the_children(host: str, port: int) -> list[Child]:
    """Return what is to run, the web server first."""
    web = (
        f"granian survey_project.front:front --interface rsgi --http 1 --host {host} --port {port} --no-ws "
        f"--workers {WEB_WORKERS} --http1-buffer-size 32768 "
        "--respawn-failed-workers --workers-kill-timeout 2 --log-level warning"
    )
    celery = "celery --quiet -A survey_project.celery"
    worker = (
        f"{celery} worker --pool prefork --concurrency {WORKER_CHILDREN} --loglevel WARNING "
        "--without-gossip --without-mingle --without-heartbeat"
    )
    beat = f"{celery} beat --loglevel WARNING --pidfile="
    ask, insist = signal.SIGTERM, signal.SIGQUIT
    return [
        Child("web server", web.split(), ask, [(ask, 2.5)]),
        # SIGTERM lets a running task finish; what is cut off is done again later. When the supervisor dies only
        # SIGKILL will do: a worker that is waiting for a broker that is gone hears SIGQUIT and goes on waiting.
        Child("worker", worker.split(), signal.SIGKILL, [(ask, 2.5), (insist, 0.5)]),
        Child("scheduler", beat.split(), ask, [(ask, 1.0)]),
    ]


def check_port(host: str, port: int) -> None:
    """Refuse an occupied port: the web server would silently share it with whoever is there."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        raise BadSetting(
            f"Port {port} on {host} cannot be used: {problem.strerror or problem}. Stop the program that uses it, "
            f"or choose another port: PORT={port + 1 if port < 65535 else 8001} make run"
        ) from None


def is_up(host: str, port: int) -> bool:
    """Ask the web server for its health."""
    line = http.client.HTTPConnection(host, port, timeout=2)
    try:
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def announce(host: str, port: int, data_dir: Path) -> None:
    """Print the addresses and, if the demonstration city is there, who may sign in."""
    shown = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else host  # noqa: S104 - only shown
    site = f"http://{shown}:{port}"
    lines = ["", "Minping runs. Stop it with Ctrl-C.", ""]
    pages = {"Residents": "/", "Results": "/results/", "Staff": "/office/", "API": "/api/docs/"}
    lines += [f"  {title:<10} {site}{path}" for title, path in pages.items()]
    logins = data_dir / "run" / "demo-logins.txt"
    if logins.exists():
        lines += ["", *(f"  {line}" for line in logins.read_text(encoding="utf-8").strip().splitlines())]
    print("\n".join([*lines, ""]), flush=True)


class Supervisor:
    """Keeps the children running until told to stop."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.told = False
        self.place = Place(environment.data_dir())
        self.children = the_children(host, port)
        pairs = ((POSTGRES, environment.database_url()), (VALKEY, environment.redis_url()))
        self.embedded = [name for name, url in pairs if url is None]

    def run(self) -> int:
        for called in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(called, self.stop_soon)
        children.adopt_orphans()
        announced, look_at = False, 0.0
        try:
            if not self.prepare():
                return 1 if not self.told else 0
            others_at = time.monotonic() + WEB_FIRST
            while not self.told:
                # The web server first: three starts at once would only slow each other down.
                for child in (
                    self.children if announced or time.monotonic() > others_at else self.children[:1]
                ):
                    child.tend()
                if not announced and is_up(self.host, self.port):
                    announce(self.host, self.port, self.place.data_dir)
                    announced = True
                if self.embedded and time.monotonic() > look_at:
                    look_at = time.monotonic() + KEEPER_EVERY
                    self.look_after_keeper()
                children.reap_orphans([*(c.process for c in self.children if c.process), *client.keepers()])
                time.sleep(TICK if announced else TICK / 4)
            return 0
        finally:
            self.stop()

    def stop_soon(self, *_: object) -> None:
        self.told = True

    def prepare(self) -> bool:
        """Bring the database up to date; return whether that went well."""
        process = children.start(
            [sys.executable, "-m", "survey_project.prepare"], death_signal=signal.SIGTERM, cwd=BASE_DIR
        )
        while process.poll() is None:
            if self.told:
                children.stop(process, [(signal.SIGTERM, 2.0)])
                return False
            time.sleep(0.02)
        if process.returncode != 0:
            say("The database could not be made ready; nothing was started. What went wrong stands above.")
        return process.returncode == 0

    def look_after_keeper(self) -> None:
        """Start a new keeper if the embedded services have lost theirs."""
        if not client.is_kept(self.place):
            client.spawn(self.place)

    def stop(self) -> None:
        """Stop all children at once, then each with patience."""
        say("Stopping …")
        living = [child for child in self.children if child.process and child.process.poll() is None]
        for child in living:
            if child.process:
                child.process.send_signal(child.stop_steps[0][0])
        for child in living:
            if child.process:
                children.stop(
                    child.process, [(signal.SIGCONT, child.stop_steps[0][1]), *child.stop_steps[1:]]
                )
        client.release(self.place)
        if self.embedded:
            children.wait_until(lambda: not client.is_kept(self.place), 4.0)


def main() -> int:
    """Run everything in the foreground."""
    parser = argparse.ArgumentParser(
        prog="python -m survey_project.run", description="Run the whole platform."
    )
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the program that started us dies"
    )
    if parser.parse_args().with_parent:
        children.die_with_parent(signal.SIGTERM)
    host = environment.text("HOST") or "127.0.0.1"
    port = environment.number("PORT", 8000, least=1, most=65535)
    place = Place(environment.data_dir())
    try:
        place.make_directories()
        lock = seize(place.run / "server.lock")
    except OSError as problem:
        raise BadSetting(
            f"{place.data_dir} cannot be used as data directory: {problem.strerror}. Set DATA_DIR."
        ) from None
    if lock is None:
        raise BadSetting(
            f"`make run` is already running on {place.data_dir}. Stop it first (`make stop`), or set DATA_DIR and PORT."
        )
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    check_port(host, port)
    open_gate()
    return Supervisor(host, port).run()


if __name__ == "__main__":
    sys.exit(main())
