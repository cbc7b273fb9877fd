"""A web server for a benchmark, run as `make run` runs it: granian, WSGI, two workers."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from benchmarks.memory import free_port

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
    command = (
        f"granian {application} --interface wsgi --host 127.0.0.1 --port {port} --no-ws --workers {WORKERS} "
        f"--blocking-threads {THREADS} --blocking-threads-idle-timeout 600 --workers-kill-timeout 2 "
        "--log-level warning"
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
