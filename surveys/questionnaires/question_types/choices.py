"""Choices that a designer lists: their shape, their codes, and what is wrong with a list of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires.question_types.base import Option, Question, Settings
from surveys.questionnaires.shapes import ListOf, Record, Whole, text_of

LARGEST_CODE = 200
CHOICES = ListOf(Record({"code": Whole(1, LARGEST_CODE), "text": text_of(300)}), most=LARGEST_CODE)


def choice_codes(question: Question) -> tuple[int, ...]:
    """Return the codes of the listed choices, ascending."""
    return tuple(sorted(choice["code"] for choice in question["settings"].get("choices", ())))


def choice_options(question: Question) -> tuple[Option, ...]:
    """Return the listed choices in the designer's order."""
    return tuple(Option(choice["code"], choice["text"]) for choice in question["settings"].get("choices", ()))


def blank_choices(count: int = 2) -> list[dict[str, Any]]:
    """Return `count` choices still to be worded."""
    return [{"code": code, "text": {}} for code in range(1, count + 1)]


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
                    "language": language,
                }
    for language in languages:
        for words, times in Counter(choice["text"].get(language, "") for choice in choices).items():
            if words and times > 1:
                yield _("Two choices have the same words: “%(words)s”.") % {"words": words}
