"""Comparing two editions, or a draft with the latest one: what differs, question by question, and what still compares.

Questions are matched by their codes. Every difference is a `Change` with the words before and after, in the language of
the page; of texts in each of their own languages. Rules are told in words.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language, language_name
from surveys.questionnaires.changes import Change, of_settings, plain, texts, yes_or_no
from surveys.questionnaires.comparability import (
    BREAKS,
    DIMENSION_BREAKS,
    JUDGEMENT_WORDS,
    MINORS,
    Judgement,
    Place,
    judge,
    judge_dimension,
    judge_index,
)
from surveys.questionnaires.desk import about_words
from surveys.questionnaires.documents import Document, Question, tidied
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.wordings import Wording, pages_of, wordings

ADDED, REMOVED, KEPT = "added", "removed", "kept"
STATE_WORDS: Mapping[str, str | Promise] = {
    ADDED: gettext_lazy("added"),
    REMOVED: gettext_lazy("removed"),
    KEPT: gettext_lazy("kept"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A question or dimension: what became of it, what differs, and whether the two versions are comparable."""

    code: str
    name: str
    kind: str
    state: str
    changes: tuple[Change, ...] = ()
    judgement: str = ""  # "" for what only one of the two has
    reasons: tuple[str, ...] = ()  # codes

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return self.state == KEPT and not self.changes and self.judgement == Judgement.SAME

    @property
    def state_words(self) -> str | Promise:
        """What became of it."""
        return STATE_WORDS[self.state]

    @property
    def judgement_words(self) -> str | Promise:
        """The judgement in words."""
        return JUDGEMENT_WORDS.get(self.judgement, "")

    @property
    def reason_words(self) -> list[str | Promise]:
        """The reasons in words."""
        known = {**BREAKS, **MINORS, **DIMENSION_BREAKS}
        return [known[reason] for reason in self.reasons]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two documents differ; questions in the order of the later one."""

    frame: tuple[Change, ...]
    dimensions: tuple[Compared, ...]
    questions: tuple[Compared, ...]
    index: str  # the judgement of the index as a whole, "" where one of the two has none

    @property
    def changed(self) -> list[Compared]:
        """The questions that are not the same."""
        return [one for one in self.questions if not one.is_same]

    @property
    def unchanged(self) -> list[Compared]:
        """The questions that are."""
        return [one for one in self.questions if one.is_same]

    @property
    def broken(self) -> list[Compared]:
        """The questions that are no longer comparable."""
        return [one for one in self.questions if one.judgement == Judgement.BREAK]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not (self.frame or self.changed or any(not one.is_same for one in self.dimensions))

    def count(self, state: str) -> int:
        """Count the questions of a state."""
        return sum(one.state == state for one in self.questions)


def differences(before: Document, after: Document, *, names: Mapping[str, str] | None = None) -> Differences:
    """Compare two well-shaped documents; `names` are those of the departments, by code."""
    comparison = _Comparison(tidied(before), tidied(after), names or {})
    questions = tuple(comparison.questions())
    broken = frozenset(one.code for one in questions if one.judgement == Judgement.BREAK)
    dimensions = tuple(comparison.dimensions(broken))
    unlike = any(one.state != KEPT or one.judgement == Judgement.BREAK for one in dimensions)
    index = judge_index(comparison.before, comparison.after, unlike=unlike)
    return Differences(tuple(comparison.frame()), dimensions, questions, index)


def moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Name the fewest codes that, taken out, leave what both lists have in one order."""
    places = {code: place for place, code in enumerate(before)}
    common = [code for code in after if code in places]
    ends: list[int] = []  # of the rising runs by length, the smallest last place
    at: list[int] = []
    for code in common:
        length = bisect_left(ends, places[code])
        ends[length : length + 1] = [places[code]]
        at.append(length)
    staying, length = set(), len(ends) - 1
    for code, one in zip(reversed(common), reversed(at), strict=True):
        if one == length:
            staying.add(code)
            length -= 1
    return set(common) - staying


