"""The kiosk at a counter: a device that is known, a screen to begin at, and a form that says where it was answered.

The device is known by a signed cookie, which its key sets once; the person in front of it by nothing at all.
"""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.languages import direction, in_language, language_name
from surveys.responses import access, form_tokens, pages, passes
from surveys.responses.access import AskedWave
from surveys.responses.occasions import Occasion
from surveys.responses.passes import Pass
from surveys.responses.views import frames, notices
from surveys.responses.views.sheets import choice_error
from surveys.waves import devices, inviting
from surveys.waves.models import Channel, Invitation, Kiosk

COOKIE = "kiosk"
COOKIE_SECONDS = 400 * 24 * 3600  # as long as browsers keep any

_SALT = "minping.kiosk"


@login_not_required
@require_safe
def register(request: HttpRequest, key: str) -> HttpResponse:
    """Make this browser the device that the key belongs to, and leave the key's address at once."""
    kiosk = devices.find(key)
    if kiosk is None:
        return _unknown(request)
    if not kiosk.is_active:
        return _switched_off(request)
    response = HttpResponseRedirect(reverse("responses:kiosk"))
    response.set_cookie(
        COOKIE,
        signing.dumps(kiosk.pk, salt=_SALT),
        max_age=COOKIE_SECONDS,
        path=reverse("responses:kiosk"),
        httponly=True,
        samesite="Lax",
    )
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Show the screen to begin at; begin."""
    device = _device(request)
    if device is None:
        return _unknown(request)
    if not device.is_active:
        return _switched_off(request)
    wave = access.asked_wave(device.wave.slug)
    if not wave.is_open:
        return notices.not_open(request, wave, invited=True)
    said = request.POST if request.method == "POST" else request.GET
    language = frames.language_of(request, wave.languages)
    chosen = said.get("lang", "")
    language = chosen if chosen in wave.languages else language
    occasion = _occasion(device, wave)
    point = device.service_point
    about = tuple(said.getlist("about")) or ((point.department.code,) if point and wave.chooses else ())
    about = tuple(one.code for one in wave.departments if one.code in about)
    if "whole" in request.GET:
        token = form_tokens.issue(wave.id)
        page = pages.whole_form(wave, language=language, about=about, occasion=occasion, token=token)
        return frames.page(page, language)
    if request.method == "POST" and (typed := said.get("code", "").strip()):
        code, error = _code(wave, typed)
        if error:
            return _start(request, device, wave, typed=typed, error=error, status=422)
        occasion = replace(occasion, code=code)
    elif request.method == "POST" and not wave.is_public:
        return _start(request, device, wave, error=_("Please type the code of your letter."), status=422)
    elif request.method != "POST" and not {"go", "choose"} & said.keys():
        return _start(request, device, wave)
    if wave.chooses and (not about or "choose" in said):
        error = choice_error(wave, language, about) if "go" in said else ""
        if error or "go" not in said:
            bare = replace(occasion, permit="")  # it is in the device's cookie, and the choice is an address
            page = pages.chooser(wave, language=language, occasion=bare, chosen=about, error=error)
            return frames.page(page, language, status=422 if error else 200)
    token = form_tokens.issue(wave.id)
    page = pages.blank_form(wave, language=language, about=about, occasion=occasion, token=token)
    return frames.page(page, language)


def _device(request: HttpRequest) -> Kiosk | None:
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return devices.known(pk) if isinstance(pk, int) else None


def _occasion(device: Kiosk, wave: AskedWave) -> Occasion:
    point = device.service_point_id or 0
    permit = passes.issue(wave.id, Pass(Channel.KIOSK, point, holder=device.pk))
    return Occasion(Channel.KIOSK, point_id=point, permit=permit)


def _code(wave: AskedWave, typed: str) -> tuple[str, str]:
    """Return the plain code, and what is wrong with it. Nothing is spent before the answers are sent."""
    plain = inviting.normalised(typed)
    if plain is None:
        return "", _("An invitation code has 26 letters and digits. Please compare it with your letter.")
    found = inviting.find(plain)
    if found is None or found.wave_id != wave.id:
        return "", _("This invitation code is not known here. Please compare it with your letter.")
    if found.state != Invitation.State.ISSUED:
        return "", _("This invitation code has been used already or was withdrawn.")
    return plain, ""


def _start(
    request: HttpRequest,
    device: Kiosk,
    wave: AskedWave,
    *,
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the screen to begin at: the title and the first step in every language of the questionnaire."""
    languages = []
    for code in wave.languages:
        with translation.override(pages.page_language(code)):
            begin = _("Begin") if pages.page_language(code) == code else language_name(code)
        languages.append(
            {
                "code": code,
                "dir": direction(code),
                "title": wave.titles.get(code, ""),
                "begin": begin,
                "name": language_name(code),
            }
        )
    point = device.service_point
    context = {
        "languages": languages,
        "heading": in_language(wave.titles, wave.languages[0]) or wave.slug,
        "place": point.name if point else "",
        "is_public": wave.is_public,
        "typed": typed[:100],
        "error": error,
        "is_kiosk": True,
        "is_start": True,
        "permit": _occasion(device, wave).permit,
        "tokens_url": reverse("responses:tokens", args=[wave.slug]),
        "action": reverse("responses:survey", args=[wave.slug]),
        "version": wave.fingerprint[:8],
    }
    return frames.public(request, "kiosk", context, status=status)


def _unknown(request: HttpRequest) -> HttpResponse:
    return notices.notice(
        request,
        404,
        _("This device is not registered"),
        _("Please open the address that was given when the device was added, or ask the staff."),
        is_kiosk=False,
    )


def _switched_off(request: HttpRequest) -> HttpResponse:
    return notices.notice(
        request,
        403,
        _("This device has been switched off"),
        _("Nothing can be answered on it any more. Please ask the staff."),
        is_kiosk=True,
    )
