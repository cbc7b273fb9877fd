"""The keeper: one process per data directory that runs PostgreSQL and Valkey while somebody uses them.

It holds `run/supervisor.lock`. A service runs while anybody holds a shared lock on `run/<service>.users`; it is
started anew when it dies, and stopped two seconds after its last user has gone. With nothing left to run, the
keeper leaves. Its children die with it, so it may be killed at any time.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from survey_project.embedded import children
from survey_project.embedded.places import Place, UnsafeDirectory
from survey_project.embedded.rootless import UserRefused
from survey_project.embedded.services import Postgres, Service, ServiceFailure, Valkey, last_lines

LINGER = 2.0
TICK = 0.05
GIVE_UP_AFTER = 45.0
LOG_LIMIT = 5 * 2**20
ALREADY_KEPT = 3


def seize(path: Path, *, patience: float = 0.0) -> int | None:
    """Take an exclusive lock on a file and return its descriptor, or None when somebody holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
            time.sleep(0.01)
        else:
            return descriptor


class Kept:
    """One service in the keeper's care."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.used_at = time.monotonic()
        self.answered_at: float | None = None
        self.wanted_since = time.monotonic()
        self.try_at = 0.0
        self.failures = 0

    def tend(self) -> None:
        """Look once: who uses it, does it live, is it time to start or stop it."""
        now = time.monotonic()
        if self.is_used():
            self.used_at = now
            if self.process is None:
                self.begin(now)
            elif self.process.poll() is not None:
                self.mourn(now)
            elif self.answered_at is None:
                self.welcome(now)
        elif self.process is not None and now - self.used_at > LINGER:
            self.retire()

    def is_used(self) -> bool:
        probe = seize(self.users_lock)
        if probe is None:
            return True
        os.close(probe)
        return False

    @property
    def users_lock(self) -> Path:
        return self.service.place.users_lock(self.service.name)

    def begin(self, now: float) -> None:
        if now < self.try_at:
            return
        if self.failures == 0:
            self.wanted_since = now
        self.answered_at = None
        self.process = self.service.start()

    def welcome(self, now: float) -> None:
        if self.service.answers():
            self.answered_at, self.failures = now, 0
            say(f"{self.service.title} answers.")

    def mourn(self, now: float) -> None:
        """Note a death, end what is left of its group, and plan the next start."""
        if self.process is None:
            return
        say(f"{self.service.title} ended by itself ({self.process.returncode}); starting it again.")
        children.kill_group(self.process.pid)
        self.process = None
        self.failures += 1
        self.try_at = now + min(0.1 * 2**self.failures, 3.0)
        if self.answered_at is not None:
            # It has run well until now: the patience begins anew.
            self.failures, self.try_at, self.answered_at = 0, now, None
        elif now - self.wanted_since > GIVE_UP_AFTER or (self.failures >= 5 and not self.service.strays()):
            tail = last_lines(self.service.place.log(self.service.name))
            raise ServiceFailure(
                f"{self.service.title} does not start in {self.service.place.data_dir}. Its log: {tail}"
            )

    def retire(self) -> None:
        """Stop it, keeping new users waiting at the door meanwhile."""
        door = seize(self.users_lock)
        if door is None:
            return
        self.end()
        os.close(door)

    def end(self) -> None:
        if self.process is not None:
            children.stop(self.process, self.service.stop_steps)
            say(f"{self.service.title} stopped.")
        self.process = self.answered_at = None


def say(line: str) -> None:
    """Write a line to the keeper's log (its standard error)."""
    print(time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime()), line, file=sys.stderr, flush=True)


def keep(place: Place) -> int:
    """Run the services until nobody uses them; return the exit code."""
    os.chdir("/")
    for called in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(called, signal.SIG_IGN)
    try:
        place.make_directories()
        lock = seize(place.keeper_lock, patience=1.5)
        if lock is None:
            return ALREADY_KEPT
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        place.failure.unlink(missing_ok=True)
        shorten_logs(place)
        children.adopt_orphans()
        tend_all([Kept(Postgres(place)), Kept(Valkey(place))])
    except (ServiceFailure, UnsafeDirectory, UserRefused) as problem:
        return give_up(place, str(problem))
    except OSError as problem:
        what = f"{problem.filename or place.data_dir}: {problem.strerror}"
        return give_up(
            place, f"The embedded services cannot use {what}. Does it belong to another user, or is it full?"
        )
    if place.sockets.parent != place.run:
        with suppress(OSError):
            place.sockets.rmdir()
    return 0


def give_up(place: Place, reason: str) -> int:
    """Leave the reason where those who wait for us look for it."""
    with suppress(OSError):
        place.failure.write_text(f"{reason}\n", encoding="utf-8")
    say(reason)
    return 1


def tend_all(everything: list[Kept]) -> None:
    """Tend the services until nobody uses any, or until SIGTERM. SIGUSR1 says that a user has just left for good."""
    told: set[int] = set()
    for called in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(called, lambda number, _: told.add(number))
    linger_until = time.monotonic() + LINGER
    try:
        while signal.SIGTERM not in told:
            if signal.SIGUSR1 in told:
                told.discard(signal.SIGUSR1)
                linger_until = 0.0
                for kept in everything:
                    kept.used_at = 0.0
            for kept in everything:
                kept.tend()
            running = [kept.process for kept in everything if kept.process]
            if (
                not running
                and time.monotonic() > linger_until
                and not any(kept.is_used() for kept in everything)
            ):
                return
            children.reap_orphans(running)
            time.sleep(TICK)
    finally:
        for kept in reversed(everything):
            kept.end()


def shorten_logs(place: Place) -> None:
    """Put logs aside that have grown long; one older generation is kept."""
    for name in ("keeper", Postgres.name, Valkey.name):
        log = place.log(name)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
