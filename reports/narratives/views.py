"""The evaluation report of a released wave as a page, and the page of the method."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from reports.narratives import pages
from reports.scorecards import access
from reports.scorecards.models import Publication
from reports.scorecards.views import kept_page


@login_not_required
@require_safe
def report(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Tell the evaluation report of a released wave."""
    try:
        publication = access.published_wave(wave, access.asked_number(request.GET.get("number", "")))
    except Publication.DoesNotExist:
        raise Http404 from None
    # An analysis that is done later than the release is told from then on.
    key = (publication.pk, pages.is_analysed(publication))
    return kept_page(request, "reports/narratives/report.html", key, lambda: pages.report(publication))


@login_not_required
@require_safe
def method(request: HttpRequest) -> HttpResponseBase:
    """Tell how scores come about: in short for everybody, with a worked example, and exactly for experts."""
    return kept_page(request, "reports/narratives/method.html", (), pages.method)
