"""Log lines that hold no answers, tokens or addresses.

An invitation's code is part of its address, exception messages quote values, PostgreSQL's quote keys. So a line is
masked, and of an exception the quiet formatter keeps where it happened and of what kind it was, not what it said.
With DEBUG the loud formatter tells all. An outage of Redis is told once, in one sentence, not at every try.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# /i/<code>/ is an invitation, /check/<code>/ a receipt; what follows a "?" may be anything.
MASKS = [
    (re.compile(r"/(i|check|r|kiosk)/[^/\s?'\"]+"), r"/\1/…"),
    (re.compile(r"\?[^\s'\"<>]+"), "?…"),
    (re.compile(r"://[^/@\s]*@"), "://…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "…@…"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "…"),
]


def masked(line: str) -> str:
    """Return the line without invitation codes, queries, credentials, mail and network addresses."""
    for pattern, instead in MASKS:
        line = pattern.sub(instead, line)
    return line


class LoudFormatter(logging.Formatter):
    """Everything, for developers."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")


class QuietFormatter(LoudFormatter):
    """Lines fit to be kept."""

    def format(self, record: logging.LogRecord) -> str:
        safe = logging.makeLogRecord(record.__dict__)
        # Another formatter may have left its own, talkative text behind.
        safe.exc_text = None
        # Celery's lines quote a task's exception and its arguments.
        context = getattr(record, "data", None)
        if isinstance(context, dict) and record.name.startswith("celery"):
            safe.msg, safe.args = "Task %s failed.", (context.get("name", "?"),)
        else:
            words = record.getMessage()
            safe.msg, safe.args = words if getattr(record, "is_told", False) else masked(words), None
        return super().format(safe)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Tell kind and place of the exception and of its causes."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  at {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[-6:]]
            lines.append(f"  {kind_of(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's own name
        return ""


class OncePerOutage(logging.Filter):
    """Say once that Redis is away, in place of every line that Celery has for it, and again only after a calm.

    One filter stands at all the loggers that speak of it, so that each process says it once.
    """

    LINES = (
        "consumer: Cannot connect to",
        "consumer: Connection to broker lost",
        "beat: Connection error",
        "A wake-up could not be sent",
    )
    CALM_SECONDS = 40.0  # Celery waits 30 seconds at most between two tries

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.last: float | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the first line of an outage through, reworded; lines about anything else go by."""
        words = record.getMessage()
        if "CPendingDeprecationWarning" in words:
            return False  # Celery's advice at every loss, however warnings are set
        if not words.lstrip().startswith(self.LINES):
            return True
        now = time.monotonic()
        is_new = self.last is None or now - self.last > self.CALM_SECONDS
        self.last = now
        record.msg, record.args = outage(self.address), None
        record.exc_info = record.exc_text = None
        record.is_told = True
        return is_new


def outage(address: str) -> str:
    """Say that Redis at `address`, which holds no password, is away, what that means and what to do."""
    return (
        f"Redis at {address} does not answer. Answers are taken as ever; counting, evaluating and releasing wait until "
        "it is back. Start it or correct REDIS_URL; meanwhile `manage.py reconcile` does all due work."
    )


def kind_of(error: BaseException) -> str:
    """Name the class of an exception, with PostgreSQL's own code and the constraint where there are any."""
    words = [f"{type(error).__module__}.{type(error).__qualname__}"]
    words += [str(found) for found in [getattr(error, "sqlstate", None)] if found]
    words += [
        str(found) for found in [getattr(getattr(error, "diag", None), "constraint_name", None)] if found
    ]
    return " ".join(words)
