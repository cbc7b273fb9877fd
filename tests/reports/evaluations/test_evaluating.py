"""Evaluating: the worked example to every digit, the same bytes however it is done, and restarts."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from reports.evaluations import comparing, evaluating, measuring
from reports.evaluations.datasets import Dataset
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement, Progress
from surveys.people.models import User
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS, Door

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]


def everything() -> list[tuple[object, ...]]:
    """All that evaluations have computed, in an order that does not depend on when it was done."""
    parts = EvaluationPart.objects.order_by("evaluation__wave_id", "department__code")
    rows = Measurement.objects.order_by(
        "part__evaluation__wave_id", "part__department__code", "indicator", "item"
    )
    return [
        *parts.values_list("evaluation__input_hash", "department__code", "progress", "dataset"),
        *rows.values_list("part__department__code", "indicator", "item", "status", "n", "estimate"),
    ]


def test_the_worked_example_comes_out_to_every_digit(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluation = evaluating.evaluate(wave.pk)
    assert evaluation.progress == Progress.DONE
    found = {
        row.indicator: row for row in Measurement.objects.filter(part__department__code="parks", item="")
    }
    score, rate = found["score"].estimate, found["satisfaction"].estimate
    assert found["score"].n == 87
    assert found["score"].status == "publishable"
    assert (score["value"], score["se"], score["df"]) == ("69.4642857143", "2.86959955584", "85")
    assert (score["low"], score["high"]) == ("63.7587530101", "75.1698184185")
    assert (rate["value"], rate["low"], rate["high"]) == ("0.7", "0.590664980441", "0.790489857092")
    assert rate["kg_width"] == "0.210281013324"
    assert found["good_rate"].estimate["value"] == "0.871428571429"
    assert found["grades"].estimate["shares"] == [
        "0.242857142857",
        "0.457142857143",
        "0.171428571429",
        "0.0928571428571",
        "0.0357142857143",
    ]


def test_the_benchmark_is_the_mean_of_the_departments_and_labels_come_from_holm(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    expected = {
        row.part.department.code: row.estimate
        for row in Measurement.objects.filter(indicator="expected").select_related("part__department")
    }
    scores = {
        row.part.department.code: float(row.estimate["value"])
        for row in Measurement.objects.filter(indicator="score").select_related("part__department")
    }
    assert float(expected["parks"]["target"]) == pytest.approx(sum(scores.values()) / 2, rel=1e-11)
    assert (expected["parks"]["band"], expected["roads"]["band"]) == ("much_better", "much_worse")
    assert expected["parks"]["uses"] == "z"
    ranks = {r.part.department.code: r.estimate for r in Measurement.objects.filter(indicator="rank")}
    assert ranks["parks"] == {"low": 1, "high": 1, "of": 2}
    assert ranks["roads"] == {"low": 2, "high": 2, "of": 2}


def test_a_declared_target_is_the_benchmark(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS}, target="70")
    evaluating.evaluate(wave.pk)
    estimate = Measurement.objects.get(indicator="expected").estimate
    assert (estimate["target"], estimate["source"], estimate["band"]) == ("70", "declared", "as_expected")


def test_evaluating_twice_gives_the_same_evaluation_and_the_same_bytes(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    first = evaluating.evaluate(wave.pk)
    before = everything()
    again = evaluating.evaluate(wave.pk)
    assert (first.pk, everything()) == (again.pk, before)
    Evaluation.objects.all().delete()
    evaluating.evaluate(wave.pk)
    assert everything() == before


def test_a_worker_killed_between_parts_is_made_good_by_the_next_beat(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    undisturbed = everything()
    Evaluation.objects.all().delete()

    monkeypatch.setattr(evaluating, "BATCH", 1)
    real, calls = measuring.measure, []

    def killed_at_the_second(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit("kill -9")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(measuring, "measure", killed_at_the_second)
    with pytest.raises(SystemExit):
        evaluating.evaluate(wave.pk)
    monkeypatch.setattr(measuring, "measure", real)
    states = sorted(EvaluationPart.objects.values_list("progress", flat=True))
    assert states == [Progress.DONE, Progress.RUNNING]

    assert evaluating.evaluate_due() == 0, "a claim that has not run out is left alone"
    EvaluationPart.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert evaluating.evaluate_due() == 2
    assert everything() == undisturbed
    assert evaluating.evaluate_due() == 0


def test_a_worker_killed_while_comparing_leaves_nothing_half_done(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    undisturbed = everything()
    Evaluation.objects.all().delete()

    def killed(*args: object) -> object:
        raise SystemExit("kill -9")

    with monkeypatch.context() as struck:
        struck.setattr(comparing, "compare", killed)
        with pytest.raises(SystemExit):
            evaluating.evaluate(wave.pk)
    assert not Measurement.objects.filter(indicator="expected").exists()
    assert Evaluation.objects.get().progress == Progress.RUNNING
    Evaluation.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    evaluating.evaluate_due()
    assert everything() == undisturbed


def test_the_order_of_the_parts_does_not_matter(a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS, "water": PARKS})
    evaluating.evaluate(wave.pk)
    forwards = everything()
    Evaluation.objects.all().delete()
    evaluation = evaluating.start(wave.pk)
    monkeypatch.setattr(evaluating, "BATCH", 1)
    first = EvaluationPart.objects.filter(evaluation=evaluation).order_by("id").first()
    assert first is not None
    EvaluationPart.objects.filter(pk=first.pk).update(
        progress=Progress.RUNNING, claimed_until=timezone.now() + timedelta(hours=1)
    )
    evaluating.evaluate_due()
    EvaluationPart.objects.filter(pk=first.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    evaluating.evaluate_due()
    assert everything() == forwards


def test_a_part_that_keeps_failing_is_parked_with_a_sentence_and_can_be_tried_again(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    real = measuring.measure

    def broken(dataset: Dataset, design: object) -> object:
        if dataset.department == "roads":
            raise ZeroDivisionError("a fault")
        return real(dataset, design)  # type: ignore[arg-type]

    monkeypatch.setattr(measuring, "measure", broken)
    for _attempt in range(evaluating.MOST_ATTEMPTS + 2):
        evaluating.evaluate_due()
        EvaluationPart.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    part = EvaluationPart.objects.get(department__code="roads")
    assert (part.progress, part.attempts) == (Progress.PARKED, evaluating.MOST_ATTEMPTS)
    assert part.error.startswith("The computation failed 5 times: ZeroDivisionError, test_evaluating.py:")
    assert "a fault" not in part.error, "an exception's words may hold counts"
    assert EvaluationPart.objects.get(department__code="parks").progress == Progress.DONE
    assert Evaluation.objects.get().progress == Progress.PARKED

    monkeypatch.setattr(measuring, "measure", real)
    assert evaluating.evaluate(wave.pk).progress == Progress.DONE


def test_a_changed_input_makes_a_new_evaluation_beside_the_old(a_wave: MakeWave, door: Door) -> None:
    wave = a_wave({"parks": PARKS})
    first = evaluating.evaluate(wave.pk)
    before = everything()
    pk, found = next(iter(door.counted[wave.pk].items()))
    changed = found.counts.copy()
    changed[0, 0, 5] -= 1
    changed[0, 0, 1] += 1
    door.counted[wave.pk][pk] = type(found)(
        found.department_id, found.klass, found.groups, changed, found.moments
    )
    second = evaluating.evaluate(wave.pk)
    assert (second.number, second.pk != first.pk) == (2, True)
    assert everything()[: len(before)] != before


def test_only_a_settled_wave_is_evaluated(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS}, settled=False)
    with pytest.raises(ValueError, match="not counted yet"):
        evaluating.evaluate(wave.pk)
    with pytest.raises(LookupError):
        evaluating.evaluate(wave.pk + 1000)
    assert evaluating.evaluate_due() == 0


def test_a_change_is_shown_only_when_it_is_sure_and_matters(a_wave: MakeWave) -> None:
    worse = {"overall": [[2, 6, 14, 8, 4, 4, 1, 1], [3, 9, 20, 14, 7, 5, 0, 2]]}
    first = a_wave({"parks": worse, "roads": ROADS}, slug="first")
    second = a_wave({"parks": PARKS, "roads": ROADS}, slug="second", previous=first)
    evaluating.evaluate(second.pk)
    assert Evaluation.objects.get(wave=first).progress == Progress.DONE
    changes = {
        row.part.department.code: row.estimate
        for row in Measurement.objects.filter(indicator="change").select_related("part__department")
    }
    assert changes["parks"]["direction"] == "improved"
    assert changes["roads"]["direction"] == "no_change_shown"
    assert changes["roads"]["value"] == "0"
    scores = {
        row.part.evaluation.wave_id: row.estimate
        for row in Measurement.objects.filter(
            indicator="score", part__department__code="parks"
        ).select_related("part__evaluation")
    }
    now, before = scores[second.pk], scores[first.pk]
    assert float(changes["parks"]["value"]) == pytest.approx(
        float(now["value"]) - float(before["value"]), rel=1e-10
    )
    assert float(changes["parks"]["se"]) ** 2 == pytest.approx(
        float(now["se"]) ** 2 + float(before["se"]) ** 2
    )


def test_a_question_in_other_words_is_not_compared(a_wave: MakeWave) -> None:
    first = a_wave({"parks": PARKS}, slug="first", text="How content are you?")
    second = a_wave({"parks": PARKS}, slug="second", previous=first)
    evaluating.evaluate(second.pk)
    assert not Measurement.objects.filter(indicator="change").exists()


def test_a_self_selected_wave_is_never_labelled_ranked_or_compared(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN)
    evaluating.evaluate(wave.pk)
    assert not Measurement.objects.filter(indicator__in=("expected", "rank", "change")).exists()
    score = Measurement.objects.get(indicator="score", part__department__code="parks").estimate
    plain = (22 * 100 + 39 * 75 + 15 * 50 + 8 * 25) / 87
    assert float(score["value"]) == pytest.approx(plain, rel=1e-11)


def test_a_small_department_has_no_figure_anywhere(a_wave: MakeWave) -> None:
    small = {"overall": [[3, 2, 0, 0, 0, 0, 0, 35], [1, 1, 1, 1, 0, 0, 0, 56]]}
    wave = a_wave({"parks": PARKS, "roads": small})
    evaluating.evaluate(wave.pk)
    part = EvaluationPart.objects.get(department__code="roads")
    assert part.dataset is not None
    assert (part.dataset["rows"], part.dataset["records"]) == ([], 100)
    assert [(item["answered"], item["missing"]) for item in part.dataset["items"]] == [(None, {})]
    hidden = Measurement.objects.filter(part=part)
    assert set(hidden.values_list("status", flat=True)) == {"suppressed"}
    assert set(hidden.values_list("n", flat=True)) == {None}
    assert not Measurement.objects.filter(part=part, estimate__has_key="value").exists()


def test_when_people_would_tell_the_hidden_number_the_next_smallest_is_hidden_too(a_wave: MakeWave) -> None:
    tiny = {"overall": [[2, 1, 0, 0, 0], [1, 0, 0, 0, 0]]}
    some = {"overall": [[5, 5, 2, 1, 0], [6, 3, 3, 2, 1]]}
    many = {"overall": [[20, 10, 5, 3, 1], [15, 10, 6, 2, 1]]}
    records = 4 + 28 + 73
    wave = a_wave(
        {"parks": tiny, "roads": some, "water": many},
        strata=(("north", 1000, 55), ("south", 3000, 50)),
        people={(1, 1): records},
    )
    evaluating.evaluate(wave.pk)
    status = {
        row.part.department.code: row.status
        for row in Measurement.objects.filter(indicator="score").select_related("part__department")
    }
    assert status == {"parks": "suppressed", "roads": "suppressed", "water": "publishable"}
    hidden = EvaluationPart.objects.get(department__code="roads").dataset
    assert hidden is not None
    assert (hidden["records"], hidden["rows"], hidden["groups"]) == (None, [], [])


def test_claims_are_made_by_the_clock_of_the_database(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS})
    evaluation = evaluating.start(wave.pk)
    (part,) = evaluating._claim(evaluation)
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM %s - now())", [part.claimed_until])
        seconds = cursor.fetchone()[0]
    assert 55 < seconds < 62
    assert evaluating._claim(evaluation) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_parts_and_come_to_the_same(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({code: PARKS if place % 2 else ROADS for place, code in enumerate("abcdefgh")})
    evaluating.evaluate(wave.pk)
    alone = everything()
    Evaluation.objects.all().delete()
    monkeypatch.setattr(evaluating, "BATCH", 1)
    evaluating.start(wave.pk)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            evaluating.evaluate_due()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    evaluating.evaluate_due()
    assert not failures
    assert everything() == alone


def test_reconciling_does_everything_that_is_due_and_then_nothing(a_wave: MakeWave) -> None:
    a_wave({"parks": PARKS, "roads": ROADS})
    out = StringIO()
    call_command("reconcile", stdout=out)
    done = json.loads(out.getvalue())["done"]
    assert done >= 4, "started, computed, compared, sealed, released"
    assert Evaluation.objects.get().progress == Progress.DONE
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert json.loads(out.getvalue()) == {"done": 0}


def test_progress_counts_departments_and_tells_no_value(
    a_wave: MakeWave, logged_in: Callable[[User], Client], ada: User, dana: User
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    address = reverse("evaluations:progress", args=[wave.pk])
    page = logged_in(ada).get(address, headers={"accept-language": "en"}).content.decode()
    assert "begins when the last answers are counted" in page
    evaluating.evaluate(wave.pk)
    page = logged_in(ada).get(address, headers={"accept-language": "en"}).content.decode()
    assert "2 of 2 parts done" in page
    assert logged_in(dana).get(address).status_code == 403
    listed = logged_in(ada).get("/api/v1/evaluations/").json()["results"]
    assert [(one["parts_done"], one["parts"], one["progress"]) for one in listed] == [(2, 2, "done")]
    assert not {"score", "content", "dataset", "method"} & set(listed[0])
    assert logged_in(dana).get("/api/v1/evaluations/").status_code == 403
    assert "input_hash" not in listed[0], "figures can be guessed, and a hash would say which guess is right"


def test_nobody_can_try_out_answers_against_the_published_input_hash(a_wave: MakeWave, door: Door) -> None:
    wave = a_wave({"parks": PARKS})
    design = door.design(wave.pk)
    found = evaluating.input_hash(design, None)
    assert evaluating.input_hash(design, None) == found
    with override_settings(SECRET_KEY="another key"):
        assert evaluating.input_hash(design, None) != found
