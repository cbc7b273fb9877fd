"""Whose scorecards are whose: a head sees the own department in the office, and only what is released."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reports.scorecards import access
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department, User

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def card_of(publication: Publication, code: str) -> Scorecard:
    return Scorecard.objects.get(publication=publication, department__code=code)


def test_a_head_opens_the_own_scorecard_and_meets_no_other(
    released: Publication, logged_in: LogIn, dana: User, omar: User
) -> None:
    parks = reverse("scorecards:detail", args=[card_of(released, "parks").pk])
    assert logged_in(dana).get(parks).status_code == 200
    assert logged_in(omar).get(parks).status_code == 404
    nothing = reverse("scorecards:detail", args=[10**9])
    assert logged_in(omar).get(nothing).content == logged_in(omar).get(parks).content


def test_a_head_does_not_open_the_own_scorecard_before_release(
    sealed: Publication, logged_in: LogIn, dana: User
) -> None:
    assert (
        logged_in(dana).get(reverse("scorecards:detail", args=[card_of(sealed, "parks").pk])).status_code
        == 404
    )


def test_a_head_of_a_bureau_sees_what_stands_below_it(
    released: Publication, dana: User, departments: dict[str, Department]
) -> None:
    Department.objects.filter(code="roads").update(parent=departments["parks"])
    seen = access.scorecards_visible_to(dana).values_list("department__code", flat=True)
    assert set(seen) == {"parks", "roads"}


def test_the_list_of_a_head_holds_the_own_department_and_no_releases(
    released: Publication, logged_in: LogIn, omar: User
) -> None:
    page = logged_in(omar).get(reverse("scorecards:list"), headers={"accept-language": "en"}).content.decode()
    cards = {card.department.code: card.pk for card in released.scorecards.select_related("department")}
    assert reverse("scorecards:detail", args=[cards["roads"]]) in page
    assert reverse("scorecards:detail", args=[cards["parks"]]) not in page
    assert "Review" not in page


def test_staff_pages_ask_visitors_to_sign_in(released: Publication, client: Client) -> None:
    for name in ("scorecards:list", "scorecards:detail", "scorecards:review"):
        arguments = [] if name.endswith("list") else [1]
        assert client.get(reverse(name, args=arguments)).status_code == 302


def test_a_user_without_a_role_sees_nothing(released: Publication, logged_in: LogIn) -> None:
    nobody = User.objects.create_user("nobody", password="nobody-password")
    assert logged_in(nobody).get(reverse("scorecards:list")).status_code == 403
    assert not access.scorecards_visible_to(nobody).exists()
    assert not access.publications_visible_to(nobody).exists()


def test_reviewing_is_for_reviewers_on_the_page_and_by_program(
    sealed: Publication, logged_in: LogIn, ada: User, ivo: User
) -> None:
    page, program = (
        reverse("scorecards:review", args=[sealed.pk]),
        f"/api/v1/publications/{sealed.pk}/review/",
    )
    assert logged_in(ada).post(page).status_code == 403
    assert logged_in(ada).post(program).status_code == 403
    assert Client().post(program).status_code in (401, 403)
    assert logged_in(ivo).post(program).json()["state"] == "sealed"
    sealed.refresh_from_db()
    assert sealed.reviewed_by == ivo
    assert logged_in(ivo).post(program).status_code == 400
