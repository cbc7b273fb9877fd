"""Comparison of what a kind computed with what a reference case expects.

Every expected number must be met within the case's tolerance; a key that was not computed fails, except those
listed here as not offered by the project. Tables are matched by their key, never by position.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOT_OFFERED = ("mrsw_", "marginal_")
"""Bootstrap rank sets: the project publishes the deterministic Holm sets."""

METHODS_NOT_OFFERED = ("likelihood", "asin", "mean", "wald", "betaWald", "almostlogit", "score")
"""Interval methods of R that the project does not offer (`reading` in cases.json lets them be ignored)."""

NOTHING = re.compile(
    r"(na|nan|null|none|refused?|not[ _-]?(estimable|comparable|publishable)|suppressed)\b.*", re.I
)
"""Words with which a case expects that there is no number."""

WORDS = ("reason", "note", "notes", "why", "status", "message")
"""Keys under which a case says in words why there is no number."""


class Point(float):
    """A number whose uncertainty cannot be had: it meets its value, and the expectation that there is none."""


ROUNDING = 1e-12
"""Two numbers below this are both zero, unless they are p-values."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A table of results: `key` names its key columns, `rows` maps key values to the row's results."""

    key: tuple[str, ...]
    rows: dict[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Relative and absolute tolerance of a case."""

    rel: float | None
    abs: float | None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Tolerance:
        """Read a case's tolerance; 1e-6 relative where it names none."""
        given = given or {}
        rel, absolute = given.get("rel"), given.get("abs")
        if rel is None and absolute is None:
            rel = 1e-6
        return cls(None if rel is None else float(rel), None if absolute is None else float(absolute))

    def meets(self, got: float, expected: float, key: str) -> bool:
        """Tell whether two numbers agree."""
        if not math.isfinite(got):
            return False
        gap = abs(got - expected)
        if self.abs is not None and gap <= self.abs:
            return True
        if self.rel is not None and gap <= self.rel * abs(expected):
            return True
        return not key.startswith("p") and abs(got) < ROUNDING and abs(expected) < ROUNDING


def differences(expected: Any, got: Any, tolerance: Tolerance, path: str = "") -> list[str]:
    """List where `got` does not meet `expected`; an empty list is a pass."""
    if nothing(expected) and isinstance(got, Mapping | Point):
        estimate = got.get("estimate") if isinstance(got, Mapping) else got
        held = estimate is None or isinstance(estimate, Point)
        return [] if held else [f"{path}: got {estimate!r}, expected none"]
    if isinstance(got, Grouped):
        return _grouped(expected, got, tolerance, path)
    if isinstance(expected, Mapping):
        if isinstance(got, Mapping):
            return _mapped(expected, got, tolerance, path)
        return [] if not expected and not got else [f"{path}: not computed"]
    if isinstance(expected, list) or isinstance(got, list):
        return _sequence(_as_list(expected), _as_list(got), tolerance, path)
    key = re.split(r"[.\[]", path)[-1 if not path.endswith("]") else -2]
    return [] if _same(expected, got, tolerance, key) else [f"{path}: got {got!r}, expected {expected!r}"]


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _sequence(expected: list[Any], got: list[Any], tolerance: Tolerance, path: str) -> list[str]:
    if len(got) != len(expected):
        return [f"{path}: {len(got)} values, expected {len(expected)}"]
    pairs = enumerate(zip(expected, got, strict=True))
    return [line for i, (e, g) in pairs for line in differences(e, g, tolerance, f"{path}[{i}]")]


def nothing(expected: Any) -> bool:
    """Tell whether an expectation says that there is no number: null, NaN, or a word for it."""
    if isinstance(expected, float):
        return math.isnan(expected)
    return expected is None or (isinstance(expected, str) and NOTHING.fullmatch(expected.strip()) is not None)


def expects_nothing(expected: Any) -> bool:
    """Tell whether a whole expectation says that nothing can be estimated; sizes and words may be given."""
    if isinstance(expected, Mapping):
        numbers = [value for name, value in expected.items() if name not in ("n", "df", *WORDS)]
        return bool(expected) and all(expects_nothing(value) for value in numbers)
    if isinstance(expected, list):
        return bool(expected) and all(expects_nothing(value) for value in expected)
    return nothing(expected)


def _same(expected: Any, got: Any, tolerance: Tolerance, key: str) -> bool:
    if got is None or nothing(expected):
        return got is None and nothing(expected)
    if isinstance(expected, bool) or isinstance(got, bool):
        return bool(expected) == bool(got)
    if isinstance(expected, str) and isinstance(got, str):
        return expected == got
    try:
        return tolerance.meets(float(got), float(expected), key)
    except (TypeError, ValueError):
        return False


def _mapped(
    expected: Mapping[str, Any], got: Mapping[str, Any], tolerance: Tolerance, path: str
) -> list[str]:
    lines: list[str] = []
    for name, value in expected.items():
        here = f"{path}.{name}" if path else name
        if name.startswith(NOT_OFFERED) or (path.endswith("ci") and name in METHODS_NOT_OFFERED):
            continue
        if name not in got and name in WORDS and isinstance(value, str):
            continue
        if name not in got:
            lines.append(f"{here}: not computed")
        else:
            lines += differences(value, got[name], tolerance, here)
    return lines


def _grouped(expected: Any, got: Grouped, tolerance: Tolerance, path: str) -> list[str]:
    """Match columns or records of the expected table with the computed rows by key."""
    records = _records(expected, got.key)
    if records is None:
        return [f"{path}: the expected table has no key {got.key}"]
    wanted = {tuple(str(record[name]) for name in got.key): record for record in records}
    extra = {key for key, row in got.rows.items() if any(v is not None for n, v in row.items() if n != "n")}
    lines = [f"{path}{list(key)}: not expected" for key in extra - set(wanted)]
    for row, record in wanted.items():
        here = f"{path}[{','.join(row)}]"
        if row not in got.rows:
            lines.append(f"{here}: not computed")
            continue
        rest = {name: value for name, value in record.items() if name not in got.key}
        lines += _mapped(rest, got.rows[row], tolerance, here)
    return lines


def _records(expected: Any, key: tuple[str, ...]) -> list[dict[str, Any]] | None:
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return [dict(record) for record in expected] if all(key[0] in r for r in expected) else None
    if not isinstance(expected, Mapping):
        return None
    columns = {**expected.get("groups", {}), **{n: v for n, v in expected.items() if n != "groups"}}
    if any(name not in columns for name in key):
        return None
    if not isinstance(columns[key[0]], list):
        return [{n: v[0] if isinstance(v, list) and len(v) == 1 else v for n, v in columns.items()}]
    count = len(columns[key[0]])
    whole = {n: v for n, v in columns.items() if not isinstance(v, list) or len(v) != count}
    parts = {n: v for n, v in columns.items() if n not in whole}
    return [{**whole, **{n: v[i] for n, v in parts.items()}} for i in range(count)]
