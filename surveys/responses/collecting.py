"""Taking answers: one transaction that stores everything or nothing.

Under a lock that closing a wave takes alone, the database decides by its own clock whether the wave is open. One
statement then remembers the form, spends the invitation and puts the records into the inbox, each only if the one
before succeeded. A form that is remembered already gets the receipts it got before. Nobody is told "received"
before the commit, and nothing but PostgreSQL takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Never

import psycopg
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from surveys.questionnaires.codebook import ORDER
from surveys.responses import commitments, quality, receipts
from surveys.responses.access import AskedDepartment
from surveys.responses.form_tokens import FormToken
from surveys.responses.models import QuotaCount, Submission
from surveys.waves import inviting
from surveys.waves.fielding import INTAKE_LOCK
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Invitation, Klass, Wave

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet


class Refused(ValueError):
    """Answers that were not taken; nothing was stored. The message says why to the person who gave them."""


class WaveNotOpen(Refused):
    """The wave takes no answers now; `status` says where it stands."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(
            _("This survey has not opened yet.")
            if status == Wave.Status.PLANNED
            else _("This survey is closed.")
        )


class InvitationNeeded(Refused):
    """The wave asks invited people only."""


class CodeUnknown(Refused):
    """There is no such invitation to this wave."""


class OtherService(Refused):
    """The code was given for one service event, and the answers are about another department."""


class QuotaFull(Refused):
    """A quota that the form counts for has been reached; `quotas` names those that were asked about."""

    def __init__(self, quotas: Sequence[str]) -> None:
        self.quotas = tuple(quotas)
        super().__init__(
            _("Enough people in your situation have answered already. Your answers were not stored.")
        )


class InvalidAnswers(Refused):
    """The sheet has errors."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Answers that are safely stored, with a receipt for each department rated, as printed."""

    receipts: tuple[str, ...]
    again: bool = False  # the form had been sent before


LOCK = "SELECT pg_advisory_xact_lock_shared(%s::int, %s::int)"

# The clock is read after the lock was granted, for a submission may wait there while the wave is being closed.
# Each step takes its rows from the step before, so that either all of it happens or nothing; and should one form be
# sent with two codes at the same moment, the division fails the whole of the second rather than lose its code.
STORE = """
WITH fielded AS (
    SELECT (clock_timestamp() AT TIME ZONE %(zone)s)::date AS day, is_public
    FROM surveys_wave
    WHERE id = %(wave)s AND status = 'open' AND clock_timestamp() < closes_at
), spent AS (
    UPDATE surveys_invitation SET state = 2
    WHERE code_hash = %(code_hash)s::bytea AND wave_id = %(wave)s AND klass = %(klass)s AND state = 1
      AND (point = 0
           OR %(departments)s::bigint[] = ARRAY(SELECT department_id FROM surveys_servicepoint WHERE id = point))
      AND EXISTS (SELECT FROM fielded)
      AND NOT EXISTS (SELECT FROM surveys_submission WHERE token_hash = %(token_hash)s)
    RETURNING stratum, psu, point
), eligible AS (
    SELECT 0 AS stratum, 0 AS psu, %(point)s::int AS point FROM fielded
    WHERE %(code_hash)s::bytea IS NULL AND is_public
    UNION ALL
    SELECT stratum, psu, CASE WHEN point = 0 THEN %(point)s::int ELSE point END FROM spent
), remembered AS (
    INSERT INTO surveys_submission (token_hash, wave_id, day, sealed)
    SELECT %(token_hash)s, %(wave)s, day, %(sealed)s FROM fielded, eligible
    ON CONFLICT (token_hash) DO NOTHING
    RETURNING day
), stored AS (
    INSERT INTO surveys_inboxentry (
        id, wave_id, klass, channel, cell, language, helper, day, stratum, psu, point,
        leads, department_id, flags, codes, salt, commitment, extras, text_salts
    )
    SELECT gen_random_uuid(), %(wave)s, %(klass)s, %(channel)s, %(cell)s, %(language)s, %(helper)s,
           day, stratum, psu, point, one.*
    FROM remembered, eligible, (VALUES {records}) AS one
    RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT FROM spent) THEN 1 / (SELECT count(*) FROM remembered) END,
       (SELECT count(*) FROM stored)
"""

# Each quota that the form counts for takes one more while there is room, in the order of their codes, so that two
# forms never wait for each other. What this leaves behind goes back with the rest when the form is not stored.
COUNT_QUOTAS = """
INSERT INTO surveys_quotacount AS counted (wave_id, code, taken)
SELECT %(wave)s, quota.code, 1 FROM unnest(%(codes)s::text[], %(most)s::int[]) AS quota (code, most) ORDER BY quota.code
ON CONFLICT (wave_id, code) DO UPDATE SET taken = counted.taken + 1
WHERE counted.taken < (SELECT most FROM unnest(%(codes)s::text[], %(most)s::int[]) AS q (code, most)
                       WHERE q.code = counted.code)
RETURNING code
"""
PREPARE_AFTER = 2  # uses of the same statement by a connection
RECORD = (
    "(%(leads{n})s::bool, %(department{n})s::bigint, %(flags{n})s::smallint, %(codes{n})s::bytea, %(salt{n})s::bytea,"
    " %(commitment{n})s::bytea, %(extras{n})s::jsonb, %(text_salts{n})s::jsonb)"
)

