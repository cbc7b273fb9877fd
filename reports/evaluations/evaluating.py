"""Evaluate settled waves: start, work through the parts, compare, and be done.

The database is the queue. A part is claimed by an update that must change its row, computed, and replaced as a whole
in one transaction; what was left behind by a dead worker comes due again when its claim runs out. The same input
gives the same evaluation and the same bytes, in whatever order and by however many workers it is done. A settled
wave's tallies are final, so it is evaluated once; `evaluate` looks at its input again.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rfc8785
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

import reports.estimation
from reports.evaluations import breaking_down, concluding, datasets, measuring, storing
from reports.evaluations.layers import Layers, layers_of
from reports.evaluations.measuring import Measured
from reports.evaluations.models import Evaluation, EvaluationPart, Progress
from surveys import audit, tallies
from surveys.faults import FAULTS, apart, place_of, tell
from surveys.tallies import DepartmentDesign, Slice, WaveDesign

log = logging.getLogger(__name__)

ARITHMETIC = 4  # raised whenever the same input must be evaluated anew
BATCH = 32  # parts claimed together: few enough to share among workers
MOST_ATTEMPTS = 5
WAIT_SECONDS = 0.2
NO_MORE = 2**63  # beyond every department
GONE_WRONG = gettext_noop("The computation failed %(attempts)s times: %(error)s")
PARTS_GONE_WRONG = gettext_noop("Some departments could not be computed.")


def evaluate(wave_id: int) -> Evaluation:
    """Evaluate a settled wave in this process and return its evaluation, done unless something failed.

    The same input gives the evaluation that is there already. Parked parts are tried once more; parts that another
    worker holds are waited for. Raises `LookupError` when there is no such wave, `ValueError` when it is not settled.
    """
    if wave_id not in set(tallies.settled_waves()):
        tallies.design(wave_id)
        raise ValueError(f"Wave {wave_id} is not counted yet: evaluation begins when its inbox is empty.")
    evaluation = start(wave_id)
    EvaluationPart.objects.filter(evaluation=evaluation, progress=Progress.PARKED).update(
        progress=Progress.DUE, attempts=0, error=""
    )
    Evaluation.objects.filter(pk=evaluation.pk, progress=Progress.PARKED).update(
        progress=Progress.DUE, attempts=0, error=""
    )
    patience = time.monotonic() + 2 * settings.EVALUATION_CLAIM_SECONDS
    while True:
        for needed in _chain(evaluation):
            go_on(needed)
        evaluation.refresh_from_db()
        failed = EvaluationPart.objects.filter(evaluation=evaluation).exclude(error="").exists()
        settled = evaluation.progress in (Progress.DONE, Progress.PARKED)
        if settled or failed or time.monotonic() > patience:
            return evaluation
        time.sleep(WAIT_SECONDS)


def evaluate_due() -> int:
    """Start evaluations of settled waves that have none, go on with unfinished ones, and count the steps done."""
    known = set(Evaluation.objects.values_list("wave_id", flat=True))
    steps = 0
    for wave_id in tallies.settled_waves():
        if wave_id not in known:
            with apart(log, "wave %s: its evaluation could not be started", wave_id):
                start(wave_id)
                steps += 1
    unfinished = Evaluation.objects.filter(progress__in=(Progress.DUE, Progress.RUNNING)).order_by("id")
    for evaluation in unfinished:
        with apart(log, "wave %s: its evaluation could not go on", evaluation.wave_id):
            steps += go_on(evaluation)
    return steps


def start(wave_id: int) -> Evaluation:
    """Return the evaluation of the wave's current input, made with its parts if it is new."""
    wave = tallies.design(wave_id)
    before = _previous(wave.previous_id)
    fingerprint = input_hash(wave, before.input_hash if before else None)
    with transaction.atomic():
        # One starter at a time: the number below is counted from the rows that are there.
        Evaluation.objects.select_for_update().filter(wave_id=wave_id).order_by("id").first()
        found = Evaluation.objects.filter(wave_id=wave_id, input_hash=fingerprint).first()
        if found is not None:
            return found
        evaluation, made = Evaluation.objects.get_or_create(
            wave_id=wave_id,
            input_hash=fingerprint,
            defaults={
                "number": Evaluation.objects.filter(wave_id=wave_id).count() + 1,
                "method": dict(wave.method),
                "code_hash": code_hash(),
            },
        )
        if made:
            EvaluationPart.objects.bulk_create(
                EvaluationPart(evaluation=evaluation, department_id=department.id)
                for department in wave.departments
            )
            audit.record(evaluation, verb="start evaluation", by=None, wave=wave_id, number=evaluation.number)
    return evaluation


