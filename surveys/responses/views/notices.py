"""Why there is no form: pages that say so clearly, with the right status."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.languages import in_language
from surveys.responses import occasions
from surveys.responses.access import AskedWave
from surveys.responses.collecting import InvitationNeeded, WaveNotOpen
from surveys.responses.turning import ScreenedOut
from surveys.responses.views import frames
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Channel


def notice(
    request: HttpRequest, status: int, heading: str, *words: str, wave: AskedWave | None = None, **more: Any
) -> HttpResponse:
    """Draw a page that says why there is no form."""
    title = in_language(wave.titles) if wave else ""
    told = {"heading": heading, "words": words, "title": title, "is_kiosk": _on_kiosk(request, wave)}
    return frames.public(request, "notice", {**told, **more}, status=status)


def _on_kiosk(request: HttpRequest, wave: AskedWave | None) -> bool:
    """Say whether the page is shown on a device at a counter, from which no link leads away."""
    if request.path_info == reverse("responses:kiosk"):
        return True
    if wave is None or request.method != "POST":
        return False
    return occasions.of(wave, request.POST, permit=request.POST.get("pass", "")).channel == Channel.KIOSK


def no_such_survey(request: HttpRequest) -> HttpResponse:
    """Say that the address leads nowhere."""
    return notice(
        request,
        404,
        _("There is no such survey"),
        _("Please compare the address with your letter or poster."),
    )


def not_open(request: HttpRequest, wave: AskedWave, *, invited: bool) -> HttpResponse:
    """Say when the survey opens, or that it is closed and when its results come."""
    if not (wave.has_opened or wave.is_public or invited):
        return no_such_survey(request)
    if not wave.has_opened:
        opening = _("It opens on %(date)s") % {"date": _moment(wave.opens_at)}
        return notice(request, 403, _("This survey has not opened yet"), opening, wave=wave)
    if wave.release_at > timezone.now():
        results = _("Results come on %(date)s") % {"date": _moment(wave.release_at)}
        return notice(request, 410, _("This survey is closed"), results, wave=wave)
    return notice(
        request,
        410,
        _("This survey is closed"),
        _("Its results are published."),
        wave=wave,
        link=frames.address("scorecards:wave", wave.slug) or frames.address("scorecards:results"),
        link_words=_("See the results"),
    )


def by_invitation(request: HttpRequest, wave: AskedWave) -> HttpResponse:
    """Ask for the code of the letter: the survey asks invited people only, or somebody's way in has grown too old."""
    said = frames.said_in_address(request)
    context = {
        "wave": wave,
        "title": in_language(wave.titles),
        "action": f"{reverse('responses:enter')}?{said.urlencode()}" if said else reverse("responses:enter"),
        "without": f"?{said.urlencode()}",
    }
    return frames.public(request, "invited", context, status=200 if wave.is_public else 403)


def spent(request: HttpRequest, wave: AskedWave) -> HttpResponse:
    """Say that the code is no longer good."""
    return notice(
        request,
        410,
        _("This invitation code has been used or was withdrawn"),
        _(
            "Each code can be used once. If it was not you who used it, please turn to whoever sent it to you: your"
            " letter or message says who that is."
        ),
        wave=wave,
    )


def refused(request: HttpRequest, wave: AskedWave, reason: Exception, *, invited: bool) -> HttpResponse:
    """Say why answers that are in good shape were not taken; a code that came with them is still good."""
    match reason:
        case WaveNotOpen():
            return not_open(request, wave, invited=invited)
        case InvitationNeeded():
            return by_invitation(request, wave)
        case CodeSpent():
            return spent(request, wave)
        case ScreenedOut():
            return notice(request, 200, _("Thank you"), str(reason), wave=wave)
    return notice(request, 409, _("Thank you"), str(reason), wave=wave)


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
