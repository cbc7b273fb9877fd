"""The kinds of questions, seen whole: to add one, write its file and its template, and add one line here."""

from surveys.questionnaires.question_types.base import AnswerError, Option, QuestionType
from surveys.questionnaires.question_types.multiple_choice import MultipleChoice
from surveys.questionnaires.question_types.number import Number
from surveys.questionnaires.question_types.satisfaction import Satisfaction
from surveys.questionnaires.question_types.single_choice import SingleChoice
from surveys.questionnaires.question_types.texts import LongText, ShortText

REGISTRY: tuple[QuestionType, ...] = (
    Satisfaction(),
    SingleChoice(),
    MultipleChoice(),
    Number(),
    ShortText(),
    LongText(),
)

_BY_NAME = {kind.name: kind for kind in REGISTRY}


def question_type(name: str) -> QuestionType:
    """Return the type called `name`; raises `LookupError` naming the known ones."""
    try:
        return _BY_NAME[name]
    except (KeyError, TypeError):
        known = ", ".join(_BY_NAME)
        raise LookupError(f"There is no question type “{name}”; known types are: {known}.") from None


__all__ = ["REGISTRY", "AnswerError", "Option", "QuestionType", "question_type"]
