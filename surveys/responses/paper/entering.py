"""Typing in what residents answered on paper: two people, one after the other, neither seeing the other's reading.

The first reading waits, sealed with the serial that stands on the paper and the site's key. Whoever types the second
is somebody else; where both agree the answers are taken as any others are, by `collecting`, and where they differ the
second looks at the paper and settles each difference. A paper is stored once: of a blank copy the form's token follows
from its serial and is remembered as long as its wave takes answers; of an invited person's the code is spent, and
nothing else is remembered that follows from it. What waits is changed in transactions of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from surveys import audit
from surveys.languages import Text, in_language
from surveys.people.models import User
from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.scales import ASIDES
from surveys.responses import collecting
from surveys.responses.access import AskedWave
from surveys.responses.collecting import Accepted
from surveys.responses.models import PaperEntry
from surveys.responses.paper import serials
from surveys.waves import inviting
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Invitation, Wave

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet

STORED = b""  # in the place of what was sealed: the paper is stored

Typed = Mapping[str, list[str]]  # form values by field

TODAY = "(clock_timestamp() AT TIME ZONE %(zone)s)::date"
FIRST = f"""
INSERT INTO surveys_paperentry (serial_hash, wave_id, sealed, entered_by_id, day)
VALUES (%(hash)s, %(wave)s, %(sealed)s, %(user)s, {TODAY}) ON CONFLICT (serial_hash) DO NOTHING
"""  # noqa: S608  nothing of it comes from outside
# Nothing is told of when it was stored: the day becomes that on which the wave closes, from which `retention` counts.
REMEMBER = """
UPDATE surveys_paperentry SET sealed = ''::bytea, day = wave.closes_at::date
FROM surveys_wave AS wave WHERE wave.id = wave_id AND serial_hash = %s
"""


class PaperRefused(ValueError):
    """A paper that cannot be typed in now; the message says why, to the person who tries."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in somebody's hands."""

    wave: AskedWave
    serial: str
    is_invitation: bool  # the serial is the code of an invited person
    waits: bool  # somebody else has typed it in once


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person typed in from a paper."""

    language: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, or the fields of one question, that two people read differently, in words."""

    field: str
    about: str
    question: str
    first: str
    second: str
    names: tuple[str, ...]  # of the form fields


def take_up(wave: AskedWave, typed: str, *, by: User) -> Paper:
    """Return the paper whose serial is `typed`, or raise `PaperRefused`: unknown, stored, or to be left to another.

    Of a paper whose code is spent or withdrawn nothing waits any more, even if whoever stored it was cut off.
    """
    serial = inviting.normalised(typed)
    if serial is None:
        raise PaperRefused(
            _("This is not a serial: it has 26 letters and digits. Please compare it with the paper.")
        )
    is_invitation = not serials.is_ours(serial, wave.id)
    if is_invitation:
        _check_invitation(wave, serial)
    elif not wave.is_public:
        raise PaperRefused(
            _("This survey is by invitation only: a paper form needs the code of an invitation.")
        )
    waiting = PaperEntry.objects.filter(serial_hash=serials.hash_of(serial, wave.slug)).first()
    if waiting is None:
        return Paper(wave, serial, is_invitation, waits=False)
    if bytes(waiting.sealed) == STORED:
        raise _stored()
    if waiting.entered_by_id == by.pk:
        raise PaperRefused(
            _("You have typed this paper in yourself. Somebody else has to type it in a second time.")
        )
    return Paper(wave, serial, is_invitation, waits=True)


def keep_first(paper: Paper, sheet: AnswerSheet, *, about: tuple[str, ...], by: User) -> bool:
    """Keep the first reading until somebody else types the second; False when another was there before."""
    slug = paper.wave.slug
    reading = {"language": sheet.language, "about": list(about), "typed": sheet.typed}
    content = serials.sealed(reading, paper.serial, slug)
    with connection.cursor() as cursor:
        cursor.execute(
            FIRST,
            {
                "zone": settings.TIME_ZONE,
                "hash": serials.hash_of(paper.serial, slug),
                "wave": paper.wave.id,
                "sealed": content,
                "user": by.pk,
            },
        )
        return bool(cursor.rowcount)


def first_reading(paper: Paper, *, about: tuple[str, ...]) -> Reading:
    """Return what the first person read; raises `PaperRefused` when it waits no longer, or is about others."""
    slug = paper.wave.slug
    waiting = PaperEntry.objects.filter(serial_hash=serials.hash_of(paper.serial, slug)).first()
    if waiting is None or bytes(waiting.sealed) == STORED:
        raise _stored()
    reading = serials.opened(bytes(waiting.sealed), paper.serial, slug)
    if set(reading["about"]) != set(about):
        raise PaperRefused(
            _("The first person found other departments on this paper. Please compare them and begin again.")
        )
    return Reading(reading["language"], reading["typed"])


