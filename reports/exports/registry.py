"""Every file beside a results page, in the order they are offered."""

from reports.exports.base import Export
from reports.exports.checksums import Checksums
from reports.exports.delimited import Dataset, Design, Moments, Residuals, Unflagged
from reports.exports.document import Method, Scorecard

FILES: tuple[Export, ...] = (
    Dataset(),
    Design(),
    Moments(),
    Residuals(),
    Unflagged(),
    Method(),
    Scorecard(),
)
REGISTRY: tuple[Export, ...] = (*FILES, Checksums(FILES))


def export_named(name: str) -> Export:
    """Return the format whose file is called `name`; raises `LookupError` naming the known ones."""
    for export in REGISTRY:
        if export.name == name:
            return export
    raise LookupError(f"There is no file {name!r}. Known: {', '.join(one.name for one in REGISTRY)}.")
