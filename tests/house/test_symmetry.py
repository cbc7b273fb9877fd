"""A low rating is as easy as a high one: the same steps, fields, answers and bytes, whatever the grade.

How long it takes is measured by `python -m benchmarks symmetry`, over 1,000 submissions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.people.models import Department, User
from surveys.responses import access
from surveys.responses.models import InboxEntry
from surveys.waves import inviting
from surveys.waves.models import Wave
from tests.house.residents import Answer, Form, form_on
from tests.house.served import an_open_wave
from tests.surveys.responses.conftest import Json, document, question, rating, two

pytestmark = pytest.mark.django_db
GRADES = (5, 4, 3, 2, 1)
# Tokens, receipts and their pictures, and the words by which a rating is changed differ from form to form.
RANDOM = re.compile(
    r'value="[-_0-9A-Za-z]{20,}"|data-work="[^"]*"|\bi=[-_0-9A-Za-z]{20,}|\bd="[^"]*"'
    r'|(?<=class="receipt-code").*?</p>|(?<=class="change-words").*?</ol>',
    re.DOTALL,
)
GIVEN = re.compile(r'<input type="hidden" name="(?:parks|roads)\.[^"]*" value="[^"]*">| checked(?:="[^"]*")?')

PAGES = document(
    rating("first", headline=True, required=True),
    question(
        "more", "long_text", "each", two("还想说什么？", "Anything else?"), settings={"max_length": 2000}
    ),
    {"code": "p2", "type": "page_break", "about": "general", "text": {}, "settings": {}},
    rating("second", required=True),
    {"code": "p3", "type": "page_break", "about": "general", "text": {}, "settings": {}},
    rating("third"),
)
ONE_PAGE = document(rating("first", headline=True, required=True), rating("second"), rating("third"))


@pytest.fixture
def field(departments: dict[str, Department], ada: User) -> Callable[[Json], tuple[Wave, list[str]]]:
    """Field a questionnaire and return the wave, with codes."""

    def open_it(content: Json) -> tuple[Wave, list[str]]:
        access.forget()
        wave = an_open_wave(content, departments=departments, by=ada)
        return wave, inviting.make_codes(wave, stratum=0, count=20, by=ada)

    return open_it


def seen(response: Any, path: str = "") -> Answer:
    return Answer(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        response.content.decode(),
        path or response.request["PATH_INFO"],
    )


def alike(answer: Answer) -> tuple[Any, ...]:
    """Return everything of an answer that may not depend on a grade."""
    shown = GIVEN.sub("", RANDOM.sub("…", answer.text))
    kept = {n: v for n, v in answer.headers.items() if n not in ("date", "content-length", "set-cookie")}
    return answer.status, sorted(kept.items()), shown


def journey(code: str, grade: int, *, missing: bool = False) -> list[tuple[Any, ...]]:
    """Answer everything by one grade, page by page to the receipt; return all that was shown, and what it cost."""
    browser = Client(headers={"accept-language": "en"})
    page = seen(browser.get(f"/i/{code}/", follow=True))
    shown: list[tuple[Any, ...]] = []
    for _step in range(8):
        form: Form = form_on(page)
        form.answers = {name: str(grade) for name in form.choices}
        if missing:
            form.answers.pop("roads.first", None)
        fields = sorted({name for name, _value in form.fields})
        body: dict[str, list[str]] = {}
        for name, value in form.fields:
            body.setdefault(name, []).append(value)
        with CaptureQueriesContext(connection) as queries:
            page = seen(browser.post(form.action, body))
        # Begun forms are written down every ten seconds, whoever asks then.
        asked = [one["sql"] for one in queries if "surveys_turnout" not in one["sql"]]
        shown.append((*alike(page), fields, len(asked)))
        if page.receipts or page.status != 200:
            break
    return shown


@pytest.mark.parametrize("content", [ONE_PAGE, PAGES], ids=["one page", "three pages"])
def test_every_grade_takes_the_same_steps_and_gets_the_same_bytes(
    content: Json, field: Callable[[Json], tuple[Wave, list[str]]]
) -> None:
    _wave, codes = field(content)
    journey(codes.pop(), 3)  # pages that are kept in memory are drawn once
    journeys = {grade: journey(codes.pop(), grade) for grade in GRADES}
    best = journeys[5]
    assert best[-1][0] == 200
    assert len(best) == (1 if content is ONE_PAGE else 3)
    for grade in GRADES:
        assert journeys[grade] == best, f"grade {grade} is treated otherwise than the best"


@pytest.mark.parametrize("content", [ONE_PAGE, PAGES], ids=["one page", "three pages"])
def test_what_is_missing_is_asked_for_in_the_same_words(
    content: Json, field: Callable[[Json], tuple[Wave, list[str]]]
) -> None:
    _wave, codes = field(content)
    pages = {grade: journey(codes.pop(), grade, missing=True) for grade in GRADES}
    assert pages[5][-1][0] == 422
    for grade in GRADES:
        assert pages[grade] == pages[5]
    assert not InboxEntry.objects.exists()


def test_programs_are_told_the_same_and_records_differ_in_nothing_but_the_grade(
    field: Callable[[Json], tuple[Wave, list[str]]],
) -> None:
    wave, codes = field(ONE_PAGE)
    told, kept = {}, {}
    for grade in GRADES:
        browser = Client()
        form = browser.get(f"/api/v1/waves/{wave.slug}/form/").json()
        answers = {part["code"]: {q["code"]: grade for q in part["questions"]} for part in form["parts"]}
        body = {"token": form["token"], "code": codes.pop(), "language": "en", "answers": answers}
        with CaptureQueriesContext(connection) as queries:
            answer = browser.post(
                f"/api/v1/waves/{wave.slug}/responses/", body, content_type="application/json"
            )
        said = answer.json()
        lengths = [len(receipt) for receipt in said.pop("receipts")]
        told[grade] = (answer.status_code, lengths, sorted(said), said.get("not_asked"), len(queries))
        random = {"id", "salt", "commitment", "codes", "received_at"}
        kept[grade] = [
            {name: value for name, value in row.items() if name not in random} | {"items": len(row["codes"])}
            for row in InboxEntry.objects.order_by("department_id").values()
        ]
        InboxEntry.objects.all().delete()
    for grade in GRADES:
        assert told[grade] == told[5]
        assert kept[grade] == kept[5]
    assert told[5][0] == 201
