"""Cases 1, 10 and 11: a form counts once by whatever way it is sent again, and a code is spent by sending alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import Role, User
from surveys.responses.models import InboxEntry, Submission
from surveys.waves import devices, inviting
from surveys.waves.models import Channel, Invitation, Wave
from tests.surveys.responses.conftest import MIXED
from tests.surveys.responses.forms import Answer, filled, form_of, receipts_on, send
from tests.surveys.responses.test_saving import code_on, resume

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE, API = "/s/city-2026/", "/api/v1/waves/city-2026/responses/"
HELPED = (Channel.WEB, Channel.KIOSK, Channel.ASSISTED)


def by_program(client: Client, token: str, **said: Any) -> Any:
    body = {"token": token, "answers": {"parks": {"overall": 1}}, **said}
    return client.post(API, body, content_type="application/json")


@pytest.fixture
def lin(db: None) -> Client:
    """An interviewer's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_user("lin", password="lin-password", role=Role.INTERVIEWER))
    return client


def test_one_form_has_one_receipt_by_every_way_it_can_be_sent_again(a_wave: Waves, rosa: Client) -> None:
    """Double click, back and other answers, another language, larger type, the sheet of a device, a program."""
    a_wave()
    page = rosa.get(PAGE)
    fields = filled(page, parks__overall="5")
    first = receipts_on(rosa.post(PAGE, fields))
    assert len(first) == 1
    token = fields["token"][0]
    stored = list(InboxEntry.objects.values())
    for more in (
        {},
        {"parks.overall": "1", "roads.overall": "1"},
        {"language": "zh-hans"},
        {"view": "large", "go": "send"},
        {"whole": "1"},
        {"ch": "qr"},
        {"go": "save"},  # putting aside what was sent would let it count again
        {"work": "0:0", "homepage": "http://example.org/"},
        {"parks.overall": ""},
        {"parks.overall": "99"},
    ):
        again = rosa.post(PAGE, {**fields, **more})
        if again.status_code == 422:  # what is wrong with the second one is said, and that is all
            assert more.get("parks.overall") in ("", "99"), more
        else:
            assert receipts_on(again) == first, more
    program = by_program(Client(), token)
    assert (program.status_code, program.json()["receipts"]) == (200, first)
    assert list(InboxEntry.objects.values()) == stored
    assert Submission.objects.count() == 1


def test_what_a_program_sent_and_what_was_put_aside_count_once_too(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    page = rosa.get(PAGE)
    saved = rosa.post(PAGE, {**filled(page, parks__overall="4"), "go": "save"})
    token = form_of(page).fields["token"][0]
    program = by_program(Client(), token)
    assert program.status_code == 201
    receipts = program.json()["receipts"]
    assert receipts_on(resume(Client(), code_on(saved))) == receipts, "taken up after it was sent"
    assert receipts_on(send(rosa, page, parks__overall="5")) == receipts
    assert InboxEntry.objects.count() == 1
    assert bytes(InboxEntry.objects.get().codes)[0] == 1


def test_a_form_from_a_kiosk_or_an_interviewer_counts_once_and_back_after_the_receipt_too(
    a_wave: Waves, rosa: Client, lin: Client, ada: User
) -> None:
    wave = a_wave(MIXED, channels=HELPED)
    _kiosk, key = devices.add(wave, name="Left", service_point=None, by=ada)
    rosa.get(f"/kiosk/{key}/")
    begun = (
        rosa.post("/kiosk/", {"lang": "en", "go": "begin"}),
        lin.post(f"/office/waves/{wave.pk}/assist/", {"language": "en", "code": ""}),
    )
    for page in begun:
        first = receipts_on(send(rosa, page, parks__overall="2"))
        assert len(first) == 1
        assert receipts_on(send(rosa, page, parks__overall="5")) == first
        assert receipts_on(send(Client(), page, roads__overall="5")) == first
    assert {entry.channel for entry in InboxEntry.objects.all()} == {Channel.KIOSK, Channel.ASSISTED}
    assert InboxEntry.objects.count() == 2


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str.lower,
    inviting.grouped,
    lambda code: f"  {code} ",
    lambda code: code.replace("0", "o").replace("1", "l"),
    lambda code: "".join(chr(ord(one) + 0xFEE0) for one in code),  # full-width, as Chinese keyboards type
)


