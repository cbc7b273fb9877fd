"""The embedded services survive what happens on real machines, and leave nothing behind.

Real processes on data directories of their own. A *user* here is a process that holds the services until its
standard input closes.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import kombu
import psycopg
import pytest
import redis

from survey_project import environment
from survey_project.celery import broker_url
from survey_project.embedded import Place, children
from survey_project.embedded.client import is_kept
from survey_project.embedded.places import DATABASE, USER
from survey_project.embedded.services import Postgres, Valkey
from surveys.responses import retention

ROOT = environment.BASE_DIR
SOON = 20.0
HOLD = """
import sys
from pathlib import Path
from survey_project.celery import broker_url
from survey_project.embedded import Place, use
use(Place(Path(sys.argv[1]), durable=False))
print("ready", flush=True)
sys.stdin.read()
"""
# Without further namespaces, as in many containers: a namespace that holds all users but allows no namespace in it.
NO_NAMESPACES = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
told, go = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    libc.unshare(0x10000000)
    os.write(told[1], b"x"), os.read(go[0], 1)
    open("/proc/sys/user/max_user_namespaces", "w").write("0")
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
os.read(told[0], 1)
for kind in ("uid_map", "gid_map"):
    open(f"/proc/{child}/{kind}", "w").write("0 0 65536")
os.write(go[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

User = subprocess.Popen[bytes]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A data directory; afterwards nothing may be left of it."""
    yield (made := Place(tmp_path / "var", durable=False))
    assert_all_is_gone(made)


