"""What residents meet: the whole journey over plain HTTP, without script, cookie or account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from surveys.people.models import Department
from surveys.responses import access, collecting
from surveys.responses.models import InboxEntry, Submission
from surveys.waves.models import Channel, Klass, Wave

from .conftest import MIXED, RATINGS_ONLY, document, question, rating, two
from .forms import filled, form_of, receipts_on, send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


class TestAnswering:
    def test_a_resident_answers_and_gets_a_receipt_for_each_part(self, rosa: Client, a_wave: Waves) -> None:
        wave = a_wave()
        page = rosa.get(PAGE)
        assert page.status_code == 200
        thanks = send(
            rosa, page, general__city="4", parks__overall="5", parks__ways=["2", "1"], roads__wait="12.50"
        )
        assert thanks.status_code == 200
        assert len(set(receipts_on(thanks))) == 3
        entries = {entry.department.code: entry for entry in InboxEntry.objects.select_related("department")}
        assert entries.keys() == {"city", "parks", "roads"}
        assert bytes(entries["city"].codes) == bytes([4])
        assert bytes(entries["parks"].codes) == bytes([5, 255, 255])
        assert entries["parks"].extras == {"ways": [1, 2]}
        assert entries["roads"].extras == {"wait": "12.5"}
        assert {(e.wave_id, e.klass, e.channel, e.language) for e in entries.values()} == {
            (wave.pk, Klass.OPEN, Channel.WEB, "en")
        }

    def test_nothing_is_chosen_beforehand_and_every_grade_is_offered(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        form = form_of(rosa.get(PAGE))
        assert form.offered["parks.overall"] == ["5", "4", "3", "2", "1", "dk", "na"]
        assert form.fields.keys() == {
            "token",
            "language",
            "ch",
            "homepage",
            "parks.why",
            "roads.why",
            "roads.wait",
        }

    def test_sending_the_same_form_twice_is_one_rating_with_one_receipt(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        first = send(rosa, page, parks__overall="5")
        again = send(rosa, page, parks__overall="5")
        back_and_changed = send(rosa, page, parks__overall="1")
        assert receipts_on(first) == receipts_on(again) == receipts_on(back_and_changed)
        assert InboxEntry.objects.count() == 1
        assert bytes(InboxEntry.objects.get().codes) == bytes([5, 255, 255])

    def test_a_form_sent_again_says_that_the_first_answers_count_and_where_others_find_a_form(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        first = send(rosa, page, parks__overall="5").content.decode()
        again, changed = (send(rosa, page, parks__overall=grade).content.decode() for grade in "51")
        said = "The answers that were sent first count"
        # What scripts may show of a form that waited stands in templates.
        assert said not in first.split("<template")[0]
        assert said in again.split("<template")[0]
        # The page never tells whether the answers were the same: nobody may find out what was sent before.
        assert again == changed
        assert f'<a href="{PAGE}">' in changed

    @pytest.mark.parametrize("channel", ["web", "qr"])
    def test_the_channel_of_the_address_is_kept(self, rosa: Client, a_wave: Waves, channel: str) -> None:
        a_wave()
        send(rosa, rosa.get(f"{PAGE}?ch={channel}"), parks__overall="3")
        assert InboxEntry.objects.get().channel == Channel[channel.upper()]

    def test_no_cookie_is_set_and_none_is_needed(self, a_wave: Waves) -> None:
        a_wave()
        client = Client()
        page = client.get(f"{PAGE}?lang=en")
        thanks = send(client, page, parks__overall="5")
        check = client.get("/check/?lang=en")
        for response in (page, thanks, check, client.get(PAGE), client.get("/i/nonsense/?lang=en")):
            assert not response.cookies
            assert "Cookie" not in response.headers.get("Vary", "")
            assert response["Cache-Control"] == "no-store"
        assert not client.cookies

    def test_a_form_from_elsewhere_without_cookies_is_taken_like_any_other(self, a_wave: Waves) -> None:
        a_wave()
        strict = Client(enforce_csrf_checks=True)
        assert send(strict, strict.get(PAGE), parks__overall="2").status_code == 200

    @pytest.mark.parametrize("path", [PAGE, "/s/none/", "/i/nonsense/", "/", "/check/"])
    def test_every_answer_carries_the_security_headers(self, rosa: Client, a_wave: Waves, path: str) -> None:
        a_wave()
        response = rosa.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Permissions-Policy" in response
        html = response.content.decode()
        assert not re.search(r"<script(?! src=\"/static/js/[a-z-]+\.js\" defer></script>)", html)
        assert " style=" not in html
        assert not re.search(r"(src|href|action)=\"(https?:)?//", html)

    def test_a_host_that_is_not_ours_is_refused(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        assert rosa.get(PAGE, headers={"host": "evil.example"}).status_code == 400

    def test_other_methods_are_refused(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        assert rosa.put(PAGE).status_code == 405
        assert rosa.delete(PAGE).status_code == 405
        assert rosa.head(PAGE).status_code == 200

    @pytest.mark.parametrize("path", ["/s/a%00b/", "/s/%F0%9F%99%82/", "/s/a b/"])
    def test_an_address_that_no_survey_can_have_is_not_found(self, rosa: Client, path: str) -> None:
        assert rosa.get(path).status_code == 404

    @pytest.mark.parametrize("path", [PAGE, "/check/", "/i/"])
    def test_files_are_refused_before_they_fill_a_disk(
        self, rosa: Client, a_wave: Waves, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_wave()
        monkeypatch.setattr(TemporaryUploadedFile, "__init__", lambda *_: pytest.fail("a file was made"))
        monkeypatch.setattr(InMemoryUploadedFile, "__init__", lambda *_: pytest.fail("a file was made"))
        assert rosa.post(path, {"code": "x", "file": BytesIO(b"x" * 3_000_000)}).status_code in {
            400,
            404,
            422,
        }

    @pytest.mark.parametrize("secure", [False, True])
    def test_the_language_chosen_once_holds_on_every_page(self, rosa: Client, secure: bool) -> None:
        rosa.get("/?lang=en", secure=secure)
        for path in ("/", "/check/"):
            assert 'lang="en"' in rosa.get(path, secure=secure).content.decode()[:200]

    def test_the_page_is_served_without_a_query_while_it_is_fresh(
        self, rosa: Client, a_wave: Waves, django_assert_num_queries: Any
    ) -> None:
        a_wave()
        access.forget()
        with django_assert_num_queries(4):  # wave, departments, root, service points; the edition is kept
            rosa.get(PAGE)
        with django_assert_num_queries(0):
            rosa.get(PAGE)


class TestEqualEase:
    """A low rating is as easy as a high one."""

    def test_every_rating_takes_the_same_steps_and_gets_the_same_answer(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(RATINGS_ONLY)
        pages = {}
        for grade in ("1", "2", "3", "4", "5", "dk", "na"):
            answers = {f"parks__r{number}": grade for number in range(1, 9)}
            thanks = send(rosa, rosa.get(PAGE), **answers)
            assert thanks.status_code == 200
            assert len(receipts_on(thanks)) == 1
            html = re.sub(r"<span>[0-9A-Z-]{4,6}</span>", "", thanks.content.decode())
            pages[grade] = html
        assert len(set(pages.values())) == 1

    def test_the_receipt_shows_no_answer_and_no_department(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        thanks = send(rosa, rosa.get(PAGE), parks__overall="1", parks__why="terrible swings").content.decode()
        for word in ("Parks", "parks", "Roads", "issatisfied", "terrible", "swings"):
            assert word not in thanks


class TestMistakes:
    def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        again = send(
            rosa,
            page,
            parks__overall="6",
            parks__speed="2",
            parks__why="<b>bold</b> & 'more'",
            roads__wait="soon",
        )
        assert again.status_code == 422
        html = again.content.decode()
        assert "<title>Error: " in html
        named = "<bdi>2. How satisfied are you with overall?</bdi>"
        assert f'<a href="#parks.overall">{named} – <bdi>Choose one of the answers shown.</bdi></a>' in html
        assert '<a href="#roads.wait">' in html
        assert 'id="roads.wait-error"' in html
        assert "<b>bold" not in html
        form = form_of(again)
        assert form.fields["parks.speed"] == ["2"]
        assert form.fields["parks.why"] == ["<b>bold</b> & 'more'"]
        assert form.fields["roads.wait"] == ["soon"]
        assert form.fields["token"] == form_of(page).fields["token"]
        assert not InboxEntry.objects.exists()
        put_right = rosa.post(form.action, {**form.fields, "parks.overall": "1", "roads.wait": "5"})
        assert put_right.status_code == 200
        assert InboxEntry.objects.count() == 2

    def test_a_blank_sheet_is_refused_kindly(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        again = send(rosa, rosa.get(PAGE))
        assert again.status_code == 422
        assert "Nothing has been answered yet" in again.content.decode()
        assert not Submission.objects.exists()

    def test_a_missing_required_answer_is_asked_for(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(document(rating("overall", headline=True, required=True), rating("speed")))
        again = send(rosa, rosa.get(PAGE), parks__speed="2", roads__overall="5")
        assert again.status_code == 422
        assert '<a href="#parks.overall">' in again.content.decode()
        assert form_of(again).fields["roads.overall"] == ["5"]

    def test_a_form_of_five_days_ago_comes_back_with_its_answers_and_can_be_sent(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        with time_machine.travel(timezone.now() - timedelta(days=5)):
            page = rosa.get(PAGE)
        again = send(rosa, page, parks__overall="1", parks__why="as typed")
        assert again.status_code == 422
        assert "too old" in again.content.decode()
        fields = form_of(again).fields
        assert (fields["parks.overall"], fields["parks.why"]) == (["1"], ["as typed"])
        assert fields["token"] != form_of(page).fields["token"]
        assert rosa.post(PAGE, fields).status_code == 200
        assert InboxEntry.objects.get().extras == {"why": "as typed"}

    def test_a_form_taken_five_days_ago_shows_its_receipt_again(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        page = rosa.get(PAGE)
        first = send(rosa, page, parks__overall="1")
        with time_machine.travel(timezone.now() + timedelta(days=5)):
            again = send(rosa, page, parks__overall="1")
        assert receipts_on(again) == receipts_on(first)
        assert InboxEntry.objects.count() == 1

    @pytest.mark.parametrize("token", ["", "forged", "A" * 48])
    def test_a_form_without_our_token_comes_back_with_its_answers(
        self, rosa: Client, a_wave: Waves, token: str
    ) -> None:
        a_wave()
        again = send(rosa, rosa.get(PAGE), token=token, parks__overall="1")
        assert again.status_code == 422
        assert form_of(again).fields["parks.overall"] == ["1"]
        assert not InboxEntry.objects.exists()

    def test_while_the_database_is_away_the_answers_stay_on_the_page(
        self, rosa: Client, a_wave: Waves, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)

        def away(*_args: Any) -> None:
            raise OperationalError("the server closed the connection unexpectedly")

        with monkeypatch.context() as patch:
            patch.setattr(collecting, "_store", away)
            again = send(rosa, page, parks__overall="2", parks__why="kept")
        assert again.status_code == 503
        assert again["Retry-After"] == "10"
        assert "unexpectedly" not in again.content.decode()
        fields = form_of(again).fields
        assert (fields["parks.overall"], fields["parks.why"]) == (["2"], ["kept"])
        assert rosa.post(PAGE, fields).status_code == 200
        assert InboxEntry.objects.count() == 1


def test_a_script_in_a_title_is_shown_as_text(
    rosa: Client, a_wave: Waves, departments: dict[str, Department]
) -> None:
    evil = "<script>alert(1)</script>"
    Department.objects.filter(code="parks").update(names=two(evil, evil))
    content = document(
        question("overall", "satisfaction", "each", two(evil, evil), headline=True, help=two(evil, evil)),
        question(
            "way",
            "single_choice",
            "each",
            two(evil, evil),
            settings={
                "choices": [{"code": 1, "text": two(evil, evil)}, {"code": 2, "text": two("b", "b")}],
                "offer": [],
            },
        ),
    )
    content["introduction"] = two(evil, evil)
    a_wave(content, titles=two(evil, evil))
    for path in (PAGE, "/"):
        assert "<script>" not in rosa.get(path).content.decode()
    thanks = send(rosa, rosa.get(PAGE), parks__overall="1")
    page = rosa.post("/check/", {"code": receipts_on(thanks)[0]})
    assert "<script>" not in page.content.decode()


def test_a_filled_page_is_never_kept_for_the_next_reader(rosa: Client, a_wave: Waves) -> None:
    a_wave(MIXED)
    send(rosa, rosa.get(PAGE), parks__overall="9", parks__why="mine alone")
    assert "mine alone" not in rosa.get(PAGE).content.decode()
    assert filled(rosa.get(PAGE))["parks.why"] == [""]
