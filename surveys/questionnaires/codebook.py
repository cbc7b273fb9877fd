"""The layout of answers in bytes: the one place that packs and unpacks them.

Every coded question of a part takes one byte in the fixed order of the edition. A byte is 0 when the question was
not asked, a grade or choice code from 1 to 200, or one of the reserved codes below. What does not fit a byte
(sets, numbers, texts) lives in the record's `extras`, keyed by question code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from surveys.questionnaires.documents import GENERAL, Document, Question, questions_about
from surveys.questionnaires.question_types import question_type

NOT_ASKED = 0
NOT_APPLICABLE = 253
DONT_KNOW = 254
BLANK = 255

# In answers, as people and programs write them, the reserved codes have names.
RESERVED = {"na": NOT_APPLICABLE, "dk": DONT_KNOW}
RESERVED_NAMES = {NOT_APPLICABLE: "na", DONT_KNOW: "dk"}

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A coded question of a part: its byte's position and the codes that may stand there."""

    code: str
    position: int
    codes: tuple[int, ...]
    scored: bool
    headline: bool
    dimension: str
    weight: str


@dataclass(frozen=True)
class Part:
    """What is asked about one department, and how the answers to it are laid out."""

    department: str
    questions: tuple[Question, ...]
    items: tuple[Item, ...]

    @cached_property
    def headline(self) -> Item | None:
        """The item that the department's score is made of, if the part has one."""
        return next((item for item in self.items if item.headline), None)

    @cached_property
    def _positions(self) -> dict[str, int | None]:
        coded = {item.code: item.position for item in self.items}
        return {question["code"]: coded.get(question["code"]) for question in self.questions}

    def pack(self, answers: Answers) -> tuple[bytes, dict[str, Any] | None]:
        """Return the codes and the extras of one record; `answers` have passed their types' `clean`.

        A question that is missing from `answers` is blank; one that is not asked here raises `KeyError`.
        """
        codes = bytearray([BLANK]) * len(self.items)
        extras: dict[str, Any] = {}
        for question, answer in answers.items():
            position = self._positions[question]
            if answer is None:
                continue
            if position is None:
                extras[question] = answer
            else:
                codes[position] = RESERVED[answer] if isinstance(answer, str) else answer
        return bytes(codes), extras or None

    def unpack(self, codes: bytes, extras: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the answers of one record; blank and not-asked questions are left out."""
        answers: dict[str, Any] = {}
        for item in self.items:
            code = codes[item.position] if item.position < len(codes) else NOT_ASKED
            if code not in (NOT_ASKED, BLANK):
                answers[item.code] = RESERVED_NAMES.get(code, code)
        answers.update(extras or {})
        return answers


class Codebook:
    """The parts of one edition; make it with `codebook_of`, which keeps the parsed ones."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._parts: dict[str, Part] = {}

    def part(self, department: str) -> Part:
        """Return the part about `department`: a department's code, or `GENERAL`."""
        if department not in self._parts:
            questions = tuple(questions_about(self.document, department))
            self._parts[department] = Part(department, questions, tuple(_items(questions)))
        return self._parts[department]

    @property
    def general(self) -> Part:
        """Return the part about the place as a whole, kept under the root department."""
        return self.part(GENERAL)


def _items(questions: tuple[Question, ...]) -> Iterator[Item]:
    position = 0
    for question in questions:
        kind = question_type(question["type"])
        if not kind.coded:
            continue
        yield Item(
            code=question["code"],
            position=position,
            codes=kind.codes(question),
            scored=kind.scored,
            headline=bool(question.get("headline")),
            dimension=question.get("dimension", ""),
            weight=question.get("weight", "1"),
        )
        position += 1


@lru_cache(maxsize=64)
def _cached(content_hash: str, edition_id: int) -> Codebook:
    from surveys.questionnaires.models import Edition  # the cache must not hold the table open at import

    return Codebook(Edition.objects.get(pk=edition_id).document)


def codebook_of(edition: Any) -> Codebook:
    """Return the codebook of a frozen edition, parsed once and kept."""
    return _cached(edition.content_hash, edition.pk)
