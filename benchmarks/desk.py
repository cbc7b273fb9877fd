"""P12: what a designer waits for at the desk of a questionnaire with 300 questions on 40 pages.

One designer over one kept connection to the server as `make run` runs it. Every answer is read to its end, as htmx
needs it to put anything in its place. Actions are taken in turn, on questions all over the document.
"""

from __future__ import annotations

import http.client
import random
import re
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database
from benchmarks.serving import OURS, server

QUESTIONS, PAGES = 300, 40
ROUNDS = 40
LIMIT = 150.0  # milliseconds
SEED = 12


def a_document() -> dict[str, Any]:
    """Return 300 questions of several kinds on 40 pages, every third with a rule, in two languages."""
    questions: list[dict[str, Any]] = []
    kinds = ("satisfaction", "single_choice", "multiple_choice", "number", "short_text", "long_text")
    for number in range(QUESTIONS):
        if number % (QUESTIONS // PAGES) == 0 and len(questions) - number < PAGES:
            page = len(questions) - number + 1
            questions.append(
                {"code": f"p{page}", "type": "page_break", "about": "general", "text": _text(f"Page {page}")}
            )
        kind = kinds[number % len(kinds)]
        question: dict[str, Any] = {
            "code": f"q{number + 1}",
            "type": kind,
            "about": "each" if kind == "satisfaction" else "general",
            "text": _text(
                f"Question {number + 1}: how is it with the matter that stands at this place of the list?"
            ),
            "help": _text("Think of the last twelve months."),
            "headline": number == 0,
        }
        if kind in ("single_choice", "multiple_choice"):
            choices = [
                {"code": code, "text": _text(f"Choice {code} of question {number + 1}")}
                for code in range(1, 9)
            ]
            question["settings"] = {"choices": choices}
        if number % 3 == 2 and number > 5:
            earlier = number - number % 6 - 4
            question["show"] = {"equals": [{"answer": f"q{earlier}"}, {"value": 2}]}
        questions.append(question)
    return {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": _text("Three hundred questions"),
        "introduction": _text("A long one."),
        "dimensions": [],
        "questions": questions,
    }


def _text(words: str) -> dict[str, str]:
    return {"zh-hans": f"{words}（中文的文字）", "en": words}


class Designer:
    """A browser at the desk: it keeps its connection, and the revision that it shows."""

    def __init__(self, port: int, session: str, pk: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port)
        self.cookie = f"sessionid={session}; csrftoken={'a' * 32}"
        self.desk = f"/office/questionnaires/{pk}/"
        self.opened = ""
        self.page = self.ask("GET", "")
        self.times: dict[str, list[float]] = {}
        self.sizes: dict[str, list[int]] = {}

    def ask(self, method: str, path: str, **fields: str) -> str:
        """Send what htmx would send and return the answer."""
        headers = {"Cookie": self.cookie, "Host": "localhost", "Accept-Language": "en"}
        if getattr(self, "page", ""):
            headers |= {"HX-Request": "true", "X-Shown": self.revision, "X-Open": self.opened}
        if method == "POST":
            headers |= {"X-CSRFToken": "a" * 32, "Content-Type": "application/x-www-form-urlencoded"}
        self.line.request(method, self.desk + path, urllib.parse.urlencode(fields), headers)
        answer = self.line.getresponse()
        html = answer.read().decode()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {html[:300]}")
        return html

    @property
    def revision(self) -> str:
        """The revision that the page shows."""
        found = re.findall(r'data-revision="(\d+)"', self.page)
        return found[-1] if found else ""

    def do(self, name: str, method: str, path: str, **fields: str) -> str:
        """Take an action, note how long it took, and show its answer."""
        start = time.perf_counter()
        html = self.ask(method, path, **fields)
        self.times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        self.sizes.setdefault(name, []).append(len(html))
        if "data-revision" in html:
            self.page = html
        return html


def fields_of(form: str) -> dict[str, str]:
    """Return the fields of an open question as a browser would send them; lists of ticks are left out."""
    start = form.index('class="question-form"')
    form = form[start : form.index("</form>", start)]
    found = re.findall(r'<input type="hidden" name="([^"]+)"(?: id="[^"]*")? value="([^"]*)"', form)
    found += re.findall(r'<input class="[^"]*" name="([^"]+)"[^>]*? value="([^"]*)"', form)
    found += re.findall(r'<input type="text" name="([^"]+)" value="([^"]*)"', form)
    found += re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form)
    found += re.findall(r'<select name="([^"]+)"[^>]*>.*?<option value="([^"]*)" selected>', form, re.DOTALL)
    return {name: value for name, value in found if not name.endswith((".json", ".many"))}


def work(designer: Designer, rounds: int) -> Iterator[str]:
    """Take every action once a round, and yield the question that it was about."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for _round in range(rounds):
        code = f"q{chance.randrange(2, QUESTIONS)}"
        at = f"questions/{code}/"
        form = designer.do("open", "GET", f"?open={code}")
        designer.opened = code
        typed = {**fields_of(form), "text.en": f"Worded anew {chance.random()}"}
        saved = designer.do("autosave", "POST", at, **typed, autosave="yes")
        seen = re.search(r'id="seen-[^"]*" value="([0-9a-f]+)"', saved)
        assert seen, saved[:500]
        designer.do("save", "POST", at, **{**typed, "text.en": "Worded at last", "seen": seen[1]})
        designer.opened = ""
        designer.do("move", "POST", f"{at}move/", to=chance.choice(("up", "down")))
        designer.do("place", "POST", f"{at}place/", after=f"p{chance.randrange(1, PAGES)}")
        designer.do("undo", "POST", "undo/")
        designer.do("redo", "POST", "redo/")
        designer.do("duplicate", "POST", f"{at}copy/")
        designer.do("undo", "POST", "undo/")
        designer.do("add", "POST", "questions/", type="single_choice", after=code)
        designer.do("undo", "POST", "undo/")
        designer.do("remove", "POST", f"{at}remove/", sure="yes")
        designer.do("undo", "POST", "undo/")
        designer.do("page up", "POST", f"questions/p{chance.randrange(3, PAGES)}/move/", to="up")
        designer.do("undo", "POST", "undo/")
        yield code


def measure() -> list[Ratio]:
    """Work at the desk and return the time within which 95 of 100 answers of each action came."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from surveys.people.models import Role, User
    from surveys.questionnaires import drafting

    with scratch_database() as database:
        ada = User.objects.create_user(username="ada", password="bench", role=Role.DESIGNER)  # noqa: S106
        questionnaire = drafting.create(code="bench", document=a_document(), by=ada)
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(ada.pk), ada.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.save()
        environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": database}
        with server(OURS, "/healthz", environment) as port:
            designer = Designer(port, str(session.session_key), questionnaire.pk)
            list(work(designer, 5))  # both workers have drawn the cards once
            designer.times.clear()
            designer.sizes.clear()
            list(work(designer, ROUNDS))
    return [_ratio(f"{name}, 300 questions on 40 pages", times) for name, times in designer.times.items()] + [
        _ratio(
            "all actions of the desk, 300 questions on 40 pages",
            [one for times in designer.times.values() for one in times],
        )
    ]


def _ratio(what: str, times: list[float]) -> Ratio:
    value = sorted(times)[int(0.95 * len(times))]
    return Ratio(
        code="P12",
        what=f"p95 of {what}",
        value=value,
        unit="ms",
        reference=None,
        reference_name="",
        target=f"≤ {LIMIT:.0f} ms",
        met=value <= LIMIT,
    )
