"""Whose answers and whose receipts: one device, several people, and lines on which somebody else answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from surveys.people.models import Department
from surveys.responses.models import InboxEntry
from surveys.waves import devices
from surveys.waves.models import Channel, Wave
from tests.browser import OpenPage

from . import lines
from .conftest import MIXED
from .lines import Line
from .test_kiosk_in_a_browser import POOL
from .test_offline_in_a_browser import (
    JOURNEY,
    KEPT,
    PHONE,
    WAITING,
    arrived,
    settled,
    the_line,
    until,
    with_the_sheet,
)

__all__ = ["the_line"]

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = "() => line.all().then(forms => forms.map(form => form.tries))"


def stranger(status: str) -> bytes:
    """What somebody in between answers in our place."""
    words = b"<!doctype html><title>Guests</title><h1>Welcome to the hotel</h1>"
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(words)}\r\nConnection: close"
    )
    return head.encode() + b"\r\n\r\n" + words


@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden", "413 Too Large"])
def test_an_answer_of_a_stranger_takes_nothing_from_a_phone(
    open_page: OpenPage,
    the_line: Line,
    a_wave: Callable[..., Wave],
    monkeypatch: pytest.MonkeyPatch,
    status: str,
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.check("input[name='parks.overall'][value='1']")
    the_line.cut()
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    monkeypatch.setattr(lines, "BUSY", stranger(status))
    the_line.is_up = the_line.is_busy = True
    phone.context.set_offline(False)
    until(phone, f"() => ({TRIES})().then(tries => tries[0] > 0)")
    assert phone.evaluate(WAITING) == 1
    the_line.mend()
    phone.reload()
    arrived(phone)


def test_an_answer_of_a_stranger_takes_nothing_from_a_kiosk(
    open_page: OpenPage,
    the_line: Line,
    a_wave: Callable[..., Wave],
    ada: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wave = a_wave(MIXED, channels=(Channel.WEB, Channel.KIOSK))
    _device, key = devices.add(wave, name="Left", service_point=None, by=ada)
    kiosk = open_page(viewport={"width": 1080, "height": 1920})
    kiosk.goto(f"{the_line.url}/kiosk/{key}/")
    settled(kiosk, "/kiosk/")
    until(kiosk, f"() => ({KEPT})().then(all => all.filter(one => one.includes('/kiosk/')).length > 1)")
    until(kiosk, POOL)
    the_line.cut()
    kiosk.click("button[value=en]")
    kiosk.wait_for_selector("input[name=whole]", state="attached")
    kiosk.check("input[name='parks.overall'][value='1']")
    kiosk.click("#answers .actions button")
    kiosk.wait_for_selector("h1:has-text('Saved on this device')")
    monkeypatch.setattr(lines, "BUSY", stranger("200 OK"))
    the_line.is_up = the_line.is_busy = True
    kiosk.evaluate("() => line.send()")
    assert kiosk.evaluate(WAITING) == 1
    the_line.mend()
    kiosk.evaluate("() => line.send()")
    assert kiosk.evaluate("() => line.all()") == []
    assert InboxEntry.objects.get().codes[0] == 1


def test_two_people_with_the_kept_sheet_are_two(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    receipts, tokens = set(), set()
    for grade in (1, 5):
        settled(phone)  # once the first has sent it a fresh one comes in the place of the sheet
        the_line.cut()
        phone.goto(f"{the_line.url}/s/city-2026/")
        phone.check(f"input[name='parks.overall'][value='{grade}']")
        tokens.add(phone.input_value("[name=token]"))
        the_line.mend()  # before it is sent: an ordinary page takes it
        phone.click("#answers .actions button")
        phone.wait_for_selector(".receipt-code")
        receipts.add(phone.inner_text(".receipt-code"))
    assert len(tokens) == len(receipts) == 2
    assert sorted(entry.codes[0] for entry in InboxEntry.objects.all()) == [1, 5]


def test_two_tabs_with_one_kept_sheet_count_once_and_say_so(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    other = phone.context.new_page()
    the_line.cut()
    for grade, tab in ((1, phone), (5, other)):
        tab.goto(f"{the_line.url}/s/city-2026/")
        tab.check(f"input[name='parks.overall'][value='{grade}']")
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    other.click("#answers .actions button")
    other.wait_for_selector("#told:has-text('This sheet was finished before')")
    assert other.is_checked("input[name='parks.overall'][value='5']"), "what was typed is still there"
    the_line.mend()
    phone.context.set_offline(False)
    arrived(phone)
    assert InboxEntry.objects.get().codes[0] == 1, "what was finished first counts"
    receipt = phone.evaluate("() => line.all().then(forms => forms[0].receipts[0].join(''))")
    other.click("#answers .actions button")
    other.wait_for_selector("div[data-again]:has-text('The answers that were sent first count')")
    again = other.inner_text("[aria-labelledby=receipts] .receipt-code")
    assert "".join(again.split()).replace("-", "") == receipt.replace("-", "")


def test_the_worker_hands_out_the_sheet_of_the_chosen_department_in_the_chosen_language_or_none(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave], departments: dict[str, Department]
) -> None:
    water = Department.objects.create(
        code="water", names={"zh-hans": "水", "en": "Water"}, parent=departments["city"], position=3
    )
    rated = [departments["parks"], departments["roads"], water]
    a_wave(JOURNEY, departments=rated, departments_per_person=1)
    phone = open_page(viewport=PHONE, locale="en-US")
    for one in ("parks", "roads"):
        phone.goto(f"{the_line.url}/s/city-2026/?about={one}&go=1&lang=en")
        settled(phone)
        until(phone, f"() => ({KEPT})().then(all => all.some(one => one.includes('about={one}')))")
    phone.check("input[name='general.way'][value='2']")
    the_line.cut()
    phone.click("button[value=next]")
    phone.wait_for_selector("input[name=whole]", state="attached")
    rated_here = "() => [...new Set([...document.querySelectorAll('[name$=overall]')].map(one => one.name))]"
    assert phone.evaluate(rated_here) == ["roads.overall"]
    assert phone.input_value("[name=about]") == "roads"
    phone.goto(f"{the_line.url}/s/city-2026/?about=parks&go=1")
    assert phone.evaluate(rated_here) == ["parks.overall"]
    for nothing in ("about=water&go=1", "about=parks&about=roads&go=1", "about=parks&go=1&lang=ug"):
        with pytest.raises(Exception, match="ERR_"):
            phone.goto(f"{the_line.url}/s/city-2026/?{nothing}")


def test_a_receipt_goes_after_a_day_and_what_was_not_taken_after_four(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = open_page(viewport=PHONE, locale="en-US")
    phone.goto(f"{the_line.url}/check/")
    kept = """([name, days]) => line.keep({
      token: name + days, tries: 0, at: Date.now() - days * 86400000, body: "", action: "/s/city-2026/",
      ...(name === "sent" ? { state: name, receipts: [["A", "B"]], words: [["C", "D"]] } : { state: name })
    })"""
    for name, days in (("sent", 0.9), ("sent", 1.1), ("refused", 1.1), ("refused", 3.9), ("refused", 4.1)):
        phone.evaluate(kept, [name, days])
    phone.reload()
    phone.wait_for_selector(".line-told")
    left = phone.evaluate("() => line.all().then(forms => forms.map(form => form.token).sort())")
    assert left == ["refused1.1", "refused3.9", "sent0.9"]
    assert phone.locator(".line-told").count() == 3


def test_a_form_that_never_gets_through_holds_up_no_other(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.context.set_offline(True)
    phone.check("input[name='parks.overall'][value='4']")
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    phone.evaluate("() => line.keep({ token: '!', tries: 0, action: '/style.css', body: '' })")
    phone.context.set_offline(False)
    phone.evaluate("() => line.send().then(line.send)")
    left = phone.evaluate("() => line.all().then(forms => forms.map(form => [form.token, form.state]))")
    assert left[0] == ["!", None]
    assert [state for _token, state in left[1:]] == ["sent"]
    assert InboxEntry.objects.count() == 1
