"""Cases 24 and 27: every way to answer works without script and cookie, and is the same for the best and the worst.

`tests/house/test_symmetry.py` holds it for the plain page and for programs; here are the other ways, each walked to
the receipt and its check, once with the best grade and once with the worst.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import Role, User
from surveys.responses.models import InboxEntry
from surveys.responses.paper import serials
from surveys.waves import devices, inviting
from surveys.waves.models import Channel, Wave
from tests.house.test_symmetry import GIVEN, RANDOM
from tests.surveys.responses.conftest import MIXED
from tests.surveys.responses.forms import Answer, filled, form_of, receipts_on
from tests.surveys.responses.test_replacing_views import words_on
from tests.surveys.responses.test_saving import code_on

pytestmark = pytest.mark.django_db

Steps = Iterator[Answer]
CHANNELS = (Channel.WEB, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER)


class Forgetful(Client):
    """A browser without scripts that keeps no cookie from one page to the next."""

    def request(self, **request: Any) -> Any:
        self.cookies.clear()
        return super().request(**request)


class Offered(HTMLParser):
    """What a page needs: buttons to go on with, and whether anything waits for a script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms, self.buttons, self.hidden_forms = 0, 0, 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms += 1
            self.hidden_forms += "hidden" in given
        if tag == "button" and given.get("type", "submit") == "submit" and "hidden" not in given:
            self.buttons += 1


@pytest.fixture
def wave(a_wave: Callable[..., Wave]) -> Wave:
    return a_wave(MIXED, channels=CHANNELS)


@pytest.fixture
def staff(db: None) -> list[User]:
    make = User.objects.create_user
    return [make(name, password="-", role=Role.INTERVIEWER) for name in ("lin", "mei")]


def by_large_view(rosa: Client, grade: str, **_more: Any) -> Steps:
    page = rosa.get("/s/city-2026/?view=large&about=parks")
    for _question in range(20):
        yield page
        if receipts_on(page):
            return
        form = form_of(page)
        mine = {name: [grade] for name in form.offered if name == "parks.overall"}
        go = "send" if b'value="send"' in page.content else "next"
        page = rosa.post(form.action, {**form.fields, **mine, "go": go})


def by_saving(rosa: Client, grade: str, **_more: Any) -> Steps:
    page = rosa.get("/s/city-2026/")
    put = rosa.post("/s/city-2026/", {**filled(page, parks__overall=grade), "go": "save"})
    back = Forgetful(headers={"accept-language": "en"}).post("/resume/", {"code": code_on(put)})
    yield from (page, put, back, rosa.post("/s/city-2026/", filled(back)))


def by_invitation(rosa: Client, grade: str, *, wave: Wave, code: str, **_more: Any) -> Steps:
    typed = rosa.post("/i/", {"code": code.lower()})
    page = rosa.get(typed["Location"])
    yield from (page, rosa.post("/s/city-2026/", filled(page, parks__overall=grade)))


def by_kiosk(rosa: Client, grade: str, *, key: str, **_more: Any) -> Steps:
    device = Client(headers={"accept-language": "en"})  # a device of ours is known by its cookie
    device.get(f"/kiosk/{key}/")
    begin = device.get("/kiosk/")
    page = device.post("/kiosk/", {"go": "begin", "lang": "en"})
    yield from (begin, page, rosa.post(form_of(page).action, filled(page, parks__overall=grade)))


def by_interviewer(rosa: Client, grade: str, *, wave: Wave, helpers: list[Client], **_more: Any) -> Steps:
    page = helpers[0].post(f"/office/waves/{wave.pk}/assist/", {"language": "en", "code": ""})
    yield from (page, rosa.post(form_of(page).action, filled(page, parks__overall=grade)))


def by_paper(rosa: Client, grade: str, *, wave: Wave, helpers: list[Client], **_more: Any) -> Steps:
    said = {"serial": serials.new_serial(wave.pk), "language": "en", "step": "keep", "parks.overall": grade}
    for helper in helpers:
        yield helper.post(f"/office/waves/{wave.pk}/paper/enter/", said, follow=True)


