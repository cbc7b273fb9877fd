"""The page that says by which rules a wave flags records and, once its results are out, how many it flagged."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from surveys.languages import in_language
from surveys.responses import access, screening
from surveys.responses.views import frames, notices
from surveys.waves import telling
from surveys.waves.models import Klass, Wave


@login_not_required
@require_safe
def screening_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the screening rules that a wave declared and, once its results are out, what they flagged."""
    try:
        wave = access.asked_wave(slug)
    except Wave.DoesNotExist:
        return notices.no_such_survey(request)
    if not (wave.has_opened or wave.is_public):
        return notices.no_such_survey(request)
    is_told = wave.status == Wave.Status.SETTLED and wave.release_at <= timezone.now()
    context = {
        "title": in_language(wave.titles),
        "rules": screening.rules_of(wave.screening),
        "version": wave.screening,
        "counts": screening.counts(wave.id, wave.screening, klass=Klass.OPEN) if is_told else None,
        "release_at": wave.release_at,
        "fewest": telling.FEWEST_TOLD,
    }
    return frames.public(request, "screening", context)
