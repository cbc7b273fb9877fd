"""What a report is made of before it is set: chapters of sentences, tables, lists and pictures, in one language.

The page, the PDF and the workbook set the same blocks, so they say the same with the same digits.
"""

from dataclasses import dataclass

from reports.scorecards.shapes import Shape


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `lead` is the one that matters, `warning` what must not be overlooked."""

    words: str
    kind: str = ""  # "", "lead" or "warning"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences; where it has a caption, that says what they are, and a page may fold them under it."""

    lines: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first cell of a row names it, `numeric` says which columns are numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart; whoever sets it puts its table beside it."""

    shape: Shape


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """One part of a report, under a heading; `code` is its anchor."""

    code: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report in one language."""

    language: str  # zh-hans or en
    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
