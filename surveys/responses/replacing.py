"""Replacing one's own rating: until the wave closes, whoever holds a receipt and its change word may rate once more.

Exactly one counts, and the person stays counted once. A receipt is replaced at most once: of two who try at the same
moment one is told to use the newest receipt. The new record takes over whom the old one stood for (class, stratum,
cell, cluster, service point) by reading it in the same statement; nothing that is kept names both. The old record
stays as *replaced* and counts nowhere from the moment that the new one is mixed in.

What a helper filled in with the resident is never replaced: the helper has seen the receipt, and might be the one who
asks. How often a rating is changed nobody can know, for nothing names both; a change of a rating that came without a
code is screened as every form without one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Never

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from surveys.responses import change_words, collecting, passes, quality, receipts
from surveys.responses.access import AskedDepartment, AskedWave
from surveys.responses.collecting import Accepted, Refused, replay
from surveys.responses.form_tokens import FormToken
from surveys.responses.models import Replacement, Response, Status
from surveys.responses.quality import Flag
from surveys.waves.models import Klass, Wave

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet

# What was noticed about how the person came, not about the answers: it cannot be shaken off by answering anew.
INHERITED = Flag.NEARBY | Flag.UNPROVEN | Flag.TRAP | Flag.BURST
FEWEST_TOLD = 10  # replaced ratings, before their number is told


class _Current(NamedTuple):
    """Where a rating stands: 0 waits in the inbox, otherwise a `Status`."""

    department_id: int
    status: int
    klass: int
    channel: int


class WrongWord(Refused):
    """The change word does not belong to the receipt, or there is no such receipt in this wave."""

    def __init__(self) -> None:
        super().__init__(
            _("This change word does not fit this receipt. Please compare both with what you wrote down.")
        )


class AlreadyReplaced(Refused):
    """The receipt has been replaced before; only the newest can be."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The rating of this receipt has been replaced already. To change it once more, use the newest"
                " receipt and its change word."
            )
        )


class Helped(Refused):
    """The rating was given with a helper, who has seen its receipt."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This rating was given together with an interviewer or on paper. It cannot be changed afterwards."
            )
        )


class Excluded(Refused):
    """The rating was left out of the count by two people; it cannot be replaced."""

    def __init__(self) -> None:
        super().__init__(_("The rating of this receipt was excluded from the count and cannot be changed."))


class OtherDepartment(Refused):
    """The form is not about the department that the receipt is about."""

    def __init__(self) -> None:
        super().__init__(
            _("This form is about something else than the rating of this receipt. Nothing was changed.")
        )


# The state of the rating behind a receipt: 0 waits in the inbox, otherwise a `Status`. Of the two tables exactly one
# has it in the eyes of one statement, for mixing moves it in one transaction.
CURRENT = """
SELECT department_id, CASE
    WHEN EXISTS (SELECT FROM surveys_replacement WHERE receipt = %(receipt)s::bytea) THEN 4
    WHEN (SELECT NOT restores FROM surveys_exclusion WHERE receipt = %(receipt)s::bytea AND state = 'approved'
          ORDER BY decided_at DESC, id DESC LIMIT 1) THEN 3
    ELSE status END AS status, klass, channel, stratum, cell, psu, point, flags
FROM (
    SELECT department_id, 0 AS status, klass, channel, stratum, cell, psu, point, flags FROM surveys_inboxentry
    WHERE wave_id = %(wave)s AND substr(commitment, 1, 10) = %(receipt)s::bytea
    UNION ALL
    SELECT department_id, status, klass, channel, stratum, cell, psu, point, flags FROM surveys_response
    WHERE wave_id = %(wave)s AND substr(commitment, 1, 10) = %(receipt)s::bytea
) AS found
"""

# As in `collecting.STORE`, each step takes its rows from the step before. The key of a replacement decides a race: who
# comes second waits for the first and then inserts nothing.
STORE = f"""
WITH fielded AS (
    SELECT (clock_timestamp() AT TIME ZONE %(zone)s)::date AS day FROM surveys_wave
    WHERE id = %(wave)s AND status = 'open' AND clock_timestamp() < closes_at
), current AS ({CURRENT}), eligible AS (
    SELECT current.*, day FROM current, fielded
    WHERE current.status IN (0, 1, 2) AND department_id = %(department)s AND klass = %(klass)s
      AND channel <> ALL (%(helped)s::smallint[])
      AND NOT EXISTS (SELECT FROM surveys_submission WHERE token_hash = %(token_hash)s)
), replaced AS (
    INSERT INTO surveys_replacement (receipt, wave_id) SELECT %(receipt)s, %(wave)s FROM eligible
    ON CONFLICT (receipt) DO NOTHING
    RETURNING 1
), remembered AS (
    INSERT INTO surveys_submission (token_hash, wave_id, day, sealed)
    SELECT %(token_hash)s, %(wave)s, day, %(sealed)s FROM eligible, replaced
    ON CONFLICT (token_hash) DO NOTHING
    RETURNING day
), stored AS (
    INSERT INTO surveys_inboxentry (
        id, wave_id, klass, channel, cell, language, helper, day, stratum, psu, point,
        leads, department_id, flags, codes, salt, commitment, extras, text_salts
    )
    SELECT gen_random_uuid(), %(wave)s, klass, %(channel)s, cell, %(language)s, %(helper)s,
           remembered.day, stratum, psu, point, false, %(department)s,
           %(flags)s::smallint | (eligible.flags & %(inherited)s::smallint), %(codes)s, %(salt)s,
           %(commitment)s, %(extras)s::jsonb, %(text_salts)s::jsonb
    FROM remembered, eligible
    RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT FROM replaced) THEN 1 / (SELECT count(*) FROM remembered) END,
       (SELECT count(*) FROM stored)
