"""Public results, and the review of a release in the office.

A public page is made of frozen content, so it is rendered once and kept (`keeping`); nothing sealed is ever read here.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.scorecards import access, keeping, pages, publishing, taking_down
from reports.scorecards.models import Publication, Takedown
from surveys.people.access import has_role
from surveys.people.models import User
from surveys.people.roles import Deed, may

KEPT_BYTES = 16 * 2**20  # of pages in memory, in each process
LONGEST_SEARCH = 100
PLAIN = frozenset({"lang", "number"})  # what an address may ask for whose page is kept
_kept: keeping.Kept[tuple[bytes, str]] = keeping.Kept(most_bytes=KEPT_BYTES, size=lambda page: len(page[0]))


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponseBase:
    """List the released waves, newest first, and which are sealed or late; `?q=` finds waves and departments."""
    waiting, words = access.pending(), _words(request)
    return _page(
        request,
        "results",
        (words, *((one.slug, one.late, one.held) for one in waiting)),
        lambda: pages.results(waiting, words),
    )


@login_not_required
@require_safe
def wave(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Show a released wave: the finding, every department with its interval, how it was asked, and its files."""
    number, words = access.asked_number(request.GET.get("number", "")), _words(request)
    return _page(
        request,
        "wave",
        (wave, number, words),
        lambda: pages.wave(access.published_wave(wave, number), words),
    )


@login_not_required
@require_safe
def places(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Show the places that a released wave tells of, as a tree."""
    number = access.asked_number(request.GET.get("number", ""))
    return _page(request, "places", (wave, number), lambda: pages.places(access.published_wave(wave, number)))


@login_not_required
@require_safe
def place(request: HttpRequest, wave: str, place: str) -> HttpResponseBase:
    """Show what the residents of one place said of each department."""
    number = access.asked_number(request.GET.get("number", ""))
    return _page(
        request,
        "place",
        (wave, place, number),
        lambda: pages.place(access.published_wave(wave, number), place),
    )


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
        "newer": publishing.newer_evaluation(publication),
        "may_review": may(_member(request), Deed.REVIEW),
        **_takedown(request, publication),
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


@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to take a released publication down, or decide on somebody else's proposal. GET leads to the form."""
    publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
    if request.method != "POST":
        return redirect("scorecards:review", pk=pk)
    member, deed = _member(request), request.POST.get("do", "")
    try:
        if deed == "propose":
            taking_down.propose(
                publication,
                rule=request.POST.get("rule", ""),
                reason=request.POST.get("reason", ""),
                by=member,
            )
            messages.success(request, _("Your proposal is recorded. A second person decides."))
        elif deed in ("agree", "refuse"):
            found = get_object_or_404(Takedown, publication=publication)
            decide = taking_down.agree if deed == "agree" else taking_down.refuse
            decide(found, by=member)
            messages.success(
                request,
                _("The publication is taken down. Its address says why.")
                if deed == "agree"
                else _("The publication stays as it is."),
            )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        # What was typed is not lost.
        context = {**pages.review(publication), "may_review": may(member, Deed.REVIEW)}
        context |= _takedown(request, publication) | {"typed": request.POST}
        return render(request, "reports/scorecards/review.html", context, status=400)
    return redirect("scorecards:review", pk=pk)


def _takedown(request: HttpRequest, publication: Publication) -> dict[str, Any]:
    """What a page says about taking a publication down, for those who may."""
    if publication.state != Publication.State.PUBLISHED or not may(_member(request), Deed.TAKE_DOWN):
        return {}
    found = Takedown.objects.select_related("proposed_by", "agreed_by").filter(publication=publication)
    return {"may_take_down": True, "takedown": found.first(), "takedown_rules": Takedown.Rule.choices}


def _words(request: HttpRequest) -> str:
    """Return what a reader looks for, as short as a name."""
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def _member(request: HttpRequest) -> User:
    if not has_role(request.user):
        raise PermissionDenied
    return request.user


def _page(
    request: HttpRequest, name: str, key: tuple[Any, ...], context: Callable[[], dict[str, Any]]
) -> HttpResponseBase:
    return kept_page(request, f"reports/scorecards/{name}.html", key, context)


def kept_page(
    request: HttpRequest, template: str, key: tuple[Any, ...], context: Callable[[], dict[str, Any]]
) -> HttpResponseBase:
    """Answer a public page from memory, or render and keep it; what is not released does not exist."""

    def draw() -> tuple[bytes, str]:
        body = render_to_string(template, context(), request).encode()
        return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'

    place = (template, key, request.path, request.GET.get("number", ""))
    try:
        body, etag = _kept.get(place, draw, keep=_is_plain(request.GET))
    except ObjectDoesNotExist:
        raise Http404 from None
    response = HttpResponse(body, headers={"ETag": etag, "Cache-Control": "no-cache"})
    return get_conditional_response(request, etag=etag, response=response) or response


def _is_plain(asked: QueryDict) -> bool:
    """Say whether an address is written as ours are: of any other, a stranger's words would stand in kept links."""
    numbers = asked.getlist("number")
    number = access.asked_number(numbers[0]) if numbers else None
    return PLAIN.issuperset(asked) and numbers in ([], [str(number)])
