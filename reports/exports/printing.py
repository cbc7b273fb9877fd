"""Print the papers of what is sealed and tried, before its release, so that pages and files appear at one moment.

Papers about one department are kept together or not at all. One that cannot be made holds back neither the others nor
the release: it is not offered, and the page says so. What is printed stands in the database, which refuses to change
it once it is published; sealing anew throws it away (`publishing.seal`).
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from math import inf

from django.db import transaction
from django.db.models import Q, QuerySet
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

NEXT_FIRST = ("wave__release_at", "pk")
PATIENCE = timedelta(minutes=10)  # that a release waits for analysis and papers when it is due and tried


def print_due(*, until: float = inf, then: Callable[[], int] = int) -> int:
    """Print what is sealed and tried and has not all its papers yet, the next release first; count the papers.

    After each wave `then` is called and counted: what it releases is part of the history that the next one's papers
    tell. A report tells of the analysis, too, and waits for it, but never longer than the release waits for the report.
    """
    count = 0
    for publication in _sealed().filter(is_settled("evaluation") | _impatient()).order_by(*NEXT_FIRST):
        if time.monotonic() > until:
            break
        with apart(log, "wave %s: its papers could not be printed", publication.wave_id):
            count += print_papers(publication, until=until) + then()
    return count


def unfinished() -> list[int]:
    """Return the ids of due publications that are not released yet: they wait for their papers, within the bound."""
    due = _sealed().filter(~_impatient(), wave__release_at__lte=Now())
    return [publication.pk for publication in due if _without(publication)]


def print_papers(publication: Publication, *, until: float = inf) -> int:
    """Make and keep the papers of a sealed publication that are not there: of the wave, then of each department.

    Those about one department are kept together. A run that is ended, or has come `until` its moment of the monotonic
    clock, is gone on with at the next beat where it was.
    """
    missing = _without(publication)
    if not missing:
        return 0
    scorecards = {one.department.code: one for one in access.scorecards_of(publication)}
    wave = WaveContent.of(publication.content)
    count = 0
    for about in missing:
        if time.monotonic() > until:
            break
        if about:
            report = partial(telling.department_report, scorecards[about])
            made = _printed(publication, wave, about, [scorecards[about]], report)
        else:
            report = partial(telling.wave_report, publication)
            made = _printed(publication, wave, "", list(scorecards.values()), report)
        count += _keep(publication, about, made)
    return count


def _sealed() -> QuerySet[Publication]:
    """Return what is sealed and tried."""
    found = Publication.objects.filter(state=Publication.State.SEALED, trial=Publication.Trial.PASSED)
    return found.exclude(content_hash="")


def _impatient() -> Q:
    """Say of publications which have waited long enough, since they were due and since they were tried."""
    since = Now() - PATIENCE
    return Q(wave__release_at__lte=since, tried_at__lte=since)


def _without(publication: Publication) -> list[str]:
    """List about whom papers are missing: "" is the wave, which comes first, then departments in its order."""
    done = set(publication.papers.values_list("about", flat=True))
    codes = publication.scorecards.order_by("pk").values_list("department__code", flat=True)
    return [about for about in ("", *codes) if about not in done]


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
