"""Controls for parts of a document, made from their shapes: a setting of any question type finds its control here.

A control is made of a value (`value`, from the document) or of what was typed (`typed`, from a form), shows itself by
its template and says what it stands for (`entry`). It checks nothing: the document's shape does, and its flaws are
put back to the control whose name is their path.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.template.loader import get_template
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from surveys.languages import direction, language_name
from surveys.questionnaires.forms.by_language import plain
from surveys.questionnaires.forms.subjects import Subject
from surveys.questionnaires.shapes import (
    LANGUAGE,
    Flaw,
    ListOf,
    MapOf,
    Matching,
    OneOf,
    OrNull,
    Record,
    Shape,
    Whole,
    Words,
    YesNo,
)

Tree = dict[str, Any]  # what was typed: names split at their points, down to lists of values
BLANK = object()  # what a control that was left empty stands for
DEEPEST_NAME = 12


def tree_of(post: MultiValueDict[str, str]) -> Tree:
    """Return the fields of a form as a tree, `settings.choices.0.code` below `settings`."""
    tree: Tree = {}
    for name in post:
        *above, last = str(name).split(".")
        if len(above) > DEEPEST_NAME:
            continue
        node = tree
        for part in above:
            inner = node.setdefault(part, {})
            node = inner if isinstance(inner, dict) else {}
        if not isinstance(node.get(last), dict):
            node[last] = [str(value) for value in post.getlist(name)]
    return tree


def last_typed(typed: Any) -> str:
    """Return the value of a field in the tree; of several the last, as browsers mean it."""
    return typed[-1] if isinstance(typed, list) and typed else ""


def branch(typed: Any, name: str) -> Any:
    """Return what was typed below `name`."""
    return typed.get(name) if isinstance(typed, dict) else None


@dataclass(frozen=True)
class Setup:
    """What controls know of the questionnaire they work on."""

    languages: Sequence[str]
    label: Callable[[str], str]  # for a path without positions: `choices.code`
    subjects: Callable[[str], Sequence[Subject]] = lambda _name: ()  # what the rule of this name may refer to
    grades: Sequence[tuple[str, str]] = ()  # values and names of a scale whose words are to be translated
    spoken: frozenset[str] = frozenset()  # languages that need no such words
    options: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)  # for a select, by path
    say: Callable[[Any], str] = str  # a rule in words


class Part(ABC):
    """A control."""

    template: ClassVar[str]
    is_wide: ClassVar[bool] = False  # it takes a whole line of the form

    def __init__(self, name: str, label: str) -> None:
        self.name, self.label = name, label
        self.errors: list[str] = []

    @abstractmethod
    def entry(self) -> Any:
        """Return what it stands for in a document, or `BLANK`."""

    def inner(self) -> Iterator["Part"]:
        """Yield the controls it is made of."""
        yield from ()

    def act(self, deed: str, pasted: str) -> None:
        """Do what a button of it says; an unknown one, and any of a control without buttons, does nothing."""
        return

    def at(self, name: str) -> "Part | None":
        """Return the innermost control whose name begins that of something wrong, or of a button."""
        if name != self.name and not name.startswith(f"{self.name}."):
            return None
        return next((found for part in self.inner() if (found := part.at(name))), self)

    def put(self, flaw: Flaw) -> bool:
        """Show a flaw at the control it belongs to; say whether there was one."""
        found = self.at(".".join(map(str, flaw.path)))
        if found:
            found.errors.append(capfirst(flaw.message))
        return found is not None

    @property
    def faulty(self) -> Iterator["Part"]:
        """It and those inside it that have errors."""
        if self.errors:
            yield self
        for part in self.inner():
            yield from part.faulty

    @property
    def key(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    @property
    def id(self) -> str:
        """Its id in the page."""
        return f"f-{self.name}"

    @property
    def drawn(self) -> SafeString:
        """The control as HTML."""
        return SafeString(
            get_template(f"surveys/questionnaires/parts/{self.template}.html").render({"part": self})
        )


class Line(Part):
    """A word, a code, a number: one field."""

    template = "line"

    def __init__(
        self, name: str, label: str, shape: Shape, written: str, options: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(name, label)
        self.redraws = False  # what stands beside it depends on it
        self.may_be_none = isinstance(shape, OrNull)
        self.shape = shape.inner if isinstance(shape, OrNull) else shape
        self.written = written
        self.offered = list(options)
        if self.offered and written not in {value for value, _words in self.offered}:
            self.offered.insert(0, (written, written or "–"))

    @property
    def is_number(self) -> bool:
        """Whether digits are typed here."""
        return isinstance(self.shape, Whole) or (
            isinstance(self.shape, Matching) and "[0-9]{0,11}" in self.shape.pattern
        )

    @property
    def is_short(self) -> bool:
        """Whether a few characters are typed here."""
        return self.is_number or (isinstance(self.shape, Matching) and self.shape.longest <= 60)

    @property
    def is_long(self) -> bool:
        """Whether several lines are typed here."""
        return isinstance(self.shape, Words) and self.shape.longest > 300

    def entry(self) -> Any:
        """Return a number where one is meant and can be read, else what was typed."""
        read = self.written if isinstance(self.shape, Words) else plain(self.written)
        if not read:
            return None if self.may_be_none else BLANK
        if isinstance(self.shape, Whole) and read.removeprefix("-").isdecimal() and len(read) < 17:
            return int(read)
        return read


class Tick(Part):
    """Yes or no."""

    template = "tick"

    def __init__(self, name: str, label: str, *, ticked: bool) -> None:
        super().__init__(name, label)
        self.ticked = ticked

    def entry(self) -> Any:
        """Return whether it is ticked."""
        return self.ticked


class Ticks(Part):
    """Some of a few."""

    template = "ticks"

    def __init__(
        self, name: str, label: str, offered: Sequence[tuple[str, str]], chosen: Sequence[str]
    ) -> None:
        super().__init__(name, label)
        self.offered, self.chosen = offered, list(chosen)

    def entry(self) -> Any:
        """Return those that are ticked."""
        return self.chosen


class Texts(Part):
    """A text in every language; what is written in others is kept along."""

    template = "texts"
    is_wide = True

    def __init__(
        self, name: str, label: str, text: Mapping[str, str], languages: Sequence[str], longest: int
    ) -> None:
        super().__init__(name, label)
        self.text, self.languages = dict(text), list(languages)
        self.rows = 2 if longest > 300 else 0
        self.required = False

    def entry(self) -> Any:
        """Return the text in the languages that have words."""
        return {language: words for language, words in self.text.items() if words.strip()}

    @property
    def cells(self) -> list[dict[str, str]]:
        """A field for each language."""
        return [
            {
                "name": f"{self.name}.{language}",
                "language": language,
                "direction": direction(language),
                "spoken": language_name(language),
                "words": self.text.get(language, ""),
            }
            for language in self.languages
        ]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Words in languages that are not on the page."""
        return [
            (f"{self.name}.{language}", words)
            for language, words in self.text.items()
            if language not in self.languages
        ]


