"""A web server for a benchmark: granian, two workers; ours as `make run` runs it, others as WSGI."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from benchmarks.memory import free_port

OURS = "survey_project.front:front"
WORKERS = 2
THREADS = 4


@contextmanager
def server(
    application: str, probe: str, environment: dict[str, str], *, output: IO[bytes] | None = None
) -> Iterator[int]:
    """Serve `application` until the block ends and yield the port; ready when `probe` answers.

    What the server prints goes to `output`, or where this process prints.
    """
    port = free_port()
    threads = f"--interface wsgi --blocking-threads {THREADS} --blocking-threads-idle-timeout 600"
    kind = "--interface rsgi --http 1" if application == OURS else threads
    command = (
        f"granian {application} {kind} --host 127.0.0.1 --port {port} --no-ws --workers {WORKERS} "
        "--workers-kill-timeout 2 --log-level warning"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        env={**os.environ, **environment},
        stdout=output,
        stderr=output,
    )
    try:
        for _attempt in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{probe}", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{application} ended before it answered.") from None
                time.sleep(0.1)
        else:
            raise SystemExit(f"{application} does not answer.")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
