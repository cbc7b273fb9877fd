"""The step across departments that concludes an evaluation, taken in one transaction by one worker.

What a hidden department would follow from is hidden too, the wave as a whole is described, and the publishable
departments are compared with the benchmark, with the wave before and with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from reports.evaluations import comparing, datasets, measuring, rolling_up, storing, whole_wave
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
        whole = _hide_and_compare(evaluation, wave, before, {code: by_code[code] for code in hidden}, by_code)
        done = Evaluation.objects.filter(pk=evaluation.pk).exclude(progress=Progress.DONE)
        finished = {"progress": Progress.DONE, "done_at": Now(), "whole": whole}
        if done.update(**finished, claimed_until=None, attempts=0, error="") == 1:
            audit.record(evaluation, verb="finish evaluation", by=None, wave=wave.id)


def withhold(
    evaluation: Evaluation, codes: Collection[str], *, why: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Hide departments of a finished evaluation that was never published, by code, and compare the others anew.

    `why` is kept with what is found of the wave as a whole. Returns the codes that were hidden by this call.
    """
    wave = tallies.design(evaluation.wave_id)
    with transaction.atomic():
        evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk, progress=Progress.DONE)
        parts = EvaluationPart.objects.filter(evaluation=evaluation).order_by("id").defer("dataset")
        by_code = {part.department.code: part for part in parts.select_related("department")}
        records = dict(parts.values_list("department__code", "dataset__records"))
        shown = {code for code, n in records.items() if n is not None}
        less = {code: None if code in codes else n for code, n in records.items()}
        further = comparing.complementary(wave, less)
        hidden = {code: by_code[code] for code in sorted(shown & {*codes, *further})}
        if hidden:
            before = _before(wave)
            whole = _hide_and_compare(evaluation, wave, before, hidden, by_code)
            whole["withheld"] = [*evaluation.whole.get("withheld", ()), *map(dict, why)]
            Evaluation.objects.filter(pk=evaluation.pk).update(whole=whole)
            audit.record(evaluation, verb="withhold", by=None, wave=wave.id, departments=list(hidden))
    return list(hidden)


def compare_again(
    evaluation: Evaluation, before: Evaluation | None, scores: Mapping[str, Collection[str]]
) -> bool:
    """Tell the changes of a finished evaluation that was never published against published `scores` alone, by code.

    They are of the evaluation `before` of the wave before, None where nothing of that wave is published. What cannot be
    told for that is kept by name. Answers whether anything is told otherwise than it was.
    """
    wave = tallies.design(evaluation.wave_id)
    if wave.previous_id is None:
        return False
    now, earlier = _compared(evaluation), _compared(before) if before else {}
    comparable = _comparable(wave, wave.previous_id)
    shown = {code: one for code, one in earlier.items() if comparing.publishable(one)}
    public = {code: one for code, one in shown.items() if one.estimate["value"] in scores.get(code, ())}
    told = comparing.changes(wave, now, public, comparable)
    # Which score of an unpublished wave could have been compared is not told either: all of them lack it.
    lacking = (set(shown) if before else set(now)) - set(public)
    without = sorted(code for code in comparable & lacking if comparing.publishable(now.get(code)))
    with transaction.atomic():
        evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk, progress=Progress.DONE)
        stored = Measurement.objects.filter(part__evaluation=evaluation, indicator="change")
        as_it_was = dict(stored.values_list("part__department__code", "estimate"))
        same = as_it_was == {code: one.estimate for code, one in told.items()}
        if same and without == evaluation.whole.get("unpublished_before", []):
            return False
        parts = EvaluationPart.objects.filter(evaluation=evaluation).defer("dataset")
        by_code = {part.department.code: part for part in parts.select_related("department")}
        changed = [(by_code[code], [measured]) for code, measured in told.items()]
        storing.replace(changed, list(by_code.values()), ("change",))
        whole = {**evaluation.whole, "unpublished_before": without}
        Evaluation.objects.filter(pk=evaluation.pk).update(whole=whole)
        audit.record(evaluation, verb="compare again", by=None, wave=wave.id, unpublished_before=without)
    return True


def _before(wave: WaveDesign) -> Evaluation | None:
    if wave.previous_id is None:
        return None
    found = Evaluation.objects.filter(wave_id=wave.previous_id).order_by("-number").first()
    return found if found is not None and found.progress == Progress.DONE else None


def _hide_and_compare(
    evaluation: Evaluation,
    wave: WaveDesign,
    before: Evaluation | None,
    hidden: Mapping[str, EvaluationPart],
    parts: Mapping[str, EvaluationPart],
) -> dict[str, Any]:
    """Hide departments wholly, compare those that are left, and return what is found of the wave as a whole."""
    for code, part in hidden.items():
        nothing = datasets.suppressed(code)
        EvaluationPart.objects.filter(pk=part.pk).update(dataset=nothing.document())
        storing.replace([(part, measuring.measure(nothing, wave))], [part])
    whole = _whole(evaluation, wave)
    compared = comparing.compare(
        wave,
        _compared(evaluation),
        _compared(before) if before else {},
        _comparable(wave, before.wave_id) if before else set(),
    )
    storing.replace(
        ((parts[code], measured) for code, measured in compared.items()),
        list(parts.values()),
        comparing.INDICATORS,
    )
    return whole


def _whole(evaluation: Evaluation, wave: WaveDesign) -> dict[str, Any]:
    """Find what concerns the wave as a whole; a battery that does not hold together leaves no index."""
    layers = layers_of(wave)
    whole: dict[str, Any] = {
        "margins_refused": layers.refused,
        "margins_capped": layers.capped,
        # As they are now: a reform of the departments may not move what stands on this evaluation.
        "tree": [asdict(node) for node in wave.tree],
        "places": [asdict(node) for node in wave.places],
        "roll_ups": rolling_up.roll_up(wave, _headlines(evaluation, "score")),
    }
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


def _compared(evaluation: Evaluation) -> dict[str, Measured]:
    """Read the scores of an evaluation that are compared: the standardised ones where a mix was declared."""
    return _headlines(evaluation, "standardised" if evaluation.method.get("standard") else "score")


def _headlines(evaluation: Evaluation, indicator: str) -> dict[str, Measured]:
    """Read one measurement of the headlines of an evaluation, by department code."""
    rows = Measurement.objects.filter(part__evaluation=evaluation, indicator=indicator, item="").values_list(
        "part__department__code", "indicator", "item", "status", "n", "estimate"
    )
    return {code: Measured(*figures) for code, *figures in rows}


def _comparable(wave: WaveDesign, previous_id: int) -> set[str]:
    """Name the departments whose headline question was asked alike the time before.

    None where either wave may not judge, where scores are compared at another mix than the time before, or where the
    wave before is released later: a change would tell its score.
    """
    earlier = tallies.design(previous_id)
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
