"""Saving: a form put aside by its author and taken up again, on any device, with a code that only the author has.

What was typed is sealed (AES-GCM, NIST SP 800-38D) with a key made of the code and the site's secret; what the table
knows of the code is a hash. So nobody who reads the database reads a form that was put aside, and nothing in it
is ever counted. The form keeps its token's secret: its order of chance stays, and however often it is put aside and
taken up, it is sent once. The code follows from that secret and the site's, so that one form is one row. `retention`
forgets every form that was put aside more than `KEPT_DAYS` days ago.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from surveys.questionnaires.documents import Question
from surveys.questionnaires.question_types import question_type
from surveys.responses import receipts
from surveys.responses.form_tokens import FormToken
from surveys.responses.occasions import Occasion
from surveys.responses.sealing import seal, unseal
from surveys.waves.models import Channel

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet

KEPT_DAYS = 7
MOST_BYTES = 60_000  # of one form
MOST_WAITING = 500_000_000  # bytes of one wave: nobody fills the disk

# Devices that many people use, and forms that somebody else fills in: nothing of them is put aside.
NEVER_SAVED = frozenset({Channel.KIOSK, Channel.ASSISTED, Channel.PAPER})


# The day is the database's, as everywhere in intake.
REPLACE = """
UPDATE surveys_savedsheet SET sealed = %(sealed)s, day = (clock_timestamp() AT TIME ZONE %(zone)s)::date
WHERE key_hash = %(key_hash)s AND wave_id = %(wave)s
"""
INSERT = """
INSERT INTO surveys_savedsheet (key_hash, wave_id, sealed, day)
VALUES (%(key_hash)s, %(wave)s, %(sealed)s, (clock_timestamp() AT TIME ZONE %(zone)s)::date)
ON CONFLICT (key_hash) DO UPDATE SET sealed = EXCLUDED.sealed, day = EXCLUDED.day
"""
# The forms of one wave are only added up where all of them together take so much room on the disk.
IS_FULL = """
SELECT pg_total_relation_size('surveys_savedsheet') > %(most)s
   AND (SELECT sum(octet_length(sealed)) FROM surveys_savedsheet WHERE wave_id = %(wave)s) > %(most)s
"""
FIND = """
SELECT wave_id, sealed FROM surveys_savedsheet
WHERE key_hash = %(key_hash)s AND day >= (clock_timestamp() AT TIME ZONE %(zone)s)::date - %(days)s
"""


class TooMuch(ValueError):
    """A form that is larger than anybody's answers are."""


class NoRoom(ValueError):
    """So many forms of the wave are put aside that no other is."""


@dataclass(frozen=True, slots=True)
class SavedForm:
    """A form as it was put aside: its fields by name, its token, and the seconds that were spent on it."""

    wave_id: int
    fields: Mapping[str, Sequence[str]]
    token: str
    seconds: float
    had_files: bool


def may_save(occasion: Occasion) -> bool:
    """Say whether a form of this occasion can be put aside."""
    return occasion.channel not in NEVER_SAVED and not occasion.replaces


def save(sheet: AnswerSheet, *, token: FormToken, at: str, about: Sequence[str], had_files: bool) -> str:
    """Put the form aside and return the code that gives it back, as printed. Nothing typed into it is judged.

    A form that was put aside before keeps its code. Files do not come along. `token` must be genuine. Raises
    `TooMuch` and `NoRoom`.
    """
    typed = {name: values for name, values in sheet.typed.items() if _is_kept(sheet, name)}
    fields = {
        **typed,
        **{name: [value] for name, value in sheet.occasion.fields if name != "saved"},
        "language": [sheet.language],
        "at": [at],
        **({"about": list(about)} if about else {}),
    }
    content = json.dumps([fields, token.written, token.age, had_files], ensure_ascii=False).encode()
    if len(content) > MOST_BYTES:
        raise TooMuch
    if _is_full(sheet.wave.id):
        raise NoRoom
    known = _read(sheet.occasion.saved)
    if known and _write(REPLACE, sheet.wave.id, known, content):
        return receipts.printed(known)
    code = _code_of(token)
    _write(INSERT, sheet.wave.id, code, content)
    return receipts.printed(code)


def holds_files(sheet: AnswerSheet) -> bool:
    """Say whether files were chosen on the form."""
    asked = (_asked_by(sheet, name) for name in sheet.typed)
    return any(question_type(question["type"]).takes_file for question in asked if question)


def find(typed: str) -> SavedForm | None:
    """Return the form that was put aside under the code `typed`; None when there is none, or none any more.

    Raises `receipts.UnreadableReceipt` for what cannot be such a code: it is written as receipts are.
    """
    code = receipts.read(typed)
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"key_hash": key_hash(code), "zone": settings.TIME_ZONE, "days": KEPT_DAYS})
        row = cursor.fetchone()
    if row is None:
        return None
    sealed = bytes(row[1])
    try:
        content = unseal(_cipher(code), sealed, key_hash(code))
    except InvalidTag:  # the site's secret has been changed since
        return None
    fields, token, seconds, had_files = json.loads(content)
    return SavedForm(row[0], fields, token, seconds, had_files)


def key_hash(code: bytes) -> bytes:
    """Return the hash under which a form lies."""
    return hashlib.sha256(b"minping/saved/v1\0" + code).digest()


def _code_of(token: FormToken) -> bytes:
    told = b"minping/saved-code/v1\0" + token.secret
    return hmac.digest(settings.SECRET_KEY.encode(), told, "sha256")[: receipts.RECEIPT_BYTES]


def _is_full(wave_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_FULL, {"most": MOST_WAITING, "wave": wave_id})
        return bool(cursor.fetchone()[0])


def _cipher(code: bytes) -> AESGCM:
    # With the site's secret in it the key cannot be tried out on a stolen table.
    return AESGCM(hmac.digest(settings.SECRET_KEY.encode(), b"minping/saved-key/v1\0" + code, "sha256"))


def _write(statement: str, wave_id: int, code: bytes, content: bytes) -> bool:
    """Seal `content` and write it; say whether a row was written."""
    name = key_hash(code)
    sealed = seal(_cipher(code), content, name)
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"key_hash": name, "wave": wave_id, "sealed": sealed, "zone": settings.TIME_ZONE}
        )
        return bool(cursor.rowcount)


def _read(written: str) -> bytes | None:
    """Return the code that a form carries, or None for what is none."""
    try:
        return receipts.read(written)
    except receipts.UnreadableReceipt:
        return None


def _is_kept(sheet: AnswerSheet, name: str) -> bool:
    """Say whether a field belongs to a question of the wave that can be put aside."""
    question = _asked_by(sheet, name)
    return question is not None and not question_type(question["type"]).takes_file


def _asked_by(sheet: AnswerSheet, name: str) -> Question | None:
    """Return the question of the wave that a field belongs to."""
    part, _dot, rest = name.partition(".")
    department = sheet.wave.by_code.get(part)
    return department.part.by_code.get(rest.partition(".")[0]) if department else None
