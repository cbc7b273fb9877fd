"""The answer sheet: shown, taken, shown again with what has to be put right, answered with receipts."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.questionnaires.logic.course import Page
from surveys.responses import access, collecting, form_tokens, occasions, pages, turning
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet, too_many
from surveys.responses.form_tokens import BadFormToken, FormToken
from surveys.responses.turning import ScreenedOut
from surveys.responses.views import files, frames, notices
from surveys.waves import inviting
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Invitation, Wave

RETRY_AFTER_SECONDS = "10"


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the answer sheet of the wave at `slug`, and take it."""
    try:
        wave = access.asked_wave(slug)
    except Wave.DoesNotExist:
        return notices.no_such_survey(request)
    return _receive(request, wave) if request.method == "POST" else _show_form(request, wave)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Show the answer sheet to whoever holds an invitation; only sending it in spends the code."""
    found = inviting.find(code)
    if found is None:
        response = notices.notice(
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
            response = notices.spent(request, wave)
        else:
            response = _show_form(request, wave, code=plain)
    # The code stands in the address; it must not travel on to another page.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _show_form(request: HttpRequest, wave: AskedWave, *, code: str = "") -> HttpResponse:
    """Answer a GET with the answer sheet, with the chooser before it, or with why there is neither."""
    if not wave.is_open:
        return notices.not_open(request, wave, invited=bool(code))
    if not wave.is_public and not code:
        return notices.by_invitation(request, wave)
    language = frames.language_of(request, wave.languages)
    asked = request.GET if request.META.get("QUERY_STRING") else {}
    occasion = occasions.of(wave, asked, code=code)
    about = tuple(request.GET.getlist("about")) if asked else ()
    if wave.chooses and (not about or "choose" in asked):
        error = _choice_error(wave, language, about) if "go" in asked else ""
        if error or "go" not in asked:
            page = pages.chooser(wave, language=language, occasion=occasion, chosen=about, error=error)
            return frames.page(page, language, status=422 if error else 200)
    known = {one.code for one in wave.departments}
    if about and not (known.issuperset(about) and len(set(about)) <= wave.departments_per_person):
        return notices.notice(
            request,
            404,
            _("This survey does not ask about that department"),
            _("Please choose from the departments that it asks about."),
            link=reverse("responses:survey", args=[wave.slug]),
            link_words=_("To the survey"),
        )
    ordered = tuple(one.code for one in wave.departments if one.code in about) if about else ()
    token = form_tokens.issue(wave.id)
    page = pages.blank_form(
        wave, language=language, about=ordered, occasion=occasion, token=token, address=asked
    )
    return frames.page(page, language)


def _choice_error(wave: AskedWave, language: str, about: tuple[str, ...]) -> str:
    """Return what is wrong with a choice of departments, or nothing."""
    with translation.override(pages.page_language(language)):
        if not about and not wave.general:
            return _("Choose at least one department.")
        return too_many(wave) if len(set(about)) > wave.departments_per_person else ""


def _receive(request: HttpRequest, wave: AskedWave, *, code: str = "") -> HttpResponse:
    """Take a posted answer sheet: receipts, its next page, or the same sheet again with what has to be put right."""
    if not wave.is_open:  # what an open wave asks is frozen, but this may be a plan that has changed since
        wave = access.asked_wave(wave.slug, fresh=True)
    post, refused_files = files.posted(request, wave, code)
    with translation.override(pages.page_language(post.get("language", ""))):
        try:
            token = form_tokens.read(post.get("token", ""), wave.id)
            is_ours = True
        except BadFormToken:
            token, is_ours = form_tokens.issue(wave.id), False
        sheet = AnswerSheet.from_form(wave, post, seed=token.seed, code=code)
        sheet.errors |= refused_files
        if "lang" in post:
            return _in_other_language(request, sheet, token)
        try:
            if page := _turned(request, sheet, token):
                return page
            if not is_ours or token.has_expired:
                return _replay(request, sheet, token, is_ours=is_ours)
            accepted = collecting.submit(sheet, token=token, code=sheet.occasion.code or None)
        except collecting.InvalidAnswers:
            return _form_again(request, sheet, status=422)
        except collecting.CodeUnknown as error:
            sheet.errors[""] = str(error)
            sheet.occasion = replace(sheet.occasion, code="")
            return _form_again(request, sheet, status=422)
        except (ScreenedOut, CodeSpent, collecting.Refused) as refused:
            return notices.refused(request, wave, refused, invited=bool(sheet.occasion.code))
        except (OperationalError, InterfaceError):
            notice = _(
                "Your answers could not be stored just now. They are still here: please send them again in a moment."
            )
            response = _form_again(request, sheet, status=503, notice=notice)
            response["Retry-After"] = RETRY_AFTER_SECONDS
            return response
    return _receipt(sheet, accepted)


def _turned(request: HttpRequest, sheet: AnswerSheet, token: FormToken) -> HttpResponse | None:
    """Return the page to show next, or None when the form is complete and is to be sent."""
    wave, post = sheet.wave, request.POST
    go = post.get("go", "")
    if not wave.is_open or (wave.course.is_static and go != "stay"):
        return None
    went = turning.turn(sheet, go=go, at=post.get("at", "" if go == "stay" else None), seen=post.get("seen"))
    if went.page is None:
        return None
    if not went.is_wrong:
        collecting.refuse_full(sheet)
    status = 422 if went.is_wrong else 200
    return _form_again(request, sheet, status=status, notice=went.notice, token=token.written, page=went.page)


def _replay(request: HttpRequest, sheet: AnswerSheet, token: FormToken, *, is_ours: bool) -> HttpResponse:
    """Answer a form whose token is too old or not ours: with its receipts if it was taken before, else once more."""
    before = collecting.replay(token) if is_ours else None
    if before:
        return _receipt(sheet, before)
    if not sheet.wave.is_open:
        return notices.not_open(request, sheet.wave, invited=bool(sheet.occasion.code))
    notice = _(
        "This form is too old to be taken as it is. Your answers are still here: please send them once more."
    )
    fresh = form_tokens.issue(sheet.wave.id) if is_ours else token
    return _form_again(request, sheet, status=422, notice=notice, token=fresh.written)


def _in_other_language(request: HttpRequest, sheet: AnswerSheet, token: FormToken) -> HttpResponse:
    """Show the sheet in another language, at the same page, with everything typed; nothing is judged yet."""
    if not sheet.wave.is_open:
        return notices.not_open(request, sheet.wave, invited=bool(sheet.occasion.code))
    chosen = request.POST["lang"]
    sheet.language = chosen if chosen in sheet.wave.languages else sheet.language
    sheet.errors.clear()
    page = turning.page_at(sheet, request.POST.get("at", ""))
    return _form_again(request, sheet, status=200, token=token.written, page=page)


def _form_again(
    request: HttpRequest,
    sheet: AnswerSheet,
    *,
    status: int,
    notice: str = "",
    token: str = "",
    page: Page | None = None,
) -> HttpResponse:
    """Show the sheet with all that was typed; its token stays, so that sending twice is still sending once."""
    about = [one.code for one in sheet.asked if one is not sheet.wave.general]
    drawn = pages.filled_form(
        sheet,
        about=tuple(about) if sheet.wave.chooses or "about" in request.POST else (),
        token=token or request.POST.get("token", ""),
        notice=notice,
        page=page,
    )
    return frames.page(drawn, sheet.language, status=status)


def _receipt(sheet: AnswerSheet, accepted: collecting.Accepted) -> HttpResponse:
    page = pages.receipt(
        sheet.wave, language=sheet.language, receipts=accepted.receipts, again=accepted.again
    )
    return frames.page(page, sheet.language)
