"""Sealing: authenticated encryption (AES-GCM, NIST SP 800-38D) with a fresh nonce before what is sealed.

Whose key it is and what a seal is bound to is the business of those who call.
"""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def seal(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    """Return `content` sealed, to be opened with the same cipher and for the same `bound` alone."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, bound)


def unseal(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    """Return what `seal` hid; raises `InvalidTag`, or `ValueError` for what is too short to be sealed."""
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
