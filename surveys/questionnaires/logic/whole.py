"""A questionnaire on one sheet: everything that could be asked, in the order of the document.

It is for where nobody decides what comes next: a device without a line, paper. What depends on an answer carries a
plain note; whoever takes the sheet drops what the rules would not have asked. The sheet depends on nobody: there is
no chance on it, and nothing is quoted.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import GENERAL, Question
from surveys.questionnaires.logic.course import COMPUTED, HIDDEN, INFO, Course, Page, Section, Walk
from surveys.questionnaires.logic.leaves import Entry, Leaf
from surveys.questionnaires.logic.scopes import PartScope

WHOLE = "*"  # the code of the page; no question can have it


def whole(course: Course, parts: Sequence[str], *, note: str, language: str) -> Walk:
    """Return a walk with one page on which everything stands that could be asked about `parts`.

    `note` is what stands at questions that are asked of some people only, in `language`; `shown` are the others.
    """
    departments = [part for part in parts if part != GENERAL]
    sections: list[Section] = []
    always: set[tuple[str, str]] = set()
    may_be_passed = False
    for leaf in course.leaves:
        is_conditional = may_be_passed or leaf.show is not None
        may_be_passed = may_be_passed or bool(leaf.jumps)
        asked = list(_sections(leaf, departments, GENERAL in parts, note, language))
        if asked and (leaf.title or is_conditional):
            sections.append(Section(GENERAL, (_headed(leaf, note if is_conditional else "", language),)))
        sections += asked
        if not is_conditional:
            always |= {
                (one.part, question["code"])
                for one in asked
                for question in one.questions
                if "show" not in question
            }
    page = Page(WHOLE, {}, {}, tuple(sections))
    scopes = {part: PartScope(part, course.questions, course.positions) for part in (GENERAL, *departments)}
    return Walk(
        pages=(page,),
        shown=frozenset(always),
        computed={},
        outcome="complete",
        ended_early=False,
        quotas=(),
        misfits=frozenset(),
        scopes=scopes,
    )


def _sections(
    leaf: Leaf, departments: Sequence[str], asks_general: bool, note: str, language: str
) -> Iterator[Section]:
    for general, entries in leaf.runs:
        for part in [GENERAL] * asks_general if general else departments:
            asked = [
                _plain(entry, note, language)
                for entry in entries
                if entry.type not in (*COMPUTED, HIDDEN) and (general or entry.is_asked_of(part))
            ]
            if asked:
                yield Section(part, tuple(asked))


def _plain(entry: Entry, note: str, language: str) -> Question:
    """Return a question as everybody meets it: all its choices, in their order, with a note if it is for some only."""
    question, settings = entry.question, entry.question["settings"]
    if settings.get("shuffle") or entry.offers:
        settings = {name: value for name, value in settings.items() if name != "shuffle"}
        settings["choices"] = [
            {name: value for name, value in choice.items() if name != "show"}
            for choice in settings["choices"]
        ]
        question = {**question, "settings": settings}
    if entry.show is None:
        return question
    return {**question, "help": _noted(note, question.get("help", {}), language)}


def _headed(leaf: Leaf, note: str, language: str) -> Question:
    """Return the title of a page as an information block."""
    block: dict[str, Any] = {
        "code": leaf.code or WHOLE,
        "type": INFO,
        "about": GENERAL,
        "text": leaf.title,
        "help": _noted(note, leaf.help, language) if note else leaf.help,
        "required": False,
        "headline": False,
        "dimension": "",
        "weight": "1",
        "settings": {},
    }
    return block


def _noted(note: str, text: Text, language: str) -> Text:
    return {language: "\n".join(filter(None, (note, in_language(text, language))))}
