"""Reports and the method as pages: blocks made ready for their templates, with every picture drawn beside its table.

A page is read on a phone: what was found comes first, then what it can say, then how it was done; long tables and
lists of rules are folded under words that say what is in them. On wide screens and in print they stand open by style.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language, ngettext

from reports.analyses.models import Analysis
from reports.evaluations.digits import rounded
from reports.evaluations.models import Progress
from reports.narratives import example, limits, rules
from reports.narratives.blocks import Block, Bullets, Chapter, Paragraph, Picture, Table
from reports.narratives.method import scores
from reports.narratives.telling import wave_report
from reports.scorecards import access
from reports.scorecards.charts import svg
from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication

LANGUAGES = ("zh-hans", "en")
FITTING = 4  # columns of figures that fit a phone
LONG = 5  # rows of a table that is folded on a phone
# Told last, in the order of the report.
HOW_IT_WAS_DONE = frozenset({"fieldwork", "response", "weighting", "method", "files"})


def report(publication: Publication) -> dict[str, Any]:
    """Make the page of a wave's report in the language of the page."""
    told = wave_report(publication, language=_language())
    return {
        "wave": WaveContent.of(publication.content),
        "numbers": access.numbers_of(publication.wave_id),
        "report": told,
        "chapters": [
            {"code": one.code, "title": one.title, "blocks": list(_blocks(one))}
            for one in sorted(told.chapters, key=lambda one: one.code in HOW_IT_WAS_DONE)
        ],
    }


def method() -> dict[str, Any]:
    """Make the page of the method."""
    answers, grades = example.answers(), scores()
    return {
        "answers": ready(answers) if answers else None,
        "grades": ready(grades) if grades else None,
        "shares_picture": svg.drawn(example.grades()),
        "score_picture": svg.drawn(example.score()),
        "graded": example.GRADED,
        "weight": example.WEIGHT_IN_ALL,
        "points": example.POINTS_IN_ALL,
        "score": rounded(example.SCORE),
        "low": rounded(example.SCORE_LOW),
        "high": rounded(example.SCORE_HIGH),
        "rate": rounded(example.RATE, times=100),
        "rate_low": rounded(example.RATE_LOW, times=100),
        "rate_high": rounded(example.RATE_HIGH, times=100),
        "limits": [*limits.general(), *limits.judged(), *limits.chosen()],
        "rules": list(rules.rules()),
    }


def is_analysed(publication: Publication) -> bool:
    """Say whether the analysis beside a publication is done."""
    return Analysis.objects.filter(evaluation=publication.evaluation_id, progress=Progress.DONE).exists()


def ready(block: Block, *, folds: bool = False) -> dict[str, Any]:
    """Make a block ready for `_block.html`, which sets each kind in its own way; `folds` what is long on a phone."""
    match block:
        case Paragraph():
            return {"kind": "paragraph", "words": block.words, "weight": block.kind}
        case Bullets():
            return {
                "kind": "bullets",
                "caption": block.caption,
                "fold": _sentences(block) if folds and block.caption else "",
                "lines": block.lines,
            }
        case Picture():
            return {"kind": "picture", "drawing": svg.drawn(block.shape)}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "fold": _rows(block) if folds and len(block.rows) >= LONG else "",
                "fashion": _fashion(block),
                "is_wide": len(block.heads) > FITTING,
                "heads": [(head, n in block.numeric) for n, head in enumerate(block.heads)],
                "rows": [
                    {
                        "name": row[0],
                        "cells": [
                            {"label": block.heads[n], "text": text, "is_number": n in block.numeric}
                            for n, text in enumerate(row[1:], start=1)
                        ],
                    }
                    for row in block.rows
                ],
            }


def _blocks(chapter: Chapter) -> Iterator[dict[str, Any]]:
    """Yield the blocks of a chapter; a picture repeats neither a sentence said before nor the table that follows."""
    said = ""
    for block, following in zip_longest(chapter.blocks, chapter.blocks[1:]):
        if isinstance(block, Paragraph):
            said += block.words
        if isinstance(block, Picture):
            drawing = svg.drawn(
                block.shape,
                with_table=not _holds(following, block.shape.rows),
                with_sentence=block.shape.sentence not in said,
            )
            yield {"kind": "picture", "drawing": drawing}
        else:
            yield ready(block, folds=True)


def _holds(block: Block | None, rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a block is a table that holds all these rows, in their order and with what else it tells."""
    if not isinstance(block, Table) or len(block.rows) != len(rows):
        return False
    return all(set(row) <= set(line) for row, line in zip(rows, block.rows, strict=True))


def _sentences(bullets: Bullets) -> str:
    count = len(bullets.lines)
    return ngettext("%(count)s sentence", "%(count)s sentences", count) % {"count": count}


def _rows(table: Table) -> str:
    return ngettext("%(count)s row", "%(count)s rows", len(table.rows)) % {"count": len(table.rows)}


def _fashion(table: Table) -> str:
    """Say how a table is set: two columns as they are, figures in narrow lines, and words as cards on a phone."""
    if len(table.heads) == 2:
        return ""
    return "table-dense" if len(table.numeric) > 1 else "table-cards"


def _language() -> str:
    """Return the language of the page, as reports are told in."""
    found = get_language() or LANGUAGES[0]
    return found if found in LANGUAGES else LANGUAGES[0]
