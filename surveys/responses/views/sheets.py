"""The answer sheet: shown, taken, shown again with what has to be put right, answered with receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.languages import in_language
from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import Page
from surveys.responses import (
    access,
    collecting,
    form_tokens,
    occasions,
    pages,
    replacing,
    saving,
    turning,
    turnout,
)
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet, too_many
from surveys.responses.form_tokens import BadFormToken, FormToken
from surveys.responses.screening import TRAP_FIELD, StepAsked
from surveys.responses.turning import ScreenedOut
from surveys.responses.views import admission, files, frames, notices, steps
from surveys.waves import inviting
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Channel, Wave

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
    return _receive(request, wave) if request.method == "POST" else _welcome(request, wave)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Lead whoever holds an invitation to its survey; only sending the answer sheet in spends the code."""
    found = inviting.find(code) if request.method == "POST" else None
    if found is None:
        return admission.lead_in(request, code)
    wave = access.asked_wave(found.wave.slug)
    response = _receive(request, wave, code=inviting.normalised(code) or "")
    # The code stands in the address; it must not travel on to another page.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _welcome(request: HttpRequest, wave: AskedWave) -> HttpResponse:
    """Answer a GET: with the answer sheet as this reader may have it, or with why there is none."""
    asked: MultiValueDict[str, str] = request.GET if request.META.get("QUERY_STRING") else MultiValueDict()
    language = frames.language_of(request, wave.languages)
    guest = admission.admitted(request, wave)
    if guest.code and wave.is_open and admission.is_spent(wave, guest.code):
        return admission.dismissed(request, wave, notices.spent(request, wave))
    if guest.is_stale and wave.is_open:
        return notices.by_invitation(request, wave)
    response = _show_form(request, wave, asked, language=language, code=guest.code)
    if guest.code:  # a ticket may stand in the address
        response["Referrer-Policy"] = "no-referrer"
    return response


def _show_form(
    request: HttpRequest, wave: AskedWave, asked: MultiValueDict[str, str], *, language: str, code: str
) -> HttpResponse:
    """Show a new answer sheet, the chooser before it, or why there is neither; `asked` is an address or a form."""
    if not wave.is_open:
        return notices.not_open(request, wave, invited=bool(code))
    if not wave.is_public and not code and "whole" not in asked:
        return notices.by_invitation(request, wave)
    is_own_form = request.method == "POST" and not frames.is_from_elsewhere(request)
    believed = asked if is_own_form else {}
    occasion = occasions.of(
        wave, asked, code=code, saved=believed.get("saved", ""), permit=believed.get("pass", "")
    )
    about = tuple(asked.getlist("about"))
    if wave.chooses and (not about or "choose" in asked):
        error = choice_error(wave, language, about) if "go" in asked else ""
        if error or "go" not in asked:
            page = pages.chooser(
                wave,
                language=language,
                occasion=occasion,
                chosen=about,
                error=error,
                typed=_typed(asked) if is_own_form else {},
            )
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
    if is_own_form and _typed(asked):
        return _with_others(wave, asked, about=ordered, language=language, code=code)
    token = form_tokens.issue(wave.id)
    if "whole" in asked:
        bare = replace(occasion, code="", replaces="", change="", saved="")  # nobody's: a device keeps it
        page = pages.whole_form(wave, language=language, about=ordered, occasion=bare, token=token)
        return frames.page(page, language)
    page = pages.blank_form(
        wave, language=language, about=ordered, occasion=occasion, token=token, address=asked
    )
    turnout.begin(wave.id, channel=occasion.channel, language=language, point=occasion.point_id)
    return frames.page(page, language)


