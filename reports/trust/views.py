"""The page that says how to recompute what is published, and the program that does it."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from reports.scorecards import access
from reports.scorecards.models import Publication

PROGRAM = Path(__file__).parent / "verify.py"


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say how to verify a result, what that proves and what it does not."""
    _text, fingerprint = _program()
    latest = access.published().select_related("wave__previous").order_by("-published_at").first()
    wave, before = ("", "") if latest is None else (latest.wave.slug, _before(latest))
    shown = {"fingerprint": fingerprint, "wave": wave, "before": before}
    return render(request, "reports/trust/page.html", shown)


def _before(latest: Publication) -> str:
    """Return the wave that `latest` is compared with, where its results stand here, or nothing."""
    before = latest.wave.previous
    return before.slug if before and access.published().filter(wave=before).exists() else ""


@login_not_required
@require_safe
def program(request: HttpRequest) -> HttpResponseBase:
    """Answer the program that recomputes every published number."""
    text, fingerprint = _program()
    etag = f'"{fingerprint}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return HttpResponse(text, content_type="text/x-python; charset=utf-8", headers=headers)


@cache
def _program() -> tuple[bytes, str]:
    text = PROGRAM.read_bytes()
    return text, hashlib.sha256(text).hexdigest()
