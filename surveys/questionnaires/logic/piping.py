"""Quoting earlier answers: `{q3}` in a text stands for what the person answered to `q3`, in the words of the page.

What is in braces and names no earlier question stays as it is. The quoted words are words of a resident: templates
escape them like any other, and they are never read for braces again.
"""

import re
from collections.abc import Iterator
from typing import Any

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.expressions import code_of
from surveys.questionnaires.logic.scopes import PartScope
from surveys.questionnaires.question_types import question_type

BLANK = "…"
LONGEST_QUOTE = 200  # a text is quoted so far

_pipe = re.compile(r"\{([a-z0-9][a-z0-9_-]{0,49}(?:\.[a-z0-9][a-z0-9_.-]{0,68})?)\}")


def pipes_in(text: Text) -> Iterator[str]:
    """Yield what stands in braces in any language of `text` and could be a question: `q3`, `q5.r1`."""
    for words in text.values():
        yield from _pipe.findall(words)


def texts_of(question: Question) -> Iterator[Text]:
    """Yield the texts of a question in which answers may be quoted."""
    yield question["text"]
    yield question.get("help", {})
    for choice in question["settings"].get("choices", ()):
        yield choice["text"]


def pipes_of(question: Question) -> Iterator[str]:
    """Yield what the texts of a question quote, or seem to."""
    for text in texts_of(question):
        yield from pipes_in(text)


def piped(words: str, scope: PartScope, language: str, *, before: str) -> str:
    """Return `words` with answers in the place of their questions' codes; quoted are questions before `before`."""
    if "{" not in words:
        return words

    def quote(found: re.Match[str]) -> str:
        code = code_of(found[1])
        if not scope.can_see(code, before=before) or not _takes_answer(scope.questions[code]):
            return found[0]
        return _quoted(found[1], scope, language)

    return _pipe.sub(quote, words)


def _quoted(reference: str, scope: PartScope, language: str) -> str:
    """Return what was answered to a question, or to the part of it that `reference` names, in words."""
    code, point, suffix = reference.partition(".")
    question = scope.questions[code]
    answer = scope.answer(code)
    if answer is None:
        return BLANK
    kind = question_type(question["type"])
    if not point:
        words = kind.words(question, answer, language)
    else:
        value = kind.values(question, answer).get(suffix)
        words = BLANK if value is None else _value_in_words(question, suffix, value, language)
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"


def _value_in_words(question: Question, suffix: str, value: Any, language: str) -> str:
    kind = question_type(question["type"])
    texts: dict[Any, Text] = {option.value: option.text for option in kind.options(question)}
    for spec in kind.items(question):
        if spec.suffix == suffix and spec.labels is not None:
            texts |= spec.labels
    values = value if isinstance(value, list | tuple) else [value]
    return ("、" if language.startswith("zh") else ", ").join(
        in_language(texts[one], language) if one in texts else str(one) for one in values
    )


def _takes_answer(question: Question) -> bool:
    return question_type(question["type"]).takes_answer
