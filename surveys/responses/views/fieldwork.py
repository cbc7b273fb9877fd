"""How the fieldwork of a wave goes, for those who run it: people and pages, never a rating."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.responses import watching
from surveys.waves.views.finding import wave_or_404


@require_GET
def fieldwork(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who begins and finishes, where people stop and who is missing."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    return render(
        request, "surveys/responses/fieldwork.html", {"wave": wave, "watched": watching.watch(wave)}
    )
