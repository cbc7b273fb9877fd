"""`make stop`: end whatever still runs on a data directory, in order: `make run`, the keeper, then strays.

Usually there is nothing to do, because everything dies with what started it. Process ids come from lock files that
are held, so a number that has passed to another process is never signalled.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from survey_project.embedded import children
from survey_project.embedded.client import is_kept
from survey_project.embedded.keeper import seize
from survey_project.embedded.places import Place
from survey_project.embedded.services import Postgres, Valkey

PATIENCE = 20.0


def stop_everything(place: Place) -> int:
    """Stop what runs on the data directory; return the exit code."""
    if not place.run.is_dir():
        print(f"Nothing runs in {place.data_dir}, nor ever did. Other data? DATA_DIR=… make stop")
        return 0
    ended = [
        title
        for title, lock in (
            ("make run", place.run / "server.lock"),
            ("the embedded services", place.keeper_lock),
        )
        if end_holder(lock)
    ]
    if not is_kept(place):
        for service in (Postgres(place), Valkey(place)):
            if service.strays():
                service.end_strays()
                ended.append(f"a stray {service.title}")
    print(f"Stopped {', '.join(ended)}." if ended else f"Nothing was running in {place.data_dir}.")
    return 0


def end_holder(lock: Path) -> bool:
    """End the process that holds a lock; say whether there was one."""
    if not lock.exists() or is_free(lock):
        return False
    try:
        holder = int(lock.read_text().strip())
    except ValueError:
        return False
    for how, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, 5.0)):
        children.signal_one(holder, how)
        if children.wait_until(lambda: is_free(lock), patience):
            break
    return True


def is_free(lock: Path) -> bool:
    """Say whether nobody holds a lock."""
    descriptor = seize(lock)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True
