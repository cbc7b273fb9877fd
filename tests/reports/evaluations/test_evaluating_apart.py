"""Evaluating: late workers, sealed waves before, and waves that fail alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from reports.evaluations import evaluating, measuring
from reports.evaluations.layers import layers_of
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement, Progress
from surveys import tallies
from surveys.waves.models import Klass, Wave
from tests.reports.evaluations.test_evaluating import everything
from tests.reports.made_waves import PARKS, ROADS, Door

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]


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
