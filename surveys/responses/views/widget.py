"""The widget: a small page that other websites show in a frame, with a way to the survey.

Nobody answers inside a frame. The page around it can lay something else over the grades and let a visitor press what
they do not see (clickjacking), it decides what stands beside them, and nobody in front of it can tell whose page
they are on. So the widget only says that there is a survey, and its one link opens it in a tab of its own. It is the
only page of ours that may be framed.
"""

from __future__ import annotations

import math
from functools import lru_cache

from csp.constants import NONE, SELF
from csp.utils import build_policy
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from surveys.languages import direction, in_language, wanted_language
from surveys.questionnaires.advising.minutes import Clock, whole_trip
from surveys.responses import access, pages
from surveys.responses.access import AskedWave
from surveys.responses.views import frames, notices
from surveys.waves.models import Wave

KEPT_SECONDS = 300  # by browsers and proxies: it stands on pages that very many people open


@login_not_required
@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the widget of a public wave."""
    try:
        wave = access.asked_wave(slug)
    except Wave.DoesNotExist:
        return notices.no_such_survey(request)
    if not wave.is_public:
        return notices.no_such_survey(request)
    chosen = request.GET.get("lang", "")
    language = wanted_language(chosen, request.META.get("HTTP_ACCEPT_LANGUAGE", ""), wave.languages)
    is_released = wave.release_at <= timezone.now()
    key = (
        "embed",
        wave.fingerprint,
        wave.release_at,
        language,
        bool(chosen),
        wave.status,
        wave.is_open,
        is_released,
    )
    page = pages.kept.get(
        key, lambda: _drawn(wave, language, is_chosen=bool(chosen), is_released=is_released)
    )
    response = frames.page(page.filled(), language)
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response["Vary"] = "Accept-Language"
    response["Content-Security-Policy"] = _policy()
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.xframe_options_exempt = True  # as Django's own decorator says it
    return response


def _drawn(wave: AskedWave, language: str, *, is_chosen: bool, is_released: bool) -> str:
    """Return the page; nothing on it depends on who reads it."""
    said = {"ch": "widget", **({"lang": language} if is_chosen else {})}
    context = {
        "wave": wave,
        "title": in_language(wave.titles, language),
        "page_lang": language,
        "page_dir": direction(language),
        "minutes": _minutes(wave) if wave.is_open else 0,
        "address": f"{reverse('responses:survey', args=[wave.slug])}?{urlencode(said)}",
        "results": frames.address("scorecards:wave", wave.slug) if is_released else "",
    }
    with translation.override(pages.page_language(language)):
        return get_template("surveys/responses/embed.html").render(context)


def _minutes(wave: AskedWave) -> int:
    """Return how many minutes the form usually takes, rounded up; only what is asked of everybody is known."""
    rated = min(len(wave.departments), wave.departments_per_person)
    span = Clock(wave.document).span([whole_trip(wave.document)], departments=rated)
    return math.ceil(span.usual)


@lru_cache
def _policy() -> str:
    return build_policy(
        replace={
            "default-src": [NONE],
            "script-src": [NONE],
            "style-src": [SELF],
            "img-src": ["data:"],
            "form-action": [NONE],
            "frame-ancestors": ["*"],
        }
    )
