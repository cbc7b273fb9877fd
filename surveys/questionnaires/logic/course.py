"""The course of one form through a questionnaire: which pages and questions come, given the answers so far.

The course is decided here and nowhere else: pages of residents, the API, the preview and the automatic walk all ask
`Course.walk`. It goes through the document once, in the order of the document; since rules refer to earlier questions
only, everything they need is known when they are judged. What is not reached or not shown counts as not answered.

Questions about the place as a whole stand where they are in the document. Neighbouring questions about departments
form a block, which is asked department by department.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby
from typing import Any, Literal

from surveys.languages import Text
from surveys.questionnaires.documents import GENERAL, Document, Question
from surveys.questionnaires.logic.evaluating import as_answer, evaluate, holds, is_broken
from surveys.questionnaires.logic.expressions import Expression, code_of, references
from surveys.questionnaires.logic.leaves import Entry, Leaf, leaf_of
from surveys.questionnaires.logic.piping import pipes_of
from surveys.questionnaires.logic.scopes import PartScope
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import AnswerError, question_type

Answers = Mapping[str, Mapping[str, Any]]  # clean ones, by part and question
Outcome = Literal["complete", "screened_out"]

# The types that the course itself acts on.
PAGE_BREAK = "page_break"
INFO = "info"
CALCULATED = "calculated"
HIDDEN = "hidden"
SPLIT = "split"
COMPUTED = (CALCULATED, SPLIT)

# Where a jump may lead besides to a later page.
END = "end"
SCREEN_OUT = "screen_out"


@dataclass(frozen=True, slots=True)
class Section:
    """Questions of a page that are asked about one part, in the order they are met."""

    part: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked at a time; `code` is that of its page break, "" for a first page without one."""

    code: str
    title: Text
    help: Text
    sections: tuple[Section, ...]

    @property
    def begun_by(self) -> str:
        """The code of the page break; what follows a stroke in `code` says which piece of that page it is."""
        return self.code.partition("/")[0]


@dataclass(frozen=True)
class Walk:
    """One way through a questionnaire."""

    pages: tuple[Page, ...]  # those with something to see, in the order they are met
    shown: frozenset[tuple[str, str]]  # part and code of the questions that take an answer
    computed: Mapping[str, Mapping[str, Any]]  # by part: calculated values and arms, where there are any
    outcome: Outcome
    ended_early: bool  # a jump led past the pages that were left
    quotas: tuple[str, ...]  # those that the form counts for
    misfits: frozenset[tuple[str, str]]  # shown, but answered by a choice that is not on offer
    scopes: Mapping[str, PartScope] = field(repr=False)

    def scope(self, part: str) -> PartScope:
        """Return what rules and pipes about `part` can see; what is about the place as a whole for an unknown one."""
        return self.scopes.get(part) or self.scopes[GENERAL]


