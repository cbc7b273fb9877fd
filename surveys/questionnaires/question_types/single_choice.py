"""One of several choices, listed by the designer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    each_of,
    is_code,
    refuse_choice,
)
from surveys.questionnaires.question_types.choices import (
    CHOICES,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.question_types.satisfaction import ASIDES
from surveys.questionnaires.shapes import ListOf, OneOf, Record

_YES_NO = [
    {"code": 1, "text": {"en": "Yes"}},
    {"code": 2, "text": {"en": "No"}},
    {"code": 200, "text": {"en": "?"}},
]


class SingleChoice(QuestionType):
    """Exactly one of the listed choices."""

    name = "single_choice"
    label = gettext_lazy("One choice")
    purpose = gettext_lazy(
        "One of up to 200 choices that you list; with “don’t know” and “not applicable” if you like."
    )
    answer = "the code of a choice as an integer, or “dk” or “na” as a string where offered"
    template = "surveys/questionnaires/types/single_choice.html"
    coded = True
    has_choices = True
    settings_shape = Record(optional={"choices": CHOICES, "offer": ListOf(OneOf(tuple(ASIDES)), most=2)})
    blank_settings: ClassVar[Settings] = {"choices": [], "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "offer": gettext_lazy("Offered apart from the choices"),
        "offer.dk": gettext_lazy("Don’t know"),
        "offer.na": gettext_lazy("Not applicable"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _YES_NO}, 1, 1),
        ({"choices": _YES_NO}, 200, 200),
        ({"choices": _YES_NO}, None, None),
        ({"choices": _YES_NO, "offer": ["dk"]}, "dk", "dk"),
        ({"choices": _YES_NO, "offer": ["na", "dk"]}, "na", "na"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _YES_NO}, 0, 3, -1, 1.0, "1", "1 ", "one", "", "dk", True, [1], [], {}),
        ({"choices": _YES_NO, "offer": ["dk"]}, "na"),
        ({"choices": []}, 1),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code, "dk" or "na" where offered, or None."""
        if raw is None or (is_code(raw) and raw in choice_codes(question)):
            return raw
        if isinstance(raw, str) and raw in question["settings"].get("offer", ()):
            return raw
        raise refuse_choice()

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes of the choices."""
        return choice_codes(question)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices, then what is offered apart from them."""
        offered = question["settings"].get("offer", ())
        asides = (Option(name, text, aside=True) for name, text in ASIDES.items() if name in offered)
        return (*choice_options(question), *asides)

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded."""
        return {"choices": blank_choices(), "offer": []}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices."""
        return choice_problems(settings, languages)
