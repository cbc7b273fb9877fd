"""Everything the owner of the database can try to join a code to a rating: the scan behind `test_linking`.

A *trace* is a list of rows that can be told apart by person, with whatever could put them in an order or match them:
columns, place in the file, the numbers of the transactions that wrote and removed them. Traces come from every
table and from the raw pages of every file, dead rows and remainders included. Those that name a code or a form stand
on one side, those that hold a rating on the other, and each pair of columns is tried: equal values, and the same rank
from the front and from the back. Guessing at random is right once on average, however many people there are.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.house.served import rows

PAGE = 8192
PREFIX = 8  # bytes by which a known value is found in a page
FEWEST = 20  # people that two traces must have in common to be compared
FALSE_ALARM = 1e-4  # chance that a whole scan of innocent tables finds something


@dataclass
class Known:
    """What the test knows of the people: which bytes and words name whom, and on which side they stand."""

    bytes_of: dict[str, dict[bytes, int]] = field(default_factory=lambda: defaultdict(dict))

    def name(self, side: str, value: bytes, person: int) -> None:
        """Note that `value` belongs to a person; it may stand in a table as bytes, and as words in hex."""
        self.bytes_of[side][value] = person
        self.prefixes.setdefault(value[:PREFIX], (side, person))
        self.words[value.hex()] = (side, person)

    def __post_init__(self) -> None:
        self.prefixes: dict[bytes, tuple[str, int]] = {}
        self.words: dict[str, tuple[str, int]] = {}

    def who(self, value: Any) -> Iterator[tuple[str, int]]:
        """Yield the sides and people that a value of a table names."""
        if isinstance(value, memoryview | bytes):
            found = self.prefixes.get(bytes(value)[:PREFIX])
            if found:
                yield found
        elif isinstance(value, str | dict | list):
            text = value if isinstance(value, str) else json.dumps(value)
            for word in re.findall(r"[0-9A-Za-z-]{16,}", text):
                if word in self.words:
                    yield self.words[word]

    def among(self, text: str) -> set[str]:
        """Return the sides of whatever is named in a text, such as a log."""
        found = set()
        for word in re.findall(r"[0-9A-Za-z_=-]{16,}", text):
            if word in self.words:
                found.add(self.words[word][0])
        return found


@dataclass
class Trace:
    """Rows by person, each with values by column."""

    name: str
    values: dict[int, dict[str, Any]]  # the first row of each person

    @property
    def columns(self) -> list[str]:
        return sorted({column for one in self.values.values() for column in one})


@dataclass(frozen=True)
class Tried:
    """One way of joining two traces and what it came to."""

    left: str
    right: str
    how: str
    people: int
    right_ones: float  # matches that are right, or expected to be where a value matches several
    correlation: float

    def __str__(self) -> str:
        right = f"{self.right_ones:.3g} of {self.people} right, ρ {self.correlation:+.2f}"
        return f"{self.left} ~ {self.right} by {self.how}: {right}"


@dataclass
class Scan:
    """What was tried, and what was found without any joining."""

    tried: list[Tried] = field(default_factory=list)
    together: list[str] = field(default_factory=list)  # places that name a code and hold a rating at once

    @property
    def most_by_chance(self) -> int:
        """The most right matches that chance explains: Poisson with mean 1, over everything that was tried."""
        allowed, tail, most = FALSE_ALARM / max(1, len(self.tried)), 1.0, 0
        while tail > allowed:
            tail -= math.exp(-1) / math.factorial(most)
            most += 1
        return most

    @property
    def leaks(self) -> list[Tried]:
        """Whatever links more people than chance does, or puts them in an order that is alike; the worst first."""
        found = [
            one
            for one in self.tried
            if one.right_ones > self.most_by_chance or abs(one.correlation) > 7 / math.sqrt(one.people)
        ]
        return sorted(found, key=lambda one: (-one.right_ones, -abs(one.correlation)))

    def table(self) -> str:
        """Return what was tried in a few lines."""
        pairs: dict[tuple[str, str], list[Tried]] = defaultdict(list)
        for one in self.tried:
            pairs[one.left, one.right].append(one)
        lines = [f"{len(self.tried)} joins tried; chance explains up to {self.most_by_chance} right ones"]
        for (left, right), those in sorted(pairs.items()):
            best = max(those, key=lambda one: one.right_ones)
            steepest = max(abs(one.correlation) for one in those)
            lines.append(
                f"  {left:34} ~ {right:34} {len(those):5} joins, best {best.right_ones:7.1f} of {best.people}"
                f" (by {best.how}), |ρ| ≤ {steepest:.2f}"
            )
        return "\n".join(lines + self.together)


def scan(known: Known, *, order: Sequence[int], sides: tuple[str, str] = ("code", "rating")) -> Scan:
    """Try every join of what names `sides[0]` with what holds `sides[1]`; `order` is who came when."""
    found = Scan()
    traces: dict[str, list[Trace]] = {side: [] for side in known.bytes_of}
    traces[sides[0]].append(Trace("who came when", {person: {"turn": n} for n, person in enumerate(order)}))
    for table in tables():
        collect(traces, found, f"{table}", table_rows(table), known)
        collect(traces, found, f"{table} (file)", file_rows(table, known), known)
    for left in traces[sides[0]]:
        for right in traces[sides[1]]:
            found.tried += joins(left, right)
    return found


def tables() -> list[str]:
    """Return the names of all ordinary tables, those that hold long values of others included."""
    return [
        name
        for (name,) in rows(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 't') AND n.nspname IN ('public', 'pg_toast') AND pg_relation_size(c.oid) > 0 "
            "AND NOT (n.nspname = 'pg_toast' AND EXISTS (SELECT FROM pg_class o JOIN pg_namespace m "
            "  ON m.oid = o.relnamespace WHERE o.reltoastrelid = c.oid AND m.nspname <> 'public')) ORDER BY 1"
        )
    ]


def table_rows(table: str) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Yield a table's live rows: the values that may name somebody, and everything that may order or match them."""
    if table.startswith("pg_toast"):
        return
    columns = [
        name
        for (name,) in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            table,
        )
    ]
    chosen = ", ".join(f'"{name}"' for name in columns)
    for ctid, xmin, xmax, cmin, *values in rows(
        f"SELECT ctid::text, xmin::text::bigint, xmax::text::bigint, cmin::text::bigint, {chosen} FROM {table}"  # noqa: S608
    ):
        block, place = ctid.strip("()").split(",")
        given = {f"column {name}": plain(value) for name, value in zip(columns, values, strict=True)}
        yield (
            values,
            {"ctid": (int(block), int(place)), "xmin": xmin, "xmax": xmax, "cmin": cmin, **given},
        )


