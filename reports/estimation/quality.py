"""Quality flags of records, and what the flagged ones do to a score.

Flags never delete. They look at how a record was answered, never at whether it was kind: turning the scale
round leaves every flag as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray, IntArray


def longstring(answers: FloatArray) -> IntArray:
    """Give the longest run of identical consecutive answers of each record (K, p); NaN breaks a run.

    Source: Johnson 2005; R `careless::longstring`; `docs/methodology.md` §10.
    """
    run = np.ones(answers.shape[0], dtype=np.int64)
    longest = run.copy()
    for j in range(1, answers.shape[1]):
        run = np.where(answers[:, j] == answers[:, j - 1], run + 1, 1)
        longest = np.maximum(longest, run)
    return longest


def response_variability(answers: FloatArray) -> tuple[float | None, ...]:
    """Give the standard deviation (n-1) of each record's answers, (K, p); None with fewer than two of them.

    Missing answers are left out. Source: Dunn et al. 2018; R `careless::irv`; `docs/methodology.md` §10.
    """
    seen = ~np.isnan(answers)
    answered = seen.sum(axis=1)
    mean = np.where(seen, answers, 0.0).sum(axis=1) / np.maximum(answered, 1)
    square = np.where(seen, answers - mean[:, None], 0.0) ** 2
    spread = np.sqrt(square.sum(axis=1) / np.maximum(answered - 1, 1))
    return tuple(float(s) if n > 1 else None for s, n in zip(spread, answered, strict=True))


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags of K records: the same answer to all items, no variability, answered too fast."""

    straight_line: BoolArray
    no_variability: BoolArray
    too_fast: BoolArray


def flags(
    answers: FloatArray,
    seconds: FloatArray | None = None,
    *,
    items_from: int = 6,
    seconds_per_item: float = 2.0,
) -> Flags:
    """Flag records of (K, p) answers (NaN missing) and total `seconds` (K,) (`docs/methodology.md` §10).

    Straight-lining needs at least `items_from` answered items; too fast is below `seconds_per_item` each.
    """
    seen = ~np.isnan(answers)
    answered = seen.sum(axis=1)
    low = np.where(seen, answers, np.inf).min(axis=1, initial=np.inf)
    high = np.where(seen, answers, -np.inf).max(axis=1, initial=-np.inf)
    same = (answered > 0) & (low == high)
    fast = np.zeros(answers.shape[0], dtype=bool)
    if seconds is not None:
        fast = (answered > 0) & (seconds < seconds_per_item * answered)
    return Flags((answered >= items_from) & same, (answered >= 2) & same, fast)


def flagged_effect(with_flagged: Answer, without: Answer, *, warn_from: float = 1.0) -> bool:
    """Tell whether leaving out flagged records moves the score by more than `warn_from` points."""
    if not isinstance(with_flagged, Estimate) or not isinstance(without, Estimate):
        return isinstance(with_flagged, Estimate) != isinstance(without, Estimate)
    return abs(with_flagged.value - without.value) > warn_from