def go_on(evaluation: Evaluation) -> int:
    """Work through what is due of `evaluation`, and compare when the last part is done; count the steps."""
    wave = tallies.design(evaluation.wave_id)
    departments = {department.id: department for department in wave.departments}
    slices = _Slices(wave)
    layers = layers_of(wave)
    steps = 0
    while parts := _claim(evaluation):
        steps += _compute(parts, wave, departments, slices, layers)
    return steps + _finish(evaluation, wave)


def input_hash(wave: WaveDesign, previous: str | None) -> str:
    """Return the hash of all that an evaluation depends on: declaration, counts, method, the wave before.

    It is published, so it is keyed: with a plain hash anybody could try out the answers that were joined.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), b"minping/evaluation/v2\0", hashlib.sha256)
    digest.update(rfc8785.dumps(_declared(wave, previous)))
    for found in tallies.slices(wave.id, klass=wave.klass):
        digest.update(f"\0{found.department_id}\0".encode())
        for array in (found.groups, found.counts, found.moments):
            # Only what is not zero is hashed: a slice is mostly empty.
            at = np.flatnonzero(array)
            digest.update(np.array([*array.shape, at.size], dtype="<i8").tobytes())
            digest.update(at.astype("<i8").tobytes())
            digest.update(array.ravel()[at].astype("<i8").tobytes())
    return digest.hexdigest()


@cache
def code_hash() -> str:
    """Return the hash of the source text that computes: it names the code behind a published number."""
    digest = hashlib.sha256(b"minping/code/v1\0")
    here = Path(__file__).parent
    for path in sorted([*Path(reports.estimation.__path__[0]).glob("*.py"), *here.glob("*.py")]):
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _declared(wave: WaveDesign, previous: str | None) -> dict[str, Any]:
    return {
        "arithmetic": ARITHMETIC,
        "wave": wave.id,
        "edition": wave.edition_hash,
        "klass": wave.klass,
        "judged": wave.judged,
        "method": dict(wave.method),
        "previous": previous,
        "strata": [
            [s.number, s.code, s.population, s.people, s.invited, s.clusters, s.cluster_population, s.place]
            for s in wave.strata
        ],
        "margins": [
            [margin.code, [[one.code, str(one.population)] for one in margin.categories]]
            for margin in wave.margins
        ],
        "cells": [list(cell) for cell in wave.cells],
        "cell_people": sorted([*key, n] for key, n in wave.cell_people.items()),
        "trees": [[[node.code, node.parent] for node in tree] for tree in (wave.tree, wave.places)],
        "eligible": wave.eligible,
        "departments": [[d.id, d.code, d.is_root, [i.code for i in d.items]] for d in wave.departments],
        "people": sorted([klass, channel, n] for (klass, channel), n in wave.people.items()),
    }


def _previous(wave_id: int | None) -> Evaluation | None:
    """Find the latest evaluation of the wave before, `wave_id`, begun here if it is settled and has none."""
    if wave_id is None:
        return None
    found = Evaluation.objects.filter(wave_id=wave_id).order_by("-number").first()
    if found is None and wave_id in set(tallies.settled_waves()):
        return start(wave_id)
    return found


def _chain(evaluation: Evaluation) -> Sequence[Evaluation]:
    """List what must be done before `evaluation` can be, and itself: earlier waves first."""
    chain = [evaluation]
    while (before := _previous(chain[0].wave.previous_id)) is not None:
        chain.insert(0, before)
    return [one for one in chain if one.progress != Progress.DONE]


class _Slices:
    """The slices of a wave, read once from front to back; whoever asks out of order gets a reading of its own."""

    def __init__(self, wave: WaveDesign) -> None:
        self.wave = wave
        self.ahead = tallies.slices(wave.id, klass=wave.klass)
        self.last: Slice | None = None
        self.passed = 0

    def of(self, department_id: int) -> Slice | None:
        """Return the slice of a department, None where nobody rated it."""
        if department_id < self.passed:
            again = tallies.slices(self.wave.id, klass=self.wave.klass, department_id=department_id)
            return next(iter(again), None)
        self.passed = department_id
        while self.last is None or self.last.department_id < department_id:
            self.last = next(self.ahead, None)
            if self.last is None:
                self.passed = NO_MORE
                return None
        return self.last if self.last.department_id == department_id else None


def _available() -> Q:
    held_by_nobody = Q(claimed_until__lt=Now()) | Q(claimed_until=None)
    return Q(progress=Progress.DUE) | (Q(progress=Progress.RUNNING) & held_by_nobody)


def _claim(evaluation: Evaluation) -> list[EvaluationPart]:
    """Claim up to a batch of parts for this process; nobody else holds them until the claim runs out."""
    with transaction.atomic():
        free = EvaluationPart.objects.filter(_available(), evaluation=evaluation).order_by("department_id")
        chosen = [part.pk for part in free.select_for_update(skip_locked=True).only("pk")[:BATCH]]
        EvaluationPart.objects.filter(pk__in=chosen).update(
            progress=Progress.RUNNING,
            claimed_until=Now() + timedelta(seconds=settings.EVALUATION_CLAIM_SECONDS),
            error="",
        )
    if chosen:
        Evaluation.objects.filter(pk=evaluation.pk, progress=Progress.DUE).update(
            progress=Progress.RUNNING, claimed_until=Now()
        )
    return list(EvaluationPart.objects.filter(pk__in=chosen).defer("dataset").order_by("department_id"))


def _compute(
    parts: Sequence[EvaluationPart],
    wave: WaveDesign,
    departments: dict[int, DepartmentDesign],
    slices: _Slices,
    layers: Layers,
) -> int:
    """Compute claimed parts and replace them together; a part that fails is set aside alone."""
    done: list[tuple[EvaluationPart, datasets.Dataset, dict[str, Any], list[Measured]]] = []
    for part in parts:
        try:
            found, department = slices.of(part.department_id), departments[part.department_id]
            dataset = datasets.dataset_of(wave, department, found, layers)
            agreement = datasets.agreement_of(wave, department, found)
            measured = [*measuring.measure(dataset, wave), *breaking_down.break_down(dataset, wave)]
            done.append((part, dataset, agreement, measured))
        except FAULTS as error:
            tell(log, error, "part %s of evaluation %s failed", part.pk, part.evaluation_id)
            _failed(part, error)
    with transaction.atomic():
        held = _still_held(parts)
        kept = [one for one in done if one[0].pk in held]
        storing.keep([(part.pk, dataset, agreement) for part, dataset, agreement, _measured in kept])
        storing.replace(
            ((part, measured) for part, _dataset, _agreement, measured in kept),
            [part for part, *_rest in kept],
        )
    return len(kept)


def _still_held(parts: Sequence[EvaluationPart]) -> set[int]:
    """Lock the parts that this process still holds: after `conclude` a late worker would undo what it has hidden."""
    held = (
        EvaluationPart.objects.select_for_update(of=("self",))
        .filter(pk__in=[part.pk for part in parts], progress=Progress.RUNNING)
        .exclude(evaluation__progress=Progress.DONE)
        .order_by("pk")
    )
    claims = {part.pk: part.claimed_until for part in parts}
    return {pk for pk, until in held.values_list("pk", "claimed_until") if until == claims[pk]}


def _failed(work: EvaluationPart | Evaluation, error: Exception) -> None:
    """Count a failure; after the last attempt the work is parked with a sentence that says why.

    Only of work that this process still holds: a late worker would undo what another has done meanwhile.
    """
    attempts = work.attempts + 1
    parked = attempts >= MOST_ATTEMPTS
    reason = place_of(error)
    held = type(work)._default_manager.filter(
        pk=work.pk, progress=Progress.RUNNING, claimed_until=work.claimed_until
    )
    held.update(
        attempts=F("attempts") + 1,
        progress=Progress.PARKED if parked else Progress.RUNNING,
        error=(GONE_WRONG % {"attempts": attempts, "error": reason})[:300] if parked else reason[:300],
    )


def _finish(evaluation: Evaluation, wave: WaveDesign) -> int:
    """Compare the departments when all parts are done; answers whether this call did it."""
    parts = EvaluationPart.objects.filter(evaluation=evaluation)
    if parts.filter(progress=Progress.PARKED).exists():
        Evaluation.objects.filter(pk=evaluation.pk).exclude(progress=Progress.PARKED).update(
            progress=Progress.PARKED, error=PARTS_GONE_WRONG
        )
        return 0
    before = _previous(wave.previous_id)
    waiting = before is not None and before.progress not in (Progress.DONE, Progress.PARKED)
    if waiting or parts.exclude(progress=Progress.DONE).exists():
        return 0
    claimed = Evaluation.objects.filter(_available(), pk=evaluation.pk).update(
        progress=Progress.RUNNING,
        claimed_until=Now() + timedelta(seconds=settings.EVALUATION_CLAIM_SECONDS),
        error="",
    )
    if claimed != 1:
        return 0
    evaluation.refresh_from_db()
    try:
        concluding.conclude(evaluation, wave, before if before and before.progress == Progress.DONE else None)
    except FAULTS as error:
        tell(log, error, "evaluation %s failed", evaluation.pk)
        _failed(evaluation, error)
        return 0
    return 1
