"""Keep in memory what is drawn from released content, until anything that it hangs on changes.

Content is frozen, so what is drawn from it is the same for everybody who may read it. It hangs on the language of the
reader and on what is released, superseded and taken down: both are part of every key here, so nothing kept is read
after a change of them that `access` has seen. What else a page hangs on, its place names. Who may read is never asked
here: whoever keeps what not everybody may read asks it of every request, before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.utils.translation import get_language

from reports.scorecards import access

Drawn = TypeVar("Drawn")


class Kept(Generic[Drawn]):
    """What was drawn before, the least recently read forgotten first; safe for threads."""

    def __init__(self, *, most_bytes: int, size: Callable[[Drawn], int]) -> None:
        """Keep at most so many bytes in this process; `size` says how many a thing takes, about."""
        self._most_bytes = most_bytes
        self._size = size
        self._bytes = 0
        self._drawn: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: Hashable, draw: Callable[[], Drawn], *, keep: bool = True) -> Drawn:
        """Return what is kept at `place`, or draw it, and keep it unless told otherwise; what `draw` raises is raised.

        How releases stand is looked up before anything is drawn: what is drawn is never older than its key.
        """
        key = (place, get_language(), access.state_of_releases())
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
        drawn = draw()
        if keep:
            with self._lock:
                if key not in self._drawn:
                    self._drawn[key] = drawn
                    self._bytes += self._size(drawn)
                while self._bytes > self._most_bytes:
                    self._bytes -= self._size(self._drawn.popitem(last=False)[1])
        return drawn
