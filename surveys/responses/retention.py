"""Retention: what is deleted, when, and the dated record that it was.

One table of rules. Each is carried out once a day, in a transaction of its own, and leaves a `Deletion` with the day
and the number of rows; the public page about privacy is drawn from the same table. Afterwards the tables are swept,
so that what was deleted does not go on standing in their files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.faults import apart
from surveys.questionnaires.codebook import key_of
from surveys.questionnaires.documents import Document
from surveys.questionnaires.question_types import question_type
from surveys.responses import form_tokens, saving, uploads
from surveys.responses.models import Deletion, Exclusion, Response, Upload
from surveys.waves.models import Wave

log = logging.getLogger(__name__)

PREFIX_DAYS = 1  # and the day itself: 48 hours at most
PAPER_DAYS = 30
# No shorter than any way of sending a form again: as it lay, as it was saved, or as somebody typed it in from paper.
FORM_DAYS = max(form_tokens.LIFETIME_DAYS + saving.KEPT_DAYS + 1, PAPER_DAYS)
SALT_DAYS = 180  # after the release: time for checking, appealing and auditing
TEXT_DAYS = 365  # after the release
REASON_DAYS = 3 * 365  # after the release

# First key of the advisory lock that keeps two workers from deleting at once.
RETENTION_LOCK = 0x6D72
TELLING = frozenset({"texts", "evidence"})  # families of questions whose answers can tell who gave them


@dataclass(frozen=True, slots=True)
class Rule:
    """What is deleted and when; `carry_out` takes today's date and returns the number of rows."""

    code: str
    what: str | Promise
    after: str | Promise
    why: str | Promise
    carry_out: Callable[[date], int]
    tables: tuple[str, ...] = ()  # to be swept afterwards
    is_small: bool = True  # whether the tables are so small that they are rewritten whole


def older(table: str, days: int) -> Callable[[date], int]:
    """Return the deed that deletes the rows of a table with a `day` more than so many days ago."""

    def carry_out(today: date) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE day < %s::date - %s", [today, days])  # noqa: S608
            return int(cursor.rowcount)

    return carry_out


def erase_salts(today: date) -> int:
    """Make the records of waves released long ago impossible to recognise, even by whoever holds their receipts."""
    return Response.objects.filter(wave__in=_released_before(today, SALT_DAYS), commitment__gt=b"").update(
        salt=b"", commitment=b"", text_salts=None
    )


def erase_excluded(today: date) -> int:
    """Forget which receipts exclusions were about. What was decided of one rating still belongs together."""
    with connection.cursor() as cursor:
        cursor.execute(ERASE_EXCLUDED, [_released_before(today, SALT_DAYS)])
        return int(cursor.rowcount)


def erase_reasons(today: date) -> int:
    """Delete the reasons for exclusions; rule, decision and who took it stay."""
    old = Exclusion.objects.filter(wave__in=_released_before(today, REASON_DAYS), reason__gt="")
    return old.update(reason="")


def erase_texts(today: date) -> int:
    """Delete texts, contacts, places, signatures and files from the records of waves released long ago."""
    erased = 0
    for wave in Wave.objects.filter(pk__in=_released_before(today, TEXT_DAYS)).select_related("edition"):
        keys = telling_keys(wave.edition.document)
        with connection.cursor() as cursor:
            cursor.execute(ERASE, [keys, wave.pk, keys])
            erased += cursor.rowcount
        erased += Upload.objects.filter(wave=wave).delete()[0]
    return erased


def telling_keys(document: Document) -> list[str]:
    """List the keys of a record's extras that can tell who gave it, in the order of the questionnaire."""
    keys = []
    for question in document["questions"]:
        kind = question_type(question["type"])
        suffixes = kind.suffixes(question) if kind.family in TELLING else ("other",)
        keys += [
            key_of(question["code"], suffix) for suffix in ("", *suffixes) if suffix or kind.family in TELLING
        ]
    return list(dict.fromkeys(keys))


