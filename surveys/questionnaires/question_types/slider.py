"""A number on a line between two ends.

A native slider always stands somewhere, which would be a preselection. So the answer is a field of its own, empty
until it is filled; where a script runs, a slider beside it fills the field as soon as it is touched.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language, language_name
from surveys.questionnaires.question_types.base import AnswerError, Fields, Question, Settings, each_of
from surveys.questionnaires.question_types.number import Number
from surveys.questionnaires.question_types.points import LOW_AND_HIGH
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS
from surveys.questionnaires.shapes import DECIMAL, Record, text_of


class Slider(Number):
    """A number between two ends, in steps."""

    name = "slider"
    label = gettext_lazy("Slider")
    purpose = gettext_lazy("A number between two ends that you name; it stands nowhere until it is touched.")
    answer = (
        "an integer, or a canonical decimal string where the steps are parts of one; "
        "or “dk” or “na” as a string where offered"
    )
    template = "surveys/questionnaires/types/slider.html"
    script = "js/questions.js"
    settings_shape = Record(
        optional={
            "min": DECIMAL,
            "max": DECIMAL,
            "step": DECIMAL,
            **LOW_AND_HIGH,
            "unit": text_of(40),
            "offer": OFFER,
        }
    )
    blank_settings: ClassVar[Settings] = {
        "min": "0",
        "max": "100",
        "step": "1",
        "low": {},
        "high": {},
        "unit": {},
        "offer": [],
    }
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Smallest number"),
        "max": gettext_lazy("Largest number"),
        "step": gettext_lazy("Step"),
        "low": gettext_lazy("Words at the lowest number"),
        "high": gettext_lazy("Words at the highest number"),
        "unit": gettext_lazy("Unit"),
        **OFFER_LABELS,
        "offer": gettext_lazy("Offered beside the number"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 0, 0),
        ({}, 100, 100),
        ({}, None, None),
        ({"step": "5"}, 35, 35),
        ({"min": "1", "step": "2", "max": "9"}, 7, 7),
        ({"min": "-1", "max": "1", "step": "0.25"}, "-0.50", "-0.5"),
        ({"offer": ["dk"]}, "dk", "dk"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, -1, 101, 5.0, "5", "", "far", True, [], [5], {}),
        ({"step": "5"}, 33),
        ({"min": "-1", "max": "1", "step": "0.25"}, "0.3"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return an integer, a canonical decimal string where the steps are parts of one, "dk", "na" or None."""
        settings = {**self.blank_settings, **question["settings"]}
        bounds = {**{key: settings[key] for key in ("min", "max", "offer")}, "decimals": _decimals(settings)}
        answer = super().clean({**question, "settings": bounds}, raw)
        if answer is None or answer in settings["offer"]:
            return answer
        step = Decimal(settings["step"])
        if step > 0 and (Decimal(answer) - Decimal(settings["min"])) % step:
            raise AnswerError(
                _("The number must be reached from %(least)s in steps of %(step)s.")
                % {"least": settings["min"], "step": settings["step"]}
            )
        return answer

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the bounds, the words of the ends and the keyboard that the numbers need."""
        settings = {**self.blank_settings, **question["settings"]}
        keyboard = "decimal" if _decimals(settings) else "numeric"
        return {
            **super().drawn(question, fields, language),
            **{key: settings[key] for key in ("min", "max", "step")},
            "low": in_language(settings["low"], language),
            "high": in_language(settings["high"], language),
            "keyboard": "text" if settings["min"].startswith("-") else keyboard,
        }

    def new_settings(self) -> dict[str, Any]:
        """Return a line from 0 to 100."""
        return dict(self.blank_settings)

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield bounds and steps that nobody can keep, and words that are not translated."""
        settings = {**self.blank_settings, **settings}
        yield from super().settings_problems(settings, languages)
        least, largest, step = (Decimal(settings[key]) for key in ("min", "max", "step"))
        if step <= 0:
            yield _("The step must be above 0.")
        elif least < largest and (largest - least) % step:
            yield _("The largest number cannot be reached in these steps.")
        if least == largest:
            yield _("The smallest and the largest number are the same.")
        for key, words in (("low", _("The lowest number has no words in “%(language)s”.")),
                           ("high", _("The highest number has no words in “%(language)s”."))):  # fmt: skip
            for language in languages:
                if not settings[key].get(language):
                    yield words % {"language": language_name(language)}


def _decimals(settings: Settings) -> int:
    """Return how many digits after the point the numbers of the line have."""
    exponents = (Decimal(settings[key]).normalize().as_tuple().exponent for key in ("min", "step"))
    return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)))
