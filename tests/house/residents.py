"""Residents as plain HTTP: they read a form, fill it in, send it as often as it takes and keep what they were told.

Nothing here knows how the platform works inside. A form is whatever page was shown; what stands hidden in it travels
back unchanged, cookies too, redirects are followed. Every "received" goes into a `History`, to be held against the
tables at the end.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

RECEIPT = re.compile(r'class="[^"]*receipt-code[^"]*"[^>]*>(.*?)</p>', re.DOTALL)
REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 4
ONWARD = {("go", "next"), ("go", "send"), ("work", "skip")}  # buttons that lead to the receipt
ONE_MORE_STEP = 428  # asked of forms without a code when very many come from one place
TYPED = {"text", "email", "tel", "url", "number"}  # a browser sends these even when they are left empty


class NoAnswer(Exception):
    """The line broke, or nobody listens there: whether the form arrived is not known."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    path: str  # where it came from after all redirects

    @property
    def receipts(self) -> tuple[str, ...]:
        """The receipts that it hands out, as printed; only an answer that says "received" has any."""
        if self.status not in (200, 201):
            return ()
        if self.headers.get("content-type", "").startswith("application/json"):
            return tuple(json.loads(self.text).get("receipts", ()))
        shown = (re.sub(r"<[^>]+>|[\s-]+", "", one) for one in RECEIPT.findall(self.text))
        return tuple("-".join((one[:4], one[4:8], one[8:12], one[12:16], one[16:])) for one in shown)


class Line:
    """A browser without scripts: one connection kept alive, cookies, redirects."""

    def __init__(self, port: int, *, language: str = "en", patience: float = 30.0) -> None:
        self.port, self.language, self.patience = port, language, patience
        self.cookies: dict[str, str] = {}
        self.connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        body = urllib.parse.urlencode(fields).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def send_json(self, path: str, content: Any) -> Answer:
        return self.ask("POST", path, json.dumps(content).encode(), "application/json")

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        for _hop in range(MOST_REDIRECTS + 1):
            answer = self._once(method, path, body, kind)
            if answer.status not in REDIRECTS:
                return answer
            path = urllib.parse.urljoin(path, answer.headers["location"])
            path = urllib.parse.urlunsplit(("", "", *urllib.parse.urlsplit(path)[2:4], ""))
            if answer.status == 303 or method == "POST":
                method, body, kind = "GET", None, ""
        raise AssertionError(f"{path} redirects in circles")

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _once(self, method: str, path: str, body: bytes | None, kind: str) -> Answer:
        headers = {"Accept-Language": self.language, "Host": "localhost"}
        if kind:
            headers["Content-Type"] = kind
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as broken:
            self.close()
            raise NoAnswer(f"{type(broken).__name__} at {method} {path.split('/')[1]}") from broken
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _semicolon, attributes = value.partition(";")
                key, _equals, content = cookie.partition("=")
                if not content.strip('"') or "max-age=0" in attributes.lower():
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = content
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, text, path)


class _Forms(HTMLParser):
    """Reads the answer sheet of a page: its address, what is hidden in it, and what may be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.inside = False
        self.hidden: list[tuple[str, str]] = []
        self.choices: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post" and given.get("id") == "answers":
            self.inside, self.action = True, given.get("action", "")
        if not self.inside:
            return
        if tag == "input" and given.get("type") == "hidden":
            self.hidden.append((given["name"], given.get("value", "")))
        elif tag == "input" and given.get("type") == "radio":
            self.choices.setdefault(given["name"], []).append(given["value"])
        elif tag == "input" and given.get("type", "text") in TYPED and "name" in given:
            self.hidden.append((given["name"], given.get("value", "")))
        elif tag == "button" and (given.get("name"), given.get("value")) in ONWARD:
            self.buttons.append((given["name"], given["value"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


@dataclass
class Form:
    """An answer sheet as it lies before somebody, and what they choose in it."""

    action: str
    hidden: list[tuple[str, str]]
    choices: dict[str, list[str]]  # values of each group of radio buttons
    buttons: list[tuple[str, str]]
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return dict(self.hidden).get("token", "")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Everything that pressing the last button sends."""
        return [*self.hidden, *self.answers.items(), *self.buttons[-1:]]


def form_on(answer: Answer) -> Form:
    """Return the answer sheet on a page."""
    reader = _Forms()
    reader.feed(answer.text)
    assert answer.status in (200, 422, ONE_MORE_STEP, 503), (
        f"{answer.status} at {answer.path}: {answer.text[:500]}"
    )
    assert reader.action or reader.hidden, f"no answer sheet at {answer.path}: {answer.text[:1500]}"
    return Form(reader.action or answer.path, reader.hidden, reader.choices, reader.buttons)


def press(line: Line, form: Form) -> Answer:
    """Send a form, and once more without the calculation where one is asked for."""
    answer = line.post(form.action, form.fields)
    if answer.status == ONE_MORE_STEP:
        step = form_on(answer)
        answer = line.post(step.action, step.fields)
    return answer


@dataclass(frozen=True)
class Acknowledged:
    """A form that somebody was told has been received."""

    person: str  # the code, or the form's token where there is none
    answers: Mapping[str, str]
    receipts: tuple[str, ...]


class History:
    """What residents were told, gathered from many threads."""

    def __init__(self) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.statuses: dict[str, int] = {}
        self.unexpected: list[str] = []
        self.lock = threading.Lock()

    def count(self, what: str) -> None:
        with self.lock:
            self.statuses[what] = self.statuses.get(what, 0) + 1

    def told(self, person: str, answers: Mapping[str, str], receipts: tuple[str, ...]) -> None:
        with self.lock:
            self.acknowledged.append(Acknowledged(person, dict(answers), receipts))

    def unexpectedly(self, answer: Answer) -> None:
        """Note an answer that nobody should ever get."""
        with self.lock:
            self.unexpected.append(f"{answer.status} at {answer.path.split('?')[0]}: {answer.text[:300]}")


def is_sorry(answer: Answer) -> bool:
    """Say whether an answer asks to come again in a moment, as it should be asked."""
    return answer.status == 503 and answer.headers.get("retry-after", "").isdigit()


def patiently(ask: Callable[[], Answer], history: History, *, until: float, pause: float = 0.2) -> Answer:
    """Ask again while the line breaks or a 503 asks for patience; raises `NoAnswer` at the time `until`."""
    while True:
        try:
            answer = ask()
        except NoAnswer:
            history.count("no answer")
        else:
            history.count(str(answer.status))
            if not is_sorry(answer):
                if answer.status >= 500:
                    history.unexpectedly(answer)
                else:
                    return answer
        if time.monotonic() > until:
            raise NoAnswer("nobody answered for too long")
        time.sleep(pause)
