"""Rules as data: the expression tree that shows, skips, computes and checks, and what it refers to.

An expression is a JSON object with one key, its operator. Nothing of it is ever run as code. It is at most
`DEEPEST` levels deep and has at most `MOST_NODES` operators, so that judging one takes microseconds. `evaluating`
says what an expression is worth, `wording` says it in words, `rules` says which may stand where.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

import re2
from django.utils.translation import gettext as _

from surveys.questionnaires.shapes import LARGEST_INTEGER, Flaw, Matching, Path, Shape, Whole, Words

Expression = Mapping[str, Any]
Kind = Literal["condition", "number", "text", "any"]

DEEPEST = 10
MOST_NODES = 200
MOST_PARTS = 100  # of one operator that takes a list
LONGEST_PATTERN = 200
MOST_SEARCHES = 10  # `matches` in one expression
LONGEST_SEARCHED = 2000  # characters
LARGEST_PROGRAM = 2000  # instructions of RE2 that one pattern may become
MOST_STEPS = 300_000  # instructions times bytes: below two milliseconds, whatever pattern meets whatever text
LONGEST_VALUE = 300
MOST_DECIMALS = 6

REFERENCE = Matching(r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_.-]*)?$", "q5.r1", 120)

# Operators by what stands under their key.
OF_A_REFERENCE = ("answer", "answered", "chosen")
OF_A_LIST = ("all", "any", "sum", "times", "joined")
OF_TWO = (
    "equals",
    "differs",
    "less",
    "at_most",
    "more",
    "at_least",
    "includes",
    "minus",
    "divided",
)
OF_ONE = ("not", "length")
OPERATORS = ("value", *OF_A_REFERENCE, *OF_A_LIST, *OF_TWO, *OF_ONE, "matches", "rounded", "if")

CONDITIONS = frozenset(
    "all any not equals differs less at_most more at_least includes answered matches".split()  # noqa: SIM905
)
NUMBERS = frozenset({"chosen", "length", "sum", "minus", "times", "divided", "rounded"})

_VALUE = Words(LONGEST_VALUE)
_INTEGER = Whole(-LARGEST_INTEGER, LARGEST_INTEGER)
_DIGITS = Whole(0, MOST_DECIMALS)


class BadPattern(ValueError):
    """A pattern that cannot be searched for; the message says why, in the words of the engine."""


@dataclass(frozen=True, slots=True)
class Search:
    """A pattern made ready: RE2 takes time in proportion to the size of its program and to the length of a text."""

    fullmatch: Callable[[str], Any]
    size: int  # instructions

    def keeps(self, text: str) -> bool | None:
        """Say whether the whole of `text` keeps the pattern; None when it is too long to find out in bounded time."""
        if len(text) > LONGEST_SEARCHED or len(text.encode()) * self.size > MOST_STEPS:
            return None
        return self.fullmatch(text) is not None


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> Search:
    """Return `pattern` ready to search with; raises `BadPattern` when it is none, or too large a program."""
    options = re2.Options()
    options.max_mem = 2**16
    options.log_errors = False
    try:
        program = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise BadPattern(
            reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        ) from error
    except UnicodeEncodeError as error:
        raise BadPattern(str(error)) from error
    if program.programsize > LARGEST_PROGRAM:
        raise BadPattern(_("it repeats too much; write it shorter"))
    return Search(program.fullmatch, program.programsize)


class ExpressionShape(Shape):
    """An expression: bounded, of known operators, each with what belongs to it."""

    def flaws(self, value: Any, path: Path = ()) -> Iterator[Flaw]:
        """Yield what is wrong with `value`; of one that is too large, only that."""
        size, depth = _measured(value)
        if depth > DEEPEST:
            yield Flaw(path, _("nests rules more than %(most)d deep; split it up.") % {"most": DEEPEST})
        elif size > MOST_NODES:
            yield Flaw(path, _("is made of more than %(most)d parts; split it up.") % {"most": MOST_NODES})
        else:
            flaws = list(_flaws(value, path))
            yield from flaws
            if not flaws and sum("matches" in node for node in nodes(value)) > MOST_SEARCHES:
                yield Flaw(path, _("searches for more than %(most)d patterns.") % {"most": MOST_SEARCHES})

    def schema(self) -> dict[str, Any]:
        """Return a reference to the rule, which stands once for all in `DEFINITIONS`."""
        return {"$ref": "#/$defs/expression"}


EXPRESSION = ExpressionShape()


def definition() -> dict[str, Any]:
    """Return the JSON Schema of an expression, to stand under `$defs` as `expression`."""
    one = EXPRESSION.schema()
    two = {"type": "array", "prefixItems": [one, one], "minItems": 2, "maxItems": 2}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_PARTS}
    pattern = {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
    under: dict[str, Any] = {
        "value": {"anyOf": [_VALUE.schema(), _INTEGER.schema(), {"type": "boolean"}]},
        **dict.fromkeys(OF_A_REFERENCE, REFERENCE.schema()),
        **dict.fromkeys(OF_A_LIST, several),
        **dict.fromkeys(OF_TWO, two),
        **dict.fromkeys(OF_ONE, one),
        "matches": {**two, "prefixItems": [one, pattern]},
        "rounded": {**two, "prefixItems": [one, _DIGITS.schema()]},
        "if": {"type": "array", "prefixItems": [one, one, one], "minItems": 3, "maxItems": 3},
    }
    return {
        "description": (
            f"A rule as data: at most {DEEPEST} levels deep, of at most {MOST_NODES} objects. "
            "Patterns are RE2 and stand for the whole text."
        ),
        "type": "object",
        "properties": under,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class References:
    """What an expression refers to: questions with the suffix behind a point, such as `q3` and `q5.r1`.

    `values` are those whose answer counts, `answered` those of which it only asks whether there is one.
    """

    values: frozenset[str]
    answered: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Both together."""
        return self.values | self.answered


