"""A place and a drawn signature, tried in a browser: only by a button or a stroke, never finer than was said."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from surveys.questionnaires.question_types import question_type
from tests.browser import OpenPage

from .inputs import drawn, tidied

SCRIPT = Path(settings.BASE_DIR) / "static/js/answer-inputs.js"
ADDRESS = "https://minping.example/"  # browsers tell a place to secure pages only
HERE = {"latitude": 39.09972651, "longitude": -94.57856673}


@pytest.fixture
def shown(open_page: OpenPage) -> Any:
    """Show one question on a page of its own; `told` says whether the person lets the device tell where it is."""

    def show(kind: str, *, told: bool = True, **fields: list[str]) -> Any:
        permissions = ["geolocation"] if told else []
        page = open_page(viewport={"width": 360, "height": 800}, geolocation=HERE, permissions=permissions)
        html = f"<!doctype html><html lang=en><body><form>{drawn(kind, fields)}</form>"
        page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(ADDRESS)
        page.add_script_tag(path=str(SCRIPT))
        return page

    return show


def sent(page: Any) -> dict[str, str]:
    return dict(page.evaluate("[...new FormData(document.forms[0]).entries()]"))


def test_a_point_comes_by_its_button_alone_and_coarsened(shown: Any) -> None:
    page = shown("location")
    assert sent(page) == {"general.x.words": "", "general.x.at": ""}
    assert not page.locator("[data-clear]").is_visible()
    page.locator("[data-find]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('[data-found]').textContent")
    assert sent(page)["general.x.at"] == "39.10,-94.58"
    page.locator("[data-clear]").click()
    assert sent(page)["general.x.at"] == ""
    assert page.evaluate("document.activeElement.hasAttribute('data-find')")


def test_who_does_not_want_to_be_found_is_asked_for_words(shown: Any) -> None:
    page = shown("location", told=False)
    page.locator("[data-find]").click()
    page.wait_for_function("document.querySelector('[data-found]').textContent")
    assert "in words instead" in page.locator("[data-found]").text_content()
    assert sent(page)["general.x.at"] == ""


def test_our_pages_may_ask_the_device_where_it_is(client: Client) -> None:
    policy = client.get("/robots-that-are-not-there.txt").headers["Permissions-Policy"]
    assert "geolocation=(self)" in policy
    assert "camera=()" in policy


def test_strokes_become_an_answer_that_the_server_takes(shown: Any) -> None:
    page, kind = shown("signature"), question_type("signature")
    sheet = page.locator("svg")
    edge = sheet.bounding_box()
    for stroke in range(2):
        page.mouse.move(edge["x"] + 10, edge["y"] + 10 + 20 * stroke)
        page.mouse.down()
        page.mouse.move(edge["x"] + 90, edge["y"] + 30 + 20 * stroke, steps=8)
        page.mouse.up()
    written = sent(page)["general.x.strokes"]
    assert re.fullmatch(r"\d+(,\d+)+;\d+(,\d+)+", written)
    answer = kind.clean(tidied("signature"), kind.read(tidied("signature"), {"strokes": [written]}))
    assert len(answer["strokes"]) == 2
    assert sheet.locator("polyline").count() == 2
    page.locator("[data-clear]").click()
    assert sent(page)["general.x.strokes"] == ""


def test_a_scribble_without_end_stays_within_what_the_server_takes(shown: Any) -> None:
    page, kind = shown("signature"), question_type("signature")
    edge = page.locator("svg").bounding_box()
    page.mouse.move(edge["x"] + 1, edge["y"] + 1)
    page.mouse.down()
    for turn in range(40):
        page.mouse.move(edge["x"] + (250 if turn % 2 else 5), edge["y"] + turn * 2, steps=60)
    page.mouse.up()
    written = sent(page)["general.x.strokes"]
    assert len(written) > 5000
    assert kind.clean(tidied("signature"), kind.read(tidied("signature"), {"strokes": [written]}))


def test_a_signature_that_was_drawn_before_is_shown_again(shown: Any) -> None:
    page = shown("signature", strokes=["10,20,30,40;50,60,70,80"])
    lines = page.locator("polyline")
    assert [lines.nth(at).get_attribute("points") for at in range(2)] == ["10,20,30,40", "50,60,70,80"]
