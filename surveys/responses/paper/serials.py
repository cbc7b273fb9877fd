"""Serial codes: every paper form carries one, and what is made of it holds the form together.

A copy for anybody has a serial of ours: 100 random bits and a check of 30 bits that only we can make, written like
an invitation code, so that a slip of the pen or a number that nobody printed is refused. A copy for an invited person
carries the invitation code, which others know beside the name of the person: whoever made, printed or sent it. So all
that follows from a serial follows from the site's secret too (HKDF, RFC 5869), and the other way round: what waits for
the second person (sealed with AES-GCM, NIST SP 800-38D) is neither found nor opened with the codes and the database,
nor with the database and the secret. Nothing that is stored follows from an invited person's code at all, but the
chance of the form; what follows from the serial of a blank copy, its token, makes it stored once.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from surveys.questionnaires.logic.seeds import Seed
from surveys.responses.form_tokens import FormToken
from surveys.responses.sealing import seal, unseal
from surveys.waves.inviting import ALPHABET, LENGTH

CHECK_LENGTH = 6

_TOKEN_BYTES = 16
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


def seed_of(serial: str, wave_slug: str) -> Seed:
    """Return the chance of the form on paper: the same when it is printed and when it is typed in."""
    return Seed(_derived(serial, wave_slug, "chance", 16))


def token_of(serial: str, wave_slug: str) -> FormToken:
    """Return the token of a blank copy. It is as old as can be: nobody knows how long somebody took."""
    return FormToken(secret=_derived(serial, wave_slug, "token", _TOKEN_BYTES), issued=0, written="")


def new_token() -> FormToken:
    """Return a token for an invited person's copy, as old as can be: that it was stored, the spent code tells."""
    return FormToken(secret=os.urandom(_TOKEN_BYTES), issued=0, written="")


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
    told = f"minping/paper/v2\0{purpose}".encode()
    known = f"{serial}\0{settings.SECRET_KEY}".encode()
    return HKDF(SHA256(), length, salt=wave_slug.encode(), info=told).derive(known)


def _check(chosen: str, wave_id: int) -> str:
    told = f"minping/serial/v1\0{wave_id}\0{chosen}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return "".join(ALPHABET[byte & 31] for byte in digest[:CHECK_LENGTH])
