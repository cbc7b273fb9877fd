"""The control of a list of records: choices, rows of a table, arms, jumps, checks, quotas.

Rows are added, moved, removed and pasted with plain submit buttons; nothing is kept until the form is saved. A row
shows what it must have; what may be left out stands below it, folded away. A row in which nothing was written is not
kept, and a code that was left empty is given.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.questionnaires.forms.parts import (
    BLANK,
    Group,
    Line,
    Part,
    Setup,
    Texts,
    branch,
    is_blank,
    is_text,
    last_typed,
    plain_part,
)
from surveys.questionnaires.forms.rules import Calculation, Rule
from surveys.questionnaires.logic.expressions import ExpressionShape
from surveys.questionnaires.shapes import ListOf, OneOf, OrNull, Record, Shape, Variants, Whole

CALCULATED = ("value",)  # keys under which an expression is no condition


def part_of(
    shape: Shape,
    name: str,
    path: str,
    setup: Setup,
    *,
    value: Any = BLANK,
    typed: Any = None,
    is_typed: bool = False,
) -> Part:
    """Return the control for a part of `shape`, showing `value`, or what was `typed` when `is_typed`.

    `path` is its name without positions, by which labels are found.
    """
    bare = shape.inner if isinstance(shape, OrNull) else shape
    if isinstance(bare, ExpressionShape):
        rule = Calculation if path.rpartition(".")[2] in CALCULATED else Rule
        label = setup.label(path)
        return (
            rule.of_typed(name, label, setup, typed) if is_typed else rule.of_value(name, label, setup, value)
        )
    if isinstance(bare, ListOf) and isinstance(bare.inner, Record | Variants):
        return Listed(bare, name, path, setup, value=value, typed=typed, is_typed=is_typed)
    if isinstance(bare, Record):
        shapes = {**bare.required, **bare.optional}
        parts = {
            key: part_of(
                inner,
                f"{name}.{key}",
                f"{path}.{key}",
                setup,
                value=value.get(key, BLANK) if isinstance(value, Mapping) else BLANK,
                typed=branch(typed, key),
                is_typed=is_typed,
            )
            for key, inner in shapes.items()
        }
        return Group(name, setup.label(path), parts, frozenset(bare.required))
    if isinstance(bare, Variants):
        return _variant(bare, name, path, setup, value=value, typed=typed, is_typed=is_typed)
    return plain_part(shape, name, path, setup, value=value, typed=typed, is_typed=is_typed)


def _variant(
    shape: Variants, name: str, path: str, setup: Setup, *, value: Any, typed: Any, is_typed: bool
) -> Group:
    """Return the control of a record that has one of several shapes; choosing another draws it anew."""
    given = last_typed(branch(typed, shape.by)) if is_typed else branch(value, shape.by)
    chosen = given if isinstance(given, str) and given in shape.variants else next(iter(shape.variants))
    group = part_of(shape.variants[chosen], name, path, setup, value=value, typed=typed, is_typed=is_typed)
    assert isinstance(group, Group)  # noqa: S101 - a record makes a group
    offered = [(one, setup.label(f"{path}.{shape.by}.{one}")) for one in shape.variants]
    line = Line(
        f"{name}.{shape.by}", setup.label(f"{path}.{shape.by}"), OneOf(tuple(shape.variants)), chosen, offered
    )
    line.redraws = True
    group.parts[shape.by] = line
    return group


class Listed(Part):
    """Rows of a form."""

    template = "listed"
    is_wide = True

    def __init__(
        self, shape: ListOf, name: str, path: str, setup: Setup, *, value: Any, typed: Any, is_typed: bool
    ) -> None:
        super().__init__(name, setup.label(path))
        assert isinstance(shape.inner, Record | Variants)  # noqa: S101 - `part_of` looked
        self.row_shape, self.most = shape.inner, shape.most
        self.path, self.setup, self.is_typed = path, setup, is_typed
        record = (
            next(iter(shape.inner.variants.values())) if isinstance(shape.inner, Variants) else shape.inner
        )
        self.shapes, self.required = {**record.required, **record.optional}, record.required
        self.many, self.added = "", False
        if is_typed:
            numbered = typed.items() if isinstance(typed, dict) else ()
            self.many = last_typed(branch(typed, "many"))
            self._fill(
                [node for number, node in numbered if number.isdecimal() and isinstance(node, dict)][
                    : self.most
                ]
            )
        else:
            self._fill(list(value) if isinstance(value, list) else [])

    def _fill(self, rows: list[Any]) -> None:
        """Make the rows anew, numbered through."""
        self.sources = rows
        self.rows = [self._row(number, source) for number, source in enumerate(rows)]

    def _row(self, number: int, source: Any) -> Group:
        name = f"{self.name}.{number}"
        given = {"typed": source, "is_typed": True} if self.is_typed else {"value": source}
        made = part_of(self.row_shape, name, self.path, self.setup, **given)
        assert isinstance(made, Group)  # noqa: S101 - a record makes a group
        return made

    def inner(self) -> Iterator[Part]:
        """Yield the rows."""
        yield from self.rows

    def entry(self) -> list[dict[str, Any]]:
        """Return the list without the rows in which nothing was written, which are gone from here on."""
        kept = [
            source for row, source in zip(self.rows, self.sources, strict=True) if not self._is_empty(row)
        ]
        if len(kept) < len(self.rows):
            self._fill(kept)
        for row in self.rows:
            code = row.parts.get("code")
            if isinstance(code, Line) and not code.written.strip():
                code.written = str(self._free_code())
        return [row.entry() for row in self.rows]

    def act(self, deed: str, pasted: str) -> None:
        """Do what a row button says: `add`, `many`, `up:3`, `down:3`, `remove:3`."""
        verb, _colon, position = deed.partition(":")
        number = int(position) if position.isascii() and position.isdigit() and len(position) < 4 else -1
        if verb == "add":
            self._add({})
            self.added = True
        elif verb == "many":
            self._add_many(pasted)
        elif 0 <= number < len(self.sources):
            if verb == "remove":
                del self.sources[number]
            elif verb in ("up", "down"):
                moved = self.sources.pop(number)
                self.sources.insert(max(0, number + (1 if verb == "down" else -1)), moved)
        self._fill(self.sources)

    def _add(self, given: dict[str, Any]) -> None:
        if len(self.sources) < self.most:
            code = {"code": [str(self._free_code())]} if "code" in self.shapes else {}
            self.sources.append({**code, **given})
            self.rows.append(self._row(len(self.sources) - 1, self.sources[-1]))

    def _add_many(self, pasted: str) -> None:
        """Add a row for each line of `pasted`; languages are parted by a tab or an upright stroke."""
        lines = [line for line in pasted.splitlines() if line.strip()]
        if lines:
            self._fill(
                [
                    source
                    for row, source in zip(self.rows, self.sources, strict=True)
                    if not self._is_empty(row)
                ]
            )
            self.many = ""
        for line in lines:
            words = [[one.strip()] for one in line.replace("｜", "|").replace("\t", "|").split("|")]
            self._add({self.worded: dict(zip(self.setup.languages, words, strict=False))})

    def _free_code(self) -> int | str:
        """Return the code after the largest, or the first that is free."""
        codes = [row.parts["code"] for row in self.rows if isinstance(row.parts["code"], Line)]
        taken = {code.written.strip() for code in codes if isinstance(code, Line)}
        shape = self.shapes["code"]
        if not isinstance(shape, Whole):
            letter = self.name.rpartition(".")[2][:1]
            return next(
                code for number in range(1, self.most + 2) if (code := f"{letter}{number}") not in taken
            )
        after = max((int(code) for code in taken if code.isdecimal() and len(code) < 10), default=0) + 1
        free = (number for number in range(1, shape.largest + 1) if str(number) not in taken)
        return after if after <= shape.largest else next(free, shape.largest)

    def _is_empty(self, row: Group) -> bool:
        told = [
            part for key, part in row.parts.items() if key != "code" and not getattr(part, "redraws", False)
        ]
        return all(is_blank(part.entry()) for part in told or row.parts.values())

    @property
    def worded(self) -> str:
        """The key under which the words of a row stand; "" when words alone would make no row."""
        if self.shapes.keys() & {"rule", "when"}:
            return ""
        return next((key for key, shape in self.shapes.items() if is_text(shape)), "")

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns of the table: what each row must have, a text once for each language."""
        columns: list[dict[str, Any]] = []
        for key in self._across():
            label = self.setup.label(f"{self.path}.{key}")
            if is_text(self.shapes[key]):
                text = Texts("", label, {}, self.setup.languages, 0)
                columns += [{"key": key, "label": label, "spoken": cell["spoken"]} for cell in text.cells]
            else:
                columns.append({"key": key, "label": label, "spoken": ""})
        return columns

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows as the template draws them."""
        across = self._across()
        return [
            {
                "number": number,
                "shown": number + 1,
                "is_first": number == 0,
                "is_last": number == len(self.rows) - 1,
                "cells": [row.parts[key] for key in across],
                "more": (more := [part for key, part in row.parts.items() if key not in across]),
                "has_more": any(not is_blank(part.entry()) or part.errors for part in more),
                "errors": [message for part in row.faulty for message in part.errors],
                "takes_words": self.added and number == len(self.rows) - 1,
            }
            for number, row in enumerate(self.rows)
        ]

    def _across(self) -> list[str]:
        """List the keys whose controls stand in the row itself."""
        return [
            key
            for key, shape in self.shapes.items()
            if key in self.required and not isinstance(shape, ExpressionShape | ListOf | Record)
        ]
