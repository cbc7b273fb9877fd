"""What every export format is: a file beside a results page, made from frozen content alone.

A kind of file is one class here and one line in `registry.py`. The same publication gives the same bytes for ever: when
they must change, the format of what is published is raised, and what was published before keeps the classes it had.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Sheet:
    """One department's frozen content and dataset."""

    code: str
    content: Mapping[str, Any]
    dataset: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file is made of: a publication's content and the sheets of one department or of all.

    `sheets` may be called again: each call reads them anew, one at a time, in the order of the wave.
    """

    content: Mapping[str, Any]
    sheets: Callable[[], Iterator[Sheet]]


class Export(ABC):
    """One format of file."""

    name: ClassVar[str]  # of the file
    media_type: ClassVar[str]

    @abstractmethod
    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the bytes of the file, piece by piece."""
