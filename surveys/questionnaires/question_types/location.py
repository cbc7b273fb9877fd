"""Where something is: in words, as a point, or both.

A point comes only from a button that asks the browser for it, never by itself, and is rounded before it leaves the
device and again here: two digits are about a kilometre, three about a hundred metres. Finer ones are never kept.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.question_types.texts import ShortText
from surveys.questionnaires.shapes import Record, Whole

USUAL_DIGITS = 2

_line = ShortText()
_degrees = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?", re.ASCII)
_HERE = ["39.10", "-94.58"]


class Location(QuestionType):
    """Words, a point, or both."""

    name = "location"
    label = gettext_lazy("Location")
    purpose = gettext_lazy(
        "Where something is: in words, or the device’s own position, coarsened, by a button."
    )
    answer = "an object: “words” as a string, “at” as [latitude, longitude] in decimal strings of degrees"
    template = "surveys/questionnaires/types/location.html"
    family = "evidence"
    coded = False
    may_be_required = False
    script = "js/answer-inputs.js"
    warning: ClassVar[str | Promise] = gettext_lazy(
        "Where somebody is can tell who they are. Two digits (about a kilometre) are nearly always enough."
    )
    settings_shape = Record(optional={"digits": Whole(0, 3), "max_length": Whole(1, 1000)})
    blank_settings: ClassVar[Settings] = {"digits": USUAL_DIGITS, "max_length": 200}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "digits": gettext_lazy("Digits of a degree that are kept (2: about a kilometre)"),
        "max_length": gettext_lazy("Longest answer, in characters"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, {"words": " East Lake "}, {"words": "East Lake"}),
        ({}, {"words": "East Lake", "at": _HERE}, {"words": "East Lake", "at": _HERE}),
        ({}, {"at": ["39.0997265", "-94.5785667"]}, {"at": _HERE}),
        ({"digits": 3}, {"at": ["39.0997265", "-94.5785667"]}, {"at": ["39.100", "-94.579"]}),
        ({"digits": 0}, {"at": ["-0.2", "180"]}, {"at": ["0", "180"]}),
        ({}, {"words": "<b>", "at": None}, {"words": "<b>"}),
        ({}, {"words": " "}, None),
        ({}, {}, None),
        ({}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, "East Lake", 5, 1.5, True, [], _HERE, {"place": "x"}, {"words": 5}, {"words": ["x"]}),
        *each_of({}, {"at": "39.10,-94.58"}, {"at": ["39.10"]}, {"at": [39.1, -94.58]}, {"at": ["91", "0"]}),
        *each_of(
            {}, {"at": ["0", "181"]}, {"at": ["1e1", "0"]}, {"at": ["nan", "0"]}, {"at": ["", ""]}, {"at": {}}
        ),
        *each_of(
            {}, {"at": ["9" * 100_000, "0"]}, {"words": "x" * 100_000}, {"words": "a\x00"}, {"words": "a\nb"}
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return what was given of words and point, the point coarsened; None when it was neither."""
        if raw is None:
            return None
        if not isinstance(raw, Mapping) or not set(raw) <= {"words", "at"}:
            raise AnswerError(_("Give words, a point, or both."))
        settings = {**self.blank_settings, **question["settings"]}
        words = _line.clean({"settings": settings}, raw.get("words"))
        at = self._point(raw.get("at"), settings["digits"])
        answer = {"words": words, "at": at}
        return {key: value for key, value in answer.items() if value is not None} or None

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the words, and the point that the button put beside them."""
        if fields.get(""):
            return list(fields[""])
        words, at = (_line.from_form(question, fields.get(suffix, ())) for suffix in ("words", "at"))
        if words is None and at is None:
            return None
        return {"words": words, "at": at.split(",") if isinstance(at, str) else at and [at]}

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the fields for words and point."""
        fields = {"words": (answer or {}).get("words"), "at": ",".join((answer or {}).get("at", ()))}
        return {suffix: [value] for suffix, value in fields.items() if value}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return words and point."""
        return ("words", "at")

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return words and point as entries of their own."""
        return {}, answer

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the words, and latitude and longitude as numbers."""
        values = {"words": answer.get("words")}
        if "at" in answer:
            values |= dict(zip(("lat", "lon"), map(Decimal, answer["at"]), strict=True))
        return {suffix: value for suffix, value in values.items() if value is not None}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the words, else the point."""
        return str(answer.get("words") or ", ".join(answer["at"]))

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return what was typed, and how finely the button may tell where somebody is."""
        return {
            "typed_words": next(iter(fields.get("words", ())), ""),
            "at": next(iter(fields.get("at", ())), ""),
            "digits": question["settings"].get("digits", USUAL_DIGITS),
        }

    def _point(self, raw: Any, digits: int) -> list[str] | None:
        if raw is None:
            return None
        if (
            not isinstance(raw, list)
            or len(raw) != 2
            or not all(isinstance(one, str) and len(one) <= 30 and _degrees.fullmatch(one) for one in raw)
            or abs(Decimal(raw[0])) > 90
            or abs(Decimal(raw[1])) > 180
        ):
            raise AnswerError(_("This is no point on earth. Take it away or tell the place in words."))
        return [_coarse(Decimal(one), digits) for one in raw]


def _coarse(degrees: Decimal, digits: int) -> str:
    rounded = degrees.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"
