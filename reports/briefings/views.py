"""The desk of a department head, and released scorecards in the office.

What a briefing and a desk say of released scorecards is made of frozen content, so it is drawn once and kept
(`scorecards.keeping`); who may open it is asked of every request, before.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reports.briefings import access, pages, predicting
from reports.briefings.forms import PredictionForm
from reports.scorecards.access import is_head, pending
from reports.scorecards.keeping import Kept
from reports.scorecards.models import Scorecard
from surveys.people.access import has_role, require
from surveys.people.forms import show
from surveys.people.models import User
from surveys.people.roles import Deed, may

PER_PAGE = 20
KEPT_BYTES = 16 * 2**20  # of briefings, and again of desks, in memory, in each process
LONGEST_NUMBER = 6
_briefings: Kept[pages.Briefing] = Kept(most_bytes=KEPT_BYTES, size=lambda one: one.size)
_desks: Kept[pages.Desk] = Kept(most_bytes=KEPT_BYTES, size=lambda one: one.size)


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """Show a head the desk of the own department; show other staff how releases and scorecards stand."""
    require(request.user, Deed.READ_SCORECARDS)
    return _desk(request) if is_head(request.user) else _list(request)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a released scorecard in the office."""
    try:
        standing = access.standing_for(request.user, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None
    context = _about(request, standing)
    above = context["brief"].above
    if above and access.may_open_above(request.user, standing.department, above[1]):
        context["above"] = above
    return render(request, "reports/briefings/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def predict(request: HttpRequest, wave: str) -> HttpResponse:
    """Write down the score that the head of a department expects of a wave about it.

    A refused form stands at this address; whoever asks for it anew is led back to the desk.
    """
    if request.method != "POST":
        return redirect("scorecards:list")
    try:
        found = access.wave_of(request.user, wave)
    except ObjectDoesNotExist:
        raise Http404 from None
    form = pages.form_for(found, None, request.POST)
    if form.is_valid():
        try:
            predicting.predict(found, score=form.cleaned_data["score"], by=_member(request))
        except ValidationError as refused:
            if getattr(refused, "code", "") == "released":
                messages.error(request, " ".join(refused.messages))
                return redirect("scorecards:list")
            show(form, refused)
        else:
            messages.success(
                request, _("Written down. You can change it until the release; nobody else reads it before.")
            )
            return redirect("scorecards:list")
    return _desk(request, typed={found.slug: form})


def _desk(request: HttpRequest, typed: dict[str, PredictionForm] | None = None) -> HttpResponse:
    user = _member(request)
    asked = request.GET.get("page", "")
    number = str(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else ""
    desk = _desks.get(
        (user.department_id, number, access.state_of_departments()),
        lambda: pages.desk(user, number, per_page=PER_PAGE),
    )
    waves = access.coming(user)
    context = {
        "desk": desk,
        **(_about(request, access.standing_for(user, desk.shown)) if desk.shown else {}),
        "coming": pages.coming(waves, access.own_predictions(user, waves), typed=typed),
        "page": Paginator(range(desk.count), PER_PAGE).get_page(number),
    }
    return render(request, "reports/briefings/desk.html", context, status=422 if typed else 200)


def _list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").replace("\0", "").strip()[:100]
    page = Paginator(access.scorecards_listed(request.user, search), PER_PAGE).get_page(
        request.GET.get("page")
    )
    releases = Paginator(access.releases_listed(request.user, search), PER_PAGE).get_page(
        request.GET.get("releases")
    )
    listed = access.waves_with_a_release(request.user)
    context = {
        "search": search,
        "page": page,
        "rows": [pages.office_row(one) for one in page],
        "releases": releases,
        "pending": [one for one in pending() if one.pk not in listed],
        "may_plan": may(_member(request), Deed.FIELD),
    }
    return render(request, "reports/briefings/list.html", context)


def _about(request: HttpRequest, standing: access.Standing) -> dict[str, Any]:
    """Make a scorecard's page: the briefing, which is the same for everybody, and what its head expected."""
    brief = _briefings.get(
        (standing, access.state_of_departments()),
        lambda: pages.drawn(access.scorecard_whole(standing.pk)),
    )
    user = _member(request)
    is_own = is_head(user) and user.department_id == standing.department
    return {"brief": brief, "expected": brief.expected[is_own]}


def _member(request: HttpRequest) -> User:
    if not has_role(request.user):
        raise PermissionDenied
    return request.user
