"""A database and a Redis for the tests that ask for them, and only then: arithmetic starts no server.

Every session, and every xdist worker in it, has databases of its own, named by the session's process id, so several
sessions may run in one checkout at once. What a killed session left behind is dropped by the next.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def session_id() -> int:
    """Return the process id of the whole session: under xdist the workers' parent."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@pytest.fixture(scope="session")
def embedded_services() -> None:
    """Have PostgreSQL and Valkey run until this process ends, where the environment names no others."""
    from survey_project import environment
    from survey_project.embedded import POSTGRES, VALKEY, use
    from tests.settings import TEST_PLACE

    urls = {POSTGRES: environment.database_url(), VALKEY: environment.redis_url()}
    use(TEST_PLACE, [name for name, url in urls.items() if url is None])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(embedded_services: None, request: pytest.FixtureRequest) -> None:
    """Give this session its own test databases (pytest-django's hook), before xdist adds its suffix."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = f"test_minping_{session_id()}"
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
    drop_leftovers()


def drop_leftovers() -> None:
    """Drop the test databases of sessions that are no more."""
    import psycopg
    from django.conf import settings

    given = settings.DATABASES["default"]
    names = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parameters = {theirs: given[ours] for ours, theirs in names.items() if given.get(ours)}
    try:
        with psycopg.connect(dbname="postgres", autocommit=True, **parameters) as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^test_minping_[0-9]+'"
            )
            for (name,) in found.fetchall():
                if not Path("/proc", name.split("_")[2]).exists():
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except psycopg.Error:
        return
