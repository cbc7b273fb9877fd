"""Invitation codes in the office: a registrar's taken over, own ones made, lost ones withdrawn or replaced."""

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.questionnaires.translations.tables import inert
from surveys.waves import fieldwork, inviting, registering
from surveys.waves.code_forms import RegisterForm, ReplaceForm
from surveys.waves.forms import CodesForm, RevokeForm
from surveys.waves.models import Klass, Wave
from surveys.waves.views.finding import address, site_noted, site_of, staff, wave_or_404
from surveys.waves.views.services import public_page_of
from surveys.waves.views.ways import takes_codes


@never_cache
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Make invitation codes and hand them over as a file: the only time that they can be read."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    form = CodesForm(wave, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = {"psu": 0, **form.cleaned_data}
        try:
            made = inviting.make_codes(wave, by=staff(request), **typed)
        except ValueError as refused:
            form.add_error(None, str(refused))
        else:
            return _code_file(request, wave, typed["stratum"], typed["psu"], made)
    return _codes_page(request, wave, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the codes of a registrar, all or none. GET leads to the form."""
    require(request.user, Deed.FIELD)
    if request.method == "GET":
        return redirect("waves:codes", pk=pk)
    wave = wave_or_404(request, pk)
    form = RegisterForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            document = registering.parsed(form.cleaned_data["hashes"])
            taken = registering.register(wave, document=document, by=staff(request))
        except inviting.InvitationError as refused:
            form.add_error("hashes", str(refused))
        else:
            said = _("%(issued)d codes and %(spares)d spares of the registrar are registered.")
            counts = {"issued": sum(one.issued for one in taken), "spares": sum(one.spares for one in taken)}
            messages.success(request, said % counts)
            return redirect("waves:codes", pk=pk)
    return _codes_page(request, wave, register_form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a lost code. GET leads to the form."""
    require(request.user, Deed.FIELD)
    if request.method == "GET":
        return redirect("waves:codes", pk=pk)
    wave = wave_or_404(request, pk)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            inviting.revoke(wave, code=form.cleaned_data["code"], by=staff(request))
        except ValueError as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("The code is withdrawn. You can hand out another one."))
            return redirect("waves:codes", pk=pk)
    return _codes_page(request, wave, revoke_form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a lost code and let a spare open in its place. GET leads to the form."""
    require(request.user, Deed.FIELD)
    if request.method == "GET":
        return redirect("waves:codes", pk=pk)
    wave = wave_or_404(request, pk)
    form = ReplaceForm(request.POST)
    if form.is_valid():
        try:
            inviting.replace(wave, by=staff(request), **form.cleaned_data)
        except ValueError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The lost code is withdrawn, and the spare opens the survey now."))
            return redirect("waves:codes", pk=pk)
    return _codes_page(request, wave, replace_form=form)


def _codes_page(request: HttpRequest, wave: Wave, **forms: Any) -> HttpResponse:
    context = {
        "wave": wave,
        "fieldwork": fieldwork.of(wave),
        "register": registering.register_of(wave, with_root=True),
        "takes_codes": takes_codes(wave),
        "is_about_events": wave.klass == Klass.SERVICE,
        "public_page": public_page_of(wave),
        "form": CodesForm(wave),
        "register_form": RegisterForm(),
        "revoke_form": RevokeForm(),
        "replace_form": ReplaceForm(),
        **site_noted(request),
        **forms,
    }
    bound = any(form.is_bound for form in forms.values())
    return render(request, "surveys/waves/codes.html", context, status=422 if bound else 200)


def _code_file(request: HttpRequest, wave: Wave, stratum: int, psu: int, made: list[str]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    place = f"{stratum}-{psu}" if psu else str(stratum)
    response["Content-Disposition"] = f'attachment; filename="codes-{wave.slug}-{place}.csv"'
    response.write("\ufeff")  # spreadsheets take UTF-8 for something else without it
    sheet = csv.writer(response)
    sheet.writerow(["stratum", "code", "address"])
    stratum_code = wave.strata.filter(number=stratum).values_list("code", flat=True).first() or ""
    for code in made:
        path = address("responses:invitation", code) or f"/i/{code}/"
        sheet.writerow([inert(stratum_code), inviting.grouped(code), site_of(request) + path])
    return response
