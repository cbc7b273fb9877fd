"""The order of a questionnaire on paper: everything at once, with words where a screen would show or skip.

Printed copies and the page on which they are typed in follow it alike. What is left to chance follows from the seed,
which follows from the serial: a copy is one of the orders that a screen could have shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import GENERAL, Question
from surveys.questionnaires.logic.course import INFO, SPLIT, chance_order, is_shuffled
from surveys.questionnaires.logic.leaves import Entry, Leaf
from surveys.questionnaires.logic.piping import pipes_of
from surveys.questionnaires.logic.presenting import shuffled
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type
from surveys.responses.access import AskedDepartment, AskedWave


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on paper; `parts` are those that it asks about in one table, else one."""

    question: Question
    number: int  # 0: an information
    parts: tuple[AskedDepartment, ...]
    rules: tuple[str, ...]  # in words


@dataclass(frozen=True, slots=True)
class Block:
    """Questions about one department, about several in tables, or about the place as a whole (no name)."""

    name: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page of the questionnaire, which is no sheet of paper; `rules` stand before it, `jumps` behind it."""

    heading: str
    help: str
    rules: tuple[str, ...]
    jumps: tuple[str, ...]
    blocks: tuple[Block, ...]


def departments_of(wave: AskedWave, about: Sequence[str]) -> tuple[AskedDepartment, ...]:
    """Return whom a form asks about: `about`, or all of the wave where it is empty, the place as a whole first."""
    chosen = tuple(one for one in wave.departments if one.code in about or not (about or wave.chooses))
    return (*([wave.general] if wave.general else []), *chosen)


def laid_out(wave: AskedWave, *, about: Sequence[str], language: str, seed: Seed) -> list[PaperPage]:
    """Return the pages of the questionnaire about the departments `about`, in the language that is active."""
    plan = _Plan(wave, departments_of(wave, about), language, seed)
    return [page for leaf in plan.leaves if (page := plan.page(leaf)).blocks]


def chances(wave: AskedWave, *, about: Sequence[str], language: str, seed: Seed) -> list[str]:
    """Say which arms of split samples the copy with this seed falls into: rules may ask for them."""
    course = wave.course
    said = []
    parts = departments_of(wave, about)
    walk = course.walk([one.code for one in parts], {}, seed=seed)
    for one in parts:
        for code, arm in walk.computed.get(one.code, {}).items():
            question = course.questions[code]
            if question["type"] != SPLIT:
                continue
            names = {
                entry["code"]: in_language(entry["name"], language) for entry in question["settings"]["arms"]
            }
            name = in_language(question["text"], language) or code
            whose = "" if one.code == GENERAL else f"{in_language(one.names, language) or one.code}: "
            said.append(f"{whose}{name} = {names.get(arm) or arm}")
    return said


class _Plan:
    """Lays out the pages of one form."""

    def __init__(
        self, wave: AskedWave, departments: Sequence[AskedDepartment], language: str, seed: Seed
    ) -> None:
        self.wave, self.language, self.seed = wave, language, seed
        self.general = [one for one in departments if one is wave.general]
        self.departments = [one for one in departments if one is not wave.general]
        self.words = RuleWords(wave.document)
        self.leaves = [leaf for _bundle, leaf in wave.course.bundled(seed)]

    def page(self, leaf: Leaf) -> PaperPage:
        begins = self.wave.course.questions.get(leaf.code) if leaf.code else None
        return PaperPage(
            heading=self.words.page(leaf.code) if len(self.leaves) > 1 else "",
            help=in_language(leaf.help, self.language),
            rules=(self.words.show(begins),) if begins and leaf.show else (),
            jumps=tuple(map(self.words.jump, leaf.jumps)),
            blocks=tuple(block for block in self._blocks(leaf) if block.asked),
        )

    def _blocks(self, leaf: Leaf) -> Iterator[Block]:
        for is_general, entries in leaf.runs:
            joint = [entry for entry in entries if question_type(entry.type).is_joint]
            if not is_general and joint:
                yield Block("", tuple(self._joint(joint)))
            for one in self.general if is_general else self.departments:
                asked = [entry for entry in entries if is_general or entry.is_asked_of(one.code)]
                if leaf.shuffle:
                    asked = chance_order(asked, part=one.code, seed=self.seed)
                name = "" if is_general else in_language(one.names, self.language) or one.code
                drawn = [entry for entry in asked if _stands_alone(entry)]
                yield Block(name, tuple(self._asked(entry, (one,)) for entry in drawn))

    def _joint(self, entries: Sequence[Entry]) -> Iterator[Asked]:
        for entry in entries:
            parts = tuple(one for one in self.departments if entry.is_asked_of(one.code))
            if parts:
                yield self._asked(entry, parts)

    def _asked(self, entry: Entry, parts: tuple[AskedDepartment, ...]) -> Asked:
        question = entry.question
        choices = question["settings"].get("choices", ())
        rules = [self.words.show(question)] if entry.show else []
        rules += [self.words.choice(choice) for choice in choices if "show" in choice]
        if is_shuffled(question):
            choices = shuffled(question, part=parts[0].code, seed=self.seed)
            question = {**question, "settings": {**question["settings"], "choices": choices}}
        if any(True for _pipe in pipes_of(question)):
            question = self._referring(question)
        number = self.words.numbers.get(entry.code, 0)
        return Asked(question, number, parts, tuple(rules))

    def _referring(self, question: Question) -> Question:
        """Return `question` with the number of the earlier question where a screen would quote the answer to it."""
        references = set(pipes_of(question))

        def referring(text: Text) -> Text:
            words = in_language(text, self.language)
            for reference in references:
                number = self.words.numbers.get(reference.partition(".")[0])
                if number:
                    said = _("(your answer to question %(number)d)") % {"number": number}
                    words = words.replace("{" + reference + "}", said)
            return {self.language: words}

        settings = question["settings"]
        if "choices" in settings:
            choices = [{**choice, "text": referring(choice["text"])} for choice in settings["choices"]]
            settings = {**settings, "choices": choices}
        return {
            **question,
            "text": referring(question["text"]),
            "help": referring(question.get("help", {})),
            "settings": settings,
        }


def _stands_alone(entry: Entry) -> bool:
    """Say whether a question is drawn by itself: people see it, and it is in no table with others."""
    kind = question_type(entry.type)
    return not kind.is_joint and (
        entry.type == INFO or (kind.is_drawn and kind.takes_answer and kind.source == "person")
    )
