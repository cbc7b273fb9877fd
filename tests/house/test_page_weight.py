"""What the journey weighs: bytes and requests, counted on the line of a real browser; `pytest -s` prints the figures.

Budgets: the first page with its style 14 KB, a journey of ten questions 50 KB and 12 requests, the optional scripts of
a page 10 KB, compressed; and nothing from anywhere else.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from surveys.people.models import Department, User
from surveys.questionnaires.question_types import REGISTRY
from surveys.responses import access
from surveys.responses.views.style import SHEETS
from tests.browser import OpenPage
from tests.house.counted_line import CountedLine, counted_line
from tests.house.open_survey import open_survey
from tests.house.ten_questions import ten_questions
from tests.surveys.questionnaires import every_type

pytestmark = pytest.mark.django_db(transaction=True)

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "surveys/templates/surveys/responses"
PAGE_BYTES, JOURNEY_BYTES, SCRIPT_BYTES, REQUESTS = 14 * 1024, 50 * 1024, 10 * 1024, 12
SCRIPT = re.compile(r"js/[\w-]+\.js")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    access.forget()
    yield
    access.forget()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


@pytest.fixture
def line(live_server: Any) -> Iterator[CountedLine]:
    with counted_line(live_server.url) as counted:
        yield counted


def read(address: str) -> bytes:
    answer: bytes = Client().get(address).content
    return answer


def scripts() -> set[str]:
    """The scripts that some page of residents may load."""
    named = {kind.script for kind in REGISTRY if kind.script}
    sources = [*TEMPLATES.glob("*.html"), *(Path(settings.BASE_DIR) / "surveys/responses").rglob("*.py")]
    for source in sources:
        named |= set(SCRIPT.findall(source.read_text()))
    return named


@pytest.mark.parametrize("language", ["zh-hans", "en", "ug"])
@pytest.mark.parametrize("view", ["", "large"])
def test_a_page_of_ten_questions_with_its_style_weighs_less_than_fourteen_kilobytes(
    departments: dict[str, Department], ada: User, language: str, view: str
) -> None:
    address = open_survey(ten_questions(pages=1), departments=departments, by=ada)
    page = gzip.compress(read(f"{address}&lang={language}&view={view}"))
    style = gzip.compress(read("/style.css"))
    print(f"\n{language} {view or 'standard'}: page {len(page)} + style {len(style)} bytes")
    assert len(page) + len(style) <= PAGE_BYTES


def test_the_optional_scripts_of_any_page_weigh_less_than_ten_kilobytes(
    open_page: OpenPage, line: CountedLine, departments: dict[str, Department], ada: User
) -> None:
    every = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in sorted(scripts())}
    print(f"\n{every}")
    page = open_page(locale="zh-CN")
    for view in ("", "&view=large"):
        address = open_survey(every_type.document(), departments=departments, by=ada)
        page.goto(f"{line.address}{address}{view}")
        loaded = page.eval_on_selector_all("script[src]", "all => all.map(one => new URL(one.src).pathname)")
        weight = sum(every[name.removeprefix("/static/")] for name in loaded)
        print(f"a question of every type{view}: {len(loaded)} scripts, {weight} bytes")
        assert loaded
        assert weight <= SCRIPT_BYTES


def answer(page: Any, address: str) -> None:
    """Answer ten questions, some on each page, and take the receipt."""
    page.goto(address)
    while not page.query_selector(".receipt-code"):
        for box in page.query_selector_all(".question:has(input[type=radio])"):
            box.query_selector("input[value='4']").check()
        with page.expect_navigation():
            page.click("#answers .actions button:first-child")


@pytest.mark.parametrize(("pages", "with_scripts"), [(1, True), (3, True), (10, False)])
def test_a_journey_of_ten_questions_is_light(
    open_page: OpenPage,
    line: CountedLine,
    departments: dict[str, Department],
    ada: User,
    pages: int,
    with_scripts: bool,
) -> None:
    address = open_survey(ten_questions(pages=pages), departments=departments, by=ada)
    page = open_page(locale="zh-CN", viewport={"width": 360, "height": 740}, java_script_enabled=with_scripts)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    answer(page, line.address + address)
    page.wait_for_timeout(300)  # what scripts fetch when the page is there is counted, too
    needed = [one for one in line.passed if not one.ahead]
    code = sum(one.size for one in line.passed if one.path.endswith(".js"))
    print(
        f"\n{pages} pages: {len(needed)} requests, {len(line.passed) - len(needed)} more ahead by the worker; "
        f"{line.weight} bytes, {code} of them scripts\n{line.told()}"
    )
    assert [url for url in asked if not url.startswith((line.address, "data:,"))] == []
    assert len(needed) <= REQUESTS
    assert line.weight <= JOURNEY_BYTES
    assert [one.status for one in line.passed if one.status >= 400] == []


def test_pages_of_residents_hold_nothing_inline_and_nothing_from_elsewhere(
    departments: dict[str, Department], ada: User
) -> None:
    address = open_survey(ten_questions(pages=3), departments=departments, by=ada)
    for path in (address, f"{address}&view=large", "/", "/check/", "/s/nowhere/?", "/style.css"):
        text = read(path).decode()
        assert not re.search(r"<script(?![^>]*\bsrc=\"/)|<style|\sstyle=|\son\w+=\"", text), path
        assert not re.search(r"<(?:img|font|iframe|object|embed)\b|@import|url\(", text), path
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), path


def test_the_style_is_one_file_of_four_sheets_that_is_asked_for_once() -> None:
    whole = read("/style.css")
    assert whole == b"\n".join((STATIC / f"css/{name}.css").read_bytes() for name in SHEETS)
    compressed = Client().get("/style.css", headers={"accept-encoding": "gzip"})
    assert compressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == whole
    assert not compressed.cookies
    again = Client().get("/style.css", headers={"if-none-match": compressed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len((STATIC / "css/large.css").read_bytes()) <= 1024
