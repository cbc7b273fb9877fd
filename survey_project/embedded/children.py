"""Processes that die with their parent.

A child runs in a session of its own, so that its whole group can be ended at once and Ctrl-C reaches only the
parent, which then stops things in order. The kernel signals the child when its parent dies, however that happens
(PR_SET_PDEATHSIG), and orphans of a child come to us to be reaped (PR_SET_CHILD_SUBREAPER). Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(death_signal: signal.Signals, *, parent: int | None = None) -> None:
    """Ask the kernel to send us `death_signal` when our parent dies; leave at once if it is dead already."""
    _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of our descendants whose own parent dies."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    become: Callable[[], None] | None = None,
    given: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command that ends when we end. `become` changes who it runs as; `given` becomes its input."""
    parent = os.getpid()

    def prepare() -> None:
        if become is not None:
            become()
        # Afterwards: a change of credentials clears the death signal.
        die_with_parent(death_signal, parent=parent)

    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=env,
        cwd=cwd,
        start_new_session=True,
        preexec_fn=prepare,  # noqa: PLW1509 - our parents have one thread
    )
    if given is not None and process.stdin:
        with process.stdin:
            process.stdin.write(given.encode())
    return process


def kill_group(leader: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Signal every process of the session's group, if any is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, how)


def signal_one(process: int, how: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, how)


def stop(process: subprocess.Popen[bytes], steps: Iterable[tuple[signal.Signals, float]]) -> None:
    """Ask a child to end, step by step, then end its whole group."""
    for how, patience in steps:
        if process.poll() is not None:
            break
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process.pid)
    process.wait()


def reap_orphans(ours: Iterable[subprocess.Popen[bytes]]) -> None:
    """Collect dead orphans, leaving our own children to their Popen objects."""
    known = {process.pid for process in ours}
    for child in children_of(os.getpid()):
        if child not in known:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def children_of(parent: int) -> list[int]:
    """Return the ids of a process's children, dead ones included."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def processes_in(directory: Path, program: str) -> list[int]:
    """Return the ids of live processes of `program` that work in `directory`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if Path(os.readlink(entry / "exe")).name.split(" ")[0] == program and Path(
                    os.readlink(entry / "cwd")
                ) == Path(os.path.realpath(directory)):
                    found.append(int(entry.name))
    return found


def command_lines() -> Iterator[tuple[int, list[str]]]:
    """Yield the id and the words of every process's command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                yield int(entry.name), [os.fsdecode(word) for word in words]


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until `true()` holds; return whether it did in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
