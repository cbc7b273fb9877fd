"""A tick that agrees to something. Never ticked beforehand; where it is required, nobody goes on without it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    each_of,
    is_code,
)

AGREED = 1
_AGREED: Text = {"zh-hans": "同意", "en": "Agreed"}


class Consent(QuestionType):
    """Agreement to the words of the question."""

    name = "consent"
    label = gettext_lazy("Consent")
    purpose = gettext_lazy("A tick beside words that somebody agrees to, such as being called back.")
    answer = "1 when it is ticked; no answer otherwise"
    template = "surveys/questionnaires/types/consent.html"
    family = "evidence"
    coded = True

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (({}, 1, 1), ({}, None, None))
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, 0, 2, -1, 1.0, "1", "on", "yes", "", True, False, [], [1], {}, "<b>", "1" * 100_000, "\x00"
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return 1 or None."""
        if raw is None or (is_code(raw) and raw == AGREED):
            return raw
        raise AnswerError(_("Tick the box, or leave it open."))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the tick."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the one code there is."""
        return (AGREED,)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the tick."""
        return (Option(AGREED, _AGREED),)
