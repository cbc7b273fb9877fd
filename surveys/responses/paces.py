"""Noticing when far more open forms of a wave come than usual.

Forms are counted by ten minutes in the memory of each process and nowhere else: no time is stored, beside a record or
apart from it. What is usual is the largest of three means: of the wave so far, of the hour before, of the same hour
the day before. A form is one of a burst when the ten minutes have brought more than the 99.9 % bound of a Poisson
count of twice what is usual, and ten at least. The bound doubles what is usual because the day has hours: measured
against the mean so far alone, an ordinary day of two thousand forms would have a twelfth of them flagged.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from math import inf, sqrt

WINDOW_SECONDS = 600
HOUR = 6  # windows
DAY = 24 * HOUR
FEWEST = 10
TIMES_USUAL = 2.0
QUANTILE = 3.0902  # of the normal distribution, at 99.9 %
MOST_WAVES = 1000


def poisson_bound(mean: float) -> float:
    """Return about the 99.9 % quantile of a Poisson count, by the first terms of Cornish and Fisher's expansion.

    Source: Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed., §4.6; within one of the exact value.
    """
    return mean + QUANTILE * sqrt(mean) + (QUANTILE**2 - 1) / 6


@dataclass(slots=True)
class Pace:
    """The forms of one wave by windows of ten minutes, numbered from any beginning."""

    first: int
    now: int
    counts: dict[int, int] = field(default_factory=dict)
    limit: float = inf

    def arrives(self, window: int) -> bool:
        """Count a form of the window and say whether it is one of a burst."""
        if window > self.now:
            self.now = window
            self.counts = {one: forms for one, forms in self.counts.items() if one >= window - 2 * DAY}
            self.limit = self._limit()
        self.counts[window] = self.counts.get(window, 0) + 1
        return self.counts[window] > self.limit

    def _limit(self) -> float:
        """Return how many forms the present window may bring; without an hour to compare with, any number."""
        begin = max(self.first, self.now - 2 * DAY)
        if self.now - begin < HOUR:
            return inf
        yesterday = self.now // HOUR * HOUR - DAY
        usual = max(
            self._mean(begin, self.now),
            self._mean(self.now - HOUR, self.now),
            self._mean(yesterday, yesterday + HOUR) if yesterday >= begin else 0.0,
        )
        return max(FEWEST, poisson_bound(TIMES_USUAL * usual))

    def _mean(self, begin: int, end: int) -> float:
        return sum(self.counts.get(window, 0) for window in range(begin, end)) / (end - begin)


_paces: dict[int, Pace] = {}
_lock = threading.Lock()


def is_burst(wave_id: int) -> bool:
    """Count an open form of the wave that comes now, and say whether it is one of a burst."""
    window = int(time.time() // WINDOW_SECONDS)
    with _lock:
        if wave_id not in _paces and len(_paces) >= MOST_WAVES:
            del _paces[next(iter(_paces))]
        return _paces.setdefault(wave_id, Pace(window, window)).arrives(window)


def forget() -> None:
    """Forget what this process has counted."""
    with _lock:
        _paces.clear()
