"""Whether the rating of a receipt is in the count. Nothing else about it is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from surveys.waves.models import Wave


@dataclass(frozen=True, slots=True)
class Found:
    """The rating behind a receipt: its wave, and whether it has been mixed in and counted yet."""

    wave: Wave
    is_counted: bool


# One statement, so that a rating on its way from one table to the other is seen in exactly one of them.
FIND = """
SELECT wave_id, true FROM surveys_response WHERE substr(commitment, 1, 10) = %(receipt)s
UNION ALL
SELECT wave_id, false FROM surveys_inboxentry WHERE substr(commitment, 1, 10) = %(receipt)s
LIMIT 1
"""


def find(receipt: bytes) -> Found | None:
    """Return what is known of `receipt`, or None when no rating has it. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"receipt": receipt})
        row = cursor.fetchone()
    if row is None:
        return None
    return Found(wave=Wave.objects.get(pk=row[0]), is_counted=row[1])
