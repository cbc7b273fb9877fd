"""Public result pages in a real browser: no script, no barrier, large enough letters, reached by key, light."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards import access
from surveys.people.models import Department
from surveys.waves.models import Klass, Wave
from tests.browser import OpenPage
from tests.house.axe import violations
from tests.reports.made_waves import PARKS, ROADS
from tests.reports.scorecards.shown_shapes import LONG, LONG_HAN

pytestmark = pytest.mark.django_db(transaction=True)
MakeWave = Callable[..., Wave]

HEAVIEST = 40 * 1024  # bytes of a page of 16 departments with its sheets, compressed
TALLEST = 16_000  # pixels of the report on sixteen departments on a phone
SMALLEST = 12  # pixels of a letter on a phone
SMALL_LETTERS = """least => [...document.querySelectorAll(".picture-drawing text")]
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < least).map(one => one.textContent)"""
OUT_OF_SIGHT = """() => { const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll(".picture-drawing text")]
    .filter(one => { const box = one.getBoundingClientRect(); return box.left < -1 || box.right > width + 1; });
  return [...wide.map(one => one.textContent), ...(document.documentElement.scrollWidth > width ? ["page"] : [])]; }"""
OVERLAPPING = """() => [...document.querySelectorAll(".picture-link")].filter(link => {
  const boxes = [...link.querySelectorAll("text")].map(one => one.getBoundingClientRect());
  const across = (one, other) => one.left < other.right - 1 && other.left < one.right - 1;
  const down = (one, other) => one.top < other.bottom - 4 && other.top < one.bottom - 4;
  return boxes.some((one, at) => boxes.slice(at + 1).some(other => across(one, other) && down(one, other)));
}).map(one => one.textContent)"""


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    access.look_again()
    yield
    access.look_again()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


@pytest.fixture
def results(a_wave: MakeWave, departments: dict[str, Department]) -> list[str]:
    """Sixteen departments over two waves, one of them with names without end, and a wave that anybody could answer."""
    names = [f"service-{number}" for number in range(14)]
    tables = {
        "parks": {**PARKS, "speed": ROADS["overall"]},
        "roads": {**ROADS, "speed": PARKS["overall"]},
        **{name: (PARKS, ROADS)[place % 2] for place, name in enumerate(names)},
    }
    departments["roads"].names = {"en": LONG, "zh-hans": LONG_HAN}
    departments["roads"].save()
    before = a_wave(tables, slug="before")
    a_wave(tables, slug="spring", previous=before)
    a_wave({"parks": PARKS}, slug="anybody", klass=Klass.OPEN)
    evaluating.evaluate_due()
    releasing.release_due()
    access.look_again()
    return [
        "/results/",
        "/results/?q=par",
        "/results/?q=nowhere",
        "/results/spring/",
        "/results/spring/parks/",
        "/results/spring/roads/",
        "/results/spring/places/",
        "/results/spring/places/north/",
        "/results/spring/report/",
        "/results/anybody/",
    ]


def test_no_page_of_results_has_a_barrier_or_leaves_the_screen(
    open_page: OpenPage, live_server: Any, results: list[str]
) -> None:
    page = open_page(locale="en-GB")
    found = []
    for width, scheme in ((320, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        for path in results:
            for language in ("zh-hans", "en"):
                page.goto(f"{live_server.url}{path}{'&' if '?' in path else '?'}lang={language}")
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
                where = f"{path} {language} at {width}"
                found += [f"{where}: {barrier}" for barrier in violations(page)]
                found += [f"{where}: out of sight: {one}" for one in page.evaluate(OUT_OF_SIGHT)]
                found += [f"{where}: too small: {one}" for one in page.evaluate(SMALL_LETTERS, SMALLEST)]
                found += [f"{where}: one over the other: {one}" for one in page.evaluate(OVERLAPPING)]
    assert found == []


def test_the_pages_need_no_script_and_the_keyboard_reaches_every_department(
    open_page: OpenPage, live_server: Any, results: list[str]
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="en-GB")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/results/spring/")
    assert not [address for address in asked if "plotly" in address or "charts.js" in address]
    assert page.locator(".picture-link").count() == 16
    page.locator(".picture-link").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results/spring/roads/")
    assert page.locator("h1").text_content() == LONG
    page.goto(f"{live_server.url}/results/")
    page.fill("input[name=q]", "parks")
    page.click("form[role=search] button")
    assert page.locator(".hits a").count() == 3, "Parks in three waves"


def test_a_report_is_folded_on_a_phone_and_lies_open_on_a_desk_and_in_print(
    open_page: OpenPage, live_server: Any, results: list[str]
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="en-GB")
    page.goto(f"{live_server.url}/results/spring/report/")
    folds = page.locator(".report-fold")
    summaries, tables = folds.locator("summary"), folds.locator("table").locator("visible=true")
    assert folds.count() >= 5
    assert tables.count() == 0
    whole = page.locator("body").bounding_box()["height"]
    assert whole <= TALLEST, f"{whole} pixels of a report on sixteen departments"
    summaries.first.press("Enter")
    assert tables.count() == 1
    page.emulate_media(media="print")
    assert (tables.count(), summaries.locator("visible=true").count()) == (folds.locator("table").count(), 0)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert (tables.count(), summaries.locator("visible=true").count()) == (folds.locator("table").count(), 0)


def test_a_page_of_sixteen_departments_is_light(results: list[str]) -> None:
    answer = Client().get("/results/spring/")
    assert answer.status_code == 200
    sheets = [Client().get(reverse("responses:style")).content]
    sheets += [
        (Path(settings.BASE_DIR) / f"static/css/{name}.css").read_bytes() for name in ("figures", "public")
    ]
    weight = sum(len(gzip.compress(part)) for part in (answer.content, *sheets))
    print(f"\n/results/<wave>/ of 16 departments with its sheets: {weight} bytes")
    assert weight <= HEAVIEST
