"""Debian's Chromium, for tests that look at pages as a person does.

Without a browser such a test fails in CI and says so elsewhere. A click and a key return only when the page they lead
to has been read to its end: Playwright itself goes on as soon as its first bytes are there, and what a test then counts
depends on how busy the machine is.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Any]


def _reading_to_the_end(act: Callable[..., Any], page_of: Callable[[Any], Any]) -> Callable[..., Any]:
    def acting(self: Any, *args: Any, **kwargs: Any) -> None:
        act(self, *args, **kwargs)
        page = page_of(self)
        if not page.is_closed():
            page.wait_for_load_state("load")

    return acting


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Open pages, each in a context of its own; keywords are those of Playwright's `new_context`."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium on this machine; CI must have one.")
        pytest.skip("No Chromium on this machine: nothing was tried in a browser.")
    from playwright.sync_api import Locator, Page, sync_playwright

    monkeypatch.setattr(Page, "click", _reading_to_the_end(Page.click, lambda page: page))
    monkeypatch.setattr(Page, "press", _reading_to_the_end(Page.press, lambda page: page))
    monkeypatch.setattr(Locator, "click", _reading_to_the_end(Locator.click, lambda found: found.page))
    monkeypatch.setattr(Locator, "press", _reading_to_the_end(Locator.press, lambda found: found.page))

    # Playwright runs an event loop in this thread; the database is used from here all the same.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)

        def new_page(**context: Any) -> Any:
            opened = browser.new_context(**context)
            opened.set_default_timeout(15_000)
            return opened.new_page()

        yield new_page
        browser.close()
