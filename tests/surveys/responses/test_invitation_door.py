"""The door of an invitation: the code leaves the address at once, and the form has it all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from surveys.people.models import Department, User
from surveys.responses import access, doorways
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave

from .conftest import document, question, rating, two
from .forms import Answer, FormReader, form_of, send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


class Forgetful(Client):
    """A browser that keeps no cookie."""

    def __init__(self) -> None:
        super().__init__(headers={"accept-language": "en"})

    def request(self, **request: Any) -> Any:
        """Ask, and forget every cookie that comes back."""
        response = super().request(**request)
        self.cookies.clear()
        return response


def code_of(wave: Wave, ada: User) -> str:
    return inviting.make_codes(wave, stratum=0, count=1, by=ada)[0]


def outside_of_fields(page: Answer) -> str:
    """Return the page without its hidden fields, and with every header: where a code must never stand."""
    html = re.sub(r'<input type="hidden"[^>]*>', "", page.content.decode())
    return html + "\n".join(f"{name}: {value}" for name, value in page.items())


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave(is_public=False)


@pytest.fixture
def code(wave: Wave, ada: User) -> str:
    return code_of(wave, ada)


class TestTheWayIn:
    def test_the_code_leaves_the_address_and_stands_in_the_form_alone(self, rosa: Client, code: str) -> None:
        led = rosa.get(f"/i/{code}/")
        assert led.status_code == 303
        assert led["Location"].startswith(f"{PAGE}?i=")
        assert led["Referrer-Policy"] == "no-referrer"
        assert led["Cache-Control"] == "no-store"
        assert code not in led["Location"] + str(led.cookies) + outside_of_fields(led)
        page = rosa.get(led["Location"])
        assert form_of(page).fields["code"] == [code]
        assert page["Referrer-Policy"] == "no-referrer"
        assert code not in outside_of_fields(page)

    def test_the_cookie_is_for_the_server_alone_and_ends_with_the_browser(
        self, rosa: Client, wave: Wave, code: str
    ) -> None:
        (cookie,) = rosa.get(f"/i/{code}/").cookies.values()
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert (cookie["max-age"], cookie["expires"]) == ("", "")
        secure = rosa.get(f"/i/{code}/", secure=True, headers={"x-forwarded-proto": "https"})
        (cookie,) = secure.cookies.values()
        assert cookie.key == f"__Host-invited-{wave.pk}"
        assert cookie["secure"]

    def test_five_machines_that_look_change_nothing(self, rosa: Client, code: str) -> None:
        before = list(Invitation.objects.values_list())
        for _look in range(5):
            assert Client().get(f"/i/{code}/", follow=True).status_code == 200
            assert Client().head(f"/i/{code}/").status_code == 303
        assert list(Invitation.objects.values_list()) == before
        assert send(rosa, rosa.get(f"/i/{code}/", follow=True), parks__overall="1").status_code == 200

    def test_what_the_address_says_besides_survives(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        wave = a_wave(slug="with-sms", channels=(Channel.WEB, Channel.SMS), is_public=False)
        said = {"ch": "sms", "about": "parks", "lang": "zh-hans", "view": "large", "from": "letter"}
        led = rosa.get(f"/i/{code_of(wave, ada)}/", {**said, "i": "old", "code": "no"})
        page = rosa.get(led["Location"])
        asked = page.wsgi_request.GET
        assert {name: asked[name] for name in said} == said
        assert asked.keys() == {*said, "i"}
        assert asked["i"] != "old"
        fields = form_of(page).fields
        assert fields["ch"] == ["sms"]
        assert fields["about"] == ["parks"]
        assert fields["language"] == ["zh-hans"]

    def test_the_code_of_an_invitation_to_a_public_wave_answers_as_invited(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        code = code_of(a_wave(), ada)
        rosa.get(f"/i/{code}/")
        assert send(rosa, rosa.get(PAGE), parks__overall="2").status_code == 200  # by the cookie alone
        assert InboxEntry.objects.get().klass == Klass.SAMPLE
        assert Invitation.objects.get().state == Invitation.State.SPENT

    def test_after_the_receipt_the_browser_has_forgotten_the_code(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        rosa.get(f"/i/{code_of(a_wave(), ada)}/")
        thanks = send(rosa, rosa.get(PAGE), parks__overall="2")
        (cookie,) = thanks.cookies.values()
        assert (cookie.value, cookie["max-age"]) == ("", 0)
        assert "code" not in form_of(rosa.get(PAGE)).fields

    def test_a_spent_code_in_a_cookie_is_said_and_forgotten(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        code = code_of(a_wave(), ada)
        elsewhere = Client()
        rosa.get(f"/i/{code}/")
        send(elsewhere, elsewhere.get(f"/i/{code}/", follow=True), parks__overall="2")
        assert rosa.get(PAGE).status_code == 410
        assert "code" not in form_of(rosa.get(PAGE)).fields

    def test_departments_are_chosen_without_the_code_in_any_address(
        self, ada: User, a_wave: Waves, departments: dict[str, Department]
    ) -> None:
        browser = Forgetful()
        code = code_of(a_wave(departments_per_person=1), ada)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            page = browser.get(f"/i/{code}/", follow=True)
            assert code not in outside_of_fields(page)
            form = FormReader(page.content.decode(), "choose")
            assert 'method="post"' in page.content.decode()
            assert form.action == PAGE
            clock.shift(timedelta(minutes=30))  # a choice may take its time
            none = browser.post(PAGE, {**form.fields, "go": "1"})
            assert form_of(none).fields["code"] == [code]  # questions about the place as a whole are left
            sheet = browser.post(PAGE, {**form.fields, "go": "1", "about": ["roads"]})
            assert form_of(sheet).fields["about"] == ["roads"]
            assert form_of(sheet).fields["code"] == [code]
            assert code not in outside_of_fields(sheet)
            again = browser.post(PAGE, {**form_of(sheet).fields, "choose": "1"})
            assert FormReader(again.content.decode(), "choose").fields["code"] == [code]
            assert send(browser, sheet, roads__overall="1").status_code == 200
        assert Invitation.objects.get().state == Invitation.State.SPENT


class TestWithoutCookies:
    def test_the_ticket_alone_leads_to_the_receipt(self, code: str) -> None:
        browser = Forgetful()
        page = browser.get(f"/i/{code}/", follow=True)
        assert send(browser, page, parks__overall="1").status_code == 200
        assert Invitation.objects.get().state == Invitation.State.SPENT

    def test_after_two_minutes_the_code_is_typed_once_more(self, code: str) -> None:
        browser = Forgetful()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            led = browser.get(f"/i/{code}/", {"lang": "en", "ch": "qr"})
            clock.shift(timedelta(seconds=119))
            assert browser.get(led["Location"]).status_code == 200
            clock.shift(timedelta(seconds=2))
            page = browser.get(led["Location"])
            assert page.status_code == 403
            html = page.content.decode()
            assert 'name="code"' in html
            assert code not in html
            action = re.search(r'action="(/i/[^"]*)"', html)
            assert action is not None
            led = browser.post(action[1].replace("&amp;", "&"), {"code": code})
            assert led.status_code == 303
            assert "ch=qr" in led["Location"]
            assert form_of(browser.get(led["Location"])).fields["code"] == [code]

    def test_an_old_ticket_to_a_public_wave_never_lets_the_invitation_be_lost_in_silence(
        self, a_wave: Waves, ada: User
    ) -> None:
        browser = Forgetful()
        code = code_of(a_wave(), ada)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            led = browser.get(f"/i/{code}/", {"lang": "en"})
            clock.shift(timedelta(minutes=3))
            page = browser.get(led["Location"])
        assert page.status_code == 200
        assert "Your code is still good." in page.content.decode()
        assert 'href="?lang=en"' in page.content.decode()  # to answer without it

    def test_with_a_cookie_a_reload_after_an_hour_is_nothing_to_notice_and_after_two_it_is(
        self, rosa: Client, code: str
    ) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            led = rosa.get(f"/i/{code}/")
            clock.shift(timedelta(hours=1, minutes=59))
            assert form_of(rosa.get(led["Location"])).fields["code"] == [code]
            assert form_of(rosa.get(PAGE)).fields["code"] == [code]
            clock.shift(timedelta(minutes=2))
            assert rosa.get(PAGE).status_code == 403


class TestForgery:
    @pytest.mark.parametrize("place", range(0, 60, 7))
    def test_a_changed_ticket_or_cookie_opens_nothing(
        self, rosa: Client, wave: Wave, code: str, place: int
    ) -> None:
        for doorway in (doorways.TICKET, doorways.COOKIE):
            written = doorways.sealed(code, wave.pk, doorway)
            changed = written[:place] + ("A" if written[place] != "A" else "B") + written[place + 1 :]
            assert doorways.opened(written, wave.pk, doorway) == code
            assert doorways.opened(changed, wave.pk, doorway) is None
        rosa.cookies[f"invited-{wave.pk}"] = changed
        assert rosa.get(PAGE).status_code == 403
        assert rosa.get(PAGE, {"i": changed}).status_code == 403

    @pytest.mark.parametrize(
        "written", ["", "A", "=", "é", "A" * 199, "A" * 5000, "../..", "\x00", "!!!!" * 20]
    )
    def test_what_is_no_ticket_opens_nothing(self, rosa: Client, wave: Wave, written: str) -> None:
        assert doorways.opened(written, wave.pk, doorways.TICKET) is None
        assert rosa.get(PAGE, {"i": written}).status_code == 403

    def test_a_ticket_is_no_cookie_and_belongs_to_one_wave(
        self, rosa: Client, a_wave: Waves, wave: Wave, code: str
    ) -> None:
        other = a_wave(slug="other", is_public=False)
        ticket = doorways.sealed(code, wave.pk, doorways.TICKET)
        cookie = doorways.sealed(code, wave.pk, doorways.COOKIE)
        assert doorways.opened(ticket, wave.pk, doorways.COOKIE) is None
        assert doorways.opened(cookie, wave.pk, doorways.TICKET) is None
        assert doorways.opened(cookie, other.pk, doorways.COOKIE) is None
        rosa.cookies[f"invited-{other.pk}"] = cookie
        assert rosa.get("/s/other/").status_code == 403
        assert rosa.get("/s/other/", {"i": ticket}).status_code == 403

    def test_the_seal_never_looks_twice_the_same_and_needs_this_sites_secret(
        self, wave: Wave, code: str, settings: Any
    ) -> None:
        first, second = (doorways.sealed(code, wave.pk, doorways.TICKET) for _time in range(2))
        assert first != second
        assert len(first) < 100
        settings.SECRET_KEY = "another secret of at least thirty-two characters"
        assert doorways.opened(first, wave.pk, doorways.TICKET) is None


class TestTypedCodes:
    @pytest.mark.parametrize(("state", "status"), [(2, 410), (3, 410), (4, 404)])
    def test_a_code_that_is_not_good_says_so_by_either_door(
        self, rosa: Client, code: str, state: int, status: int
    ) -> None:
        Invitation.objects.update(state=state)
        for answer in (rosa.get(f"/i/{code}/"), rosa.post("/i/", {"code": code})):
            assert answer.status_code == status
            assert not answer.cookies
            assert answer["Referrer-Policy"] == "no-referrer"

    def test_a_typed_code_that_is_unknown_is_not_found(self, rosa: Client, wave: Wave) -> None:
        assert rosa.post("/i/", {"code": "0" * 26}).status_code == 404

    def test_a_typed_code_of_a_closed_wave_says_so(
        self, rosa: Client, wave: Wave, code: str, ada: User
    ) -> None:
        fielding.close_wave(wave, by=ada)
        access.forget()
        assert rosa.post("/i/", {"code": code}).status_code == 410

    def test_questions_that_the_address_answers_are_answered_behind_the_door(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        hidden = question(
            "from", "hidden", "general", two("来源", "Source"),
            settings={"parameter": "from", "choices": [{"code": 1, "text": two("信", "Letter")},
                                                      {"code": 2, "text": two("短信", "SMS")}]},
        )  # fmt: skip
        code = code_of(a_wave(document(rating("overall", headline=True), hidden)), ada)
        page = rosa.get(f"/i/{code}/?from=2", follow=True)
        assert form_of(page).fields["general.from"] == ["2"]
