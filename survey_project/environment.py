"""What the environment says, read strictly.

Every setting NAME may also come from a file named by NAME_FILE (for secrets mounted by an orchestrator). A value
that cannot be understood stops the start with one sentence that says which setting, what is wrong and what to do.
A secret's value is never repeated in such a sentence. Only the standard library: the keeper reads it too.
"""

from __future__ import annotations

import ipaddress
import os
import urllib.parse
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadSetting(SystemExit):
    """End the program with one sentence and exit code 1, without a traceback."""


def text(name: str, default: str | None = None) -> str | None:
    """Return the value of NAME, or what the file named by NAME_FILE holds; an empty value counts as not given."""
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value and path:
        raise BadSetting(f"{name} and {name}_FILE are both set. Keep one of them.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise BadSetting(f"{name}_FILE names {path}, which cannot be read: {reason}.") from None
        if not value:
            raise BadSetting(f"{name}_FILE names {path}, which is empty. Write the value of {name} into it.")
    return value or default


def flag(name: str, default: bool = False) -> bool:
    """Return NAME as yes or no."""
    value = (text(name) or "").lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(
        f"{name}={value!r} is neither yes nor no. Use 1 or 0 (true/false, yes/no, on/off also work)."
    )


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return NAME as a whole number between `least` and `most`."""
    value = text(name)
    if value is None:
        return default
    try:
        given = int(value)
    except ValueError:
        raise BadSetting(f"{name}={value!r} is not a whole number. The default is {default}.") from None
    if given < least or (most is not None and given > most):
        span = f"at least {least}" if most is None else f"between {least} and {most}"
        raise BadSetting(f"{name}={given} is out of range: it must be {span}. The default is {default}.")
    return given


def listed(name: str, default: list[str] | None = None) -> list[str]:
    """Return NAME as a list, split at commas."""
    value = text(name)
    if value is None:
        return list(default or [])
    return [part.strip() for part in value.split(",") if part.strip()]


def networks(name: str) -> list[Network]:
    """Return NAME as a list of addresses or networks (10.0.0.0/8)."""
    found: list[Network] = []
    for part in listed(name):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise BadSetting(
                f"{name} holds {part!r}, which is no address and no network. Write for instance 127.0.0.1,10.0.0.0/8."
            ) from None
    return found


def address(name: str, schemes: dict[str, str]) -> str | None:
    """Return the URL in NAME; `schemes` maps the accepted schemes to what they stand for."""
    value = text(name)
    if value is None:
        return None
    scheme = value.split(":", 1)[0].lower() if ":" in value else ""
    if scheme not in schemes:
        kinds = ", ".join(f"{known}://" for known in schemes)
        given = f"begins with {scheme}:" if scheme.isalnum() else "has no scheme"
        raise BadSetting(
            f"{name} {given}; Minping needs {next(iter(schemes.values()))}, so it must begin with one of {kinds}. "
            f"Leave {name} unset to use the embedded one."
        )
    try:
        urllib.parse.urlsplit(value).port  # noqa: B018 - reading it is the check
    except ValueError:
        raise BadSetting(
            f"{name} is not a well-formed address: its port is not a number up to 65535. "
            "Special characters of a password must be percent-encoded."
        ) from None
    return value


def database_url() -> str | None:
    """Return the address of an outside PostgreSQL, or None when the embedded one serves."""
    return address("DATABASE_URL", dict.fromkeys(("postgresql", "postgres"), "PostgreSQL 15 or newer"))


def redis_url() -> str | None:
    """Return the address of an outside Redis or Valkey, or None when the embedded one serves."""
    return address("REDIS_URL", dict.fromkeys(("redis", "rediss", "unix"), "Redis 7 or newer (or Valkey)"))


def data_dir() -> Path:
    """Return the directory that holds everything the platform keeps outside PostgreSQL; relative to the checkout."""
    return (BASE_DIR / Path(text("DATA_DIR") or "var").expanduser()).resolve()


def without_password(url: str) -> str:
    """Return the URL fit to be shown: no password, no query."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{user}{host}{port}{parts.path}"
