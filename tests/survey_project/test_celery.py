"""Wake-ups are welcome and never needed."""

import os
import socket
import subprocess
import sys

import pytest

from survey_project import celery
from survey_project.environment import BASE_DIR


def test_every_scheduled_task_exists() -> None:
    celery.app.loader.import_default_modules()
    assert {entry["task"] for entry in celery.app.conf.beat_schedule.values()} <= set(celery.app.tasks)


def test_the_brokers_address_is_spelt_as_kombu_knows_it() -> None:
    url = celery.broker_url("unix:///var/with%20space/valkey.sock?db=3")
    assert url == "redis+socket:///var/with%20space/valkey.sock?virtual_host=3"
    assert celery.broker_url("rediss://:sesame@queue:6380/1") == "rediss://:sesame@queue:6380/1"


NUDGE = """
import time, django
django.setup()
from surveys.tasks import mix_due
began = time.monotonic()
mix_due.delay()
first = time.monotonic() - began
for _ in range(100):
    mix_due.delay()
print(first, time.monotonic() - began - first)
"""


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "refusing"])
def test_a_nudge_without_redis_fails_fast_once_and_then_costs_nothing(silent: bool) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        if silent:
            # Connections are taken by the kernel, and nobody ever answers.
            nobody.listen()
        port = nobody.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", NUDGE],
            cwd=BASE_DIR,
            env=os.environ
            | {
                "REDIS_URL": f"redis://127.0.0.1:{port}/0",
                "DJANGO_SETTINGS_MODULE": "survey_project.settings",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    first, others = map(float, done.stdout.split())
    assert first < 6.0
    assert others < 0.2
    assert done.stderr.count("does not answer") == 1
    assert f"Redis at redis://127.0.0.1:{port}/0 does not answer." in done.stderr


def test_messages_are_json_and_carry_no_results() -> None:
    conf = celery.app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_ignore_result
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]
