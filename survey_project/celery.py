"""The alarm clock: Celery on Redis. The database is the queue of record; a lost wake-up only costs time.

Delivery is at least once and at most once at the same time (kombu loses and repeats messages), so tasks carry no
content, and beat wakes every kind of work every ten seconds whether or not anybody nudged. Publishing from a
request therefore fails fast and silently.
"""

from __future__ import annotations

import os
import signal
import time
import warnings
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

from survey_project.embedded import children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")

from django.conf import settings

logger = get_logger(__name__)

DUE = (
    "surveys.tasks.mix_due",
    "surveys.tasks.open_and_close_due",
    "surveys.tasks.delete_due",
    "reports.tasks.evaluate_due",
    "reports.tasks.release_due",
    "reports.tasks.analyse_due",
)
SILENCE_AFTER_FAILURE = 10.0


def broker_url(redis_url: str) -> str:
    """Return the address as kombu spells it, which knows neither unix:// nor valkey://."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={number}"


class Nudge(DjangoTask[Any, Any]):
    """A task whose publication may fail: it is not tried again for ten seconds, and logged once for each outage."""

    abstract = True
    silent_until = 0.0

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < Nudge.silent_until:
            return None
        try:
            return super().apply_async(*args, **kwargs)
        except (OperationalError, OSError):
            Nudge.silent_until = time.monotonic() + SILENCE_AFTER_FAILURE
            logger.warning("A wake-up could not be sent.")  # `OncePerOutage` says it all, once
            return None


# Messages are JSON only, so nothing they hold can make a worker run as root do more than its tasks.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("minping", task_cls=Nudge)
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    timezone=settings.TIME_ZONE,
    enable_utc=True,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=120,
    task_soft_time_limit=110,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=30.0,
    worker_max_memory_per_child=600_000,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    broker_transport_options={
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
    },
    beat_schedule={
        name: {"task": name, "schedule": settings.BEAT_SECONDS, "options": {"expires": settings.BEAT_SECONDS}}
        for name in DUE
    },
    beat_schedule_filename=str(settings.DATA_DIR / "run" / "celerybeat-schedule"),
)
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """End a pool process when its worker is killed: its task goes to another worker, and two must not overlap."""
    children.die_with_parent(signal.SIGKILL)
