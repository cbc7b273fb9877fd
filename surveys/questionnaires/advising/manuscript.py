"""A draft as the rules read it: every passage of words with its place, every question with what it offers.

It is laid out once for all rules. Texts are found by the names of their keys (`documents.TEXT_KEYS`), so the words of
a question type that nobody thought of here are read too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from surveys.languages import Text
from surveys.questionnaires.advising.valence import Scale, scale_of
from surveys.questionnaires.documents import TEXT_KEYS, Document, Question
from surveys.questionnaires.question_types import Option, QuestionType, question_type

Role = Literal["title", "introduction", "text", "help", "choice", "row", "name", "other"]

# Which lists of a question's settings hold what is judged, and which hold what is chosen.
_ROLES: Mapping[str, Role] = {"choices": "choice", "rows": "row", "scales": "choice", "columns": "choice"}


@dataclass(frozen=True)
class Asked:
    """A question, its type and its texts."""

    question: Question
    kind: QuestionType
    languages: tuple[str, ...]
    position: int

    @property
    def code(self) -> str:
        """The code of the question."""
        return str(self.question["code"])

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the type was told."""
        settings: Mapping[str, Any] = self.question["settings"]
        return settings

    @cached_property
    def choices(self) -> tuple[Mapping[str, Any], ...]:
        """The choices that the designer listed."""
        listed = self.settings.get("choices", ())
        return tuple(choice for choice in listed if isinstance(choice, Mapping) and "text" in choice)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Whatever can be chosen, the designer's or the type's own."""
        return self.kind.options(self.question)

    @cached_property
    def scale(self) -> Scale | None:
        """The scale that the designer's choices make, if they look like one."""
        return scale_of([choice["text"] for choice in self.choices], self.languages)

    @cached_property
    def is_judged(self) -> bool:
        """Whether it asks for a judgement, be it on a scale of the type or on one that the designer listed."""
        return bool(
            self.kind.scored
            or self.kind.family == "scales"
            or self.scale
            or scale_of([option.text for option in self.options if not option.aside], self.languages)
        )

    @cached_property
    def texts(self) -> tuple[tuple[Role, Text], ...]:
        """Every text of the question with its role, in its order."""
        return (("text", self.question["text"]), ("help", self.question["help"]), *_texts_in(self.settings))

    def words(self, language: str) -> str:
        """Return the text of the question in `language`, or ""."""
        return str(self.question["text"].get(language, ""))


@dataclass(frozen=True, slots=True)
class Passage:
    """Words in one language, and where they stand."""

    where: str  # code of the question, or ""
    area: str  # the page of the editor: questions, frame, dimensions
    role: Role
    language: str
    words: str
    asked: Asked | None = None  # the question whose words they are

    @property
    def tongue(self) -> str:
        """The language without its script: zh of zh-hans."""
        return self.language.split("-")[0].lower()

    @property
    def is_judged(self) -> bool:
        """Whether they belong to a question that asks for a judgement."""
        return self.asked is not None and self.asked.is_judged


class Manuscript:
    """A well-shaped document laid out for reading; `names` are words that stand for one thing, such as departments."""

    def __init__(self, document: Document, *, names: Collection[str] = ()) -> None:
        self.document = document
        self.languages: tuple[str, ...] = tuple(dict.fromkeys(document["languages"]))
        self.names = frozenset(name for name in names if len(name) > 1)
        self.questions = tuple(
            Asked(question, question_type(question["type"]), self.languages, position)
            for position, question in enumerate(document["questions"])
        )
        self.passages: tuple[Passage, ...] = tuple(self._passages())

    def _passages(self) -> Iterator[Passage]:
        yield from self._of("", "frame", "title", self.document["title"])
        yield from self._of("", "frame", "introduction", self.document["introduction"])
        for dimension in self.document["dimensions"]:
            yield from self._of("", "dimensions", "name", dimension["name"])
        for asked in self.questions:
            for role, text in asked.texts:
                yield from self._of(asked.code, "questions", role, text, asked)

    def _of(
        self, where: str, area: str, role: Role, text: Text, asked: Asked | None = None
    ) -> Iterator[Passage]:
        for language in self.languages:
            words = text.get(language, "")
            if words:
                yield Passage(where, area, role, language, words, asked)


def _texts_in(value: Any, role: Role = "other") -> Iterator[tuple[Role, Text]]:
    """Yield the texts in a question's settings, with their roles."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if key in TEXT_KEYS and isinstance(entry, Mapping):
                if entry and all(isinstance(words, str) for words in entry.values()):
                    yield role, entry
                else:
                    yield from ((role, text) for text in entry.values() if isinstance(text, Mapping) and text)
            else:
                yield from _texts_in(entry, _ROLES.get(key, role))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _texts_in(entry, role)
