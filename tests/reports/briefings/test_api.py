"""Scorecards of the office for programs: what the token's owner may open, by page, by declared filters."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from reports.briefings.models import Prediction
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import User

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def test_a_list_holds_what_the_reader_may_open(
    released: Publication, sealed: Publication, dana: User, ivo: User, logged_in: LogIn
) -> None:
    address = reverse("scorecards")
    own = logged_in(dana).get(address).json()
    assert [(one["wave"], one["department"]) for one in own["results"]] == [("spring", "parks")]
    assert own["results"][0]["figures"]["score"] == "69.4642857143"
    every = logged_in(ivo).get(address).json()
    assert {one["department"] for one in every["results"]} == {"city", "parks", "roads"}
    assert {one["wave"] for one in every["results"]} == {"spring"}
    assert Client().get(address).status_code in {401, 403}


def test_a_list_is_narrowed_by_declared_filters_alone_and_comes_in_pages(
    released: Publication, ivo: User, logged_in: LogIn
) -> None:
    browser, address = logged_in(ivo), reverse("scorecards")
    assert browser.get(address, {"department": "roads"}).json()["count"] == 1
    assert browser.get(address, {"wave": "nowhere"}).json()["count"] == 0
    assert browser.get(address, {"limit": 2}).json()["next"]
    assert browser.get(address, {"score": "1"}).status_code == 400


def test_a_scorecard_holds_its_content_and_what_stands_beside_it(
    analysed: Publication, dana: User, logged_in: LogIn
) -> None:
    card = Scorecard.objects.get(publication=analysed, department__code="parks")
    browser, address = logged_in(dana), reverse("scorecard", args=[card.pk])
    answer = browser.get(address)
    found = answer.json()
    assert found["content"] == card.content
    assert found["expected"] is None
    assert found["comments"] == card.comments
    mend = found["mend_first"]
    assert {one["code"] for one in mend["dimensions"]} == {"ease", "efficiency", "trust"}
    assert mend["even"] == "0.333333333333"
    assert browser.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert "private" in answer["Cache-Control"]


def test_what_was_expected_comes_with_the_released_scorecard(
    sealed: Publication, dana: User, omar: User, logged_in: LogIn
) -> None:
    from tests.reports.briefings.test_predicting import predict, release

    predict(dana, "80")
    release(sealed)
    card = Scorecard.objects.get(publication=sealed, department=dana.department)
    assert Prediction.objects.get().score == Decimal(80)
    found = logged_in(dana).get(reverse("scorecard", args=[card.pk])).json()["expected"]
    assert found == {"score": "80.0", "difference": "-10.5", "within": False}
    assert logged_in(omar).get(reverse("scorecard", args=[card.pk])).status_code == 404
