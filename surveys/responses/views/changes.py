"""Changing one's own rating: the empty sheet about one department, for whoever has the receipt and its change word.

Both are posted, so that they stand in no address and no log, and travel on in the form. Nothing of the first answers is
shown: they are read by nobody here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from surveys.responses import access, form_tokens, occasions, pages, receipts, replacing
from surveys.responses.checking import Found
from surveys.responses.views import frames, notices


def change(request: HttpRequest, found: Found, receipt: bytes, *, word: str) -> HttpResponse:
    """Show the sheet to change a rating with; raises a kind of `Refused` when the word does not allow it."""
    wave = access.asked_wave(found.wave.slug)
    if not wave.is_open:
        return notices.not_open(request, wave, invited=True)
    department = replacing.replaceable(wave, receipt, word=word)
    occasion = occasions.of(wave, {"replaces": receipts.printed(receipt), "change": word})
    language = frames.language_of(request, wave.languages)
    token = form_tokens.issue(wave.id)
    page = pages.blank_form(wave, language=language, about=(department.code,), occasion=occasion, token=token)
    return frames.page(page, language)
