"""Public results, and scorecards in the office.

A public page is made of frozen content, so it is rendered once per language and kept until the next release; every
request still asks the database for the state of the releases, and nothing sealed is ever read here.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.evaluations.access import progress_of
from reports.scorecards import access, pages, publishing
from reports.scorecards.models import Scorecard
from surveys.people.access import has_role, require
from surveys.people.models import User
from surveys.people.roles import Deed, may

KEPT_BYTES = 16 * 2**20  # of pages in memory, in each process
_kept: dict[tuple[Any, ...], tuple[bytes, str]] = {}


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponseBase:
    """List the released waves, newest first, and say which are sealed or late."""
    waiting = access.pending()
    return _page(
        request, "results", tuple((one.slug, one.late) for one in waiting), lambda: pages.results(waiting)
    )


@login_not_required
@require_safe
def wave(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Show a released wave: the finding, every department with its interval, how it was asked, and its files."""
    number = access.asked_number(request.GET.get("number", ""))
    return _page(request, "wave", (wave, number), lambda: pages.wave(access.published_wave(wave, number)))


@login_not_required
@require_safe
def department(request: HttpRequest, wave: str, department: str) -> HttpResponseBase:
    """Show a released scorecard: the finding, how sure, what changed, each question, the waves before."""
    number = access.asked_number(request.GET.get("number", ""))
    return _page(
        request,
        "department",
        (wave, department, number),
        lambda: pages.department(access.published_scorecard(wave, department, number)),
    )


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """List the released scorecards the reader may open, and for staff how every release stands."""
    require(request.user, Deed.READ_SCORECARDS)
    found = Paginator(access.scorecards_visible_to(request.user), 50).get_page(request.GET.get("page"))
    releases = list(access.publications_visible_to(request.user)[:50])
    sealed = {publication.wave_id for publication in releases}
    context = {
        "page": found,
        "rows": [pages.office_row(scorecard) for scorecard in found],
        "releases": releases,
        "pending": [one for one in access.pending() if one.pk not in sealed],
        "is_head": access.is_head(request.user),
        "may_plan": may(_member(request), Deed.FIELD),
    }
    return render(request, "reports/scorecards/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a released scorecard in the office, with its charts."""
    try:
        scorecard = access.scorecard_for(request.user, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None
    place = ("detail", pk, get_language(), access.state_of_releases())
    body, _etag = _kept.get(place) or (None, "")
    if body is None:
        body = render_to_string("reports/scorecards/_detail.html", pages.department(scorecard)).encode()
        _keep(place, body, "")
    context = {"scorecard": scorecard, "body": mark_safe(body.decode())}  # noqa: S308  our own template's words
    return render(request, "reports/scorecards/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reviewer coverage, quality and disclosure of what is sealed, never its scores; POST records the review."""
    publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            publishing.review(publication, by=_member(request))
            messages.success(request, _("Your review is recorded. The release fires at its time."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("scorecards:review", pk=pk)
    context = {
        **pages.review(publication),
        "standing": progress_of(publication.wave_id),
        "newer": publishing.newer_evaluation(publication),
        "may_review": may(_member(request), Deed.REVIEW),
    }
    return render(request, "reports/scorecards/review.html", context)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a correction of a released publication, with the reason that will be published."""
    publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
    try:
        asked = publishing.correct(publication, reason=request.POST.get("reason", ""), by=_member(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scorecards:review", pk=pk)
    messages.success(request, _("The correction is being published. The earlier results stay readable."))
    return redirect("scorecards:review", pk=asked.pk)


def _keep(place: tuple[Any, ...], body: bytes, etag: str) -> None:
    if sum(len(kept) for kept, _etag in list(_kept.values())) + len(body) > KEPT_BYTES:
        _kept.clear()
    _kept[place] = body, etag


def _member(request: HttpRequest) -> User:
    if not has_role(request.user):
        raise PermissionDenied
    return request.user


def _page(
    request: HttpRequest, name: str, key: tuple[Any, ...], context: Callable[[], dict[str, Any]]
) -> HttpResponseBase:
    """Answer a public page from memory, or render and keep it; what is not released does not exist."""
    place = (name, key, get_language(), request.path, access.state_of_releases())
    body, etag = _kept.get(place) or (None, "")
    if body is None:
        try:
            found = context()
        except ObjectDoesNotExist:
            raise Http404 from None
        body = render_to_string(f"reports/scorecards/{name}.html", found, request).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if set(request.GET) <= {"lang", "number"}:
            _keep(place, body, etag)
    response = HttpResponse(body, headers={"ETag": etag, "Cache-Control": "no-cache"})
    return get_conditional_response(request, etag=etag, response=response) or response
