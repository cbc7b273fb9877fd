"""Two versions of a text laid over each other: which words stayed, which were inserted, which were taken away.

Scripts without spaces are compared character by character, others word by word. The work is bounded: what is left of
two long texts between their common beginning and end is shown as taken away and inserted as a whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORK = 60_000  # pairs of words that are held against each other

_word = re.compile(r"[⺀-鿿가-힯豈-﫿\U00020000-\U0003ffff]|\s+|\w+|[^\w\s]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words with the same fate."""

    fate: Literal["same", "deleted", "inserted"]
    words: str


def spans(before: str, after: str) -> tuple[Span, ...]:
    """Return the runs of words by which `before` becomes `after`, in reading order."""
    return tuple(_merged(_runs(_word.findall(before), _word.findall(after))))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Span]:
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    yield Span("same", "".join(before[:start]))
    if len(old) * len(new) > MOST_WORK:
        yield Span("deleted", "".join(old))
        yield Span("inserted", "".join(new))
    else:
        for tag, i, k, j, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                yield Span("same", "".join(old[i:k]))
            else:
                yield Span("deleted", "".join(old[i:k]))
                yield Span("inserted", "".join(new[j:m]))
    yield Span("same", "".join(before[len(before) - end :]))


def _merged(runs: Iterator[Span]) -> Iterator[Span]:
    """Leave out empty runs, and join neighbours with the same fate."""
    held: Span | None = None
    for run in runs:
        if not run.words:
            continue
        if held is not None and held.fate == run.fate:
            held = Span(held.fate, held.words + run.words)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held