def differences(first: AnswerSheet, second: AnswerSheet) -> list[Difference]:
    """List what was read differently, in the order of the form and in the words of the second reading's language."""
    return list(_compared(first, second))


def settled(
    second: AnswerSheet, first: AnswerSheet, differ: list[Difference], chosen: Mapping[str, str]
) -> Typed:
    """Return the form values of the second reading, with those of the first where `chosen` says “first”."""
    typed = dict(second.typed)
    for one in differ:
        if chosen.get(one.field) == "first":
            for name in one.names:
                typed.pop(name, None)
                if name in first.typed:
                    typed[name] = first.typed[name]
    return typed


def store(paper: Paper, sheet: AnswerSheet, *, differed: int, by: User) -> Accepted:
    """Take the answers of a paper that two people agree on, and forget what waited.

    Of a blank copy twice gives the same. Raises what `collecting.submit` raises, `CodeSpent` when the invitation was
    spent before, here or otherwise: that leaves nothing waiting either.
    """
    slug = paper.wave.slug
    token = serials.new_token() if paper.is_invitation else serials.token_of(paper.serial, slug)
    try:
        accepted = collecting.submit(sheet, token=token, code=paper.serial if paper.is_invitation else None)
    except CodeSpent:
        _forget(paper.wave, paper.serial)
        raise
    if paper.is_invitation:  # its state tells that it was stored
        _forget(paper.wave, paper.serial)
    else:
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER, [serials.hash_of(paper.serial, slug)])
    if not accepted.again:
        audit.record(Wave.objects.get(pk=paper.wave.id), verb="store paper", by=by, differences=differed)
    return accepted


def _check_invitation(wave: AskedWave, serial: str) -> None:
    known = Invitation.objects.filter(
        code_hash=inviting.code_hash(wave.slug, serial), wave_id=wave.id
    ).first()
    if known is None:
        raise PaperRefused(
            _("This serial was not printed for this survey. Please compare it with the paper, sign by sign.")
        )
    if known.state != Invitation.State.ISSUED:
        _forget(wave, serial)
        raise PaperRefused(
            _("The code of this paper has been used already, on paper or otherwise, or was withdrawn.")
        )


def _stored() -> PaperRefused:
    return PaperRefused(_("This paper is stored already. Nothing was stored a second time."))


def _forget(wave: AskedWave, serial: str) -> None:
    PaperEntry.objects.filter(serial_hash=serials.hash_of(serial, wave.slug)).delete()


def _compared(first: AnswerSheet, second: AnswerSheet) -> Iterator[Difference]:
    language = second.language
    for department in second.asked:
        is_general = department is second.wave.general
        name = "" if is_general else in_language(department.names, language) or department.code
        for question in department.part.questions:
            kind = question_type(question["type"])
            one, other = (sheet.answers[department.code].get(question["code"]) for sheet in (first, second))
            if one == other or kind.source != "person":
                continue
            field = field_name(department.code, question)
            words = in_language(question["text"], language) or question["code"]
            rows = [spec for spec in kind.items(question) if spec.suffix]
            for spec in rows:  # of a table, row by row
                said, differing = (one or {}).get(spec.suffix), (other or {}).get(spec.suffix)
                if said != differing:
                    texts: dict[Any, Text] = {option.value: option.text for option in kind.options(question)}
                    texts |= spec.labels or {}
                    yield Difference(
                        field=f"{field}.{spec.suffix}",
                        about=name,
                        question=f"{words} · {in_language(spec.text or {}, language)}",
                        first=_label(said, texts, language),
                        second=_label(differing, texts, language),
                        names=(f"{field}.{spec.suffix}",),
                    )
            if not rows:
                yield Difference(
                    field=field,
                    about=name,
                    question=words,
                    first="" if one is None else kind.words(question, one, language),
                    second="" if other is None else kind.words(question, other, language),
                    names=tuple(f"{field}.{s}" if s else field for s in kind.suffixes(question)),
                )


def _label(code: Any, texts: Mapping[Any, Text], language: str) -> str:
    """Return the words of a code, nothing where there is none."""
    return "" if code is None else in_language(texts.get(code) or ASIDES.get(code, {}), language) or str(code)
