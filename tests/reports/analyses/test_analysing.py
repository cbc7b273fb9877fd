"""Analyses are computed beside evaluations: once, in any order, by whoever comes, and never before them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from reports.analyses import analysing
from reports.analyses.content import AnalysisContent, Why
from reports.analyses.models import Analysis
from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation, Progress
from reports.scorecards.content import content_hash
from surveys import microdata
from surveys.responses.models import Response, Status
from surveys.waves.models import Wave
from tests.reports.analyses.conftest import a_city, planted

pytestmark = pytest.mark.django_db
Rated = Callable[..., Wave]


def analysed(wave: Wave) -> AnalysisContent:
    evaluating.evaluate(wave.pk)
    assert analysing.analyse_due() == 1
    found = Analysis.objects.get(evaluation__wave=wave)
    assert found.progress == Progress.DONE
    assert found.content_hash == content_hash(found.content)
    assert found.content is not None
    return AnalysisContent.of(found.content)


def test_a_planted_driver_comes_first_with_an_interval_away_from_the_others(rated: Rated) -> None:
    drivers = analysed(rated(a_city())).drivers
    assert (drivers.reason, drivers.n, drivers.departments, drivers.resamples) == (None, 240, 2, 500)
    ease, *others = drivers.dimensions
    assert ease.code == "ease"
    assert float(ease.lmg) > 0.7
    for other in others:
        assert float(ease.lmg_low) > float(other.lmg_high)
    for shares in (
        [float(one.lmg) for one in drivers.dimensions],
        [float(one.johnson) for one in drivers.dimensions],
    ):
        assert sum(shares) == pytest.approx(1, abs=0.002)
    for one in drivers.dimensions:
        assert float(one.lmg_low) <= float(one.lmg) <= float(one.lmg_high)
    assert float(drivers.r2_low or 0) < float(drivers.r2 or 0) < float(drivers.r2_high or 1)


def test_differences_between_departments_alone_explain_nothing(rated: Rated) -> None:
    rng = np.random.default_rng(8)

    def around(level: int) -> np.ndarray:
        return np.clip(level + rng.integers(-1, 2, (100, 4)), 1, 5)

    liked_and_not = {"parks": {1: around(4), 2: around(4)}, "roads": {1: around(2), 2: around(2)}}
    together = np.vstack([rows for by in liked_and_not.values() for rows in by.values()]).astype(float)
    assert np.corrcoef(together[:, 0], together[:, 1:].mean(axis=1))[0, 1] > 0.7
    drivers = analysed(rated(liked_and_not)).drivers
    assert drivers.n == 400
    assert float(drivers.r2 or 1) < 0.03


def test_the_order_of_rows_changes_no_byte(rated: Rated, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = rated(a_city())
    evaluation = evaluating.evaluate(wave.pk)
    first = content_hash(analysing.analyse(evaluation).document())
    assert first == content_hash(analysing.analyse(evaluation).document())  # drawn anew each time
    stored = microdata.rows

    def backwards(*args: Any, **kwargs: Any) -> Any:
        return iter(sorted(stored(*args, **kwargs), key=lambda row: (row.codes, row.stratum), reverse=True))

    monkeypatch.setattr(microdata, "rows", backwards)
    assert first == content_hash(analysing.analyse(evaluation).document())


def test_voided_records_do_not_count(rated: Rated) -> None:
    wave = rated(a_city())
    void = Response.objects.filter(wave=wave).first()
    assert void is not None
    Response.objects.filter(pk=void.pk).update(status=Status.VOID)
    assert analysed(wave).drivers.n == 239


def test_nothing_is_told_of_fewer_than_a_hundred_people(rated: Rated) -> None:
    content = analysed(rated(a_city(people=24)))
    assert content.drivers.reason == Why.TOO_FEW_PEOPLE
    assert content.drivers.n == 96
    assert content.drivers.r2 is None
    assert content.drivers.dimensions == ()
    assert content.reliability.reason == Why.TOO_FEW_PEOPLE


@pytest.mark.parametrize(("blank", "comes_in"), [(1, False), (4, False), (5, True)])
@pytest.mark.parametrize("left_out", [[2], [1, 2, 3]])
def test_few_people_left_out_are_not_given_away_by_the_difference(
    rated: Rated, left_out: list[int], blank: int, comes_in: bool
) -> None:
    city = a_city()
    city["parks"][1][:blank, left_out] = 0  # who rated overall but not that
    content = analysed(rated(city))
    assert content.drivers.reason is None
    assert content.drivers.departments == (2 if comes_in else 1)
    assert content.drivers.n == content.reliability.complete == (240 - blank if comes_in else 120)


@pytest.mark.parametrize(
    ("left_out", "reason"), [([2], Why.MOMENTS_WITHHELD), ([1, 2, 3], Why.TOO_FEW_LEFT_OUT)]
)
def test_where_few_were_left_out_of_every_department_nothing_is_told(
    rated: Rated, left_out: list[int], reason: Why
) -> None:
    city = a_city()
    for by in city.values():
        by[1][:2, left_out] = 0
    content = analysed(rated(city))
    assert (content.drivers.reason, content.reliability.omega_reason) == (reason, reason)
    assert (content.drivers.n, content.drivers.r2, content.drivers.dimensions) == (None, None, ())
    assert (content.reliability.omega, content.reliability.complete) == (None, None)


def test_one_dimension_has_nothing_to_be_compared_with(rated: Rated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.reports.analyses.conftest.DIMENSIONS", {"ease": "ease"})
    content = analysed(rated(a_city()))
    assert content.drivers.reason == Why.TOO_FEW_DIMENSIONS
    assert content.reliability.reason == Why.TOO_FEW_ITEMS


def test_people_who_always_answer_alike_give_a_reason_and_no_number(rated: Rated) -> None:
    same = np.full((60, 4), 4)
    content = analysed(rated({"parks": {1: same, 2: same}}))
    assert content.drivers.reason == Why.NO_VARIATION
    assert content.reliability.reason == Why.NO_VARIATION


def test_reliability_is_that_of_the_pooled_department_covariance(rated: Rated) -> None:
    rng = np.random.default_rng(4)

    def of_one_factor(people: int, level: float) -> np.ndarray:
        common = rng.normal(level, 0.9, (people, 1))
        return np.clip(np.round(common + rng.normal(0, 0.5, (people, 4))), 1, 5).astype(int)

    city = {"parks": {1: of_one_factor(80, 4)}, "roads": {1: of_one_factor(80, 2.5)}}
    found = analysed(rated(city, populations=(1000,), invited=(None,))).reliability
    within = np.vstack([by[1][:, 1:] - by[1][:, 1:].mean(axis=0) for by in city.values()])
    covariance = within.T @ within
    alpha = 1.5 * (1 - np.trace(covariance) / covariance.sum())
    assert float(found.alpha or 0) == pytest.approx(alpha)
    assert 0.7 < float(found.omega or 0) < 1
    assert found.cfi is None  # three questions fit one factor always
    assert [one.code for one in found.items] == ["ease", "speed", "trust"]


def test_it_waits_for_the_evaluation_and_is_made_once(rated: Rated) -> None:
    wave = rated(a_city())
    evaluating.start(wave.pk)
    assert analysing.analyse_due() == 0
    assert not Analysis.objects.exists()
    analysed(wave)
    assert analysing.analyse_due() == 0
    assert Analysis.objects.count() == 1


def test_a_dead_workers_analysis_comes_due_again_when_its_claim_runs_out(rated: Rated) -> None:
    wave = rated(a_city())
    evaluation = evaluating.evaluate(wave.pk)
    held = Analysis.objects.create(
        evaluation=evaluation,
        progress=Progress.RUNNING,
        claimed_until=timezone.now() + timedelta(seconds=60),
    )
    assert analysing.analyse_due() == 0
    Analysis.objects.filter(pk=held.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert analysing.analyse_due() == 1
    held.refresh_from_db()
    assert held.progress == Progress.DONE
    assert held.content_hash == content_hash(analysing.analyse(evaluation).document())


def test_of_two_workers_the_first_stores_and_the_other_changes_nothing(
    rated: Rated, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluating.evaluate(rated(a_city()).pk)
    compute = analysing.analyse
    steps: list[int] = []

    def slowly(evaluation: Evaluation) -> AnalysisContent:
        # The claim runs out meanwhile, and another worker takes the work over and does it.
        monkeypatch.setattr(analysing, "analyse", compute)
        Analysis.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        steps.append(analysing.analyse_due())
        return compute(evaluation)

    monkeypatch.setattr(analysing, "analyse", slowly)
    steps.append(analysing.analyse_due())
    assert steps == [1, 0]
    found = Analysis.objects.get()
    assert (found.progress, found.content_hash) == (Progress.DONE, content_hash(found.content))


def test_a_worker_slower_than_its_claim_still_stores(rated: Rated, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluating.evaluate(rated(a_city()).pk)
    compute = analysing.analyse

    def slowly(evaluation: Evaluation) -> AnalysisContent:
        Analysis.objects.update(
            claimed_until=timezone.now() + timedelta(seconds=99)
        )  # somebody else's by now
        return compute(evaluation)

    monkeypatch.setattr(analysing, "analyse", slowly)
    assert analysing.analyse_due() == 1
    assert Analysis.objects.get().progress == Progress.DONE


def test_what_fails_too_often_is_parked_with_the_place_and_no_word_of_the_data(
    rated: Rated, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluating.evaluate(rated(a_city()).pk)

    def broken(_evaluation: Evaluation) -> AnalysisContent:
        raise ValueError("grades 5 4 4 1")

    monkeypatch.setattr(analysing, "analyse", broken)
    for _ in range(analysing.MOST_ATTEMPTS):
        assert analysing.analyse_due() == 0
        Analysis.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    found = Analysis.objects.get()
    assert (found.progress, found.attempts) == (Progress.PARKED, analysing.MOST_ATTEMPTS)
    assert found.error.startswith("ValueError, test_analysing.py:")
    assert "grades" not in found.error


def test_a_finished_analysis_never_changes(rated: Rated) -> None:
    analysed(rated(a_city()))
    for change in (lambda: Analysis.objects.update(content={}), lambda: Analysis.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Analysis.objects.get().content


def test_reconcile_analyses_too(rated: Rated) -> None:
    rated(a_city())
    call_command("reconcile")
    assert Analysis.objects.get().progress == Progress.DONE


def test_seed_input_and_code_are_named(rated: Rated) -> None:
    content = analysed(rated(a_city()))
    evaluation = Evaluation.objects.get()
    assert content.input_hash == evaluation.input_hash
    assert content.drivers.seed == int(evaluation.input_hash[:8], 16)
    assert len(content.code_hash) == 64


def test_a_driver_of_few_people_moves_its_interval_with_their_number(rated: Rated) -> None:
    rng = np.random.default_rng(5)
    many = analysed(rated({"parks": {1: planted(rng, 900), 2: planted(rng, 900)}})).drivers.dimensions[0]
    few = analysed(
        rated({"parks": {1: planted(rng, 60), 2: planted(rng, 60)}}, slug="autumn")
    ).drivers.dimensions[0]
    assert float(many.lmg_high) - float(many.lmg_low) < float(few.lmg_high) - float(few.lmg_low)


def test_a_department_of_which_something_is_hidden_does_not_come_in(rated: Rated) -> None:
    city = a_city()
    rng = np.random.default_rng(6)
    tiny = {1: planted(rng, 4), 2: planted(rng, 2)}
    partly = {1: planted(rng, 30), 2: planted(rng, 30)}
    partly[1][:, 3] = 0
    partly[2][4:, 3] = 0  # four people answered the last question
    content = analysed(rated(city | {"lamps": tiny, "water": partly}))
    assert (content.drivers.departments, content.drivers.n) == (2, 240)
    assert content.reliability.n == content.reliability.complete == 240
