"""Notices in the office and over the API: everybody's own, marked read without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.notices import noticing
from reports.notices.models import MailChoice, Notice
from reports.scorecards.models import Publication
from surveys.people.models import Role, User
from tests.conftest import _member as member

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def news(ivo: User, dana: User, omar: User, released: Publication, sealed: Publication) -> Publication:
    """A release that everybody of the cast was told of, and a sealed wave that awaits a review."""
    releasing.release_due()
    return released


def page_of(client: Client) -> str:
    return client.get(reverse("notices:list"), headers=ENGLISH).content.decode()


def test_the_list_holds_the_own_notices_with_their_links(
    news: Publication, sealed: Publication, ivo: User, dana: User, logged_in: Browser
) -> None:
    page = page_of(logged_in(ivo))
    assert "The results of “Spring survey” are released." in page
    assert reverse("scorecards:wave", args=["spring"]) in page
    assert "await a review" in page
    assert reverse("scorecards:review", args=[sealed.pk]) in page
    assert "2 unread notices" in page
    page = page_of(logged_in(dana))
    assert "await a review" not in page
    assert f'href="{reverse("scorecards:list")}">The results' in page


def test_the_menu_counts_what_is_unread_in_one_query(
    news: Publication, ivo: User, logged_in: Browser, django_assert_max_num_queries: Any
) -> None:
    client = logged_in(ivo)
    page = client.get(reverse("people:account"), headers=ENGLISH).content.decode()
    assert '<span class="nav-count">2<span class="visually-hidden"> unread</span></span>' in page
    with django_assert_max_num_queries(8):
        page_of(client)
    client.post(reverse("notices:read-all"))
    page = client.get(reverse("people:account"), headers=ENGLISH).content.decode()
    assert "nav-count" not in page


def test_one_is_marked_as_read_by_its_reader_alone(
    news: Publication, ivo: User, dana: User, logged_in: Browser
) -> None:
    mine = Notice.objects.filter(user=ivo).order_by("pk")[0]
    assert logged_in(dana).post(reverse("notices:read", args=[mine.pk])).status_code == 404
    assert logged_in(ivo).get(reverse("notices:read", args=[mine.pk])).status_code == 405
    client = logged_in(ivo)
    assert client.post(reverse("notices:read", args=[mine.pk])).status_code == 302
    assert "1 unread notice<" in page_of(client)


def test_mails_can_be_switched_off_and_their_language_chosen(
    news: Publication, ivo: User, logged_in: Browser
) -> None:
    client = logged_in(ivo)
    client.post(reverse("notices:mail"), {"language": "en"})
    assert MailChoice.objects.values_list("wanted", "language").get() == (False, "en")
    answer = client.post(
        reverse("notices:mail"), {"wanted": "on", "language": "xx"}, follow=True, headers=ENGLISH
    )
    assert "Choose one of the languages shown." in answer.content.decode()
    assert MailChoice.objects.values_list("wanted", "language").get() == (False, "en")


def test_an_interviewer_has_an_empty_page(news: Publication, logged_in: Browser) -> None:
    assert "No notice yet" in page_of(logged_in(member("helper", Role.INTERVIEWER)))


def test_older_ones_are_on_further_pages(news: Publication, ivo: User, logged_in: Browser) -> None:
    Notice.objects.bulk_create(
        Notice(user=ivo, kind=Notice.Kind.OVERDUE, wave=news.wave, number=number)
        for number in range(100, 160)
    )
    client = logged_in(ivo)
    assert "Page 1 of 2" in page_of(client)
    assert client.get(reverse("notices:list") + "?page=2").status_code == 200


def test_programs_read_the_same(news: Publication, ivo: User, dana: User, logged_in: Browser) -> None:
    client = logged_in(ivo)
    found = client.get("/api/v1/notices/", headers=ENGLISH).json()
    assert found["count"] == 2
    kinds = {one["kind"]: one for one in found["results"]}
    assert set(kinds) == {"released", "awaiting_review"}
    assert kinds["released"]["sentence"] == "The results of “Spring survey” are released."
    assert kinds["released"]["page"] == "/results/spring/"
    assert kinds["released"]["read_at"] is None
    number = kinds["released"]["id"]
    assert logged_in(dana).post(f"/api/v1/notices/{number}/read/").status_code == 404
    assert client.post(f"/api/v1/notices/{number}/read/").json()["read_at"]
    assert client.get("/api/v1/notices/?limit=1").json()["next"]
    assert Client().get("/api/v1/notices/").status_code in {401, 403}


def test_nothing_of_a_notice_is_a_figure(news: Publication, ivo: User, logged_in: Browser) -> None:
    score = str(news.content["departments"][0]["score"])[:5]
    assert score not in page_of(logged_in(ivo))
    assert score not in logged_in(ivo).get("/api/v1/notices/").content.decode()
    assert noticing.notice_due() == 0
