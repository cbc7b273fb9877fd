"""Random questionnaires, walked with random answers: by page without script and by program the outcome is the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from django.test import Client

from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.samples import an_answer
from surveys.questionnaires.question_types import question_type
from surveys.responses import access, form_tokens
from surveys.responses.models import InboxEntry, QuotaCount, Submission
from surveys.waves.models import Wave

from .forms import Answer, form_of, receipts_on
from .random_questionnaires import a_document, holds

pytestmark = pytest.mark.django_db

PAGE, API = "/s/city-2026/", "/api/v1/waves/city-2026/responses/"
CONTROLS = {"token", "language", "ch", "about", "at", "seen", "code"}
SEEDS = range(int(os.environ.get("RANDOM_QUESTIONNAIRES", "24")))

Fields = dict[str, list[str]]


class Resident:
    """Somebody who fills in page after page, goes back at times, and changes the language."""

    most_steps = 80

    def __init__(self, client: Client, rng: Random) -> None:
        self.client, self.rng = client, rng
        self.wave = access.asked_wave("city-2026")
        self.page: Answer = client.get(PAGE)
        self.token = form_of(self.page).fields["token"][0]
        self.typed: Fields = {}
        self.answers: dict[str, dict[str, Any]] = {}

    def walk(self) -> Answer:
        """Go through the whole form, and return the last page."""
        for _step in range(self.most_steps):
            if receipts_on(self.page) or 'id="answers"' not in self.page.content.decode():
                return self.page
            self.keeps_everything()
            self.fill()
            if self.rng.random() < 0.2:
                self.press(lang=self.rng.choice(["zh-hans", "en"]))
                self.keeps_everything()
            if self.rng.random() < 0.2:
                self.press(go="back")
                self.keeps_everything()
                continue
            self.press(go="send" if b'value="send"' in self.page.content else "next")
            if self.page.status_code == 422:
                self.give_in()
        raise AssertionError("the form never ended")

    def fill(self) -> None:
        """Answer the questions of the page, some of them not."""
        for part, question in self.drawn():
            if self.rng.random() < 0.85:
                answer = an_answer(question, self.rng)
                self.say(part, question, answer)

    def give_in(self) -> None:
        """Take back what was refused: a choice that is not on offer here, or nothing said at all."""
        text = self.page.content.decode()
        for part, question in self.drawn():
            if f'id="{part}.{question["code"]}-error"' in text:
                self.say(part, question, None)
        if not self.answers:
            self.say("parks", self.wave.by_code["parks"].part.by_code["rated"], 3)
        self.press(go="stay")

    def say(self, part: str, question: Question, answer: Any) -> None:
        name = f"{part}.{question['code']}"
        for old in [one for one in self.typed if one == name or one.startswith(f"{name}.")]:
            del self.typed[old]
        self.answers.setdefault(part, {}).pop(question["code"], None)
        if answer is None:
            return
        self.answers[part][question["code"]] = answer
        kind = question_type(question["type"])
        for suffix, values in kind.written(question, answer).items():
            if any(values):
                self.typed[f"{name}.{suffix}" if suffix else name] = list(values)

    def drawn(self) -> Iterator[tuple[str, Question]]:
        """The questions that stand on the page before the eyes."""
        text = self.page.content.decode()
        for part, department in self.wave.by_code.items():
            for question in department.part.questions:
                if f'id="{part}.{question["code"]}' in text:
                    yield part, question

    def press(self, **button: str) -> None:
        form = form_of(self.page)
        hidden = {name: values for name, values in form.fields.items() if name in CONTROLS}
        self.page = self.client.post(PAGE, {**hidden, **self.typed, **button})

    def keeps_everything(self) -> None:
        """Everything typed so far is on the page, drawn or carried along."""
        fields = form_of(self.page).fields
        kept = {name: values for name, values in fields.items() if name not in CONTROLS and any(values)}
        assert {name: sorted(filter(None, values)) for name, values in kept.items()} == {
            name: sorted(filter(None, values)) for name, values in self.typed.items()
        }


def stored() -> dict[str, tuple[bytes, Any]]:
    """What the inbox holds, by department."""
    return {
        one.department.code: (bytes(one.codes), one.extras)
        for one in InboxEntry.objects.select_related("department")
    }


@pytest.mark.parametrize("number", SEEDS)
def test_page_and_program_take_the_same_and_nothing_hidden_is_stored(
    number: int, a_wave: Callable[..., Wave], rosa: Client
) -> None:
    rng = Random(number)  # noqa: S311  test data, not a secret
    wave = a_wave(a_document(rng))
    for _form in range(3):
        InboxEntry.objects.all().delete()
        resident = Resident(rosa, rng)
        last = resident.walk()
        assert last.status_code == 200, last.content.decode()[:2000]
        by_page = stored()

        InboxEntry.objects.all().delete()
        Submission.objects.all().delete()
        QuotaCount.objects.all().delete()
        answers: dict[str, Any] = {code: resident.answers.get(code, {}) for code in resident.wave.by_code}
        sent = rosa.post(API, {"token": resident.token, "answers": answers}, content_type="application/json")
        assert sent.status_code == (201 if receipts_on(last) else 409), sent.content
        assert stored() == by_page

        assert_nothing_hidden(wave, resident)


def assert_nothing_hidden(wave: Wave, resident: Resident) -> None:
    """Judge the rules once more over what was stored, in a way that shares nothing with the course."""
    records = {}
    for entry in InboxEntry.objects.select_related("department"):
        code = "general" if entry.department.parent_id is None else entry.department.code
        said = codebook_of(wave.edition).part(code).unpack(bytes(entry.codes), entry.extras)
        records[code] = {key: value for key, value in said.items() if key != "_order"}
    document = wave.edition.document
    # An arm is stored with what is said about the place; who said nothing about it had one all the same.
    arm = form_tokens.read(resident.token, wave.pk).seed.arm("general", "arm", 2) + 1
    for part, said in records.items():
        known = {"arm": arm, **records.get("general", {}), **said}
        given = {**resident.answers.get("general", {}), **resident.answers.get(part, {})}
        whole = {code: given.get(code, value) for code, value in known.items()}
        whole |= {key.partition(".")[0]: value for key, value in known.items() if "." in key}
        for question in document["questions"]:
            mine = [key for key in said if key.partition(".")[0] == question["code"]]
            if mine and "show" in question:
                assert holds(question["show"], whole) is True, (question["code"], question["show"], whole)
