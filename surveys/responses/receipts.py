"""Receipts: what a resident takes home to see that a rating is in the count.

A receipt is the first 80 bits of the record's commitment, printed as sixteen characters of Crockford's base 32 in
groups of four, and a check character. It holds no answer and no department, so that nobody can be made to show
how they rated. The receipts of a form are remembered sealed with the form's own secret.
"""

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from surveys.waves import inviting
from surveys.waves.inviting import ALPHABET

RECEIPT_BYTES = 10
LETTERS = 16

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}


class UnreadableReceipt(ValueError):
    """Something typed that is no receipt; the message says how to type one."""


def receipt_of(commitment: bytes) -> bytes:
    """Return the receipt of the record with this commitment."""
    return commitment[:RECEIPT_BYTES]


def printed(receipt: bytes) -> str:
    """Return `receipt` as people read it: `7F3K-QM2P-X8RD-0T5V-C`."""
    bits = int.from_bytes(receipt)
    letters = inviting.spelt(bits, LETTERS)
    groups = [letters[start : start + 4] for start in range(0, LETTERS, 4)]
    return "-".join([*groups, _check_character(letters)])


def read(text: str) -> bytes:
    """Return the receipt that `text` stands for, or raise `UnreadableReceipt`.

    Lower case, full-width letters, blanks, any hyphens, and O, I or L for 0 and 1 are forgiven.
    """
    letters = inviting.plain(text[:200])
    if len(letters) != LETTERS + 1 or not set(letters) <= _VALUES.keys():
        raise UnreadableReceipt(
            _(
                "A receipt has 17 letters and digits, such as 7F3K-QM2P-X8RD-0T5V-C. Please compare it with yours."
            )
        )
    if _check_character(letters[:LETTERS]) != letters[LETTERS]:
        raise UnreadableReceipt(
            _(
                "One of the characters is not right: the last one does not fit the others. Please compare them."
            )
        )
    bits = 0
    for sign in letters[:LETTERS]:
        bits = bits << 5 | _VALUES[sign]
    return bits.to_bytes(RECEIPT_BYTES)


def _check_character(letters: str) -> str:
    """Return the check character: a weighted sum modulo 31, a prime.

    It tells every mistyped or swapped character apart, but for 0 and Z (values 0 and 31) in each other's place.
    """
    return ALPHABET[sum(weight * _VALUES[sign] for weight, sign in enumerate(letters, 1)) % 31]


def seal(receipts: Iterable[bytes], secret: bytes) -> bytes:
    """Return `receipts` unreadable to whoever does not hold the form's `secret`; the same call opens them again."""
    content = b"".join(receipts)
    # A secret belongs to one form and is random, so a key stream made of it alone is never used twice.
    stream = hashlib.shake_256(b"minping/seal/v1\0" + secret).digest(len(content))
    return bytes(a ^ b for a, b in zip(content, stream, strict=True))


def unseal(sealed: bytes, secret: bytes) -> list[bytes]:
    """Return the receipts that `seal` hid."""
    content = seal([sealed], secret)
    return [content[start : start + RECEIPT_BYTES] for start in range(0, len(content), RECEIPT_BYTES)]
