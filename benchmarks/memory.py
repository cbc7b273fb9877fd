"""P10: proportional memory of everything `make run` starts, once it is idle."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.ratios import Ratio

TARGET_MB = 600
SETTLE_SECONDS = 25  # every periodic task has run twice by then


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(marker: str) -> list[int]:
    """Return the processes whose environment names the data directory `marker`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if marker.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def proportional_mb(pid: int) -> float:
    """Return a process's memory with shared pages divided among their users, in megabytes."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    match = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(match.group(1)) / 1024 if match else 0.0


def measure() -> list[Ratio]:
    """Start the platform on an empty data directory, wait until it is idle and add it up."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        environment.pop("REDIS_URL", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "survey_project.run"], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
            time.sleep(SETTLE_SECONDS)
            total = sum(proportional_mb(pid) for pid in descendants(folder))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    return [
        Ratio(
            code="P10",
            what="memory of everything `make run` starts, idle",
            value=total,
            unit="MB",
            reference=None,
            reference_name="",
            target=f"≤ {TARGET_MB} MB",
            met=total <= TARGET_MB,
        )
    ]


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until `address` answers, at most two minutes."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=2).read()  # noqa: S310  our own address
        except OSError:
            if process.poll() is not None:
                raise SystemExit("`make run` ended before it answered.") from None
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{address} did not answer within two minutes.")
