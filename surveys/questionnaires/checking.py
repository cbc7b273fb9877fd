"""What keeps a document from being kept, and what keeps a draft from being published.

A *malformed* document is refused at the door: its shape is wrong, and nothing could show or edit it. A well-formed
draft may be unfinished; `problems` lists in words what must be put right before it is frozen.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.questionnaires import documents
from surveys.questionnaires.advising import refusals
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.logic import rules
from surveys.questionnaires.question_types import QuestionType, question_type
from surveys.questionnaires.shapes import Flaw

DEEPEST = 30  # nine levels down to the rule of a choice, two for each level of a rule (`expressions.DEEPEST`)


class MalformedDocument(ValueError):
    """A document that has not the shape of one; `flaws` says what is wrong and where."""

    def __init__(self, flaws: list[Flaw]) -> None:
        self.flaws = flaws
        super().__init__(" ".join(map(str, flaws[:20])))


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a draft from being published: the code of the question, or "", and what is to be put right.

    `area` says which page of the editor puts it right: `questions`, `frame` (title, languages), `dimensions` or
    `quotas`.
    """

    where: str
    message: str
    area: str = "questions"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def received(document: Any) -> dict[str, Any]:
    """Return the document that `document` (any JSON) stands for: trimmed, in Unicode form NFC, every key in place.

    Raises `MalformedDocument` when its shape is wrong or it is too large.
    """
    if _deeper_than(document, DEEPEST):
        raise MalformedDocument([Flaw((), _("The document is nested too deeply."))])
    document = documents.trimmed(document)
    flaws = list(documents.SHAPE.flaws(document)) or list(_repeated_codes(document))
    if flaws:
        raise MalformedDocument(flaws)
    whole = documents.tidied(document)
    if len(rfc8785.dumps(whole)) > documents.LARGEST_DOCUMENT:
        raise MalformedDocument([Flaw((), _("The document is larger than two million bytes."))])
    return whole


def received_question(question: Any) -> dict[str, Any]:
    """Return the question that `question` (any JSON) stands for, as `received` does for a whole document."""
    if _deeper_than(question, DEEPEST):
        raise MalformedDocument([Flaw((), _("The document is nested too deeply."))])
    question = documents.trimmed(question)
    flaws = list(documents.QUESTION.flaws(question))
    if flaws:
        raise MalformedDocument(flaws)
    return documents.tidied_question(question)


def problems(document: Any, *, departments: Mapping[str, str] | None = None) -> list[Problem]:
    """List what must be put right before `document` can be published; an empty list means that it can.

    With `departments` (code to name of those that may be asked about), `about` must name one of them.
    """
    try:
        document = received(document)
    except MalformedDocument as malformed:
        return [Problem("", str(flaw)) for flaw in malformed.flaws]
    return [
        *_text_problems(document),
        *_dimension_problems(document),
        *_question_problems(document, departments),
        *_headline_problems(document, departments or {}),
        *_fielding_problems(document, departments or {}),
        *(Problem(*found) for found in rules.problems(document)),
        *(Problem(advice.where, advice.message, advice.area) for advice in refusals(document)),
    ]


def _text_problems(document: Document) -> Iterator[Problem]:
    languages: list[str] = document["languages"]
    for language, times in Counter(languages).items():
        if times > 1:
            yield Problem(
                "", _("The language “%(language)s” is listed twice.") % {"language": language}, "frame"
            )
    if not any(question_type(question["type"]).takes_answer for question in document["questions"]):
        yield Problem("", _("There is no question yet."))
    for language in _missing(document["title"], languages, needed=True):
        yield Problem(
            "", _("The title is missing in %(language)s.") % {"language": language_name(language)}, "frame"
        )
    for language in _missing(document["introduction"], languages):
        yield Problem(
            "",
            _("The introduction is missing in %(language)s.") % {"language": language_name(language)},
            "frame",
        )


def _dimension_problems(document: Document) -> Iterator[Problem]:
    return (Problem("", message, "dimensions") for message in _messages_on_dimensions(document))


def _messages_on_dimensions(document: Document) -> Iterator[str]:
    dimensions = document["dimensions"]
    counted = {question["dimension"] for question in document["questions"]}
    for code, times in Counter(dimension["code"] for dimension in dimensions).items():
        if times > 1:
            yield _("Two dimensions have the code “%(code)s”; each needs its own.") % {"code": code}
    for dimension in dimensions:
        named = {"dimension": dimension["code"]}
        for language in _missing(dimension["name"], document["languages"], needed=True):
            yield _("The dimension “%(dimension)s” has no name in %(language)s.") % {
                **named,
                "language": language_name(language),
            }
        if Decimal(dimension["weight"]) <= 0:
            yield _("The weight of the dimension “%(dimension)s” must be above 0.") % named
        if dimension["code"] not in counted:
            yield _("No question counts for the dimension “%(dimension)s”.") % named
    total = sum(Decimal(dimension["weight"]) for dimension in dimensions)
    if dimensions and total != 1:
        yield _("The weights of the dimensions add up to %(total)s; they must add up to 1.") % {
            "total": total
        }


