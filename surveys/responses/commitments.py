r"""Commitments: what is fixed of a record for ever, without telling it.

    record      = {"v": 1, "survey": slug, "def": hash of the edition, "class": …, "lang": …, "dept": code or "general",
                   "answers": {question: answer or null}, "text": {question: hex of its text commitment}}
    text commitment = SHA256("minping/text/v1\0" ‖ its salt ‖ NFC text in UTF-8)
    commitment      = SHA256("minping/rating/v1\0" ‖ salt ‖ SHA256(canonical JSON of record))

Canonical JSON is RFC 8785; hashed data hold no floats. The salts are random and stored with the record, so that
an auditor can open a commitment and nobody else can guess what is in it. A text has its own salt: when the text is
deleted, its commitment takes the salt's place, and the record's commitment still opens.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from surveys.questionnaires.codebook import Part
from surveys.waves.models import Klass

SALT_BYTES = 32

# RFC 8785 asks for keys in the order of UTF-16 units; ours are ASCII, where all orders agree. For strings, integers,
# true, false and null, Python's own encoder then writes the same bytes as the package `rfc8785`, six times as fast.
_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode

TextSalts = Mapping[str, str]


def new_salt() -> bytes:
    """Return a salt that nobody can guess."""
    return os.urandom(SALT_BYTES)


def text_salts_of(extras: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return a fresh salt, in hex, for every text among `extras`, or None when there is none.

    Whatever is a string counts as a text: numbers with decimals, too, gain a salt and lose nothing.
    """
    salts = {
        question: new_salt().hex() for question, answer in (extras or {}).items() if isinstance(answer, str)
    }
    return salts or None


def text_commitment(text: str, salt: bytes) -> bytes:
    """Return the commitment to one text."""
    return hashlib.sha256(b"minping/text/v1\0" + salt + text.encode()).digest()


def record_of(
    part: Part,
    *,
    survey: str,
    definition: str,
    klass: int,
    language: str,
    codes: bytes,
    extras: Mapping[str, Any] | None,
    text_salts: TextSalts | None,
) -> dict[str, Any]:
    """Return the record that is committed to, built from what is stored of it."""
    given = part.unpack(codes, extras)
    texts: dict[str, str] = {}
    for question, salt in (text_salts or {}).items():
        text = given.pop(question, None)
        # Of a deleted text the commitment itself is kept in the place of its salt.
        texts[question] = salt if text is None else text_commitment(text, bytes.fromhex(salt)).hex()
    return {
        "v": 1,
        "survey": survey,
        "def": definition,
        "class": Klass(klass).name.lower(),
        "lang": language,
        "dept": part.department,
        "answers": {key: given.get(key) for key in part.keys if key not in texts} | given,
        "text": texts,
    }


def commitment_of(record: Mapping[str, Any], salt: bytes) -> bytes:
    """Return the commitment to `record`."""
    content = hashlib.sha256(_canonical(record).encode()).digest()
    return hashlib.sha256(b"minping/rating/v1\0" + salt + content).digest()
