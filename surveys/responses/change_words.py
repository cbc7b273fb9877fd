"""Change words: what lets nobody but its author replace a rating.

A receipt may be shown to a clerk who asks for it, so it must not be enough to change a rating. Beside each receipt the
resident gets a word of eight characters that follows from the receipt and the site's secret: forty bits, stored
nowhere. It says nothing of what was answered.
"""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

from surveys.waves import inviting

LETTERS = 8


def word_of(receipt: bytes) -> str:
    """Return the word for the rating with this receipt, as people read it: `7F3K-QM2P`."""
    made = hashlib.blake2b(receipt, digest_size=5, key=_key(settings.SECRET_KEY)).digest()
    letters = inviting.spelt(int.from_bytes(made), LETTERS)
    return f"{letters[:4]}-{letters[4:]}"


def fits(typed: str, receipt: bytes) -> bool:
    """Say whether `typed` is the word for the rating with this receipt.

    Lower case, full-width letters, blanks, any hyphens, and O, I or L for 0 and 1 are forgiven.
    """
    letters = inviting.plain(typed[:200])
    return hmac.compare_digest(letters.encode(), word_of(receipt).replace("-", "").encode())


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return hashlib.sha256(b"minping/change/v1\0" + secret_key.encode()).digest()