def test_a_spent_code_is_spent_by_every_door_and_in_every_spelling(
    a_wave: Waves, rosa: Client, lin: Client, ada: User
) -> None:
    wave = a_wave(MIXED, is_public=False, channels=HELPED)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    held = rosa.get(f"/i/{code}/", follow=True)  # a second form, opened before the first was sent
    assert receipts_on(send(rosa, rosa.get(f"/i/{code}/", follow=True), parks__overall="1"))
    _kiosk, key = devices.add(wave, name="Left", service_point=None, by=ada)
    rosa.get(f"/kiosk/{key}/")
    stored = list(InboxEntry.objects.values())
    for spell in SPELLINGS:
        typed = spell(code)
        if inviting.normalised(typed) is None:
            continue
        tries: list[Answer] = [
            Client().get(f"/i/{typed}/"),
            Client().post("/i/", {"code": typed}),
            Client().post(f"/i/{typed}/", filled(held, parks__overall="5")),
            rosa.post(PAGE, {**filled(held, parks__overall="5"), "code": typed}),
            rosa.post(PAGE, {**filled(held, parks__overall="5"), "code": typed, "whole": "1"}),
            rosa.post("/kiosk/", {"go": "begin", "code": typed}),
            lin.post(f"/office/waves/{wave.pk}/assist/", {"language": "en", "code": typed}),
            by_program(Client(), form_of(held).fields["token"][0], code=typed),
        ]
        assert {one.status_code for one in tries} <= {410, 422}, [one.status_code for one in tries]
        assert not any(receipts_on(one) for one in tries)
    assert list(InboxEntry.objects.values()) == stored
    assert sum(inviting.normalised(spell(code)) == code for spell in SPELLINGS) >= 4


def test_a_code_is_one_code_however_many_forms_were_opened_with_it(a_wave: Waves) -> None:
    wave = a_wave(is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    browsers = [Client() for _number in range(5)]
    forms = [browser.get(f"/i/{code}/", follow=True) for browser in browsers]
    sent = [send(browser, form, parks__overall="3") for browser, form in zip(browsers, forms, strict=True)]
    assert [one.status_code for one in sent] == [200, 410, 410, 410, 410]
    assert InboxEntry.objects.count() == 1


def test_a_form_without_the_code_or_with_an_empty_one_is_no_way_in(a_wave: Waves, rosa: Client) -> None:
    """An absent, empty, blank or doubled code was a way around single use elsewhere."""
    wave = a_wave(is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    page = rosa.get(f"/i/{code}/", follow=True)
    fields = filled(page, parks__overall="3")
    bare = {name: values for name, values in fields.items() if name != "code"}
    stranger = Client()
    for odd in ({}, {"code": ""}, {"code": " "}, {"code": "null"}, {"code": "None"}, {"code": [code, code]}):
        answer = stranger.post(PAGE, {**bare, **odd})
        assert answer.status_code in (403, 422), odd
        assert not receipts_on(answer)
    token = fields["token"][0]
    odd_values: tuple[Any, ...] = (None, "", " ", "null", [], {}, 0, False, [code])
    for value in odd_values:
        assert by_program(stranger, token, code=value).status_code in (403, 422), value
    assert not InboxEntry.objects.exists()
    assert Invitation.objects.get().state == Invitation.State.ISSUED


def test_nothing_but_sending_the_form_spends_the_code(a_wave: Waves) -> None:
    """Machines that fetch, prefetch, preview and ask; a person who looks, errs, changes the view and puts it aside."""
    wave = a_wave(is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    before = list(Invitation.objects.values())
    for address in (f"/i/{code}/", f"/i/{code.lower()}/", f"/i/{code}/?lang=en&ch=sms"):
        for method in ("get", "head", "options", "put", "patch", "delete", "trace"):
            answer = getattr(Client(), method)(address, headers={"sec-purpose": "prefetch;prerender"})
            assert answer.status_code in (303, 405), (method, answer.status_code)
        for _look in range(5):
            assert Client().get(address, follow=True, headers={"purpose": "prefetch"}).status_code == 200
    assert Client().post("/i/", {"code": code}, follow=True).status_code == 200
    rosa = Client(headers={"accept-language": "en"})
    page = rosa.get(f"/i/{code}/", follow=True)
    fields = filled(page, parks__overall="5")
    for more in (
        {"parks.overall": "9"},
        {"lang": "zh-hans"},
        {"to": "large"},
        {"go": "save"},
        {"token": "x"},
        {"go": "stay"},
    ):
        assert not InboxEntry.objects.exists()
        rosa.post(PAGE, {**fields, **more})
    rosa.post(f"/i/{code}/", {**fields, "parks.overall": "9"})
    assert list(Invitation.objects.values()) == before
    assert not InboxEntry.objects.exists()
    assert receipts_on(rosa.post(PAGE, fields))
    assert Invitation.objects.get().state == Invitation.State.SPENT
