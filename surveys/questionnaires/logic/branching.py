"""Walking every way through a draft with made-up answers, before anybody is asked.

Only answers that some rule can tell apart make a difference, so only those are tried, each in turn, in the order in
which they are met. Where the ways are too many to try all, some are taken, each time by the answers that were given
least so far, and the list says that it was cut.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.questionnaires.advising.minutes import Clock, Trip
from surveys.questionnaires.documents import GENERAL, Document, Question
from surveys.questionnaires.logic.course import (
    COMPUTED,
    HIDDEN,
    SPLIT,
    Course,
    Walk,
    broken_checks,
    expressions_in,
    offered,
)
from surveys.questionnaires.logic.domains import comparisons_of, domain_of, scope_of
from surveys.questionnaires.logic.evaluating import evaluate
from surveys.questionnaires.logic.expressions import code_of, references
from surveys.questionnaires.logic.leaves import Leaf
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type

MOST_PATHS = 500
MOST_WALKS = 1000
MOST_STEPS = 150_000  # questions that are come to on all walks together

Ending = Literal["complete", "early", "screened_out"]
Key = tuple[str, str]  # part and question
Choices = dict[Key, Any]  # what was answered where it makes a difference; for split samples the arm's code


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through: what is answered on it where that makes a difference, and what is met."""

    choices: tuple[str, ...]  # in words of the page's language
    pages: tuple[str, ...]  # codes of page breaks, "" for a first page without one
    general: frozenset[str]  # codes of the questions met about the place
    departments: frozenset[str]  # and about departments
    questions: int  # how many are asked of somebody who rates one department
    minutes: float  # that the usual person needs, who rates the usual number of departments
    ending: Ending


@dataclass(frozen=True, slots=True)
class Branches:
    """The ways through a questionnaire that were walked; `is_whole` when there are no others."""

    branches: tuple[Branch, ...]
    is_whole: bool
    pages_missed: tuple[str, ...]  # on no way that was walked
    questions_missed: tuple[str, ...]


def branches_of(document: Document) -> Branches:
    """Walk every way through `document` that rules can tell apart, at most `MOST_PATHS`."""
    course = Course(document)
    found, is_whole = _Explorer(course).explore()
    words = RuleWords(document)
    clock = Clock(document)
    listed = tuple(_branch(walk, choices, course, words, clock) for choices, walk in found)
    pages = {code for branch in listed for code in branch.pages}
    met = {code for branch in listed for code in branch.general | branch.departments}
    met |= {code for _choices, walk in found for values in walk.computed.values() for code in values}
    return Branches(
        branches=listed,
        is_whole=is_whole,
        pages_missed=tuple(
            leaf.code for leaf in course.leaves if _can_be_seen(leaf) and leaf.code not in pages
        ),
        questions_missed=tuple(
            code
            for code, question in course.questions.items()
            if question_type(question["type"]).takes_answer
            and question["type"] not in COMPUTED
            and code not in met
        ),
    )


def parts_of(document: Document) -> list[str]:
    """Return the parts of a form that asks about everything `document` names, one department standing for each."""
    abouts = dict.fromkeys(question["about"] for question in document["questions"])
    return [GENERAL, *(about for about in abouts if about != GENERAL)]


@dataclass(frozen=True, slots=True)
class _Arms(Seed):
    """A seed whose split samples fall as they are told."""

    told: Mapping[Key, int] = field(default_factory=dict)

    def arm(self, part: str, code: str, count: int) -> int:
        return self.told.get((part, code), 0)


