"""Fingerprints of the other files, in the form that `sha256sum -c` reads."""

import hashlib
from collections.abc import Iterator, Sequence

from reports.exports.base import Bundle, Export


class Checksums(Export):
    """One line a file: its SHA-256 and its name."""

    name = "SHA256SUMS"
    media_type = "text/plain; charset=utf-8"

    def __init__(self, others: Sequence[Export]) -> None:
        """Stand for the files `others`."""
        self.others = others

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield a line a file; each is made once to be hashed."""
        for export in self.others:
            digest = hashlib.sha256()
            for chunk in export.chunks(bundle):
                digest.update(chunk)
            yield f"{digest.hexdigest()}  {export.name}\n".encode()