WHY_NOT = """
SELECT CASE WHEN status = 'open' AND clock_timestamp() >= closes_at THEN 'closed' ELSE status END
FROM surveys_wave WHERE id = %s
"""


def submit(sheet: AnswerSheet, *, token: FormToken, code: str | None = None, signals: int = 0) -> Accepted:
    """Store the answers of `sheet` and return the receipts; a form sent again gets the receipts of the first time.

    Raises a kind of `Refused` or `CodeSpent`, having stored nothing, when the wave is not open, the code is unknown
    or spent, or the sheet has errors. Waits while the wave is being closed. `signals` are flags of `screening`, for a
    form without a code.
    """
    wave = sheet.wave
    if sheet.errors:
        # A file that was adopted with its answers waits no longer: the same form once more must still be told so.
        if wave.takes_files and (before := replay(token)):
            return before
        raise InvalidAnswers(next(iter(sheet.errors.values())))
    if code is None:
        return _take(sheet, token, Klass.OPEN, signals=signals) or replay(token) or _refuse(sheet)
    plain = inviting.normalised(code)
    code_hash = inviting.code_hash(wave.slug, plain) if plain else b""
    return (
        _take(sheet, token, wave.klass, code_hash)
        or replay(token)
        or _take_otherwise(sheet, token, code_hash)
    )


def replay(token: FormToken) -> Accepted | None:
    """Return what a form with `token` was answered with before, if it was ever accepted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM surveys_submission WHERE token_hash = %s", [token.hash])
        found = cursor.fetchone()
    if found is None:
        return None
    opened = receipts.unseal(bytes(found[0]), token.secret)
    return Accepted(tuple(map(receipts.printed, opened)), again=True)


def _take(
    sheet: AnswerSheet, token: FormToken, klass: int, code_hash: bytes | None = None, *, signals: int = 0
) -> Accepted | None:
    """Store the answers as those of `klass`, or return None having stored nothing. One round trip."""
    fast = quality.is_fast(token.age, sheet.count)
    records = [record_about(sheet, department, klass, fast=fast) for department in sheet.rated]
    for record in records:
        record["flags"] |= signals
    handed_out = [receipts.receipt_of(record["commitment"]) for record in records]
    parameters: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "wave": sheet.wave.id,
        "token_hash": token.hash,
        "sealed": receipts.seal(handed_out, token.secret),
        "code_hash": code_hash,
        "klass": int(klass),
        "channel": int(sheet.occasion.channel),
        "point": sheet.occasion.point_id,
        "helper": sheet.occasion.helper,
        "departments": [one.id for one in sheet.rated if one is not sheet.wave.general],
        "cell": sheet.cell,
        "language": sheet.language,
    }
    for number, record in enumerate(records):
        parameters |= {f"{name}{number}": value for name, value in record.items()}
        parameters[f"leads{number}"] = number == 0
    if not _store(sheet.wave.id, parameters, len(records), _quotas(sheet)):
        return None
    return Accepted(tuple(map(receipts.printed, handed_out)))


def record_about(
    sheet: AnswerSheet, department: AskedDepartment, klass: int, *, fast: bool
) -> dict[str, Any]:
    """Return what is stored of the answers about one department, by column."""
    part = department.part
    codes, extras = part.pack(sheet.answers[department.code], sheet.shown(department))
    if order := sheet.order(department):
        extras = {**(extras or {}), ORDER: order}
    text_salts = commitments.text_salts_of(extras) if extras else None
    salt = commitments.new_salt()
    record = commitments.record_of(
        part,
        survey=sheet.wave.slug,
        definition=sheet.wave.content_hash,
        klass=klass,
        language=sheet.language,
        codes=codes,
        extras=extras,
        text_salts=text_salts,
    )
    return {
        "department": department.id,
        "flags": quality.flags_of(part, codes, fast=fast),
        "codes": codes,
        "salt": salt,
        "commitment": commitments.commitment_of(record, salt),
        "extras": Jsonb(extras) if extras else None,
        "text_salts": Jsonb(text_salts) if text_salts else None,
    }


@lru_cache(maxsize=64)
def _statement(records: int) -> str:
    """Return the statement that stores so many records; the database keeps it prepared."""
    return STORE.replace(
        "{records}", ", ".join(RECORD.replace("{n}", str(number)) for number in range(records))
    )


def _store(wave_id: int, parameters: dict[str, Any], records: int, quotas: Mapping[str, int]) -> bool:
    """Store everything and say so, or store nothing; once more on a new connection if the old one turns out dead.

    Trying again is safe: had the first attempt been committed unseen, its form would be remembered.
    """

    def attempt() -> bool:
        if quotas:
            return _store_counted(wave_id, parameters, records, quotas)
        return store_once(wave_id, _statement(records), parameters, records)

    return insist(attempt)


def insist(attempt: Callable[[], bool]) -> bool:
    """Return what `attempt` returns, made once more on a new connection if the old one turns out dead."""
    try:
        return attempt()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    return attempt()


def _store_counted(wave_id: int, parameters: dict[str, Any], records: int, quotas: Mapping[str, int]) -> bool:
    """Count the quotas and store, all or nothing; raises `QuotaFull` unless the form was stored before."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [INTAKE_LOCK, wave_id])
            cursor.execute(
                COUNT_QUOTAS, {"wave": wave_id, "codes": list(quotas), "most": list(quotas.values())}
            )
            is_full = len(cursor.fetchall()) < len(quotas)
        stored = not is_full and store_once(wave_id, _statement(records), parameters, records)
        if not stored:
            transaction.set_rollback(True)
    if is_full and not is_remembered(parameters["token_hash"]):
        raise QuotaFull(list(quotas))
    return stored


