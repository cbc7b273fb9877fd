"""How far an evaluation has got, as a piece of a staff page; never a value."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.evaluations.access import progress_of
from surveys.people.access import require
from surveys.people.roles import Deed


@require_safe
def progress(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Say how many departments of a wave are evaluated."""
    require(request.user, Deed.SEE_FIELDWORK)
    context = {"standing": progress_of(wave_id), "wave_id": wave_id}
    return render(request, "reports/evaluations/_progress.html", context)
