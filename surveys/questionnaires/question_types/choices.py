"""Choices that a designer lists: their shape, their codes, the words beside “other”, and what is wrong with a list.

A choice may carry more, absent when blank: `show` (the expression that decides whether it is offered), `other` (whoever
chooses it may say what), `exclusive` (it stands alone: none of these), `fixed` (it keeps its place when the others are
shuffled) and `picture` (the address of an image on this site).
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import language_name
from surveys.questionnaires.logic.expressions import EXPRESSION
from surveys.questionnaires.question_types.base import AnswerError, Fields, Option, Question, Settings
from surveys.questionnaires.shapes import (
    ListOf,
    Matching,
    Record,
    Whole,
    YesNo,
    holds_unstorable,
    text_of,
)

LARGEST_CODE = 200
MOST_LISTED = 2000
OTHER = "other"  # the suffix of the words beside “other”
LONGEST_OTHER = 200

# An address on this site: no host, no dots that climb.
PICTURE = Matching("^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$", "/static/img/park.webp", 300)
_PLAIN = {"code": Whole(1, LARGEST_CODE), "text": text_of(300)}
_ANY = {"show": EXPRESSION, "fixed": YesNo()}

CHOICES = ListOf(
    Record(_PLAIN, {**_ANY, "picture": PICTURE, "other": YesNo(), "exclusive": YesNo()}), most=LARGEST_CODE
)
PLAIN_CHOICES = ListOf(
    Record(_PLAIN, _ANY), most=LARGEST_CODE
)  # none of which can ask for words or stand alone
LONG_LIST = ListOf(Record({"code": Whole(1, MOST_LISTED), "text": text_of(300)}, _ANY), most=MOST_LISTED)
GRADES = ListOf(Record(_PLAIN), most=20)  # a scale of the designer's own

SHUFFLE_LABEL: Mapping[str, str | Promise] = {
    "shuffle": gettext_lazy("Show the choices in random order"),
}


def choice_codes(question: Question) -> tuple[int, ...]:
    """Return the codes of the listed choices, ascending."""
    return tuple(sorted(choice["code"] for choice in question["settings"].get("choices", ())))


def choice_options(question: Question) -> tuple[Option, ...]:
    """Return the listed choices in the designer's order."""
    return tuple(
        Option(
            choice["code"],
            choice["text"],
            has_words=choice.get("other", False),
            picture=choice.get("picture", ""),
            fixed=choice.get("fixed", False),
            show=choice.get("show"),
        )
        for choice in question["settings"].get("choices", ())
    )


def codes_that(question: Question, key: str) -> frozenset[int]:
    """Return the codes of the choices that carry `key`: “other” or “exclusive”."""
    return frozenset(choice["code"] for choice in question["settings"].get("choices", ()) if choice.get(key))


def blank_choices(count: int = 2) -> list[dict[str, Any]]:
    """Return `count` choices still to be worded."""
    return [{"code": code, "text": {}} for code in range(1, count + 1)]


def clean_other(raw: Any) -> str:
    """Return the words beside “other” in NFC without spaces around them, "" when there are none."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise AnswerError(_("Write a text here."))
    words = unicodedata.normalize("NFC", raw).strip()
    if holds_unstorable(words):
        raise AnswerError(_("The text holds a character that cannot be stored. Please type it again."))
    if "\n" in words:
        raise AnswerError(_("Write everything on one line."))
    if len(words) > LONGEST_OTHER:
        raise AnswerError(
            _("The text is %(length)d characters long; please shorten it to %(longest)d.")
            % {"length": len(words), "longest": LONGEST_OTHER}
        )
    return words


def other_typed(fields: Fields) -> str | list[str]:
    """Return what was typed beside “other”; twice the field is passed on for `clean_other` to refuse."""
    typed = fields.get(OTHER, ())
    return list(typed) if len(typed) > 1 else next(iter(typed), "")


def choice_problems(settings: Settings, languages: Sequence[str]) -> Iterator[str]:
    """Yield what keeps a list of choices from being published."""
    choices = settings.get("choices", [])
    if len(choices) < 2:
        yield _("List at least two choices.")
    for code, times in Counter(choice["code"] for choice in choices).items():
        if times > 1:
            yield _("Two choices have the code %(code)d; each needs its own.") % {"code": code}
    for choice in choices:
        for language in languages:
            if not choice["text"].get(language):
                yield _("The choice with code %(code)d has no words in “%(language)s”.") % {
                    "code": choice["code"],
                    "language": language_name(language),
                }
    for language in languages:
        for words, times in Counter(choice["text"].get(language, "") for choice in choices).items():
            if words and times > 1:
                yield _("Two choices have the same words: “%(words)s”.") % {"words": words}
    if sum(bool(choice.get("other")) for choice in choices) > 1:
        yield _("Only one choice can ask for words of one’s own.")
