"""Scales whose words are fixed: the same in every questionnaire, best first, never reordered.

A designer can add the words of a further language but never change those of the two that every page speaks. A scored
scale always has “don't know” and “not applicable” beside it; the others offer them where the designer says so.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, language_name
from surveys.questionnaires.question_types.base import (
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    is_code,
    refuse_choice,
)
from surveys.questionnaires.shapes import ListOf, MapOf, Matching, OneOf, Record, text_of

# Offered beside choices too, whose settings have no place for their words: so in further languages as well.
ASIDES: Mapping[str, Text] = {
    "dk": {
        "zh-hans": "不了解",
        "en": "Don’t know",
        "zh-hant": "不瞭解",
        "ug": "بىلمەيمەن",
        "bo": "མི་ཤེས།",
        "mn": "Мэдэхгүй",
        "kk": "Білмеймін",
        "ar": "لا أعرف",
    },
    "na": {
        "zh-hans": "不适用",
        "en": "Not applicable",
        "zh-hant": "不適用",
        "ug": "ماس كەلمەيدۇ",
        "bo": "མི་འཚམ།",
        "mn": "Хамаарахгүй",
        "kk": "Қолданылмайды",
        "ar": "لا ينطبق",
    },
}
SPOKEN = frozenset({"zh-hans", "en"})  # languages in which every fixed word is there

SATISFACTION: Mapping[int, Text] = {
    5: {"zh-hans": "非常满意", "en": "Very satisfied"},
    4: {"zh-hans": "满意", "en": "Satisfied"},
    3: {"zh-hans": "基本满意", "en": "Acceptable"},
    2: {"zh-hans": "不满意", "en": "Dissatisfied"},
    1: {"zh-hans": "非常不满意", "en": "Very dissatisfied"},
}
AGREEMENT: Mapping[int, Text] = {
    5: {"zh-hans": "非常同意", "en": "Strongly agree"},
    4: {"zh-hans": "同意", "en": "Agree"},
    3: {"zh-hans": "既不同意也不反对", "en": "Neither agree nor disagree"},
    2: {"zh-hans": "不同意", "en": "Disagree"},
    1: {"zh-hans": "非常不同意", "en": "Strongly disagree"},
}
FREQUENCY: Mapping[int, Text] = {
    5: {"zh-hans": "总是", "en": "Always"},
    4: {"zh-hans": "经常", "en": "Often"},
    3: {"zh-hans": "有时", "en": "Sometimes"},
    2: {"zh-hans": "很少", "en": "Rarely"},
    1: {"zh-hans": "从不", "en": "Never"},
}

WORDS = MapOf(Matching("^([1-5]|dk|na)$", "5"), text_of(60), 7)
OFFER = ListOf(OneOf(tuple(ASIDES)), most=2)
OFFER_LABELS: Mapping[str, str | Promise] = {
    "offer": gettext_lazy("Offered apart from the choices"),
    "offer.dk": gettext_lazy("Don’t know"),
    "offer.na": gettext_lazy("Not applicable"),
}


def clean_code(raw: Any, codes: Collection[int], names: Collection[str] = ()) -> Any:
    """Return `raw` when it is one of `codes`, one of `names`, or None; else raise `AnswerError`."""
    if raw is None or (is_code(raw) and raw in codes) or (isinstance(raw, str) and raw in names):
        return raw
    raise refuse_choice()


def aside_options(names: Collection[str], words: Mapping[str, Text] | None = None) -> tuple[Option, ...]:
    """Return “don't know” and “not applicable”, as far as they are among `names`."""
    return tuple(
        Option(name, _with_added(text, (words or {}).get(name, {})), aside=True)
        for name, text in ASIDES.items()
        if name in names
    )


def grade_options(grades: Mapping[int, Text], words: Mapping[str, Text]) -> tuple[Option, ...]:
    """Return `grades` in their fixed order, with the words that a designer added in further languages."""
    return tuple(Option(code, _with_added(text, words.get(str(code), {}))) for code, text in grades.items())


def _with_added(text: Text, added: Text) -> Text:
    return {
        **text,
        **{language: words for language, words in added.items() if words and language not in SPOKEN},
    }


def word_problems(
    keys: Collection[str], words: Mapping[str, Text], languages: Sequence[str]
) -> Iterator[str]:
    """Yield the languages in which fixed words for some of `keys` are missing."""
    for language in languages:
        if language not in SPOKEN and not all(
            words.get(key, {}).get(language) or ASIDES.get(key, {}).get(language) for key in keys
        ):
            yield _("The words of the scale are not complete in the language “%(language)s”.") % {
                "language": language_name(language)
            }


class LabelledScale(QuestionType):
    """One of a few grades in fixed words, best first."""

    grades: ClassVar[Mapping[int, Text]]

    template = "surveys/questionnaires/types/satisfaction.html"
    family = "scales"
    coded = True
    spoken = SPOKEN

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the grade, "dk" or "na" where offered, or None."""
        return clean_code(raw, self.grades, self._offered(question["settings"]))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the grades, ascending."""
        return tuple(sorted(self.grades))

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the grades, best first, then those that are no grade."""
        words: Mapping[str, Text] = question["settings"].get("words", {})
        return (
            *grade_options(self.grades, words),
            *aside_options(self._offered(question["settings"]), words),
        )

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield the languages in which the words of the scale are missing."""
        keys = (*map(str, self.grades), *self._offered(settings))
        yield from word_problems(keys, settings.get("words", {}), languages)

    def _offered(self, settings: Settings) -> Collection[str]:
        raise NotImplementedError


class ScoredScale(LabelledScale):
    """Five grades that count as a rating, and always the two answers that do not."""

    answer = "an integer from 5 (best) to 1, or “dk” or “na” as a string"
    scored = True
    settings_shape = Record(optional={"words": WORDS})
    blank_settings: ClassVar[Settings] = {"words": {}}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 5, 5),
        ({}, 1, 1),
        ({}, "dk", "dk"),
        ({}, "na", "na"),
        ({}, None, None),
        ({"words": {"5": {"ug": "ئىنتايىن رازى"}}}, 5, 5),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *(({}, raw) for raw in (0, 6, -1, 200, 254, 255, 4.5, 5.0, "5", "5 ", "five", "", "DK", True, False)),
        ({}, []),
        ({}, [5]),
        ({}, {"5": 1}),
    )

    def _offered(self, settings: Settings) -> Collection[str]:
        return ASIDES


class CountedScale(LabelledScale):
    """A scale that is counted answer by answer and makes no score."""

    answer = "the code of a grade as an integer, or “dk” or “na” as a string where offered"
    settings_shape = Record(optional={"words": WORDS, "offer": OFFER})
    blank_settings: ClassVar[Settings] = {"words": {}, "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = OFFER_LABELS

    def _offered(self, settings: Settings) -> Collection[str]:
        offered: Collection[str] = settings.get("offer", ())
        return offered
