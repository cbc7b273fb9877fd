"""A head writes down the score expected; until the release it changes freely, after it never."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from reports.briefings import access, predicting
from reports.briefings.models import Prediction
from reports.briefings.wording import gap
from reports.scorecards.access import look_again
from reports.scorecards.models import Publication
from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.house.served import at_once
from tests.reports.briefings.conftest import a_card
from tests.reports.made_waves import ROADS

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def release(publication: Publication) -> None:
    """Release a sealed publication at once: its own time is fixed and cannot be moved."""
    Publication.objects.filter(pk=publication.pk).update(state="published", published_at=timezone.now())
    look_again()


def predict(user: User, score: str, slug: str = "autumn") -> Prediction:
    return predicting.predict(access.wave_of(user, slug), score=Decimal(score), by=user)


def test_a_head_predicts_the_own_department_and_changes_it_until_the_release(
    sealed: Publication, dana: User, omar: User
) -> None:
    predict(dana, "78")
    predict(dana, "77.5")
    predict(omar, "50")
    found = {one.department.code: (one.score, one.by) for one in Prediction.objects.all()}
    assert found == {"parks": (Decimal("77.5"), dana), "roads": (Decimal(50), omar)}
    release(sealed)
    with pytest.raises(ValidationError, match=r"Autumn survey|autumn 评价"):
        predict(dana, "60")
    assert Prediction.objects.get(department=dana.department).score == Decimal("77.5")


def test_the_audit_trail_names_the_deed_and_not_the_figure(sealed: Publication, dana: User) -> None:
    predict(dana, "77.5")
    entry = AuditEntry.objects.get(verb="predict")
    assert (entry.actor, entry.facts["wave"]) == (dana, "autumn")
    assert "77" not in str(entry.facts)


@pytest.mark.parametrize("score", ["-0.1", "100.1", "72.55", "NaN", "Infinity", "1e3"])
def test_a_score_off_the_scale_is_refused(sealed: Publication, dana: User, score: str) -> None:
    with pytest.raises(ValidationError, match=r"72\.5"):
        predict(dana, score)
    assert not Prediction.objects.exists()


@pytest.mark.parametrize("score", ["0", "100", "72.50"])
def test_the_ends_of_the_scale_are_scores(sealed: Publication, dana: User, score: str) -> None:
    assert predict(dana, score).score == Decimal(score)


def test_nobody_else_has_anything_to_predict(
    sealed: Publication, ada: User, ivo: User, auditor: User, admin_user: User, dana: User, omar: User
) -> None:
    for user in (ada, ivo, auditor, admin_user):
        with pytest.raises(ObjectDoesNotExist):
            access.wave_of(user, "autumn")
    with pytest.raises(PermissionDenied):
        predicting.predict(access.wave_of(dana, "autumn"), score=Decimal(50), by=omar)
    with pytest.raises(ObjectDoesNotExist):
        access.wave_of(dana, "no-such-wave")


def test_a_wave_about_others_is_none_of_the_reader(
    a_wave: Callable[..., Wave], dana: User, omar: User
) -> None:
    wave = a_wave({"roads": ROADS}, release_in=timedelta(days=30))
    assert [one.slug for one in access.coming(omar)] == [wave.slug]
    assert access.coming(dana) == []
    with pytest.raises(ObjectDoesNotExist):
        access.wave_of(dana, wave.slug)


def test_the_database_itself_refuses_after_the_release(sealed: Publication, dana: User, omar: User) -> None:
    prediction = predict(dana, "78")
    found = access.wave_of(omar, "autumn")
    release(sealed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Prediction.objects.filter(pk=prediction.pk).update(score=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        prediction.delete()
    with pytest.raises(ValidationError):
        predicting.predict(found, score=Decimal(1), by=omar)  # found before, written after


def test_a_release_between_the_look_and_the_writing_is_told_in_words(
    sealed: Publication, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = access.wave_of(dana, "autumn")
    release(sealed)
    with monkeypatch.context() as early:
        early.setattr("django.db.models.query.QuerySet.exists", lambda self: False)  # the look came too early
        with pytest.raises(ValidationError) as refused:
            predicting.predict(found, score=Decimal(50), by=dana)
    assert refused.value.code == "released"
    assert not Prediction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_leave_one_prediction(sealed: Publication, dana: User) -> None:
    def write(number: int) -> None:
        try:
            predict(dana, str(60 + number))
        finally:
            connection.close()

    at_once(4, write)
    assert Prediction.objects.get().score in {Decimal(60 + number) for number in range(4)}


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(
    sealed: Publication, dana: User, logged_in: LogIn
) -> None:
    browser = logged_in(dana)
    address = reverse("briefings:predict", args=["autumn"])
    for typed in ("172", "72.55", "much", ""):
        answer = browser.post(address, {"score": typed}, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{typed}"' in answer.text or not typed
    assert not Prediction.objects.exists()
    told = browser.post(address, {"score": "72.5"}, follow=True, headers={"accept-language": "en"}).text
    assert "Written down." in told
    assert "expected: <strong>72.5</strong>" in told
    again = browser.get(address)  # who presses enter in the address of the refused form, or comes back to it
    assert (again.status_code, again["Location"]) == (302, reverse("scorecards:list"))


def test_what_is_expected_is_read_by_the_own_heads_alone_before_the_release(
    sealed: Publication, dana: User, omar: User, ivo: User, auditor: User, admin_user: User, logged_in: LogIn
) -> None:
    predict(dana, "71.3")
    desk, api = reverse("scorecards:list"), reverse("prediction", args=["autumn"])
    assert "71.3" in logged_in(dana).get(desk).text
    assert logged_in(dana).get(api).json()["score"] == "71.3"
    assert logged_in(omar).get(api).json()["score"] is None
    for user in (omar, ivo, auditor, admin_user):
        assert "71.3" not in logged_in(user).get(desk).text
    for user in (ivo, auditor, admin_user):
        assert logged_in(user).get(api).status_code == 404
        assert logged_in(user).post(reverse("briefings:predict", args=["autumn"])).status_code == 404


def test_after_the_release_the_page_says_how_far_it_was(
    sealed: Publication, dana: User, ivo: User, omar: User, logged_in: LogIn
) -> None:
    predict(dana, "80")
    release(sealed)
    card = sealed.scorecards.get(department=dana.department)
    address = reverse("scorecards:detail", args=[card.pk])
    english: dict[str, Any] = {"headers": {"accept-language": "en"}}
    words = "expected 80.0; residents gave 69.5 [63.8–75.2]: 10.5 points lower, more than the interval leaves open."
    assert f"You {words}" in logged_in(dana).get(address, **english).text
    assert f"You {words}" in logged_in(dana).get(reverse("scorecards:list"), **english).text
    assert f"The head {words}" in logged_in(ivo).get(address, **english).text
    assert logged_in(omar).get(address).status_code == 404


@pytest.mark.parametrize(
    ("expected", "figures", "words"),
    [
        ("72.4", {}, "just as expected"),
        ("74.0", {}, "1.6 points lower, but what was expected lies within the interval"),
        ("70.0", {}, "2.4 points higher, but what was expected lies within the interval"),
        ("60.0", {}, "12.4 points higher, more than the interval leaves open"),
        ("60.0", {"status": "indicative"}, "12.4 points higher, though that is only an indication"),
        ("60.0", {"judged": False}, "those who rated gave 72.4"),
        ("60.0", {"status": "suppressed", "score": None}, "no score can be shown"),
    ],
)
def test_the_gap_in_words(expected: str, figures: dict[str, Any], words: str) -> None:
    found = {"score": "72.3614", "score_low": "69.01", "score_high": "75.76"} | figures
    card = a_card(**found)
    with translation.override("en"):
        said = gap(Prediction(score=Decimal(expected)), card, is_own=True)
    assert words in said
    assert said.startswith(f"You expected {expected};")


def test_the_api_takes_a_prediction_and_refuses_what_is_none(
    sealed: Publication, dana: User, logged_in: LogIn
) -> None:
    browser, address = logged_in(dana), reverse("prediction", args=["autumn"])
    for sent in ({"score": "101"}, {"score": None}, {"score": "much"}, {}, {"score": "72.55"}):
        answer = browser.put(address, sent, content_type="application/json")
        assert answer.status_code == 400, sent
        assert "score" in answer.json()
    answer = browser.put(address, {"score": 72.5}, content_type="application/json")
    assert (answer.status_code, answer.json()["score"]) == (200, "72.5")
    read = browser.get(address)
    assert read.json() | {"score": "72.5", "released": False} == read.json()
    assert browser.get(address, headers={"if-none-match": read["ETag"]}).status_code == 304
    release(sealed)
    assert browser.put(address, {"score": 60}, content_type="application/json").status_code == 409
    assert browser.get(address).json()["score"] == "72.5"
    assert browser.get(address, headers={"if-none-match": read["ETag"]}).status_code == 200
