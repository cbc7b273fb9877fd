"""A question as one person meets it: the choices on offer, in the person's order, earlier answers quoted."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.course import is_shuffled, offered
from surveys.questionnaires.logic.piping import piped, pipes_of
from surveys.questionnaires.logic.scopes import PartScope
from surveys.questionnaires.logic.seeds import Seed


def presented(question: Question, scope: PartScope, *, seed: Seed, language: str) -> Question:
    """Return `question` as it is drawn for the person whose answers `scope` holds.

    It is the very same object when nothing about it depends on the person, so that a drawing of it can be kept.
    """
    if is_shuffled(question):
        question = _with_choices(question, shuffled(question, part=scope.part, seed=seed))
    question = offered(question, scope)
    if any(True for _pipe in pipes_of(question)):
        question = _quoting(question, scope, language)
    return question


def shuffled(question: Question, *, part: str, seed: Seed) -> list[Mapping[str, Any]]:
    """Return the choices in random order; “other”, “none of these” and those that are fixed keep their places."""
    choices: Sequence[Mapping[str, Any]] = question["settings"].get("choices", ())
    free = [place for place, choice in enumerate(choices) if not _keeps_its_place(choice)]
    ordered = list(choices)
    for place, taken in zip(free, seed.order(part, question["code"], len(free)), strict=True):
        ordered[place] = choices[free[taken]]
    return ordered


def _keeps_its_place(choice: Mapping[str, Any]) -> bool:
    return bool(choice.get("fixed") or choice.get("other") or choice.get("exclusive"))


def _with_choices(question: Question, choices: list[Mapping[str, Any]]) -> Question:
    return {**question, "settings": {**question["settings"], "choices": choices}}


def _quoting(question: Question, scope: PartScope, language: str) -> Question:
    def quoting(text: Text) -> Text:
        words = in_language(text, language)
        return {language: piped(words, scope, language, before=question["code"])} if "{" in words else text

    question = {**question, "text": quoting(question["text"]), "help": quoting(question.get("help", {}))}
    choices = question["settings"].get("choices")
    if choices is None:
        return question
    return _with_choices(question, [{**choice, "text": quoting(choice["text"])} for choice in choices])
