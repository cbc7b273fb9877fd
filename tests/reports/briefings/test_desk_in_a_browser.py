"""A head signs in: the four sentences are on the first screen of a desk, and within two thumb-scrolls of a phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from reports.notices import noticing
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import User
from tests.browser import OpenPage
from tests.house.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
THUMB = 0.75  # of a screen: how far one thumb moves a page
ENDS = """() => [...document.querySelectorAll(".brief-words")].map(one => {
  const box = one.getBoundingClientRect();
  return [box.left, box.top + scrollY, box.right, box.bottom + scrollY, one.textContent];
})"""


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    yield
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


def sign_in(page: Any, address: str, user: User) -> None:
    page.goto(f"{address}{reverse('login')}")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", f"{user.username}-password")
    page.click("form:has([name=password]) button")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    ("screen", "scrolls"), [(DESK, 0), (PHONE, 2)], ids=["first-screen", "two-thumb-scrolls"]
)
def test_how_we_do_how_sure_what_changed_and_what_to_mend_are_met_at_once(
    analysed: Publication,
    sealed_too: Publication,
    dana: User,
    live_server: Any,
    open_page: OpenPage,
    locale: str,
    screen: dict[str, int],
    scrolls: int,
) -> None:
    page = open_page(viewport=screen, locale=locale, java_script_enabled=scrolls == 0)
    sign_in(page, live_server.url, dana)
    if scrolls:
        page = open_page(viewport=screen, locale=locale)  # axe wants a script; the first look had none
        sign_in(page, live_server.url, dana)
    found = page.evaluate(ENDS)
    assert len(found) == 4
    seen = screen["height"] * (1 + THUMB * scrolls)
    for left, top, right, bottom, words in found:
        assert 0 <= left < right <= screen["width"]
        assert 0 <= top < bottom <= seen, f"{words} ends at {bottom:.0f} of {seen:.0f}"
        assert words.strip().endswith(("。", "."))
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert not violations(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barrier_on_a_scorecard_and_every_picture_keeps_its_table(
    analysed: Publication,
    dana: User,
    ivo: User,
    live_server: Any,
    open_page: Callable[..., Any],
    theme: str,
) -> None:
    card = Scorecard.objects.get(publication=analysed, department__code="parks")
    page = open_page(viewport=DESK, color_scheme=theme, locale="en-GB")
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    sign_in(page, live_server.url, ivo)
    page.goto(f"{live_server.url}{reverse('scorecards:list')}")
    assert not violations(page)
    noticing.notice_due()
    page.goto(f"{live_server.url}{reverse('notices:list')}")
    assert page.locator("form[action$='/read/']").count()  # there is something to read
    assert not violations(page)
    page.goto(f"{live_server.url}{reverse('scorecards:detail', args=[card.pk])}")
    page.wait_for_selector("#matters-chart", state="attached")
    page.wait_for_selector(".chart-canvas .plot-container")
    assert not violations(page)
    assert not faults  # the policy refused nothing
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        pictures = page.locator(".brief-picture")
        assert pictures.count() >= 1
        for place in range(pictures.count()):
            picture = pictures.nth(place)
            drawn = picture.locator(".chart-canvas, .picture-drawing").locator("visible=true")
            assert drawn.count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(DESK)
    table = page.locator(".brief-picture:has(#matters-chart) summary")
    table.focus()
    page.keyboard.press("Enter")
    assert page.locator(".brief-picture:has(#matters-chart) table").is_visible()
