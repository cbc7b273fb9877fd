"""Questionnaires to work on."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from surveys.people.models import Department, User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Questionnaire


def a_text(words: str) -> dict[str, str]:
    """The same words in both languages, told apart."""
    return {"zh-hans": f"{words}（中）", "en": words}


def a_question(code: Any = "q1", kind: Any = "satisfaction", **more: Any) -> dict[str, Any]:
    """A question that lacks nothing."""
    return {"code": code, "type": kind, "about": "each", "text": a_text(f"Text of {code}"), **more}


def a_document(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document that can be published."""
    return {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": a_text("City services"),
        "questions": list(questions) or [a_question(headline=True)],
        **more,
    }


CHOICES = [{"code": 1, "text": a_text("Yes")}, {"code": 2, "text": a_text("No")}]


def a_full_document() -> dict[str, Any]:
    """One question of each type, with dimensions."""
    return a_document(
        a_question("q1", headline=True),
        a_question("q2", dimension="ease", weight="0.5", help=a_text("Think of the last visit.")),
        a_question("q3", "single_choice", about="general", settings={"choices": CHOICES, "offer": ["dk"]}),
        a_question("q4", "multiple_choice", about="parks", settings={"choices": CHOICES, "max": 1}),
        a_question("q5", "number", settings={"min": "0", "max": "120", "unit": a_text("minutes")}),
        a_question("q6", "short_text", about="general"),
        a_question("q7", "long_text", dimension=""),
        a_question("q8", dimension="trust"),
        introduction=a_text("Two minutes."),
        dimensions=[
            {"code": "ease", "name": a_text("Ease"), "weight": "0.4"},
            {"code": "trust", "name": a_text("Trust"), "weight": "0.6"},
        ],
    )


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared in English, whatever the site's own language."""
    with override("en"):
        yield


@pytest.fixture
def questionnaire(ada: User, departments: dict[str, Department]) -> Questionnaire:
    """A questionnaire whose draft can be published."""
    return drafting.create(code="city", document=a_full_document(), by=ada)


@pytest.fixture
def at_desk(logged_in: Callable[[User], Client], ada: User) -> Client:
    """Ada's browser, in English."""
    browser = logged_in(ada)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def form_values(html: str, form: str = "") -> dict[str, Any]:
    """What a browser without scripts would send of the form whose opening tag holds `form`."""
    reader = _FormReader(form)
    reader.feed(html)
    reader.values.pop("csrfmiddlewaretoken", None)
    return reader.values


def from_htmx(questionnaire: Questionnaire, opened: str = "", **more: str) -> dict[str, str]:
    """The headers that the desk's script sends: which revision it shows, and which question is open on it."""
    questionnaire.refresh_from_db()
    return {"HX-Request": "true", "X-Shown": str(questionnaire.revision), "X-Open": opened, **more}


def ids_in(answer: Any) -> list[str]:
    """The places that the pieces of an answer to htmx go to, in their order."""
    html = answer.content.decode()
    found = []
    for tag in re.findall(r'<[a-z]+[^>]*hx-swap-oob="[^"]*"[^>]*>', html):
        where = re.search(r'hx-swap-oob="([^"]*)"', tag)
        named = re.search(r' id="([^"]*)"', tag)
        assert where
        sign = {"true": "", "delete": "-"}.get(where[1])
        found.append(where[1] if sign is None else f"{sign}{named[1] if named else ''}")
    return found


class _FormReader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.values: dict[str, Any] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = self.form in (self.get_starttag_text() or "")
        name = given.get("name") or ""
        if not self.inside or (not name and tag != "option"):
            return
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.values.setdefault(name, []).append(given.get("value") or "on")
        elif tag == "input":
            self.values[name] = given.get("value") or ""
        elif tag == "textarea":
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            self.values[self.area] = self.values[self.area].removeprefix("\n")
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data