class _Explorer:
    """Finds the ways through one course."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.parts = parts_of(course.document)
        self.expressions = [
            expression for question in course.questions.values() for expression in expressions_in(question)
        ]
        self.referred = {code_of(reference) for reference in references(*self.expressions).all}
        self.kept: dict[str, tuple[Any, ...]] = {}
        self.found: dict[Any, tuple[Choices, Walk]] = {}
        self.walks = 0
        self.most_walks = min(MOST_WALKS, MOST_STEPS // max(len(course.questions), 1))
        self.rng = Random(1)  # noqa: S311 -- the same list for the same draft

    def explore(self) -> tuple[list[tuple[Choices, Walk]], bool]:
        """Return the ways, each with the choices that lead there, and whether they are all."""
        is_whole = self._try_all()
        if not is_whole:
            tried, self.found, self.walks = self.found, {}, 0
            self._try_each_answer()
            for signature, way in tried.items():
                if len(self.found) < MOST_PATHS:
                    self.found.setdefault(signature, way)
        return list(self.found.values()), is_whole

    def _try_all(self) -> bool:
        """Try every choice after every other; False when there are too many."""
        waiting: list[Choices] = [{}]
        while waiting:
            if self.walks >= self.most_walks or len(self.found) >= MOST_PATHS:
                return False
            choices = waiting.pop()
            walk = self._walk(choices)
            undecided = self._undecided(walk, choices)
            if undecided:
                key = undecided[0]
                # The last one waits on top, so the ways come in the order of the answers.
                waiting += [{**choices, key: answer} for answer in reversed(self._answers(key, walk))]
            else:
                self._keep(choices, walk)
        return True

    def _try_each_answer(self) -> None:
        """Take ways at random, each time by the answers that were given least."""
        given: Counter[tuple[str, str]] = Counter()
        fruitless = 0
        while self.walks < self.most_walks and len(self.found) < MOST_PATHS and fruitless < 100:
            choices: Choices = {}
            walk = self._walk(choices)
            while undecided := self._undecided(walk, choices):
                for key in undecided:
                    answers = self._answers(key, walk)
                    least = min(answers, key=lambda answer: (given[key[1], repr(answer)], self.rng.random()))
                    choices[key] = least
                    given[key[1], repr(least)] += 1
                walk = self._walk(choices)
            before = len(self.found)
            self._keep(choices, walk)
            fruitless = 0 if len(self.found) > before else fruitless + 1

    def _walk(self, choices: Choices) -> Walk:
        self.walks += 1
        answers: dict[str, dict[str, Any]] = {part: {} for part in self.parts}
        arms: dict[Key, int] = {}
        for (part, code), answer in choices.items():
            question = self.course.questions[code]
            if question["type"] == SPLIT:
                arms[part, code] = [arm["code"] for arm in question["settings"]["arms"]].index(answer)
            else:
                answers[part][code] = answer
        return self.course.walk(self.parts, answers, seed=_Arms(b"walked by itself", arms))

    def _undecided(self, walk: Walk, choices: Choices) -> list[Key]:
        """List what was met and makes a difference but has no answer yet, in the order of the document."""
        met = [key for key in walk.shown if key[1] in self.referred and key not in choices]
        met += [
            (part, code)
            for part, values in walk.computed.items()
            for code in values
            if code in self.referred
            and (part, code) not in choices
            and self.course.questions[code]["type"] == SPLIT
        ]
        return sorted(met, key=lambda key: (self.course.positions[key[1]], self.parts.index(key[0])))

    def _answers(self, key: Key, walk: Walk) -> Sequence[Any]:
        """Return answers to try for a question: one for each kind that rules can tell apart."""
        part, code = key
        question = self.course.questions[code]
        narrowed = offered(question, walk.scope(part))
        if narrowed is not question:
            return self._told_apart(narrowed)
        if code not in self.kept:
            self.kept[code] = tuple(self._told_apart(question))
        return self.kept[code]

    def _told_apart(self, question: Question) -> Sequence[Any]:
        code = question["code"]
        concerned = [
            expression
            for expression in self.expressions
            if any(code_of(reference) == code for reference in references(expression).all)
        ]
        answers = list(domain_of(question, concerned).answers)
        if question["required"] or question["type"] == SPLIT:
            answers = [answer for answer in answers if answer is not None] or answers
        comparisons = comparisons_of(concerned, code)
        if comparisons is None:
            return answers
        kinds: dict[tuple[Any, ...], Any] = {}
        for answer in answers:
            scope = scope_of({code: answer}, {code: question})
            kinds.setdefault(tuple(evaluate(one, scope) for one in comparisons), answer)
        return list(kinds.values())

    def _keep(self, choices: Choices, walk: Walk) -> None:
        """Keep a way that differs from the others and that a person can go."""
        if walk.misfits or any(True for _broken in broken_checks(self.course, walk)):
            return
        signature = (tuple(page.code for page in walk.pages), walk.shown, walk.outcome, walk.ended_early)
        self.found.setdefault(signature, (choices, walk))


def _can_be_seen(leaf: Leaf) -> bool:
    """Say whether there is anything on a page that people can see."""
    return any(entry.type not in (HIDDEN, *COMPUTED) for _general, run in leaf.runs for entry in run)


def _branch(walk: Walk, choices: Choices, course: Course, words: RuleWords, clock: Clock) -> Branch:
    general = frozenset(code for part, code in walk.shown if part == GENERAL)
    departments = frozenset(code for part, code in walk.shown if part != GENERAL)
    asked = [code for code in general | departments if course.questions[code]["type"] != HIDDEN]
    trip = Trip(general, departments, max(len(walk.pages), 1))
    return Branch(
        choices=tuple(_in_words(key[1], answer, course, words) for key, answer in choices.items()),
        pages=tuple(page.code for page in walk.pages),
        general=general,
        departments=departments,
        questions=len(asked),
        minutes=clock.span([trip]).usual,
        ending="screened_out"
        if walk.outcome == "screened_out"
        else "early"
        if walk.ended_early
        else "complete",
    )


def _in_words(code: str, answer: Any, course: Course, words: RuleWords) -> str:
    question = course.questions[code]
    said = (
        _("no answer")
        if answer is None
        else question_type(question["type"]).words(question, answer, get_language() or "")
    )
    return _("%(question)s: %(answer)s") % {"question": words.question(code), "answer": said}
