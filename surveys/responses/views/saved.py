"""Taking up a form that was put aside: the code that its author got is typed, posted, and the form comes back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.responses import access, collecting, form_tokens, pages, receipts, saving, turning
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.form_tokens import BadFormToken
from surveys.responses.saving import SavedForm
from surveys.responses.views import admission, frames, notices, sheets
from surveys.waves.models import Wave


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a form that was put aside, and give the form back; posted, so that no log has the code."""
    if request.method != "POST":
        return frames.public(request, "resume", {})
    typed = request.POST.get("code", "")[:200]
    if frames.is_from_elsewhere(
        request
    ):  # another site must not make anybody fill in a form that it can read later
        return frames.public(request, "resume", {})
    try:
        found = saving.find(typed)
        if found is None:
            return frames.public(request, "resume", {"typed": typed, "is_unknown": True}, status=404)
        return _given_back(request, found, typed)
    except receipts.UnreadableReceipt:
        return frames.public(request, "resume", {"typed": typed, "is_wrong": True}, status=422)
    except (OperationalError, InterfaceError):
        response = frames.public(request, "resume", {"typed": typed, "is_away": True}, status=503)
        response["Retry-After"] = sheets.RETRY_AFTER_SECONDS
        return response


def _given_back(request: HttpRequest, found: SavedForm, typed: str) -> HttpResponse:
    """Show the form as it was put aside, or its receipts if it was sent meanwhile, or why neither."""
    wave = access.asked_wave(Wave.objects.values_list("slug", flat=True).get(pk=found.wave_id))
    try:
        token = form_tokens.read(found.token, wave.id)
    except BadFormToken:  # the site's secret has been changed since
        token = form_tokens.issue(wave.id)
    again = form_tokens.renew(token, wave.id, spent=found.seconds)
    fields: dict[str, Any] = {name: list(values) for name, values in found.fields.items()}
    code = receipts.printed(receipts.read(typed))
    post = MultiValueDict({**fields, "token": [again.written], "saved": [code]})
    with translation.override(pages.page_language(post.get("language", ""))):
        sheet = AnswerSheet.from_form(wave, post, seed=again.seed)
        if before := collecting.replay(token):
            return sheets.receipt(request, sheet, before)
        invitation = sheet.occasion.code
        if not wave.is_open:
            return notices.not_open(request, wave, invited=bool(invitation))
        if invitation and admission.is_spent(wave, invitation):
            return notices.spent(request, wave)
        sheet.errors.clear()
        page = turning.page_at(sheet, post.get("at", ""))
        words = [_("Here is your form, as you left it. Nothing of it has been sent yet.")]
        if found.had_files:
            words.append(_("Files do not come along: please choose them again."))
        return sheets.form_again(post, sheet, status=200, notice=" ".join(words), page=page)
