"""Trying a questionnaire out before anybody is asked: its pages one after the other, as answers lead through them.

The way is the real one (`logic.course`), the questions are drawn as residents meet them; nothing is stored. What was
typed travels from page to page in the form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from surveys.languages import in_language
from surveys.questionnaires import page_drawing
from surveys.questionnaires.documents import Document, Question, questions_about
from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.logic.course import Course, Page, Walk, broken_checks
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import AnswerError, question_type

MOST_FIELDS = 5000


@dataclass
class Trial:
    """One way through a draft or an edition."""

    document: Document
    parts: Sequence[str]  # `GENERAL` and the department that it is tried with
    names: Mapping[str, str]
    language: str
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        document: Document,
        parts: Sequence[str],
        names: Mapping[str, str],
        language: str,
        post: MultiValueDict[str, str],
    ) -> "Trial":
        """Return the trial with what was typed so far."""
        fields = [name for name in list(post)[:MOST_FIELDS] if name.partition(".")[0] in parts]
        return cls(
            document,
            parts,
            names,
            language,
            {str(name): list(map(str, post.getlist(name))) for name in fields},
        )

    def at(self, code: str | None, go: str) -> dict[str, Any]:
        """Return what the page shows that comes when the page `code` is left by `go`: next, back or "" for here."""
        course = Course(self.document)
        walk = course.walk(self.parts, self._answers(), seed=Seed.of(1))
        self._judge(course, walk)
        codes = [page.code for page in walk.pages]
        number = codes.index(code) if code in codes else 0
        stays = bool(go == "next" and codes and self._errors_on(walk.pages[number]))
        if not stays:
            self.errors.clear()
            number += {"next": 1, "back": -1}.get(go, 0) if code in codes else 0
        ended = number >= len(codes)
        number = max(0, min(number, len(codes) - 1))
        shown = {
            "outcome": walk.outcome if ended or not codes else "",
            "number": number + 1,
            "count": len(codes),
            "quotas": walk.quotas if ended else (),
        }
        return shown if ended else {**shown, **self._drawn(walk, walk.pages[number])}

    def _drawn(self, walk: Walk, page: Page) -> dict[str, Any]:
        on_page = {
            field_name(section.part, question) for section in page.sections for question in section.questions
        }
        carried = [
            (name, value)
            for name, values in self.typed.items()
            for value in values
            if ".".join(name.split(".")[:2]) not in on_page
        ]
        return {
            "at": page.code,
            "parts": page_drawing.sections(
                page,
                walk,
                language=self.language,
                seed=Seed.of(1),
                names=self.names,
                fields_of=self._fields,
                errors=self.errors,
            ),
            "carried": carried,
            "scripts": page_drawing.scripts_on(page),
            **page_drawing.heading(page, walk, self.language),
        }

    def _answers(self) -> dict[str, dict[str, Any]]:
        answers: dict[str, dict[str, Any]] = {}
        for part in self.parts:
            clean = answers.setdefault(part, {})
            for question in questions_about(self.document, part):
                kind = question_type(question["type"])
                clean[question["code"]] = None
                if not kind.takes_answer or kind.source != "person":
                    continue
                try:
                    clean[question["code"]] = kind.clean(
                        question, kind.read(question, self._fields(part, question))
                    )
                except AnswerError as error:
                    self.errors[field_name(part, question)] = str(error)
                if clean[question["code"]] is None and question["required"]:
                    self.errors.setdefault(field_name(part, question), _("Please answer this question."))
        return answers

    def _judge(self, course: Course, walk: Walk) -> None:
        for part, code, words in broken_checks(course, walk):
            self.errors.setdefault(f"{part}.{code}", in_language(words, self.language))

    def _errors_on(self, page: Page) -> bool:
        return any(
            field_name(section.part, question) in self.errors
            for section in page.sections
            for question in section.questions
        )

    def _fields(self, part: str, question: Question) -> dict[str, list[str]]:
        """Return what was typed, by suffix; never nothing at all, or drawings of drafts would be kept for residents."""
        name = field_name(part, question)
        suffixes = question_type(question["type"]).suffixes(question)
        return {
            "": [],
            **{
                suffix: self.typed[full]
                for suffix in suffixes
                if (full := f"{name}.{suffix}" if suffix else name) in self.typed
            },
        }
