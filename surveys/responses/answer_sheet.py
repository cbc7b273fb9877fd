"""The answer sheet: what one person says about one or more departments, in good shape or with what is wrong.

A sheet is read from a posted form or from JSON; both go through the same checks of the question types and through the
same course of the questionnaire. It holds what was typed, so that a page can show it again, and a sentence for every
field that cannot be taken. An answer to a question that its rules do not show is left out, whoever sends it. Whether
the wave is open and the person may answer is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.languages import in_language
from surveys.questionnaires.documents import GENERAL, Question
from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.logic.course import Walk, broken_checks
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import AnswerError, question_type
from surveys.responses import occasions, uploads
from surveys.responses.access import AskedDepartment, AskedWave
from surveys.responses.occasions import LARGE, Occasion
from surveys.responses.single import one_at_a_time
from surveys.waves.margins import answered_cell

# What a form sends besides answers. `lang` is the button that changes the language, `to` the one that changes the
# view; `at`, `seen` and `go` are those of a questionnaire with several pages, `whole` says that it was on one sheet
# in the order of the document, see `pages`; `work` and `homepage` are those of `screening`.
CONTROLS = occasions.NAMES | {"token", "about", "language", "lang", "to", "at", "seen", "go", "whole", "work"}
CONTROLS |= {"homepage"}

# What a program sends.
CHANGING = {"replaces": "replaces", "change_word": "change"}
ENTRIES = {"answers", "language", "channel", "point", "pass", "token", "code", "work", *CHANGING}

Given = dict[str, dict[str, dict[str, list[str]]]]  # form values by part, question and suffix

MOST_ROWS_NAMED = 10  # in one sentence about a table


@dataclass
class AnswerSheet:
    """Answers by part and question, clean; `errors` by field, or under "" when no field is to blame."""

    wave: AskedWave
    language: str
    occasion: Occasion
    seed: Seed
    asked: tuple[AskedDepartment, ...] = ()
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    not_asked: list[str] = field(default_factory=list)  # fields that were answered but are not shown
    is_whole: bool = False  # answered on the sheet that everything stands on, in the order of the document

    @classmethod
    def from_form(
        cls, wave: AskedWave, post: MultiValueDict[str, str], *, seed: Seed, code: str = ""
    ) -> AnswerSheet:
        """Read a posted form of `wave`: fields named `part.question`, and what is hidden beside them."""
        occasion = occasions.of(
            wave, post, code=code, saved=post.get("saved", ""), permit=post.get("pass", "")
        )
        sheet = cls(wave, _language(wave, post.get("language", "")), occasion, seed)
        lists = dict(post.lists())
        sheet.is_whole = "whole" in lists
        sheet.typed = {name: values for name, values in lists.items() if name not in CONTROLS}
        for control in CONTROLS & lists.keys() - {"about"}:
            if len(lists[control]) > 1:
                sheet.errors[""] = _("The form arrived with a part of it twice. Please send it again.")
        sheet.ask(lists.get("about", []))
        given = sheet._sorted()
        for department in sheet.asked:
            fields = given.get(department.code, {})
            raw = {}
            for name, values in fields.items():
                question = department.part.by_code[name]
                raw[name] = question_type(question["type"]).read(question, values)
            sheet._take(department, raw)
        sheet._settle()
        return sheet

    @classmethod
    def from_json(cls, wave: AskedWave, payload: Any, *, seed: Seed) -> AnswerSheet:
        """Read `{"language": …, "channel": …, "answers": {part: {question: answer}}}`; only `answers` must be there."""
        said = payload if isinstance(payload, Mapping) else {}
        named = {name: said[name] for name in ("channel", "pass", "point") if isinstance(said.get(name), str)}
        named["ch"] = named.pop("channel", "")
        named |= {field: said[name] for name, field in CHANGING.items() if isinstance(said.get(name), str)}
        occasion = occasions.of(wave, named, permit=named.pop("pass", ""))
        sheet = cls(wave, wave.languages[0], occasion, seed)
        if not isinstance(payload, Mapping):
            sheet.errors[""] = _("Send a JSON object.")
            return sheet
        for name in payload.keys() - ENTRIES:
            sheet.errors[str(name)] = _("There is no such entry.")
        if "language" in payload:
            sheet.language = _language(wave, payload["language"])
            if sheet.language != payload["language"]:
                sheet.errors["language"] = _("The questionnaire does not speak this language.")
        sheet._check_occasion(payload)
        answers = payload.get("answers")
        if not isinstance(answers, Mapping) or not all(
            isinstance(part, Mapping) for part in answers.values()
        ):
            sheet.errors["answers"] = _("Give the answers by department and question.")
            return sheet
        always = wave.general.code if wave.general and not sheet.occasion.replaces else None
        sheet.ask([code for code in answers if code != always])
        # What is asked about the place as a whole is asked of everybody, whatever a program sends.
        sheet.asked = tuple(one for one in sheet.asked if one.code in answers or one is wave.general)
        for department in sheet.asked:
            raw = dict(answers.get(department.code, {}))
            for unknown in raw.keys() - department.part.by_code.keys():
                sheet._refuse_field(f"{department.code}.{unknown}")
                del raw[unknown]
            sheet._take(department, raw)
        sheet._settle()
        return sheet

    def _check_occasion(self, payload: Mapping[str, Any]) -> None:
        """Say what a program claims of the occasion that is not believed; a page's form is taken as it comes."""
        if CHANGING.keys() & payload.keys() and not (self.occasion.replaces and self.occasion.change):
            self.errors["replaces"] = _("Give the receipt of the rating to be changed and its change word.")
        if "pass" in payload and not self.occasion.permit:
            self.errors["pass"] = _("This pass is not valid for this wave, or too old.")
        elif "channel" in payload and payload["channel"] != self.occasion.ch:
            self.errors["channel"] = _("This wave takes no answers by this channel.")
        if "point" in payload and payload["point"] != self.occasion.point:
            self.errors["point"] = _("None of this wave’s departments has a service point of this code.")

    @property
    def rated(self) -> Iterable[AskedDepartment]:
        """Those about whom the person said anything: who was left out entirely is not rated."""
        return [one for one in self.asked if self._said(one)]

    @property
    def count(self) -> int:
        """How many questions the person answered."""
        return sum(map(self._said, self.asked))

    @property
    def cell(self) -> int:
        """The weighting cell of the person, by the answers about the place as a whole."""
        return answered_cell(self.wave.margins, self.answers.get(GENERAL, {}))

    @cached_property
    def walk(self) -> Walk:
        """The way through the questionnaire that the answers lead."""
        walk = self.wave.course.walk([one.code for one in self.asked], self.answers, seed=self.seed)
        return one_at_a_time(walk) if self.occasion.view == LARGE else walk

    @property
    def is_one_page(self) -> bool:
        """Whether the whole form stands on one page, so that nothing is turned."""
        return self.wave.course.is_static and self.occasion.view != LARGE

    def shown(self, department: AskedDepartment) -> frozenset[str] | None:
        """Return the codes of the questions asked about `department`; None when nothing decides but the document."""
        if self.wave.course.is_static:
            return None
        computed = self.walk.computed.get(department.code, {})
        return frozenset(code for part, code in self.walk.shown if part == department.code) | computed.keys()

    def order(self, department: AskedDepartment) -> int:
        """Return the number of the random order that the person met, 0 where nothing is left to chance."""
        has_chance = self.wave.course.has_chance and not self.is_whole
        return self.seed.number(department.code) if has_chance else 0

    def ask(self, chosen: list[str]) -> None:
        """Set whom the sheet asks about: those `chosen`, or all where all fit on one form; general questions always."""
        wave = self.wave
        if self.occasion.replaces:
            self.asked = tuple(one for one in wave.by_code.values() if [one.code] == chosen)
            if not self.asked:
                self.errors[""] = _("A changed rating is about one department: the one of its receipt.")
            return
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

    def arrive(self, address: Mapping[str, str]) -> None:
        """Fill the questions that are answered by the address of the page, as if they had been typed."""
        for department in self.asked:
            for question in department.part.questions:
                if question_type(question["type"]).source == "address":
                    value = address.get(question["settings"]["parameter"], "")
                    if value and _cleaned(question, {"": [value]}) is not None:
                        self.typed[field_name(department.code, question)] = [value]

    def fields_of(self, part: str, question: Question) -> dict[str, list[str]]:
        """Return what was typed for a question, by suffix."""
        name = field_name(part, question)
        return {
            suffix: self.typed[full]
            for suffix in question_type(question["type"]).suffixes(question)
            if (full := f"{name}.{suffix}" if suffix else name) in self.typed
        }

    def _sorted(self) -> Given:
        """Sort the form values by part, question and suffix; what has no place on the sheet is refused."""
        given: Given = {}
        on_sheet = {one.code: one.part for one in self.asked}
        for name, values in self.typed.items():
            part, _point, rest = name.partition(".")
            code, _point, suffix = rest.partition(".")
            question = on_sheet[part].by_code.get(code) if part in on_sheet else None
            if question is None or (
                suffix and suffix not in question_type(question["type"]).suffixes(question)
            ):
                self._refuse_field(name)
            else:
                given.setdefault(part, {}).setdefault(code, {})[suffix] = values
        return given

    def _take(self, department: AskedDepartment, raw: Mapping[str, Any]) -> None:
        """Clean the answers about one department and keep them, or say what is wrong with them."""
        clean: dict[str, Any] = {}
        for question in department.part.questions:
            code = question["code"]
            clean[code] = None
            if raw.get(code) is None:
                continue
            kind = question_type(question["type"])
            if kind.source == "server":
                self.not_asked.append(field_name(department.code, question))
                continue
            try:
                clean[code] = kind.clean(question, raw[code])
            except AnswerError as error:
                if kind.source == "person":
                    self.errors[field_name(department.code, question)] = str(error)
        self.answers[department.code] = clean

    def _settle(self) -> None:
        """Judge the sheet as a whole: what is shown, what is missing, what contradicts itself."""
        walk = None if self.wave.course.is_static else self.walk
        for department in self.asked:
            answers = self.answers[department.code]
            for question in department.part.questions:
                self._judge(department, question, walk)
            if walk:
                answers.update(walk.computed.get(department.code, {}))
        if self.wave.takes_files:
            self._refuse_lost_files()
        if walk:
            for part, code, words in broken_checks(self.wave.course, walk):
                self.errors.setdefault(f"{part}.{code}", in_language(words, self.language))
        if not self.errors and self.count == 0:
            self.errors[""] = _(
                "Nothing has been answered yet. Answer at least one question; all others may stay open."
            )

    def _judge(self, department: AskedDepartment, question: Question, walk: Walk | None) -> None:
        """Drop the answer to a question that is not shown, or say what it lacks."""
        answers, code = self.answers[department.code], question["code"]
        name = field_name(department.code, question)
        place = (department.code, code)
        if walk and place not in walk.shown:
            if answers[code] is not None or name in self.errors:
                self.not_asked.append(name)
            answers[code] = None
            self.errors.pop(name, None)
            return
        if walk and place in walk.misfits:
            answers[code] = None
            self.errors[name] = _("Choose from the answers shown.")
        kind = question_type(question["type"])
        if answers[code] is None and question["required"] and name not in self.errors:
            self.errors[name] = (
                _("Please answer this question. “Don’t know” is an answer, too.")
                if kind.scored
                else _("Please answer this question.")
            )
        elif question["required"] and name not in self.errors:
            rows = kind.missing(question, answers[code], self.language)
            if rows:
                named = [*rows[:MOST_ROWS_NAMED], *(["…"] if len(rows) > MOST_ROWS_NAMED else [])]
                self.errors[name] = _("Please answer every row. Still open: %(rows)s") % {
                    "rows": " · ".join(named)
                }

    def _refuse_lost_files(self) -> None:
        """Refuse a file that does not wait here (any more), or that is sent with two answers."""
        handles: dict[str, list[str]] = {}
        for department in self.asked:
            for question in department.part.questions:
                handle = self.answers[department.code][question["code"]]
                if handle is not None and question_type(question["type"]).takes_file:
                    handles.setdefault(handle, []).append(field_name(department.code, question))
        lost = uploads.missing(self.wave.id, handles)
        for handle, names in handles.items():
            if handle in lost or len(names) > 1:
                for name in names:
                    self.errors[name] = _("This file is not here any more. Please choose it again.")
                    self.typed.pop(name, None)

    def _said(self, department: AskedDepartment) -> int:
        """Return how many questions about `department` the person answered."""
        answers = self.answers.get(department.code, {})
        return sum(
            answers.get(question["code"]) is not None
            for question in department.part.questions
            if question_type(question["type"]).source == "person"
        )

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


def too_many(wave: AskedWave) -> str:
    """Return the sentence for somebody who chose more departments than one person is asked about."""
    most = wave.departments_per_person
    return ngettext("Choose at most %d department.", "Choose at most %d departments.", most) % most


def _cleaned(question: Question, fields: Mapping[str, list[str]]) -> Any:
    """Return the clean answer that `fields` give, or None when they give none."""
    kind = question_type(question["type"])
    try:
        return kind.clean(question, kind.read(question, fields))
    except AnswerError:
        return None


def _language(wave: AskedWave, named: Any) -> str:
    return named if isinstance(named, str) and named in wave.languages else wave.languages[0]
