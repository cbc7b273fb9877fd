"""What a rule may be about: the questions in front of it whose answers it can see, with the values they may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.question_types import question_type

SubjectKind = Literal["rating", "one", "several", "number", "text"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An answer, or a row of one, that rules can ask about."""

    reference: str
    words: str
    kind: SubjectKind
    values: tuple[tuple[int | str, str], ...]  # those that can be chosen, with their words
    page: str = ""


def subjects_before(document: Document, position: int, about: str) -> Iterator[Subject]:
    """Yield what a rule `about` a part may refer to that sees the questions in front of `position`.

    Ratings can only be asked about whether they are answered: nothing may depend on how good a mark is.
    """
    page, number = "", 0
    for question in document["questions"][:position]:
        kind = question_type(question["type"])
        if question["type"] == "page_break":
            page = in_language(question["text"]) or question["code"]
        number += kind.takes_answer and kind.is_drawn
        if not kind.takes_answer or not _can_see(about, question["about"]):
            continue
        name = _short(in_language(question["text"]) or question["code"])
        words = f"{number}. {name}" if kind.is_drawn else name
        yield from _of_question(question, words, page)


def _of_question(question: Question, words: str, page: str) -> Iterator[Subject]:
    kind = question_type(question["type"])
    code = question["code"]
    options = {option.value: option.text for option in kind.options(question)}
    rows = [item for item in kind.items(question) if item.suffix]
    if not rows:
        yield Subject(code, words, _kind(question), _values(options), page)
        return
    yield Subject(code, words, "rating", (), page)  # as a whole it can only be answered or not
    for item in rows:
        labels: Mapping[Any, Text] = item.labels or options
        row = f"{words} · {_short(in_language(item.text or {})) or item.suffix}"
        yield Subject(f"{code}.{item.suffix}", row, "rating" if item.scored else "one", _values(labels), page)


def _kind(question: Question) -> SubjectKind:
    """Return what kind of value the answers to a question are, as the examples of its type show."""
    kind = question_type(question["type"])
    if kind.scored:
        return "rating"
    values = [
        value
        for settings, _raw, answer in kind.accepts
        if answer is not None
        for value in kind.values(
            {**question, "settings": {**kind.blank_settings, **settings}}, answer
        ).values()
    ]
    if any(isinstance(value, list | tuple) for value in values):
        return "several"
    if kind.options(question):
        return "one"
    return "number" if kind.family == "numbers" or question["type"] == "calculated" else "text"


def _values(options: Mapping[Any, Text]) -> tuple[tuple[int | str, str], ...]:
    return tuple((value, in_language(text) or str(value)) for value, text in options.items())


def _can_see(about: str, other: str) -> bool:
    """Say whether a rule about one part sees the answers about another; general rules see general answers alone."""
    return other in (GENERAL, about) or (other == EACH and about != GENERAL)


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:39]}…"


def jump_targets(document: Document, code: str) -> list[tuple[str, str]]:
    """Return where the page `code` may lead: the pages behind it, the end, or out of the sample."""
    codes = [question["code"] for question in document["questions"]]
    later = document["questions"][codes.index(code) + 1 :] if code in codes else ()
    pages = [question for question in later if question["type"] == "page_break"]
    return [
        *(
            (
                page["code"],
                _("page “%(title)s”") % {"title": _short(in_language(page["text"])) or page["code"]},
            )
            for page in pages
        ),
        ("end", _("the end of the questionnaire")),
        ("screen_out", _("out: thanked, and asked nothing further")),
    ]
