"""The step across departments that concludes an evaluation, taken in one transaction by one worker.

What a hidden department would follow from is hidden too, the wave as a whole is described, and the publishable
departments are compared with the benchmark, with the wave before and with each other.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from reports.evaluations import comparing, datasets, measuring, storing, whole_wave
from reports.evaluations.breaks import asked_alike
from reports.evaluations.layers import layers_of
from reports.evaluations.measuring import Measured
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement, Progress
from surveys import audit, tallies
from surveys.tallies import WaveDesign


def conclude(evaluation: Evaluation, wave: WaveDesign, before: Evaluation | None) -> None:
    """Take the cross-department step and mark the evaluation done, in one transaction."""
    with transaction.atomic():
        parts = list(EvaluationPart.objects.filter(evaluation=evaluation).order_by("id").defer("dataset"))
        records = dict(
            EvaluationPart.objects.filter(evaluation=evaluation).values_list("pk", "dataset__records")
        )
        codes = {department.id: department.code for department in wave.departments}
        by_code = {codes[part.department_id]: part for part in parts}
        hidden = comparing.complementary(wave, {code: records[part.pk] for code, part in by_code.items()})
        for code in hidden:
            part, nothing = by_code[code], datasets.suppressed(code)
            EvaluationPart.objects.filter(pk=part.pk).update(dataset=nothing.document())
            storing.replace([(part, measuring.measure(nothing, wave))], [part])
        whole = _whole(evaluation, wave)
        compared = comparing.compare(
            wave, _headlines(evaluation), _headlines(before) if before else {}, _comparable(wave, before)
        )
        storing.replace(
            ((by_code[code], measured) for code, measured in compared.items()), parts, comparing.INDICATORS
        )
        done = Evaluation.objects.filter(pk=evaluation.pk).exclude(progress=Progress.DONE)
        finished = {"progress": Progress.DONE, "done_at": Now(), "whole": whole}
        if done.update(**finished, claimed_until=None, attempts=0, error="") == 1:
            audit.record(evaluation, verb="finish evaluation", by=None, wave=wave.id)


def _whole(evaluation: Evaluation, wave: WaveDesign) -> dict[str, Any]:
    """Find what concerns the wave as a whole; a battery that does not hold together leaves no index."""
    layers = layers_of(wave)
    whole: dict[str, Any] = {"margins_refused": layers.refused, "margins_capped": layers.capped}
    if not wave.dimensions:
        return whole
    shown = EvaluationPart.objects.filter(evaluation=evaluation).exclude(dataset__records=None)
    battery = whole_wave.battery(
        shown.order_by("id").values_list("agreement", flat=True),
        wave.dimensions,
        exact=not wave.method["merge_strata"],
    )
    measured = Measurement.objects.filter(part__evaluation=evaluation)
    indices = measured.filter(indicator="index")
    if not battery["holds"]:
        indices.delete()
    indexed = set(indices.values_list("part_id", flat=True))
    scores: dict[str, dict[str, float]] = {}
    found = measured.filter(indicator="dimension", part__in=indexed).order_by("part_id")
    for code, item, estimate in found.values_list("part__department__code", "item", "estimate"):
        scores.setdefault(code, {})[item] = float(estimate["value"])
    order = whole_wave.order_hangs_on_weights(scores, wave.dimensions)
    return {**whole, "battery": battery, "order_hangs_on_weights": order}


def _headlines(evaluation: Evaluation) -> dict[str, Measured]:
    """Read the headline scores of an evaluation by department code: the standardised ones where a mix was declared."""
    declared = evaluation.method.get("standard")
    rows = Measurement.objects.filter(
        part__evaluation=evaluation, indicator="standardised" if declared else "score", item=""
    ).values_list("part__department__code", "indicator", "item", "status", "n", "estimate")
    return {code: Measured(*figures) for code, *figures in rows}


def _comparable(wave: WaveDesign, before: Evaluation | None) -> set[str]:
    """Name the departments whose headline question was asked alike the time before.

    None where either wave may not judge, where scores are compared at another mix than the time before, or where the
    wave before is released later: a change would tell its score.
    """
    if before is None:
        return set()
    earlier = tallies.design(before.wave_id)
    if not (wave.judged and earlier.judged) or earlier.release_at > wave.release_at:
        return set()
    if _mix(wave) != _mix(earlier):
        return set()  # scores at different mixes differ though nobody changed
    return asked_alike(wave, earlier)


def _mix(wave: WaveDesign) -> tuple[Any, ...]:
    """Return the mix that scores are compared at, with the categories it is of."""
    standard = wave.method["standard"]
    if not standard:
        return ()
    categories = [
        one.code for margin in wave.margins if margin.code == standard["margin"] for one in margin.categories
    ]
    return standard["margin"], sorted(standard["shares"].items()), categories
