"""One of the departments, or one of the counters and halls: as they were called when the questionnaire was frozen."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import language_name
from surveys.questionnaires.question_types.base import (
    Option,
    Question,
    QuestionType,
    Settings,
    each_of,
    refuse_choice,
)
from surveys.questionnaires.question_types.scales import ASIDES, OFFER, OFFER_LABELS, aside_options
from surveys.questionnaires.shapes import ListOf, Matching, Record, text_of

MOST_LISTED = 2000

_TWO = [{"value": "parks", "text": {"en": "Parks"}}, {"value": "roads", "text": {"en": "Roads"}}]
_OFFERED = {"choices": _TWO, "offer": ["dk"]}


class _Picker(QuestionType):
    """One of a list that has its own codes."""

    template = "surveys/questionnaires/types/picker.html"
    family = "choices"
    coded = False
    script = "js/questions.js"
    settings_shape = Record(
        optional={
            "choices": ListOf(
                Record({"value": Matching("^[a-z0-9][a-z0-9_-]*$", "parks", 50), "text": text_of(200)}),
                most=MOST_LISTED,
            ),
            "offer": OFFER,
        }
    )
    blank_settings: ClassVar[Settings] = {"choices": [], "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = OFFER_LABELS

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _TWO}, "parks", "parks"),
        ({"choices": _TWO}, None, None),
        (_OFFERED, "roads", "roads"),
        (_OFFERED, "dk", "dk"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _TWO}, "dk", "Parks", "parks ", "", "water", 1, 1.5, True, [], ["parks"], {}),
        *each_of({"choices": _TWO}, "<b>parks</b>", "parks\x00", "p" * 100_000),
        (_OFFERED, "na"),
        ({}, "parks"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code of what was picked, "dk" or "na" where offered, or None."""
        settings = question["settings"]
        if raw is None:
            return None
        if isinstance(raw, str) and (
            raw in settings.get("offer", ())
            or any(raw == one["value"] for one in settings.get("choices", ()))
        ):
            return raw
        raise refuse_choice()

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return what can be picked in the order it is listed, then what is offered apart from it."""
        settings = question["settings"]
        offered = settings.get("offer", ())
        listed = (Option(one["value"], one["text"]) for one in settings.get("choices", ()))
        return (*listed, *aside_options(offered))

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the list."""
        listed = settings.get("choices", [])
        if len(listed) < 2:
            yield _("List at least two choices.")
        for value, times in Counter(one["value"] for one in listed).items():
            if times > 1:
                yield _("“%(value)s” is listed twice.") % {"value": value}
            if value in ASIDES:
                yield _("The code “%(value)s” is kept for “don’t know” and “not applicable”.") % {
                    "value": value
                }
        for one in listed:
            for language in languages:
                if not one["text"].get(language):
                    yield _("“%(value)s” has no name in “%(language)s”.") % {
                        "value": one["value"],
                        "language": language_name(language),
                    }


class DepartmentPicker(_Picker):
    """A department."""

    name = "department_picker"
    label = gettext_lazy("Department")
    purpose = gettext_lazy("Which department somebody dealt with, from a list.")
    answer = "the code of a department as a string, or “dk” or “na” where offered"


class ServicePicker(_Picker):
    """A service point."""

    name = "service_picker"
    label = gettext_lazy("Service point")
    purpose = gettext_lazy("Which counter, hall or station somebody went to, from a list.")
    answer = "the code of a service point as a string, or “dk” or “na” where offered"
