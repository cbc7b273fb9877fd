"""The gate before every command: have the services it needs, or say in one sentence what is missing.

Embedded services are started; outside ones are asked whether they answer, let us in and are new enough. Passwords
are never shown.
"""

from __future__ import annotations

import sys
import urllib.parse
from typing import Any

from survey_project import environment
from survey_project.embedded import POSTGRES, VALKEY, Place, ServicesError, use
from survey_project.environment import BadSetting
from survey_project.logs import outage

OLDEST_POSTGRESQL = 15
OLDEST_REDIS = 7


def say(line: str) -> None:
    """Tell the person at the terminal, leaving standard output to the command."""
    print(line, file=sys.stderr, flush=True)


def open_gate() -> None:
    """Start the embedded services that are to be used, and check the outside ones."""
    database, redis = environment.database_url(), environment.redis_url()
    embedded = [name for name, url in ((POSTGRES, database), (VALKEY, redis)) if url is None]
    if embedded:
        try:
            use(Place(environment.data_dir()), embedded, say=say)
        except ServicesError as problem:
            raise BadSetting(str(problem)) from None
    if database is not None:
        check_database(database)
    if redis is not None:
        check_redis(redis)


def check_database(url: str) -> None:
    """Connect once to the PostgreSQL of DATABASE_URL."""
    import psycopg

    shown = environment.without_password(url)
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.info.server_version // 10000
    except (psycopg.Error, ValueError) as problem:
        raise BadSetting(
            f"The database of DATABASE_URL ({shown}) cannot be used: {first_line(problem, url)}. Check that "
            "PostgreSQL runs there and that address, name and password are right; "
            "or unset DATABASE_URL to use the embedded one."
        ) from None
    if version < OLDEST_POSTGRESQL:
        raise BadSetting(
            f"{shown} is PostgreSQL {version}. Minping needs {OLDEST_POSTGRESQL} or newer: upgrade the server."
        )


def first_line(problem: Exception, url: str) -> str:
    """Return the first line of what the driver says, free of the password."""
    line = (str(problem).strip().splitlines() or [type(problem).__name__])[0].rstrip(".")
    password = urllib.parse.urlsplit(url).password or ""
    for secret in filter(None, {password, urllib.parse.unquote(password)}):
        line = line.replace(secret, "…")
    return line


def check_redis(url: str) -> None:
    """Ask the Redis of REDIS_URL for its version. Redis only wakes the workers, so its absence is told, not fatal."""
    import redis

    shown = environment.without_password(url)
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            found: Any = client.info("server")
    except redis.AuthenticationError:
        raise BadSetting(
            f"The Redis of REDIS_URL ({shown}) refuses our password. Correct REDIS_URL."
        ) from None
    except (redis.RedisError, ValueError, OSError):
        say(outage(shown))
        return
    version = str(found.get("valkey_version") or found.get("redis_version") or "0")
    if int(version.split(".", 1)[0]) < OLDEST_REDIS:
        raise BadSetting(
            f"{shown} is Redis {version}. Minping needs {OLDEST_REDIS} or newer: upgrade the server."
        )
