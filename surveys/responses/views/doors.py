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

from surveys.responses import access, checking, excluding, pages, receipts
from surveys.responses.collecting import Refused
from surveys.responses.views import admission, changes, frames
from surveys.waves import inviting
from surveys.waves.models import Klass, Wave
from surveys.waves.views.services import public_page_of

PAST_SHOWN = 6
RUNNING_SHOWN = 20


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
    if inviting.normalised(typed) is None:
        error = _("An invitation code has 26 letters and digits. Please compare it with your letter.")
        problems = [{"anchor": "code", "text": error}]
        wrong = {"code": typed[:100], "code_error": error, "problems": problems}
        return _home(request, wrong, status=422)
    return admission.lead_in(request, typed)


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
    word, word_error = request.POST.get("word", ""), ""
    may_change = found.may_change and found.wave.status == Wave.Status.OPEN
    if may_change and word:
        try:
            return changes.change(request, found, receipt, word=word)
        except Refused as refused:
            word_error = str(refused)
    shown = {
        "wave": found.wave,
        "state": found.state,
        "rule": excluding.sentence(found.rule),
        "receipt": receipts.printed(receipt),
        "groups": pages.receipt_groups(receipts.printed(receipt)),
        "may_change": may_change,
        "word": word[:100],
        "word_error": word_error,
    }
    return frames.public(request, "check", {"found": shown}, status=422 if word_error else 200)


def _home(request: HttpRequest, more: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    now, running = timezone.now(), list(access.running_waves())
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
        "surveys": [one for one in running if one.is_public and one.closes_at > now],
        "past": past,
        "running": [(wave.title, _told_of(wave)) for wave in running[:RUNNING_SHOWN]],
        "results_url": frames.address("scorecards:results"),
    }
    return frames.public(request, "home", {**context, **more}, status=status)


def _told_of(wave: Wave) -> list[tuple[str, str]]:
    """Return what everybody may look at while a wave is asked: the words and addresses of its pages."""
    found = [(_("Screening rules"), reverse("responses:screening", args=[wave.slug]))]
    asked = {Klass.SAMPLE: _("Who made the invitation codes?"), Klass.SERVICE: _("Was everybody asked?")}
    if page := public_page_of(wave):
        found.append((asked[Klass(wave.klass)], page))
    return found