def by_replacing(rosa: Client, grade: str, **_more: Any) -> Steps:
    first = rosa.post("/s/city-2026/", filled(rosa.get("/s/city-2026/"), parks__overall="3"))
    (receipt,), (word,) = receipts_on(first), words_on(first)
    checked = rosa.post("/check/", {"code": receipt})
    sheet = rosa.post("/check/", {"code": receipt, "word": word})
    yield from (first, checked, sheet, rosa.post(form_of(sheet).action, filled(sheet, parks__overall=grade)))


WAYS = {
    way.__name__: way
    for way in (by_large_view, by_saving, by_invitation, by_kiosk, by_interviewer, by_paper, by_replacing)
}
# Serials and the word of a session differ too, where staff type in paper.
ALSO_RANDOM = re.compile(
    r'name="change" value="[^"]*"|content="\w{64}"|<code>.*?</code>|value="[0-9A-Z -]{26,40}"'
    r"|\b[0-9A-HJKMNP-TV-Z]{5}\b",
    re.DOTALL,
)


def bare(answer: Answer) -> tuple[int, int, str]:
    """Return what a step was, without what is chance and without the grade itself."""
    text = ALSO_RANDOM.sub("", RANDOM.sub("", GIVEN.sub("", answer.content.decode())))
    return answer.status_code, answer.content.decode().count("<input"), text


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_by_every_way_the_best_and_the_worst_take_the_same_steps_and_see_the_same_pages(
    way: Callable[..., Steps], wave: Wave, staff: list[User], ada: User, logged_in: Callable[[User], Client]
) -> None:
    _kiosk, key = devices.add(wave, name="Left", service_point=None, by=ada)
    codes = inviting.make_codes(wave, stratum=0, count=2, by=None)
    helpers = [logged_in(one) for one in staff]
    for helper in helpers:
        helper.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    walked = {}
    for grade, code in zip("51", codes, strict=True):
        rosa = Forgetful(headers={"accept-language": "en"})
        walked[grade] = [
            bare(step) for step in way(rosa, grade, wave=wave, code=code, key=key, helpers=helpers)
        ]
    for best, worst in zip(walked["5"], walked["1"], strict=True):
        assert best == worst
    assert {status for status, _fields, _text in walked["5"]} == {200}
    grades = [bytes(entry.codes)[0] for entry in InboxEntry.objects.all() if bytes(entry.codes)[0] != 3]
    assert sorted(grades) == [1, 5]
    assert len({(entry.channel, entry.klass, entry.flags) for entry in InboxEntry.objects.all()}) == 1


def test_no_page_of_any_way_needs_a_script_or_a_cookie_to_go_on(
    wave: Wave, staff: list[User], ada: User, logged_in: Callable[[User], Client]
) -> None:
    _kiosk, key = devices.add(wave, name="Left", service_point=None, by=ada)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    helpers = [logged_in(one) for one in staff]
    rosa = Forgetful(headers={"accept-language": "en"})
    receipts = 0
    for way in WAYS.values():
        for step in way(rosa, "2", wave=wave, code=code, key=key, helpers=helpers):
            html = step.content.decode()
            found = Offered(html)
            if 'id="answers"' in html:
                assert found.buttons >= 1
            assert found.hidden_forms < max(found.forms, 1), "some form is there without a script"
            for receipt in receipts_on(step):
                receipts += 1
                if len(receipt) == 21:
                    assert rosa.post("/check/", {"code": receipt}).status_code in (200, 404)
    assert receipts >= 6


def test_where_people_choose_departments_the_choice_needs_neither_script_nor_cookie(
    a_wave: Callable[..., Wave],
) -> None:
    a_wave(MIXED, departments_per_person=1)
    rosa = Forgetful(headers={"accept-language": "en"})
    chooser = rosa.get("/s/city-2026/")
    assert b'name="about"' in chooser.content
    page = rosa.get("/s/city-2026/", {"about": "roads", "go": "1"})
    assert "roads.overall" in form_of(page).offered
    page = rosa.post("/s/city-2026/", {**form_of(page).fields, "lang": "zh-hans", "roads.overall": "2"})
    assert form_of(page).fields["about"] == ["roads"]
    thanks = rosa.post("/s/city-2026/", form_of(page).fields)
    (receipt,) = receipts_on(thanks)
    assert rosa.post("/check/", {"code": receipt}).status_code == 200