def _typed(asked: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """Return the answers that a form brings along, by field, and its token; {} where there is no answer."""
    answers = {name: values for name, values in asked.lists() if "." in name}
    return {"token": asked.getlist("token"), **answers} if answers else {}


def _with_others(
    wave: AskedWave, post: MultiValueDict[str, str], *, about: tuple[str, ...], language: str, code: str
) -> HttpResponse:
    """Show the sheet about other departments with what was typed about those that stay; nothing is judged yet."""
    kept: MultiValueDict[str, str] = MultiValueDict(post.lists())
    for name in set(kept) & {"choose", "go", "lang", "to"}:
        del kept[name]
    for name in _typed(post).keys() - {"token"}:
        if name.partition(".")[0] not in (GENERAL, *about):
            del kept[name]
    kept.setlist("about", list(about))
    kept["language"] = language
    try:
        token = form_tokens.read(kept.get("token", ""), wave.id)
    except BadFormToken:
        token = form_tokens.issue(wave.id)
    sheet = AnswerSheet.from_form(wave, kept, seed=token.seed, code=code)
    sheet.errors.clear()
    return form_again(kept, sheet, status=200, token=token.written)


def choice_error(wave: AskedWave, language: str, about: tuple[str, ...]) -> str:
    """Return what is wrong with a choice of departments, or nothing."""
    with translation.override(pages.page_language(language)):
        if not about and not wave.general:
            return _("Choose at least one department.")
        return too_many(wave) if len(set(about)) > wave.departments_per_person else ""


def _receive(request: HttpRequest, wave: AskedWave, *, code: str = "") -> HttpResponse:
    """Take a posted answer sheet: receipts, its next page, or the same sheet again with what has to be put right."""
    if not wave.is_open:  # what an open wave asks is frozen, but this may be a plan that has changed since
        wave = access.asked_wave(wave.slug, fresh=True)
    if (
        not wave.has_opened
    ):  # no form was ever handed out: a code in one is made up, only that of the address is not
        return notices.not_open(request, wave, invited=bool(code))
    turnout.write_down_when_due()
    post, refused_files = files.posted(request, wave, code)
    with translation.override(pages.page_language(post.get("language", ""))):
        if "choose" in post:
            language = frames.language_of(request, wave.languages, said=post)
            return _show_form(request, wave, post, language=language, code=code or post.get("code", ""))
        if is_from_elsewhere := frames.is_from_elsewhere(request):
            post = frames.disarmed(post)
        try:
            token = form_tokens.read(post.get("token", ""), wave.id)
            is_ours = True
        except BadFormToken:
            token, is_ours = form_tokens.issue(wave.id), False
        sheet = AnswerSheet.from_form(wave, post, seed=token.seed, code=code)
        sheet.errors |= refused_files
        if "lang" in post or "to" in post:
            return _shown_otherwise(request, sheet, token)
        if is_from_elsewhere:
            return _sent_from_elsewhere(request, sheet, token)
        if post.get("go") == "save" and saving.may_save(sheet.occasion):
            return _put_aside(request, sheet, token, is_ours=is_ours)
        return _judge(request, post, sheet, token, is_ours=is_ours)


def _judge(
    request: HttpRequest,
    post: MultiValueDict[str, str],
    sheet: AnswerSheet,
    token: FormToken,
    *,
    is_ours: bool,
) -> HttpResponse:
    """Turn the page or send the form, and answer with what came of it."""
    wave = sheet.wave
    try:
        if page := _turned(request, sheet, token):
            return page
        if not is_ours or token.has_expired:
            return _replay(request, sheet, token, is_ours=is_ours)
        return receipt(request, sheet, _submit(request, post, sheet, token))
    except StepAsked as asked:
        return steps.one_more(request, sheet, token, post, asked)
    except collecting.InvalidAnswers:
        return form_again(post, sheet, status=422)
    except collecting.CodeUnknown as error:
        sheet.errors[""] = str(error)
        sheet.occasion = replace(sheet.occasion, code="")
        return form_again(post, sheet, status=422)
    except (ScreenedOut, CodeSpent, collecting.Refused) as refused:
        response = notices.refused(request, wave, refused, invited=False)
        return admission.dismissed(request, wave, response) if isinstance(refused, CodeSpent) else response
    except (OperationalError, InterfaceError):
        notice = _(
            "Your answers could not be stored just now. They are still here: please send them again in a moment."
        )
        response = form_again(post, sheet, status=503, notice=notice)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response


def _submit(
    request: HttpRequest, post: MultiValueDict[str, str], sheet: AnswerSheet, token: FormToken
) -> collecting.Accepted:
    sheet.occasion = occasions.confirmed(sheet.wave, sheet.occasion)
    code = sheet.occasion.code or None
    work, trap = post.get("work", ""), post.get(TRAP_FIELD, "")
    signals = steps.screened(request, sheet, token, code=code, work=work, trap=trap)
    if sheet.occasion.replaces:
        return replacing.replace(sheet, token=token, signals=signals)
    return collecting.submit(sheet, token=token, code=code, signals=signals)


def _sent_from_elsewhere(request: HttpRequest, sheet: AnswerSheet, token: FormToken) -> HttpResponse:
    """Show a form that a page of another site sent, so that a person looks at it and sends it or does not."""
    if not sheet.wave.is_open:
        return notices.not_open(request, sheet.wave, invited=False)
    sheet.errors.clear()
    page = turning.page_at(sheet, request.POST.get("at", ""))
    notice = _("This form was sent from another website. Please look at your answers and send them yourself.")
    return form_again(request.POST, sheet, status=422, notice=notice, token=token.written, page=page)


def _turned(request: HttpRequest, sheet: AnswerSheet, token: FormToken) -> HttpResponse | None:
    """Return the page to show next, or None when the form is complete and is to be sent."""
    wave, post = sheet.wave, request.POST
    go = post.get("go", "")
    if not wave.is_open or (sheet.is_one_page and go != "stay"):
        return None
    went = turning.turn(sheet, go=go, at=post.get("at", "" if go == "stay" else None), seen=post.get("seen"))
    if went.page is None:
        return None
    if not went.is_wrong:
        if not sheet.occasion.replaces:  # whose rating is changed has the place already
            collecting.refuse_full(sheet)
        if go == "next":
            turnout.reach(wave.id, went.page.code)
    status = 422 if went.is_wrong else 200
    return form_again(
        request.POST, sheet, status=status, notice=went.notice, token=token.written, page=went.page
    )


def _replay(request: HttpRequest, sheet: AnswerSheet, token: FormToken, *, is_ours: bool) -> HttpResponse:
    """Answer a form whose token is too old or not ours: with its receipts if it was taken before, else once more."""
    before = collecting.replay(token) if is_ours else None
    if before:
        return receipt(request, sheet, before)
    if not sheet.wave.is_open:
        return notices.not_open(request, sheet.wave, invited=False)
    notice = _(
        "This form is too old to be taken as it is. Your answers are still here: please send them once more."
    )
    fresh = form_tokens.issue(sheet.wave.id) if is_ours else token
    return form_again(request.POST, sheet, status=422, notice=notice, token=fresh.written)


def _put_aside(request: HttpRequest, sheet: AnswerSheet, token: FormToken, *, is_ours: bool) -> HttpResponse:
    """Put the form aside as it is, judging nothing, and show the code that gives it back."""
    if not is_ours:
        return _replay(request, sheet, token, is_ours=False)
    wave, post = sheet.wave, request.POST
    sheet.errors.clear()
    page = turning.page_at(sheet, post.get("at", ""))
    try:
        if before := collecting.replay(
            token
        ):  # a form that was sent is never put aside, or it could count twice
            return receipt(request, sheet, before)
        if not wave.is_open:
            return notices.not_open(request, wave, invited=False)
        if not (wave.is_public or sheet.occasion.code):
            return notices.by_invitation(request, wave)
        at, about = post.get("at", ""), post.getlist("about")
        had_files = bool(request.FILES) or saving.holds_files(sheet)
        code = saving.save(sheet, token=token, at=at, about=about, had_files=had_files)
    except saving.TooMuch:
        notice = _(
            "This is more than can be put aside. Please shorten your longest texts, or send your answers now."
        )
        return form_again(post, sheet, status=422, notice=notice, token=token.written, page=page)
    except saving.NoRoom:
        notice = _(
            "So many forms are put aside just now that yours could not be. Please send your answers now, or try again "
            "later."
        )
        return form_again(post, sheet, status=503, notice=notice, token=token.written, page=page)
    except (OperationalError, InterfaceError):
        notice = _(
            "Your form could not be saved just now. Your answers are still here: please try again in a moment."
        )
        response = form_again(post, sheet, status=503, notice=notice, token=token.written, page=page)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    shown = {
        "title": in_language(wave.titles, sheet.language),
        "code": code,
        "groups": pages.receipt_groups(code),
        "until": timezone.localdate() + timedelta(days=saving.KEPT_DAYS),
        "closes_at": wave.closes_at,
        "view": sheet.occasion.view,
        "had_files": had_files,
    }
    return frames.public(request, "saved", shown)


def _shown_otherwise(request: HttpRequest, sheet: AnswerSheet, token: FormToken) -> HttpResponse:
    """Show the sheet in another language or view, at the same place, with all that was typed; nothing is judged."""
    if not sheet.wave.is_open:
        return notices.not_open(request, sheet.wave, invited=False)
    chosen = request.POST.get("lang", "")
    sheet.language = chosen if chosen in sheet.wave.languages else sheet.language
    sheet.errors.clear()
    page = turning.page_at(sheet, request.POST.get("at", ""))
    return form_again(request.POST, sheet, status=200, token=token.written, page=page)


def form_again(
    post: MultiValueDict[str, str],
    sheet: AnswerSheet,
    *,
    status: int,
    notice: str = "",
    token: str = "",
    page: Page | None = None,
) -> HttpResponse:
    """Show the sheet with all that was typed; its token stays, so that sending twice is still sending once."""
    always = None if sheet.occasion.replaces else sheet.wave.general
    about = [one.code for one in sheet.asked if one is not always]
    drawn = pages.filled_form(
        sheet,
        about=tuple(about) if sheet.wave.chooses or "about" in post else (),
        token=token or post.get("token", ""),
        notice=notice,
        page=page,
    )
    return frames.page(drawn, sheet.language, status=status)


def receipt(request: HttpRequest, sheet: AnswerSheet, accepted: collecting.Accepted) -> HttpResponse:
    """Show the receipts; the browser forgets the code that did its work."""
    page = pages.receipt(
        sheet.wave,
        language=sheet.language,
        receipts=accepted.receipts,
        again=accepted.again,
        view=sheet.occasion.view,
        is_kiosk=sheet.occasion.channel == Channel.KIOSK,
        has_words=not sheet.occasion.is_helped,
        onward=reverse("waves:assist", args=[sheet.wave.id])
        if sheet.occasion.channel == Channel.ASSISTED
        else "",
    )
    return admission.dismissed(request, sheet.wave, frames.page(page, sheet.language))
