"""Set a report on paper: tagged PDF (PDF/UA-1) by typst, in Chinese or English.

The blocks of the report go to the printer as one JSON document: its words and digits are never read as a program. The
same report gives the same bytes: no moment of printing is in the file.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from reports.narratives.blocks import Block, Bullets, Paragraph, Picture, Report, Table
from reports.scorecards.shapes import Dots, Funnel, Matters, Places, Shape, Shares, Trend
from surveys import typesetting
from surveys.languages import readable

HERE = Path(__file__).parent
KINDS: dict[type[Shape], str] = {
    Dots: "dots",
    Shares: "shares",
    Trend: "trend",
    Funnel: "funnel",
    Matters: "matters",
    Places: "places",
}
MOST_LINES = 40  # departments beside the one that a report is about
MISSING = "〓"  # what printers set for a sign they lack
NUMERIC = re.compile(r"[-−+]?[0-9][0-9.,]*%?(\s?[–-]\s?[0-9.,]+%?)?|[–—-]?")


def pdf(report: Report, *, about: str, content_hash: str) -> bytes:
    """Return the PDF of a report; `about` says beneath its title which wave it is of.

    A sign that no font has is printed as 〓, and stays as it is in the words for whoever does not see a picture.
    Raises `typesetting.NotPrintable` where something else cannot be shown, such as signs that belong together.
    """
    with translation.override(report.language):
        document = {
            "language": report.language,
            "title": report.title,
            "subtitle": report.subtitle,
            "hash": f"sha256 {content_hash}",
            "words": {
                "publisher": _("Minping: residents judge public work"),
                "about": about,
                "footer": _(
                    "Every figure follows from dataset.csv by method.json, published beside this report. "
                    "Licence: CC BY 4.0."
                ),
            },
            "chapters": [
                {"title": chapter.title, "blocks": [_block(one) for one in chapter.blocks]}
                for chapter in report.chapters
            ],
        }
    try:
        return _set(document, report.language)
    except typesetting.NotPrintable:
        missing = typesetting.without_font(_words(document))
        return _set(_with_marks(document, dict.fromkeys(map(ord, missing), MISSING)), report.language)


def _set(document: dict[str, Any], language: str) -> bytes:
    return typesetting.pdf(
        typesetting.base(language) + _source("report.typ").decode(),
        inputs={"report": json.dumps(document, ensure_ascii=False)},
        files={"charts.typ": _source("charts.typ")},
    )


def _words(value: Any) -> str:
    """Return all words of a document, one after the other."""
    match value:
        case str():
            return value
        case dict():
            return "".join(map(_words, value.values()))
        case list() | tuple():
            return "".join(map(_words, value))
    return ""


def _with_marks(value: Any, marks: dict[int, str]) -> Any:
    """Return a document with marks for what cannot be printed; what is only heard stays, but for what is no sign."""
    match value:
        case str():
            return value.translate(marks)
        case dict():
            return {
                key: readable(one) if key == "alt" else _with_marks(one, marks) for key, one in value.items()
            }
        case list() | tuple():
            return [_with_marks(one, marks) for one in value]
    return value


def shortened(report: Report) -> Report:
    """Say of the pictures of very many departments what they show; the wave's own report has them whole.

    Two hundred departments would otherwise print two hundred lines each, and the release would wait for them.
    """
    return replace(
        report,
        chapters=tuple(
            replace(chapter, blocks=tuple(map(_short, chapter.blocks))) for chapter in report.chapters
        ),
    )


def _short(one: Block) -> Block:
    match one:
        case Picture(Funnel() | Places() as shape) if len(shape.rows) > MOST_LINES:
            return Paragraph(shape.sentence)
    return one


@cache
def _source(name: str) -> bytes:
    return (HERE / name).read_bytes()


def _block(one: Block) -> dict[str, Any]:
    match one:
        case Paragraph():
            return {"block": "paragraph", **asdict(one)}
        case Bullets():
            return {"block": "bullets", **asdict(one)}
        case Table():
            return {"block": "table", **asdict(one), "numeric": sorted({*one.numeric, *_numeric(one.rows)})}
        case Picture(shape):
            return {
                "block": "picture",
                "alt": shape.sentence,
                "shape": {"kind": KINDS[type(shape)], **asdict(shape)},
                "heads": shape.heads,
                "rows": shape.rows,
                "numeric": _numeric(shape.rows),
            }


def _numeric(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns whose every cell is a number or nothing; the first names its line."""
    columns = list(zip(*rows, strict=False))
    return [place for place, cells in enumerate(columns) if place and all(map(NUMERIC.fullmatch, cells))]
