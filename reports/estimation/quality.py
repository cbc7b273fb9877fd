"""How records were answered, never whether they were kind: turning the scale round leaves every number as it is.

What is flagged when a form comes in is decided where forms come in; these are the published measures behind it.
"""

from __future__ import annotations

import numpy as np

from reports.estimation.estimate import FloatArray, IntArray


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
