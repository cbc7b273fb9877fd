"""A narrow door: unidentified coded rows, streamed to a worker for the analyses that need whole records.

Never for a number that is judged or published: those come from `tallies`. A row says which stratum and weighting cell
a record belongs to and what was coded in it. It carries no key, no day, no language, no text and nothing that joins
it to another record; the order of the rows is random anew at each call.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django.db import connection

from surveys.responses.counting import STATUS
from surveys.waves.models import Wave


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its bytes are the items of the department's part, in the order of `tallies.design`."""

    stratum: int
    cell: int
    channel: int
    status: int
    codes: bytes


ROWS = f"""
SELECT stratum, cell, channel, {STATUS}, codes FROM surveys_response
WHERE wave_id = %s AND klass = %s AND department_id = %s AND status <> 4
ORDER BY gen_random_uuid()
"""  # noqa: S608  nothing of it comes from outside


def rows(wave_id: int, *, klass: int, department_id: int) -> Iterator[Row]:
    """Yield the records of one slice of a settled wave; raises `LookupError` while it is not settled.

    The connection takes no other query until the rows are read to their end.
    """
    if not Wave.objects.filter(pk=wave_id, status=Wave.Status.SETTLED).exists():
        raise LookupError(f"Wave {wave_id} is not settled: its records are still being mixed.")
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for row in cursor.stream(ROWS, [wave_id, klass, department_id], binary=True):
            yield Row(*row)
