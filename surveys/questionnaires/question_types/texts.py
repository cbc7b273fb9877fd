"""What residents say in their own words: one line or many. Never required, stored as typed but for spaces around it.

Texts are kept in Unicode form NFC, so that the same words give the same hash whichever keyboard wrote them.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import AnswerError, Question, QuestionType, Settings, each_of
from surveys.questionnaires.shapes import Record, Whole, holds_unstorable


class _TypedText(QuestionType):
    family = "texts"
    coded = False
    may_be_required = False
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "max_length": gettext_lazy("Longest answer, in characters"),
    }

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the words in NFC without spaces around them, or None when there are none."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise AnswerError(_("Write a text here."))
        words = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if holds_unstorable(words):
            raise AnswerError(_("The text holds a character that cannot be stored. Please type it again."))
        self._refuse_lines(words)
        longest = question["settings"].get("max_length", self.blank_settings["max_length"])
        if len(words) > longest:
            raise AnswerError(
                _("The text is %(length)d characters long; please shorten it to %(longest)d.")
                % {"length": len(words), "longest": longest}
            )
        return words or None

    def _refuse_lines(self, words: str) -> None:
        """Refuse line breaks where the type has no room for them."""


class ShortText(_TypedText):
    """One line."""

    name = "short_text"
    label = gettext_lazy("Short text")
    purpose = gettext_lazy("A name, a place, a few words on one line.")
    answer = "a string without line breaks"
    template = "surveys/questionnaires/types/short_text.html"
    settings_shape = Record(optional={"max_length": Whole(1, 1000)})
    blank_settings: ClassVar[Settings] = {"max_length": 200}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "东湖公园", "东湖公园"),
        ({}, "  cafe\u0301 ", "caf\u00e9"),
        ({}, "=1+1", "=1+1"),
        ({}, "<b>bold</b>", "<b>bold</b>"),
        ({}, "👍🏽", "👍🏽"),
        ({}, "   ", None),
        ({}, "", None),
        ({}, None, None),
        ({"max_length": 3}, "abc", "abc"),
        ({"max_length": 1}, "e\u0301", "\u00e9"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 5, 5.0, True, [], ["a"], {}, "a\x00b", "\ud800", "a\x1bb", "one\ntwo", "x" * 201),
        ({"max_length": 3}, "abcd"),
    )

    def _refuse_lines(self, words: str) -> None:
        """Refuse a line break."""
        if "\n" in words:
            raise AnswerError(_("Write everything on one line."))


class LongText(_TypedText):
    """Several lines."""

    name = "long_text"
    label = gettext_lazy("Long text")
    purpose = gettext_lazy("A remark or a suggestion, over several lines.")
    answer = "a string"
    template = "surveys/questionnaires/types/long_text.html"
    settings_shape = Record(optional={"max_length": Whole(1, 10_000)})
    blank_settings: ClassVar[Settings] = {"max_length": 2000}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "one\r\ntwo\rthree", "one\ntwo\nthree"),
        ({}, "\n \t\n", None),
        ({}, "", None),
        ({}, None, None),
        ({}, "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ({"max_length": 10_000}, "字" * 10_000, "字" * 10_000),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 5, False, [], {}, "a\x00b", "\udfff", "x" * 2001),
        ({"max_length": 10_000}, "字" * 10_001),
    )
