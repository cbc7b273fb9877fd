"""The page beside a wave's results, its file, and the planning page of the office."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.analyses import access, pages
from reports.analyses.api import canonical_response
from reports.analyses.forms import QUESTIONS
from reports.scorecards.access import asked_number, numbers_of
from reports.scorecards.models import Publication
from surveys.people.access import require
from surveys.people.roles import Deed


@login_not_required
@require_safe
def wave(request: HttpRequest, wave: str) -> HttpResponse:
    """Show what satisfaction goes with in a released wave, and how sure the survey is."""
    try:
        publication, found = access.released(wave, asked_number(request.GET.get("number", "")))
    except Publication.DoesNotExist:
        raise Http404 from None
    context = pages.analysis(publication, found, numbers_of(publication.wave_id))
    response = render(request, "reports/analyses/wave.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def document(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Answer the analysis of a released wave as a file."""
    return canonical_response(request, wave)


@require_safe
def planning(request: HttpRequest) -> HttpResponse:
    """Say how many answers a wave needs, and what fewer or more would show."""
    require(request.user, Deed.FIELD)
    asked = request.GET.get("ask", "")
    asked = asked if asked in QUESTIONS else "rate"
    _words, form_class = QUESTIONS[asked]
    form = form_class(request.GET if "alpha" in request.GET else form_class.start)
    return render(request, "reports/analyses/planning.html", pages.planning(asked, form))