class _Comparison:
    """Two documents side by side."""

    def __init__(self, before: Document, after: Document, names: Mapping[str, str]) -> None:
        self.before, self.after, self.names = before, after, names
        self.rules = RuleWords(before), RuleWords(after)
        self.asked = [{one["code"]: one for one in document["questions"]} for document in (before, after)]

    def frame(self) -> Iterator[Change]:
        """Yield what differs in the questionnaire as a whole."""
        before, after = self.before, self.after
        yield from texts("title", _("Title"), before["title"], after["title"])
        yield from texts("introduction", _("Introduction"), before["introduction"], after["introduction"])
        languages = [" · ".join(map(language_name, document["languages"])) for document in (before, after)]
        yield from plain("languages", _("Languages"), *languages)
        quotas = [
            {one["code"]: rules.quota(one) for one in document.get("quotas", ())}
            for rules, document in zip(self.rules, (before, after), strict=True)
        ]
        for code in {**quotas[0], **quotas[1]}:
            yield from plain("quotas", _("Quota"), quotas[0].get(code, ""), quotas[1].get(code, ""))

    def dimensions(self, broken: frozenset[str]) -> Iterator[Compared]:
        """Yield the dimensions of the index."""
        then, now = (
            {one["code"]: one for one in document["dimensions"]} for document in (self.before, self.after)
        )
        for code in {**now, **then}:
            name = in_language((now.get(code) or then[code])["name"]) or code
            if code not in then or code not in now:
                yield Compared(code, name, "", ADDED if code in now else REMOVED)
                continue
            changes = (
                *texts("name", _("Name of the dimension"), then[code]["name"], now[code]["name"]),
                *plain("weight", _("Weight in the index"), then[code]["weight"], now[code]["weight"]),
            )
            judgement, reasons = judge_dimension(code, self.before, self.after, broken)
            yield Compared(code, name, "", KEPT, changes, judgement, reasons)

    def questions(self) -> Iterator[Compared]:
        """Yield the questions of both; what was removed stands where it stood."""
        then, now = self.asked
        places = _places(self.before, self.after)
        worded = wordings(self.before), wordings(self.after)
        gone: dict[str, list[str]] = {}
        last = ""
        for code in then:
            if code in now:
                last = code
            else:
                gone.setdefault(last, []).append(code)
        yield from (self._alone(then[code], REMOVED) for code in gone.get("", ()))
        for code, question in now.items():
            if code in then:
                yield self._kept(code, (worded[0][code], worded[1][code]), places[code])
            else:
                yield self._alone(question, ADDED)
            yield from (self._alone(then[one], REMOVED) for one in gone.get(code, ()))

    def _alone(self, question: Question, state: str) -> Compared:
        return Compared(question["code"], _name(question), _kind(question), state)

    def _kept(self, code: str, worded: tuple[Wording, Wording], places: tuple[Place, Place]) -> Compared:
        then, now = self.asked[0][code], self.asked[1][code]
        judgement, reasons = judge(then, now, worded, places)
        changes = tuple(self._changes(then, now, places))
        return Compared(code, _name(now), _kind(now), KEPT, changes, judgement, reasons)

    def _changes(self, then: Question, now: Question, places: tuple[Place, Place]) -> Iterator[Change]:
        yield from plain("type", _("Type"), _kind(then), _kind(now))
        yield from texts("text", _("Text"), then["text"], now["text"])
        yield from texts("help", _("Help"), then["help"], now["help"])
        yield from plain(
            "about", _("About"), about_words(then["about"], self.names), about_words(now["about"], self.names)
        )
        for key, label in (("required", _("Needs an answer")), ("headline", _("Headline"))):
            yield from plain(key, label, yes_or_no(then[key]), yes_or_no(now[key]))
        for key, label in (("dimension", _("Dimension")), ("weight", _("Weight"))):
            yield from plain(key, label, then[key], now[key])
        if then.get("show") != now.get("show"):
            told = (
                rules.show(one) if "show" in one else ""
                for rules, one in zip(self.rules, (then, now), strict=True)
            )
            yield Change("show", _("Shown when"), *told)
        if then.get("checks") != now.get("checks"):
            told = (
                " ".join(map(rules.check, one.get("checks", ())))
                for rules, one in zip(self.rules, (then, now), strict=True)
            )
            yield Change("checks", _("Checks"), *told)
        yield from of_settings(then, now, self.rules)
        if places[0].page != places[1].page:
            pages = (rules.page(place.page) for rules, place in zip(self.rules, places, strict=True))
            yield Change("page", _("Page"), *pages)
        elif places[1].moved:
            yield Change("order", _("Order"), "", _("moved"))


def _places(before: Document, after: Document) -> dict[str, tuple[Place, Place]]:
    """Return where the questions that both have stand in each."""
    codes = [[one["code"] for one in document["questions"]] for document in (before, after)]
    common = set(codes[0]) & set(codes[1])
    shifted = moved(*codes)
    found: list[dict[str, Place]] = []
    for document in (before, after):
        pages = pages_of(document["questions"])
        ratings: set[str] = set()
        stand: dict[str, Place] = {}
        for question in document["questions"]:
            code = question["code"]
            if code not in common:
                continue
            stand[code] = Place(pages[code], code in shifted, frozenset(ratings))
            if question_type(question["type"]).has_ratings(question):
                ratings.add(code)
        found.append(stand)
    return {code: (found[0][code], found[1][code]) for code in common}


def _name(question: Question) -> str:
    return in_language(question["text"]) or str(question["code"])


def _kind(question: Question) -> str:
    return str(question_type(question["type"]).label)
