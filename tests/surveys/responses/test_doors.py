"""Who gets in and who does not: invitations, closed surveys, the start page, the check of a receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from surveys.people.models import User
from surveys.responses import access, form_tokens, mixing
from surveys.responses.models import InboxEntry, Submission
from surveys.waves import fielding, inviting
from surveys.waves.models import Invitation, Klass, Wave

from .conftest import two
from .forms import FormReader, filled, form_of, receipts_on, send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


class TestInvitations:
    @pytest.fixture
    def code(self, a_wave: Waves, ada: User) -> str:
        return inviting.make_codes(a_wave(is_public=False), stratum=0, count=1, by=ada)[0]

    def state(self) -> int:
        return Invitation.objects.get().state

    def test_looking_never_spends_and_sending_does(self, rosa: Client, code: str) -> None:
        for _look in range(5):
            page = rosa.get(f"/i/{code}/", follow=True)
            assert page.status_code == 200
        assert rosa.head(f"/i/{code}/").status_code == 303
        assert self.state() == Invitation.State.ISSUED
        assert page["Referrer-Policy"] == "no-referrer"
        assert form_of(page).fields["code"] == [code]
        assert form_of(page).action == PAGE  # the code leaves the address
        assert send(rosa, page, parks__overall="4").status_code == 200
        assert self.state() == Invitation.State.SPENT
        assert InboxEntry.objects.get().klass == Klass.SAMPLE

    def test_a_form_sent_to_the_address_of_the_letter_is_taken_too(self, rosa: Client, code: str) -> None:
        fields = filled(rosa.get(f"/i/{code}/", follow=True), parks__overall="4")
        del fields["code"]
        assert rosa.post(f"/i/{code}/", fields).status_code == 200
        assert self.state() == Invitation.State.SPENT

    def test_a_code_is_good_once(self, rosa: Client, code: str) -> None:
        first, second = (rosa.get(f"/i/{code}/", follow=True) for _look in range(2))
        assert send(rosa, first, parks__overall="4").status_code == 200
        refused = send(rosa, second, parks__overall="1")
        assert refused.status_code == 410
        assert "has been used" in refused.content.decode()
        assert rosa.get(f"/i/{code}/").status_code == 410
        assert InboxEntry.objects.count() == 1

    def test_a_mistake_costs_no_code(self, rosa: Client, code: str) -> None:
        again = send(rosa, rosa.get(f"/i/{code}/", follow=True), parks__overall="9")
        assert again.status_code == 422
        assert form_of(again).fields["code"] == [code]
        assert self.state() == Invitation.State.ISSUED
        assert send(rosa, again, parks__overall="1").status_code == 200

    def test_a_code_typed_as_people_type_is_understood(self, rosa: Client, code: str) -> None:
        typed = inviting.grouped(code).lower().replace("0", "o")
        led = rosa.post("/i/", {"code": f" {typed} "})
        assert led.status_code == 303
        assert led["Location"].startswith(f"{PAGE}?i=")
        assert code not in led["Location"]
        assert form_of(rosa.get(led["Location"])).fields["code"] == [code]
        assert rosa.get(f"/i/{typed}/").status_code == 303

    @pytest.mark.parametrize("typed", ["", "abc", "0" * 25, "<script>", "x" * 500])
    def test_what_is_no_code_is_refused_on_the_start_page(self, rosa: Client, typed: str) -> None:
        page = rosa.post("/i/", {"code": typed})
        assert page.status_code == 422
        assert "26 letters and digits" in page.content.decode()
        words = page.content.decode()
        assert "<title>Error: " in words
        summary = words.index('class="notice error-summary" id="problems"')
        assert summary < words.index("<h1"), "seen without scrolling on a telephone"
        assert '<a href="#code">' in words
        assert 'id="code"' in words

    def test_a_link_that_lost_its_code_leads_to_where_one_is_typed(self, rosa: Client) -> None:
        assert rosa.get("/i/")["Location"] == "/"

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
        token = form_of(rosa.get(f"/i/{code}/", follow=True)).fields["token"]
        assert rosa.post(PAGE, {"token": token, "parks.overall": "1"}).status_code == 403
        assert not InboxEntry.objects.exists()

    def test_a_wrong_code_keeps_the_answers(self, rosa: Client, code: str) -> None:
        again = send(rosa, rosa.get(f"/i/{code}/", follow=True), code="0" * 26, parks__overall="1")
        assert again.status_code == 422
        assert form_of(again).fields["parks.overall"] == ["1"]
        assert self.state() == Invitation.State.ISSUED

    def test_a_code_of_a_closed_wave_says_so(self, rosa: Client, code: str, ada: User) -> None:
        page = rosa.get(f"/i/{code}/", follow=True)
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
            html = rosa.get(f"/i/{code}/", follow=True).content.decode()
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
        assert (
            rosa.post(PAGE, {"token": form_tokens.issue(wave.pk).written, "parks.overall": "5"}).status_code
            == 200
        )

    def test_a_page_that_nobody_remembers_is_503_while_the_database_is_away(
        self, rosa: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(_slug: str) -> None:
            raise OperationalError("the server closed the connection unexpectedly")

        monkeypatch.setattr(access, "_look_up", away)
        rosa.raise_request_exception = False
        page = rosa.get(PAGE)
        assert page.status_code == 503
        assert page["Retry-After"] == "10"
        assert "unexpectedly" not in page.content.decode()


class TestStartPage:
    def test_it_lists_what_is_open_and_what_is_over(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        a_wave(titles=two("公园", "Parks survey"))
        a_wave(slug="secret", titles=two("秘密", "By invitation"), is_public=False)
        a_wave(slug="cases", klass=Klass.SERVICE, is_public=False)
        old = a_wave(slug="old", titles=two("旧", "Old survey"))
        fielding.close_wave(old, by=ada)
        mixing.settle(old.pk)
        page = rosa.get("/")
        html = page.content.decode()
        assert page.status_code == 200
        assert 'href="/s/city-2026/"' in html
        assert "By invitation" not in html
        for way in ("/s/city-2026/screening/", "/invited/city-2026/", "/services/cases/"):
            assert f'href="{way}"' in html
            assert rosa.get(way).status_code == 200
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
