"""The answer sheet with a script: what follows from an answer shows at once, and nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from surveys.responses.models import InboxEntry
from surveys.waves.models import Wave
from tests.browser import OpenPage

from .conftest import document, question, rating, two
from .test_turning import PAGED, choice, is_, page

pytestmark = pytest.mark.django_db(transaction=True)

LIVE = document(
    page("p1", help=two("请先说说您的经历。", "First, about your experience.")),
    choice("way"),
    question("detail", "short_text", "general", two("哪个号码？", "Which number?"), show=is_("way", 1)),
    question("again", "short_text", "general", two("您选了“{way}”。为什么？", "You chose {way}. Why?")),
    page("p2"),
    rating("overall", headline=True),
    rating("speed"),
    question("why", "long_text", "each", two("想说什么？", "Anything else?")),
)


@pytest.fixture
def resident(open_page: OpenPage) -> Iterator[Any]:
    """A phone that speaks English."""
    yield open_page(locale="en-US", viewport={"width": 360, "height": 740})
    connections.close_all()


def shoot(browser: Any, name: str) -> None:
    """Keep a picture where one is wanted."""
    if folder := os.environ.get("PICTURES"):
        browser.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_what_follows_from_an_answer_shows_at_once(
    resident: Any, live_server: Any, a_wave: Callable[..., Wave]
) -> None:
    a_wave(LIVE)
    loaded: list[str] = []
    resident.on("framenavigated", lambda frame: loaded.append(frame.url))
    resident.goto(f"{live_server.url}/s/city-2026/")
    assert resident.locator("text=Which number?").count() == 0
    shoot(resident, "paged-1")
    resident.check("input[name='general.way'][value='1']")
    resident.wait_for_selector("text=Which number?")
    assert resident.evaluate("document.activeElement.name") == "general.way", "the focus stays where it was"
    assert resident.locator("text=You chose Phone. Why?").count() == 1
    resident.fill("[name='general.detail']", "12345")
    resident.check("input[name='general.way'][value='2']")
    resident.wait_for_selector("text=You chose Counter. Why?")
    assert resident.locator("text=Which number?").count() == 0
    resident.check("input[name='general.way'][value='1']")
    resident.wait_for_selector("text=Which number?")
    assert resident.input_value("[name='general.detail']") == "12345", "what was hidden meanwhile comes back"
    assert len(loaded) == 1, "the page was never loaded anew"
    shoot(resident, "paged-1b")
    resident.click("button[value=next]")
    resident.wait_for_selector("[name='parks.overall']")
    shoot(resident, "paged-2")
    resident.check("input[name='parks.overall'][value='2']")
    resident.click("button[value=send]")
    resident.wait_for_selector(".receipt-code")
    assert InboxEntry.objects.get(department__code="parks").codes[0] == 2


def test_without_a_script_the_same_comes_page_by_page(
    open_page: OpenPage, live_server: Any, a_wave: Callable[..., Wave]
) -> None:
    a_wave(PAGED)
    browser = open_page(locale="zh-CN", java_script_enabled=False, viewport={"width": 1280, "height": 800})
    browser.goto(f"{live_server.url}/s/city-2026/")
    browser.check("input[name='general.way'][value='1']")
    browser.click("button[value=next]")
    browser.wait_for_selector("input[name='general.detail']")
    shoot(browser, "noscript-1")
    browser.fill("[name='general.detail']", "热线")
    browser.click("button[value=next]")
    browser.click("button[value=back]")
    assert browser.input_value("[name='general.detail']") == "热线"
    connections.close_all()
