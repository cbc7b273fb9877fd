"""What is kept of a resident, for how long, and when it was last deleted: drawn from the rules themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.responses import retention


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the rules of retention with the day on which each was last carried out."""
    last = retention.last_carried_out()
    rules = [{"rule": rule, "last": last.get(rule.code)} for rule in retention.RULES]
    return render(request, "surveys/responses/privacy.html", {"rules": rules})
