"""How far a wave has got on its way to the release: every state has its words, and none tells a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation, EvaluationPart, Progress
from reports.exports.models import Paper
from reports.notices.standings import STATES, standing_of
from reports.scorecards import publishing
from reports.scorecards.models import Publication
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def wave(a_wave: Callable[..., Wave]) -> Wave:
    return a_wave({"parks": PARKS, "roads": ROADS}, release_in=timedelta(days=3))


def test_a_wave_goes_through_its_states(wave: Wave) -> None:
    seen = [standing_of(wave.pk).state]
    evaluating.evaluate(wave.pk)
    Evaluation.objects.update(progress=Progress.RUNNING)
    last = EvaluationPart.objects.order_by("pk")[1]
    EvaluationPart.objects.filter(pk=last.pk).update(progress=Progress.DUE)
    found = standing_of(wave.pk)
    assert (found.done, found.parts) == (1, 2)
    seen.append(found.state)
    Evaluation.objects.update(progress=Progress.PARKED, error="The disk is full.")
    seen.append(standing_of(wave.pk).state)
    assert standing_of(wave.pk).problem == "The disk is full."
    Evaluation.objects.update(progress=Progress.DONE)
    EvaluationPart.objects.update(progress=Progress.DONE)
    seen.append(standing_of(wave.pk).state)
    publishing.seal_due()
    seen.append(standing_of(wave.pk).state)
    Publication.objects.update(trial=Publication.Trial.HELD)
    seen.append(standing_of(wave.pk).state)
    Publication.objects.update(trial=Publication.Trial.PASSED)
    seen.append(standing_of(wave.pk).state)
    Paper.objects.create(publication=Publication.objects.get(), name="report.pdf", body=b"", sha256="")
    seen.append(standing_of(wave.pk).state)
    Publication.objects.update(state="published", published_at="2026-01-01T00:00Z")
    seen.append(standing_of(wave.pk).state)
    assert seen == list(STATES)
    assert standing_of(wave.pk).is_resting


def test_it_is_one_look_of_few_queries(
    wave: Wave, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    evaluating.evaluate(wave.pk)
    publishing.seal_due()
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        standing_of(wave.pk)


def test_the_piece_asks_again_until_nothing_is_to_be_expected(
    wave: Wave, ada: User, logged_in: Browser
) -> None:
    client, address = logged_in(ada), reverse("evaluations:progress", args=[wave.pk])
    page = client.get(address, headers=ENGLISH).content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert "<noscript>" in page
    assert "begins when the last answers are counted" in page
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    page = client.get(address, headers=ENGLISH).content.decode()
    assert "2 of 2 parts done" in page
    mark = standing_of(wave.pk).mark
    assert client.get(address, {"seen": mark}).status_code == 204
    changed = client.get(address, {"seen": "waiting-0-"}, headers=ENGLISH)
    assert json.loads(changed["HX-Trigger"])["announce"] == str(standing_label(wave))
    brief = client.get(address, {"seen": "x", "brief": "1"}, headers=ENGLISH).content.decode()
    assert "<ol" not in brief
    assert 'class="chip' in brief


def standing_label(wave: Wave) -> object:
    from django.utils import translation

    with translation.override("en"):
        return str(standing_of(wave.pk).label)


def test_a_released_wave_is_at_rest(released: Publication, ada: User, logged_in: Browser) -> None:
    address = reverse("evaluations:progress", args=[released.wave_id])
    page = logged_in(ada).get(address, headers=ENGLISH).content.decode()
    if standing_of(released.wave_id).is_resting:
        assert "hx-get" not in page
    assert "released" in page


def test_staff_who_watch_fieldwork_see_it_and_nobody_else(
    sealed: Publication, ada: User, dana: User, logged_in: Browser
) -> None:
    pages = (
        reverse("evaluations:progress", args=[sealed.wave_id]),
        f"/api/v1/evaluations/{sealed.wave_id}/progress/",
    )
    score = str(sealed.content["departments"][0]["score"])[:5]
    for page in pages:
        assert logged_in(dana).get(page).status_code == 403
        answer = logged_in(ada).get(page)
        assert answer.status_code == 200
        assert score not in answer.content.decode()
    said = logged_in(ada).get(pages[1], headers=ENGLISH).json()
    assert set(said) == {"state", "label", "done", "parts", "problem", "analysis", "release_at"}
    assert said["state"] in STATES


@pytest.mark.parametrize("name", ["scorecards:list", "scorecards:review"])
def test_it_stands_where_staff_look(sealed: Publication, ada: User, logged_in: Browser, name: str) -> None:
    arguments = [sealed.pk] if name == "scorecards:review" else []
    page = logged_in(ada).get(reverse(name, args=arguments), headers=ENGLISH).content.decode()
    assert reverse("evaluations:progress", args=[sealed.wave_id]) in page
