"""What somebody might send to break the designer: each is refused with a sentence, and nothing is changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import checking, documents, drafting
from surveys.questionnaires.logic.evaluating import evaluate
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires import every_type
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_question, a_text

pytestmark = pytest.mark.django_db

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"{{ 7*7 }}{% now %}"


def nested(depth: int) -> Any:
    rule: Any = {"answered": "q1"}
    for _level in range(depth - 1):
        rule = {"not": rule}
    return rule


def ruled(rule: Any) -> dict[str, Any]:
    return a_document(a_question(headline=True), a_question("q2", "short_text", show=rule))


def many_choices(count: int) -> list[dict[str, Any]]:
    return [{"code": code % 200 + 1, "text": a_text(f"choice {code}")} for code in range(count)]


BOMBS: dict[str, Any] = {
    "a rule eleven levels deep": ruled(nested(11)),
    "a rule two hundred levels deep": ruled(nested(200)),
    "a rule of 201 parts": ruled({"all": [nested(2)] * 100}),
    "a rule with an unknown operator": ruled({"eval": "__import__('os').system('id')"}),
    "a rule that is a string": ruled("q1 == 5"),
    "a rule with two operators": ruled({"answered": "q1", "not": {"answered": "q1"}}),
    "a pattern with a backward reference": ruled({"matches": [{"answer": "q1"}, r"(a)\1"]}),
    "a pattern that is none": ruled({"matches": [{"answer": "q1"}, "("]}),
    "a pattern too long": ruled({"matches": [{"answer": "q1"}, "a" * 201]}),
    "a pattern that repeats too much": ruled({"matches": [{"answer": "q1"}, "((a{1000}){1000}){1000}"]}),
    "ten thousand choices": a_document(
        a_question("q1", "single_choice", settings={"choices": many_choices(10_000)})
    ),
    "ten thousand questions": a_document(*(a_question(f"q{number}") for number in range(10_000))),
    "the same code twice": a_document(a_question("q1", headline=True), a_question("q1")),
    "a text of a million characters": a_document(a_question(text={"en": "x" * 1_000_000})),
    "a code of HTML": a_document(a_question(code=NASTY)),
    "an unknown type": a_document(a_question(kind="exec")),
    "an unknown key": a_document(a_question(onclick="alert(1)")),
    "a list for an object": [],
    "nothing": None,
}
BODIES = {
    "truncated": '{"revision": 1, "document": {"format": 1, "questions": [',
    "a thousand brackets": "[" * 100_000,
    "not a number": '{"revision": NaN, "document": {}}',
    "a number without end": '{"revision": 1e999, "document": {}}',
    "the same key twice": '{"revision": 1, "revision": 2, "document": {}}',
    "half a character": '{"revision": 1, "document": "\\ud800"}',
    "no text at all": b"\xff\xfe\x00",
}


@pytest.fixture
def unchanged(questionnaire: Questionnaire) -> Iterator[Questionnaire]:
    """A questionnaire whose draft must be afterwards what it was."""
    before = json.dumps(questionnaire.draft, sort_keys=True)
    yield questionnaire
    questionnaire.refresh_from_db()
    assert json.dumps(questionnaire.draft, sort_keys=True) == before
    assert questionnaire.revision == 1


def put(client: Client, questionnaire: Questionnaire, body: str | bytes) -> Any:
    address = reverse("api-draft", args=[questionnaire.pk])
    return client.generic("PUT", address, body, content_type="application/json")


@pytest.mark.parametrize("document", BOMBS.values(), ids=BOMBS.keys())
def test_a_document_made_to_break_something_is_refused_in_words(
    document: Any, at_desk: Client, unchanged: Questionnaire
) -> None:
    began = time.monotonic()
    answer = put(at_desk, unchanged, json.dumps({"revision": 1, "document": document}))
    assert answer.status_code == 400, answer.content[:300]
    sentences = json.dumps(answer.json(), ensure_ascii=False)
    assert len(sentences) > 20
    assert "Traceback" not in sentences
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_json_is_refused_in_words(
    body: str | bytes, at_desk: Client, unchanged: Questionnaire
) -> None:
    answer = put(at_desk, unchanged, body)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/json")


CYCLES = {
    "to itself": {"q2": {"answered": "q2"}},
    "in a ring": {"q2": {"answered": "q3"}, "q3": {"answered": "q2"}},
    "to nothing": {"q2": {"answered": "q9"}},
    "to a rating's direction": {"q2": {"less": [{"answer": "q1"}, {"value": 3}]}},
}


@pytest.mark.parametrize("shows", CYCLES.values(), ids=CYCLES.keys())
def test_rules_that_cannot_stand_keep_a_draft_from_being_published(shows: dict[str, Any]) -> None:
    questions = [a_question("q1", headline=True)]
    questions += [
        a_question(
            code,
            "single_choice",
            settings={"choices": CHOICES},
            **({"show": shows[code]} if code in shows else {}),
        )
        for code in ("q2", "q3")
    ]
    problems = checking.problems(a_document(*questions))
    assert {problem.where for problem in problems} & shows.keys()
    assert all(len(problem.message) > 15 for problem in problems)


def test_a_calculated_value_in_a_ring_is_refused() -> None:
    def calculated(code: str, of: str) -> dict[str, Any]:
        value = {"sum": [{"answer": of}, {"value": 1}]}
        return a_question(code, "calculated", about="general", text={}, settings={"value": value})

    problems = checking.problems(
        a_document(a_question(headline=True), calculated("a", "b"), calculated("b", "a"))
    )
    assert {problem.where for problem in problems} >= {"a"}


class Scope:
    """One long answer."""

    def value(self, _reference: str) -> str:
        return "a" * 1_900 + "!"

    def is_answered(self, _reference: str) -> bool:
        return True


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "([a-zA-Z]+)*$", "^(a?){50}a{50}$"])
def test_a_pattern_made_to_run_for_ever_ends_at_once(pattern: str) -> None:
    began = time.monotonic()
    assert evaluate({"matches": [{"answer": "q1"}, pattern]}, Scope()) is not True
    assert time.monotonic() - began < 1


def poisoned(value: Any) -> Any:
    """The document with something nasty in every text that people read."""
    if isinstance(value, list):
        return [poisoned(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value and set(value) <= {*every_type.LANGUAGES}:
        return {
            language: (words + NASTY if words else words)[-60:] if len(words) > 200 else words[:30] + NASTY
            for language, words in value.items()
        }
    return {key: poisoned(one) for key, one in value.items()}


def test_html_in_every_text_is_shown_as_text_on_every_page(
    ada: User, at_desk: Client, departments: dict[str, Any]
) -> None:
    document = every_type.document()
    nasty = poisoned(document)
    for flaw in list(
        documents.SHAPE.flaws(nasty)
    ):  # where a text has less room than that, it keeps its own words
        place: Any = nasty
        clean: Any = document
        for key in flaw.path[:-1]:
            place, clean = place[key], clean[key]
        place[flaw.path[-1]] = clean[flaw.path[-1]]
    questionnaire = drafting.create(code="nasty", document=nasty, by=ada)
    pages = ["edit", "preview", "sheet", "check", "frame", "branches", "measures", "translation"]
    addresses = [reverse(f"questionnaires:{name}", args=[questionnaire.pk]) for name in pages]
    addresses += [
        f"{reverse('questionnaires:edit', args=[questionnaire.pk])}?open={question['code']}"
        for question in questionnaire.draft["questions"]
    ]
    for address in addresses:
        answer = at_desk.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert "<script>alert" not in html, address
        assert "<img src=x" not in html, address
        assert "49" not in html.split("alert(2)&gt;")[-1][:12], address


def test_words_beyond_what_fits_are_refused_on_the_page_and_stay_in_the_field(
    at_desk: Client, unchanged: Questionnaire, form_of_question: Callable[..., dict[str, Any]]
) -> None:
    fields = form_of_question(at_desk, unchanged, "q1")
    address = reverse("questionnaires:question", args=[unchanged.pk, "q1"])
    answer = at_desk.post(address, {**fields, "text.en": "long " * 300})
    assert answer.status_code == 200
    assert "at most 1000 fit" in answer.content.decode()
    assert "long long long" in answer.content.decode()


@pytest.fixture
def form_of_question() -> Callable[..., dict[str, Any]]:
    """Reads what a browser would send of an open question."""
    from tests.surveys.questionnaires.conftest import form_values

    def read(client: Client, questionnaire: Questionnaire, code: str) -> dict[str, Any]:
        html = client.get(
            f"{reverse('questionnaires:edit', args=[questionnaire.pk])}?open={code}"
        ).content.decode()
        return form_values(html, "question-form")

    return read
