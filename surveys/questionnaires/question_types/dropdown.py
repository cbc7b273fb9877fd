"""One of a long list, folded away until it is opened; where a script runs, a field above the list searches it.

A list whose codes all fit a byte is coded like any choice; a longer one is kept beside the codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    ItemSpec,
    Option,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.question_types.choices import (
    LARGEST_CODE,
    LONG_LIST,
    MOST_LISTED,
    SHUFFLE_LABEL,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS, aside_options, clean_code
from surveys.questionnaires.shapes import Record, YesNo

_THREE = [{"code": code, "text": {"en": f"place {code}"}} for code in (1, 2, 9)]
_LONG = [{"code": code, "text": {"en": f"place {code}"}} for code in (1, 2, 1999)]
_WORTH_SEARCHING = 15  # so many that reading them all is tedious


class Dropdown(QuestionType):
    """Exactly one of a long list."""

    name = "dropdown"
    label = gettext_lazy("One of a long list")
    purpose = gettext_lazy("One of up to 2000 entries in a list that opens, with a search where scripts run.")
    answer = "the code of an entry as an integer, or “dk” or “na” as a string where offered"
    template = "surveys/questionnaires/types/dropdown.html"
    family = "choices"
    coded = True  # as long as its codes fit a byte
    has_choices = True
    script = "js/questions.js"
    settings_shape = Record(optional={"choices": LONG_LIST, "offer": OFFER, "shuffle": YesNo()})
    blank_settings: ClassVar[Settings] = {"choices": [], "offer": [], "shuffle": False}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {**OFFER_LABELS, **SHUFFLE_LABEL}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _THREE}, 9, 9),
        ({"choices": _THREE}, None, None),
        ({"choices": _THREE, "offer": ["dk"]}, "dk", "dk"),
        ({"choices": _LONG}, 1999, 1999),
        ({"choices": _LONG, "offer": ["na"]}, "na", "na"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _THREE}, 0, 3, "1", "", "dk", True, 1.0, [1], [], {}),
        *each_of({"choices": _LONG}, 9, 2000, "1999", "place 1999"),
        ({"choices": []}, 1),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code, "dk" or "na" where offered, or None."""
        return clean_code(raw, choice_codes(question), question["settings"].get("offer", ()))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen entry; codes have up to four digits."""
        value = super().from_form(question, values)
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and value[0] != "0"
        return int(value) if digits and len(value) <= len(str(MOST_LISTED)) else value

    def items(self, question: Question) -> tuple[ItemSpec, ...]:
        """Return the one item of a list that fits a byte, else none."""
        codes = self.codes(question)
        return (ItemSpec("", codes),) if codes else ()

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the code, among the codes where the list fits a byte."""
        return ({"": answer}, {}) if self.codes(question) else ({}, {"": answer})

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes of the entries when all of them fit a byte."""
        codes = choice_codes(question)
        return codes if codes and codes[-1] <= LARGEST_CODE else ()

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the entries, then what is offered apart from them."""
        return (*choice_options(question), *aside_options(question["settings"].get("offer", ())))

    def drawn(self, question: Question, fields: Mapping[str, Sequence[str]], language: str) -> dict[str, Any]:
        """Say whether the list is worth searching."""
        return {"searchable": len(question["settings"].get("choices", ())) > _WORTH_SEARCHING}

    def new_settings(self) -> dict[str, Any]:
        """Return two entries to be worded."""
        return {**self.blank_settings, "choices": blank_choices()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the entries."""
        yield from choice_problems(settings, languages)
