"""What the editor's pages show of a draft: a card for each question, grouped into pages.

A card depends on its question, the rules' words and the language alone, so it is drawn once and kept; `patching` finds
out which of them a change has touched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from surveys.languages import direction, in_language, language_name
from surveys.people.models import Department
from surveys.questionnaires.checking import Problem
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.drafting import PAGE_BREAK
from surveys.questionnaires.logic.wording import RuleWords
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
    """A question in the list, or the head of a page."""

    code: str
    kind: str
    about: str
    texts: tuple[Words, ...]
    answers: str
    headline: bool
    dimension: str
    required: bool
    rules: tuple[str, ...]  # each in a sentence
    is_page: bool
    is_counted: bool  # it has a number, as residents see it
    problems: tuple[str, ...]
    desk: str  # the address of the page it lies on, when it can be worked on

    @property
    def address(self) -> str:
        """Where its buttons lead."""
        return f"{self.desk}questions/{self.code}/"

    @property
    def name(self) -> str:
        """What the outline calls it, in the language of the page."""
        words = in_language({text.language: text.words for text in self.texts if text.words})
        return words if len(words) <= 60 else f"{words[:59]}…"

    @property
    def drawn_rules(self) -> SafeString:
        """Its rules as HTML: they follow the numbers and words of other questions, so they change most often."""
        sentences = format_html_join("", '<p class="q-rule-words">{}</p>', ((rule,) for rule in self.rules))
        return format_html('<div class="q-rules" id="r-{}">{}</div>', self.code, sentences)

    @property
    def drawn(self) -> SafeString:
        """The card as HTML, in the language of the page."""
        return _drawn(self, get_language() or "")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the questionnaire: the card of its page break, and those of its questions.

    What stands before the first page break is a page without a head; its code is "".
    """

    code: str
    head: Card | None
    cards: tuple[Card, ...]

    @property
    def last(self) -> str:
        """The code that a new question at the end of the page stands behind."""
        return self.cards[-1].code if self.cards else self.code


@lru_cache(maxsize=4096)
def _drawn(card: Card, language: str) -> SafeString:
    """Draw a card once: of hundreds on a desk, an edit changes one or two."""
    template = get_template(f"surveys/questionnaires/{'_head' if card.is_page else '_card'}.html")
    return SafeString(template.render({"card": card, "can_design": bool(card.desk)}))


def texts(text: Mapping[str, str], languages: Sequence[str]) -> tuple[Words, ...]:
    """Return `text` in each of the languages, blank ones too."""
    return tuple(Words(code, direction(code), language_name(code), text.get(code, "")) for code in languages)


def cards(
    document: Document,
    names: Mapping[str, str],
    problems: Iterable[Problem] = (),
    *,
    at: str = "",
    like: tuple[Document, Sequence[Card]] | None = None,
) -> list[Card]:
    """Return a card for each question; `names` are those of the departments, `at` is the desk that can change it.

    `like` is another state of the document with its cards: those of questions that are the same are taken over.
    """
    known = _unchanged(document, like) if like else {}
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.where, []).append(problem.message)
    dimensions = {dimension["code"]: in_language(dimension["name"]) for dimension in document["dimensions"]}
    languages = [(code, direction(code), language_name(code)) for code in document["languages"]]
    rules = RuleWords(document)
    kinds: dict[str, str] = {}
    result = []
    for question in document["questions"]:
        has_rules = _has_rules(question)
        if not has_rules and (card := known.get(question["code"])):
            result.append(card)
            continue
        kind = question_type(question["type"])
        if kind.name not in kinds:
            kinds[kind.name] = str(kind.label)
        dimension, text = question["dimension"], question["text"]
        is_page = kind.name == PAGE_BREAK
        result.append(
            Card(
                code=question["code"],
                kind=kinds[kind.name],
                about="" if is_page else about_words(question["about"], names),
                texts=tuple(Words(*language, text.get(language[0], "")) for language in languages),
                answers=_answers(question),
                headline=question["headline"],
                dimension=dimensions.get(dimension) or dimension,
                required=question["required"],
                rules=tuple(rules.of_question(question)) if has_rules else (),
                is_page=is_page,
                is_counted=kind.takes_answer and kind.source == "person",
                problems=tuple(found.get(question["code"], ())),
                desk=at,
            )
        )
    return result


