"""The system file of SPSS (.sav), as far as a table of codes and numbers with labels needs it.

Written after GNU PSPP's description of the format (PSPP developers guide, "System File Format"): uncompressed, UTF-8,
little-endian. The same table gives the same bytes: the moment in the header is given.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WIDEST = 255  # bytes of a string variable, and of a label of a value
SHORT = 8  # up to here labels of values stand in records of the old kind
MISSING = -1.7976931348623157e308
TEXT, NUMBER = 1, 5  # formats A and F
NOMINAL, SCALE = 1, 3


@dataclass(frozen=True)
class Variable:
    """One column; `width` is in bytes, 0 for numbers. `labels` are of its values."""

    name: str
    label: str
    width: int = 0
    decimals: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def elements(self) -> int:
        """How many parts of eight bytes a value takes."""
        return max(1, -(-self.width // 8))

    @property
    def short_name(self) -> str:
        """The name that the first record has room for."""
        return self.name[:8].upper()


def cut(text: str, most: int = WIDEST) -> bytes:
    """Return at most `most` bytes of a text, whole signs."""
    return text.encode()[:most].decode(errors="ignore").encode()


def written(
    variables: Sequence[Variable],
    rows: Iterable[Sequence[str | float | None]],
    *,
    label: str,
    made_at: datetime,
    weighted_by: str,
) -> bytes:
    """Return the file of `rows`; each case counts as often as its variable `weighted_by` says."""
    line = struct.Struct("<" + "".join(f"{8 * one.elements}s" if one.width else "d" for one in variables))
    cases = []
    for row in rows:
        values = (_value(one, value) for one, value in zip(variables, row, strict=True))
        cases.append(line.pack(*values))
    parts = [_header(variables, len(cases), label, made_at, weighted_by)]
    parts += map(_variable, variables)
    parts += _short_labels(variables)
    parts += [
        _extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)),
        _extension(4, 8, struct.pack("<3d", MISSING, -MISSING, -1.7976931348623155e308)),
        _extension(11, 4, b"".join(map(_display, variables))),
        _extension(13, 1, "\t".join(f"{one.short_name}={one.name}" for one in variables).encode()),
        _extension(20, 1, b"UTF-8"),
        *_long_labels(variables),
        struct.pack("<2i", 999, 0),
    ]
    return b"".join(parts + cases)


def _value(variable: Variable, value: str | float | None) -> bytes | float:
    if variable.width:
        text = cut(str(value or ""), variable.width)
        return text.ljust(8 * variable.elements)
    return MISSING if value is None else float(value)


def _header(
    variables: Sequence[Variable], cases: int, label: str, made_at: datetime, weighted_by: str
) -> bytes:
    place = 1
    for one in variables:
        if one.name == weighted_by:
            break
        place += one.elements
    day = f"{made_at.day:02d} {MONTHS[made_at.month - 1]} {made_at.year % 100:02d}"
    return struct.pack(
        "<4s60s5id9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE - Minping".ljust(60),
        2,
        sum(one.elements for one in variables),
        0,
        place,
        cases,
        100.0,
        day.encode(),
        f"{made_at:%H:%M:%S}".encode(),
        cut(label, 64).ljust(64),
    )


def _variable(one: Variable) -> bytes:
    shape = TEXT << 16 | one.width << 8 if one.width else NUMBER << 16 | 12 << 8 | one.decimals
    label = cut(one.label)
    first = struct.pack("<6i8s", 2, one.width, 1, 0, shape, shape, one.short_name.encode().ljust(8))
    more = struct.pack("<6i8s", 2, -1, 0, 0, 0, 0, b" " * 8) * (one.elements - 1)
    return first + struct.pack("<i", len(label)) + _padded(label, 4) + more


def _display(one: Variable) -> bytes:
    shown = struct.pack(
        "<3i", NOMINAL if one.width else SCALE, min(max(one.width, 8), 32), 0 if one.width else 1
    )
    return shown + struct.pack("<3i", 0, 8, 0) * (one.elements - 1)


def _short_labels(variables: Sequence[Variable]) -> list[bytes]:
    found, place = [], 1
    for one in variables:
        if one.labels and one.width <= SHORT:
            lines = []
            for value, label in one.labels.items():
                words = cut(label, 120)
                lines.append(_exactly(value, 8) + _padded(bytes([len(words)]) + words, 8))
            found.append(
                struct.pack("<2i", 3, len(lines)) + b"".join(lines) + struct.pack("<3i", 4, 1, place)
            )
        place += one.elements
    return found


def _long_labels(variables: Sequence[Variable]) -> list[bytes]:
    parts = []
    for one in variables:
        if one.labels and one.width > SHORT:
            name = one.name.encode()
            parts.append(struct.pack("<i", len(name)) + name + struct.pack("<2i", one.width, len(one.labels)))
            for value, label in one.labels.items():
                words = cut(label, 120)
                parts.append(struct.pack("<i", one.width) + _exactly(value, one.width))
                parts.append(struct.pack("<i", len(words)) + words)
    return [_extension(21, 1, b"".join(parts))] if parts else []


def _exactly(text: str, width: int) -> bytes:
    return cut(text, width).ljust(width)


def _extension(kind: int, size: int, body: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(body) // size) + body


def _padded(body: bytes, to: int) -> bytes:
    return body + b" " * (-len(body) % to)
