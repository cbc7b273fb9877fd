"""Analyse evaluated waves: begun when an evaluation is done, never in its way, and worked at like one.

The database is the queue: an analysis is claimed by an update that must change its row, and one whose worker died
comes due again when its claim runs out. The same input gives the same bytes, in whatever order rows come: seed and
input are named by the evaluation's own hash.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from reports.analyses.content import AnalysisContent
from reports.analyses.drivers import drivers_of
from reports.analyses.models import Analysis
from reports.analyses.participation import participation_of
from reports.analyses.records import records_of
from reports.analyses.reliability import reliability_of
from reports.analyses.trial import refuse_what_tells
from reports.evaluations import evaluating
from reports.evaluations.digits import published
from reports.evaluations.grouping import smallest_base
from reports.evaluations.models import Evaluation, Progress
from reports.evaluations.results import result_of
from reports.scorecards.content import content_hash
from surveys import audit
from surveys.faults import FAULTS, apart, place_of, tell

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


def analyse_due() -> int:
    """Begin what has no analysis yet, go on with what is due or was left behind, and count the steps.

    Only the newest evaluation of a wave: earlier ones were made of counts that may have changed since.
    """
    newer = Evaluation.objects.filter(wave=OuterRef("wave"), number__gt=OuterRef("number"))
    begun = Analysis.objects.filter(evaluation=OuterRef("pk"))
    new = Evaluation.objects.filter(~Exists(newer), ~Exists(begun), progress=Progress.DONE)
    # Evaluations that say nothing of their wave as a whole have datasets of format 1: there are none to analyse.
    new = new.exclude(whole={}).order_by("id")
    Analysis.objects.bulk_create([Analysis(evaluation=one) for one in new], ignore_conflicts=True)
    steps = 0
    for analysis in Analysis.objects.filter(_available()).select_related("evaluation").order_by("id"):
        with apart(log, "wave %s: its analysis could not be done", analysis.evaluation.wave_id):
            steps += _go_on(analysis)
    return steps


def analyse(evaluation: Evaluation) -> AnalysisContent:
    """Compute the analysis of a finished evaluation; raises `ValueError` when it is not done."""
    result = result_of(evaluation)
    wave, base = result.wave, smallest_base(evaluation.method)
    level = float(evaluation.method["level"])
    records = records_of(result)
    return AnalysisContent(
        wave=wave.slug,
        titles=dict(wave.titles),
        method=str(evaluation.method["version"]),
        judged=wave.judged,
        clustered=any(stratum.clusters is not None for stratum in wave.strata),
        evaluation=evaluation.number,
        input_hash=evaluation.input_hash,
        code_hash=code_hash(),
        level=published(level),
        # Nobody can have chosen it: the seed is what was counted.
        drivers=drivers_of(records, seed=int(evaluation.input_hash[:8], 16), level=level, base=base),
        reliability=reliability_of(records, base=base),
        participation=participation_of(wave, base=base),
    )


@cache
def code_hash() -> str:
    """Return the hash of the source text that computes: that of evaluations, and this room's."""
    digest = hashlib.sha256(f"minping/analysis/v1\0{evaluating.code_hash()}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _available() -> Q:
    return Q(progress=Progress.DUE) | Q(progress=Progress.RUNNING, claimed_until__lt=Now())


def _go_on(analysis: Analysis) -> int:
    """Claim one analysis, compute it and freeze it; answers whether this call did it."""
    claimed = Analysis.objects.filter(_available(), pk=analysis.pk).update(
        progress=Progress.RUNNING,
        claimed_until=Now() + timedelta(seconds=settings.EVALUATION_CLAIM_SECONDS),
        error="",
    )
    if claimed != 1:
        return 0
    analysis.refresh_from_db()
    try:
        content = analyse(analysis.evaluation)
        refuse_what_tells(content.participation, base=smallest_base(analysis.evaluation.method))
        document = content.document()
    except FAULTS as error:
        tell(log, error, "analysis %s failed", analysis.pk)
        _failed(analysis, error)
        return 0
    with transaction.atomic():
        # The input is frozen, so whoever is first may store, also when the claim ran out: the others find the same.
        done = (
            Analysis.objects.filter(pk=analysis.pk)
            .exclude(progress=Progress.DONE)
            .update(
                content=document,
                content_hash=content_hash(document),
                progress=Progress.DONE,
                claimed_until=None,
                attempts=0,
                error="",
                done_at=Now(),
            )
        )
        if done:
            audit.record(analysis, verb="analyse", by=None, evaluation=analysis.evaluation_id)
    return done


def _failed(analysis: Analysis, error: Exception) -> None:
    """Count a failure; after the last attempt the analysis is parked. It is tried again when its claim runs out."""
    attempts = analysis.attempts + 1
    held = Analysis.objects.filter(
        pk=analysis.pk, progress=Progress.RUNNING, claimed_until=analysis.claimed_until
    )
    held.update(
        attempts=F("attempts") + 1,
        progress=Progress.PARKED if attempts >= MOST_ATTEMPTS else Progress.RUNNING,
        error=place_of(error)[:300],
    )
