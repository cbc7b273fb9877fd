"""Serial codes: every paper form carries one, and what is made of it holds the form together.

A copy for anybody has a serial of ours: 100 random bits and a check of 30 bits that only we can make, written like
an invitation code, so that a slip of the pen or a number that nobody printed is refused. A copy for an invited person
carries the invitation code. What waits for the second person is sealed with a key made of the serial alone (HKDF,
RFC 5869; AES-GCM, NIST SP 800-38D): without the paper neither the database nor the site's secret opens it. The
form's token follows from the serial too, so that a paper is stored once, whoever types it in and however often.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from surveys.responses.form_tokens import FormToken
from surveys.responses.sealing import seal, unseal
from surveys.waves.inviting import ALPHABET, LENGTH

CHECK_LENGTH = 6

_BLOCK_BYTES = 4096  # what is sealed is filled up to a multiple, so that its length tells little


class Unreadable(ValueError):
    """Something sealed that this serial does not open."""


def new_serial(wave_id: int) -> str:
    """Return a new serial for a copy that anybody may fill in."""
    chosen = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - CHECK_LENGTH))
    return chosen + _check(chosen, wave_id)


def is_ours(serial: str, wave_id: int) -> bool:
    """Say whether `serial`, normalised, was printed here for the wave."""
    chosen, check = serial[:-CHECK_LENGTH], serial[-CHECK_LENGTH:]
    return hmac.compare_digest(check, _check(chosen, wave_id))


def hash_of(serial: str, wave_slug: str) -> bytes:
    """Return the hash by which a paper is known while it waits; it is not that of the invitation."""
    return _derived(serial, wave_slug, "entry", 32)


def token_of(serial: str, wave_slug: str) -> FormToken:
    """Return the token of the form on paper. It is as old as can be: nobody knows how long somebody took."""
    return FormToken(secret=_derived(serial, wave_slug, "token", 16), issued=0, written="")


def sealed(reading: Mapping[str, Any], serial: str, wave_slug: str) -> bytes:
    """Return `reading`, JSON values, readable by whoever has the paper."""
    written = json.dumps(reading, ensure_ascii=False).encode()
    filled = written.ljust(-(-len(written) // _BLOCK_BYTES) * _BLOCK_BYTES)
    return seal(AESGCM(_derived(serial, wave_slug, "key", 32)), filled, wave_slug.encode())


def opened(content: bytes, serial: str, wave_slug: str) -> dict[str, Any]:
    """Return what `sealed` hid, or raise `Unreadable`."""
    key = AESGCM(_derived(serial, wave_slug, "key", 32))
    try:
        written = unseal(key, content, wave_slug.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable("sealed with another serial, or damaged") from error
    reading: dict[str, Any] = json.loads(written)
    return reading


def _derived(serial: str, wave_slug: str, purpose: str, length: int) -> bytes:
    told = f"minping/paper/v1\0{purpose}".encode()
    return HKDF(SHA256(), length, salt=wave_slug.encode(), info=told).derive(serial.encode())


def _check(chosen: str, wave_id: int) -> str:
    told = f"minping/serial/v1\0{wave_id}\0{chosen}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return "".join(ALPHABET[byte & 31] for byte in digest[:CHECK_LENGTH])
