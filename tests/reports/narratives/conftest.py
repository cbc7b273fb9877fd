"""Waves of every kind, sealed: a report is told of what is sealed as of what is released."""

import re
from collections.abc import Callable, Iterator

import pytest

from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation
from reports.narratives.blocks import Bullets, Paragraph, Picture, Report, Table
from reports.scorecards import publishing
from reports.scorecards.models import Publication
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS

MakeWave = Callable[..., Wave]
MakePublication = Callable[..., Publication]
FEW = {"overall": [[1, 2, 1, 0, 0, 1, 0, 0], [1, 1, 1, 0, 0, 1, 0, 0]]}
SOME = {"overall": [[3, 3, 1, 1, 0, 1, 0, 0], [3, 3, 3, 1, 2, 0, 0, 0]]}
BETTER = {"overall": [[25, 9, 0, 0, 0, 4, 1, 1], [45, 8, 0, 0, 0, 5, 0, 2]]}
THREE = dict.fromkeys(("overall", "ease", "trust"), PARKS["overall"])
TOWN = {
    "parks": {"overall": [[12, 20, 9, 4, 2, 2, 0, 1]]},
    "roads": {"overall": [[3, 8, 14, 15, 8, 1, 1, 0]]},
}
CARELESS = {"parks": {"overall": [[15, 0, 0, 0, 0], [0, 0, 0, 0, 0]]}}
KINDS = (
    "first",
    "second",
    "chosen",
    "hidden",
    "all hidden",
    "one",
    "one stratum",
    "dimensions",
    "other words",
    "careless",
)


@pytest.fixture
def sealed(a_wave: MakeWave) -> MakePublication:
    """Make a wave of one of `KINDS`, evaluate it and seal it."""

    def seal(*args: object, **kwargs: object) -> Publication:
        wave = a_wave(*args, **kwargs)
        evaluating.evaluate(wave.pk)
        return publishing.seal(Evaluation.objects.get(wave=wave))

    def make(kind: str, **more: object) -> Publication:
        match kind:
            case "second":
                before = seal({"parks": PARKS, "roads": ROADS, "library": SOME}, slug="before").wave
                after = {"parks": BETTER, "roads": ROADS, "library": SOME}
                return seal(after, previous=before, general={"live": PARKS["overall"]})
            case "other words":
                before = seal({"parks": PARKS, "roads": ROADS}, slug="before").wave
                return seal({"parks": PARKS, "roads": ROADS}, previous=before, text="How content are you?")
            case "chosen":
                return seal({"parks": PARKS, "roads": FEW}, klass=Klass.OPEN)
            case "hidden":
                return seal({"parks": PARKS, "roads": FEW, "water": FEW})
            case "all hidden":
                return seal({"parks": FEW})
            case "one":
                return seal({"parks": PARKS}, **more)
            case "one stratum":
                return seal(TOWN, strata=(("town", 5000, 50),))
            case "dimensions":
                return seal({"parks": THREE, "roads": THREE}, dimensions={"ease": "ease", "trust": "trust"})
            case "careless":
                return seal({"parks": PARKS, "roads": ROADS}, flagged=CARELESS)
            case _:
                return seal({"parks": PARKS, "roads": ROADS, "library": SOME})

    return make


def words_of(report: Report) -> Iterator[str]:
    """Yield every text of a report: what a reader can read."""
    yield from (report.title, report.subtitle)
    for chapter in report.chapters:
        yield chapter.title
        for block in chapter.blocks:
            match block:
                case Paragraph():
                    yield block.words
                case Bullets():
                    yield from block.lines
                case Table():
                    yield block.caption
                    yield from block.heads
                    for row in block.rows:
                        yield from row
                case Picture():
                    yield from (block.shape.caption, block.shape.sentence, *block.shape.heads)
                    for row in block.shape.rows:
                        yield from row


def text_of(report: Report) -> str:
    """Return a report as one text."""
    return "\n".join(words_of(report))


def figures_in(text: str) -> set[str]:
    """Return the numbers with one decimal that a text names."""
    return set(re.findall(r"\d+\.\d(?!\d)", text))
