"""Mixing: how an accepted record becomes a counted one that nobody can trace.

A missing foreign key is not anonymity: rows written by one transaction carry one number (`xmin`), which alone
would link a record to the code spent with it. So records wait in the inbox, leave it in batches of many people, in an
order that PostgreSQL's strong random source decides, under new random keys and without their time of arrival; the
tallies change in the same transaction, the files that the records name go with them, and all the codes that were ever
spent are written anew after them. When a wave has closed, `settle` writes its records, files and spent codes once more,
shuffled, all in one transaction or, where they are very many, in random parts, and counts the tallies anew.

Everything here may be interrupted anywhere and run again; two workers at the same wave wait for each other.
"""

from __future__ import annotations

import logging
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F

from surveys import audit
from surveys.faults import apart
from surveys.questionnaires.codebook import codebook_of
from surveys.responses import (
    adopting,
    counting,
    erasing,
    excluding,
    recounting,
    replacing,
    turnout,
    twins,
    uploads,
)
from surveys.responses.counting import STATUS
from surveys.responses.models import InboxEntry, QuotaCount, Response, Upload
from surveys.responses.turnout import FINISHED
from surveys.waves.fielding import database_now
from surveys.waves.models import Wave

logger = logging.getLogger(__name__)

# First key of the advisory locks `(MIXING_LOCK, wave id)`: whoever moves or rewrites a wave's records holds it.
MIXING_LOCK = 0x6D71

INBOX = "surveys_inboxentry"
PENDING = "surveys_pendingupload"
QUOTAS = "surveys_quotacount"
INVITATIONS = "surveys_invitation"
TURNOUT = "surveys_turnout"
REPLACEMENTS = "surveys_replacement"
PAPERS = "surveys_paperentry"
REWRITTEN = (INBOX, PENDING, QUOTAS, TURNOUT, REPLACEMENTS, PAPERS)
MOST_AT_ONCE = 10_000
MOST_REWRITTEN = 200_000  # in one transaction, a few seconds' work
MOST_FILES_REWRITTEN = 500

# Every batch writes all the codes that were ever spent anew, see `_shuffle_spent`. So that this costs no more for each
# record in a large wave than in a small one, the batches of a large wave are larger, too.
SPENT_PER_RECORD = 50
SPENT = "(SELECT count(*) FROM surveys_invitation WHERE wave_id = {wave} AND state = 2)"

DUE = f"""
SELECT wave_id FROM surveys_inboxentry AS waiting
GROUP BY wave_id
HAVING min(received_at) <= clock_timestamp() - make_interval(secs => %(seconds)s)
    OR count(*) FILTER (WHERE leads) >= %(people)s
   AND count(*) FILTER (WHERE leads) * {SPENT_PER_RECORD} >= {SPENT.format(wave="waiting.wave_id")}
ORDER BY wave_id
"""  # noqa: S608  nothing of it comes from outside

# Who leads and when a record arrived stay behind; what goes on says of a record only which batch it left in. With the
# counts come the handles of the files that the batch names.
MOVE = f"""
WITH taken AS (
    DELETE FROM surveys_inboxentry
    WHERE id IN (
        SELECT id FROM surveys_inboxentry WHERE wave_id = %(wave)s
        LIMIT greatest(%(most)s, {SPENT.format(wave="%(wave)s")} / {SPENT_PER_RECORD}) FOR UPDATE SKIP LOCKED
    )
    RETURNING *, 1 AS status
), moved AS (
    INSERT INTO surveys_response (
        id, wave_id, department_id, day, klass, channel, stratum, cell, psu, point, flags, language,
        codes, salt, commitment, extras, text_salts, status
    )
    SELECT gen_random_uuid(), wave_id, department_id, day, klass, channel, stratum, cell, psu, point, flags, language,
           codes, salt, commitment, extras, text_salts, status
    FROM taken ORDER BY gen_random_uuid()
), finished AS ({FINISHED})
SELECT department_id, klass, stratum, cell, channel, {STATUS}, psu, count(*), string_agg(codes, ''::bytea),
       count(*) FILTER (WHERE leads),
       string_agg((SELECT string_agg(file.value, ' ') FROM jsonb_each_text(extras) AS file
                   WHERE file.key = ANY(%(files)s)), ' ')
FROM taken
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  nothing of it comes from outside

COUNT_PEOPLE = """
INSERT INTO surveys_participation (wave_id, klass, stratum, cell, channel, people)
SELECT %s, klass, stratum, cell, channel, sum(people)
FROM unnest(%s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::bigint[])
    AS one (klass, stratum, cell, channel, people)