"""  # noqa: S608  nothing of it comes from outside

# What has been replaced since the last time stops counting. Rows that are written anew carry the number of this
# transaction, in which many take part, in the place of the one that stored the new rating.
APPLY = """
UPDATE surveys_response SET status = 4
WHERE wave_id = %(wave)s AND status <> 4
  AND substr(commitment, 1, 10) IN (SELECT receipt FROM surveys_replacement WHERE wave_id = %(wave)s)
RETURNING department_id, klass
"""
REWRITE = "UPDATE surveys_replacement SET wave_id = wave_id WHERE wave_id = %s"


def replaceable(wave: AskedWave, receipt: bytes, *, word: str) -> AskedDepartment:
    """Return whom the rating of `receipt` is about, for somebody who has the change word.

    Raises `WrongWord`, `AlreadyReplaced`, `Excluded` or `Helped`. Whether the wave is open is decided when answers
    come.
    """
    found = _current(wave.id, receipt) if change_words.fits(word, receipt) else None
    if found is None:
        raise WrongWord
    _refuse_standing(found)
    return next(one for one in wave.by_code.values() if one.id == found.department_id)


def changes_open(sheet: AnswerSheet) -> bool:
    """Say whether the rating that `sheet` is to change came without a code. One query."""
    try:
        found = _current(sheet.wave.id, receipts.read(sheet.occasion.replaces))
    except receipts.UnreadableReceipt:
        return False
    return found is not None and found.klass == Klass.OPEN


def replace(sheet: AnswerSheet, *, token: FormToken, signals: int = 0) -> Accepted:
    """Store the one part of `sheet` in the place of the rating that its occasion names, and return the new receipt.

    The same form again gets the same receipt. `signals` are flags of `screening`. Raises a kind of `Refused`, having
    stored nothing.
    """
    if sheet.errors:
        if before := replay(token):
            return before
        raise collecting.InvalidAnswers(next(iter(sheet.errors.values())))
    try:
        receipt = receipts.read(sheet.occasion.replaces)
    except receipts.UnreadableReceipt as error:
        raise WrongWord from error
    if not change_words.fits(sheet.occasion.change, receipt):
        raise WrongWord
    return _take(sheet, token, receipt, signals) or replay(token) or _refuse(sheet, receipt)


def apply(wave: Wave) -> set[tuple[int, int]]:
    """Let what was replaced count no more, and return the slices concerned as (department, class).

    Belongs into the transaction that mixes the wave, before its tallies are counted anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(APPLY, {"wave": wave.pk})
        found = set(cursor.fetchall())
        if found:
            cursor.execute(REWRITE, [wave.pk])
    return found


def forget(wave: Wave) -> None:
    """Forget which receipts of a closed wave were replaced: the records themselves say so."""
    Replacement.objects.filter(wave=wave).delete()


def replaced_number(wave: Wave) -> int | None:
    """Return how many ratings of a wave their authors have replaced, None while there are fewer than ten."""
    number = Response.objects.filter(wave=wave, status=Status.REPLACED).count()
    return number if number >= FEWEST_TOLD else None


def _take(sheet: AnswerSheet, token: FormToken, receipt: bytes, signals: int) -> Accepted | None:
    """Store the answers, or return None having stored nothing."""
    found = _current(sheet.wave.id, receipt)
    if found is None:
        raise WrongWord
    (department,) = sheet.rated
    # The class stands in the commitment, so it has to be known before; it never changes.
    record = collecting.record_about(
        sheet, department, found.klass, fast=quality.is_fast(token.age, sheet.count)
    )
    record["flags"] |= signals
    new = receipts.receipt_of(record["commitment"])
    parameters: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "wave": sheet.wave.id,
        "receipt": receipt,
        "token_hash": token.hash,
        "sealed": receipts.seal([new], token.secret),
        "channel": int(sheet.occasion.channel),
        "klass": found.klass,
        "helped": list(map(int, passes.DEEDS)),
        "inherited": int(INHERITED),
        "helper": sheet.occasion.helper,
        "language": sheet.language,
        **record,
    }
    stored = collecting.insist(lambda: collecting.store_once(sheet.wave.id, STORE, parameters, 1))
    return Accepted((receipts.printed(new),)) if stored else None


def _current(wave_id: int, receipt: bytes) -> _Current | None:
    """Return where the rating of `receipt` stands, or None when the wave has no such rating."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, {"wave": wave_id, "receipt": receipt})
        row = cursor.fetchone()
    return _Current(*row[:4]) if row else None


def _refuse(sheet: AnswerSheet, receipt: bytes) -> Never:
    """Raise why answers in good shape did not take the place of the rating."""
    collecting.refuse_unless_open(sheet)
    found = _current(sheet.wave.id, receipt)
    if found is None:
        raise WrongWord
    _refuse_standing(found)
    raise OtherDepartment


def _refuse_standing(found: _Current) -> None:
    if found.status == Status.REPLACED:
        raise AlreadyReplaced
    if found.status == Status.VOID:
        raise Excluded
    if found.channel in passes.DEEDS:
        raise Helped
