"""What a device needs for the time without a line: the worker that keeps the sheet, and fresh tokens ahead."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from surveys.responses import access, form_tokens, passes
from surveys.waves.models import Wave

TOKENS_AT_ONCE = 50


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Hand out the worker; it stands at the root, because a worker looks after what lies below it."""
    script = get_template("surveys/responses/sw.js").render()
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@login_not_required
@csrf_exempt
@require_POST
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out tokens for blank forms to whoever holds a pass: a kiosk or an interviewer about to lose the line."""
    try:
        wave = access.asked_wave(slug)
        stated = passes.read(request.POST.get("pass", ""), wave.id)
        if not passes.holds(wave.id, channel=stated.channel, holder=stated.holder):
            raise passes.BadPass("switched off, or not working here any more")
    except (Wave.DoesNotExist, passes.BadPass):
        refusal = {
            "detail": _("Fresh forms are only handed out to devices and interviewers with a valid pass.")
        }
        status = 403 if "pass" in request.POST else 400
        return JsonResponse(refusal, status=status, headers={"Cache-Control": "no-store"})
    fresh = [form_tokens.issue(wave.id).written for _number in range(TOKENS_AT_ONCE)] if wave.is_open else []
    return JsonResponse({"tokens": fresh}, headers={"Cache-Control": "no-store"})
