"""Kiosks: devices at counters on which anybody may answer, known here only by the hashes of their keys.

A key is 130 random bits, written like an invitation code. It is shown once, when the device is added, and never
stored. A device that is switched off is refused from that moment on; the answers that it gave stay.
"""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.people.models import ServicePoint, User
from surveys.waves import inviting
from surveys.waves.models import Channel, Kiosk, Wave

MOST_OF_A_WAVE = 2_000

_TAG = b"minping/kiosk/v1\0"


def key_hash(key: str) -> bytes:
    """Return the hash by which the device with `key` is known; `key` is normalised."""
    return hashlib.sha256(_TAG + key.encode()).digest()


@transaction.atomic
def add(wave: Wave, *, name: str, service_point: ServicePoint | None, by: User) -> tuple[Kiosk, str]:
    """Add a device for `wave` and return it with its key: the only time that anybody can read it.

    Raises `ValidationError` for a wave that is over or did not declare the channel, a service point of no department
    of the wave, a name that is taken, and more than 2,000 devices.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status not in (Wave.Status.PLANNED, Wave.Status.OPEN):
        raise ValidationError(_("This wave is closed: no device can answer for it any more."))
    if Channel.KIOSK not in wave.channels:
        raise ValidationError(
            _(
                "This wave did not declare kiosks among its channels. Only while it is planned can one be added."
            )
        )
    if service_point and not points_of(wave).filter(pk=service_point.pk).exists():
        raise ValidationError({"service_point": _("None of this wave’s departments has this service point.")})
    devices = Kiosk.objects.filter(wave=wave)
    if devices.filter(name=name, is_active=True).exists():
        raise ValidationError({"name": _("A device of this wave has this name already.")})
    if devices.count() >= MOST_OF_A_WAVE:
        raise ValidationError(_("A wave has at most %(most)d devices.") % {"most": MOST_OF_A_WAVE})
    key = inviting.new_code()
    kiosk = Kiosk.objects.create(wave=wave, service_point=service_point, name=name, digest=key_hash(key))
    audit.record(
        wave, verb="add kiosk", by=by, kiosk=kiosk.pk, point=service_point.code if service_point else ""
    )
    return kiosk, key


@transaction.atomic
def switch_off(kiosk: Kiosk, *, by: User) -> bool:
    """Refuse the device from now on; say whether it was on."""
    was_on = Kiosk.objects.filter(pk=kiosk.pk, is_active=True).update(is_active=False) == 1
    if was_on:
        audit.record(kiosk.wave, verb="switch off kiosk", by=by, kiosk=kiosk.pk)
    return was_on


def find(key: str) -> Kiosk | None:
    """Return the device that `key` belongs to, on or off; None when there is none."""
    plain = inviting.normalised(key)
    if plain is None:
        return None
    return (
        Kiosk.objects.select_related("wave", "service_point__department")
        .filter(digest=key_hash(plain))
        .first()
    )


def known(pk: int) -> Kiosk | None:
    """Return the device with this id, on or off; None when there is none."""
    return Kiosk.objects.select_related("wave", "service_point__department").filter(pk=pk).first()


def points_of(wave: Wave) -> QuerySet[ServicePoint]:
    """Return the service points in use of the departments that `wave` asks about."""
    return ServicePoint.objects.filter(department__coverage__wave=wave, is_active=True)