def end_sessions(_today: date) -> int:
    """Delete the sessions of staff that have ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {Session._meta.db_table} WHERE expire_date < clock_timestamp()"  # noqa: S608
        )
        return int(cursor.rowcount)


# The number of the first proposal takes the place of the receipt, which was ten bytes long.
ERASE_EXCLUDED = """
UPDATE surveys_exclusion AS one SET receipt = int8send(first.id)
FROM (SELECT receipt, min(id) AS id FROM surveys_exclusion GROUP BY receipt) AS first
WHERE first.receipt = one.receipt AND one.wave_id = ANY(%s) AND length(one.receipt) = 10
"""
ERASE = """
UPDATE surveys_response SET extras = NULLIF(extras - %s::text[], '{}'::jsonb)
WHERE wave_id = %s AND extras ?| %s::text[]
"""

RULES = (
    Rule(
        "forms",
        _(
            "The memory of a form that was sent: a hash, and its receipts sealed with what only the form knows"
        ),
        _("after 30 days"),
        _("so that a form sent twice counts once"),
        older("surveys_submission", FORM_DAYS),
        ("surveys_submission",),
    ),
    Rule(
        "saved",
        _("A form that was put aside, sealed with a code that only its author has"),
        _("after 7 days"),
        _("so that it can be finished later; it is counted nowhere"),
        older("surveys_savedsheet", saving.KEPT_DAYS),
        ("surveys_savedsheet",),
    ),
    Rule(
        "files",
        _("A file that was chosen for a form and never sent"),
        _("after 2 days"),
        _("so that a form can go from page to page"),
        uploads.purge,
        ("surveys_pendingupload",),
    ),
    Rule(
        "prefixes",
        _("How many open forms came from one part of the network, under a key of the day"),
        _("within 48 hours, with the key"),
        _("to notice when one place sends very many; the address itself is never stored"),
        older("surveys_nearbycount", PREFIX_DAYS),
        ("surveys_nearbycount",),
    ),
    Rule(
        "day-keys",
        _("The key of the day itself"),
        _("within 48 hours"),
        _("without it the counts say nothing about any address"),
        older("surveys_daykey", PREFIX_DAYS),
        ("surveys_daykey",),
    ),
    Rule(
        "paper",
        _(
            "A paper form that one person typed in and nobody typed a second time, sealed with the code on the paper"
        ),
        _("after 30 days"),
        _("so that two people can compare what they read"),
        older("surveys_paperentry", PAPER_DAYS),
        ("surveys_paperentry",),
    ),
    Rule(
        "salts",
        _("What ties a receipt to its record"),
        _("180 days after the results are released"),
        _("until then everybody can check a receipt and an auditor can open the count"),
        erase_salts,
        ("surveys_response",),
        is_small=False,
    ),
    Rule(
        "excluded",
        _("The receipt of a rating that somebody proposed to exclude"),
        _("180 days after the results are released"),
        _("until then its author can see what was decided, and ask for it to be taken back in"),
        erase_excluded,
        ("surveys_exclusion",),
    ),
    Rule(
        "reasons",
        _("The reason that was given for excluding a rating"),
        _("three years after the results are released"),
        _("so that auditors can look into it; the rule, the decision and who took it stay"),
        erase_reasons,
        ("surveys_exclusion",),
    ),
    Rule(
        "texts",
        _("Texts, contacts, positions, signatures and files in answers"),
        _("a year after the results are released"),
        _("what people wrote can tell who they are; grades and choices stay, and are joined to nobody"),
        erase_texts,
        ("surveys_response", "surveys_upload"),
        is_small=False,
    ),
    Rule(
        "sessions",
        _("Sign-ins of staff"),
        _("when they end, after 12 hours"),
        _("residents have none"),
        end_sessions,
        ("django_session",),
    ),
)


def carry_out_due() -> int:
    """Carry out the rules that were not carried out today, and return how many.

    A rule that fails is logged and tried again the next time; the others are carried out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT (clock_timestamp() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
        (today,) = cursor.fetchone()
    done = set(Deletion.objects.filter(day=today).values_list("rule", flat=True))
    carried_out = []
    for rule in RULES:
        if rule.code not in done:
            with apart(log, "retention: rule %s could not be carried out", rule.code):
                if _carry_out(rule, today):
                    carried_out.append(rule)
    for rule in carried_out:
        _sweep(rule)
    return len(carried_out)


def last_carried_out() -> dict[str, date]:
    """Return the last day of each rule, by code."""
    return dict(Deletion.objects.order_by().values_list("rule").annotate(last=Max("day")))


def _carry_out(rule: Rule, today: date) -> bool:
    """Delete what a rule says and note it, all or nothing; say whether another worker had not done it already."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s::int, 0)", [RETENTION_LOCK])
            if cursor.fetchone() != (True,) or Deletion.objects.filter(rule=rule.code, day=today).exists():
                return False
        Deletion.objects.create(rule=rule.code, day=today, rows=rule.carry_out(today))
    return True


def _sweep(rule: Rule) -> None:
    """Take what was deleted out of the tables' files, unless somebody is busy with them."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        try:
            for table in rule.tables:
                cursor.execute(f"VACUUM {'(FULL)' if rule.is_small else ''} {table}")
        except OperationalError:
            log.info("retention: %s is swept later, somebody is busy with it", rule.code)
        finally:
            cursor.execute("RESET lock_timeout")


def _released_before(today: date, days: int) -> list[int]:
    """Return the settled waves whose results were due for release more than so many days ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM surveys_wave"
            " WHERE status = 'settled' AND (release_at AT TIME ZONE %s)::date < %s::date - %s",
            [settings.TIME_ZONE, today, days],
        )
        return [pk for (pk,) in cursor.fetchall()]
