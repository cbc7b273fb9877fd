"""Who was asked, for everybody to see: by whose codes a sample, and what share of closed cases got one."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from surveys.waves import registering, service_events
from surveys.waves.models import Klass, Wave


@login_not_required
@require_safe
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every service point of a wave about service events with its closed cases and issued codes."""
    wave = get_object_or_404(
        Wave.objects.filter(klass=Klass.SERVICE).exclude(status=Wave.Status.PLANNED), slug=slug
    )
    lines = service_events.completeness(wave)
    context = {
        "wave": wave,
        "lines": lines,
        "low": sum(line.is_low for line in lines),
        "over": sum(line.is_over for line in lines),
        "enough": "98%",
    }
    return render(request, "surveys/waves/services.html", context)


@login_not_required
@require_safe
def invited(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who made the codes with which people are invited to a wave of a sample."""
    wave = get_object_or_404(
        Wave.objects.filter(klass=Klass.SAMPLE).exclude(status=Wave.Status.PLANNED), slug=slug
    )
    context = {"wave": wave, "register": registering.register_of(wave)}
    return render(request, "surveys/waves/invited.html", context)


def public_page_of(wave: Wave) -> str | None:
    """Return the address of the page that tells everybody who was asked; None where there is none (yet)."""
    pages = {Klass.SAMPLE: "invited:wave", Klass.SERVICE: "services:wave"}
    if wave.status == Wave.Status.PLANNED or wave.klass not in pages:
        return None
    return reverse(pages[Klass(wave.klass)], args=[wave.slug])
