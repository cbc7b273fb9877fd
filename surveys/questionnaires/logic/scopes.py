"""What rules and pipes can see while a form is walked through: the answers about a part, and those about the place."""

from collections.abc import Mapping
from typing import Any

from surveys.questionnaires.documents import EACH, GENERAL, Question
from surveys.questionnaires.question_types import question_type


class PartScope:
    """The answers about one part that count: asked, given, and on offer. Codes are unique in a document."""

    __slots__ = ("_around", "_values", "answers", "part", "positions", "questions")

    def __init__(
        self,
        part: str,
        questions: Mapping[str, Question],
        positions: Mapping[str, int],
        around: "PartScope | None" = None,
    ) -> None:
        self.part = part
        self.questions = questions
        self.positions = positions  # of the questions in the document
        self.answers: dict[str, Any] = {}
        self._values: dict[str, Any] = {}
        self._around = around

    def keep(self, question: Question, answer: Any, *, referred: bool) -> None:
        """Take in the answer to a question; its values only if some rule reads them."""
        code = question["code"]
        self.answers[code] = answer
        if referred:
            for suffix, value in question_type(question["type"]).values(question, answer).items():
                self._values[f"{code}.{suffix}" if suffix else code] = value

    def value(self, reference: str) -> Any:
        """Return the value behind `q3` or `q5.r1`; None when there is none."""
        if reference in self._values:
            return self._values[reference]
        return None if self._around is None else self._around.value(reference)

    def is_answered(self, reference: str) -> bool:
        """Say whether the question, or this part of it, was asked and answered."""
        if "." in reference:
            return self.value(reference) is not None
        return self.answer(reference) is not None

    def answer(self, code: str) -> Any:
        """Return the answer to a question, None when there is none."""
        if code in self.answers:
            return self.answers[code]
        return None if self._around is None else self._around.answer(code)

    def can_see(self, code: str, *, before: str) -> bool:
        """Say whether `code` is a question about the place or this part that stands before `before`."""
        if code not in self.questions or self.positions[code] >= self.positions[before]:
            return False
        about = self.questions[code]["about"]
        return about in (GENERAL, self.part) or (about == EACH and self.part != GENERAL)
