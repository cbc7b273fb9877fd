"""Where rules stand in a document, and which questions can be known there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from django.utils.translation import gettext as _

from surveys.languages import in_language
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.logic.course import CALCULATED, INFO, PAGE_BREAK
from surveys.questionnaires.logic.expressions import Expression, code_of, references
from surveys.questionnaires.logic.judging import judges, row_judges
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.choices import OTHER

Sort = Literal["show", "choice", "check", "jump", "value", "quota"]


@dataclass(frozen=True, slots=True)
class Place:
    """An expression where it stands: at the question `where` ("" for a quota), about `about`.

    It can know questions that stand before `until`, counted from 0 in the document.
    """

    where: str
    sort: Sort
    name: str  # what a sentence calls it, to begin with
    expression: Expression
    about: str
    until: int


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page: its break (None for a first page without), and the positions of its questions in the document."""

    code: str
    question: Question | None
    entries: range
    bundle: int  # pages of one bundle change places

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of its break."""
        return dict(self.question["settings"]) if self.question else {}


class Layout:
    """A document as its rules see it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.list: list[Question] = list(document["questions"])
        self.questions = {question["code"]: question for question in self.list}
        self.positions = {code: position for position, code in enumerate(self.questions)}
        self.pages = list(self._paged())
        self.page_at = {position: page for page in self.pages for position in page.entries}
        self.page_at |= {page.entries.start - 1: page for page in self.pages if page.question}
        self.page_of = {page.code: number for number, page in enumerate(self.pages)}

    @cached_property
    def bundle_sizes(self) -> dict[int, int]:
        """How many pages each bundle has."""
        return {number: len(list(pages)) for number, pages in groupby(page.bundle for page in self.pages)}

    @cached_property
    def rated(self) -> frozenset[str]:
        """The codes of the questions that judge, or hold a judgement."""
        return frozenset(question["code"] for question in self.list if judges(question))

    @cached_property
    def derived(self) -> frozenset[str]:
        """The calculated values that tell something of a rating (decision 14).

        Whether a rating was given may be asked. Whether a value made of one could be worked out may not: division by
        a rating less one would tell the lowest from the others.
        """
        found: set[str] = set()
        for question in self.list:
            if question["type"] == CALCULATED and question["settings"].get("value"):
                used = references(question["settings"]["value"])
                if any(code_of(one) in found or self.is_rating(one) for one in used.values) or any(
                    code_of(one) in found for one in used.answered
                ):
                    found.add(question["code"])
        return frozenset(found)

    def behind(self, named: Collection[str]) -> frozenset[str]:
        """Return what the calculated values among `named` are worked out from, to the very beginning."""
        found: set[str] = set()
        waiting = list(named)
        while waiting:
            question = self.questions.get(code_of(waiting.pop()))
            if question is not None and question["type"] == CALCULATED and question["settings"].get("value"):
                inner = references(question["settings"]["value"]).all - found
                found |= inner
                waiting += inner
        return frozenset(found)

    def is_rating(self, reference: str) -> bool:
        """Say whether `reference` means a rating, or a question that holds one."""
        code, _point, suffix = reference.partition(".")
        question = self.questions.get(code)
        if question is None:
            return False
        rows = {spec.suffix: spec for spec in question_type(question["type"]).items(question)}
        return row_judges(question, rows[suffix]) if suffix and suffix in rows else code in self.rated

    def is_free(self, reference: str) -> bool:
        """Say whether `reference` means what nobody has to give: words, names, files, the words beside “other”."""
        code, _point, suffix = reference.partition(".")
        question = self.questions.get(code)
        if question is None:
            return False
        kind = question_type(question["type"])
        if inner := {one["code"]: one for one in question["settings"].get("questions", ())}:
            named = [inner[part] for part in suffix.split(".") if part in inner] or list(inner.values())
            return suffix.endswith(f".{OTHER}") or not any(
                question_type(one["type"]).may_be_required for one in named
            )
        return (kind.takes_answer and kind.source == "person" and not kind.may_be_required) or (
            suffix == OTHER and OTHER not in {spec.suffix for spec in kind.items(question)}
        )

    def passed_by(self, page: PagePlace) -> range:
        """Return the positions of what some jump of `page` leads past."""
        landings = [self.positions.get(jump["to"], len(self.list)) for jump in page.settings.get("jumps", ())]
        return range(page.entries.stop, max(landings, default=page.entries.stop))

    def places(self) -> Iterator[Place]:
        """Yield every expression of the document with its place."""
        for position, question in enumerate(self.list):
            yield from self._places_at(question, position)
        for quota in self.document.get("quotas", ()):
            name = _("The quota “%(name)s”") % {"name": in_language(quota["name"]) or quota["code"]}
            yield Place("", "quota", name, quota["when"], GENERAL, len(self.list))

    def sees(self, about: str, code: str) -> bool:
        """Say whether what is about `about` may know the answer to the question `code`, were it asked earlier."""
        other = self.questions[code]["about"]
        return other in (GENERAL, about) or (other == EACH and about != GENERAL)

    def change_places(self, one: str, other: str) -> bool:
        """Say whether two questions come in random order: on one shuffled page, with nothing between that stays."""
        first, last = sorted((self.positions[one], self.positions[other]))
        page = self.page_at[first]
        if page is not self.page_at[last] or not page.settings.get("shuffle"):
            return False
        between = self.list[first : last + 1]
        return (
            not any(question["type"] == INFO for question in between)
            and len({question["about"] == GENERAL for question in between}) == 1
        )

    def _places_at(self, question: Question, position: int) -> Iterator[Place]:
        code, about, settings = question["code"], question["about"], question["settings"]
        if "show" in question:
            yield Place(code, "show", _("The condition for showing it"), question["show"], about, position)
        for choice in settings.get("choices", ()):
            if "show" in choice:
                name = _("The condition of the choice “%(choice)s”") % {
                    "choice": in_language(choice["text"]) or choice["code"]
                }
                yield Place(code, "choice", name, choice["show"], about, position)
        if question["type"] == CALCULATED and settings.get("value"):
            yield Place(code, "value", _("The calculation"), settings["value"], about, position)
        for check in question.get("checks", ()):
            yield Place(code, "check", _("A check"), check["rule"], about, position + 1)
        for number, jump in enumerate(settings.get("jumps", ()), start=1):
            name = _("Jump %(number)d of the page") % {"number": number}
            yield Place(code, "jump", name, jump["when"], GENERAL, self.page_at[position].entries.stop)

    def _paged(self) -> Iterator[PagePlace]:
        starts = [position for position, question in enumerate(self.list) if question["type"] == PAGE_BREAK]
        if not starts or starts[0] != 0:
            starts.insert(0, -1)
        bundle, group = -1, ""
        for start, stop in zip(starts, [*starts[1:], len(self.list)], strict=True):
            question = self.list[start] if start >= 0 else None
            found = question["settings"].get("group", "") if question else ""
            if not found or found != group:
                bundle += 1
            group = found
            yield PagePlace(question["code"] if question else "", question, range(start + 1, stop), bundle)
