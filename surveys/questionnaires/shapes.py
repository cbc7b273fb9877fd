"""Shapes of JSON values: what may stand in a questionnaire document, and how large it may grow.

One description serves twice: `flaws` says in words what is wrong with a value, `schema` publishes the same rule as
JSON Schema (`docs/reference/questionnaire.schema.json`). Unknown keys are refused and depth is bounded by the
shapes themselves. A shape judges form alone; what it means is judged in `checking`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

# Characters that no text may hold: controls except tab and line feed, and halves of surrogate pairs.
UNSTORABLE = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_unstorable = re.compile(f"[{UNSTORABLE}]")

LARGEST_INTEGER = 2**53 - 1  # beyond it canonical JSON loses digits (RFC 8785 §3.2.2.3)


def holds_unstorable(words: str) -> bool:
    """Say whether `words` holds a character that neither the database nor an exported file can keep."""
    return _unstorable.search(words) is not None


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a value, and where: keys and positions from the top."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.message}" if self.path else self.message


Path = tuple[str | int, ...]


class Shape(ABC):
    """A rule that a JSON value keeps or breaks."""

    @abstractmethod
    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`; nothing when it fits."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema (2020-12)."""


@dataclass(frozen=True)
class Words(Shape):
    """A string that people read."""

    longest: int

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, str):
            yield Flaw(path, _("must be a text."))
        elif holds_unstorable(value):
            yield Flaw(
                path, _("holds a character that cannot be stored (a control character or half a character).")
            )
        elif len(value) > self.longest:
            yield Flaw(
                path,
                _("is %(length)d characters long; at most %(longest)d fit.")
                % {"length": len(value), "longest": self.longest},
            )

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True)
class Matching(Shape):
    """A string that keeps a pattern, such as a code; `example` shows one."""

    pattern: str  # as JSON Schema understands it, with ^ and $
    example: str
    longest: int = 60

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        anchored = self.pattern.removeprefix("^").removesuffix("$")
        fits = (
            isinstance(value, str) and len(value) <= self.longest and re.fullmatch(anchored, value, re.ASCII)
        )
        if not fits:
            yield Flaw(path, _("must look like “%(example)s”.") % {"example": self.example})

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {
            "type": "string",
            "pattern": self.pattern,
            "maxLength": self.longest,
            "examples": [self.example],
        }


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number; true, 5.0 and "5" are none."""

    least: int
    largest: int

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.largest:
            yield Flaw(
                path,
                _("must be a whole number from %(least)d to %(largest)d.")
                % {"least": self.least, "largest": self.largest},
            )

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.largest}


@dataclass(frozen=True)
class YesNo(Shape):
    """True or false."""

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, bool):
            yield Flaw(path, _("must be true or false."))

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class OneOf(Shape):
    """One of a few fixed strings."""

    values: tuple[str, ...]

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, str) or value not in self.values:
            yield Flaw(path, _("must be one of: %(values)s.") % {"values": ", ".join(self.values)})

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"enum": list(self.values)}


@dataclass(frozen=True)
class OrNull(Shape):
    """The inner shape, or null for “none”."""

    inner: Shape

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if value is not None:
            yield from self.inner.flaws(value, path)

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"anyOf": [{"type": "null"}, self.inner.schema()]}


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of bounded length."""

    inner: Shape
    most: int
    fewest: int = 0

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, list):
            yield Flaw(path, _("must be a list."))
        elif not self.fewest <= len(value) <= self.most:
            yield Flaw(
                path,
                _("has %(count)d entries; from %(fewest)d to %(most)d are allowed.")
                % {"count": len(value), "fewest": self.fewest, "most": self.most},
            )
        else:
            for position, entry in enumerate(value):
                yield from self.inner.flaws(entry, (*path, position))

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        limits = {"minItems": self.fewest} if self.fewest else {}
        return {"type": "array", "items": self.inner.schema(), "maxItems": self.most, **limits}


@dataclass(frozen=True)
class MapOf(Shape):
    """An object whose keys keep a pattern, such as a text in several languages."""

    key: Matching
    inner: Shape
    most: int

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, dict):
            yield Flaw(path, _("must be an object."))
        elif len(value) > self.most:
            yield Flaw(
                path,
                _("has %(count)d entries; from %(fewest)d to %(most)d are allowed.")
                % {"count": len(value), "fewest": 0, "most": self.most},
            )
        else:
            for key, entry in value.items():
                yield from self.key.flaws(key, (*path, str(key)))
                yield from self.inner.flaws(entry, (*path, str(key)))

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.inner.schema(),
            "maxProperties": self.most,
        }


@dataclass(frozen=True)
class Record(Shape):
    """An object with these keys and no others."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, dict):
            yield Flaw(path, _("must be an object."))
            return
        shapes = {**self.required, **self.optional}
        for key in self.required:
            if key not in value:
                yield Flaw((*path, key), _("is missing."))
        for key, entry in value.items():
            if key in shapes:
                yield from shapes[key].flaws(entry, (*path, key))
            else:
                yield Flaw((*path, str(key)), _("is not known here."))

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {
            "type": "object",
            "properties": {key: shape.schema() for key, shape in {**self.required, **self.optional}.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Variants(Shape):
    """An object whose key `by` says which of several shapes it has."""

    by: str
    variants: Mapping[str, Record]

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`."""
        if not isinstance(value, dict):
            yield Flaw(path, _("must be an object."))
            return
        if self.by not in value:
            yield Flaw((*path, self.by), _("is missing."))
            return
        wrong = list(OneOf(tuple(self.variants)).flaws(value[self.by], (*path, self.by)))
        yield from wrong or self.variants[value[self.by]].flaws(value, path)

    def schema(self) -> dict[str, Any]:
        """Return the rule as JSON Schema."""
        return {"oneOf": [shape.schema() for shape in self.variants.values()]}


LANGUAGE = Matching("^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$", "zh-hans", 30)
DECIMAL = Matching(r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$", "0.25", 20)
MOST_LANGUAGES = 20


def text_of(longest: int) -> MapOf:
    """Return the shape of a text in several languages."""
    return MapOf(LANGUAGE, Words(longest), MOST_LANGUAGES)
