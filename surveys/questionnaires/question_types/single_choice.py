"""One of several choices, listed by the designer; “other” may ask for words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    each_of,
)
from surveys.questionnaires.question_types.choices import (
    CHOICES,
    OTHER,
    SHUFFLE_LABEL,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
    clean_other,
    codes_that,
    other_typed,
)
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS, aside_options, clean_code
from surveys.questionnaires.shapes import Record, YesNo

_YES_NO = [
    {"code": 1, "text": {"en": "Yes"}},
    {"code": 2, "text": {"en": "No"}},
    {"code": 200, "text": {"en": "?"}},
]
_OTHER = [*_YES_NO, {"code": 9, "text": {"en": "Other"}, "other": True}]


class SingleChoice(QuestionType):
    """Exactly one of the listed choices."""

    name = "single_choice"
    label = gettext_lazy("One choice")
    purpose = gettext_lazy(
        "One of up to 200 choices that you list; with “don’t know” and “not applicable” if you like."
    )
    answer = (
        "the code of a choice as an integer, or “dk” or “na” as a string where offered; "
        "with words beside “other”, an object of `choice` and `other`"
    )
    template = "surveys/questionnaires/types/single_choice.html"
    family = "choices"
    coded = True
    has_choices = True
    settings_shape = Record(optional={"choices": CHOICES, "offer": OFFER, "shuffle": YesNo()})
    blank_settings: ClassVar[Settings] = {"choices": [], "offer": [], "shuffle": False}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {**OFFER_LABELS, **SHUFFLE_LABEL}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _YES_NO}, 1, 1),
        ({"choices": _YES_NO}, 200, 200),
        ({"choices": _YES_NO}, None, None),
        ({"choices": _YES_NO, "offer": ["dk"]}, "dk", "dk"),
        ({"choices": _YES_NO, "offer": ["na", "dk"]}, "na", "na"),
        ({"choices": _OTHER}, 9, 9),
        ({"choices": _OTHER}, {"choice": 9, "other": " a fountain "}, {"choice": 9, "other": "a fountain"}),
        ({"choices": _OTHER}, {"choice": 9, "other": " "}, 9),
        ({"choices": _OTHER}, {"choice": 1}, 1),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _YES_NO}, 0, 3, -1, 1.0, "1", "1 ", "one", "", "dk", True, [1], [], {}),
        ({"choices": _YES_NO, "offer": ["dk"]}, "na"),
        ({"choices": []}, 1),
        *each_of(
            {"choices": _OTHER},
            {"choice": 1, "other": "words"},
            {"choice": None, "other": "words"},
            {"choice": 9, "other": 5},
            {"choice": 9, "other": "one\ntwo"},
            {"choice": 9, "other": "x" * 201},
            {"choice": 9, "other": "a\x00b"},
            {"choice": 9, "more": ""},
            {"other": "words"},
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code, "dk" or "na" where offered, None; or the code of “other” with its words."""
        words: Any = ""
        if isinstance(raw, dict):
            if not {"choice"} <= set(raw) <= {"choice", OTHER}:
                raise AnswerError(_("Choose one of the answers shown."))
            raw, words = raw["choice"], clean_other(raw.get(OTHER))
        code = clean_code(raw, choice_codes(question), question["settings"].get("offer", ()))
        if not words:
            return code
        if code not in codes_that(question, OTHER):
            raise AnswerError(_("Words of your own belong to a choice that asks for them."))
        return {"choice": code, OTHER: words}

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the chosen button and the words beside “other”.

        Without a script those words stay when another choice is taken; then they do not count. Words without any
        choice are those of “other”: whoever writes there has chosen it.
        """
        chosen, words = self.from_form(question, fields.get("", ())), other_typed(fields)
        others = codes_that(question, OTHER)
        if not words or not others or (chosen is not None and chosen not in list(others)):
            return chosen
        return {"choice": min(others) if chosen is None else chosen, OTHER: words}

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the button, and the words beside “other” if there are any."""
        if isinstance(answer, dict):
            return {"": self.to_form(answer["choice"]), OTHER: [answer[OTHER]]}
        return {"": self.to_form(answer)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the question's own field, and that of the words beside “other”."""
        return ("", OTHER) if codes_that(question, OTHER) else ("",)

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the code, and the words beside “other” apart from it."""
        if isinstance(answer, dict):
            return {"": answer["choice"]}, {OTHER: answer[OTHER]}
        return {"": answer}, {}

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the code, and the words beside “other” if there are any."""
        if isinstance(answer, dict):
            return {"": answer["choice"], OTHER: answer[OTHER]}
        return {"": answer}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the words of the choice, for “other” those that were typed."""
        return str(answer[OTHER]) if isinstance(answer, dict) else super().words(question, answer, language)

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes of the choices."""
        return choice_codes(question)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices, then what is offered apart from them."""
        return (*choice_options(question), *aside_options(question["settings"].get("offer", ())))

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded."""
        return {**self.blank_settings, "choices": blank_choices()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices."""
        yield from choice_problems(settings, languages)
        if any(choice.get("exclusive") for choice in settings.get("choices", ())):
            yield _("Only a question with several choices can have one that stands alone.")