class Course:
    """The courses that a document allows; made once for an edition, it is used for every form."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions: dict[str, Question] = {
            question["code"]: question for question in document["questions"]
        }
        self.positions = {code: position for position, code in enumerate(self.questions)}
        self._referred = {code_of(reference) for reference in references(*expressions_of(document)).all}
        self.leaves = tuple(self._planned())
        # Runs of neighbouring pages that change places; mostly each page stands alone.
        self._bundles = [
            tuple(leaves)
            for _group, leaves in groupby(enumerate(self.leaves), key=lambda at: at[1].group or f"\0{at[0]}")
        ]

    @cached_property
    def is_static(self) -> bool:
        """Whether every form is the same one page: no rules, no chance, no pages, nothing computed or quoted."""
        return (
            not self.document.get("quotas")
            and not any(True for _expression in expressions_of(self.document))
            and not any(
                question["type"] in (PAGE_BREAK, HIDDEN, *COMPUTED) or is_shuffled(question)
                for question in self.document["questions"]
            )
            and not any(
                code_of(reference) in self.questions
                for question in self.document["questions"]
                for reference in pipes_of(question)
            )
        )

    @cached_property
    def has_chance(self) -> bool:
        """Whether anything is met in random order, so that records keep an order number."""
        return any(map(is_shuffled, self.document["questions"])) or any(
            len(bundle) > 1 for bundle in self._bundles
        )

    @cached_property
    def is_personal(self) -> bool:
        """Whether forms without any answer may differ already: by chance, or by the address of the page."""
        return self.has_chance or any(
            question["type"] in (HIDDEN, SPLIT) for question in self.document["questions"]
        )

    def is_live(self, page: str) -> bool:
        """Say whether what stands on the page with this code depends on answers that are given on it."""
        return page in self._live

    @cached_property
    def _live(self) -> frozenset[str]:
        return frozenset(leaf.code for leaf in self.leaves if _depends_on_itself(leaf))

    def walk(self, parts: Sequence[str], answers: Answers, *, seed: Seed) -> Walk:
        """Return the way through the questionnaire that `answers` lead.

        `parts` are those the form asks about, `GENERAL` among them if it asks about the place as a whole, departments
        in the order of the wave. Answers are clean, without those of choices that are not on offer counting; answers
        to what is not shown are ignored. Never raises; always ends, because it only ever goes forward.
        """
        return _Walker(self, parts, answers, seed).walk()

    def bundled(self, seed: Seed) -> list[tuple[int, Leaf]]:
        """Return the planned pages in the order in which `seed` has them met, each with the number of its bundle."""
        ordered = []
        for number, bundle in enumerate(self._bundles):
            leaves = [leaf for _at, leaf in bundle]
            if len(leaves) > 1:
                places = seed.order(GENERAL, f"{leaves[0].group}.{leaves[0].code}", len(leaves))
                leaves = [leaves[place] for place in places]
            ordered += [(number, leaf) for leaf in leaves]
        return ordered

    def _planned(self) -> Iterator[Leaf]:
        page: Question | None = None
        entries: list[Entry] = []
        for question in self.document["questions"]:
            if question["type"] != PAGE_BREAK:
                entries.append(self._entry(question))
                continue
            if page is not None or entries:
                yield leaf_of(page, entries)
            page, entries = question, []
        yield leaf_of(page, entries)

    def _entry(self, question: Question) -> Entry:
        return Entry(
            question=question,
            code=question["code"],
            type=question["type"],
            about=question["about"],
            show=question.get("show"),
            offers=any("show" in choice for choice in question["settings"].get("choices", ())),
            referred=question["code"] in self._referred,
        )


def chance_order(entries: Sequence[Entry], *, part: str, seed: Seed) -> list[Entry]:
    """Return the questions of a page in random order; information stays where it is, and nothing passes it."""
    ordered: list[Entry] = []
    for is_info, run in groupby(entries, key=lambda entry: entry.type == INFO):
        met = list(run)
        places = range(len(met)) if is_info else seed.order(part, f"page.{met[0].code}", len(met))
        ordered += [met[place] for place in places]
    return ordered


def broken_checks(course: Course, walk: Walk) -> Iterator[tuple[str, str, Text]]:
    """Yield part, code and words of every check that the answers of `walk` break."""
    for part, code in sorted(walk.shown, key=lambda at: (at[0], course.positions[at[1]])):
        for check in course.questions[code].get("checks", ()):
            if is_broken(check["rule"], walk.scope(part)):
                yield part, code, check["words"]


def offered(question: Question, scope: PartScope) -> Question:
    """Return `question` with those of its choices that are on offer: what an answer to it is cleaned with."""
    choices = question["settings"].get("choices", ())
    if not any("show" in choice for choice in choices):
        return question
    kept = [choice for choice in choices if holds(choice.get("show"), scope)]
    return {**question, "settings": {**question["settings"], "choices": kept}}


def is_shuffled(question: Question) -> bool:
    """Say whether something of this question, or of the page that it begins, is met in random order."""
    return bool(question["settings"].get("shuffle"))


def expressions_of(document: Document) -> Iterator[Expression]:
    """Yield every expression of a document."""
    for question in document["questions"]:
        yield from expressions_in(question)
    for quota in document.get("quotas", ()):
        yield quota["when"]


def expressions_in(question: Question) -> Iterator[Expression]:
    """Yield every expression of one question."""
    settings = question["settings"]
    if "show" in question:
        yield question["show"]
    for check in question.get("checks", ()):
        yield check["rule"]
    for choice in settings.get("choices", ()):
        if "show" in choice:
            yield choice["show"]
    for jump in settings.get("jumps", ()):
        yield jump["when"]
    if question["type"] == CALCULATED and settings.get("value"):
        yield settings["value"]


def _depends_on_itself(leaf: Leaf) -> bool:
    """Say whether a question of the page refers to another one of it."""
    questions = [entry.question for _general, entries in leaf.runs for entry in entries]
    named = chain.from_iterable(
        (*references(*expressions_in(question)).all, *pipes_of(question)) for question in questions
    )
    return not {question["code"] for question in questions}.isdisjoint(map(code_of, named))


class _Walker:
    """One walk while it goes on."""

    def __init__(self, course: Course, parts: Sequence[str], answers: Answers, seed: Seed) -> None:
        self.course, self.parts, self.answers, self.seed = course, parts, answers, seed
        general = PartScope(GENERAL, course.questions, course.positions)
        self.scopes = {GENERAL: general}
        self.scopes |= {
            part: PartScope(part, course.questions, course.positions, general)
            for part in parts
            if part != GENERAL
        }
        self.departments = [part for part in parts if part != GENERAL]
        self.asks_general = GENERAL in parts
        self.shown: set[tuple[str, str]] = set()
        self.misfits: set[tuple[str, str]] = set()
        self.computed: dict[str, dict[str, Any]] = {}

    def walk(self) -> Walk:
        pages: list[Page] = []
        outcome: Outcome = "complete"
        ended_early = False
        ordered = self.course.bundled(self.seed)
        starts: dict[str, int] = {}  # where the bundle of a page begins
        first: dict[int, int] = {}
        for position, (bundle, leaf) in enumerate(ordered):
            starts[leaf.code] = first.setdefault(bundle, position)
        general = self.scopes[GENERAL]
        position = 0
        while position < len(ordered):
            leaf = ordered[position][1]
            position += 1
            if not holds(leaf.show, general):
                continue
            sections = tuple(self._sections(leaf))
            if any(question["type"] != HIDDEN for section in sections for question in section.questions):
                pages.append(Page(leaf.code, leaf.title, leaf.help, sections))
            to = next((jump["to"] for jump in leaf.jumps if holds(jump["when"], general)), "")
            if to == SCREEN_OUT:
                outcome = "screened_out"
            if to in (END, SCREEN_OUT):
                ended_early = position < len(ordered)
                break
            position = max(position, starts.get(to, 0))
        return Walk(
            pages=tuple(pages),
            shown=frozenset(self.shown),
            computed=self.computed,
            outcome=outcome,
            ended_early=ended_early,
            quotas=tuple(
                quota["code"]
                for quota in self.course.document.get("quotas", ())
                if holds(quota["when"], general)
            )
            if outcome == "complete"
            else (),
            misfits=frozenset(self.misfits),
            scopes=self.scopes,
        )

    def _sections(self, leaf: Leaf) -> Iterator[Section]:
        for general, entries in leaf.runs:
            for part in [GENERAL] if general else self.departments:
                asked = [entry for entry in entries if general or entry.is_asked_of(part)]
                seen = {entry.code for entry in asked if self._meets(entry, part)}
                if seen:
                    ordered = chance_order(asked, part=part, seed=self.seed) if leaf.shuffle else asked
                    yield Section(part, tuple(entry.question for entry in ordered if entry.code in seen))

    def _meets(self, entry: Entry, part: str) -> bool:
        """Come to a question about `part` and say whether the person sees it."""
        scope = self.scopes[part]
        if entry.show is not None and not holds(entry.show, scope):
            return False
        if entry.type in COMPUTED:
            self._compute(entry, part, scope)
            return False
        if part == GENERAL and not self.asks_general:
            return False
        if entry.type == INFO:
            return True
        question = entry.question
        if entry.offers:
            question = offered(question, scope)
            if not question["settings"]["choices"]:
                return False
        self.shown.add((part, entry.code))
        answer = self.answers.get(part, {}).get(entry.code)
        if answer is not None:
            if entry.offers and not _fits(question, answer):
                self.misfits.add((part, entry.code))
            else:
                scope.keep(question, answer, referred=entry.referred)
        return True

    def _compute(self, entry: Entry, part: str, scope: PartScope) -> None:
        """Find the value of a calculated question, or the arm of a split sample."""
        settings = entry.question["settings"]
        value: Any = None
        if entry.type == CALCULATED:
            value = evaluate(settings["value"], scope) if settings.get("value") else None
            value = None if isinstance(value, tuple) else as_answer(value)
        elif settings.get("arms"):
            arms = settings["arms"]
            value = arms[self.seed.arm(part, entry.code, len(arms))]["code"]
        if value is not None:
            self.computed.setdefault(part, {})[entry.code] = value
            scope.keep(entry.question, value, referred=entry.referred)


def _fits(question: Question, answer: Any) -> bool:
    """Say whether an answer is among the choices of `question` as it is offered."""
    try:
        question_type(question["type"]).clean(question, answer)
    except AnswerError:
        return False
    return True