@pytest.fixture
def new_user() -> Iterator[Callable[[Place], User]]:
    """Start users, and end them after the test."""
    started: list[User] = []

    def start(place: Place, *wrapper: str) -> User:
        user = subprocess.Popen(
            [sys.executable, *wrapper, "-c", HOLD, str(place.data_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(user)
        assert user.stdout
        assert user.stdout.readline() == b"ready\n"
        return user

    yield start
    for user in started:
        user.kill()
        user.communicate()


def ask(place: Place) -> tuple[int, bool]:
    """Ask both services something that only they can answer."""
    with psycopg.connect(host=str(place.sockets), dbname=DATABASE, user=USER) as connection:
        row = connection.execute("SELECT 6 * 7").fetchone()
    with redis.Redis.from_url(place.redis_url) as client:
        return (row[0] if row else 0), bool(client.ping())


def answers_again(place: Place) -> bool:
    try:
        return ask(place) == (42, True)
    except (psycopg.Error, redis.RedisError):
        return False


def postmaster(place: Place) -> int:
    return int((place.cluster / "postmaster.pid").read_text().splitlines()[0])


def keeper(place: Place) -> int:
    return int(place.keeper_lock.read_text())


def assert_all_is_gone(place: Place) -> None:
    assert children.wait_until(lambda: not place.run.exists() or not is_kept(place), SOON)
    services = [Postgres(place), Valkey(place)]
    assert children.wait_until(lambda: not any(service.strays() for service in services), SOON)


def test_two_users_share_one_server_and_the_last_one_out_puts_out_the_light(
    place: Place, new_user: Callable[[Place], User]
) -> None:
    first, second = new_user(place), new_user(place)
    server = postmaster(place)
    assert ask(place) == (42, True)
    first.communicate(b"")
    assert ask(place) == (42, True)
    assert postmaster(place) == server
    second.communicate(b"")
    assert_all_is_gone(place)


def test_a_killed_user_leaves_nothing_behind(place: Place, new_user: Callable[[Place], User]) -> None:
    new_user(place).kill()
    assert_all_is_gone(place)


def test_a_killed_server_is_started_again(place: Place, new_user: Callable[[Place], User]) -> None:
    new_user(place)
    for service in (Postgres(place), Valkey(place)):
        for process in service.strays():
            children.signal_one(process, signal.SIGKILL)
        assert children.wait_until(lambda: answers_again(place), SOON)
    # Once more, while it is just starting.
    killed = postmaster(place)
    children.signal_one(killed, signal.SIGKILL)
    assert children.wait_until(lambda: bool(set(Postgres(place).strays()) - {killed}), SOON)
    for process in Postgres(place).strays():
        children.signal_one(process, signal.SIGKILL)
    assert children.wait_until(lambda: answers_again(place), SOON)


def test_a_killed_keeper_takes_its_servers_along_and_the_next_command_gets_new_ones(
    place: Place, new_user: Callable[[Place], User]
) -> None:
    new_user(place)
    children.signal_one(keeper(place), signal.SIGKILL)
    new_user(place)
    assert ask(place) == (42, True)
    children.signal_one(keeper(place), signal.SIGKILL)
    assert_all_is_gone(place)


def test_a_process_id_left_in_the_cluster_that_now_is_somebody_elses_does_no_harm(
    place: Place, new_user: Callable[[Place], User]
) -> None:
    new_user(place).communicate(b"")
    assert_all_is_gone(place)
    (place.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{place.cluster}\n")
    new_user(place)
    assert ask(place) == (42, True)


@pytest.mark.parametrize("name", ["with a space, a 'quote' and 100%", "民评/" + "long" * 40])
def test_odd_and_long_paths_work(tmp_path: Path, name: str, new_user: Callable[[Place], User]) -> None:
    place = Place(tmp_path / name / "var", durable=False)
    new_user(place)
    assert ask(place) == (42, True)
    assert place.sockets.stat().st_mode & 0o077 == 0
    with kombu.Connection(broker_url(place.redis_url)) as broker:
        assert broker.ensure_connection(max_retries=1).connected
    new_user(place).kill()


def test_root_can_run_it_even_where_namespaces_are_forbidden(
    place: Place, new_user: Callable[..., User]
) -> None:
    wrapper = ["-c", NO_NAMESPACES] if os.geteuid() == 0 else []
    user = new_user(place, *wrapper)
    assert ask(place) == (42, True)
    user.communicate(b"")
    assert_all_is_gone(place)
    new_user(place)
    assert ask(place) == (42, True)


def manage(*words: str, **variables: str) -> tuple[int, str]:
    """Run a management command; return its exit code and what it said."""
    surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


OUTSIDE = {"SECRET_KEY": "a-key-for-this-test-only-0123456789", "ALLOWED_HOSTS": "localhost"}


def test_any_command_may_be_the_first(tmp_path: Path) -> None:
    code, said = manage(
        "manage.py", "reconcile", DATA_DIR=str(tmp_path / "var"), DATABASE_URL="", REDIS_URL=""
    )
    assert code == 0
    rules = len(retention.RULES)  # what there is to do on the first day of an empty database
    assert f'{{"done": {rules}}}' in said.splitlines()
    assert "Making the tables of a new database" in said


def test_a_database_that_is_not_there_is_told_in_a_sentence_without_the_password(tmp_path: Path) -> None:
    code, said = manage(
        "manage.py",
        "migrate",
        DATA_DIR=str(tmp_path),
        DATABASE_URL="postgresql://rosa:sesame@127.0.0.1:9/city",
        **OUTSIDE,
    )
    assert code == 1
    assert "postgresql://rosa@127.0.0.1:9/city" in said
    assert "sesame" not in said
    assert "Traceback" not in said
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": "sqlite:///city.db"}, "DATABASE_URL begins with sqlite:"),
        ({"DATABASE_URL": "mysql://rosa:sesame@db/city"}, "PostgreSQL 15 or newer"),
        ({"DATABASE_URL": "postgresql://db/city", "SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"DATABASE_URL": "postgresql://db/city", "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"REDIS_URL": "amqp://queue"}, "REDIS_URL begins with amqp:"),
        ({"DEBUG": "perhaps"}, "DEBUG='perhaps' is neither yes nor no"),
        ({"MIXING_MIN_BATCH": "many"}, "MIXING_MIN_BATCH='many' is not a whole number"),
        ({"SECRET_KEY_FILE": "/nowhere/key", "SECRET_KEY": ""}, "SECRET_KEY_FILE names /nowhere/key"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_told_in_a_sentence(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    code, said = manage("manage.py", "check", **{"DATA_DIR": str(tmp_path), **OUTSIDE, **variables})
    assert code == 1
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert "sesame" not in said


def test_an_occupied_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        code, said = manage("-m", "survey_project.run", DATA_DIR=str(tmp_path / "var"), PORT=str(port))
    assert code == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert f"PORT={port + 1} make run" in said
    assert not (tmp_path / "var" / "postgres").exists()
