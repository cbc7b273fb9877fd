"""Doorways: how the code of an invitation gets from the address of a letter into the form, and out of the address.

Whoever follows the address of a letter is sent on to the survey with a ticket in the address and a cookie. Both are
the code, sealed so that nobody but this site reads it and nothing can be changed in it (AES-GCM, NIST SP 800-38D), for
one wave. The ticket is good for two minutes, long enough for a slow line, too short for a log to be worth reading;
the cookie outlives a reload. Where cookies are blocked the ticket alone does.
"""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from surveys.responses.sealing import seal, unseal
from surveys.waves import inviting

_TIME_BYTES = 5
_LONGEST = 200  # characters of a sealed code that are looked at


@dataclass(frozen=True, slots=True)
class Doorway:
    """A way for a code to come along, and for how many seconds it stays open."""

    name: str
    seconds: int


TICKET = Doorway("ticket", 120)
COOKIE = Doorway("cookie", 2 * 3600)


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"minping/doorway/v1\0" + secret_key.encode()).digest())


def sealed(code: str, wave_id: int, doorway: Doorway) -> str:
    """Return the normalised `code` sealed for one wave and one doorway, in characters fit for an address."""
    content = int(time.time()).to_bytes(_TIME_BYTES) + code.encode()
    hidden = seal(_cipher(settings.SECRET_KEY), content, _bound(wave_id, doorway))
    return urlsafe_b64encode(hidden).decode().rstrip("=")


def opened(written: str, wave_id: int, doorway: Doorway) -> str | None:
    """Return the code that `written` hides, or None for what is not ours, of another wave or doorway, or too old."""
    if not written or len(written) > _LONGEST or not written.isascii():
        return None
    try:
        raw = urlsafe_b64decode(written + "=" * (-len(written) % 4))
        content = unseal(_cipher(settings.SECRET_KEY), raw, _bound(wave_id, doorway))
    except (NotBase64, ValueError, InvalidTag):
        return None
    age = time.time() - int.from_bytes(content[:_TIME_BYTES])
    return inviting.normalised(content[_TIME_BYTES:].decode()) if age <= doorway.seconds else None


def _bound(wave_id: int, doorway: Doorway) -> bytes:
    """Return what the seal is bound to, so that it opens nothing else."""
    return f"{doorway.name}/{wave_id}".encode()
