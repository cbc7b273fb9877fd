"""Any number of several choices, listed by the designer; bounds are possible."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
from surveys.questionnaires.question_types.choices import (
    CHOICES,
    LARGEST_CODE,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.shapes import OrNull, Record, Whole

_THREE = [{"code": code, "text": {"en": f"choice {code}"}} for code in (1, 2, 9)]


class MultipleChoice(QuestionType):
    """A set of the listed choices, kept as ascending codes."""

    name = "multiple_choice"
    label = gettext_lazy("Several choices")
    purpose = gettext_lazy(
        "Any of up to 200 choices that you list, if you like with a least and a largest number."
    )
    answer = "an ascending list of codes"
    template = "surveys/questionnaires/types/multiple_choice.html"
    coded = False
    has_choices = True
    settings_shape = Record(
        optional={
            "choices": CHOICES,
            "min": OrNull(Whole(1, LARGEST_CODE)),
            "max": OrNull(Whole(1, LARGEST_CODE)),
        }
    )
    blank_settings: ClassVar[Settings] = {"choices": [], "min": None, "max": None}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Choose at least"),
        "max": gettext_lazy("Choose at most"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _THREE}, [1], [1]),
        ({"choices": _THREE}, [9, 1], [1, 9]),
        ({"choices": _THREE}, [], None),
        ({"choices": _THREE}, None, None),
        ({"choices": _THREE, "min": 2, "max": 2}, [2, 9], [2, 9]),
        ({"choices": _THREE, "min": 2}, [], None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _THREE}, 1, "1", ["1"], [3], [0], [True], [1.0], [1, 1], [[1]], [None], {}, ""),
        ({"choices": _THREE, "max": 1}, [1, 2]),
        ({"choices": _THREE, "min": 2}, [1]),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the codes, ascending, or None when none was chosen."""
        if raw is None or raw == []:
            return None
        known = choice_codes(question)
        if not isinstance(raw, list) or not all(is_code(code) and code in known for code in raw):
            raise AnswerError(_("Choose from the answers shown."))
        if len(set(raw)) != len(raw):
            raise AnswerError(_("The same choice is given twice; give each once."))
        least, most = question["settings"].get("min"), question["settings"].get("max")
        if least is not None and len(raw) < least:
            raise AnswerError(ngettext("Choose at least %d.", "Choose at least %d.", least) % least)
        if most is not None and len(raw) > most:
            raise AnswerError(ngettext("Choose at most %d.", "Choose at most %d.", most) % most)
        return sorted(raw)

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the ticked boxes."""
        return [code_from_form(value) if value else value for value in values] or None

    def to_form(self, answer: Any) -> list[str]:
        """Return one form value for each code."""
        return [str(code) for code in answer or ()]

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices in the designer's order."""
        return choice_options(question)

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded, without bounds."""
        return {"choices": blank_choices(), "min": None, "max": None}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and bounds that nobody can keep."""
        yield from choice_problems(settings, languages)
        least, most, count = settings.get("min"), settings.get("max"), len(settings.get("choices", []))
        if least is not None and most is not None and least > most:
            yield _("The least number of choices is larger than the largest.")
        elif least is not None and least > count:
            yield _("More choices are demanded than there are.")
