"""A number, whole or with decimals, with bounds and a unit if there are any.

Whole numbers are JSON integers. Numbers with decimals are canonical decimal strings ("12.5"), because hashed JSON
holds no floats.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    AnswerError,
    Question,
    QuestionType,
    Settings,
    each_of,
    is_code,
)
from surveys.questionnaires.shapes import DECIMAL, OrNull, Record, Whole, text_of

_written = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_LARGEST = 10**12 - 1


def canonical(value: Decimal) -> str:
    """Write `value` without exponent, superfluous zeros or a negative zero."""
    written = f"{value:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


class Number(QuestionType):
    """A number that the resident types."""

    name = "number"
    label = gettext_lazy("Number")
    purpose = gettext_lazy("A count or an amount, with bounds, decimals and a unit if you need them.")
    answer = "an integer; with decimals, a canonical decimal string"
    template = "surveys/questionnaires/types/number.html"
    coded = False
    settings_shape = Record(
        optional={
            "min": OrNull(DECIMAL),
            "max": OrNull(DECIMAL),
            "decimals": Whole(0, 6),
            "unit": text_of(40),
        }
    )
    blank_settings: ClassVar[Settings] = {"min": None, "max": None, "decimals": 0, "unit": {}}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Smallest number"),
        "max": gettext_lazy("Largest number"),
        "decimals": gettext_lazy("Digits after the point"),
        "unit": gettext_lazy("Unit"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 0, 0),
        ({}, -3, -3),
        ({}, None, None),
        ({"min": "1", "max": "120"}, 120, 120),
        ({"decimals": 2}, "12.50", "12.5"),
        ({"decimals": 2}, 12, "12"),
        ({"decimals": 1}, "-0.0", "0"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, "5", "5 ", "five", "", 4.5, 5.0, True, [5], [], {}, 10**12, -(10**12), "1e3"),
        *each_of({"decimals": 2}, "1.234", 1.5, "1e3", "1,5", "nan", "Infinity", "+1", ".5", "1.", " 1"),
        ({"min": "1", "max": "120"}, 0),
        ({"min": "1", "max": "120"}, 121),
        ({"decimals": 1, "max": "0.5"}, "0.6"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return an integer, a canonical decimal string where decimals are asked for, or None."""
        if raw is None:
            return None
        settings = {**self.blank_settings, **question["settings"]}
        decimals = settings["decimals"]
        if (is_code(raw) and abs(raw) <= _LARGEST) or (
            decimals and isinstance(raw, str) and _written.fullmatch(raw)
        ):
            value = Decimal(raw)
        elif decimals:
            raise AnswerError(_("Write a number in digits, such as 12.5."))
        else:
            raise AnswerError(_("Write a whole number in digits, such as 12."))
        if value != round(value, decimals):
            raise AnswerError(
                _("Write at most %(decimals)d digits after the point.") % {"decimals": decimals}
            )
        if settings["min"] is not None and value < Decimal(settings["min"]):
            raise AnswerError(_("The number must be at least %(bound)s.") % {"bound": settings["min"]})
        if settings["max"] is not None and value > Decimal(settings["max"]):
            raise AnswerError(_("The number must be at most %(bound)s.") % {"bound": settings["max"]})
        return canonical(value) if decimals else int(value)

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read digits of any script and of full width, as keyboards give them; spaces around them do not count."""
        value = super().from_form(question, values)
        if not isinstance(value, str):
            return value
        plain = "".join(_plain(character) for character in value.strip())
        if not plain:
            return None
        if not _written.fullmatch(plain):
            return value
        number = Decimal(plain)
        return int(number) if number == number.to_integral_value() else canonical(number)

    def new_settings(self) -> dict[str, Any]:
        """Return the settings of a count: whole, and not below 0."""
        return {**self.blank_settings, "min": "0"}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield bounds that nobody can keep and a unit that is not translated."""
        least, largest = settings.get("min"), settings.get("max")
        if least is not None and largest is not None and Decimal(least) > Decimal(largest):
            yield _("The least number is larger than the largest.")
        unit = settings.get("unit", {})
        if any(unit.get(language) for language in languages):
            for language in languages:
                if not unit.get(language):
                    yield _("The unit has no words in “%(language)s”.") % {"language": language}


def _plain(character: str) -> str:
    if character in "．。":
        return "."
    if character in "－−":
        return "-"
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
