"""The token in every rendered form: it makes sending a form twice the same as sending it once.

A token is 128 random bits and the time of issue, signed together with the wave. Whoever sends it proves that a form
of ours was rendered for this wave, which is all the protection against forged requests that is needed where no
cookie gives a stranger's page any power. Only a hash of the random bits is ever stored.
"""

import hashlib
import hmac
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from surveys.questionnaires.logic.seeds import Seed

LIFETIME_DAYS = 4  # a device may be away from any line for three
LIFETIME_SECONDS = LIFETIME_DAYS * 24 * 3600
LONGEST_SPENT = 24 * 3600  # seconds that a form taken up again is at most said to have taken so far

_SECRET_BYTES = 16
_TIME_BYTES = 4
_MAC_BYTES = 16
_LENGTH = 48  # of the written form: 36 bytes in base 64


class BadFormToken(ValueError):
    """A token that we did not issue for this wave."""


@dataclass(frozen=True, slots=True)
class FormToken:
    """A genuine token: its random bits and when it was issued, in seconds since 1970."""

    secret: bytes
    issued: int
    written: str  # as the form carries it

    @property
    def hash(self) -> bytes:
        """The hash by which the form is remembered."""
        return hashlib.sha256(b"minping/form/v1\0" + self.secret).digest()

    @property
    def seed(self) -> Seed:
        """The chance of the form: the same whenever it is shown, and known to nobody without the token."""
        return Seed(self.secret)

    @property
    def age(self) -> float:
        """Seconds since it was issued, by this machine's clock, which also issued it."""
        return max(0.0, time.time() - self.issued)

    @property
    def has_expired(self) -> bool:
        """Whether a form with it has to be rendered anew; what was typed into it is kept."""
        return self.age > LIFETIME_SECONDS


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return hashlib.sha256(b"minping/form-token/v1\0" + secret_key.encode()).digest()


def _signature(wave_id: int, content: bytes) -> bytes:
    # Keyed BLAKE2 (RFC 7693) is a MAC by itself, and four times as fast as HMAC.
    keyed = hashlib.blake2b(
        content, digest_size=_MAC_BYTES, key=_key(settings.SECRET_KEY), salt=b"%016d" % wave_id
    )
    return keyed.digest()


def issue(wave_id: int) -> FormToken:
    """Return a new token for a form of the wave."""
    content = os.urandom(_SECRET_BYTES) + int(time.time()).to_bytes(_TIME_BYTES)
    written = urlsafe_b64encode(content + _signature(wave_id, content)).decode()
    return _token(content, written)


def renew(token: FormToken, wave_id: int, *, spent: float) -> FormToken:
    """Return a token with the same secret, good for longer, for a form that is taken up again.

    Sending with both is sending once. It looks `spent` seconds old: so long the person has been at it already.
    """
    begun = int(time.time() - min(spent, LONGEST_SPENT))
    content = token.secret + begun.to_bytes(_TIME_BYTES)
    return _token(content, urlsafe_b64encode(content + _signature(wave_id, content)).decode())


def read(written: str, wave_id: int) -> FormToken:
    """Return the token that `written` is, or raise `BadFormToken`; it may have expired."""
    if len(written) != _LENGTH or not written.isascii():
        raise BadFormToken("a form token has 48 characters")
    try:
        raw = urlsafe_b64decode(written)
    except NotBase64 as error:
        raise BadFormToken("not base 64") from error
    content, signature = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    # Only one spelling of a token counts, or one form could be sent twice.
    if urlsafe_b64encode(raw).decode() != written or not hmac.compare_digest(
        signature, _signature(wave_id, content)
    ):
        raise BadFormToken("not signed by us for this wave")
    return _token(content, written)


def _token(content: bytes, written: str) -> FormToken:
    return FormToken(
        secret=content[:_SECRET_BYTES], issued=int.from_bytes(content[_SECRET_BYTES:]), written=written
    )
