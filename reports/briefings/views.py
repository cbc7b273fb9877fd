"""The desk of a department head, and released scorecards in the office.

The body of a briefing is made of frozen content, so it is rendered once per language and kept until the next release;
who may open it is asked of every request.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.briefings import access, pages, predicting
from reports.briefings.forms import PredictionForm
from reports.scorecards.access import is_head, pending, scorecard_for, state_of_releases
from reports.scorecards.models import Scorecard
from surveys.people.access import has_role, require
from surveys.people.forms import show
from surveys.people.models import User
from surveys.people.roles import Deed, may

PER_PAGE = 20
KEPT_BYTES = 16 * 2**20  # of bodies in memory, in each process
_kept: dict[tuple[Any, ...], tuple[SafeString, SafeString]] = {}


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """Show a head the latest scorecard of the own department; show other staff how releases and scorecards stand."""
    require(request.user, Deed.READ_SCORECARDS)
    return _desk(request) if is_head(request.user) else _list(request)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a released scorecard in the office."""
    try:
        scorecard = scorecard_for(request.user, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None
    context = {**_about(request, scorecard), "above": access.scorecard_above(request.user, scorecard)}
    return render(request, "reports/briefings/detail.html", context)


@require_POST
def predict(request: HttpRequest, wave: str) -> HttpResponse:
    """Write down the score that the head of a department expects of a wave about it."""
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
    scorecard, newer = access.own_scorecards(user)
    waves = access.coming(user)
    page = Paginator(access.scorecards_listed(user, ""), PER_PAGE).get_page(request.GET.get("page"))
    under = [] if scorecard else access.scorecards_under(user)
    context = {
        **(_about(request, scorecard) if scorecard else {}),
        **(pages.under_one_roof(under, user.department) if under and user.department else {}),
        "newer": newer,
        "department": user.department,
        "coming": pages.coming(waves, access.own_predictions(user, waves), typed=typed),
        "page": page,
        "rows": [pages.office_row(one) for one in page],
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


def _about(request: HttpRequest, scorecard: Scorecard) -> dict[str, Any]:
    """Make a scorecard's page: its body, which is the same for everybody, and what its head expected."""
    user = _member(request)
    reader = user.department_id if is_head(user) else None
    prediction = access.prediction_of(scorecard)
    first, rest = _body(scorecard)
    return {
        "scorecard": scorecard,
        "first": first,
        "rest": rest,
        "expected": pages.expected(scorecard, prediction, reader=reader),
    }


def _body(scorecard: Scorecard) -> tuple[SafeString, SafeString]:
    place = (
        scorecard.pk,
        get_language(),
        state_of_releases(),
        access.standing(scorecard),
    )
    body = _kept.get(place)
    if body is None:
        context = pages.briefing(scorecard)
        first, rest = (
            mark_safe(render_to_string(f"reports/briefings/{name}.html", context))  # noqa: S308  our own template's
            for name in ("_first", "_rest")
        )
        body = first, rest
        if sum(len(one) + len(other) for one, other in list(_kept.values())) > KEPT_BYTES:
            _kept.clear()
        _kept[place] = body
    return body


def _member(request: HttpRequest) -> User:
    if not has_role(request.user):
        raise PermissionDenied
    return request.user
