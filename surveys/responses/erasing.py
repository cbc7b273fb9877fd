"""Erasing what settling leaves behind in the files of the database.

A row that is deleted, or written anew elsewhere, stands on in its file: dead, with its content and the number of the
transaction that wrote it. An ordinary sweep gives its place away and leaves its bytes. Of a spent code and of a
record those bytes are what mixing and rewriting took out of the tables: who came when. So when a wave has settled,
the tables it touched are written whole into new files, once; the audit says so. It waits for whoever still reads what
was before, and a run that was killed is done again by the next beat.
"""

from __future__ import annotations

import logging

from django.db import OperationalError, connection

from surveys import audit
from surveys.waves.models import Wave

logger = logging.getLogger(__name__)

TABLES = (
    "surveys_invitation",
    "surveys_submission",
    "surveys_response",
    "surveys_quotacount",
    "surveys_turnout",
    "surveys_replacement",
    "surveys_pendingupload",
    "surveys_paperentry",
)
VERB = "erase traces"
MOST_WHOLE = 2**30  # bytes of a table that is still written whole: three million records, about ten seconds

DUE = f"""
SELECT w.id, age(w.xmin) FROM surveys_wave AS w
WHERE w.status = 'settled' AND NOT EXISTS (
    SELECT FROM surveys_auditentry AS a
    WHERE a.subject_kind = 'wave' AND a.subject_id = w.id::text AND a.verb = '{VERB}'
)
"""  # noqa: S608  a word of our own

# Whoever began before a wave was settled may still see its rows as they were, and PostgreSQL keeps them for that: in
# other databases of the server too, for what runs there decides how far back a new look of our own reaches.
READERS = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE pid <> pg_backend_pid()
      AND greatest(age(backend_xmin), age(backend_xid)) >= %s
)
"""


def erase_due() -> int:
    """Erase the traces of the waves that have settled since the last time; return how many.

    Done again at the next beat when somebody still reads, or a table is busy. Not possible inside a transaction.
    """
    if connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        due = dict(cursor.fetchall())
        if not due:
            return 0
        cursor.execute(READERS, [min(due.values())])
        if cursor.fetchone() == (True,):
            return 0
        cursor.execute("SET lock_timeout = '2s'")
        try:
            for table in TABLES:
                cursor.execute("SELECT pg_table_size(%s)", [table])
                whole = cursor.fetchone()[0] <= MOST_WHOLE
                cursor.execute(f"VACUUM {'(FULL)' if whole else ''} {table}")
        except OperationalError:
            logger.info("what settling left in the files is erased later: somebody is busy with a table")
            return 0
        finally:
            cursor.execute("RESET lock_timeout")
    for wave in Wave.objects.filter(pk__in=due).order_by("pk"):
        audit.record(wave, verb=VERB, by=None)
    return len(due)
