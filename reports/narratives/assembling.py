"""Put chapters together from what there is to say: nothing empty is set, and a chapter of nothing is no chapter."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from reports.narratives.blocks import Block, Bullets, Chapter, Paragraph, Picture, Table
from reports.scorecards.shapes import Shape

DASH = "–"


def said(*sentences: str, kind: str = "") -> Paragraph | None:
    """Put sentences side by side, as the language does; None where there is none."""
    words = joined(*sentences)
    return Paragraph(words, kind) if words else None


def listed(lines: Iterable[str], *, caption: str = "") -> Bullets | None:
    """List sentences, a long list under a caption; None where there is none."""
    found = tuple(line for line in lines if line)
    return Bullets(found, caption) if found else None


def pictured(shape: Shape | None) -> Picture | None:
    """Set a picture, where there is one."""
    return Picture(shape) if shape is not None else None


def tabled(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()
) -> Table | None:
    """Set a table without the columns that say nothing in any row; None where no row is left.

    A cell says nothing when it is empty or a dash. The first column names the rows and always stays.
    """
    lines = [tuple(str(cell) for cell in row) for row in rows]
    if not lines:
        return None
    kept = [0] + [n for n in range(1, len(heads)) if any(line[n] not in ("", DASH) for line in lines)]
    return Table(
        caption=caption,
        heads=tuple(str(heads[n]) for n in kept),
        rows=tuple(tuple(line[n] or DASH for n in kept) for line in lines),
        numeric=tuple(place for place, n in enumerate(kept) if n in numeric),
    )


def chapter(code: str, title: str, *blocks: Block | None) -> Chapter | None:
    """Make a chapter of the blocks that there are; None where there are none."""
    found = tuple(block for block in blocks if block is not None)
    return Chapter(code, title, found) if found else None


def joined(*sentences: str) -> str:
    """Put sentences side by side, as the language does."""
    words = ""
    for sentence in sentences:
        if sentence:
            words = _("%(first)s %(second)s") % {"first": words, "second": sentence} if words else sentence
    return words


def named(names: Iterable[str]) -> str:
    """Put names side by side."""
    return _(", ").join(names)
