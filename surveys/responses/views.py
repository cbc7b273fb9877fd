"""The resident's pages: start, answer sheet, invitation, receipt, check.

None of them knows a user, a session or a cookie: whoever holds the address may answer, once per code or form. The
answer sheet is exempt from Django's CSRF cookie because it carries a signed token of its own, good for one
submission, and because no stranger's page could gain anything by posting it: there is no authority to borrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.languages import in_language
from surveys.responses import access, checking, collecting, form_tokens, pages, receipts
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet, too_many
from surveys.responses.form_tokens import BadFormToken, FormToken
from surveys.waves import inviting
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Invitation, Wave

RETRY_AFTER_SECONDS = "10"
PAST_SHOWN = 6
_SLUG = re.compile(r"[-\w]+", re.ASCII)  # as the address in `surveys/urls.py` has it


class NoFiles(FileUploadHandler):
    """Refuse files where only words are asked for, before they fill a disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Break off at the first file."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take nothing; never called after `new_file` broke off."""

    def file_complete(self, file_size: int) -> None:
        """Make nothing of it."""


class ResidentLane:
    """Middleware that answers `/s/<slug>/`, `/i/<code>/` and `/check/` without what staff pages need around them.

    No session, user or cookie is looked up or set for whoever answers a survey: that is a promise, and it makes the
    page more than twice as fast. It stands after the middlewares that set headers for everybody, and sets itself
    those of the ones that it goes past.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = build_policy()
        self.languages = tuple(dict(settings.LANGUAGES))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: Callable[[], HttpResponse]
        match request.path_info.split("/"):
            case ["", "s", slug, ""] if _SLUG.fullmatch(slug):
                answer = partial(survey, request, slug)
            case ["", "i", code, ""] if code:
                answer = partial(invitation, request, code)
            case ["", "i", ""] if request.method == "POST":
                answer = partial(enter, request)
            case ["", "check", ""]:
                answer = partial(check, request)
            case _:
                return self.get_response(request)
        request.get_host()  # refuses hosts that are not ours
        request.upload_handlers = [NoFiles(request)]
        translation.activate(_language(request, self.languages))
        response = answer()
        response["Content-Length"] = str(len(response.content))
        response["Content-Security-Policy"] = self.policy
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the open surveys, the latest results and how to check."""
    return _home(request, {})


@login_not_required
@csrf_exempt
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Lead whoever typed the code of a letter to its survey."""
    typed = request.POST.get("code", "")
    code = inviting.normalised(typed)
    if code is None:
        error = _("An invitation code has 26 letters and digits. Please compare it with your letter.")
        return _home(request, {"code": typed[:100], "code_error": error}, status=422)
    return HttpResponseRedirect(reverse("responses:invitation", args=[code]), status=303)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the answer sheet of the wave at `slug`, and take it."""
    try:
        wave = access.asked_wave(slug)
    except Wave.DoesNotExist:
        return _no_such_survey(request)
    return _receive(request, wave) if request.method == "POST" else _show_form(request, wave)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Show the answer sheet to whoever holds an invitation; only sending it in spends the code."""
    found = inviting.find(code)
    if found is None:
        response = _notice(
            request,
            404,
            _("This invitation code is not known"),
            _("Please compare the code with your letter. It has 26 letters and digits."),
        )
    else:
        wave = access.asked_wave(found.wave.slug)
        plain = inviting.normalised(code) or ""
        if request.method == "POST":
            response = _receive(request, wave, code=plain)
        elif found.state != Invitation.State.ISSUED:
            response = _spent(request, wave)
        else:
            response = _show_form(request, wave, code=plain)
    # The code stands in the address; it must not travel on to another page.
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say whether the rating of a receipt is in the count; posted, so that receipts stay out of addresses and logs."""
    if request.method != "POST":
        return _public(request, "check", {})
    typed = request.POST.get("code", "")
    try:
        receipt = receipts.read(typed)
    except receipts.UnreadableReceipt as error:
        return _public(request, "check", {"typed": typed[:200], "error": str(error)}, status=422)
    found = checking.find(receipt)
    if found is None:
        return _public(request, "check", {"typed": typed[:200], "is_unknown": True}, status=404)
    shown = {
        "wave": found.wave,
        "is_counted": found.is_counted,
        "groups": pages.receipt_groups(receipts.printed(receipt)),
    }
    return _public(request, "check", {"found": shown})


