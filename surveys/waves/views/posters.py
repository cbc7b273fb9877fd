"""Posters in the office: which service points there are, and the sheets to print for them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.typesetting import NotPrintable
from surveys.waves import posters as sheets
from surveys.waves.models import Wave
from surveys.waves.views.finding import address, site_noted, site_of, wave_or_404
from surveys.waves.views.ways import has_posters

PER_PAGE = 50


@require_GET
def posters(request: HttpRequest, pk: int) -> HttpResponse:
    """List the service points of a wave with their posters."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    points = sheets.points_of(wave)
    page = Paginator(points, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "page": page,
        "has_posters": has_posters(wave),
        "may_print_all": 1 < page.paginator.count <= sheets.MOST_AT_ONCE,
        "address": _address(request, wave),
        **site_noted(request),
    }
    return render(request, "surveys/waves/posters.html", context)


@require_GET
def poster(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """Hand over a PDF: the poster of `?point=`, of all points for `?point=*`, or one for anywhere."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    if paper not in sheets.PAPERS or not has_posters(wave):
        raise Http404
    wanted, points = request.GET.get("point", ""), sheets.points_of(wave)
    if wanted:
        found = list(points[: sheets.MOST_AT_ONCE] if wanted == "*" else points.filter(code=wanted))
        if not found:
            raise Http404
    wave_address = _address(request, wave)
    wall = [sheets.poster_of(wave_address, one) for one in (found if wanted else [None])]
    try:
        printed = sheets.print_posters(wave, wall, wave_address=wave_address, paper=paper)
    except NotPrintable as refused:
        messages.error(request, str(refused))
        return redirect("waves:posters", pk=pk)
    response = HttpResponse(printed, content_type="application/pdf")
    of = "-all" if wanted == "*" else f"-{wanted}" if wanted else ""
    response["Content-Disposition"] = f'attachment; filename="poster-{wave.slug}{of}-{paper}.pdf"'
    return response


def _address(request: HttpRequest, wave: Wave) -> str:
    return site_of(request) + (address("responses:survey", wave.slug) or f"/s/{wave.slug}/")
