"""Proofs of work: the further step that an open form is asked for when it looks sent by a machine.

The task belongs to the form's token, which we signed for one wave and which is good for one submission: a number of
seven digits such that the SHA-256 hash of token and number begins with so many zero bits. Token and number have fixed
lengths, so that no part of one can pass for a part of the other, and fit into one block of the hash, so that a phone
finds the number in a second or two. A solution of one form solves no other, and that of a form sent before earns
nothing: the form gets the receipts that it got before.
"""

import hashlib
import re

from surveys.responses.form_tokens import FormToken

BITS = 16  # 65,536 attempts on average
SKIP = "skip"  # what is sent in the place of a proof by who cannot or does not want to

_NUMBER = re.compile(r"[0-9]{7}", re.ASCII)


def is_proof(token: FormToken, work: str) -> bool:
    """Say whether `work` is a number that solves the task of the form."""
    if not _NUMBER.fullmatch(work):
        return False
    digest = hashlib.sha256((token.written + work).encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0


def solve(token: str) -> str:
    """Return the first number that solves the task of the form with this token, as a program would find it."""
    begun = hashlib.sha256(token.encode())
    for number in range(10**7):
        attempt = begun.copy()
        attempt.update(b"%07d" % number)
        if int.from_bytes(attempt.digest()[:4]) >> (32 - BITS) == 0:
            return f"{number:07}"
    raise ValueError("no number of seven digits solves this task")  # once in e^152 tokens
