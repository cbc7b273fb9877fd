"""Sending in the office: a list is pasted, looked at, and handed to the gateway; nothing of it is kept."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.languages import in_language
from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.waves import gateways, sending
from surveys.waves.code_forms import SendingForm
from surveys.waves.inviting import InvitationError
from surveys.waves.models import Channel, Wave
from surveys.waves.sending import BadContacts, Contact
from surveys.waves.views.finding import site_noted, site_of, staff, wave_or_404
from surveys.waves.views.ways import takes_codes

FAULTS_SHOWN = 200


@never_cache
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a sending would look like, and send it."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    if request.method == "GET" or not takes_codes(wave):
        return _page(request, wave, SendingForm(wave, initial=_proposed(request)))
    form = SendingForm(wave, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, wave, form, status=422)
    typed = form.cleaned_data
    kind, language = typed["kind"], typed["language"]
    text = typed["text"].strip() or sending.usual_text(wave, kind=kind, language=language)
    subject = typed["subject"].strip() or in_language(wave.titles, language)
    # What came in a file is typed now, so that it need not be chosen again.
    shown = SendingForm(wave, {**request.POST.dict(), "contacts": typed["contacts"], "text": text})
    try:
        sending.check_text(text, kind=kind)
        contacts = sending.read_contacts(typed["contacts"], wave)
    except InvitationError as refused:
        shown.add_error("text", str(refused))
        return _page(request, wave, shown, status=422)
    except BadContacts as refused:
        return _page(request, wave, shown, status=422, faults=refused.faults)
    if request.POST.get("go") != "send":
        return _page(request, wave, shown, preview=_preview(request, contacts, text, subject, kind))
    deed = sending.invite if kind == "invite" else sending.remind
    try:
        sent = deed(
            wave,
            contacts=contacts,
            text=text,
            subject=subject,
            site=site_of(request),
            sending=typed["sending"],
            by=staff(request),
        )
    except InvitationError as refused:
        shown.add_error(None, str(refused))
        return _page(request, wave, shown, status=422)
    if not sent.left:
        said = ngettext(
            "%(count)d message was handed over.", "%(count)d messages were handed over.", sent.handed_over
        )
        messages.success(request, said % {"count": sent.handed_over})
        return redirect("waves:send", pk=pk)
    lines = typed["contacts"].splitlines()
    rest = "\n".join(lines[one.line - 1] for one in sent.left)
    again = {**request.POST.dict(), "contacts": rest, "text": text, "sending": _new_name()}
    return _page(request, wave, SendingForm(wave, again), sent=sent, status=502)


def _page(
    request: HttpRequest,
    wave: Wave,
    form: SendingForm,
    *,
    status: int = 200,
    faults: Sequence[tuple[int, str]] = (),
    **more: Any,
) -> HttpResponse:
    context = {
        "wave": wave,
        "form": form,
        "takes_codes": takes_codes(wave),
        "gateway": gateways.gateway(),
        **site_noted(request),
        "undeclared": [one.label for one in (Channel.SMS, Channel.EMAIL) if one not in wave.channels],
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        **more,
    }
    return render(request, "surveys/waves/send.html", context, status=status)


def _preview(
    request: HttpRequest, contacts: Sequence[Contact], text: str, subject: str, kind: str
) -> Mapping[str, Any]:
    code = sending.SAMPLE_CODE if kind == "invite" else ""
    messages_ = [
        sending.written(one, text, site=site_of(request), code=code, subject=subject) for one in contacts
    ]
    first, longest = messages_[0], max(messages_, key=lambda one: len(one.text)).text
    return {
        "first": first,
        "is_mail": contacts[0].kind == gateways.EMAIL,
        "phones": sum(one.kind == gateways.PHONE for one in contacts),
        "mails": sum(one.kind == gateways.EMAIL for one in contacts),
        "length": len(longest),
        "parts": sending.parts(longest),
    }


def _proposed(request: HttpRequest) -> dict[str, str]:
    return {"kind": "invite", "language": request.LANGUAGE_CODE, "sending": _new_name()}


def _new_name() -> str:
    return secrets.token_hex(16)
