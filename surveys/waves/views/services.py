"""What share of closed cases got a code, for everybody to see."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from surveys.waves import service_events
from surveys.waves.models import Klass, Wave


@login_not_required
@require_safe
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every service point of a wave about service events with its closed cases and issued codes."""
    wave = get_object_or_404(
        Wave.objects.filter(klass=Klass.SERVICE).exclude(status=Wave.Status.PLANNED), slug=slug
    )
    lines = service_events.completeness(wave)
    context = {"wave": wave, "lines": lines, "low": sum(line.is_low for line in lines), "enough": "98%"}
    return render(request, "surveys/waves/services.html", context)
