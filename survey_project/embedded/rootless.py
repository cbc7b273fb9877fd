"""Running PostgreSQL for users it refuses: root, and those whose number has no name (`docker run --user 4321`).

Best is a user namespace in which we are called `nobody`: files stay our own, and nothing outside changes. Many
containers forbid namespaces; there root's server really runs as `nobody`, its directory is given to that user, and
one capability (passing closed directories) goes with it, so that it also runs below a home directory closed to others.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
from collections.abc import Callable
from functools import cache
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534

_libc = ctypes.CDLL(None, use_errno=True)


class UserRefused(Exception):
    """PostgreSQL does not run as this user, and no other can be had."""


def way_out(cluster: Path) -> Callable[[], None] | None:
    """Return what a child must do to be somebody PostgreSQL accepts, None if we are; fit the cluster's owner to it."""
    user = os.geteuid()
    if user != 0 and has_name(user):
        return None
    if works(hide):
        give(cluster, user)
        return hide
    if user != 0:
        raise UserRefused(
            f"PostgreSQL does not run as a user without a name, and {user} has none in /etc/passwd. Give it one, "
            "run the command as a user who has one, or set DATABASE_URL to a PostgreSQL of your own."
        )
    if works(leave_root):
        give(cluster, NOBODY)
        return leave_root
    raise UserRefused(
        "PostgreSQL does not run as root, and this system lets root neither make a user namespace nor become another "
        "user. Run the command as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )


def has_name(user: int) -> bool:
    """Say whether a user id has a name."""
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


def hide() -> None:
    """Enter a user namespace in which we are `nobody`."""
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def leave_root() -> None:
    """Become `nobody`, keeping the right to pass directories that are closed to others where we have it."""
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable; the second half is for capabilities above 31.
    only = 1 << CAP_DAC_OVERRIDE
    if _libc.capset(header, (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0)) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


@cache
def works(become: Callable[[], None]) -> bool:
    """Try it in a throw-away child."""
    child = os.fork()
    if child == 0:
        try:
            become()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def give(cluster: Path, owner: int) -> None:
    """Make a directory, if it is there, the owner's with all it holds: PostgreSQL insists on owning its files."""
    if not cluster.exists() or cluster.stat().st_uid == owner:
        return
    for place, _, files in os.walk(cluster, topdown=False):
        for path in [*(Path(place, name) for name in files), Path(place)]:
            with contextlib.suppress(FileNotFoundError):
                os.lchown(path, owner, owner)
