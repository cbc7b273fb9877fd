"""Who comes in with an invitation: from the address of a letter or a typed code to the answer sheet.

The code leaves the address at once: whoever holds one that is good is sent on with a ticket and a cookie (`doorways`),
and the form carries the code from there on. Looking spends nothing, however often; a machine that opens links to see
what they are leaves all as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.responses import access, doorways
from surveys.responses.access import AskedWave
from surveys.responses.views import frames, notices
from surveys.waves import inviting, service_events
from surveys.waves.models import Invitation


@dataclass(frozen=True, slots=True)
class Admission:
    """The code that somebody brings along, and whether the ticket of their address is no longer good."""

    code: str = ""
    is_stale: bool = False


NOBODY = Admission()


def lead_in(request: HttpRequest, typed: str) -> HttpResponse:
    """Send whoever holds the code `typed` on to the survey, or say why it opens nothing."""
    found = inviting.find(typed)
    if found is None or found.state == Invitation.State.SPARE:
        return _private(
            notices.notice(
                request,
                404,
                _("This invitation code is not known"),
                _("Please compare the code with your letter. It has 26 letters and digits."),
            )
        )
    wave = access.asked_wave(found.wave.slug)
    if found.state != Invitation.State.ISSUED:
        return _private(notices.spent(request, wave))
    if not wave.is_open:
        return _private(notices.not_open(request, wave, invited=True))
    code = inviting.normalised(typed) or ""
    said = frames.said_in_address(request)
    if department := service_events.department_of(found):
        said.setlist("about", [department])
    said["i"] = doorways.sealed(code, wave.id, doorways.TICKET)
    onward = f"{reverse('responses:survey', args=[wave.slug])}?{said.urlencode()}"
    response = HttpResponseRedirect(onward, status=303, headers={"Cache-Control": "no-store"})
    # Without an age: a browser that is closed, on a computer that others use, forgets it.
    response.set_cookie(
        cookie_name(wave), doorways.sealed(code, wave.id, doorways.COOKIE), httponly=True, samesite="Lax"
    )
    return _private(response)


def admitted(request: HttpRequest, wave: AskedWave) -> Admission:
    """Return the code that this reader brings along by ticket or cookie; the ticket is the newer of the two."""
    ticket = request.GET.get("i", "") if request.META.get("QUERY_STRING") else ""
    cookie = request.COOKIES.get(cookie_name(wave), "")
    if not (ticket or cookie):
        return NOBODY
    code = doorways.opened(ticket, wave.id, doorways.TICKET) or doorways.opened(
        cookie, wave.id, doorways.COOKIE
    )
    return Admission(code or "", is_stale=bool(ticket) and not code)


def is_spent(wave: AskedWave, code: str) -> bool:
    """Say whether `code` was used or withdrawn meanwhile; while the database is away, that it was not."""
    known = Invitation.objects.filter(code_hash=inviting.code_hash(wave.slug, code), wave_id=wave.id)
    try:
        return known.exclude(state=Invitation.State.ISSUED).exists()
    except (OperationalError, InterfaceError):
        return False


def dismissed(request: HttpRequest, wave: AskedWave, response: HttpResponse) -> HttpResponse:
    """Let the browser forget the code: it has done its work, or does none any more."""
    if cookie_name(wave) in request.COOKIES:
        response.delete_cookie(cookie_name(wave), samesite="Lax")
    return _private(response)


def cookie_name(wave: AskedWave) -> str:
    """Return the name of the cookie that carries a code of this wave."""
    return f"invited-{wave.id}"


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address of a page to itself: a code or a ticket may stand in it."""
    response["Referrer-Policy"] = "no-referrer"
    return response
