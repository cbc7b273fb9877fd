"""Counting a part of a wave anew, when records that are counted already change their status. Workers only.

A slice whose records changed is counted from its records and replaced as a whole, in the transaction that changed them.
So the tallies stay the same bytes as a new count of everything.
"""

from collections.abc import Collection

import psycopg
from django.db import connection

from surveys.responses import counting
from surveys.responses.models import Tally
from surveys.waves.models import Wave

COUNT = counting.COUNT.replace(
    "WHERE wave_id = %s",
    "WHERE wave_id = %s AND (department_id, klass) IN (SELECT * FROM unnest(%s::bigint[], %s::smallint[]))",
)


def recount(wave: Wave, slices: Collection[tuple[int, int]]) -> None:
    """Count the slices (department, class) of a wave anew and put them in the place of what was there."""
    if not slices:
        return
    departments, classes = zip(*sorted(slices), strict=True)
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        rows = cursor.execute(COUNT, [wave.pk, list(departments), list(classes)], binary=True).fetchall()
    batches = [counting.batch_of(*row) for row in rows]
    found = counting.count_batches(counting.Layouts(wave), batches)
    counting.replace(wave, found)
    for department, klass in {*slices} - {*found}:
        # Every record of it was replaced, by ones that are counted in the next batch.
        Tally.objects.filter(wave=wave, department_id=department, klass=klass).delete()
