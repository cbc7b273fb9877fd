"""The way in and the way to look afterwards: the start page, the code of a letter, the check of a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.responses import access, checking, pages, receipts
from surveys.responses.views import frames
from surveys.waves import inviting

PAST_SHOWN = 6


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the open surveys, the latest results and how to check."""
    return _home(request, {})


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Lead whoever typed the code of a letter to its survey; without a code, to where one is typed."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("responses:home"))
    typed = request.POST.get("code", "")
    code = inviting.normalised(typed)
    if code is None:
        error = _("An invitation code has 26 letters and digits. Please compare it with your letter.")
        return _home(request, {"code": typed[:100], "code_error": error}, status=422)
    return HttpResponseRedirect(reverse("responses:invitation", args=[code]), status=303)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say whether the rating of a receipt is in the count; posted, so that receipts stay out of addresses and logs."""
    if request.method != "POST":
        return frames.public(request, "check", {})
    typed = request.POST.get("code", "")
    try:
        receipt = receipts.read(typed)
    except receipts.UnreadableReceipt as error:
        return frames.public(request, "check", {"typed": typed[:200], "error": str(error)}, status=422)
    found = checking.find(receipt)
    if found is None:
        return frames.public(request, "check", {"typed": typed[:200], "is_unknown": True}, status=404)
    shown = {
        "wave": found.wave,
        "is_counted": found.is_counted,
        "groups": pages.receipt_groups(receipts.printed(receipt)),
    }
    return frames.public(request, "check", {"found": shown})


def _home(request: HttpRequest, more: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    past = [
        {
            "title": wave.title,
            "release_at": wave.release_at,
            "is_released": wave.release_at <= now,
            "url": frames.address("scorecards:wave", wave.slug) if wave.release_at <= now else "",
        }
        for wave in access.past_waves()[:PAST_SHOWN]
    ]
    context = {
        "surveys": access.open_waves(),
        "past": past,
        "results_url": frames.address("scorecards:results"),
    }
    return frames.public(request, "home", {**context, **more}, status=status)