def _unchanged(document: Document, like: tuple[Document, Sequence[Card]]) -> dict[str, Card]:
    """Return the cards of questions that stand the same in both documents."""
    other, cards = like
    if any(document[key] != other[key] for key in ("languages", "dimensions")):
        return {}
    new = {question["code"]: question for question in document["questions"]}
    pairs = zip(other["questions"], cards, strict=True)
    return {card.code: card for question, card in pairs if new.get(card.code) == question}


def _has_rules(question: Question) -> bool:
    """Say whether a rule stands at a question; its words depend on others, so they are found anew."""
    settings = question["settings"]
    return (
        "show" in question
        or "checks" in question
        or any(settings.get(key) for key in ("jumps", "shuffle", "group", "arms", "value"))
        or any("show" in choice for choice in settings.get("choices", ()))
    )


def pages(cards: Iterable[Card]) -> list[Page]:
    """Group cards into pages; a document without any has one page without a head."""
    grouped: list[tuple[Card | None, list[Card]]] = []
    for card in cards:
        if card.is_page:
            grouped.append((card, []))
        else:
            if not grouped:
                grouped.append((None, []))
            grouped[-1][1].append(card)
    return [Page(head.code if head else "", head, tuple(inside)) for head, inside in grouped]


def page_choices(document: Document) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """List the pages with code, name and questions (code and name): where a question can be moved to."""
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    for question in document["questions"]:
        name = title_of(question)
        if question["type"] == PAGE_BREAK:
            found.append((question["code"], name, []))
        else:
            if not found:
                found.append(("", _("First page"), []))
            found[-1][2].append((question["code"], f"{question['code']} · {name}"))
    return found


def title_of(question: Question) -> str:
    """Return the words of a question or page in the language of the page, else its code."""
    return in_language(question["text"]) or str(question["code"])


def listed_title(questionnaire: Any) -> str:
    """Return the title of one of `Questionnaire.objects.listed()`, whose draft has not been read."""
    return in_language(questionnaire.draft_title) or str(questionnaire.code)


def department_choices() -> list[tuple[str, str]]:
    """List code and name of the departments that a question may be about."""
    departments = Department.objects.filter(is_active=True, parent__isnull=False)
    return [(department.code, department.name) for department in departments]


def about_words(about: str, names: Mapping[str, str]) -> str:
    """Return whom a question is about, in words."""
    if about == EACH:
        return _("Each department")
    return _("The place as a whole") if about == GENERAL else names.get(about, about)


def _answers(question: Question) -> str:
    """Return the first few rows and choices of a question that lists some."""
    settings = question["settings"]
    choices = [
        entry
        for key in ("rows", "choices", "arms", "blanks", "items")
        if isinstance(settings.get(key), list)
        for entry in settings[key]
        if isinstance(entry, dict)
    ]
    first = [
        in_language(entry.get("text") or entry.get("name") or {}) or str(entry.get("code", ""))
        for entry in choices[:4]
    ]
    more = len(choices) - len(first)
    return " · ".join(first) + (f" · {ngettext('%d more', '%d more', more) % more}" if more > 0 else "")


def dimensions(document: Document) -> list[dict[str, str]]:
    """Return name and weight of each dimension."""
    return [
        {"name": in_language(dimension["name"]) or dimension["code"], "weight": dimension["weight"]}
        for dimension in document["dimensions"]
    ]


def differences(
    theirs: Question, mine: Question, called: Callable[[tuple[str, ...]], str]
) -> list[dict[str, str]]:
    """Return where two states of a question differ, as label and both versions; `called` names a place."""
    first, second = dict(_leaves(theirs, ())), dict(_leaves(mine, ()))
    return [
        {"label": called(path), "theirs": first.get(path, ""), "mine": second.get(path, "")}
        for path in dict.fromkeys([*first, *second])
        if first.get(path, "") != second.get(path, "")
    ]


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, (*path, str(key)))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _leaves(entry, (*path, str(number)))
    elif isinstance(value, bool):
        yield path, _("yes") if value else _("no")
    elif value not in (None, ""):
        yield path, str(value)
