"""Debian's Chromium, for tests that look at pages as a person does.

Without a browser such a test fails in CI and says so elsewhere. A click and a key return only when the page they lead
to has been read to its end: Playwright itself goes on as soon as its first bytes are there, and what a test then counts
depends on how busy the machine is.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
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


@pytest.fixture(scope="session")
def _chromium() -> str:
    """Name Debian's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium on this machine; CI must have one.")
        pytest.skip("No Chromium on this machine: nothing was tried in a browser.")
    return found


@pytest.fixture(scope="session")
def playwright(_chromium: str) -> Iterator[Any]:
    """Begin Playwright once in a process, with clicks and keys that return when the next page is there."""
    from playwright.sync_api import Locator, Page, sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as begun:
        patch.setattr(Page, "click", _reading_to_the_end(Page.click, lambda page: page))
        patch.setattr(Page, "press", _reading_to_the_end(Page.press, lambda page: page))
        patch.setattr(Locator, "click", _reading_to_the_end(Locator.click, lambda found: found.page))
        patch.setattr(Locator, "press", _reading_to_the_end(Locator.press, lambda found: found.page))
        # It runs an event loop in this thread from now on; the database is used from here all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield begun


@pytest.fixture(scope="session")
def _browser(playwright: Any, _chromium: str) -> Iterator[Any]:
    """Start the browser once in a process: starting it takes longer than most tests."""
    browser = playwright.chromium.launch(executable_path=_chromium, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(_browser: Any) -> Iterator[OpenPage]:
    """Open pages, each in a context of its own; keywords are those of Playwright's `new_context`."""
    contexts = []

    def new_page(**context: Any) -> Any:
        opened = _browser.new_context(**context)
        contexts.append(opened)
        opened.set_default_timeout(15_000)
        return opened.new_page()

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def kept_device(playwright: Any, _chromium: str, tmp_path: Path) -> Callable[..., Any]:
    """Switch on a device that keeps what it stored when it is closed; keywords as for `open_page`."""

    def switch_on(**context: Any) -> Any:
        device = playwright.chromium.launch_persistent_context(
            tmp_path / "device", executable_path=_chromium, args=ARGUMENTS, **context
        )
        device.set_default_timeout(15_000)
        return device

    return switch_on
