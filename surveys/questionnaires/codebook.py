"""The layout of answers in bytes: the one place that packs and unpacks them.

Every coded item of a part (a question, or a row of one) takes one byte in the fixed order of the edition. A byte is 0
when it was not asked, a grade or choice code from 1 to 200, or one of the reserved codes below. What does not fit a
byte (sets, numbers, texts) lives in the record's `extras`. Both are keyed by the code of the question, with the suffix
behind a point where it has several items: `q5`, `q5.r1`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from surveys.languages import Text
from surveys.questionnaires.documents import GENERAL, Document, Question, questions_about
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.question_types import question_type

NOT_ASKED = 0
NOT_APPLICABLE = 253
DONT_KNOW = 254
BLANK = 255

# In answers, as people and programs write them, the reserved codes have names.
RESERVED = {"na": NOT_APPLICABLE, "dk": DONT_KNOW}
RESERVED_NAMES = {NOT_APPLICABLE: "na", DONT_KNOW: "dk"}

ORDER = "_order"  # in `extras`: the number of the random order in which the person met the part, see `logic.seeds`

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
    question: str  # the code of the question it belongs to
    text: Text  # what is judged: the question's words, behind them those of the row
    labels: Mapping[int, Text]  # the words of its codes


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
    def keys(self) -> tuple[str, ...]:
        """What a record may say: the codes of the items, and of the questions that have none."""
        keys: list[str] = []
        for question in self.questions:
            specs = question_type(question["type"]).items(question)
            keys += [key_of(question["code"], spec.suffix) for spec in specs] or [question["code"]]
        return tuple(keys)

    @cached_property
    def by_code(self) -> dict[str, Question]:
        """The questions that take an answer, by code."""
        return {question["code"]: question for question in self.questions}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {item.code: item.position for item in self.items}

    def pack(
        self, answers: Answers, shown: Collection[str] | None = None
    ) -> tuple[bytes, dict[str, Any] | None]:
        """Return the codes and the extras of one record; `answers` have passed their types' `clean`.

        A question among `shown` (all when None) that is missing from `answers` is blank, the others were not asked.
        One that is not asked in this part at all raises `KeyError`.
        """
        codes = bytearray(
            BLANK if shown is None or item.question in shown else NOT_ASKED for item in self.items
        )
        extras: dict[str, Any] = {}
        for code, answer in answers.items():
            question = self.by_code[code]
            if answer is None or (shown is not None and code not in shown):
                continue
            coded, rest = question_type(question["type"]).packed(question, answer)
            for suffix, value in coded.items():
                position = self._positions[key_of(code, suffix)]
                codes[position] = RESERVED[value] if isinstance(value, str) else value
            for suffix, value in rest.items():
                extras[key_of(code, suffix)] = value
        return bytes(codes), extras or None

    def unpack(self, codes: bytes, extras: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what one record says, by key; what is blank or was not asked is left out."""
        said: dict[str, Any] = {}
        for item in self.items:
            code = codes[item.position] if item.position < len(codes) else NOT_ASKED
            if code not in (NOT_ASKED, BLANK):
                said[item.code] = RESERVED_NAMES.get(code, code)
        said.update(extras or {})
        return said


def key_of(code: str, suffix: str) -> str:
    """Return the key of an item: the code of its question, and the suffix behind a point if there is one."""
    return f"{code}.{suffix}" if suffix else code


class Codebook:
    """The parts of one edition; make it with `codebook_of`, which keeps the parsed ones."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._parts: dict[str, Part] = {}

    def part(self, department: str) -> Part:
        """Return the part about `department`: a department's code, or `GENERAL`."""
        if department not in self._parts:
            questions = tuple(
                question
                for question in questions_about(self.document, department)
                if question_type(question["type"]).takes_answer
            )
            self._parts[department] = Part(department, questions, tuple(_items(questions)))
        return self._parts[department]

    @cached_property
    def course(self) -> Course:
        """The ways through the questionnaire."""
        return Course(self.document)

    @property
    def general(self) -> Part:
        """Return the part about the place as a whole, kept under the root department."""
        return self.part(GENERAL)


def _items(questions: tuple[Question, ...]) -> Iterator[Item]:
    position = 0
    for question in questions:
        kind = question_type(question["type"])
        for spec in kind.items(question):
            yield Item(
                code=key_of(question["code"], spec.suffix),
                position=position,
                codes=spec.codes,
                scored=spec.scored,
                headline=bool(question.get("headline")) and not spec.suffix,
                dimension=question.get("dimension", "") if spec.scored else "",
                weight=question.get("weight", "1"),
                question=question["code"],
                text=_item_text(question["text"], spec.text),
                labels=kind.labels(question) if spec.labels is None else spec.labels,
            )
            position += 1


def _item_text(question: Text, row: Text | None) -> Text:
    """Return what an item asks: the question's words, followed by those of its row."""
    if row is None:
        return question
    return {
        language: " · ".join(filter(None, (words, row.get(language)))) for language, words in question.items()
    }


@lru_cache(maxsize=64)
def _cached(content_hash: str, edition_id: int) -> Codebook:
    from surveys.questionnaires.models import Edition  # the cache must not hold the table open at import

    return Codebook(Edition.objects.get(pk=edition_id).document)


def codebook_of(edition: Any) -> Codebook:
    """Return the codebook of a frozen edition, parsed once and kept."""
    return _cached(edition.content_hash, edition.pk)
