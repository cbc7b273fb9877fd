"""Print the papers of what is sealed and tried, before its release, so that pages and files appear at one moment.

Papers about one department are kept together or not at all. One that cannot be made holds back neither the others nor
the release: it is not offered, and the page says so. What is printed stands in the database, which refuses to change
it once it is published; sealing anew throws it away (`publishing.seal`).
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from reports.analyses.access import is_settled
from reports.exports.base import Bundle, Sheet
from reports.exports.base import Paper as PaperFile
from reports.exports.models import Paper
from reports.exports.printed.setting import shortened
from reports.exports.registry import BY_FORMAT
from reports.narratives import telling
from reports.narratives.blocks import Report
from reports.scorecards import access
from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication, Scorecard
from surveys.faults import apart

log = logging.getLogger(__name__)

PRINTING_TAKES = timedelta(hours=1)  # of all the papers of a large wave, with time to spare


def print_due() -> int:
    """Print what is sealed and tried and has not all its papers yet; count the papers.

    A report tells of the analysis, too: it waits for it, but never so long that the release would wait for the report.
    """
    ready = is_settled("evaluation") | Q(wave__release_at__lte=Now() + PRINTING_TAKES)
    due = Publication.objects.filter(ready, state=Publication.State.SEALED, trial=Publication.Trial.PASSED)
    count = 0
    for publication in due.exclude(content_hash="").order_by("pk"):
        with apart(log, "wave %s: its papers could not be printed", publication.wave_id):
            count += print_papers(publication)
    return count


def print_papers(publication: Publication) -> int:
    """Make and keep the papers of a sealed publication that are not there: of the wave, then of each department.

    Those about one department are kept together. A run that is ended goes on at the next beat where it was.
    """
    done = set(publication.papers.values_list("about", flat=True))
    codes = publication.scorecards.values_list("department__code", flat=True)
    if {"", *codes} <= done:
        return 0
    scorecards = list(access.scorecards_of(publication))
    wave = WaveContent.of(publication.content)
    count = 0
    if "" not in done:
        report = partial(telling.wave_report, publication)
        count += _keep(publication, "", _printed(publication, wave, "", scorecards, report))
    for scorecard in scorecards:
        about = scorecard.department.code
        if about not in done:
            report = partial(telling.department_report, scorecard)
            count += _keep(publication, about, _printed(publication, wave, about, [scorecard], report))
    return count


def _keep(publication: Publication, about: str, made: Sequence[Paper]) -> int:
    """Keep papers, unless the publication was sealed anew, released or printed by another worker meanwhile."""
    with transaction.atomic():
        same = Publication.objects.select_for_update().filter(
            pk=publication.pk, state=Publication.State.SEALED, content_hash=publication.content_hash
        )
        if not same.exists() or publication.papers.filter(about=about).exists():
            return 0
        Paper.objects.bulk_create(made)
    return len(made)


def _printed(
    publication: Publication,
    wave: WaveContent,
    about: str,
    scorecards: Sequence[Scorecard],
    report: Callable[..., Report],
) -> list[Paper]:
    """Make the papers about one department, or about the wave; those that could be made."""
    made: dict[str, bytes] = {}
    told: dict[str, Report] = {}

    def sheets() -> Iterator[Sheet]:
        for one in scorecards:
            yield Sheet(one.department.code, one.content, one.dataset)

    def in_language(language: str) -> Report:
        if language not in told:
            whole = report(language=language)
            told[language] = shortened(whole) if about else whole
        return told[language]

    bundle = Bundle(
        publication.content,
        sheets,
        about,
        paper=made.get,
        report=in_language,
        wave=wave,
        content_hash=publication.content_hash,
    )
    for export in BY_FORMAT[publication.content["format"]]:
        if export.is_kept:
            with apart(
                log, "wave %s: %s about %r could not be made", publication.wave_id, export.name, about
            ):
                made[export.name] = (
                    export.made(bundle) if isinstance(export, PaperFile) else b"".join(export.chunks(bundle))
                )
    return [
        Paper(
            publication=publication,
            about=about,
            name=name,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
        )
        for name, body in made.items()
    ]