def _show_form(request: HttpRequest, wave: AskedWave, *, code: str = "") -> HttpResponse:
    """Answer a GET with the answer sheet, with the chooser before it, or with why there is neither."""
    if not wave.is_open:
        return _not_open(request, wave, invited=bool(code))
    if not wave.is_public and not code:
        return _by_invitation(request, wave)
    language = _language(request, wave.languages)
    asked = request.GET if request.META.get("QUERY_STRING") else {}
    channel = wave.channel_named(request.GET.get("ch", "") if asked else "")
    about = tuple(request.GET.getlist("about")) if asked else ()
    if wave.chooses and (not about or "choose" in asked):
        error = _choice_error(wave, language, about) if "go" in asked else ""
        if error or "go" not in asked:
            page = pages.chooser(wave, language=language, channel=channel, chosen=about, error=error)
            return _page(page, language, status=422 if error else 200)
    known = {one.code for one in wave.departments}
    if about and not (known.issuperset(about) and len(set(about)) <= wave.departments_per_person):
        return _notice(
            request,
            404,
            _("This survey does not ask about that department"),
            _("Please choose from the departments that it asks about."),
            link=reverse("responses:survey", args=[wave.slug]),
            link_words=_("To the survey"),
        )
    ordered = tuple(one.code for one in wave.departments if one.code in about) if about else ()
    token = form_tokens.issue(wave.id)
    page = pages.blank_form(wave, language=language, about=ordered, channel=channel, token=token, code=code)
    return _page(page, language)


def _choice_error(wave: AskedWave, language: str, about: tuple[str, ...]) -> str:
    """Return what is wrong with a choice of departments, or nothing."""
    with translation.override(pages.page_language(language)):
        if not about and not wave.general:
            return _("Choose at least one department.")
        return too_many(wave) if len(set(about)) > wave.departments_per_person else ""


def _receive(request: HttpRequest, wave: AskedWave, *, code: str = "") -> HttpResponse:
    """Take a posted answer sheet: receipts, or the same sheet again with what has to be put right."""
    if not wave.is_open:  # what an open wave asks is frozen, but this may be a plan that has changed since
        wave = access.asked_wave(wave.slug, fresh=True)
    post = request.POST
    with translation.override(pages.page_language(post.get("language", ""))):
        sheet = AnswerSheet.from_form(wave, post)
        code = code or post.get("code", "")
        try:
            token = form_tokens.read(post.get("token", ""), wave.id)
        except BadFormToken:
            token = None
        if "lang" in post:
            return _in_other_language(request, sheet, token, code)
        try:
            if token is None or token.has_expired:
                return _replay(request, sheet, token, code)
            accepted = collecting.submit(sheet, token=token, code=code or None)
        except collecting.InvalidAnswers:
            return _form_again(request, sheet, code, status=422)
        except collecting.WaveNotOpen:
            return _not_open(request, wave, invited=bool(code))
        except collecting.InvitationNeeded:
            return _by_invitation(request, wave)
        except CodeSpent:
            return _spent(request, wave)
        except collecting.CodeUnknown as error:
            sheet.errors[""] = str(error)
            return _form_again(request, sheet, "", status=422)
        except (OperationalError, InterfaceError):
            notice = _(
                "Your answers could not be stored just now. They are still here: please send them again in a moment."
            )
            response = _form_again(request, sheet, code, status=503, notice=notice)
            response["Retry-After"] = RETRY_AFTER_SECONDS
            return response
    return _receipt(sheet, accepted)


def _replay(request: HttpRequest, sheet: AnswerSheet, token: FormToken | None, code: str) -> HttpResponse:
    """Answer a form whose token is too old or not ours: with its receipts if it was taken before, else once more."""
    before = collecting.replay(token) if token else None
    if before:
        return _receipt(sheet, before)
    if not sheet.wave.is_open:
        return _not_open(request, sheet.wave, invited=bool(code))
    notice = _(
        "This form is too old to be taken as it is. Your answers are still here: please send them once more."
    )
    return _form_again(
        request, sheet, code, status=422, notice=notice, token=form_tokens.issue(sheet.wave.id)
    )


