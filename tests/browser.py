"""Debian's Chromium, for tests that look at pages as a person does.

Without a browser such a test fails in CI and says so elsewhere.
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


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Open pages, each in a context of its own; keywords are those of Playwright's `new_context`."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium on this machine; CI must have one.")
        pytest.skip("No Chromium on this machine: nothing was tried in a browser.")
    from playwright.sync_api import sync_playwright

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
