"""Evaluating: late workers, sealed waves before, waves that fail alone, and evaluations of an earlier format."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.utils import timezone

from reports import releasing
from reports.analyses.models import Analysis
from reports.evaluations import concluding, evaluating, measuring
from reports.evaluations.layers import layers_of
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement, Progress
from reports.scorecards import composing, publishing
from reports.scorecards.models import Publication
from surveys import tallies
from surveys.people.models import User
from surveys.waves.models import Klass, Wave
from tests.reports.evaluations.test_evaluating import everything
from tests.reports.made_waves import PARKS, ROADS, Door

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
LONG_AGO = timezone.now() - timedelta(days=1)


def test_a_late_worker_does_not_bring_back_what_was_hidden_meanwhile(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluation = evaluating.start(wave.pk)
    late = evaluating._claim(evaluation)
    EvaluationPart.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    evaluating.evaluate(wave.pk)
    hidden = EvaluationPart.objects.get(department__code="roads")
    EvaluationPart.objects.filter(pk=hidden.pk).update(dataset={"records": None})
    before = everything()
    design = tallies.design(wave.pk)
    departments = {department.id: department for department in design.departments}
    assert evaluating._compute(late, design, departments, evaluating._Slices(design), layers_of(design)) == 0
    assert everything() == before


def test_a_late_worker_that_fails_does_not_undo_what_was_concluded(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    conclude = concluding.conclude

    def slow(evaluation: Evaluation, design: tallies.WaveDesign, before: Evaluation | None) -> None:
        """Let the claim run out and another worker conclude, then fail on the rows that the other wrote."""
        Evaluation.objects.filter(pk=evaluation.pk).update(claimed_until=LONG_AGO)
        monkeypatch.setattr(concluding, "conclude", conclude)
        evaluating.go_on(Evaluation.objects.get(pk=evaluation.pk))
        raise IntegrityError("duplicate key")

    monkeypatch.setattr(concluding, "conclude", slow)
    assert evaluating.go_on(evaluating.start(wave.pk)) == 2
    evaluation = Evaluation.objects.get()
    assert (evaluation.progress, evaluation.attempts, evaluation.error) == (Progress.DONE, 0, "")
    assert releasing.release_due() >= 2


def test_a_late_worker_that_fails_does_not_undo_a_part(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS})
    evaluation = evaluating.start(wave.pk)
    late = evaluating._claim(evaluation)
    EvaluationPart.objects.update(claimed_until=LONG_AGO)
    evaluating.evaluate(wave.pk)
    before = everything()
    for _time in range(evaluating.MOST_ATTEMPTS):
        evaluating._failed(late[0], late_fault())
    assert everything() == before
    assert EvaluationPart.objects.get().progress == Progress.DONE


def late_fault() -> Exception:
    try:
        raise ValueError
    except ValueError as fault:
        return fault


def test_what_runs_and_is_held_by_nobody_is_taken_up(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS})
    evaluating.start(wave.pk)
    EvaluationPart.objects.update(progress=Progress.RUNNING, claimed_until=None)
    Evaluation.objects.update(progress=Progress.RUNNING, claimed_until=None)
    assert evaluating.evaluate_due() == 2
    assert Evaluation.objects.get().progress == Progress.DONE


def test_what_was_evaluated_in_the_first_format_and_not_published_is_evaluated_anew(
    a_wave: MakeWave, ivo: User
) -> None:
    """Migration 0005: before 0004 nothing was said of a wave as a whole."""
    released, sealed, waiting, current = (
        a_wave({"parks": PARKS}, slug=slug, release_in=timedelta(days=days))
        for slug, days in (("released", -1), ("sealed", 9), ("waiting", 9), ("current", 9))
    )
    for wave in (released, sealed):
        evaluating.evaluate(wave.pk)
    releasing.release_due()
    for wave in (waiting, current):
        evaluating.evaluate(wave.pk)
    anew = Evaluation.objects.create(
        wave=released, number=2, method={}, input_hash="2", code_hash="2", progress=Progress.DONE
    )
    asked = publishing.correct(Publication.objects.get(wave=released), reason="Counted anew.", by=ivo)
    Analysis.objects.create(evaluation=anew, progress=Progress.PARKED)
    Evaluation.objects.exclude(wave=current).update(whole={})
    ours = Evaluation.objects.get(wave=current).pk

    migration = import_module("reports.migrations.0005_evaluate_anew_what_was_evaluated_in_the_first_format")
    migration.begin_anew(apps, None)

    left = {(one.wave.slug, one.number) for one in Evaluation.objects.select_related("wave")}
    assert left == {("released", 1), ("sealed", 1), ("current", 1)}
    assert Evaluation.objects.get(wave=current).pk == ours
    assert not Analysis.objects.filter(evaluation__wave=waiting).exists()
    assert not Analysis.objects.filter(evaluation=anew.pk).exists()
    assert not Publication.objects.filter(pk=asked.pk).exists()
    assert evaluating.evaluate_due() > 0
    assert Evaluation.objects.get(wave=waiting).progress == Progress.DONE
    assert Publication.objects.count() == 2


def test_an_evaluation_that_says_nothing_of_the_wave_as_a_whole_can_be_composed(a_wave: MakeWave) -> None:
    evaluation = evaluating.evaluate(a_wave({"parks": PARKS}).pk)
    evaluation.whole = {}
    composed = composing.compose(evaluation, number=1).wave
    assert (composed.margins_refused, composed.battery) == ("", None)


def test_a_change_never_tells_a_score_that_is_still_sealed(a_wave: MakeWave) -> None:
    first = a_wave({"parks": PARKS}, slug="first", release_in=timedelta(days=30))
    second = a_wave({"parks": PARKS}, slug="second", previous=first)
    evaluating.evaluate(second.pk)
    assert Evaluation.objects.get(wave=first).progress == Progress.DONE
    assert not Measurement.objects.filter(indicator="change").exists()


def test_a_wave_that_may_not_judge_is_nothing_to_change_from(a_wave: MakeWave) -> None:
    first = a_wave({"parks": PARKS}, slug="first", klass=Klass.OPEN)
    second = a_wave({"parks": PARKS}, slug="second", previous=first)
    evaluating.evaluate(second.pk)
    assert not Measurement.objects.filter(indicator="change").exists()


def test_one_wave_that_cannot_be_evaluated_does_not_stop_the_others(a_wave: MakeWave, door: Door) -> None:
    broken = a_wave({"parks": PARKS}, slug="broken")
    sound = a_wave({"parks": PARKS}, slug="sound")
    del door.counted[broken.pk]
    evaluating.evaluate_due()
    assert Evaluation.objects.get().wave_id == sound.pk
    assert Evaluation.objects.get().progress == Progress.DONE


def test_the_alarm_of_the_time_limit_stops_the_worker_and_parks_nothing(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wave({"parks": PARKS})

    class Alarm(Exception):  # as celery's is: an Exception and nothing more
        """The soft time limit."""

    def slow(*_args: object) -> object:
        raise Alarm

    monkeypatch.setattr(measuring, "measure", slow)
    with pytest.raises(Alarm):
        evaluating.evaluate_due()
    part = EvaluationPart.objects.get()
    assert (part.progress, part.attempts) == (Progress.RUNNING, 0)
