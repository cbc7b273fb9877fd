"""A signature: a name that is typed, or strokes that are drawn. Whoever signs is no longer anonymous, and is told so.

Strokes are whole numbers on a sheet of 1000 by 400. They are stored as one text, so that they are committed to with a
salt of their own and can be deleted like any text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
    is_code,
)
from surveys.questionnaires.question_types.texts import ShortText
from surveys.questionnaires.shapes import Record, text_of

WIDTH, HEIGHT = 1000, 400
MOST_STROKES = 60
MOST_NUMBERS = 4010  # of all strokes together, two for each point
LONGEST_TYPED = 16_000

_line = ShortText()
_typed_strokes = re.compile(r"[0-9]{1,4}(?:[,;][0-9]{1,4})*", re.ASCII)
_SMALL = [[10, 20, 30, 40, 50, 60], [5, 5, 6, 6]]


class Signature(QuestionType):
    """A name, strokes, or both."""

    name = "signature"
    label = gettext_lazy("Signature")
    purpose = gettext_lazy("A name or a drawn signature; ends the anonymity of whoever gives it.")
    answer = "an object: “name” as a string, “strokes” as lists of x, y, x, y on a sheet of 1000 × 400"
    template = "surveys/questionnaires/types/signature.html"
    family = "evidence"
    coded = False
    may_be_required = False
    script = "js/answer-inputs.js"
    warning: ClassVar[str | Promise] = gettext_lazy(
        "Whoever signs is no longer anonymous. Use it only where a signature is required by law."
    )
    settings_shape = Record(optional={"purpose": text_of(500)})
    blank_settings: ClassVar[Settings] = {"purpose": {}}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "purpose": gettext_lazy("What it is needed for, shown to residents"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, {"name": " 张三 "}, {"name": "张三"}),
        ({}, {"strokes": _SMALL}, {"strokes": _SMALL}),
        ({}, {"name": "Rosa", "strokes": _SMALL}, {"name": "Rosa", "strokes": _SMALL}),
        ({}, {"name": "<b>Rosa</b>", "strokes": []}, {"name": "<b>Rosa</b>"}),
        ({}, {"name": "  ", "strokes": None}, None),
        ({}, {}, None),
        ({}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, "Rosa", 5, 1.5, True, [], {"text": "x"}, {"name": 5}, {"name": "a\x00"}, {"name": "a\nb"}
        ),
        *each_of(
            {}, {"name": "x" * 100_000}, {"strokes": "1,2"}, {"strokes": [[1]]}, {"strokes": [[1, 2, 3]]}
        ),
        *each_of({}, {"strokes": [[1.0, 2]]}, {"strokes": [[-1, 2]]}, {"strokes": [[1001, 2]]}),
        *each_of({}, {"strokes": [[2, 401]]}, {"strokes": "9" * 100_000}),
        *each_of(
            {},
            {"strokes": [[True, 2]]},
            {"strokes": [["1", "2"]]},
            {"strokes": [[[1, 2]]]},
            {"strokes": [[]]},
        ),
        *each_of(
            {}, {"strokes": [[1, 2]] * 61}, {"strokes": [[1, 2] * 2006]}, {"strokes": {}}, {"strokes": [None]}
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return what was given of name and strokes; None when it was neither."""
        if raw is None:
            return None
        if not isinstance(raw, Mapping) or not set(raw) <= {"name", "strokes"}:
            raise AnswerError(_("Type your name or draw your signature."))
        name = _line.clean({"settings": {}}, raw.get("name"))
        strokes = raw.get("strokes") if raw.get("strokes") != [] else None
        if strokes is not None and not _are_strokes(strokes):
            raise AnswerError(
                _("The drawn signature cannot be read. Clear it, and draw it again or type your name.")
            )
        answer = {"name": name, "strokes": strokes}
        return {key: value for key, value in answer.items() if value is not None} or None

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the name, and the strokes as the script writes them: points by commas, strokes by semicolons."""
        if fields.get(""):
            return list(fields[""])
        name, drawn = (_line.from_form(question, fields.get(suffix, ())) for suffix in ("name", "strokes"))
        if name is None and drawn is None:
            return None
        return {"name": name, "strokes": _strokes_from(drawn) if isinstance(drawn, str) else drawn}

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the fields for name and strokes."""
        fields = {
            "name": (answer or {}).get("name"),
            "strokes": _on_one_line((answer or {}).get("strokes", ())),
        }
        return {suffix: [value] for suffix, value in fields.items() if value}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return name and strokes."""
        return ("name", "strokes")

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return name and strokes as two texts, each with a salt of its own."""
        texts = {"name": answer.get("name"), "strokes": _on_one_line(answer.get("strokes", ()))}
        return {}, {suffix: text for suffix, text in texts.items() if text}

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the name; strokes are nothing that rules could read, only whether there are any."""
        return {"name": answer.get("name"), "strokes": True if "strokes" in answer else None}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the name, or a sign that somebody has signed."""
        return str(answer.get("name") or "✓")

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return what was typed and drawn, and what the signature is for."""
        return {
            "typed_name": next(iter(fields.get("name", ())), ""),
            "strokes": next(iter(fields.get("strokes", ())), ""),
            "purpose": in_language(question["settings"].get("purpose", {}), language),
        }


def _are_strokes(raw: Any) -> bool:
    if not isinstance(raw, list) or len(raw) > MOST_STROKES or not all(isinstance(one, list) for one in raw):
        return False
    if sum(map(len, raw)) > MOST_NUMBERS:
        return False
    return all(
        len(stroke) >= 2
        and len(stroke) % 2 == 0
        and all(
            is_code(number) and 0 <= number <= (HEIGHT if odd % 2 else WIDTH)
            for odd, number in enumerate(stroke)
        )
        for stroke in raw
    )


def _strokes_from(typed: str) -> Any:
    """Return the strokes that a field holds; what holds none is left as it is, to be refused."""
    if len(typed) > LONGEST_TYPED or not _typed_strokes.fullmatch(typed):
        return typed
    return [[int(number) for number in stroke.split(",")] for stroke in typed.split(";")]


def _on_one_line(strokes: Sequence[Sequence[int]]) -> str:
    return ";".join(",".join(map(str, stroke)) for stroke in strokes)
