"""The line goes away while somebody answers: nothing typed is lost, and what was finished arrives once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from surveys.responses import change_words, receipts
from surveys.responses.models import InboxEntry
from surveys.responses.quality import Flag
from surveys.waves.models import Wave
from tests.browser import OpenPage

from .conftest import MIXED, document, question, rating, two
from .lines import Line
from .test_turning import is_, page

pytestmark = pytest.mark.django_db(transaction=True)

PHONE: Any = {"width": 320, "height": 640}
WAITING = """() => line.all().then(forms => forms.filter(form => !form.state).length)"""
WITHOUT_WORKER = """() => caches.delete('line').then(() => navigator.serviceWorker.getRegistrations()).then(
  all => Promise.all(all.map(one => one.unregister()))
)"""
KEPT = """() => caches.open('line').then(all => all.keys()).then(found => found.map(one => one.url))"""


def in_three(content: dict[str, Any]) -> dict[str, Any]:
    """Give every text of a document a third language, in which it says so."""

    def speak(found: Any) -> Any:
        if isinstance(found, dict):
            if "zh-hans" in found and "en" in found:
                return {**found, "ug": f"ئۇيغۇرچە {found['en']}"}
            return {name: speak(value) for name, value in found.items()}
        return [speak(one) for one in found] if isinstance(found, list) else found

    spoken = speak(content)
    for one in spoken["questions"]:
        if one["type"] == "satisfaction":
            one["settings"] = {
                "words": {code: {"ug": f"ئۇ {code}"} for code in ("5", "4", "3", "2", "1", "dk", "na")}
            }
    return {**spoken, "languages": ["zh-hans", "en", "ug"]}


CHOICES = [{"code": 1, "text": two("电话", "Phone")}, {"code": 2, "text": two("窗口", "Counter")}]
JOURNEY = in_three(
    document(
        page("p1"),
        question(
            "way",
            "single_choice",
            "general",
            two("您怎样联系的？", "How did you get in touch?"),
            settings={"choices": CHOICES, "offer": []},
        ),
        question("detail", "short_text", "general", two("哪个号码？", "Which number?"), show=is_("way", 1)),
        page("p2"),
        rating("overall", headline=True),
        page("p3"),
        rating("speed"),
        page("p4"),
        question("why", "long_text", "general", two("想说什么？", "Anything else?")),
    )
)


@pytest.fixture
def the_line(live_server: Any) -> Iterator[Line]:
    line = Line(live_server.url)
    yield line
    line.close()
    connections.close_all()


def with_the_sheet(open_page: OpenPage, line: Line, query: str = "", **context: Any) -> Any:
    """Open the survey on a phone, and return when the device keeps its sheet."""
    phone = open_page(viewport=PHONE, **context)
    phone.goto(f"{line.url}/s/city-2026/{query}")
    settled(phone)
    return phone


def shoot(browser: Any, name: str) -> None:
    """Keep a picture where one is wanted."""
    if folder := os.environ.get("PICTURES"):
        browser.screenshot(path=f"{folder}/{name}.png", full_page=True)


def until(browser: Any, asked: str, given: Any = None) -> None:
    """Wait until the page answers yes; a page's own way of waiting takes a promise for a yes."""
    deadline = time.monotonic() + 20
    while not browser.evaluate(asked, given):
        assert time.monotonic() < deadline, asked
        time.sleep(0.1)


def settled(browser: Any, path: str = "/s/city-2026/") -> None:
    """Wait until the worker is there and the blank sheet is kept."""
    browser.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    until(
        browser,
        "path => caches.open('line').then(all => all.match(path, {ignoreSearch: true})).then(Boolean)",
        path,
    )


def arrived(browser: Any, number: int = 1) -> None:
    """Wait until nothing waits on the device, and so many records have come."""
    until(browser, f"() => ({WAITING})().then(many => many === 0)")
    assert InboxEntry.objects.count() == number, browser.evaluate("() => line.all()")


