"""The five-grade satisfaction scale, with “don't know” and “not applicable” always beside it.

The words, their order and their direction are the same in every questionnaire; a designer can add the words of a
further language but never change those of the two that every page speaks. Codes as in GB/T 好差评: 5 is best.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text
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
from surveys.questionnaires.shapes import MapOf, Matching, Record, text_of

GRADES: Mapping[int, Text] = {
    5: {"zh-hans": "非常满意", "en": "Very satisfied"},
    4: {"zh-hans": "满意", "en": "Satisfied"},
    3: {"zh-hans": "基本满意", "en": "Acceptable"},
    2: {"zh-hans": "不满意", "en": "Dissatisfied"},
    1: {"zh-hans": "非常不满意", "en": "Very dissatisfied"},
}
ASIDES: Mapping[str, Text] = {
    "dk": {"zh-hans": "不了解", "en": "Don’t know"},
    "na": {"zh-hans": "不适用", "en": "Not applicable"},
}


class Satisfaction(QuestionType):
    """How satisfied, in five grades; the only scored type."""

    name = "satisfaction"
    label = gettext_lazy("Satisfaction, five grades")
    purpose = gettext_lazy(
        "A rating from “very satisfied” to “very dissatisfied”; the only kind that scores."
    )
    answer = "an integer from 5 (best) to 1, or “dk” or “na” as a string"
    template = "surveys/questionnaires/types/satisfaction.html"
    coded = True
    scored = True
    settings_shape = Record(optional={"words": MapOf(Matching("^([1-5]|dk|na)$", "5"), text_of(60), 7)})
    blank_settings: ClassVar[Settings] = {"words": {}}
    spoken = frozenset({"zh-hans", "en"})

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 5, 5),
        ({}, 1, 1),
        ({}, "dk", "dk"),
        ({}, "na", "na"),
        ({}, None, None),
        ({"words": {"5": {"ug": "ئىنتايىن رازى"}}}, 5, 5),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 0, 6, -1, 200, 254, 255, 4.5, 5.0, "5", "5 ", "five", "", "DK", True, False),
        ({}, []),
        ({}, [5]),
        ({}, {"5": 1}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the grade, "dk", "na" or None."""
        if raw is None or (is_code(raw) and raw in GRADES) or (isinstance(raw, str) and raw in ASIDES):
            return raw
        raise refuse_choice()

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the five grades, ascending."""
        return (1, 2, 3, 4, 5)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the five grades, best first, then the two that are no grade."""
        words: Mapping[str, Text] = question["settings"].get("words", {})
        grades = (Option(code, {**words.get(str(code), {}), **text}) for code, text in GRADES.items())
        asides = (Option(name, {**words.get(name, {}), **text}, aside=True) for name, text in ASIDES.items())
        return (*grades, *asides)

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield the languages in which the words of the scale are missing."""
        words: Mapping[str, Text] = settings.get("words", {})
        keys = (*map(str, GRADES), *ASIDES)
        for language in languages:
            if language not in self.spoken and not all(words.get(key, {}).get(language) for key in keys):
                yield _("The words of the scale are not complete in the language “%(language)s”.") % {
                    "language": language
                }
