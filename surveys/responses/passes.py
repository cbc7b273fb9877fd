"""Passes: how a form knows that it stands on a kiosk, or is filled in with an interviewer.

Anybody may say of a form that its address came from a poster or a message. That it stands on a device of ours or
that a member of staff helped is only believed with a pass: what they are, sealed (AES-GCM, NIST SP 800-38D) for one
wave. It names the device or the member of staff, for nobody to read but us, so that one which is switched off or has
left is believed no longer.
"""

from __future__ import annotations

import hashlib
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from surveys.people.models import User
from surveys.people.roles import MAY, Deed
from surveys.responses import form_tokens
from surveys.responses.sealing import seal, unseal
from surveys.waves.models import Channel, Kiosk

LIFETIME_SECONDS = form_tokens.LIFETIME_SECONDS  # as long as a form
DEEDS: Mapping[Channel, Deed] = {Channel.ASSISTED: Deed.ASSIST, Channel.PAPER: Deed.ENTER_PAPER}

_LONGEST = 400  # characters that are looked at


class BadPass(ValueError):
    """A pass that is not ours, not for this wave, or too old."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What is believed of a form: its channel, the id of its service point (0: none), and who helped (a hash).

    `holder` is the id of the kiosk or of the user who got it.
    """

    channel: Channel
    point: int = 0
    helper: str = ""
    holder: int = 0


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"minping/pass/v1\0" + secret_key.encode()).digest())


def issue(wave_id: int, stated: Pass) -> str:
    """Return `stated` as a form of the wave carries it."""
    content = json.dumps([int(time.time()), *astuple(stated)]).encode()
    return _spelt(seal(_cipher(settings.SECRET_KEY), content, b"%d" % wave_id))


def read(written: str, wave_id: int) -> Pass:
    """Return the pass that `written` is, or raise `BadPass`. Whether it still holds is another question."""
    if len(written) > _LONGEST or not written.isascii():
        raise BadPass("no pass looks like this")
    try:
        raw = urlsafe_b64decode(written + "=" * (-len(written) % 4))
        if _spelt(raw) != written:
            raise BadPass("another spelling of a pass")
        content = unseal(_cipher(settings.SECRET_KEY), raw, b"%d" % wave_id)
    except (NotBase64, InvalidTag, ValueError) as error:
        raise BadPass("not sealed by us for this wave") from error
    issued, channel, point, helper, holder = json.loads(content)
    if time.time() - issued > LIFETIME_SECONDS:
        raise BadPass("too old")
    return Pass(Channel(channel), point, helper, holder)


def holds(wave_id: int, *, channel: Channel, holder: int) -> bool:
    """Ask the database whether the device is still on, or the user may still help. One query."""
    if channel == Channel.KIOSK:
        return Kiosk.objects.filter(pk=holder, wave_id=wave_id, is_active=True).exists()
    if channel not in DEEDS:
        return False
    return User.objects.filter(pk=holder, is_active=True, role__in=MAY[DEEDS[channel]]).exists()


def _spelt(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
