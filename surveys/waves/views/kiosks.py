"""The kiosks of a wave: which devices there are, adding one, switching one off."""

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys.people.access import require
from surveys.people.forms import show
from surveys.people.roles import Deed
from surveys.waves import devices
from surveys.waves.kiosk_forms import KioskForm
from surveys.waves.models import Channel, Kiosk, Wave
from surveys.waves.views.finding import site_noted, site_of, staff, wave_or_404
from surveys.waves.views.ways import can_be_answered


@never_cache
@require_http_methods(["GET", "POST"])
def kiosks(request: HttpRequest, pk: int) -> HttpResponse:
    """List the devices of a wave; add one and show its address, the only time that anybody can read it."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    form = KioskForm(wave, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            kiosk, key = devices.add(wave, by=staff(request), **form.cleaned_data)
        except ValidationError as refused:
            show(form, refused)
        else:
            address = site_of(request) + reverse("responses:kiosk-key", args=[key])
            return _page(request, wave, form=KioskForm(wave), added=kiosk, address=address)
    return _page(request, wave, form=form)


@require_POST
def kiosk_off(request: HttpRequest, pk: int, kiosk: int) -> HttpResponse:
    """Switch a device off."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    found = wave.kiosks.filter(pk=kiosk).first()
    if found is None:
        raise Http404
    devices.switch_off(found, by=staff(request))
    messages.success(request, _("“%(name)s” is switched off.") % {"name": found.name})
    return redirect("waves:kiosks", pk=pk)


def _picture(address: str) -> SafeString:
    # Paths drawn by the library from the bits of the code: nothing of the words stands in it.
    return SafeString(segno.make(address, micro=False).svg_inline(scale=5, border=3, light="#fff"))


def _page(
    request: HttpRequest, wave: Wave, *, form: KioskForm, added: Kiosk | None = None, address: str = ""
) -> HttpResponse:
    context = {
        "wave": wave,
        "kiosks": wave.kiosks.select_related("service_point").order_by("-is_active", "name", "pk"),
        "form": form,
        "takes_kiosks": can_be_answered(wave) and Channel.KIOSK in wave.channels,
        "added": added,
        **site_noted(request),
        "address": address,
        "picture": _picture(address) if address else "",
    }
    return render(request, "surveys/waves/kiosks.html", context, status=422 if form.errors else 200)
