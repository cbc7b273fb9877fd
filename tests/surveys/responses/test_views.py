"""What residents meet: the whole journey over plain HTTP, without script, cookie or account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from surveys.people.models import Department, User
from surveys.responses import access, collecting, form_tokens, mixing
from surveys.responses.models import InboxEntry, Submission
from surveys.waves import fielding, inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave

from .conftest import MIXED, RATINGS_ONLY, document, question, rating, two
from .forms import FormReader, filled, form_of, receipts_on, send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


@pytest.fixture
def many(a_wave: Waves, departments: dict[str, Department]) -> Wave:
    """A wave over five departments of which a person rates two."""
    more = [
        Department.objects.create(code=code, names=two(f"{code}局", code.title()), parent=departments["city"])
        for code in ("police", "water", "health")
    ]
    covered = [departments["parks"], departments["roads"], *more]
    return a_wave(departments=covered, departments_per_person=2)


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
        assert form.fields.keys() == {"token", "language", "ch", "parks.why", "roads.why", "roads.wait"}

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
        assert "<script" not in html
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

    def test_the_page_is_served_without_a_query_while_it_is_fresh(
        self, rosa: Client, a_wave: Waves, django_assert_num_queries: Any
    ) -> None:
        a_wave()
        access.forget()
        with django_assert_num_queries(3):  # wave, its departments, the root; the edition is kept
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
        assert '<a href="#parks.overall">Choose one of the answers shown.</a>' in html
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

    def test_a_form_of_yesterday_comes_back_with_its_answers_and_can_be_sent(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        with time_machine.travel(timezone.now() - timedelta(hours=25)):
            page = rosa.get(PAGE)
        again = send(rosa, page, parks__overall="1", parks__why="as typed")
        assert again.status_code == 422
        assert "too old" in again.content.decode()
        fields = form_of(again).fields
        assert (fields["parks.overall"], fields["parks.why"]) == (["1"], ["as typed"])
        assert fields["token"] != form_of(page).fields["token"]
        assert rosa.post(PAGE, fields).status_code == 200
        assert InboxEntry.objects.get().extras == {"why": "as typed"}

    def test_a_form_taken_yesterday_shows_its_receipt_again(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        page = rosa.get(PAGE)
        first = send(rosa, page, parks__overall="1")
        with time_machine.travel(timezone.now() + timedelta(hours=25)):
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
            patch.setattr(connection, "ensure_connection", away)
            patch.setattr(collecting, "_store", away)
            again = send(rosa, page, parks__overall="2", parks__why="kept")
        assert again.status_code == 503
        assert again["Retry-After"] == "10"
        assert "unexpectedly" not in again.content.decode()
        fields = form_of(again).fields
        assert (fields["parks.overall"], fields["parks.why"]) == (["2"], ["kept"])
        assert rosa.post(PAGE, fields).status_code == 200
        assert InboxEntry.objects.count() == 1


class TestChoosing:
    def test_many_departments_begin_with_a_choice(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(PAGE)
        chooser = FormReader(page.content.decode(), "choose")
        assert chooser.offered["about"] == ["parks", "roads", "police", "water", "health"]
        sheet = rosa.get(PAGE, {"choose": "1", "go": "1", "about": ["water", "parks"]})
        form = form_of(sheet)
        assert form.fields["about"] == ["parks", "water"]
        assert "roads.overall" not in form.offered
        thanks = send(rosa, sheet, general__city="3", water__overall="1")
        assert len(receipts_on(thanks)) == 2

    def test_a_poster_of_a_department_leads_straight_to_it(self, rosa: Client, many: Wave) -> None:
        form = form_of(rosa.get(f"{PAGE}?about=water&ch=qr"))
        assert form.fields["about"] == ["water"]
        assert {name for name in form.offered if name.endswith(".overall")} == {"water.overall"}

    def test_too_many_are_refused_and_stay_ticked(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(PAGE, {"choose": "1", "go": "1", "about": ["water", "parks", "roads"]})
        assert page.status_code == 422
        assert "Choose at most 2 departments." in page.content.decode()
        assert FormReader(page.content.decode(), "choose").fields["about"] == ["parks", "roads", "water"]

    def test_none_is_enough_where_there_are_general_questions(self, rosa: Client, many: Wave) -> None:
        form = form_of(rosa.get(PAGE, {"choose": "1", "go": "1"}))
        assert list(form.offered) == ["general.city"]

    def test_none_is_refused_where_there_are_no_other_questions(
        self, rosa: Client, a_wave: Waves, departments: dict[str, Department]
    ) -> None:
        a_wave(RATINGS_ONLY, departments_per_person=1)
        page = rosa.get(PAGE, {"choose": "1", "go": "1"})
        assert page.status_code == 422
        assert "Choose at least one department." in page.content.decode()

    @pytest.mark.parametrize("about", ["nobody", "city", "general", "<script>"])
    def test_a_department_that_is_not_asked_about_is_not_found(
        self, rosa: Client, many: Wave, about: str
    ) -> None:
        page = rosa.get(PAGE, {"about": about})
        assert page.status_code == 404
        assert "<script>" not in page.content.decode()

    def test_who_was_not_chosen_cannot_be_slipped_in(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(f"{PAGE}?about=water")
        again = send(rosa, page, water__overall="5", parks__overall="1")
        assert again.status_code == 422
        assert not InboxEntry.objects.exists()

    def test_few_departments_stand_on_one_form(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        assert {"parks.overall", "roads.overall"} <= form_of(rosa.get(PAGE)).offered.keys()


class TestLanguages:
    def test_the_browser_chooses_and_the_address_overrules(self, a_wave: Waves) -> None:
        a_wave()
        client = Client()
        for accepted, query, language in (
            ("en-GB,en;q=0.9", "", "en"),
            ("zh-CN,zh;q=0.9", "", "zh-hans"),
            ("zh-TW", "", "zh-hans"),
            ("fr", "", "zh-hans"),
            ("", "", "zh-hans"),
            ("zh-CN", "?lang=en", "en"),
            ("en", "?lang=zh-hans", "zh-hans"),
            ("en", "?lang=nonsense", "en"),
        ):
            html = client.get(PAGE + query, headers={"accept-language": accepted}).content.decode()
            assert f'<html lang="{language}" dir="ltr">' in html

    def test_changing_the_language_in_mid_survey_keeps_every_answer(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        chinese = send(
            rosa, page, parks__overall="1", parks__why="as typed", roads__wait="nonsense", lang="zh-hans"
        )
        assert chinese.status_code == 200
        html = chinese.content.decode()
        assert '<html lang="zh-hans"' in html
        assert "非常不满意" in html
        assert "question-wrong" not in html  # nothing is judged before it is sent
        form = form_of(chinese)
        assert form.fields["parks.overall"] == ["1"]
        assert form.fields["parks.why"] == ["as typed"]
        assert form.fields["roads.wait"] == ["nonsense"]
        assert form.fields["token"] == form_of(page).fields["token"]
        assert not InboxEntry.objects.exists()
        assert send(rosa, chinese, roads__wait="7").status_code == 200
        assert {entry.language for entry in InboxEntry.objects.all()} == {"zh-hans"}

    def test_stored_codes_do_not_depend_on_the_language(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        for language in ("en", "zh-hans"):
            send(rosa, rosa.get(f"{PAGE}?lang={language}"), parks__overall="2", parks__way="1")
        assert {bytes(entry.codes) for entry in InboxEntry.objects.all()} == {bytes([2, 255, 1])}

    def test_the_choice_of_departments_survives_a_change_of_language(self, rosa: Client, many: Wave) -> None:
        chinese = send(rosa, rosa.get(f"{PAGE}?about=water"), water__overall="4", lang="zh-hans")
        form = form_of(chinese)
        assert (form.fields["about"], form.fields["water.overall"]) == (["water"], ["4"])
        page = rosa.get(PAGE, {"choose": "1", "about": ["water"], "lang": "zh-hans"})
        assert FormReader(page.content.decode(), "choose").fields["about"] == ["water"]
        assert '<html lang="zh-hans"' in page.content.decode()

    def test_a_right_to_left_language_turns_the_page(
        self, rosa: Client, a_wave: Waves, an_edition: Any
    ) -> None:
        words = {"5": {"ug": "5"}, "4": {"ug": "4"}, "3": {"ug": "3"}, "2": {"ug": "2"}, "1": {"ug": "1"}}
        words |= {"dk": {"ug": "dk"}, "na": {"ug": "na"}}
        uyghur = document(rating("overall", headline=True, settings={"words": words}))
        uyghur["languages"].append("ug")
        for text in (uyghur["title"], uyghur["introduction"], uyghur["questions"][0]["text"]):
            text["ug"] = "شەھەر مۇلازىمىتى"
        a_wave(uyghur)
        html = rosa.get(f"{PAGE}?lang=ug").content.decode()
        assert '<html lang="ug" dir="rtl">' in html
        assert form_of(rosa.get(f"{PAGE}?lang=ug")).offered["parks.overall"] == [
            "5",
            "4",
            "3",
            "2",
            "1",
            "dk",
            "na",
        ]
        thanks = send(rosa, rosa.get(f"{PAGE}?lang=ug"), parks__overall="5")
        assert 'dir="rtl"' in thanks.content.decode()

    def test_the_enter_key_sends_and_does_not_change_the_language(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        html = rosa.get(PAGE).content.decode()
        first_button = re.search(r"<button[^>]*form=\"answers\"[^>]*>", html)
        assert first_button
        assert 'name="lang"' not in first_button.group()


class TestInvitations:
    @pytest.fixture
    def code(self, a_wave: Waves, ada: User) -> str:
        return inviting.make_codes(a_wave(is_public=False), stratum=0, count=1, by=ada)[0]

    def state(self) -> int:
        return Invitation.objects.get().state

    def test_looking_never_spends_and_sending_does(self, rosa: Client, code: str) -> None:
        for _look in range(5):
            page = rosa.get(f"/i/{code}/")
            assert page.status_code == 200
        assert rosa.head(f"/i/{code}/").status_code == 200
        assert self.state() == Invitation.State.ISSUED
        assert page["Referrer-Policy"] == "no-referrer"
        assert form_of(page).fields["code"] == [code]
        assert form_of(page).action == PAGE  # the code leaves the address
        assert send(rosa, page, parks__overall="4").status_code == 200
        assert self.state() == Invitation.State.SPENT
        assert InboxEntry.objects.get().klass == Klass.SAMPLE

    def test_a_code_is_good_once(self, rosa: Client, code: str) -> None:
        first, second = rosa.get(f"/i/{code}/"), rosa.get(f"/i/{code}/")
        assert send(rosa, first, parks__overall="4").status_code == 200
        refused = send(rosa, second, parks__overall="1")
        assert refused.status_code == 410
        assert "has been used" in refused.content.decode()
        assert rosa.get(f"/i/{code}/").status_code == 410
        assert InboxEntry.objects.count() == 1

    def test_a_mistake_costs_no_code(self, rosa: Client, code: str) -> None:
        again = send(rosa, rosa.get(f"/i/{code}/"), parks__overall="9")
        assert again.status_code == 422
        assert form_of(again).fields["code"] == [code]
        assert self.state() == Invitation.State.ISSUED
        assert send(rosa, again, parks__overall="1").status_code == 200

    def test_a_code_typed_as_people_type_is_understood(self, rosa: Client, code: str) -> None:
        typed = inviting.grouped(code).lower().replace("0", "o")
        led = rosa.post("/i/", {"code": f" {typed} "})
        assert (led.status_code, led["Location"]) == (303, f"/i/{code}/")
        assert rosa.get(f"/i/{typed}/").status_code == 200

    @pytest.mark.parametrize("typed", ["", "abc", "0" * 25, "<script>", "x" * 500])
    def test_what_is_no_code_is_refused_on_the_start_page(self, rosa: Client, typed: str) -> None:
        page = rosa.post("/i/", {"code": typed})
        assert page.status_code == 422
        assert "26 letters and digits" in page.content.decode()

    @pytest.mark.parametrize("typed", ["0" * 26, "nonsense", "<b>", "' OR 1=1", "%00"])
    def test_an_unknown_code_is_not_found(self, rosa: Client, code: str, typed: str) -> None:
        page = rosa.get(f"/i/{typed}/")
        assert page.status_code == 404
        assert page["Referrer-Policy"] == "no-referrer"
        assert not page.cookies

    def test_the_survey_itself_asks_for_the_invitation(self, rosa: Client, code: str) -> None:
        page = rosa.get(PAGE)
        assert page.status_code == 403
        assert "by invitation only" in page.content.decode()
        token = form_of(rosa.get(f"/i/{code}/")).fields["token"]
        assert rosa.post(PAGE, {"token": token, "parks.overall": "1"}).status_code == 403
        assert not InboxEntry.objects.exists()

    def test_a_wrong_code_keeps_the_answers(self, rosa: Client, code: str) -> None:
        again = send(rosa, rosa.get(f"/i/{code}/"), code="0" * 26, parks__overall="1")
        assert again.status_code == 422
        assert form_of(again).fields["parks.overall"] == ["1"]
        assert self.state() == Invitation.State.ISSUED

    def test_a_code_of_a_closed_wave_says_so(self, rosa: Client, code: str, ada: User) -> None:
        page = rosa.get(f"/i/{code}/")
        fielding.close_wave(Wave.objects.get(), by=ada)
        access.forget()
        assert rosa.get(f"/i/{code}/").status_code == 410
        assert send(rosa, page, parks__overall="1").status_code == 410
        assert self.state() == Invitation.State.ISSUED

    def test_the_page_tells_nothing_about_the_person(
        self, rosa: Client, a_wave: Waves, ada: User, strata: Any
    ) -> None:
        wave = a_wave(strata=strata)
        north, south = (inviting.make_codes(wave, stratum=number, count=1, by=ada)[0] for number in (1, 2))
        pages = {}
        for code in (north, south):
            html = rosa.get(f"/i/{code}/").content.decode()
            fields = FormReader(html).fields
            pages[code] = html.replace(code, "").replace(fields["token"][0], "")
        assert pages[north] == pages[south]


class TestClosedDoors:
    def test_an_unknown_survey_is_not_found(self, rosa: Client) -> None:
        page = rosa.get("/s/nothing/")
        assert page.status_code == 404
        assert "There is no such survey" in page.content.decode()
        assert rosa.post("/s/nothing/", {"parks.overall": "1"}).status_code == 404

    def test_a_planned_survey_says_when_it_opens(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(opened=False, opens_at=timezone.now() + timedelta(days=1))
        page = rosa.get(PAGE)
        assert page.status_code == 403
        assert "It opens on" in page.content.decode()

    def test_an_unannounced_survey_does_not_exist_before_it_opens(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(opened=False, is_public=False, opens_at=timezone.now() + timedelta(days=1))
        assert rosa.get(PAGE).status_code == 404

    def test_a_closed_survey_says_when_results_come_and_stores_nothing(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        wave = a_wave()
        page = rosa.get(PAGE)
        fielding.close_wave(wave, by=ada)
        refused = send(rosa, page, parks__overall="5")
        assert refused.status_code == 410
        assert "Results come on" in refused.content.decode()
        access.forget()
        assert rosa.get(PAGE).status_code == 410
        assert not InboxEntry.objects.exists()
        assert not Submission.objects.exists()

    def test_a_memory_two_seconds_old_never_decides(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        wave = a_wave(opened=False, opens_at=timezone.now() - timedelta(seconds=1))
        assert rosa.get(PAGE).status_code == 403  # remembered as planned
        fielding.open_wave(wave, by=ada)
        assert rosa.post(PAGE, {"token": form_tokens.issue(wave.pk), "parks.overall": "5"}).status_code == 200


class TestStartPage:
    def test_it_lists_what_is_open_and_what_is_over(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        a_wave(titles=two("公园", "Parks survey"))
        a_wave(slug="secret", titles=two("秘密", "By invitation"), is_public=False)
        old = a_wave(slug="old", titles=two("旧", "Old survey"))
        fielding.close_wave(old, by=ada)
        mixing.settle(old.pk)
        page = rosa.get("/")
        html = page.content.decode()
        assert page.status_code == 200
        assert 'href="/s/city-2026/"' in html
        assert "By invitation" not in html
        assert "Old survey" in html
        assert "Results come on" in html
        assert "/check/" in html
        assert not page.cookies

    def test_it_costs_a_fixed_number_of_queries(
        self, rosa: Client, a_wave: Waves, django_assert_num_queries: Any
    ) -> None:
        a_wave()
        with django_assert_num_queries(2):
            rosa.get("/")
        for number in range(5):
            a_wave(slug=f"more-{number}")
        with django_assert_num_queries(2):
            rosa.get("/")


class TestChecking:
    def test_a_receipt_is_received_then_counted(self, rosa: Client, a_wave: Waves, settings: Any) -> None:
        settings.MIXING_MIN_BATCH = 1
        a_wave()
        (receipt,) = receipts_on(send(rosa, rosa.get(PAGE), parks__overall="1"))
        page = rosa.post("/check/", {"code": receipt.lower().replace("-", " ")})
        assert page.status_code == 200
        assert "is being mixed with others" in page.content.decode()
        mixing.mix_due()
        page = rosa.post("/check/", {"code": receipt})
        html = page.content.decode()
        assert "This rating is counted in “City services 2026”." in html
        assert receipts_on(page) == [receipt]
        for word in ("Parks", "issatisfied", "overall"):
            assert word not in html

    def test_what_is_not_known_is_said(self, rosa: Client, a_wave: Waves) -> None:
        page = rosa.post("/check/", {"code": "0000-0000-0000-0000-0"})
        assert page.status_code == 404
        assert "There is no rating with this receipt." in page.content.decode()

    @pytest.mark.parametrize(
        "typed", ["", "abc", "0000-0000-0000-0000-1", "\x00", "'; DROP TABLE", "<script>"]
    )
    def test_what_is_no_receipt_is_refused_and_kept_in_the_field(self, rosa: Client, typed: str) -> None:
        page = rosa.post("/check/", {"code": typed})
        assert page.status_code == 422
        assert "<script>" not in page.content.decode()
        assert 'aria-invalid="true"' in page.content.decode()

    def test_the_form_needs_no_cookie(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        page = strict.get("/check/")
        assert not page.cookies
        assert strict.post("/check/", {"code": "x"}).status_code == 422


def test_ten_questions_weigh_less_than_fourteen_kilobytes(rosa: Client, a_wave: Waves, settings: Any) -> None:
    import gzip

    a_wave(document(*(rating(f"q{number}", headline=number == 0) for number in range(10))))
    page = rosa.get(f"{PAGE}?about=parks").content
    sheets = b"".join(
        (settings.BASE_DIR / "static" / "css" / name).read_bytes() for name in ("tokens.css", "resident.css")
    )
    assert len(gzip.compress(page)) + len(gzip.compress(sheets)) <= 14 * 1024


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
        assert "<script" not in rosa.get(path).content.decode()
    thanks = send(rosa, rosa.get(PAGE), parks__overall="1")
    page = rosa.post("/check/", {"code": receipts_on(thanks)[0]})
    assert "<script" not in page.content.decode()


def test_a_filled_page_is_never_kept_for_the_next_reader(rosa: Client, a_wave: Waves) -> None:
    a_wave(MIXED)
    send(rosa, rosa.get(PAGE), parks__overall="9", parks__why="mine alone")
    assert "mine alone" not in rosa.get(PAGE).content.decode()
    assert filled(rosa.get(PAGE))["parks.why"] == [""]
