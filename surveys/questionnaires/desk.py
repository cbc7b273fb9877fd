"""What the editor's pages show of a draft: a card for each question, the choices to add, samples for the preview."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from surveys.languages import direction, in_language, language_name
from surveys.questionnaires.checking import Problem
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question, questions_about
from surveys.questionnaires.drawing import draw, field_name
from surveys.questionnaires.question_types import question_type


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one language, as a page shows it."""

    language: str
    direction: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """A question in the list."""

    code: str
    kind: str
    about: str
    texts: tuple[Words, ...]
    answers: str
    headline: bool
    dimension: str
    required: bool
    problems: tuple[str, ...]
    desk: str  # the address of the page it lies on, when it can be worked on

    @property
    def address(self) -> str:
        """Where its buttons lead."""
        return f"{self.desk}questions/{self.code}/"

    @property
    def drawn(self) -> SafeString:
        """The card as HTML, in the language of the page."""
        return _drawn(self, get_language() or "")


@lru_cache(maxsize=4096)
def _drawn(card: Card, language: str) -> SafeString:
    """Draw a card once: of hundreds on a desk, an edit changes one or two."""
    template = get_template("surveys/questionnaires/_card.html")
    return SafeString(template.render({"card": card, "can_design": bool(card.desk)}))


def texts(text: Mapping[str, str], languages: Sequence[str]) -> tuple[Words, ...]:
    """Return `text` in each of the languages, blank ones too."""
    return tuple(Words(code, direction(code), language_name(code), text.get(code, "")) for code in languages)


def cards(
    document: Document, names: Mapping[str, str], problems: Iterable[Problem] = (), *, at: str = ""
) -> list[Card]:
    """Return a card for each question; `names` are those of the departments, `at` is the desk that can change it."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.where, []).append(problem.message)
    dimensions = {dimension["code"]: in_language(dimension["name"]) for dimension in document["dimensions"]}
    kinds: dict[str, str] = {}
    result = []
    for question in document["questions"]:
        name = question["type"]
        kinds.setdefault(name, str(question_type(name).label))
        dimension = question["dimension"]
        result.append(
            Card(
                code=question["code"],
                kind=kinds[name],
                about=about_words(question["about"], names),
                texts=texts(question["text"], document["languages"]),
                answers=_answers(question),
                headline=question["headline"],
                dimension=dimensions.get(dimension) or dimension,
                required=question["required"],
                problems=tuple(found.get(question["code"], ())),
                desk=at,
            )
        )
    return result


def listed_title(questionnaire: Any) -> str:
    """Return the title of one of `Questionnaire.objects.listed()`, whose draft has not been read."""
    return in_language(questionnaire.draft_title) or str(questionnaire.code)


def about_words(about: str, names: Mapping[str, str]) -> str:
    """Return whom a question is about, in words."""
    if about == EACH:
        return _("Each department")
    return _("The place as a whole") if about == GENERAL else names.get(about, about)


def _answers(question: Question) -> str:
    """Return the first few choices of a question that lists some."""
    choices = question["settings"].get("choices", ())
    first = [in_language(choice["text"]) or str(choice["code"]) for choice in choices[:4]]
    more = len(choices) - len(first)
    return " · ".join(first) + (f" · {ngettext('%d more', '%d more', more) % more}" if more > 0 else "")


def dimensions(document: Document) -> list[dict[str, str]]:
    """Return name and weight of each dimension."""
    return [
        {"name": in_language(dimension["name"]) or dimension["code"], "weight": dimension["weight"]}
        for dimension in document["dimensions"]
    ]


def preview_parts(
    document: Document, abouts: Sequence[tuple[str, str]], language: str
) -> list[dict[str, Any]]:
    """Return the parts of an answer sheet about `abouts` (codes and names), with their questions drawn and numbered."""
    parts = []
    number = 0
    for code, name in abouts:
        drawn = []
        for question in questions_about(document, code):
            number += 1
            drawn.append(draw(question, name=field_name(code, question), language=language, number=number))
        if drawn:
            parts.append({"code": code, "name": name, "questions": drawn})
    return parts