@pytest.mark.parametrize("language", ["zh-hans", "en", "ug"])
@pytest.mark.parametrize("notices", [True, False], ids=["the device knows", "it does not know"])
def test_a_journey_with_its_middle_half_without_a_line(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave], language: str, notices: bool
) -> None:
    a_wave(JOURNEY)
    phone = with_the_sheet(open_page, the_line, f"?lang={language}")
    phone.check("input[name='general.way'][value='1']")
    phone.wait_for_selector("[name='general.detail']")
    phone.fill("[name='general.detail']", "12345")
    phone.click("button[value=next]")
    phone.wait_for_selector("h2:has-text('2'), .progress")
    phone.check("input[name='parks.overall'][value='2']")
    the_line.cut()
    if notices:
        phone.context.set_offline(True)
    phone.click("button[value=next]")
    phone.wait_for_selector("input[name=whole]", state="attached")
    assert phone.locator("#told[role=alert]").is_visible()
    assert phone.evaluate("document.documentElement.dir") == ("rtl" if language == "ug" else "ltr")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "nothing runs out of the screen"
    )
    assert phone.input_value("[name='general.detail']") == "12345"
    assert phone.is_checked("input[name='parks.overall'][value='2']")
    shoot(phone, f"away-{language}-{notices}")
    phone.check("input[name='parks.speed'][value='4']")
    the_line.mend()
    phone.context.set_offline(False)
    phone.fill("[name='general.why']", "谢谢")
    phone.click("#answers .actions button")
    phone.wait_for_selector(".receipt-code")
    entry = InboxEntry.objects.get(department__code="parks")
    assert list(entry.codes[:2]) == [2, 4]
    assert InboxEntry.objects.count() == 2, "Parks, and the place as a whole"


def test_what_is_finished_without_a_line_waits_and_arrives_once(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="zh-CN")
    kept = phone.evaluate(KEPT)
    assert not any("token" in one or "code" in one for one in kept)
    phone.check("input[name='parks.overall'][value='1']")
    the_line.cut()
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved'), h1:has-text('保存')")
    shoot(phone, "saved-zh")
    assert phone.evaluate(WAITING) == 1
    # Two pages of the site and the worker all wake when the line is back.
    other = phone.context.new_page()
    the_line.mend()
    the_line.sent.clear()
    other.goto("about:blank")
    phone.context.set_offline(False)
    other.goto(f"{the_line.url}/check/")
    arrived(phone)
    assert the_line.sent.count(b"/s/city-2026/") == 1, "it is sent by one of them only"  # type: ignore[arg-type]
    assert InboxEntry.objects.get().codes[0] == 1
    other.goto(f"{the_line.url}/check/")
    other.wait_for_selector(".line-told")
    stored = other.evaluate("() => line.all()")
    assert "body" not in stored[0], "no answer stays on the device"
    code = "-".join(stored[0]["receipts"][0])
    word = change_words.word_of(receipts.read(code))
    shown = other.inner_text("main")
    assert code[:4] not in shown, "whoever opens the site next is not shown a receipt"
    assert word[:4] not in shown
    shoot(other, "arrived-closed-zh")
    other.click(".line-told summary")
    assert other.inner_text(".line-told .receipt-code").split() == stored[0]["receipts"][0]
    assert other.inner_text(".line-told .change-words").strip() == word
    shoot(other, "arrived-zh")
    other.click(".line-told [data-act=drop]")
    other.wait_for_selector(".line-told", state="detached")
    assert other.evaluate("() => line.all()") == []
    other.goto(f"{the_line.url}/check/")
    assert other.locator(".line-told").count() == 0


