"""Made-up answers to a question of any type, by what its type can tell: its codes, its fields, its examples."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from surveys.questionnaires.documents import Question
from surveys.questionnaires.question_types import AnswerError, question_type

MOST_VALUES = 60  # of a long list, that are tried one by one

# What is typed into a field of which nothing more is known.
_TYPED = ("1", "words", "2026-01-15", "10:30")


def cleaned(question: Question, raws: Sequence[Any]) -> list[Any]:
    """Return the clean answers that `raws` stand for, each once; what is no answer is left out."""
    kind = question_type(question["type"])
    answers: dict[str, Any] = {}
    for raw in raws:
        try:
            answer = kind.clean(question, raw)
        except AnswerError:
            continue
        if answer is not None:
            answers.setdefault(repr(answer), answer)
    return list(answers.values())


def samples(question: Question) -> Iterator[Any]:
    """Yield some clean answers to `question`, none twice in a row; nothing when none can be made up."""
    for raw in _raws(question):
        yield from cleaned(question, [raw])


def an_answer(question: Question, rng: Random) -> Any:
    """Return a random clean answer to `question`; None now and then, and where none can be made up."""
    kind = question_type(question["type"])
    if rng.random() < 0.1:
        return None
    if specs := [spec for spec in kind.items(question) if spec.suffix and spec.codes]:
        made = {spec.suffix: rng.choice(spec.codes) for spec in specs if rng.random() < 0.8}
        return next(iter(cleaned(question, [made])), None)
    values = [option.value for option in kind.options(question)] or list(kind.codes(question))
    if values:
        mixed = rng.sample(values, min(len(values), MOST_VALUES))
        if single := cleaned(question, mixed[:5]):
            return single[0]
        for _attempt in range(5):
            if sets := cleaned(question, [rng.sample(mixed, rng.randint(1, len(mixed)))]):
                return sets[0]
    answers = list(islice(samples(question), 8))
    return rng.choice(answers) if answers else None


def neighbours(literal: Any) -> list[Any]:
    """Return a value that a rule compares with; of a date the days before and after it, too."""
    try:
        day = date.fromisoformat(literal)
        return [(day + timedelta(days)).isoformat() for days in (-1, 0, 1)]
    except (TypeError, ValueError, OverflowError):
        return [literal]


def _raws(question: Question) -> Iterator[Any]:
    kind = question_type(question["type"])
    if specs := [spec for spec in kind.items(question) if spec.suffix and spec.codes]:
        yield {spec.suffix: spec.codes[-1] for spec in specs}
    values = [option.value for option in kind.options(question)] or list(kind.codes(question))
    yield from values[:MOST_VALUES]
    yield from ([value] for value in values[:MOST_VALUES])
    yield values
    yield from _typed(question)
    places = question["settings"].get("places")
    if isinstance(places, list):
        yield from _paths(places)
    yield from (raw for _settings, raw, answer in kind.accepts if answer is not None)


def _typed(question: Question) -> Iterator[Any]:
    """Yield what is read from the question's form fields, filled in alone and all together."""
    kind = question_type(question["type"])
    suffixes = kind.suffixes(question)
    words = (str(question["settings"].get("total", "")), *_TYPED)
    for typed in filter(None, words):
        yield from (kind.read(question, {suffix: [typed]}) for suffix in suffixes[:2])
        yield kind.read(question, dict.fromkeys(suffixes, (typed,)))


def _paths(places: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Yield the ways down to places that stand under one another."""
    parents = {place["code"]: place["parent"] for place in places}
    for code in islice(parents, MOST_VALUES):
        path = [code]
        while parents.get(path[0]) and len(path) < 10:
            path.insert(0, parents[path[0]])
        yield path
