"""Whether the rating of a receipt is in the count. Nothing else about it is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from surveys.responses import passes
from surveys.responses.models import Status
from surveys.waves.models import Wave

MIXING, COUNTED, REPLACED, EXCLUDED = "mixing", "counted", "replaced", "excluded"


@dataclass(frozen=True, slots=True)
class Found:
    """The rating behind a receipt: its wave, where it stands, and the rule by which it was excluded, if it was."""

    wave: Wave
    state: str
    rule: str = ""
    channel: int = 0

    @property
    def is_counted(self) -> bool:
        """Whether it has been mixed in and counts."""
        return self.state == COUNTED

    @property
    def may_change(self) -> bool:
        """Whether its author could replace it, going by its state; whether the wave is open is another question."""
        return self.state in (MIXING, COUNTED) and self.channel not in passes.DEEDS


# One statement, so that a rating on its way from one table to the other is seen in exactly one of them.
FIND = """
SELECT wave_id, status, EXISTS (SELECT FROM surveys_replacement WHERE receipt = %(receipt)s::bytea),
       (SELECT CASE WHEN restores THEN '' ELSE rule END FROM surveys_exclusion
        WHERE receipt = %(receipt)s::bytea AND state = 'approved' ORDER BY decided_at DESC, id DESC LIMIT 1),
       channel
FROM (
    SELECT wave_id, status, channel FROM surveys_response WHERE substr(commitment, 1, 10) = %(receipt)s::bytea
    UNION ALL
    SELECT wave_id, 0, channel FROM surveys_inboxentry WHERE substr(commitment, 1, 10) = %(receipt)s::bytea
) AS found
LIMIT 1
"""


def find(receipt: bytes) -> Found | None:
    """Return what is known of `receipt`, or None when no rating has it. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"receipt": receipt})
        row = cursor.fetchone()
    if row is None:
        return None
    wave_id, status, is_replaced, rule, channel = row
    return Found(Wave.objects.get(pk=wave_id), _state(status, is_replaced, rule), rule or "", channel)


def _state(status: int, is_replaced: bool, rule: str | None) -> str:
    if is_replaced or status == Status.REPLACED:
        return REPLACED
    # What two people have decided holds at once; the counts follow when the wave is mixed next.
    if rule or (rule is None and status == Status.VOID):
        return EXCLUDED
    return COUNTED if status else MIXING