def store_once(wave_id: int, statement: str, parameters: Mapping[str, Any], records: int) -> bool:
    """Run `statement` under the lock of intake, as one transaction; say whether it stored so many records."""
    connection.ensure_connection()
    session = connection.connection
    # Django switches preparing off, for poolers that do not know it; it halves the time of these statements.
    session.prepare_threshold = PREPARE_AFTER
    try:
        with (
            connection.wrap_database_errors,
            psycopg.Cursor(session) as lock,
            psycopg.Cursor(session) as store,
        ):
            # Sent together they are one transaction, committed at the end of the pipeline (PostgreSQL §54.2.4), and
            # cost one trip; still the second looks at the database as it is when the lock has been granted.
            with session.pipeline():
                lock.execute(LOCK, [INTAKE_LOCK, wave_id])
                store.execute(statement, parameters)
            row = store.fetchone()
    except DataError as error:
        if isinstance(error.__cause__, psycopg.errors.DivisionByZero):
            return False
        raise
    return row is not None and row[1] == records


def _quotas(sheet: AnswerSheet) -> dict[str, int]:
    """Return the limits of the quotas that the form counts for, by code."""
    if sheet.wave.course.is_static:
        return {}
    counted = set(sheet.walk.quotas)
    return {
        one["code"]: one["most"] for one in sheet.wave.document.get("quotas", ()) if one["code"] in counted
    }


def refuse_full(sheet: AnswerSheet) -> None:
    """Raise `QuotaFull` when a quota that the form counts for so far is full, to spare the person the rest."""
    if quotas := _quotas(sheet):
        taken = QuotaCount.objects.filter(wave_id=sheet.wave.id, code__in=quotas)
        if full := [one.code for one in taken if one.taken >= quotas[one.code]]:
            raise QuotaFull(full)


def is_remembered(token_hash: bytes) -> bool:
    """Say whether a form with this token was taken before."""
    return Submission.objects.filter(token_hash=token_hash).exists()


def _take_otherwise(sheet: AnswerSheet, token: FormToken, code_hash: bytes) -> Accepted:
    """Take the answers by an invitation of another class than the wave's, or raise why they are not taken."""
    refuse_unless_open(sheet)
    invitation = Invitation.objects.filter(code_hash=code_hash, wave_id=sheet.wave.id).first()
    if invitation is None or invitation.state == Invitation.State.SPARE:
        raise CodeUnknown(_("This invitation code is not known here. Please compare it with your letter."))
    if invitation.state == Invitation.State.ISSUED and invitation.klass != sheet.wave.klass:
        accepted = _take(sheet, token, invitation.klass, code_hash)
        if accepted:
            return accepted
    if invitation.state == Invitation.State.ISSUED and invitation.point:
        raise OtherService(
            _("This code was given to you for one matter: please rate only the department that handled it.")
        )
    raise CodeSpent(_("This invitation code has been used already or was withdrawn."))


def _refuse(sheet: AnswerSheet) -> Never:
    """Raise why answers without a code were not taken."""
    refuse_unless_open(sheet)
    raise InvitationNeeded(_("This survey is by invitation only. Please use the code in your letter."))


def refuse_unless_open(sheet: AnswerSheet) -> None:
    """Raise `WaveNotOpen` unless the database takes answers to the wave now."""
    with connection.cursor() as cursor:
        cursor.execute(WHY_NOT, [sheet.wave.id])
        (status,) = cursor.fetchone()
    if status != Wave.Status.OPEN:
        raise WaveNotOpen(status)
