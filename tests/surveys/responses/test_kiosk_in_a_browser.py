"""One device and many people, in a real browser: what one leaves behind, the next never sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from surveys.responses import access
from surveys.responses.models import InboxEntry
from surveys.waves import devices, fielding
from surveys.waves.models import Channel, Wave
from tests.browser import OpenPage

from .conftest import MIXED
from .lines import Line
from .permits import a_pass
from .test_offline_in_a_browser import KEPT, WAITING, arrived, in_three, settled, shoot, the_line, until

__all__ = ["the_line"]

pytestmark = pytest.mark.django_db(transaction=True)

POOL = """() => line.deal('tokens', (all, give) => {
  all.count().onsuccess = event => give(event.target.result);
}).then(many => many >= 50)"""

POST = """said => {
  const form = document.createElement('form');
  form.method = 'post';
  for (const [name, value] of Object.entries(said)) {
    const field = form.appendChild(document.createElement('input'));
    field.name = name;
    field.value = value;
  }
  HTMLFormElement.prototype.submit.call(document.body.appendChild(form));
}"""


class TestKiosk:
    @pytest.fixture
    def kiosk(self, open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave], ada: Any) -> Any:
        wave = a_wave(in_three(MIXED), channels=(Channel.WEB, Channel.KIOSK))
        _device, key = devices.add(wave, name="Left", service_point=None, by=ada)
        screen = open_page(viewport={"width": 1080, "height": 1920})
        screen.clock.install()
        screen.goto(f"{the_line.url}/kiosk/{key}/")
        screen.wait_for_selector("#begin")
        return screen

    def test_it_wipes_itself_and_the_way_back_shows_nothing(self, kiosk: Any) -> None:
        shoot(kiosk, "kiosk-start")
        assert kiosk.url.endswith("/kiosk/")
        kiosk.click("button[value=en]")
        kiosk.check("input[name='parks.overall'][value='2']")
        kiosk.fill("[name='parks.why']", "private words")
        shoot(kiosk, "kiosk-form")
        kiosk.clock.run_for(61_000)
        assert kiosk.locator("#still").is_visible()
        shoot(kiosk, "kiosk-still")
        kiosk.click("#still button")
        assert not kiosk.locator("#still").is_visible()
        assert kiosk.input_value("[name='parks.why']") == "private words"
        kiosk.clock.run_for(81_000)
        kiosk.wait_for_selector("#begin")
        kiosk.go_back()
        kiosk.wait_for_timeout(300)
        assert "private words" not in kiosk.content()
        assert kiosk.locator("input:checked").count() == 0
        kiosk.go_forward()
        kiosk.wait_for_selector("#begin")
        assert "private words" not in kiosk.content()
        assert InboxEntry.objects.count() == 0

    def test_the_receipt_goes_by_itself_and_none_is_kept(self, kiosk: Any) -> None:
        kiosk.click("button[value=zh-hans]")
        kiosk.check("input[name='parks.overall'][value='2']")
        kiosk.click("#answers .actions button")
        kiosk.wait_for_selector(".receipt-code")
        shoot(kiosk, "kiosk-receipt")
        assert kiosk.url.endswith("/kiosk/"), "nobody's page is in the history"
        code = kiosk.inner_text(".receipt-code")
        kiosk.clock.run_for(31_000)
        kiosk.wait_for_selector("#begin")
        assert kiosk.evaluate("() => line.all()") == []
        kiosk.click("button[value=en]")
        kiosk.check("input[name='parks.overall'][value='3']")
        kiosk.click("#answers .actions button")
        kiosk.wait_for_selector("h1:has-text('Received')")
        kiosk.click("#done button")
        kiosk.wait_for_selector("#begin")
        kiosk.go_back()
        kiosk.wait_for_timeout(300)
        assert code not in kiosk.content()
        assert set(InboxEntry.objects.values_list("channel", flat=True)) == {Channel.KIOSK}

    def test_it_goes_on_without_a_line(self, kiosk: Any, the_line: Line) -> None:
        settled(kiosk, "/kiosk/")
        until(kiosk, f"() => ({KEPT})().then(all => all.filter(one => one.includes('/kiosk/')).length === 4)")
        until(kiosk, POOL)
        the_line.cut()
        for grade in (1, 5):
            kiosk.click("button[value=en]")
            kiosk.wait_for_selector("input[name=whole]", state="attached")
            assert kiosk.locator("a[href^='/']").count() == 0
            kiosk.check(f"input[name='parks.overall'][value='{grade}']")
            kiosk.click("#answers .actions button")
            kiosk.wait_for_selector("h1:has-text('Saved on this device')")
            kiosk.clock.run_for(31_000)
            kiosk.wait_for_selector("#begin")
        assert kiosk.evaluate(WAITING) == 2
        the_line.mend()
        kiosk.reload()
        arrived(kiosk, 2)
        assert sorted(entry.codes[0] for entry in InboxEntry.objects.all()) == [1, 5]
        assert set(InboxEntry.objects.values_list("channel", flat=True)) == {Channel.KIOSK}
        assert kiosk.evaluate("() => line.all()") == []

    def test_what_the_site_did_not_take_is_kept_and_told_and_shown_to_nobody(
        self, kiosk: Any, the_line: Line, ada: Any
    ) -> None:
        settled(kiosk, "/kiosk/")
        until(kiosk, f"() => ({KEPT})().then(all => all.filter(one => one.includes('/kiosk/')).length === 4)")
        until(kiosk, POOL)
        the_line.cut()
        kiosk.click("button[value=en]")
        kiosk.wait_for_selector("input[name=whole]", state="attached")
        kiosk.check("input[name='parks.overall'][value='2']")
        kiosk.fill("[name='parks.why']", "private words")
        kiosk.click("#answers .actions button")
        kiosk.wait_for_selector("h1:has-text('Saved on this device')")
        fielding.close_wave(Wave.objects.get(), by=ada)
        access.forget()
        the_line.mend()
        kiosk.reload()
        kiosk.wait_for_selector(".line-told")
        assert kiosk.inner_text(".line-told b") == "1"
        assert "private words" not in kiosk.content(), "nothing of the answers is on the screen"
        (kept,) = kiosk.evaluate("() => line.all()")
        assert (kept["state"], kept["status"]) == ("refused", 410)
        assert "private+words" in kept["body"], "and nothing of them is lost"
        the_line.sent.clear()
        kiosk.click(".line-told summary")
        kiosk.click(".line-told button")
        until(kiosk, "() => line.all().then(all => all[0].state === 'refused')")
        assert the_line.sent.count(b"/s/city-2026/") == 1, "once more, by whoever asks"  # type: ignore[arg-type]
        # On a page that is not the kiosk's nobody can open it either.
        kiosk.goto(f"{the_line.url}/check/")
        kiosk.evaluate(
            "() => line.all().then(([form]) => line.keep({ ...form, at: Date.now() - 5 * 86400000 }))"
        )
        kiosk.evaluate("() => line.send()")
        assert kiosk.locator(".line-told").count() == 0
        (kept,) = kiosk.evaluate("() => line.all()")
        assert "body" not in kept, "after four days the answers go, and the kiosk still tells of them"
        kiosk.goto(f"{the_line.url}/kiosk/")
        kiosk.wait_for_selector(".line-told")
        assert kiosk.locator(".line-told button").count() == 0


def test_an_interviewer_begins_with_the_next_person_without_a_line(
    open_page: OpenPage, the_line: Line, a_wave: Callable[..., Wave]
) -> None:
    wave = a_wave(MIXED, channels=(Channel.WEB, Channel.ASSISTED))
    permit = a_pass(wave, Channel.ASSISTED)
    tablet = open_page(viewport={"width": 800, "height": 1280}, locale="en-US")
    tablet.goto(f"{the_line.url}/s/city-2026/")
    with tablet.expect_navigation():
        tablet.evaluate(POST, {"pass": permit, "choose": "1", "go": "1"})
    settled(tablet)
    until(tablet, POOL)
    the_line.cut()
    tablet.context.set_offline(True)
    for grade in (2, 4):
        tablet.check(f"input[name='parks.overall'][value='{grade}']")
        tablet.click("#answers .actions button")
        tablet.wait_for_selector("h1:has-text('Saved on this device')")
        tablet.click("[data-act=next]")
        tablet.wait_for_selector("input[name=whole]", state="attached")
        assert tablet.locator("input:checked").count() == 0
    the_line.mend()
    tablet.context.set_offline(False)
    arrived(tablet, 2)
    assert set(InboxEntry.objects.values_list("channel", flat=True)) == {Channel.ASSISTED}
