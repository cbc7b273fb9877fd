"""Excluding ratings, in the office: what was proposed for a wave, a proposal to make, a decision to take.

No page here shows an answer, a grade or a department.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.responses import excluding
from surveys.responses.forms import ExclusionForm
from surveys.responses.models import Exclusion
from surveys.waves.models import Wave
from surveys.waves.views.finding import may_do, staff, wave_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def exclusions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the exclusions of a wave, and take a proposal."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    if request.method != "POST":
        return _page(request, wave, ExclusionForm())
    require(request.user, Deed.EXCLUDE)
    form = ExclusionForm(request.POST)
    if form.is_valid():
        try:
            excluding.propose(wave, by=staff(request), **form.cleaned_data)
        except excluding.NotExcludable as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Proposed. It takes effect when a second person has agreed."))
            return redirect("waves:exclusions", pk=wave.pk)
    return _page(request, wave, form, status=422)


@require_POST
def decide(request: HttpRequest, pk: int, exclusion: int) -> HttpResponse:
    """Approve or refuse a proposal."""
    require(request.user, Deed.EXCLUDE)
    wave = wave_or_404(request, pk)
    proposal = get_object_or_404(Exclusion, pk=exclusion, wave=wave)
    choice = request.POST.get("decision")
    try:
        if choice not in ("approve", "refuse"):
            raise ValidationError(_("Choose whether you approve or refuse the proposal."))
        excluding.decide(proposal, approve=choice == "approve", by=staff(request))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Decided and recorded."))
    return redirect("waves:exclusions", pk=wave.pk)


def _page(request: HttpRequest, wave: Wave, form: ExclusionForm, *, status: int = 200) -> HttpResponse:
    reader = staff(request)
    may_exclude = may_do(request, Deed.EXCLUDE)
    number, by_rule = excluding.excluded_numbers(wave)
    found = Exclusion.objects.filter(wave=wave).select_related("proposed_by", "decided_by")
    context: dict[str, Any] = {
        "wave": wave,
        "form": form,
        "may_exclude": may_exclude,
        "stance": excluding.stance(reader, wave) if may_exclude else "",
        "may_manage_people": may_do(request, Deed.MANAGE_PEOPLE),
        "is_open": wave.status == Wave.Status.OPEN,
        "number": number,
        "by_rule": [(excluding.sentence(rule), ratings) for rule, ratings in by_rule.items()],
        "exclusions": [
            {
                "proposal": one,
                "receipt": excluding.receipt_of(one),
                "rule": excluding.sentence(one.rule),
                "waits": one.state == Exclusion.State.PROPOSED,
                "may_decide": may_exclude
                and one.state == Exclusion.State.PROPOSED
                and one.proposed_by_id != reader.pk,
            }
            for one in found
        ],
    }
    return render(request, "surveys/responses/exclusions.html", context, status=status)
