"""How numbers of people and forms are told, so that nobody's answers follow from two looks at a page.

A batch of records may be one person's. While a wave is not settled, an exact number before and after it would say by
whom and how that person was asked, and what was left open. Numbers are told in steps of ten until then.
"""

from __future__ import annotations

from surveys.waves.models import Wave

FEWEST_TOLD = 10  # fewer are told as that
STEP = 10


def is_exact(wave: Wave) -> bool:
    """Say whether numbers of people of `wave` are told exactly: before anybody could answer, and when all is mixed."""
    return wave.status in (Wave.Status.PLANNED, Wave.Status.SETTLED)


def told(number: int, *, exactly: bool) -> int | None:
    """Return a number as it is told: exactly or rounded down to tens; None for fewer than ten."""
    if number < FEWEST_TOLD:
        return None
    return number if exactly else number - number % STEP


def share_told(part: int | None, whole: int | None, *, exactly: bool) -> float | None:
    """Return `part` of `whole`, both as told, as a share of at most 1; in whole per cent unless told exactly."""
    if part is None or not whole:
        return None
    share = min(1.0, part / whole)
    return share if exactly else round(share, 2)