GROUP BY 2, 3, 4, 5 HAVING sum(people) > 0
ON CONFLICT (wave_id, klass, stratum, cell, channel)
DO UPDATE SET people = surveys_participation.people + EXCLUDED.people
"""

# The shuffled rows are new ones: nothing of when and with whom the old ones were written is left in the table. Keys
# are random, so rows between two keys are a random part of the wave.
REWRITE_RESPONSES = """
WITH taken AS (DELETE FROM surveys_response WHERE wave_id = %s AND id BETWEEN %s AND %s RETURNING *)
INSERT INTO surveys_response SELECT * FROM taken ORDER BY gen_random_uuid()
"""
IS_REWRITTEN = """
SELECT count(DISTINCT xmin::text) < 2 FROM surveys_response WHERE wave_id = %s AND id BETWEEN %s AND %s
"""
REWRITE_SPENT = """
WITH taken AS (DELETE FROM surveys_invitation WHERE wave_id = %s AND state = 2 RETURNING *)
INSERT INTO surveys_invitation SELECT * FROM taken ORDER BY gen_random_uuid()
"""
# In the end nobody can tell any more who answered: where a service point or a cluster had one code, it would be known
# whose record is the one from there.
FORGET_SPENT = """
WITH taken AS (DELETE FROM surveys_invitation WHERE wave_id = %s RETURNING *)
INSERT INTO surveys_invitation (code_hash, wave_id, klass, stratum, psu, point, state)
SELECT code_hash, wave_id, klass, stratum, 0, 0, CASE WHEN state IN (1, 2) THEN 5 ELSE state END
FROM taken ORDER BY gen_random_uuid()
"""


def mix_due() -> int:
    """Mix every wave whose inbox holds enough people or somebody who has waited long enough; return records moved."""
    due = {"people": settings.MIXING_MIN_BATCH, "seconds": settings.MIXING_MAX_AGE_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(DUE, due)
        waves = [wave for (wave,) in cursor.fetchall()]
    moved = 0
    for wave in Wave.objects.select_related("edition").filter(pk__in=waves).order_by("pk"):
        with apart(logger, "wave %s could not be mixed", wave.pk):
            batch = MOST_AT_ONCE
            while batch >= MOST_AT_ONCE:  # what came meanwhile waits for the next beat, in more company
                batch = _mix(wave, due=due)
                moved += batch
    for wave in excluding.waves_due():
        with apart(logger, "wave %s: exclusions could not be carried out", wave.pk), transaction.atomic():
            _lock(wave)
            _apply_changes(wave)
    if moved or _inbox_holds_only_traces():
        _erase_traces(INVITATIONS, TURNOUT, QUOTAS, REPLACEMENTS, PENDING, PAPERS, INBOX)
    return moved


def settle_due() -> int:
    """Settle the waves that have closed; return how many."""
    closed = Wave.objects.filter(status=Wave.Status.CLOSED).order_by("pk").values_list("pk", flat=True)
    settled = 0
    for wave in list(closed):
        with apart(logger, "wave %s could not be settled", wave):
            settled += settle(wave)
    if settled:
        _erase_traces(INBOX)  # `mix_due` comes back to it when others hold it up
    erasing.erase_due()
    return settled


def settle(wave_id: int) -> bool:
    """Bring a closed wave to rest: nothing in the inbox, records rewritten, tallies final. Say whether it was done now.

    A wave that is settled already is left alone; one that has not closed raises `ValueError`. Each step is a
    transaction of its own and is not done again, so that even a very large wave gets there in the end.
    """
    wave = Wave.objects.select_related("edition").get(pk=wave_id)
    if wave.status == Wave.Status.SETTLED:
        return False
    if wave.status != Wave.Status.CLOSED:
        raise ValueError(f"wave {wave_id} has not closed yet")
    while _mix(wave):
        pass
    _adopt(wave)
    _flag_twins(wave)
    for first, last in _parts(Response.objects.filter(wave=wave).count(), MOST_REWRITTEN):
        _rewrite(wave, first, last)
    for first, last in _parts(Upload.objects.filter(wave=wave).count(), MOST_FILES_REWRITTEN):
        _rewrite_files(wave, first, last)
    return _finish(wave)


def _mix(wave: Wave, *, due: dict[str, int] | None = None) -> int:
    """Mix a batch of what waits, unless that is too little and too young by now; return how many records moved.

    One transaction: nobody ever sees a record that has moved, and its code as the person's own transaction left it.
    """
    with transaction.atomic():
        _lock(wave)
        if due:
            with connection.cursor() as cursor:
                cursor.execute(DUE, due)
                if (wave.pk,) not in cursor.fetchall():
                    return 0
        if moved := _move(wave):
            _shuffle_spent(wave)
    return moved


def _move(wave: Wave) -> int:
    """Move a batch from the inbox to the responses and count it; the transaction is the caller's."""
    with connection.cursor() as cursor:
        files = uploads.keys_in(codebook_of(wave.edition).document)
        cursor.execute(MOVE, {"wave": wave.pk, "most": MOST_AT_ONCE, "files": files})
        rows = cursor.fetchall()
        if not rows:
            return 0
        keys = [(klass, stratum, cell, channel) for _d, klass, stratum, cell, channel, *_rest in rows]
        cursor.execute(
            COUNT_PEOPLE, [wave.pk, *map(list, zip(*keys, strict=True)), [row[-2] for row in rows]]
        )
    # A counter still carries the transaction that spent the code of the person it counted last.
    counters = QuotaCount.objects.filter(wave=wave)
    list(counters.select_for_update().order_by("code"))  # in the order in which submissions take them
    counters.update(taken=F("taken"))
    if handles := " ".join(row[-1] for row in rows if row[-1]).split():
        uploads.adopt(wave.pk, handles)
    batches = [counting.batch_of(*row[:-2]) for row in rows]
    counting.add(wave, batches)
    layouts = counting.Layouts(wave)
    turnout.count_answered(
        wave.pk, [(layouts.of(one.department_id).part, one.records, one.codes) for one in batches]
    )
    _apply_changes(wave)
    return sum(row[7] for row in rows)


