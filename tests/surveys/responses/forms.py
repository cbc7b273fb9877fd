"""Reading and sending a page's form as a browser does, without scripts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

# The type of the test client's answers has no public name.
Answer = Any


class FormReader(HTMLParser):
    """The form `form_id` of a page: its address, its fields with what is in them, and what can be chosen."""

    def __init__(self, html: str, form_id: str = "answers") -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self.action = ""
        self.text_area: str | None = None
        self.select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form" and given.get("id") == self.form_id:
            self.action = given.get("action") or ""
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(value)
            if "checked" in given:
                self.fields.setdefault(name, []).append(value)
        elif tag == "input" and name:
            self.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            self.text_area = name
            self.fields[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self.offered.setdefault(self.select, []).append(value)
            if "selected" in given:
                self.fields.setdefault(self.select, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text_area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.text_area:
            self.fields[self.text_area][0] += data.removeprefix("\n")


def form_of(response: Answer) -> FormReader:
    """Read the answer sheet of a page."""
    return FormReader(response.content.decode())


def filled(response: Answer, **answers: Any) -> dict[str, Any]:
    """Return what a browser would post: the page's fields with `answers`, `parks__overall` standing for a field."""
    return {
        **form_of(response).fields,
        **{name.replace("__", "."): answer for name, answer in answers.items()},
    }


def send(client: Client, response: Answer, **answers: Any) -> Answer:
    """Fill in the form of a page and send it."""
    return client.post(form_of(response).action, filled(response, **answers))


def receipts_on(response: Answer) -> list[str]:
    """Return the receipts that a page shows."""
    groups: list[list[str]] = []

    class Reader(HTMLParser):
        inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if dict(attrs).get("class") == "receipt-code":
                groups.append([])
                self.inside = True

        def handle_endtag(self, tag: str) -> None:
            self.inside = self.inside and tag != "p"

        def handle_data(self, data: str) -> None:
            if self.inside and data.strip():
                groups[-1].append(data.strip())

    Reader().feed(response.content.decode())
    return ["-".join(group) for group in groups]
