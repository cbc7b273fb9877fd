"""Signs of hasty or repeated answering, kept as bits with a record. The rules are listed in `screening`.

A flag never deletes and never reads the direction of a rating: replacing every grade x by 6 − x leaves every flag as
it was (tested). Results are shown with and without flagged records. What is decided here is decided at intake from
one record alone. How long somebody took is used here and then forgotten: no time is stored.
"""

from collections.abc import Collection
from enum import IntFlag

from surveys.questionnaires.codebook import BLANK, NOT_ASKED, Part

FEWEST_ITEMS = 6  # of fewer items, equal answers say nothing (method em-1 §10)
FASTEST = 2.0  # seconds for each answered question (method em-1 §10)


class Flag(IntFlag):
    """What was noticed about a record."""

    FAST = 1  # less than two seconds for each answered question of the form
    STRAIGHT_LINE = 2  # the same answer to all of at least six rated items
    FLAT = 4  # at least six grades, all the same, whatever else was left out
    NEARBY = 8  # came after many forms from the same part of the network on that day
    UNPROVEN = 16  # the further step that was asked for was left out
    TRAP = 32  # a field was filled in that no person sees
    TWIN = 64  # its words are nearly those of another record
    BURST = 128  # came when far more came than usual


def is_fast(seconds: float | None, answered: int) -> bool:
    """Say whether a form with `answered` answers was sent off faster than anybody reads; None is not known."""
    return seconds is not None and seconds < FASTEST * answered


def flags_of(part: Part, codes: bytes, *, fast: bool = False) -> int:
    """Return the flags of a record about `part` as bits."""
    flags = Flag.FAST if fast else Flag(0)
    rated = [code for item in part.items if item.scored and (code := codes[item.position]) != NOT_ASKED]
    if len(rated) >= FEWEST_ITEMS:
        if _all_equal(rated) and rated[0] != BLANK:
            flags |= Flag.STRAIGHT_LINE
        grades = [code for code in rated if 1 <= code <= 5]
        if len(grades) >= FEWEST_ITEMS and _all_equal(grades):
            flags |= Flag.FLAT
    return int(flags)


def _all_equal(codes: Collection[int]) -> bool:
    return len(set(codes)) == 1
