"""What a page tells the device that shows it, for the time when the line is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import segno
from django.urls import reverse
from django.utils.http import urlencode

from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.logic.course import Page
from surveys.questionnaires.logic.whole import WHOLE
from surveys.waves.models import CLAIMABLE, Channel

if TYPE_CHECKING:
    from surveys.responses.answer_sheet import AnswerSheet


def told(sheet: AnswerSheet, about: tuple[str, ...], page: Page) -> dict[str, Any]:
    """Return where the whole sheet and fresh tokens are, and on that sheet what may not stay open."""
    wave, occasion = sheet.wave, sheet.occasion
    asked: dict[str, str | int | tuple[str, ...]] = {
        "whole": 1,
        "lang": sheet.language,
        "about": about,
        "v": wave.fingerprint[:8],
    }
    is_kiosk = occasion.channel == Channel.KIOSK
    is_whole = page.code == WHOLE
    path = reverse("responses:kiosk") if is_kiosk else reverse("responses:survey", args=[wave.slug])
    required = [
        field_name(one.code, question)
        for one in sheet.asked
        for question in one.part.questions
        if question["required"] and is_whole and (one.code, question["code"]) in sheet.walk.shown
    ]
    return {
        "is_kiosk": is_kiosk,
        "is_whole": is_whole,
        "required": " ".join(required),
        # A rating is changed with a line, or not at all: it is about one department, by its receipt.
        "whole_url": "" if occasion.replaces else f"{path}?{urlencode(asked, doseq=True)}",
        "tokens_url": "" if occasion.channel in CLAIMABLE else reverse("responses:tokens", args=[wave.slug]),
    }


def picture_of(words: str) -> str:
    """Return `words` as a QR code to be put on a page: whoever has no paper takes a receipt away as a picture."""
    picture: str = segno.make(words, micro=False).svg_inline(border=3, light="#fff", omitsize=True)
    return picture