def _apply_changes(wave: Wave) -> None:
    """Let records that were replaced or excluded stop counting, or count again; the transaction is the caller's."""
    recounting.recount(wave, replacing.apply(wave) | excluding.apply(wave))


def _shuffle_spent(wave: Wave) -> None:
    """Write the spent codes anew, so that none tells when it was spent: not with any record, and after all of them.

    All of them, for a group of codes that had a transaction to itself would be known to have come with one batch. The
    savepoint has a number of its own, above that of the transaction around it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REWRITE_SPENT, [wave.pk])


def _adopt(wave: Wave) -> None:
    """Make records of what an imported wave brought along, and count them as mixing would have."""
    with transaction.atomic():
        _lock(wave)
        if adopting.adopt(wave):
            counting.replace(wave, counting.count_wave(wave))


def _flag_twins(wave: Wave) -> None:
    """Flag what only shows when all words are there, before the records are written anew."""
    with transaction.atomic():
        _lock(wave)
        recounting.recount(wave, twins.mark(wave))


def _parts(rows: int, most: int) -> list[tuple[UUID, UUID]]:
    """Cut the space of keys into as many equal parts as it takes to have about `most` rows in each."""
    number = max(1, -(-rows // most))
    bounds = [(part << 128) // number for part in range(number + 1)]
    return [(UUID(int=low), UUID(int=high - 1)) for low, high in pairwise(bounds)]


def _rewrite(wave: Wave, first: UUID, last: UUID) -> None:
    """Write the records with keys from `first` to `last` anew, shuffled, unless one transaction wrote them all."""
    part = (wave.pk, first, last)
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(wave)
        cursor.execute(IS_REWRITTEN, part)
        if cursor.fetchone() == (False,):
            cursor.execute(REWRITE_RESPONSES, part)


def _rewrite_files(wave: Wave, first: UUID, last: UUID) -> None:
    """Write the files with handles from `first` to `last` anew, shuffled; twice does no harm."""
    with transaction.atomic():
        _lock(wave)
        uploads.rewrite(wave.pk, first, last)


def _finish(wave: Wave) -> bool:
    """Forget which codes were used and the forms, count anew and declare the wave settled, in one transaction."""
    with transaction.atomic():
        _lock(wave)
        wave = Wave.objects.select_for_update().select_related("edition").get(pk=wave.pk)
        if wave.status != Wave.Status.CLOSED or InboxEntry.objects.filter(wave=wave).exists():
            return False
        with connection.cursor() as cursor:
            cursor.execute(FORGET_SPENT, [wave.pk])
            cursor.execute("DELETE FROM surveys_submission WHERE wave_id = %s", [wave.pk])
            cursor.execute("DELETE FROM surveys_pendingupload WHERE wave_id = %s", [wave.pk])
        _apply_changes(wave)
        replacing.forget(wave)
        slices = counting.count_wave(wave)
        agree = _agrees(wave, slices)
        counting.replace(wave, slices)
        wave.status, wave.settled_at = Wave.Status.SETTLED, database_now()
        wave.save(update_fields=["status", "settled_at"])
        records = sum(one.records for one in slices.values())
        audit.record(wave, verb="settle", by=None, records=records, slices=len(slices), tallies_agreed=agree)
    return True


def _erase_traces(*tables: str) -> None:
    """Take out of the tables' files what was deleted from them: a dead inbox row still tells its transaction.

    The inbox, the counters of quotas and the files that wait are rewritten whole: what else stands on a page keeps a
    swept row's transaction readable, and theirs lies beside the one that spent a code. The others are swept.
    A table that somebody holds for long is left to the next run. Inside a transaction the database cannot do it.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        try:
            for table in tables:
                cursor.execute(f"VACUUM {'(FULL)' if table in REWRITTEN else ''} {table}")
        except OperationalError:
            logger.info("what was deleted from the tables is erased later: somebody is busy with one of them")
        finally:
            cursor.execute("RESET lock_timeout")


def _inbox_holds_only_traces() -> bool:
    """Say whether the inbox is empty and its file is not."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_relation_size('{INBOX}') > 0 AND NOT EXISTS (SELECT FROM {INBOX})")  # noqa: S608
        (answer,) = cursor.fetchone()
    return bool(answer)


def _agrees(wave: Wave, slices: dict[counting.SliceKey, counting.Counts]) -> bool:
    """Say whether the tallies kept during fieldwork are those of a new count; if not, say it loudly.

    The records are the truth and the new count takes the place of the old one, but a difference means that somebody
    changed records or tallies by hand, or a fault of ours.
    """
    if counting.stored(wave) == {key: one.written() for key, one in slices.items()}:
        return True
    logger.error("wave %s: the tallies kept during fieldwork differ from those counted anew", wave.pk)
    return False


def _lock(wave: Wave) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [MIXING_LOCK, wave.pk])
