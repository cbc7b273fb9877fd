"""Using the embedded services: hold a lock, see that a keeper lives, wait until the services answer.

The lock is held until the process ends, in whatever way; that is all there is to giving the services back.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from survey_project.embedded.keeper import ALREADY_KEPT, seize
from survey_project.embedded.places import Place, UnsafeDirectory
from survey_project.embedded.services import Postgres, Service, Valkey
from survey_project.environment import BASE_DIR

POSTGRES = Postgres.name
VALKEY = Valkey.name
PATIENCE = 120.0

_held: dict[str, int] = {}
_keepers: list[subprocess.Popen[bytes]] = []


class ServicesError(Exception):
    """The embedded services could not be started; the message says why and what to do."""


def quietly(line: str) -> None:
    """Say nothing."""


def use(
    place: Place, services: Sequence[str] = (POSTGRES, VALKEY), *, say: Callable[[str], None] = quietly
) -> None:
    """Have the services run until this process ends, and return once they answer. `say` gets progress lines."""
    try:
        place.make_directories()
    except UnsafeDirectory as problem:
        raise ServicesError(str(problem)) from None
    except OSError as problem:
        raise ServicesError(
            f"{place.data_dir} cannot be used as data directory: {problem.strerror}. "
            "Make it writable, or set DATA_DIR to a directory that is."
        ) from None
    wanted: list[Service] = [kind(place) for kind in (Postgres, Valkey) if kind.name in services]
    until = time.monotonic() + PATIENCE
    for service in wanted:
        hold(place, service, until, say)
    announced = False
    while True:
        kept = is_kept(place)
        if kept and all(service.answers() for service in wanted):
            return
        if not announced:
            first = not (place.cluster / "PG_VERSION").exists() and POSTGRES in services
            titles = " and ".join(service.title for service in wanted)
            say(f"Starting the embedded {titles}{' (first start: making the database)' if first else ''} …")
            announced = True
        if not kept:
            spawn(place)
        wait_a_little(place, until, wanted)


def hold(place: Place, service: Service, until: float, say: Callable[[str], None]) -> None:
    """Take the shared lock that keeps a service running. It waits for a keeper that is just stopping the service."""
    path = place.users_lock(service.name)
    if str(path) in _held:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    told_at = time.monotonic() + 0.5
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > told_at:
                say(f"Waiting for the embedded {service.title} of the last command to stop …")
                told_at = until
            if time.monotonic() > until:
                raise ServicesError(
                    f"The embedded {service.title} in {place.data_dir} has been stopping for {PATIENCE:.0f} s. "
                    "Run `make stop`, then try again."
                ) from None
            time.sleep(0.01)
    _held[str(path)] = descriptor


def release(place: Place) -> None:
    """Give the services of a place back before the process ends, and tell the keeper not to linger for us."""
    for name in (POSTGRES, VALKEY):
        descriptor = _held.pop(str(place.users_lock(name)), None)
        if descriptor is not None:
            os.close(descriptor)
    if is_kept(place):
        with suppress(OSError, ValueError):
            os.kill(int(place.keeper_lock.read_text()), signal.SIGUSR1)


def is_kept(place: Place) -> bool:
    """Say whether a keeper holds the place; a keeper that just arrives waits out this probe."""
    probe = seize(place.keeper_lock)
    if probe is None:
        return True
    os.close(probe)
    return False


def spawn(place: Place) -> None:
    """Start a keeper, in a session of its own; where another was quicker it goes away by itself."""
    if any(keeper.poll() is None for keeper in _keepers):
        return
    command = [sys.executable, "-m", "survey_project.embedded", "keep", str(place.data_dir)]
    with place.log("keeper").open("ab") as log:
        _keepers[:] = [
            subprocess.Popen(
                command if place.durable else [*command, "--for-tests"],
                cwd=BASE_DIR,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ]


def keepers() -> list[subprocess.Popen[bytes]]:
    """Return the keepers this process has started."""
    return list(_keepers)


def wait_a_little(place: Place, until: float, wanted: Sequence[Service]) -> None:
    """Wait for the services, unless the keeper has given up or the time is over."""
    time.sleep(0.02)
    for keeper in _keepers:
        if keeper.poll() not in {None, 0, ALREADY_KEPT}:
            reason = ""
            with suppress(OSError):
                reason = place.failure.read_text(encoding="utf-8").strip()
            raise ServicesError(
                reason or f"The embedded services did not start; {place.log('keeper')} tells why."
            )
    if time.monotonic() > until:
        silent = " and ".join(service.title for service in wanted if not service.answers())
        raise ServicesError(
            f"The embedded {silent} in {place.data_dir} did not answer within {PATIENCE:.0f} s. "
            f"The logs in {place.run} tell why."
        )
