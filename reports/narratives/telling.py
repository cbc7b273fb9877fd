"""Tell a report in sentences: that of a wave for leaders, councils and residents, and that of one department.

Told from frozen content alone, in one language, before the release or after it: the page, the PDF and the workbook set
the same blocks. Nothing is computed here that is not published.
"""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from reports.narratives import cards
from reports.narratives.blocks import Chapter, Report
from reports.narratives.changes import changes
from reports.narratives.departments import departments
from reports.narratives.drivers import drivers
from reports.narratives.fieldwork import day, fieldwork
from reports.narratives.findings import findings
from reports.narratives.limits import files, limits
from reports.narratives.method import method
from reports.narratives.nonresponse import nonresponse, weighting
from reports.narratives.places import places, roofs
from reports.narratives.sources import Source, source_of
from reports.scorecards.access import history_of
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard

CHAPTERS = (
    findings,
    departments,
    changes,
    places,
    roofs,
    drivers,
    fieldwork,
    nonresponse,
    weighting,
    method,
    limits,
    files,
)


def wave_report(publication: Publication, *, language: str) -> Report:
    """Tell the evaluation report of a publication in `language` (`zh-hans` or `en`), sealed or released."""
    return tell(source_of(publication), language=language)


def tell(source: Source, *, language: str) -> Report:
    """Tell a wave from its contents, of whatever format."""
    with translation.override(language):
        return Report(
            language=language,
            title=source.wave.title,
            subtitle=_told_of(source.wave, _("Evaluation report")),
            chapters=_kept(one(source) for one in CHAPTERS),
        )


def department_report(scorecard: Scorecard, *, language: str) -> Report:
    """Tell the report of one department in `language` (`zh-hans` or `en`), sealed or released."""
    wave, card = WaveContent.of(scorecard.publication.content), ScorecardContent.of(scorecard.content)
    past = cards.until(history_of(scorecard), wave.wave)
    with translation.override(language):
        return Report(
            language=language,
            title=card.name,
            subtitle=_told_of(wave, wave.title),
            chapters=_kept(one(card, wave) for one in cards.CHAPTERS)
            + _kept([cards.history(past, card, wave)])
            + _kept([cards.cannot(wave)]),
        )


def _told_of(wave: WaveContent, first: str) -> str:
    """Say what this is, of which day, and which publication of several."""
    words = {"what": first, "day": day(wave.fieldwork.release_at), "number": wave.number}
    if wave.number > 1:
        return _("%(what)s · results of %(day)s · publication %(number)s") % words
    return _("%(what)s · results of %(day)s") % words


def _kept(chapters: Iterable[Chapter | None]) -> tuple[Chapter, ...]:
    return tuple(one for one in chapters if one is not None)
