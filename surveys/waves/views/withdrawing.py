"""Withdrawing a plan in the office: what goes, why, and a place to say so."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.waves import withdrawing
from surveys.waves.fielding import WaveStateError
from surveys.waves.forms import WithdrawForm
from surveys.waves.views.finding import staff, wave_or_404


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason of a withdrawal, and do it."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdrawing.withdraw(wave, reason=form.cleaned_data["reason"], by=staff(request))
        except WaveStateError as refused:
            messages.error(request, str(refused))
            return redirect("waves:detail", pk=pk)
        messages.success(request, _("The plan of “%(title)s” is withdrawn.") % {"title": wave.title})
        return redirect("waves:list")
    context = {"wave": wave, "form": form, "hindrance": withdrawing.hindrance(wave)}
    return render(request, "surveys/waves/withdraw.html", context, status=422 if form.errors else 200)
