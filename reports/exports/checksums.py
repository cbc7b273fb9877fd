"""Fingerprints of the other files, in the form that `sha256sum -c` reads."""

from collections.abc import Iterator, Sequence

from reports.exports.base import Bundle, Export, Fingerprint, NotMade


def fingerprints(files: Sequence[Export], bundle: Bundle) -> Iterator[tuple[Export, Fingerprint]]:
    """Yield each file that there is with its fingerprint; papers that could not be made are left out."""
    for export in files:
        try:
            yield export, export.fingerprint(bundle)
        except NotMade:
            continue


class Checksums(Export):
    """One line a file: its SHA-256 and its name."""

    name = "SHA256SUMS"
    media_type = "text/plain; charset=utf-8"

    def __init__(self, others: Sequence[Export], *, is_kept: bool = False) -> None:
        """Stand for the files `others`."""
        self.others = others
        self.is_kept = is_kept

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield a line a file; each is made once to be hashed."""
        for export, found in fingerprints(self.others, bundle):
            yield f"{found.sha256}  {export.name}\n".encode()
