"""What every export format is: a file beside a results page, made from frozen content alone.

A kind of file is one class here and one line in `registry.py`. The same publication gives the same bytes for ever: when
they must change, the format of what is published is raised, and what was published before keeps the classes it had.
Papers are made once, before the release, and kept: other releases of the libraries that make them write other bytes.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, ClassVar

from reports.narratives.blocks import Report
from reports.scorecards.content import WaveContent

LICENCE = "CC-BY-4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


class NotMade(LookupError):
    """A paper that could not be made before the release, or was not offered then; it is never made afterwards."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The size of a file in bytes, its SHA-256 in hexadecimal, and two sums that find a single changed byte.

    The sums are of the bytes, and of the bytes each times its place from 1 on.
    """

    size: int
    sha256: str
    sums: tuple[int, int]

    @classmethod
    def of(cls, chunks: Iterable[bytes]) -> "Fingerprint":
        """Take the fingerprint of a file that comes piece by piece."""
        digest, size, plain, placed = hashlib.sha256(), 0, 0, 0
        for chunk in chunks:
            digest.update(chunk)
            whole = sum(chunk)
            plain += whole
            # Σ i·b = (n + 1) Σ b - Σ of the running sums, which are summed fast.
            placed += (size + len(chunk) + 1) * whole - sum(accumulate(chunk))
            size += len(chunk)
        return cls(size, digest.hexdigest(), (plain, placed))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One department's frozen content and dataset."""

    code: str
    content: Mapping[str, Any]
    dataset: Mapping[str, Any]


def no_papers(_name: str) -> bytes | None:
    """Answer for what was published without papers."""
    return None


def no_report(language: str) -> Report:
    """Answer for whoever only reads what was made: a report is told once, when it is printed."""
    raise NotMade(language)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file is made of: a publication's content and the sheets of one department or of all.

    `sheets` may be called again: each call reads them anew, one at a time, in the order of the wave. `paper` answers
    with the papers that were made, by name; `report` tells the report in a language, while papers are being made.
    Files that name others' fingerprints share them here.
    """

    content: Mapping[str, Any]
    sheets: Callable[[], Iterator[Sheet]]
    about: str = ""  # the code of the one department; "" is the wave as a whole
    paper: Callable[[str], bytes | None] = no_papers
    report: Callable[[str], Report] = no_report
    wave: WaveContent | None = None  # the content read once, for whoever makes many papers of it
    content_hash: str = ""
    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)


class Export(ABC):
    """One format of file."""

    name: str  # of the file
    media_type: ClassVar[str]
    is_kept: bool = False  # made once, before the release, and stored

    @abstractmethod
    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the bytes of the file, piece by piece; raises `NotMade` for a paper that there is not."""

    def fingerprint(self, bundle: Bundle) -> Fingerprint:
        """Return size and hash of the file; it is made once for all who ask about the same bundle."""
        if self.name not in bundle.fingerprints:
            bundle.fingerprints[self.name] = Fingerprint.of(self.chunks(bundle))
        return bundle.fingerprints[self.name]


class Paper(Export):
    """A file that is made once and kept; whoever asks is given what was kept."""

    is_kept = True

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield what was kept."""
        kept = bundle.paper(self.name)
        if kept is None:
            raise NotMade(self.name)
        yield kept

    @abstractmethod
    def made(self, bundle: Bundle) -> bytes:
        """Make the file, in the worker: what draws and sets is loaded here and not before."""
