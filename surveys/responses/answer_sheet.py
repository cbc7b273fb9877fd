"""The answer sheet: what one person says about one or more departments, in good shape or with what is wrong.

A sheet is read from a posted form or from JSON; both go through the same checks of the question types. It holds what
was typed, so that a page can show it again, and a sentence for every field that cannot be taken. Whether the wave is
open and the person may answer is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.question_types import AnswerError, question_type
from surveys.responses.access import AskedDepartment, AskedWave
from surveys.waves.margins import answered_cell
from surveys.waves.models import Channel

# What a form sends besides answers. `lang` is the button that changes the language.
CONTROLS = frozenset({"token", "code", "about", "language", "ch", "lang"})


@dataclass
class AnswerSheet:
    """Answers by part and question, clean; `errors` by field, or under "" when no field is to blame."""

    wave: AskedWave
    language: str
    channel: Channel
    asked: tuple[AskedDepartment, ...] = ()
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_form(cls, wave: AskedWave, post: MultiValueDict[str, str]) -> AnswerSheet:
        """Read a posted form of `wave`: fields named `part.question`, and what is hidden beside them."""
        sheet = cls(wave, _language(wave, post.get("language", "")), wave.channel_named(post.get("ch", "")))
        lists = dict(post.lists())
        sheet.typed = {name: values for name, values in lists.items() if name not in CONTROLS}
        for name in CONTROLS & lists.keys() - {"about"}:
            if len(lists[name]) > 1:
                sheet.errors[""] = _("The form arrived with a part of it twice. Please send it again.")
        sheet.ask(lists.get("about", []))
        fields: set[str] = set()
        for department in sheet.asked:
            raw = {}
            for question in department.part.questions:
                name = field_name(department.code, question)
                fields.add(name)
                if name in sheet.typed:
                    raw[question["code"]] = question_type(question["type"]).from_form(
                        question, sheet.typed[name]
                    )
            sheet._take(department, raw)
        for name in sheet.typed.keys() - fields:
            sheet._refuse_field(name)
        sheet._refuse_blank()
        return sheet

    @classmethod
    def from_json(cls, wave: AskedWave, payload: Any) -> AnswerSheet:
        """Read `{"language": …, "channel": …, "answers": {part: {question: answer}}}`; only `answers` must be there."""
        sheet = cls(wave, wave.languages[0], wave.channel_named(""))
        if not isinstance(payload, Mapping):
            sheet.errors[""] = _("Send a JSON object.")
            return sheet
        for name in payload.keys() - {"answers", "language", "channel", "token", "code"}:
            sheet.errors[str(name)] = _("There is no such entry.")
        if "language" in payload:
            sheet.language = _language(wave, payload["language"])
            if sheet.language != payload["language"]:
                sheet.errors["language"] = _("The questionnaire does not speak this language.")
        if "channel" in payload:
            named = payload["channel"]
            if isinstance(named, str) and named and named in wave.channels_by_name:
                sheet.channel = wave.channels_by_name[named]
            else:
                sheet.errors["channel"] = _("This wave takes no answers by this channel.")
        answers = payload.get("answers")
        if not isinstance(answers, Mapping) or not all(
            isinstance(part, Mapping) for part in answers.values()
        ):
            sheet.errors["answers"] = _("Give the answers by department and question.")
            return sheet
        sheet.ask([code for code in answers if not (wave.general and code == wave.general.code)])
        sheet.asked = tuple(one for one in sheet.asked if one.code in answers)
        for department in sheet.asked:
            raw = dict(answers[department.code])
            known_questions = {question["code"] for question in department.part.questions}
            for unknown in raw.keys() - known_questions:
                sheet._refuse_field(f"{department.code}.{unknown}")
                del raw[unknown]
            sheet._take(department, raw)
        sheet._refuse_blank()
        return sheet

    @property
    def rated(self) -> Iterable[AskedDepartment]:
        """Those about whom anything was said: who was left out entirely is not rated."""
        return [
            one for one in self.asked if any(a is not None for a in self.answers.get(one.code, {}).values())
        ]

    @property
    def count(self) -> int:
        """How many questions were answered."""
        return sum(answer is not None for part in self.answers.values() for answer in part.values())

    @property
    def cell(self) -> int:
        """The weighting cell of the person, by the answers about the place as a whole."""
        return answered_cell(self.wave.margins, self.answers.get(GENERAL, {}))

    def ask(self, chosen: list[str]) -> None:
        """Set whom the sheet asks about: those `chosen`, or all where all fit on one form; general questions always."""
        wave = self.wave
        codes = [one.code for one in wave.departments]
        unknown = [code for code in chosen if code not in codes]
        if unknown:
            self.errors[""] = _("This survey does not ask about “%(code)s”.") % {"code": unknown[0][:60]}
        elif len(set(chosen)) != len(chosen):
            self.errors[""] = _("A department is on the form twice. Please send each once.")
        elif wave.chooses and len(chosen) > wave.departments_per_person:
            self.errors[""] = too_many(wave)
        wanted = set(chosen) if chosen or wave.chooses else set(codes)
        departments = [one for one in wave.departments if one.code in wanted]
        self.asked = (*([wave.general] if wave.general else []), *departments)

    def _take(self, department: AskedDepartment, raw: Mapping[str, Any]) -> None:
        """Clean the answers about one department and keep them, or say what is wrong with them."""
        clean: dict[str, Any] = {}
        for question in department.part.questions:
            kind = question_type(question["type"])
            name = field_name(department.code, question)
            try:
                answer = kind.clean(question, raw.get(question["code"]))
            except AnswerError as error:
                self.errors[name] = str(error)
                continue
            if answer is None and question.get("required"):
                self.errors[name] = (
                    _("Please answer this question. “Don’t know” is an answer, too.")
                    if kind.scored
                    else _("Please answer this question.")
                )
            clean[question["code"]] = answer
        self.answers[department.code] = clean

    def _refuse_field(self, name: str) -> None:
        """Say why an answer under `name` has no place on this sheet."""
        part, _dot, question = name.partition(".")
        department = self.wave.by_code.get(part)
        shown = {"name": name[:120]}
        if department is None:
            words = _("This survey asks nothing called “%(name)s”.") % shown
        elif department not in self.asked:
            words = _("“%(name)s” is about a department that is not on this form.") % shown
        else:
            words = _("There is no question called “%(name)s”.") % {"name": question[:60]}
        self.errors[name] = words

    def _refuse_blank(self) -> None:
        """Refuse a sheet on which nothing was said."""
        if not self.errors and self.count == 0:
            self.errors[""] = _(
                "Nothing has been answered yet. Answer at least one question; all others may stay open."
            )


def too_many(wave: AskedWave) -> str:
    """Return the sentence for somebody who chose more departments than one person is asked about."""
    most = wave.departments_per_person
    return ngettext("Choose at most %d department.", "Choose at most %d departments.", most) % most


def _language(wave: AskedWave, named: Any) -> str:
    return named if isinstance(named, str) and named in wave.languages else wave.languages[0]
