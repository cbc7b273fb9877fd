"""What a report is told from: frozen content alone, of one publication and of the analysis beside it."""

from dataclasses import dataclass
from functools import cached_property

from reports.analyses.content import AnalysisContent
from reports.analyses.models import Analysis
from reports.evaluations.models import Progress
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication


@dataclass(frozen=True)
class Source:
    """The contents of one publication; where `analysis` is None, `is_awaited` says whether one comes."""

    wave: WaveContent
    cards: tuple[ScorecardContent, ...]  # in the order of the wave, that of the place as a whole among them
    analysis: AnalysisContent | None
    is_awaited: bool = False

    @cached_property
    def general(self) -> ScorecardContent | None:
        """What was said of the place as a whole."""
        return next((card for card in self.cards if card.is_root), None)

    @cached_property
    def departments(self) -> tuple[ScorecardContent, ...]:
        """What was said of each department."""
        return tuple(card for card in self.cards if not card.is_root)


def source_of(publication: Publication) -> Source:
    """Read what a publication says, released or still sealed; two queries."""
    wave = WaveContent.of(publication.content)
    contents = publication.scorecards.order_by("pk").values_list("content", flat=True)
    analysis, is_awaited = _analysis(publication) if wave.is_analysed else (None, False)
    return Source(
        wave=wave,
        cards=tuple(ScorecardContent.of(one) for one in contents),
        analysis=analysis,
        is_awaited=is_awaited,
    )


def _analysis(publication: Publication) -> tuple[AnalysisContent | None, bool]:
    found = (
        Analysis.objects.filter(evaluation=publication.evaluation_id)
        .values_list("progress", "content")
        .first()
    )
    if found is None:
        return None, True
    progress, content = found
    if content is None or progress != Progress.DONE:
        return None, progress != Progress.PARKED
    return AnalysisContent.of(content), False
