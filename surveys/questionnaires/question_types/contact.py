"""How to reach somebody: an e-mail address or a telephone number. Never required: nobody has to say who they are."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import AnswerError, Question, QuestionType, Settings, each_of
from surveys.questionnaires.shapes import holds_unstorable

LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, as corrected
LONGEST_NUMBER = 40  # characters as typed

_is_address = EmailValidator()

# Chinese numbers without their country code: mobile; landline with its area code; 400 and 800.
_chinese = re.compile(r"1[3-9][0-9]{9}|(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}|[48]00[0-9]{7}", re.ASCII)
_international = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # ITU-T E.164 §6.2.1
_between = re.compile(r"[\s().\-‐-―]+")

_WARNING = gettext_lazy(
    "Whoever answers this can be recognised. Ask for it only if somebody will really write or call."
)


class _Contact(QuestionType):
    """Words that tell who somebody is, on one line."""

    family = "texts"
    coded = False
    may_be_required = False
    warning: ClassVar[str | Promise] = _WARNING
    template = "surveys/questionnaires/types/contact.html"
    keyboard: ClassVar[str]

    def drawn(self, question: Question, fields: Mapping[str, Sequence[str]], language: str) -> dict[str, Any]:
        """Return which keyboard a phone shows."""
        return {"keyboard": self.keyboard}


class Email(_Contact):
    """An e-mail address."""

    name = "email"
    label = gettext_lazy("E-mail address")
    purpose = gettext_lazy("Where to write to those who want an answer; nobody is made to give it.")
    answer = "an e-mail address as a string, its domain in lower case"
    keyboard = "email"

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "rosa@example.org", "rosa@example.org"),
        ({}, "  Rosa.Li+city@Example.ORG ", "Rosa.Li+city@example.org"),
        ({}, "rosa＠example.org", "rosa@example.org"),
        ({}, "a@例子.中国", "a@例子.中国"),
        ({}, "   ", None),
        ({}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, "rosa", "rosa@", "@example.org", "a b@example.org", "a@b", "a@@example.org", "a@example..org"
        ),
        *each_of({}, "a@example.org\nBcc: b@example.org", "a@example.org,b@example.org", "<a@example.org>"),
        *each_of({}, 5, True, [], ["a@example.org"], {}, "a\x00@example.org", "\ud800@example.org"),
        *each_of({}, "a" * 100_000 + "@example.org", "a@" + "a." * 50_000, "a@" + "a-" * 120 + ".org"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the address with its domain in lower case, or None."""
        address = _plain(raw, LONGEST_ADDRESS)
        if not address:
            return None
        name, _at, domain = address.rpartition("@")
        address = f"{name}@{domain.lower()}"
        try:
            _is_address(address)
        except ValidationError:
            raise AnswerError(_("Write an e-mail address, such as name@example.org.")) from None
        return address


class Phone(_Contact):
    """A telephone number."""

    name = "phone"
    label = gettext_lazy("Telephone number")
    purpose = gettext_lazy(
        "Where to call those who want an answer: Chinese numbers, others with + and country code."
    )
    answer = "a telephone number as a string in the form of E.164, such as “+8613800138000”"
    keyboard = "tel"

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "13800138000", "+8613800138000"),
        ({}, "138 0013 8000", "+8613800138000"),
        ({}, "+86 138-0013-8000", "+8613800138000"),
        ({}, "0086 13800138000", "+8613800138000"),
        ({}, "010-62345678", "+861062345678"),
        ({}, "（０７５５）８２３４５６７８", "+8675582345678"),
        ({}, "400-810-1234", "+864008101234"),
        ({}, "+1 (816) 513-1313", "+18165131313"),
        ({}, "  ", None),
        ({}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, "12345678901", "1380013800", "138001380000", "62345678", "+86 12345", "+0 1234567", "110"
        ),
        *each_of(
            {}, "+1234567890123456", "138a0138000", "call me", "13800138000;13900139000", "++8613800138000"
        ),
        *each_of(
            {}, 13800138000, 1.5, True, [], ["13800138000"], {}, "1" * 100_000, " " * 100_000 + "1", "1\x003"
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the number in the form of E.164, or None."""
        typed = _plain(raw, LONGEST_NUMBER)
        if not typed:
            return None
        number = _between.sub("", typed)
        if number.startswith("00"):
            number = f"+{number[2:]}"
        home = number.removeprefix("+86").removeprefix("0")
        if number.startswith("+") and not number.startswith("+86"):
            if _international.fullmatch(number):
                return number
        elif _chinese.fullmatch(home):
            return f"+86{home}"
        raise AnswerError(
            _("Write a telephone number with its area code, such as 010-62345678, or + and the country code.")
        )


def _plain(raw: Any, longest: int) -> str:
    """Return what was typed without spaces around it and not of full width; "" for nothing."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise AnswerError(_("Write a text here."))
    words = unicodedata.normalize("NFKC", raw).strip() if len(raw) <= 4 * longest else raw
    if len(words) > longest:
        raise AnswerError(
            _("The text is %(length)d characters long; please shorten it to %(longest)d.")
            % {"length": len(words), "longest": longest}
        )
    if holds_unstorable(words) or "\n" in words:
        raise AnswerError(_("The text holds a character that cannot be stored. Please type it again."))
    return words
