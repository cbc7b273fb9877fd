"""Try every sealed publication before its release: whether what it hides can be worked out from all that is public.

Tried is everything that becomes public with it, beside everything that is: its datasets, figures, breakdowns and means,
the analysis, earlier publications of the wave, scores of the wave before. Other waves share no people with it. Comments
are never public and no part of a trial. A publication that does not pass is not released: departments that tell too
much are hidden and it is sealed and tried anew; where that is no remedy it is held back.
"""

import logging
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from reports.analyses.models import Analysis
from reports.disclosures import attacking
from reports.disclosures import findings as kinds
from reports.disclosures.findings import Finding
from reports.evaluations import concluding
from reports.evaluations.models import Progress
from reports.scorecards import before
from reports.scorecards.models import Publication, Scorecard
from surveys import audit
from surveys.faults import FAULTS, apart, place_of

log = logging.getLogger(__name__)

SEALED, PUBLISHED = Publication.State.SEALED, Publication.State.PUBLISHED
Trial = Publication.Trial
HELPED_BY_HIDING = {kinds.SMALL, kinds.DIFFERENCE, kinds.LEFT_OUT, kinds.FLAGGED, kinds.CLUSTERS}


def try_due() -> int:
    """Try what is sealed and not tried yet, or could come out otherwise than when it was tried; count it."""
    steps = 0
    for publication in _due().order_by("wave__release_at", "wave_id").select_related("wave"):
        with apart(log, "wave %s: its results could not be tried", publication.wave_id):
            steps += _try(publication)
    return steps


def find(publication: Publication) -> list[Finding]:
    """Attack a sealed publication with all that is public when it is released."""
    earlier = Publication.objects.filter(wave=publication.wave_id, state=PUBLISHED).order_by("number")
    scores = before.scores_of(before.readable_then(publication))
    return attacking.findings(_released(publication), [_released(one) for one in earlier], scores)


def _due() -> QuerySet[Publication]:
    """Find what was not tried, or before an analysis was done, or held back before something else was released.

    Also what was tried before something happened to the publications of the wave before that changes are told against.
    """
    sealed = Publication.objects.filter(state=SEALED).exclude(content_hash="")
    analysed = Analysis.objects.filter(
        evaluation=OuterRef("evaluation"), progress=Progress.DONE, done_at__gt=OuterRef("tried_at")
    )
    released = Publication.objects.filter(state=PUBLISHED, published_at__gt=OuterRef("tried_at"))
    held = Q(Exists(released), trial=Trial.HELD)
    since = OuterRef("tried_at")
    happened = Q(published_at__gt=since) | Q(takedown__agreed_at__gt=since)
    happened |= Q(tried_at__gt=since) & ~Q(trial=Trial.DUE)
    moved = Publication.objects.filter(happened, wave=OuterRef("wave__previous"))
    return sealed.filter(Q(trial=Trial.DUE) | Q(Exists(analysed)) | held | Q(Exists(moved)))


def _try(publication: Publication) -> int:
    """Try one publication and write down how it came out; a trial that fails leaves it due, and says so."""
    try:
        if _compared_anew(publication):
            return 1
        found = find(publication)
    except FAULTS as error:
        _settle(publication, Trial.DUE, [Finding("", kinds.FAULT, place_of(error))])
        raise
    if found and _withheld(publication, found):
        return 1
    return _settle(publication, Trial.HELD if found else Trial.PASSED, found)


def _settle(publication: Publication, trial: str, found: Sequence[Finding]) -> int:
    """Write down the outcome unless something else was sealed meanwhile; answers whether it did."""
    same = Publication.objects.filter(
        pk=publication.pk,
        state=SEALED,
        evaluation=publication.evaluation_id,
        content_hash=publication.content_hash,
        trial=publication.trial,
    )
    documents = [one.document() for one in found]
    with transaction.atomic():
        settled = same.update(trial=trial, trial_findings=documents, tried_at=Now())
        if settled and trial != Trial.DUE:
            audit.record(publication, verb="try", by=None, number=publication.number, trial=str(trial))
    return settled


def _compared_anew(publication: Publication) -> bool:
    """Tell changes against what can be read of the wave before by then, and only that; it is sealed anew where not.

    No wave waits for the one before: where that is held back, the change is left out and said to be.
    """
    if Publication.objects.filter(evaluation=publication.evaluation_id, state=PUBLISHED).exists():
        return False
    told_of = before.readable_then(publication)
    with transaction.atomic():
        evaluation = told_of.evaluation if told_of else None
        if not concluding.compare_again(publication.evaluation, evaluation, before.scores_of(told_of)):
            return False
        if not _opened(publication):
            transaction.set_rollback(True)
    return True


def _opened(publication: Publication) -> bool:
    """Take the seal off: without a hash nobody reviews, tries or releases it, and it is sealed anew."""
    same = Publication.objects.filter(
        pk=publication.pk, state=SEALED, content_hash=publication.content_hash, trial=publication.trial
    )
    return same.update(content_hash="", reviewed_by=None, reviewed_at=None) == 1


def _withheld(publication: Publication, found: Sequence[Finding]) -> bool:
    """Hide the departments that tell too much, where that is all that is wrong; what is sealed is composed anew.

    Not of a correction: what it supersedes stays readable, and an erased department would be news of a few people.
    """
    if not all(one.department and one.what in HELPED_BY_HIDING for one in found):
        return False
    if Publication.objects.filter(wave=publication.wave_id, state=PUBLISHED).exists():
        return False
    with transaction.atomic():
        if not _opened(publication):
            return True
        hidden = concluding.withhold(
            publication.evaluation,
            {one.department for one in found},
            why=[one.document() for one in found],
        )
        if not hidden:
            transaction.set_rollback(True)
        return bool(hidden)


def _released(publication: Publication) -> attacking.Released:
    """Return all that a publication tells, as documents."""
    cards: Iterable[Scorecard] = publication.scorecards.select_related("department").order_by("pk")
    by_code = {card.department.code: card for card in cards}
    analysis = Analysis.objects.filter(evaluation=publication.evaluation_id, progress=Progress.DONE).first()
    return attacking.Released(
        wave=publication.content,
        scorecards={code: card.content for code, card in by_code.items()},
        datasets={code: card.dataset for code, card in by_code.items()},
        participation=analysis.content["participation"] if analysis and analysis.content else None,
    )
