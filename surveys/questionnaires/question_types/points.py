"""A row of numbers between two ends in words; counted, not scored, because no grade has words of its own.

The numbers always rise in one direction, in scripts that run from the right too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, in_language, language_name
from surveys.questionnaires.question_types.base import (
    Fields,
    ItemSpec,
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
)
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS, aside_options, clean_code
from surveys.questionnaires.shapes import Record, text_of

LOW_AND_HIGH = {"low": text_of(60), "high": text_of(60)}


class PointScale(QuestionType):
    """One number of a row."""

    ends: ClassVar[tuple[Text, Text]] = ({}, {})  # the words of the ends where a designer gives none
    answer = "an integer, or “dk” or “na” as a string where offered"
    template = "surveys/questionnaires/types/points.html"
    family = "scales"
    coded = True
    settings_shape = Record(optional={**LOW_AND_HIGH, "offer": OFFER})
    blank_settings: ClassVar[Settings] = {"low": {}, "high": {}, "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "low": gettext_lazy("Words at the lowest number"),
        "high": gettext_lazy("Words at the highest number"),
        **OFFER_LABELS,
    }

    def points(self, question: Question) -> range:
        """Return the numbers, ascending."""
        raise NotImplementedError

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the number, "dk" or "na" where offered, or None."""
        return clean_code(raw, self.points(question), question["settings"].get("offer", ()))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button."""
        value = super().from_form(question, values)
        if value == "0":
            return 0
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return a code from 1 for each number."""
        return tuple(range(1, len(self.points(question)) + 1))

    def items(self, question: Question) -> tuple[ItemSpec, ...]:
        """Return the one item, its codes labelled with the numbers."""
        return (ItemSpec("", self.codes(question), labels=self.labels(question)),)

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the code of the number."""
        points = self.points(question)
        return {"": answer if isinstance(answer, str) else points.index(answer) + 1}, {}

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the numbers, ascending, then what is offered apart from them."""
        texts = self.labels(question).values()
        numbers = (Option(point, text) for point, text in zip(self.points(question), texts, strict=True))
        return (*numbers, *aside_options(question["settings"].get("offer", ())))

    def labels(self, question: Question) -> dict[int, Text]:
        """Return the number that each code stands for, in the languages of the ends, which may be any."""
        languages = {"zh-hans", "en", *question["text"]}
        return {
            code: dict.fromkeys(sorted(languages), str(point))
            for code, point in enumerate(self.points(question), start=1)
        }

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the words of the two ends."""
        low, high = self._ends(question["settings"])
        return {"low": in_language(low, language), "high": in_language(high, language)}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield the languages in which an end has no words: numbers alone do not say which end is good."""
        low, high = self._ends(settings)
        for language in languages:
            if not low.get(language):
                yield _("The lowest number has no words in “%(language)s”.") % {
                    "language": language_name(language)
                }
            if not high.get(language):
                yield _("The highest number has no words in “%(language)s”.") % {
                    "language": language_name(language)
                }

    def _ends(self, settings: Settings) -> tuple[Text, Text]:
        low, high = self.ends
        return {**low, **settings.get("low", {})}, {**high, **settings.get("high", {})}