def test_a_form_survives_a_closed_browser_and_three_days(
    kept_device: Callable[..., Any], the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    before = kept_device(viewport=PHONE, locale="en-US")
    phone = before.new_page()
    phone.goto(f"{the_line.url}/s/city-2026/")
    settled(phone)
    the_line.cut()
    phone.check("input[name='roads.overall'][value='3']")
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    before.close()

    after = kept_device(viewport=PHONE, locale="en-US")
    phone = after.new_page()
    with pytest.raises(Exception, match=r"ERR_|interrupted"):
        phone.goto(f"{the_line.url}/check/")
    assert InboxEntry.objects.count() == 0
    phone.close()
    phone = after.new_page()
    with time_machine.travel(timezone.now() + timedelta(hours=72), tick=True):
        the_line.mend()
        phone.goto(f"{the_line.url}/check/")
        arrived(phone)
        phone.wait_for_selector(".line-told .receipt-code", state="attached")
        for _time in range(3):
            phone.reload()
    assert InboxEntry.objects.count() == 1
    assert InboxEntry.objects.get().codes[0] == 3
    after.close()


def test_a_site_that_is_busy_is_asked_again(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.check("input[name='parks.overall'][value='5']")
    the_line.is_busy = True
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    time.sleep(1)
    assert InboxEntry.objects.count() == 0
    the_line.mend()
    arrived(phone)
    assert InboxEntry.objects.get().codes[0] == 5


def test_what_is_not_taken_can_be_opened_again_with_its_answers(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave], ada: Any
) -> None:
    from surveys.waves import fielding

    wave = a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.check("input[name='parks.overall'][value='5']")
    the_line.cut()
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    fielding.close_wave(wave, by=ada)
    the_line.mend()
    phone.context.set_offline(False)
    phone.wait_for_selector(".line-told.notice-bad")
    assert "the survey was closed" not in phone.inner_text(".line-told")
    assert not phone.is_visible(".line-told [data-act=open]"), "somebody else's answers are a press away"
    phone.click(".line-told summary")
    assert "the survey was closed" in phone.inner_text(".line-told")
    shoot(phone, "refused-en")
    # The page that was to hold the answers does not come: they are still here.
    phone.evaluate(WITHOUT_WORKER)
    the_line.cut()
    phone.click(".line-told [data-act=open]")
    phone.wait_for_url("chrome-error://**")
    the_line.mend()
    phone.goto(f"{the_line.url}/check/")
    phone.click(".line-told summary")
    phone.click(".line-told [data-act=open]")
    phone.wait_for_selector("h1:has-text('This survey is closed')")
    until(phone, "() => line.all().then(forms => forms.length === 0)")


def test_without_anything_answered_nothing_waits(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("#told:has-text('Nothing has been answered yet')")
    assert phone.evaluate("() => line.all()") == []


def test_a_step_that_is_asked_of_a_late_form_is_taken_by_the_device(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave], settings: Any
) -> None:
    a_wave(MIXED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.check("input[name='parks.overall'][value='2']")
    phone.context.set_offline(True)
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    settings.STEP_UP_SECONDS = 3600  # whatever comes within the hour is asked for the step
    phone.context.set_offline(False)
    arrived(phone)
    assert the_line.sent.count(b"/s/city-2026/") == 2  # type: ignore[arg-type]
    assert not InboxEntry.objects.get().flags & Flag.UNPROVEN


REQUIRED = document(page("p1"), rating("overall", headline=True, required=True), page("p2"), rating("speed"))


def test_what_the_worker_hands_back_is_on_the_sheet_before_it_is_judged(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(REQUIRED)
    phone = with_the_sheet(open_page, the_line, "?lang=en", locale="en-US")
    the_line.cut()
    phone.goto(f"{the_line.url}/s/city-2026/?lang=en")
    phone.check("input[name='parks.overall'][value='2']")
    with phone.expect_navigation():
        phone.click("#answers .actions button")
    phone.wait_for_selector("[id='roads.overall'].question-wrong .field-error")
    assert phone.is_checked("input[name='parks.overall'][value='2']")
    phone.check("input[name='roads.overall'][value='3']")
    with phone.expect_navigation():
        phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    the_line.mend()
    phone.reload()
    arrived(phone, 2)


def test_what_may_not_stay_open_is_asked_before_a_form_waits(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    a_wave(REQUIRED)
    phone = with_the_sheet(open_page, the_line, locale="en-US")
    phone.context.set_offline(True)
    phone.check("input[name='parks.overall'][value='2']")
    phone.click("button[value=next]")
    phone.wait_for_selector("input[name=whole]", state="attached")
    phone.click("#answers .actions button")
    phone.wait_for_selector("[id='roads.overall'].question-wrong .field-error")
    assert phone.evaluate("() => line.all()") == []
    phone.check("input[name='roads.overall'][value='3']")
    phone.click("#answers .actions button")
    phone.wait_for_selector("h1:has-text('Saved on this device')")
    phone.context.set_offline(False)
    arrived(phone, 2)
