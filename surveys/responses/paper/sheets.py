"""Paper forms: the edition of a wave as a PDF, each copy with a serial of its own.

A copy is made for A4, tagged for screen readers, in one language. Its words go to the printer as inputs, never as a
part of its program. The serial stands on it as a QR code and as text, and once more on a stub to tear off.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from surveys import typesetting
from surveys.languages import direction, in_language
from surveys.questionnaires.question_types import question_type
from surveys.responses.access import AskedWave
from surveys.responses.paper import serials
from surveys.responses.paper.blocks import elements_of
from surveys.responses.paper.layout import Asked, chances, laid_out
from surveys.waves import inviting

TEMPLATE = Path(__file__).with_name("form.typ")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be printed."""

    serial: str
    is_invitation: bool


def blank_copies(wave: AskedWave, count: int) -> list[Copy]:
    """Return `count` copies for anybody, with new serials that are nowhere kept."""
    return [Copy(serials.new_serial(wave.id), is_invitation=False) for _number in range(count)]


def printed(wave: AskedWave, copies: Sequence[Copy], *, language: str, about: Sequence[str]) -> bytes:
    """Return the copies as one PDF; raises `typesetting.NotPrintable` where no font has the words."""
    own = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(own):
        form = {
            "language": language.partition("-")[0],
            "direction": direction(language),
            "title": in_language(wave.titles, language) or wave.slug,
            "introduction": in_language(wave.document.get("introduction", {}), language),
            "words": _words(wave),
            "copies": [_copy(wave, one, language, about) for one in copies],
        }
        pictures = {
            f"serial-{number}.svg": typesetting.qr(one.serial) for number, one in enumerate(copies, start=1)
        }
        source = typesetting.base(language) + TEMPLATE.read_text(encoding="utf-8")
        return typesetting.pdf(source, inputs={"form": json.dumps(form, ensure_ascii=False)}, files=pictures)


def _words(wave: AskedWave) -> dict[str, str]:
    return {
        "serial": _("Serial of this form"),
        "qr": _("QR code with the serial of this form"),
        "how": _(
            "Tick one box unless it says otherwise. Correct by crossing out. Questions marked * must be answered, "
            "all others may stay open; “Don’t know” is an answer, too. The small numbers are for typing in."
        ),
        "private": _(
            "Write no name. Two people type the form in, each for themselves; the department you rate never sees it."
        ),
        "return": _("Hand the form in by %(date)s, so that it can be typed in before the survey closes.")
        % {"date": date_format(localtime(wave.closes_at), "DATE_FORMAT")},
        "stub": _("Stub for you to tear off and keep"),
    }


def _copy(wave: AskedWave, copy: Copy, language: str, about: Sequence[str]) -> dict[str, Any]:
    seed = serials.seed_of(copy.serial, wave.slug)
    return {
        "serial": inviting.grouped(copy.serial),
        "short": copy.serial[:5],
        "stub": _stub(copy),
        "chances": chances(wave, about=about, language=language, seed=seed),
        "pages": [
            {
                "heading": page.heading,
                "help": page.help,
                "rules": page.rules,
                "jumps": page.jumps,
                "blocks": [
                    {"name": block.name, "questions": [_question(one, language) for one in block.asked]}
                    for block in page.blocks
                ],
            }
            for page in laid_out(wave, about=about, language=language, seed=seed)
        ],
    }


def _stub(copy: Copy) -> str:
    if copy.is_invitation:
        return _(
            "This is your invitation code, too: with it you answer once, on paper or online. "
            "To learn whether the form has been typed in, show this stub where you handed it in."
        )
    return _(
        "When the form has been typed in, its receipt is posted where you handed it in, under the first five "
        "characters of this serial. With the receipt you can check online whether your rating is counted."
    )


def _question(asked: Asked, language: str) -> dict[str, Any]:
    question = asked.question
    kind = question_type(question["type"])
    return {
        "number": asked.number or "",
        "text": in_language(question["text"], language) or (question["code"] if kind.needs_text else ""),
        "help": in_language(question.get("help", {}), language),
        "needed": bool(question.get("required")),
        "rules": asked.rules,
        "elements": elements_of(asked, language) if kind.takes_answer else [],
    }
