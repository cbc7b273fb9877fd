"""Turnout: how many forms were begun and finished, by one thing at a time. Never what was answered.

Begun forms are counted in the web process's memory and written down together, some seconds later and in a
transaction of their own, so that no count stands beside a submission; what is not written when a process ends is
lost, and the figures say "about". Finished ones are counted as their records are mixed, in batches of many people.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError, connection

from surveys.questionnaires.codebook import BLANK, NOT_ASKED, Part
from surveys.responses.models import Turnout

WRITE_AFTER_SECONDS = 10.0
WRITE_AFTER_FORMS = 500
Kind = Turnout.Kind

Line = tuple[int, int, str]  # wave, kind, key

_begun: Counter[Line] = Counter()
_lock = threading.Lock()
_written_at = time.monotonic()

WRITE = """
INSERT INTO surveys_turnout AS line (wave_id, kind, key, started, finished, flagged)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::int[], %s::int[], %s::int[])
    AS one (wave, kind, key, started, finished, flagged) ORDER BY wave, kind, key
ON CONFLICT (wave_id, kind, key) DO UPDATE
SET started = line.started + EXCLUDED.started, finished = line.finished + EXCLUDED.finished,
    flagged = line.flagged + EXCLUDED.flagged
"""

# By person: the first record of each. `taken` are the records that a batch moves out of the inbox.
FINISHED = """
INSERT INTO surveys_turnout AS line (wave_id, kind, key, finished, flagged)
SELECT wave_id, kind, key, count(*), count(*) FILTER (WHERE flags <> 0)
FROM taken, LATERAL (VALUES (1, channel::text), (2, language), (3, point::text), (5, helper)) AS by (kind, key)
WHERE leads AND key NOT IN ('', '0')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (wave_id, kind, key) DO UPDATE
SET finished = line.finished + EXCLUDED.finished, flagged = line.flagged + EXCLUDED.flagged
"""


def begin(wave_id: int, *, channel: int, language: str, point: int = 0) -> None:
    """Count a form that was shown to somebody for the first time."""
    lines = [(wave_id, int(Kind.CHANNEL), str(channel)), (wave_id, int(Kind.LANGUAGE), language)]
    if point:
        lines.append((wave_id, int(Kind.POINT), str(point)))
    _count(lines)


def reach(wave_id: int, page: str) -> None:
    """Count a page of a form that somebody came to by going on."""
    _count([(wave_id, int(Kind.PAGE), page)])


def write_down() -> None:
    """Write down what was counted since the last time; what cannot be written now is kept for later."""
    global _written_at  # noqa: PLW0603  one clock for the process
    with _lock:
        counted = dict(_begun)
        _begun.clear()
        _written_at = time.monotonic()
    if not counted:
        return
    try:
        _add({line: (number, 0, 0) for line, number in counted.items()})
    except (DatabaseError, InterfaceError):
        with _lock:
            _begun.update(counted)


def write_down_when_due() -> None:
    """Write down what was counted if some seconds have gone by or many forms have come since the last time."""
    if _begun and (
        time.monotonic() - _written_at > WRITE_AFTER_SECONDS or _begun.total() > WRITE_AFTER_FORMS
    ):
        write_down()


def forget() -> None:
    """Forget what was counted and is not written down yet."""
    with _lock:
        _begun.clear()


def count_answered(wave_id: int, batches: Iterable[tuple[Part, int, bytes]]) -> None:
    """Count, by question, in how many of a batch's records it was asked and answered; the transaction is the caller's.

    `batches` are a part, the number of its records and their codes, one after the other. A rating that its author
    changes is asked and answered once more: nothing that is kept says which record replaces another.
    """
    counted: Counter[tuple[str, int]] = Counter()
    for part, records, codes in batches:
        width = len(part.items)
        for item in part.items:
            column = codes[item.position :: width]
            asked = records - column.count(NOT_ASKED)
            counted[item.question, 0] += asked
            counted[item.question, 1] += asked - column.count(BLANK)
    _add(
        {
            (wave_id, int(Kind.QUESTION), question[:60]): (counted[question, 0], counted[question, 1], 0)
            for question in {question for question, _what in counted}
            if counted[question, 0]
        }
    )


def _count(lines: Iterable[Line]) -> None:
    with _lock:
        for line in lines:
            _begun[line] += 1


def _add(lines: dict[Line, tuple[int, int, int]]) -> None:
    rows = [(*line, *numbers) for line, numbers in lines.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, list(map(list, zip(*rows, strict=True))))