def _in_other_language(
    request: HttpRequest, sheet: AnswerSheet, token: FormToken | None, code: str
) -> HttpResponse:
    """Show the sheet in another language, with everything typed; nothing is judged yet."""
    if not sheet.wave.is_open:
        return _not_open(request, sheet.wave, invited=bool(code))
    chosen = request.POST["lang"]
    sheet.language = chosen if chosen in sheet.wave.languages else sheet.language
    sheet.errors.clear()
    return _form_again(
        request, sheet, code, status=200, token="" if token else form_tokens.issue(sheet.wave.id)
    )


def _form_again(
    request: HttpRequest, sheet: AnswerSheet, code: str, *, status: int, notice: str = "", token: str = ""
) -> HttpResponse:
    """Show the sheet with all that was typed; its token stays, so that sending twice is still sending once."""
    about = [one.code for one in sheet.asked if one is not sheet.wave.general]
    page = pages.filled_form(
        sheet,
        about=tuple(about) if sheet.wave.chooses or "about" in request.POST else (),
        token=token or request.POST.get("token", ""),
        code=code,
        notice=notice,
    )
    return _page(page, sheet.language, status=status)


def _receipt(sheet: AnswerSheet, accepted: collecting.Accepted) -> HttpResponse:
    page = pages.receipt(sheet.wave, language=sheet.language, receipts=accepted.receipts)
    return _page(page, sheet.language)


def _no_such_survey(request: HttpRequest) -> HttpResponse:
    return _notice(
        request,
        404,
        _("There is no such survey"),
        _("Please compare the address with your letter or poster."),
    )


def _not_open(request: HttpRequest, wave: AskedWave, *, invited: bool) -> HttpResponse:
    """Say when the survey opens, or that it is closed and when its results come."""
    if not (wave.has_opened or wave.is_public or invited):
        return _no_such_survey(request)
    if not wave.has_opened:
        opening = _("It opens on %(date)s") % {"date": _moment(wave.opens_at)}
        return _notice(request, 403, _("This survey has not opened yet"), opening, wave=wave)
    if wave.release_at > timezone.now():
        results = _("Results come on %(date)s") % {"date": _moment(wave.release_at)}
        return _notice(request, 410, _("This survey is closed"), results, wave=wave)
    return _notice(
        request,
        410,
        _("This survey is closed"),
        _("Its results are published."),
        wave=wave,
        link=_address("scorecards:wave", wave.slug) or _address("scorecards:results"),
        link_words=_("See the results"),
    )


def _by_invitation(request: HttpRequest, wave: AskedWave) -> HttpResponse:
    return _notice(
        request,
        403,
        _("This survey is by invitation only"),
        _("If you got a letter, please use the address or the code in it."),
        wave=wave,
    )


def _spent(request: HttpRequest, wave: AskedWave) -> HttpResponse:
    return _notice(
        request,
        410,
        _("This invitation code has been used or was withdrawn"),
        _(
            "Each code can be used once. If it was not you who used it, please write to the address in your letter."
        ),
        wave=wave,
    )


def _notice(
    request: HttpRequest, status: int, heading: str, *words: str, wave: AskedWave | None = None, **more: Any
) -> HttpResponse:
    """Draw a page that says why there is no form."""
    title = in_language(wave.titles) if wave else ""
    return _public(
        request, "notice", {"heading": heading, "words": words, "title": title, **more}, status=status
    )


def _home(request: HttpRequest, more: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    past = [
        {
            "title": wave.title,
            "release_at": wave.release_at,
            "is_released": wave.release_at <= now,
            "url": _address("scorecards:wave", wave.slug) if wave.release_at <= now else "",
        }
        for wave in access.past_waves()[:PAST_SHOWN]
    ]
    context = {"surveys": access.open_waves(), "past": past, "results_url": _address("scorecards:results")}
    return _public(request, "home", {**context, **more}, status=status)


def _public(
    request: HttpRequest, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a page. The request is handed over bare: context processors would touch the session."""
    html = get_template(f"surveys/responses/{name}.html").render({**context, "request": request})
    return _page(html.encode(), translation.get_language() or "", status=status)


def _page(content: bytes, language: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        content, status=status, headers={"Cache-Control": "no-store", "Content-Language": language}
    )


def _language(request: HttpRequest, offered: tuple[str, ...]) -> str:
    """Return the language that this reader wants among those `offered`: as chosen, else as the browser says."""
    chosen = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    return pages.wanted_language(
        chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        offered,
    )


def _address(name: str, *args: str) -> str:
    """Return the address of a page of the upper storey, or nothing where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
