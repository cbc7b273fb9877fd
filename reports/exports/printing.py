"""Print the papers of what is sealed and tried, before its release, so that pages and files appear at one moment.

Papers about one department are kept together or not at all. One that cannot be made holds back neither the others nor
the release: while there is time it is tried again, a few times ever later; then it is not offered, and the page says
so. What is printed stands in the database, which refuses to add to it or to change it once it is published; sealing
anew throws it away (`publishing.seal`).
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from math import inf

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
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
AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1))  # since the last try; then what failed is given up
LAST_CALL = timedelta(minutes=2)  # so shortly before a release nothing is tried again: it would have to wait


def print_due(*, until: float = inf, then: Callable[[], int] = int) -> int:
    """Print what is sealed and tried and has not all its papers yet, the next release first; count the papers.

    After each wave `then` is called and counted: what it releases is part of the history that the next one's papers
    tell. A report tells of the analysis, too, and waits for it, but never longer than the release waits for the report.
    What failed is tried again when all else is printed, a few times ever later, and not shortly before the release.
    """
    count = 0
    for publication in _sealed().filter(is_settled("evaluation") | _impatient()).order_by(*NEXT_FIRST):
        if time.monotonic() > until:
            break
        with apart(log, "wave %s: its papers could not be printed", publication.wave_id):
            count += print_papers(publication, until=until) + then()
    for publication in _sealed().filter(wave__release_at__gt=Now() + LAST_CALL).order_by(*NEXT_FIRST):
        if time.monotonic() > until:
            break
        with apart(log, "wave %s: its papers could not be printed again", publication.wave_id):
            if incomplete := _incomplete(publication):
                count += _print(publication, incomplete, until=until) + then()
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
    return _print(publication, _without(publication), until=until)


def _print(publication: Publication, wanted: Sequence[str], *, until: float) -> int:
    """Make and keep the papers about whom they are `wanted`, in this order; count them."""
    if not wanted:
        return 0
    scorecards = {one.department.code: one for one in access.scorecards_of(publication)}
    wave = WaveContent.of(publication.content)
    count = 0
    for about in wanted:
        if time.monotonic() > until:
            break
        # Counted before it is tried: what ends the whole run is not tried for ever either.
        publication.papers.filter(about=about).update(tries=F("tries") + 1, tried_at=Now())
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


def _incomplete(publication: Publication) -> list[str]:
    """List about whom papers failed that may be tried again by now."""
    number = sum(export.is_kept for export in BY_FORMAT[publication.content["format"]])
    due = Q()
    for tries, pause in enumerate(AGAIN_AFTER, start=1):
        due |= Q(times=tries, last__lte=Now() - pause)
    lots = publication.papers.order_by("about").values("about")
    lots = lots.annotate(made=Count("pk"), times=Max("tries"), last=Max("tried_at"))
    return list(lots.filter(due, made__lt=number).values_list("about", flat=True))


def _keep(publication: Publication, about: str, made: Sequence[Paper]) -> int:
    """Keep papers, unless the publication was sealed anew or released meanwhile, or others made as many of them.

    Fewer than are made now give way as a whole: the files name each other.
    """
    with transaction.atomic():
        same = Publication.objects.select_for_update().filter(
            pk=publication.pk, state=Publication.State.SEALED, content_hash=publication.content_hash
        )
        if not same.exists():
            return 0
        former = publication.papers.filter(about=about)
        tries = list(former.values_list("tries", flat=True))
        if len(made) <= len(tries):
            return 0
        former.delete()
        for one in made:
            one.tries = max(tries, default=1)
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
