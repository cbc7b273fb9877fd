"""Released and sealed waves, and cards made by hand."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from reports import releasing
from reports.analyses import analysing
from reports.analyses.content import AnalysisContent, DriverFigures, Drivers, Participation, Reliability
from reports.evaluations import evaluating
from reports.scorecards.content import DimensionFigures, Figures, ScorecardContent
from reports.scorecards.models import Publication
from surveys.waves.models import Wave
from tests.reports.analyses.conftest import a_city, rated
from tests.reports.scorecards.conftest import released, sealed

__all__ = ["rated", "released", "sealed"]

Share = tuple[str, str, str, str]  # code, share, and its interval
Score = tuple[str, str, str, str]  # code, score, and its interval


def a_card(
    scores: Sequence[Score] = (), *, status: str = "publishable", judged: bool = True, **figures: Any
) -> Any:
    """A scorecard of Parks with the given dimensions, made by hand."""
    return ScorecardContent(
        wave="spring",
        number=1,
        method="em-1",
        judged=judged,
        is_root=False,
        wording="w",
        figures=Figures("parks", {"en": "Parks", "zh-hans": "园林局"}, status, n=80, **figures),
        records=80,
        items=(),
        dimensions=tuple(
            DimensionFigures(code, {"en": code.title()}, "0.2", status, 80, score, low, high)
            for code, score, low, high in scores
        ),
        index_lowest=None,
        index_highest=None,
        flagged=None,
        score_unflagged=None,
        change_before=None,
        change_n=None,
        dataset_hash="d",
    )


def an_analysis(
    shares: Sequence[Share], *, reason: str | None = None, clustered: bool = False
) -> AnalysisContent:
    """What satisfaction goes with, made by hand."""
    return AnalysisContent(
        wave="spring",
        titles={"en": "Spring"},
        method="em-1",
        judged=True,
        clustered=clustered,
        evaluation=1,
        input_hash="i",
        code_hash="c",
        level="0.95",
        drivers=Drivers(
            reason,
            dimensions=tuple(
                DriverFigures(code, {"en": code.title()}, share, low, high, share, low, high)
                for code, share, low, high in shares
            ),
        ),
        reliability=Reliability(None, None),
        participation=Participation(None),
    )


@pytest.fixture
def analysed(rated: Callable[..., Wave]) -> Publication:
    """A released wave of whole records, with its analysis: what satisfaction goes with is known."""
    wave = rated(a_city(), invited=(300, 200))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    analysing.analyse_due()
    return Publication.objects.get(wave=wave)


@pytest.fixture
def sealed_too(analysed: Publication, a_wave: Callable[..., Wave]) -> Publication:
    """A second wave about Parks and Roads that waits for its release."""
    from tests.reports.made_waves import PARKS, ROADS

    wave = a_wave({"parks": PARKS, "roads": ROADS}, slug="autumn", release_in=timedelta(days=30))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get(wave=wave)
