"""The way in, the way back and the widget, in a real browser: what its address bar and history hold."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connections

from surveys.people.models import User
from surveys.responses.models import InboxEntry
from surveys.waves import inviting
from surveys.waves.models import Klass, Wave
from tests.browser import OpenPage
from tests.house.axe import violations

from .test_in_a_browser import shoot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(open_page: OpenPage) -> Iterator[Any]:
    """A phone that speaks English."""
    yield open_page(locale="en-US", viewport={"width": 360, "height": 740})
    connections.close_all()


@pytest.fixture
def another_website() -> Iterator[Callable[[str], str]]:
    """Serves a page of a stranger and returns its address."""
    shown = {"html": ""}

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Elsewhere</title>{shown['html']}".encode())

        def log_message(self, *_args: Any) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(html: str) -> str:
        shown["html"] = html
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    server.server_close()


def test_from_the_letter_to_the_receipt_by_way_of_another_day(
    phone: Any, live_server: Any, a_wave: Callable[..., Wave], ada: User
) -> None:
    (code,) = inviting.make_codes(a_wave(departments_per_person=1), stratum=0, count=1, by=ada)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    phone.goto(f"{live_server.url}/i/{code}/?lang=en")
    assert code not in phone.url
    phone.reload()
    phone.click(".languages [value='zh-hans']")
    assert phone.get_attribute("html", "lang") == "zh-hans"
    phone.click(".languages [value='en']")
    phone.check("[name=about][value=parks]")
    phone.click("main button[name=go]")
    phone.check("input[name='parks.overall'][value='1']")
    phone.fill("[name='parks.why']", "as typed")
    shoot(phone, "door-sheet")
    phone.click("button[value=save]")
    shoot(phone, "door-saved")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    resume_code = " ".join(phone.inner_text(".receipt-code").split())
    phone.context.clear_cookies()  # another device
    phone.goto(f"{live_server.url}/resume/?lang=en")
    phone.fill("#code", resume_code)
    phone.click("main form button")
    assert phone.is_checked("input[name='parks.overall'][value='1']")
    assert phone.input_value("[name='parks.why']") == "as typed"
    shoot(phone, "door-resumed")
    phone.click("main button:has-text('Send my answers')")
    assert phone.locator(".receipt-code").count() == 1
    assert InboxEntry.objects.get().klass == Klass.SAMPLE
    assert [line for line in asked if code in line and f"/i/{code}/" not in line.split()[0]] == []
    assert not any(resume_code.split()[0] in line for line in asked)


def test_another_website_can_show_the_widget_and_no_other_page(
    phone: Any, live_server: Any, another_website: Callable[[str], str], a_wave: Callable[..., Wave]
) -> None:
    a_wave()
    for path, is_shown in (("/embed/city-2026/", True), ("/s/city-2026/", False), ("/", False)):
        phone.goto(
            another_website(f'<iframe src="{live_server.url}{path}?lang=en" width="100%" height="260">')
        )
        phone.wait_for_load_state("networkidle")
        words = phone.frames[1].evaluate("document.body.innerText") if len(phone.frames) > 1 else ""
        assert ("Give your rating" in words and "City services 2026" in words) is is_shown
        if is_shown:
            shoot(phone, "door-framed")
            assert phone.frames[1].evaluate("document.documentElement.scrollHeight") <= 260
            with phone.context.expect_page() as opened:
                phone.frames[1].click("a")
            assert opened.value.url == f"{live_server.url}/s/city-2026/?ch=widget&lang=en"


def test_no_page_of_the_door_has_a_barrier(phone: Any, live_server: Any, a_wave: Callable[..., Wave]) -> None:
    a_wave()
    a_wave(slug="letters", is_public=False)
    found = {}
    for language in ("en", "zh-hans"):
        for path in ("/embed/city-2026/?", "/s/letters/?", "/s/city-2026/?i=old&", "/resume/?"):
            phone.goto(f"{live_server.url}{path}lang={language}")
            found[path, language] = violations(phone)
        for typed in ("?", "0000-0000-0000-0000-0"):
            phone.fill("#code", typed)
            phone.click("main form button")
            phone.wait_for_selector(".field-error, .notice-bad")
            found[typed, language] = violations(phone)
        phone.goto(f"{live_server.url}/s/city-2026/?lang={language}")
        phone.click("button[value=save]")
        phone.wait_for_selector(".receipt-code")
        found["saved", language] = violations(phone)
    assert [line for lines in found.values() for line in lines] == []