def references(*expressions: Expression) -> References:
    """Return what `expressions` refer to."""
    values: set[str] = set()
    answered: set[str] = set()
    for expression in expressions:
        for node in nodes(expression):
            operator, content = only(node)
            if operator == "answered":
                answered.add(content)
            elif operator in OF_A_REFERENCE:
                values.add(content)
    return References(frozenset(values), frozenset(answered))


def code_of(reference: str) -> str:
    """Return the code of the question that a reference such as `q5.r1` is to."""
    return reference.partition(".")[0]


def only(expression: Expression) -> tuple[str, Any]:
    """Return the operator of a well-shaped expression and what stands under it."""
    ((operator, content),) = expression.items()
    return operator, content


def parts(expression: Expression) -> list[Expression]:
    """Return the expressions directly inside a well-shaped one, in order."""
    operator, content = only(expression)
    if operator == "value" or operator in OF_A_REFERENCE:
        return []
    listed = content if isinstance(content, list) else [content]
    return [part for part in listed if isinstance(part, dict)]


def nodes(expression: Expression) -> Iterator[Expression]:
    """Yield a well-shaped expression and all inside it, outer ones first."""
    yield expression
    yield from chain.from_iterable(nodes(part) for part in parts(expression))


def kind_of(expression: Expression) -> Kind:
    """Return what a well-shaped expression gives when it is known; `any` when that depends on the answers."""
    operator, content = only(expression)
    if operator in CONDITIONS:
        return "condition"
    if operator in NUMBERS:
        return "number"
    if operator == "joined":
        return "text"
    if operator == "if":
        then, otherwise = kind_of(content[1]), kind_of(content[2])
        return then if then == otherwise else "any"
    if operator == "value" and isinstance(content, bool):
        return "condition"
    return "any"


def _measured(value: Any) -> tuple[int, int]:
    """Return how many objects `value` holds and how deep they nest; counting ends soon after the limits."""
    size, depth = 0, 0
    level = [value]
    while level and size <= MOST_NODES and depth <= DEEPEST:
        depth += 1
        size += len(level)
        level = [
            part
            for node in level
            if isinstance(node, dict)
            for content in list(node.values())[:1]
            for part in (content if isinstance(content, list) else [content])
            if isinstance(part, dict)
        ]
    return size, depth


def _flaws(value: Any, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, dict) or len(value) != 1:
        yield Flaw(path, _("must be an object with one key, the rule’s operator."))
        return
    operator, content = only(value)
    here = (*path, str(operator))
    if operator == "value":
        yield from _value_flaws(content, here)
    elif operator in OF_A_REFERENCE:
        yield from REFERENCE.flaws(content, here)
    elif operator in OF_ONE:
        yield from _flaws(content, here)
    elif operator in OF_A_LIST:
        if isinstance(content, list) and 1 <= len(content) <= MOST_PARTS:
            for position, part in enumerate(content):
                yield from _flaws(part, (*here, position))
        else:
            yield Flaw(here, _("must list from 1 to %(most)d rules.") % {"most": MOST_PARTS})
    elif operator in OPERATORS:
        yield from _fixed_flaws(operator, content, here)
    else:
        yield Flaw(
            path, _("has no known operator; known are: %(operators)s.") % {"operators": ", ".join(OPERATORS)}
        )


def _value_flaws(value: Any, path: Path) -> Iterator[Flaw]:
    if isinstance(value, str):
        yield from _VALUE.flaws(value, path)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield from _INTEGER.flaws(value, path)
    else:
        yield Flaw(
            path,
            _(
                "must be a text, a whole number, true or false; write other numbers as a text, such as “0.25”."
            ),
        )


def _fixed_flaws(operator: str, content: Any, path: Path) -> Iterator[Flaw]:
    """Yield what is wrong under an operator that takes a fixed number of things."""
    count = 3 if operator == "if" else 2
    if not isinstance(content, list) or len(content) != count:
        yield Flaw(path, _("must list exactly %(count)d things.") % {"count": count})
        return
    literal = operator in ("matches", "rounded")
    for position, part in enumerate(content[:1] if literal else content):
        yield from _flaws(part, (*path, position))
    if operator == "rounded":
        yield from _DIGITS.flaws(content[1], (*path, 1))
    elif operator == "matches":
        yield from _pattern_flaws(content[1], (*path, 1))


def _pattern_flaws(pattern: Any, path: Path) -> Iterator[Flaw]:
    if not isinstance(pattern, str) or not pattern:
        yield Flaw(path, _("must be a pattern, such as “[A-Z]{2}[0-9]{6}”."))
        return
    flaws = list(Words(LONGEST_PATTERN).flaws(pattern, path))
    yield from flaws
    if flaws:
        return
    try:
        compiled(pattern)
    except BadPattern as bad:
        yield Flaw(path, _("is no pattern that can be searched for: %(reason)s.") % {"reason": bad})
