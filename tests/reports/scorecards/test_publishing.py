"""Sealing, reviewing, releasing, correcting: frozen content at a fixed time."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation
from reports.scorecards import composing, publishing
from reports.scorecards.content import content_hash
from reports.scorecards.models import Publication, Scorecard
from surveys.audit import AuditEntry
from surveys.people.models import Department, User
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS, Door, a_slice

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]


def recount(door: Door, wave_id: int) -> None:
    """Change the counts of the first department, as ten voided records would: fewer would be told by the difference."""
    pk = min(door.counted[wave_id])
    line = [[10, 14, 6, 3, 1, 4, 1, 1], [2, 25, 9, 5, 2, 5, 0, 2]]
    door.counted[wave_id][pk] = a_slice(pk, 1, {"overall": line})


def test_sealing_the_same_evaluation_twice_is_once(sealed: Publication) -> None:
    again = publishing.seal(sealed.evaluation)
    assert (again.pk, again.content_hash) == (sealed.pk, sealed.content_hash)
    assert Publication.objects.count() == 1
    assert Scorecard.objects.filter(publication=sealed).count() == 2


def test_the_hash_is_that_of_the_stored_content(sealed: Publication) -> None:
    assert content_hash(sealed.content) == sealed.content_hash
    for scorecard in sealed.scorecards.all():
        assert content_hash(scorecard.content) == scorecard.content_hash
        assert content_hash(scorecard.dataset) == scorecard.content["dataset_hash"]


def test_nothing_is_released_before_its_time_whoever_asks(sealed: Publication, ivo: User) -> None:
    releasing.release_due()
    assert publishing.publish(sealed, by=ivo) is False
    sealed.refresh_from_db()
    assert sealed.state == Publication.State.SEALED


def test_the_release_fires_at_its_time_though_nobody_reviewed(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS}, release_in=timedelta(seconds=1))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    publication = Publication.objects.get()
    if timezone.now() < wave.release_at:
        assert publication.state == Publication.State.SEALED
    time.sleep(max(0.0, (wave.release_at - timezone.now()).total_seconds()) + 0.05)
    releasing.release_due()
    publication.refresh_from_db()
    assert (publication.state, publication.reviewed_by) == (Publication.State.PUBLISHED, None)
    assert AuditEntry.objects.filter(verb="release", actor=None, subject_id=str(publication.pk)).exists()
    assert releasing.release_due() == 0


def test_a_review_is_recorded_once_and_only_by_reviewers(sealed: Publication, ivo: User, ada: User) -> None:
    with pytest.raises(PermissionDenied):
        publishing.review(sealed, by=ada)
    reviewed = publishing.review(sealed, by=ivo)
    assert (reviewed.reviewed_by, reviewed.reviewed_at is not None) == (ivo, True)
    assert AuditEntry.objects.filter(verb="review", actor=ivo).count() == 1
    with pytest.raises(publishing.NotReviewable):
        publishing.review(sealed, by=ivo)


def test_a_newer_evaluation_replaces_what_is_sealed_and_needs_a_new_review(
    sealed: Publication, ivo: User, door: Door
) -> None:
    publishing.review(sealed, by=ivo)
    before = sealed.content_hash
    recount(door, sealed.wave_id)
    evaluating.evaluate(sealed.wave_id)
    assert releasing.release_due()
    now = Publication.objects.get()
    assert (now.pk, now.number, now.reviewed_by) == (sealed.pk, 1, None)
    assert now.content_hash != before


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        change()


def test_the_database_refuses_to_change_what_is_published(released: Publication) -> None:
    card = Scorecard.objects.filter(publication=released).first()
    assert card is not None
    refused(lambda: Publication.objects.filter(pk=released.pk).update(content={}))
    refused(lambda: Publication.objects.filter(pk=released.pk).update(state="sealed", published_at=None))
    refused(lambda: Scorecard.objects.filter(pk=card.pk).update(content={}))
    refused(lambda: Scorecard.objects.filter(pk=card.pk).update(dataset={}))
    refused(lambda: Scorecard.objects.filter(pk=card.pk)._raw_delete("default"))
    other = Publication.objects.create(
        wave=released.wave, number=2, evaluation=released.evaluation, content={}, content_hash=""
    )
    loose = Scorecard.objects.create(
        publication=other,
        department=Department.objects.create(
            code="water", names={"en": "Water"}, parent=card.department.parent
        ),
        content={},
        content_hash="",
        dataset={},
    )
    refused(lambda: Scorecard.objects.filter(pk=loose.pk).update(publication=released))
    refused(lambda: Scorecard.objects.filter(pk=card.pk).update(publication=other))
    Scorecard.objects.filter(pk=loose.pk).update(content={"free": "until the release"})
    refused(
        lambda: Scorecard.objects.create(
            publication=released, department=card.department, content={}, content_hash="", dataset={}
        )
    )
    refused(lambda: Publication.objects.filter(pk=released.pk)._raw_delete("default"))


def test_a_released_wave_is_not_replaced_by_a_newer_evaluation_alone(
    released: Publication, door: Door
) -> None:
    recount(door, released.wave_id)
    evaluating.evaluate(released.wave_id)
    releasing.release_due()
    assert Publication.objects.count() == 1


def test_a_correction_supersedes_and_both_stay_readable(
    released: Publication, door: Door, ivo: User, ada: User
) -> None:
    with pytest.raises(publishing.NothingToCorrect):
        publishing.correct(released, reason="a fault", by=ivo)
    recount(door, released.wave_id)
    evaluating.evaluate(released.wave_id)
    with pytest.raises(publishing.NothingToCorrect):
        publishing.correct(released, reason="  ", by=ivo)
    with pytest.raises(PermissionDenied):
        publishing.correct(released, reason="a fault", by=ada)
    publishing.correct(released, reason="Ten ratings were voided.", by=ivo)
    with pytest.raises(publishing.NothingToCorrect):
        publishing.correct(released, reason="again", by=ivo)
    assert releasing.release_due()
    first, second = Publication.objects.order_by("number")
    assert (first.state, first.content_hash) == ("published", released.content_hash)
    assert (second.number, second.state, second.reviewed_by) == (2, "published", ivo)
    assert second.content["reason"] == "Ten ratings were voided."
    assert second.evaluation == Evaluation.objects.order_by("-number").first()


def test_two_waves_are_sealed_and_released_together(a_wave: MakeWave) -> None:
    first = a_wave({"parks": PARKS}, slug="first")
    second = a_wave({"parks": ROADS}, slug="second", previous=first)
    evaluating.evaluate_due()
    assert releasing.release_due()
    assert set(Publication.objects.values_list("wave", "state")) == {
        (first.pk, "published"),
        (second.pk, "published"),
    }


def test_no_hash_of_sealed_content_is_recorded_before_the_release(sealed: Publication, ivo: User) -> None:
    """Figures can be guessed, and a hash would say which guess is right."""
    publishing.review(sealed, by=ivo)
    told = [str(entry.facts) for entry in AuditEntry.objects.all()]
    assert {"seal", "review"} <= set(AuditEntry.objects.values_list("verb", flat=True))
    for secret in (sealed.content_hash, sealed.evaluation.input_hash):
        assert not any(secret in facts for facts in told)


def test_the_release_records_the_hash_of_what_is_released(released: Publication) -> None:
    assert AuditEntry.objects.get(verb="release").facts == {"content_hash": released.content_hash}


def test_a_wave_that_cannot_be_sealed_delays_no_other(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = a_wave({"parks": PARKS}, slug="broken")
    sound = a_wave({"parks": ROADS}, slug="sound")
    evaluating.evaluate_due()
    real = composing.compose

    def failing(evaluation: Evaluation, **about: object) -> object:
        if evaluation.wave_id == broken.pk:
            raise ValueError("a fault")
        return real(evaluation, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(composing, "compose", failing)
    assert releasing.release_due()
    assert Publication.objects.get().wave_id == sound.pk


def test_what_is_sealed_is_released_before_anything_is_sealed(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave({"parks": PARKS}, release_in=timedelta(seconds=1))
    sealed = publishing.seal(evaluating.evaluate(wave.pk))
    evaluating.evaluate(a_wave({"parks": ROADS}, slug="other").pk)

    def stopped(*_args: object, **_about: object) -> object:
        raise SystemExit("kill -9")

    monkeypatch.setattr(composing, "compose", stopped)
    time.sleep(max(0.0, (wave.release_at - timezone.now()).total_seconds()) + 0.05)
    with pytest.raises(SystemExit):
        releasing.release_due()
    sealed.refresh_from_db()
    assert sealed.state == Publication.State.PUBLISHED