def file_rows(table: str, known: Known) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Yield what the raw pages of a table's file hold of known people: live rows, dead ones and remainders."""
    ((content,),) = rows("SELECT pg_read_binary_file(pg_relation_filepath(%s::regclass))", table)
    for number in range(len(content) // PAGE):
        page = bytes(content[number * PAGE : (number + 1) * PAGE])
        places = [at for at in range(24, PAGE - PREFIX) if page[at : at + PREFIX] in known.prefixes]
        items = list(line_pointers(page))
        for at in places:
            start = next((off for off, size in items if off <= at < off + size), None)
            start = header_before(page, at) if start is None else start
            if start is not None:
                xmin, xmax, cid = struct.unpack_from("<III", page, start)
                found = {"place": (number, start), "xmin": xmin, "xmax": xmax, "cid": cid}
                yield [page[at : at + PREFIX]], found


def line_pointers(page: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the rows of a page begin and how long they are (PostgreSQL, storage/bufpage.h and itemid.h)."""
    lower = struct.unpack_from("<H", page, 12)[0]
    for at in range(24, min(lower, PAGE), 4):
        (word,) = struct.unpack_from("<I", page, at)
        offset, size = word & 0x7FFF, word >> 17
        if size:
            yield offset, size


def header_before(page: bytes, at: int) -> int | None:
    """Return where the row that once held the bytes at `at` began: at a multiple of 8, with a head that says so."""
    for start in range(at - 24 - (at % 8), max(24, at - 400), -8):
        if page[start + 22] in (24, 32, 40) and start + page[start + 22] <= at:
            return start
    return None


def collect(
    traces: dict[str, list[Trace]],
    found: Scan,
    name: str,
    content: Iterator[tuple[list[Any], dict[str, Any]]],
    known: Known,
) -> None:
    """Sort rows by the people whom they name; a row that names a code and a rating is a finding by itself."""
    by_side: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for values, columns in content:
        named = {who for value in values for who in known.who(value)}
        for side, person in named:
            by_side[side].setdefault(person, columns)
        if len({side for side, _person in named}) > 1:
            found.together.append(f"a row of {name} names {sorted(side for side, _p in named)}")
    for side, people in by_side.items():
        traces[side].append(Trace(name, people))


def joins(left: Trace, right: Trace) -> Iterator[Tried]:
    """Try all pairs of columns of two traces."""
    people = sorted(left.values.keys() & right.values.keys())
    if len(people) < FEWEST:
        return
    for one in left.columns:
        for other in right.columns:
            mine = {person: left.values[person].get(one) for person in people}
            theirs = {person: right.values[person].get(other) for person in people}
            how = one if one == other else f"{one} = {other}"
            yield Tried(left.name, right.name, how, len(people), equal(mine, theirs), 0.0)
            yield from ranked(left, right, mine, theirs, f"rank of {how}")


def equal(mine: Mapping[int, Any], theirs: Mapping[int, Any]) -> float:
    """Return how many are right on average when each is matched with one of those with the same value."""
    holders: dict[str, list[int]] = defaultdict(list)
    for person, value in theirs.items():
        holders[str(value)].append(person)
    return sum(
        1 / len(those) for person, value in mine.items() if person in (those := holders.get(str(value), ()))
    )


def ranked(
    left: Trace, right: Trace, mine: Mapping[int, Any], theirs: Mapping[int, Any], how: str
) -> Iterator[Tried]:
    """Match the first with the first and so on, and the first with the last; equal ones as they lie in the file."""
    if len(set(map(str, mine.values()))) == 1 and len(set(map(str, theirs.values()))) == 1:
        return
    first, second = in_order(left, mine), in_order(right, theirs)
    place = {person: number for number, person in enumerate(second)}
    middle = (len(first) - 1) / 2
    spread = sum((number - middle) ** 2 for number in range(len(first)))
    covariance = sum((n - middle) * (place[person] - middle) for n, person in enumerate(first))
    for direction, those in (("", second), (", backwards", second[::-1])):
        right_ones = sum(a == b for a, b in zip(first, those, strict=True))
        sign = -1 if direction else 1
        yield Tried(
            left.name, right.name, how + direction, len(first), right_ones, sign * covariance / spread
        )


def in_order(trace: Trace, values: Mapping[int, Any]) -> list[int]:
    """Return the people in the order of their values."""

    def key(person: int) -> tuple[Any, ...]:
        value, row = values[person], trace.values[person]
        where = row.get("ctid") or row.get("place") or (row.get("turn", 0),)
        return (*sortable(value), where)

    return sorted(values, key=key)


def sortable(value: Any) -> tuple[Any, ...]:
    """Return something that can be compared with that of any other value."""
    if isinstance(value, bool | int | float):
        return (0, float(value), "")
    if isinstance(value, tuple):
        return (0, float(value[0]) * 1e6 + value[1], "")
    return (1, 0.0, "" if value is None else str(value))


def plain(value: Any) -> Any:
    """Return bytes as words."""
    return bytes(value).hex() if isinstance(value, memoryview) else value
