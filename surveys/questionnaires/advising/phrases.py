"""Looking for words in a passage in time proportional to its length, whatever a designer pasted.

Chinese phrases are found anywhere, English ones between the edges of words. What an exception covers is not found.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import re2

Span = tuple[int, int]
LONGEST_EXCERPT = 90
_STRAIGHT = str.maketrans("‘’ʼ＇", "''''")


def words_of(line: str) -> frozenset[str]:
    """Return the words and phrases of a list written in one line, apart by |."""
    return frozenset(line.split("|"))


class Pattern:
    """A pattern that RE2 looks for, without regard to case and to the form of the apostrophe."""

    def __init__(self, pattern: str) -> None:
        self._search: Any = re2.compile(f"(?i){pattern}")

    def spans(self, words: str) -> Iterator[Span]:
        """Yield where the pattern is found, from left to right, never overlapping."""
        for match in self._search.finditer(words.translate(_STRAIGHT)):
            yield match.span()

    def groups(self, words: str) -> Iterator[tuple[str, ...]]:
        """Yield the groups of every match, a missing one as ""."""
        for match in self._search.finditer(words.translate(_STRAIGHT)):
            yield tuple(group or "" for group in match.groups())

    def is_in(self, words: str) -> bool:
        """Say whether the pattern is found."""
        return self._search.search(words.translate(_STRAIGHT)) is not None


class Phrases(Pattern):
    """A list of phrases, the longest first; `whole_words` for scripts that put spaces between words."""

    def __init__(self, phrases: Iterable[str], *, whole_words: bool = False) -> None:
        longest_first = sorted(set(phrases), key=len, reverse=True)
        either = "|".join(re2.escape(phrase) for phrase in longest_first)
        super().__init__(rf"\b(?:{either})\b" if whole_words else f"(?:{either})")


def covered(words: str, *exceptions: Pattern) -> str:
    """Return `words` with what the exceptions find blotted out, every character still in its place."""
    for exception in exceptions:
        for start, end in exception.spans(words):
            words = words[:start] + "□" * (end - start) + words[end:]
    return words


def excerpt(words: str, start: int, end: int) -> str:
    """Return the part of `words` around a span, short enough for a line, with … where something is left out."""
    room = max(LONGEST_EXCERPT - (end - start), 0) // 2
    left, right = max(start - room, 0), min(end + room, len(words))
    if left:
        space = words.find(" ", left, start)
        left = space + 1 if space >= 0 else left
    if right < len(words):
        space = words.rfind(" ", end, right)
        right = space if space >= 0 else right
    inner = " ".join(words[left:right][: 2 * LONGEST_EXCERPT].split())
    return f"{'…' if left else ''}{inner}{'…' if right < len(words) else ''}"


def sentences(words: str) -> Iterator[Span]:
    """Yield where each sentence begins and ends, in either script; a full stop inside a number ends none."""
    start = 0
    for place, character in enumerate(words):
        closes = character in "。！？!?；;\n" or (
            character == "." and (place + 1 == len(words) or words[place + 1].isspace())
        )
        if closes:
            if words[start : place + 1].strip():
                yield start, place + 1
            start = place + 1
    if words[start:].strip():
        yield start, len(words)
