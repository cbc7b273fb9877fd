"""What every rule of wording and layout can do.

A rule is a small class here and one line in the tuple of `__init__.py`. It says what it looks for, why that matters
and who found out, and brings its own `accepts` and `rejects` examples, which one battery of tests puts to every rule.
Every search is for plain phrases or by RE2, so reading a draft takes time in proportion to its length.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language

from surveys.questionnaires.advising.manuscript import Asked, Manuscript, Passage
from surveys.questionnaires.advising.phrases import excerpt

Level = Literal["refuse", "warn"]
Example = tuple[str, str] | Mapping[str, Any]  # (language, words), a question, or a whole document

# The languages whose words the rules know; the others are checked for what needs no dictionary.
CHINESE, ENGLISH = "zh", "en"


@dataclass(frozen=True, slots=True)
class Advice:
    """Something about a draft that a survey methodologist would change.

    `where` is the code of a question or "", `area` the page of the editor that changes it (as in `checking.Problem`),
    `level` "refuse" for what cannot be published and "warn" for what a person decides, `excerpt` the words meant.
    """

    where: str
    rule: str
    level: Level
    message: str
    excerpt: str
    reason: str
    language: str = ""
    area: str = "questions"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule found something: the message about it, and the words meant."""

    message: str
    where: str = ""
    excerpt: str = ""
    language: str = ""
    area: str = "questions"


class Rule(ABC):
    """One thing that goes wrong in questionnaires."""

    code: ClassVar[str]
    label: ClassVar[str | Promise]  # what it looks for, as the heading over its findings
    reason: ClassVar[str | Promise]  # why it matters and what to do instead
    source: ClassVar[str]  # who found out
    level: ClassVar[Level] = "warn"
    languages: ClassVar[tuple[str, ...]] = ()  # whose words it knows; () when it needs no words
    accepts: ClassVar[Sequence[Example]]
    rejects: ClassVar[Sequence[Example]]

    @abstractmethod
    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield what is found in `draft`, in its order."""

    def advices(self, draft: Manuscript) -> Iterator[Advice]:
        """Yield the findings as advice, with the reason beside each."""
        reason = f"{self.reason} ({self.source})"
        for found in self.findings(draft):
            yield Advice(
                found.where,
                self.code,
                self.level,
                found.message,
                found.excerpt,
                reason,
                found.language,
                found.area,
            )


class WordingRule(Rule):
    """A rule about the words of one passage; it speaks the languages it names and says nothing about others."""

    message: ClassVar[str | Promise]  # with a place for %(words)s
    roles: ClassVar[frozenset[str]] = frozenset({"text", "row"})
    judged_only: ClassVar[bool] = False  # looks only at questions that ask for a judgement

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield one finding for each passage in which something is found."""
        for passage in draft.passages:
            if (
                passage.tongue not in self.languages
                or passage.role not in self.roles
                or (self.judged_only and not passage.is_judged)
            ):
                continue
            spans = list(self.spans(passage))
            if spans:
                yield Finding(
                    str(self.message) % {"words": joined(passage, spans)},
                    passage.where,
                    excerpt(passage.words, *spans[0]),
                    passage.language,
                    passage.area,
                )

    @abstractmethod
    def spans(self, passage: Passage) -> Iterator[tuple[int, int]]:
        """Yield where in the words of `passage` something is found: start and end."""


class QuestionRule(Rule):
    """A rule about one question."""

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield the findings about every question."""
        for asked in draft.questions:
            yield from self.about(asked)

    @abstractmethod
    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield what is found about one question."""


def joined(passage: Passage, spans: Sequence[tuple[int, int]]) -> str:
    """Return the first three different places in quotation marks, in the way of the page's language."""
    return quoted(" ".join(passage.words[start:end].split()) for start, end in spans)


def quoted(words: Iterable[str]) -> str:
    """Return the first three different `words` in quotation marks, apart by the comma of the page's language."""
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    return comma.join(f"“{one}”" for one in list(dict.fromkeys(words))[:3])
