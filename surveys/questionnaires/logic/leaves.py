"""The pages of a document as the course goes through them: laid out once, so that a walk has little left to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from surveys.languages import Text
from surveys.questionnaires.documents import EACH, GENERAL, Question
from surveys.questionnaires.logic.expressions import Expression


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with what the course needs to know about it."""

    question: Question
    code: str
    type: str
    about: str
    show: Expression | None
    offers: bool  # some of its choices depend on answers
    referred: bool  # some rule depends on its answer

    def is_asked_of(self, part: str) -> bool:
        """Say whether it is asked about `part`."""
        return self.about == part or (self.about == EACH and part != GENERAL)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as planned."""

    code: str
    title: Text
    help: Text
    show: Expression | None
    jumps: tuple[Mapping[str, Any], ...]
    shuffle: bool
    group: str
    runs: tuple[tuple[bool, tuple[Entry, ...]], ...]  # whether about the place as a whole, and its questions


def leaf_of(page: Question | None, entries: Sequence[Entry]) -> Leaf:
    """Return the page that `page` begins (None: a first page without a break) with its questions."""
    runs = tuple(
        (general, tuple(run)) for general, run in groupby(entries, key=lambda entry: entry.about == GENERAL)
    )
    if page is None:
        return Leaf("", {}, {}, None, (), shuffle=False, group="", runs=runs)
    settings = page["settings"]
    return Leaf(
        code=page["code"],
        title=page["text"],
        help=page.get("help", {}),
        show=page.get("show"),
        jumps=tuple(settings.get("jumps", ())),
        shuffle=bool(settings.get("shuffle")),
        group=settings.get("group", ""),
        runs=runs,
    )
