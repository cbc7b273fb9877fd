"""Where the embedded services keep their files, sockets and locks.

Everything follows from the data directory alone, so that whoever knows it finds the running services without
asking. Sockets stand in a directory that only its owner may enter, because both services trust whoever reaches them.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# Linux allows 107 bytes for the path of a socket (sun_path, unix(7)).
LONGEST_SOCKET_PATH = 107
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
DATABASE = USER = "minping"


class UnsafeDirectory(Exception):
    """The socket directory belongs to somebody else, or others may enter it."""


@dataclass(frozen=True)
class Place:
    """A data directory and what stands where in it. `durable=False` gives up safety against power cuts, for tests."""

    data_dir: Path
    durable: bool = True

    @property
    def run(self) -> Path:
        return self.data_dir / "run"

    @property
    def cluster(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def keeper_lock(self) -> Path:
        return self.run / "supervisor.lock"

    @property
    def digest(self) -> str:
        """A short name for this data directory, the same for everybody who uses it."""
        return hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]

    def users_lock(self, service: str) -> Path:
        return self.run / f"{service}.users"

    @property
    def failure(self) -> Path:
        return self.run / "failure.txt"

    def log(self, name: str) -> Path:
        return self.run / f"{name}.log"

    @property
    def sockets(self) -> Path:
        near = self.run / "sockets"
        # PostgreSQL adds ".lock" to its socket's name.
        if len(os.fsencode(near / f"{POSTGRES_SOCKET}.lock")) <= LONGEST_SOCKET_PATH:
            return near
        # Every user of this data directory must arrive at the same place, so no TMPDIR or XDG_RUNTIME_DIR here.
        return Path("/tmp") / f"minping-{os.getuid()}-{self.digest}"  # noqa: S108 - 0700 and owner are checked below

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / POSTGRES_SOCKET

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / VALKEY_SOCKET

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.valkey_socket))}?db=0"

    def make_directories(self) -> None:
        """Make the directories, closed to others; refuse a socket directory that somebody else prepared."""
        self.run.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.mkdir(exist_ok=True, mode=0o700)
        found = os.lstat(self.sockets)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise UnsafeDirectory(
                f"{self.sockets} belongs to another user. Remove it, or choose a DATA_DIR with a shorter path."
            )
        if stat.S_IMODE(found.st_mode) & 0o077:
            self.sockets.chmod(0o700)
