"""A number, whole or with decimals, with bounds and a unit if there are any; “don't know” may stand beside it.

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

from surveys.languages import in_language, language_name
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Option,
    Question,
    QuestionType,
    Settings,
    each_of,
    is_code,
)
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS, aside_options
from surveys.questionnaires.shapes import DECIMAL, OrNull, Record, Whole, text_of

_written = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_LARGEST = 10**12 - 1
ASIDE = "aside"  # the suffix of what is ticked beside the number


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
    answer = (
        "an integer; with decimals, a canonical decimal string; or “dk” or “na” as a string where offered"
    )
    template = "surveys/questionnaires/types/number.html"
    family = "numbers"
    coded = False
    settings_shape = Record(
        optional={
            "min": OrNull(DECIMAL),
            "max": OrNull(DECIMAL),
            "decimals": Whole(0, 6),
            "unit": text_of(40),
            "offer": OFFER,
        }
    )
    blank_settings: ClassVar[Settings] = {"min": None, "max": None, "decimals": 0, "unit": {}, "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Smallest number"),
        "max": gettext_lazy("Largest number"),
        "decimals": gettext_lazy("Digits after the point"),
        "unit": gettext_lazy("Unit"),
        **OFFER_LABELS,
        "offer": gettext_lazy("Offered beside the number"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 0, 0),
        ({}, -3, -3),
        ({}, None, None),
        ({"min": "1", "max": "120"}, 120, 120),
        ({"decimals": 2}, "12.50", "12.5"),
        ({"decimals": 2}, 12, "12"),
        ({"decimals": 1}, "-0.0", "0"),
        ({"offer": ["dk"]}, "dk", "dk"),
        ({"offer": ["dk", "na"], "decimals": 2}, "na", "na"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, "5", "5 ", "five", "", 4.5, 5.0, True, [5], [], {}, 10**12, -(10**12), "1e3"),
        *each_of({"decimals": 2}, "1.234", 1.5, "1e3", "1,5", "nan", "Infinity", "+1", ".5", "1.", " 1"),
        ({"min": "1", "max": "120"}, 0),
        ({"min": "1", "max": "120"}, 121),
        ({"decimals": 1, "max": "0.5"}, "0.6"),
        *each_of({"offer": ["dk"]}, "na", "DK", [5, "dk"], ["dk"]),
        *each_of({"decimals": 2}, "dk", "1" * 100_000, "\x001", "<b>1</b>"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return an integer, a canonical decimal string where decimals are asked for, "dk", "na" or None."""
        settings = {**self.blank_settings, **question["settings"]}
        if raw is None or (isinstance(raw, str) and raw in settings["offer"]):
            return raw
        if settings["offer"] and isinstance(raw, list):
            raise AnswerError(_("Write a number or tick what stands beside it, not both."))
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

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the number, or what is ticked beside it; both are passed on as a list for `clean` to refuse."""
        number, ticked = self.from_form(question, fields.get("", ())), list(fields.get(ASIDE, ()))
        if not ticked:
            return number
        return ticked[0] if number is None and len(ticked) == 1 else [number, *ticked]

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the field of the number, or the tick beside it."""
        return {ASIDE if answer in question["settings"].get("offer", ()) else "": self.to_form(answer)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the number's own field, and that of the ticks beside it if there are any."""
        return ("", ASIDE) if question["settings"].get("offer") else ("",)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return what is offered beside the number."""
        return aside_options(question["settings"].get("offer", ()))

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return what is offered beside the number, with what was ticked."""
        return {
            "beside": [
                {
                    "value": option.value,
                    "words": in_language(option.text, language),
                    "chosen": option.value in fields.get(ASIDE, ()),
                }
                for option in self.options(question)
            ]
        }

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
                    yield _("The unit has no words in “%(language)s”.") % {
                        "language": language_name(language)
                    }


def _plain(character: str) -> str:
    if character in "．。":
        return "."
    if character in "－−":
        return "-"
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
