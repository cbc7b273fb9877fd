"""Any number of several choices, listed by the designer; bounds are possible, and “other” may ask for words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
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
from surveys.questionnaires.shapes import OrNull, Record, Whole, YesNo

_THREE: list[dict[str, Any]] = [{"code": code, "text": {"en": f"choice {code}"}} for code in (1, 2, 9)]
_FIVE = [
    *_THREE,
    {"code": 10, "text": {"en": "other"}, "other": True},
    {"code": 11, "text": {"en": "none of these"}, "exclusive": True},
]


class MultipleChoice(QuestionType):
    """A set of the listed choices, kept as ascending codes."""

    name = "multiple_choice"
    label = gettext_lazy("Several choices")
    purpose = gettext_lazy(
        "Any of up to 200 choices that you list, if you like with a least and a largest number."
    )
    answer = "an ascending list of codes; with words beside “other”, an object of `choices` and `other`"
    template = "surveys/questionnaires/types/multiple_choice.html"
    family = "choices"
    coded = False
    has_choices = True
    settings_shape = Record(
        optional={
            "choices": CHOICES,
            "min": OrNull(Whole(1, LARGEST_CODE)),
            "max": OrNull(Whole(1, LARGEST_CODE)),
            "shuffle": YesNo(),
        }
    )
    blank_settings: ClassVar[Settings] = {"choices": [], "min": None, "max": None, "shuffle": False}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Choose at least"),
        "max": gettext_lazy("Choose at most"),
        **SHUFFLE_LABEL,
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _THREE}, [1], [1]),
        ({"choices": _THREE}, [9, 1], [1, 9]),
        ({"choices": _THREE}, [], None),
        ({"choices": _THREE}, None, None),
        ({"choices": _THREE, "min": 2, "max": 2}, [2, 9], [2, 9]),
        ({"choices": _THREE, "min": 2}, [], None),
        ({"choices": _FIVE}, [11], [11]),
        ({"choices": _FIVE, "min": 2}, [11], [11]),
        ({"choices": _FIVE}, {"choices": [10, 2], "other": "x "}, {"choices": [2, 10], "other": "x"}),
        ({"choices": _FIVE}, {"choices": [10], "other": ""}, [10]),
        ({"choices": _FIVE}, {"choices": []}, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _THREE}, 1, "1", ["1"], [3], [0], [True], [1.0], [1, 1], [[1]], [None], {}, ""),
        ({"choices": _THREE, "max": 1}, [1, 2]),
        ({"choices": _THREE, "min": 2}, [1]),
        *each_of(
            {"choices": _FIVE},
            [1, 11],
            {"choices": [1], "other": "words"},
            {"choices": [10], "other": 5},
            {"choices": [10], "other": "x" * 201},
            {"choices": 10, "other": "words"},
            {"other": "words"},
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the codes, ascending, with the words beside “other” if there are any; None when none was chosen."""
        words = ""
        if isinstance(raw, dict):
            if not {"choices"} <= set(raw) <= {"choices", OTHER}:
                raise AnswerError(_("Choose from the answers shown."))
            raw, words = raw["choices"], clean_other(raw.get(OTHER))
        codes = self._clean_codes(question, raw)
        if not words:
            return codes
        if not codes_that(question, OTHER) & set(codes or ()):
            raise AnswerError(_("Words of your own belong to a choice that asks for them."))
        return {"choices": codes, OTHER: words}

    def _clean_codes(self, question: Question, raw: Any) -> list[int] | None:
        if raw is None or raw == []:
            return None
        known = choice_codes(question)
        if not isinstance(raw, list) or not all(is_code(code) and code in known for code in raw):
            raise AnswerError(_("Choose from the answers shown."))
        if len(set(raw)) != len(raw):
            raise AnswerError(_("The same choice is given twice; give each once."))
        if codes_that(question, "exclusive") & set(raw):
            if len(raw) > 1:
                raise AnswerError(
                    _("One of your choices says that no other applies; take it alone or leave it.")
                )
            return list(raw)
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

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the ticked boxes and the words beside “other”: whoever writes there has chosen it."""
        ticked, words = self.from_form(question, fields.get("", ())), other_typed(fields)
        others = codes_that(question, OTHER)
        if not words or not others:
            return ticked
        chosen = ticked or []
        return {"choices": chosen if others & set(chosen) else [*chosen, min(others)], OTHER: words}

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the boxes, and the words beside “other” if there are any."""
        if isinstance(answer, dict):
            return {"": self.to_form(answer["choices"]), OTHER: [answer[OTHER]]}
        return {"": self.to_form(answer)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the question's own field, and that of the words beside “other”."""
        return ("", OTHER) if codes_that(question, OTHER) else ("",)

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the codes, and the words beside “other” apart from them."""
        return {}, self.values(question, answer)

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the codes, and the words beside “other” if there are any."""
        if isinstance(answer, dict):
            return {"": answer["choices"], OTHER: answer[OTHER]}
        return {"": answer}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the words of the choices, for “other” those that were typed."""
        if not isinstance(answer, dict):
            return super().words(question, answer, language)
        others = codes_that(question, OTHER)
        said = [answer[OTHER] if code in others else code for code in answer["choices"]]
        return super().words(question, said, language)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices in the designer's order."""
        return choice_options(question)

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded, without bounds."""
        return {**self.blank_settings, "choices": blank_choices()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and bounds that nobody can keep."""
        yield from choice_problems(settings, languages)
        least, most, count = settings.get("min"), settings.get("max"), len(settings.get("choices", []))
        if least is not None and most is not None and least > most:
            yield _("The least number of choices is larger than the largest.")
        elif least is not None and least > count:
            yield _("More choices are demanded than there are.")