class Written(Part):
    """Anything else, as JSON."""

    template = "written"
    is_wide = True

    def __init__(self, name: str, label: str, written: str) -> None:
        super().__init__(name, label)
        self.written = written

    def entry(self) -> Any:
        """Return the JSON that was written; what cannot be read stays a text, for the shape to refuse."""
        return read_json(self.written) if self.written.strip() else BLANK


class Group(Part):
    """Several controls of a record."""

    template = "group"
    is_wide = True

    def __init__(self, name: str, label: str, parts: Mapping[str, Part], required: frozenset[str]) -> None:
        super().__init__(name, label)
        self.parts, self.required = dict(parts), required

    def inner(self) -> Iterator[Part]:
        """Yield the controls."""
        yield from self.parts.values()

    def entry(self) -> dict[str, Any]:
        """Return the record; what may be left out is left out when blank."""
        entries = {key: part.entry() for key, part in self.parts.items()}
        return {
            key: "" if entry is BLANK else entry
            for key, entry in entries.items()
            if key in self.required or not is_blank(entry)
        }


class Grades(Group):
    """The words of a fixed scale in further languages."""

    template = "group"

    @classmethod
    def of(cls, name: str, path: str, setup: Setup, words: Mapping[str, Mapping[str, str]]) -> "Grades":
        """Return the control for `words`, by grade."""
        further = [language for language in setup.languages if language not in setup.spoken]
        names = {**dict.fromkeys(words, ""), **dict(setup.grades)}
        parts = {
            grade: Texts(f"{name}.{grade}", label or grade, words.get(grade, {}), further, 60)
            for grade, label in names.items()
        }
        return cls(name, setup.label(path), parts, frozenset())

    @property
    def is_seen(self) -> bool:
        """Whether there is a language to write in."""
        return any(part.languages for part in self.parts.values() if isinstance(part, Texts))