def _question_problems(document: Document, departments: Collection[str] | None) -> Iterator[Problem]:
    dimensions = {dimension["code"] for dimension in document["dimensions"]}
    for question in document["questions"]:
        for message in _messages_about(question, document["languages"], dimensions):
            yield Problem(question["code"], message)
        about = question["about"]
        if departments is not None and about not in (GENERAL, EACH) and about not in departments:
            yield Problem(
                question["code"],
                _("There is no department “%(code)s” that can be asked about.") % {"code": about},
            )


def _messages_about(question: Question, languages: list[str], dimensions: Collection[str]) -> Iterator[str]:
    kind = question_type(question["type"])
    for language in _missing(question["text"], languages, needed=kind.needs_text):
        yield _("The text is missing in %(language)s.") % {"language": language_name(language)}
    for language in _missing(question["help"], languages):
        yield _("The help is missing in %(language)s.") % {"language": language_name(language)}
    if question["required"] and not kind.may_be_required:
        yield _never_required(kind)
    inner = question["settings"].get("questions", ())  # of a group that repeats
    if (
        question["required"]
        and inner
        and not any(question_type(one["type"]).may_be_required for one in inner)
    ):
        yield _("A text can never be required: nobody has to give a reason.")
    if kind.needs_each and question["about"] != EACH:
        yield _("A question of this kind can only be about each department.")
    if question["dimension"]:
        if question["dimension"] not in dimensions:
            yield _("There is no dimension “%(dimension)s”.") % {"dimension": question["dimension"]}
        if not kind.has_ratings(question):
            yield _("Only a rating that is scored can count for a dimension.")
    if question["headline"] and not kind.scored:
        yield (
            _("A table has several ratings, and the headline must be one question of its own.")
            if kind.has_ratings(question)
            else _("Only a rating that is scored can be the headline.")
        )
    if Decimal(question["weight"]) <= 0:
        yield _("The weight must be above 0.")
    yield from kind.settings_problems(question["settings"], languages)


def _never_required(kind: QuestionType) -> str:
    if not kind.takes_answer or kind.source != "person":
        return _("Nothing is answered here, so nothing can be required.")
    if kind.warning:
        return _("This can never be required: nobody has to tell who they are or send anything.")
    return _("A text can never be required: nobody has to give a reason.")


def _headline_problems(document: Document, names: Mapping[str, str]) -> Iterator[Problem]:
    headlines: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for question in document["questions"]:
        if question_type(question["type"]).takes_answer:
            first.setdefault(question["about"], question["code"])
        if question["headline"]:
            headlines.setdefault(question["about"], []).append(question["code"])
    named = [part for part in first if part not in (GENERAL, EACH)]
    for part in [*named, GENERAL, *([EACH] if EACH in first and not named else [])]:
        codes = [*headlines.get(part, []), *(headlines.get(EACH, []) if part not in (GENERAL, EACH) else [])]
        if len(codes) > 1:
            yield Problem(
                codes[1],
                _("%(part)s has more than one headline rating: %(codes)s. Choose one.")
                % {"part": _named(part, names), "codes": ", ".join(codes)},
            )
        if not codes and part != GENERAL:
            yield Problem(
                first[part],
                _("%(part)s has no headline rating, so it would get no score.")
                % {"part": _named(part, names)},
            )


def _fielding_problems(document: Document, names: Mapping[str, str]) -> Iterator[Problem]:
    """Say that no wave could field the document: a wave judges departments, and it asks about none."""
    asked = [question for question in document["questions"] if question_type(question["type"]).takes_answer]
    if names and {question["about"] for question in asked} == {GENERAL}:
        ratings = (question["code"] for question in asked if question_type(question["type"]).scored)
        message = _(
            "Everything is asked about the place as a whole, but a wave judges departments: choose at a rating "
            "whom it is about, one department or each of them."
        )
        yield Problem(next(ratings, asked[0]["code"]), message)


def _named(part: str, names: Mapping[str, str]) -> str:
    if part == GENERAL:
        return _("The place as a whole")
    if part == EACH:
        return _("Each department")
    return _("The department “%(name)s”") % {"name": names.get(part, part)}


def _missing(text: Mapping[str, str], languages: list[str], *, needed: bool = False) -> list[str]:
    """List the languages that `text` lacks; a text that nobody began is missing only when `needed`."""
    begun = any(text.get(language) for language in languages)
    return [language for language in languages if not text.get(language)] if needed or begun else []


def _repeated_codes(document: Document) -> Iterator[Flaw]:
    met = set()
    for position, question in enumerate(document["questions"]):
        if question["code"] in met:
            message = _("The code “%(code)s” is used by more than one question.") % {"code": question["code"]}
            yield Flaw(("questions", position, "code"), message)
        met.add(question["code"])


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _depth in range(limit + 1):
        if not level:
            return False
        level = [
            inner
            for part in level
            if isinstance(part, (list, dict))
            for inner in (part.values() if isinstance(part, dict) else part)
            if isinstance(inner, (list, dict))
        ]
    return bool(level)
