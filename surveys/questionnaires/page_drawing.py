"""Drawing a page of a form: its sections, with the questions as this person meets them, numbered through.

Residents' pages and the designer's preview are drawn here alike. A question that is asked about all departments in one
table is drawn once, in front of the departments' own sections.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from surveys.languages import in_language
from surveys.questionnaires.documents import GENERAL, Question
from surveys.questionnaires.drawing import NOTHING, draw, field_name
from surveys.questionnaires.logic.course import Page, Section, Walk
from surveys.questionnaires.logic.piping import piped
from surveys.questionnaires.logic.presenting import presented
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.base import Fields

MOST_OF_A_NAME = 60  # characters
FieldsOf = Callable[[str, Question], Fields]


def heading(page: Page, walk: Walk, language: str) -> dict[str, str]:
    """Return title and introduction of a page in `language`, with earlier answers quoted."""
    scope = walk.scope(GENERAL)
    return {
        "page_title": piped(in_language(page.title, language), scope, language, before=page.begun_by),
        "page_help": piped(in_language(page.help, language), scope, language, before=page.begun_by),
    }


def sections(
    page: Page,
    walk: Walk,
    *,
    language: str,
    seed: Seed,
    names: Mapping[str, str],
    fields_of: FieldsOf = lambda _part, _question: NOTHING,
    errors: Mapping[str, str] = NOTHING,  # type: ignore[assignment]
) -> list[dict[str, Any]]:
    """Return the sections of `page`, each with the code and name of its part and its questions as HTML.

    `names` are those of the departments; `fields_of` says what was typed, `errors` what is wrong with it, by field.
    `wrong` names the questions of a section that are wrong, by field: number, words, and the department in a table.
    """
    drawer = _Drawer(walk, language, seed, names, fields_of, errors)
    drawer.number = sum(map(_numbers_on, _pages_before(page, walk)))
    drawn = []
    for is_general, group in groupby(page.sections, key=lambda section: section.part == GENERAL):
        block = list(group)
        if not is_general and (joint := list(drawer.joint(block))):
            drawn.append({"code": "", "name": "", "questions": joint, "wrong": drawer.named()})
        for section in block:
            questions = [
                html for question in section.questions if (html := drawer.one(section.part, question))
            ]
            if questions:
                name = "" if is_general else names.get(section.part, section.part)
                drawn.append(
                    {"code": section.part, "name": name, "questions": questions, "wrong": drawer.named()}
                )
    return drawn


def scripts_on(page: Page) -> list[str]:
    """List the scripts that questions of a page are quicker with, each once."""
    kinds = (question_type(question["type"]) for section in page.sections for question in section.questions)
    return list(dict.fromkeys(kind.script for kind in kinds if kind.script))


class _Drawer:
    """Draws the questions of one page, in their order."""

    def __init__(
        self,
        walk: Walk,
        language: str,
        seed: Seed,
        names: Mapping[str, str],
        fields_of: FieldsOf,
        errors: Mapping[str, str],
    ) -> None:
        self.walk, self.language, self.seed = walk, language, seed
        self.names, self.fields_of, self.errors = names, fields_of, errors
        self.number = 0
        self._wrong: dict[str, str] = {}

    def named(self) -> dict[str, str]:
        """Return the names of the wrong questions drawn since this was asked last."""
        named, self._wrong = self._wrong, {}
        return named

    def one(self, part: str, question: Question) -> SafeString | None:
        """Draw a question asked about one part; None where there is nothing to draw, or it stands in a joint table."""
        kind = question_type(question["type"])
        if not kind.is_drawn or kind.is_joint:
            return None
        if kind.takes_answer:
            self.number += 1
        name = field_name(part, question)
        fields, error = self.fields_of(part, question), self.errors.get(name, "")
        number = self.number if kind.takes_answer else ""
        met = self._met(part, question)
        if met is question and not fields and not error:
            return _blank(_Same(question), name, self.language, number)
        if error:
            self._wrong[name] = self._name(met)
        return draw(met, name=name, language=self.language, number=number, fields=fields, error=error)

    def joint(self, block: list[Section]) -> Iterator[SafeString]:
        """Draw the questions that are asked about all departments of a block in one table each."""
        rows: dict[str, list[dict[str, Any]]] = {}
        found: dict[str, tuple[str, Question]] = {}
        for section in block:
            for question in section.questions:
                if question_type(question["type"]).is_joint:
                    name = field_name(section.part, question)
                    found.setdefault(question["code"], (section.part, question))
                    rows.setdefault(question["code"], []).append(
                        {
                            "name": name,
                            "text": self.names.get(section.part, section.part),
                            "fields": self.fields_of(section.part, question),
                            "error": self.errors.get(name, ""),
                        }
                    )
        for code, (part, question) in found.items():
            self.number += 1
            met = self._met(part, question)
            for row in rows[code]:
                if row["error"]:
                    self._wrong[row["name"]] = f"{self._name(met)} · {row['text']}"
            yield draw(
                met,
                name=f"all.{code}",
                language=self.language,
                number=self.number,
                rows=rows[code],
            )

    def _name(self, met: Question) -> str:
        words = in_language(met["text"], self.language) or met["code"]
        return f"{self.number}. {Truncator(words).chars(MOST_OF_A_NAME)}"

    def _met(self, part: str, question: Question) -> Question:
        return presented(question, self.walk.scope(part), seed=self.seed, language=self.language)


class _Same:
    """A question of a frozen document as a key: two are the same when they are one object."""

    __slots__ = ("question",)

    def __init__(self, question: Question) -> None:
        self.question = question

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.question is other.question

    def __hash__(self) -> int:
        return id(self.question)


@lru_cache(maxsize=10_000)
def _blank(same: _Same, name: str, language: str, number: int | str) -> SafeString:
    """Draw a question that depends on nobody; what is kept keeps the question alive, so no other gets its id."""
    return draw(same.question, name=name, language=language, number=number)


def _pages_before(page: Page, walk: Walk) -> Iterator[Page]:
    for one in walk.pages:
        if one.code == page.code:
            return
        yield one


def _numbers_on(page: Page) -> int:
    """Return how many numbers the questions of a page take; one in a joint table takes one for all departments."""
    count = 0
    for is_general, block in groupby(page.sections, key=lambda section: section.part == GENERAL):
        joint = set()
        for section in block:
            for question in section.questions:
                kind = question_type(question["type"])
                if kind.is_joint and not is_general:
                    joint.add(question["code"])
                else:
                    count += kind.is_drawn and kind.takes_answer
        count += len(joint)
    return count