def is_blank(entry: Any) -> bool:
    """Say whether a control that stands for `entry` was left empty."""
    return entry is BLANK or entry is None or entry is False or entry in ("", [], {})


def read_json(written: str) -> Any:
    """Return the value that `written` is the JSON of, or the text itself when it is none."""
    try:
        return json.loads(written, parse_constant=str, parse_float=str)
    except (ValueError, RecursionError):
        return written


def as_json(value: Any) -> str:
    """Return a value as JSON for people to read."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def is_text(shape: Shape) -> bool:
    """Say whether `shape` is that of a text in several languages."""
    return isinstance(shape, MapOf) and shape.key == LANGUAGE


def plain_part(
    shape: Shape, name: str, path: str, setup: Setup, *, value: Any, typed: Any, is_typed: bool
) -> Part:
    """Return the control of anything but rows, records and rules."""
    label = setup.label(path)
    if isinstance(shape, YesNo):
        return Tick(name, label, ticked=bool(typed) if is_typed else value is True)
    if isinstance(shape, ListOf) and isinstance(shape.inner, OneOf):
        offered = [(one, setup.label(f"{path}.{one}")) for one in shape.inner.values]
        chosen = typed if is_typed else value
        return Ticks(name, label, offered, chosen if isinstance(chosen, list) else [])
    if isinstance(shape, MapOf) and is_text(shape):
        longest = shape.inner.longest if isinstance(shape.inner, Words) else 0
        return Texts(
            name, label, _words(typed if is_typed else value, is_typed=is_typed), setup.languages, longest
        )
    if isinstance(shape, MapOf) and is_text(shape.inner):
        given = (typed if is_typed else value) or {}
        words = (
            {grade: _words(text, is_typed=is_typed) for grade, text in given.items()}
            if isinstance(given, dict)
            else {}
        )
        return Grades.of(name, path, setup, words)
    bare = shape.inner if isinstance(shape, OrNull) else shape
    if isinstance(bare, Words | Matching | Whole | OneOf):
        written = last_typed(typed) if is_typed else ("" if value is None or value is BLANK else str(value))
        options = setup.options.get(path, ())
        if isinstance(bare, OneOf):
            options = [(one, setup.label(f"{path}.{one}") if one else "–") for one in bare.values]
        return Line(name, label, shape, written, options)
    return Written(
        name, label, last_typed(typed) if is_typed else ("" if is_blank(value) else as_json(value))
    )


def _words(text: Any, *, is_typed: bool) -> dict[str, str]:
    """Return a text as written, from a document or from a form."""
    if not isinstance(text, dict):
        return {}
    return {language: last_typed(words) if is_typed else words for language, words in text.items()}


__all__ = ["BLANK", "Group", "Part", "Record", "Setup", "Texts", "Tree", "tree_of"]
