"""Columns of a reference case's data, and the small expression language in which cases name variables.

Expressions are R's comparisons and arithmetic (`sch.wide=='Yes'`, `score=(overall-1)*25`) plus the words
`X not missing`. Logical values are 0 and 1; a missing value stays missing (NaN) through every operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reports.estimation.estimate import BoolArray, FloatArray, IntArray
from reports.estimation.sample import codes

DERIVED = {
    "score": "(overall-1)*25",
    "top2": "overall>=4",
    "top3": "overall>=3",
    "bad": "overall<=2",
}
"""Variables that resident-survey cases use by name without a column."""


class CaseError(ValueError):
    """An expression or name that this language does not have."""


class UnsupportedError(CaseError):
    """A variant of a kind that the project does not offer."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its texts ("" where missing) and, where all are numbers, their values."""

    texts: tuple[str, ...]
    numbers: FloatArray | None

    @classmethod
    def of(cls, texts: Sequence[str]) -> Column:
        """Read numbers, or TRUE and FALSE as 1 and 0, where every present text is one."""
        cleaned = tuple("" if text in ("", "NA") else text for text in texts)
        logical = {"TRUE": "1", "FALSE": "0", "true": "1", "false": "0"}
        try:
            numbers = np.array([float(logical.get(t, t)) if t else np.nan for t in cleaned])
        except ValueError:
            return cls(cleaned, None)
        return cls(cleaned, numbers)


class Frame:
    """The columns of one file and the variables computed from them."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self.columns = {name: Column.of(texts) for name, texts in columns.items()}
        self.rows = len(next(iter(self.columns.values())).texts) if self.columns else 0

    def column(self, name: str) -> Column:
        """Give a column by name."""
        if name not in self.columns:
            raise CaseError(f"no column named {name!r}")
        return self.columns[name]

    def number(self, expression: str) -> FloatArray:
        """Evaluate an expression to numbers, (rows,)."""
        _, found, body = expression.partition("=") if _assigns(expression) else ("", "", expression)
        value = _Parser(self, body if found else expression).value()
        if isinstance(value, Column):
            if value.numbers is None:
                raise CaseError(f"{expression!r} is text, not a number")
            return value.numbers
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (self.rows,)).copy()

    def where(self, expression: str | None) -> BoolArray:
        """Evaluate a condition, missing counting as no.

        The words `X published (n>=10)` are left to the kind.
        """
        if not expression:
            return np.ones(self.rows, dtype=bool)
        words = re.sub(r"&?\s*[\w.]+ published \([^)]*\)", "", expression)
        words = re.sub(r"([\w.]+)\s+(?:is )?not missing", r"!is.na(\1)", words)
        words = re.sub(r"([\w.]+)\s+(?:is )?missing", r"is.na(\1)", words)
        return np.asarray(self.number(words) == 1) if words.strip() else np.ones(self.rows, dtype=bool)

    def label(self, name: str) -> tuple[IntArray, tuple[str, ...]]:
        """Give codes (rows,) of a classification, -1 where missing, and its sorted levels."""
        if name in self.columns:
            texts = self.column(name).texts
        else:
            values = self.number(name)
            logical = _COMPARES.search(name) is not None and bool(
                np.all(np.isin(values[~np.isnan(values)], (0, 1)))
            )
            texts = tuple(
                "" if np.isnan(v) else (str(v == 1).upper() if logical else f"{v:g}") for v in values
            )
        numeric = all(_is_number(text) for text in texts if text)
        levels = sorted({text for text in texts if text}, key=lambda t: (float(t) if numeric else 0.0, t))
        place = {level: i for i, level in enumerate(levels)}
        return np.array([place.get(text, -1) for text in texts], dtype=np.int64), tuple(levels)

    def groups(self, names: Sequence[str], inside: BoolArray) -> dict[tuple[str, ...], BoolArray]:
        """Give the rows of every combination of levels that occurs `inside`."""
        labelled = [self.label(name) for name in names]
        keep = inside & np.all([code >= 0 for code, _ in labelled], axis=0)
        joint = codes(*(code for code, _ in labelled))
        found: dict[tuple[str, ...], BoolArray] = {}
        for group in np.unique(joint[keep]):
            rows = keep & (joint == group)
            first = int(np.flatnonzero(rows)[0])
            found[tuple(levels[code[first]] for code, levels in labelled)] = rows
        return found


def _assigns(expression: str) -> bool:
    return re.match(r"\s*[\w.]+\s*=[^=]", expression) is not None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_COMPARES = re.compile(r"==|!=|<|>|%in%")
_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?)|([A-Za-z_.][\w.]*)|('[^']*'|\"[^\"]*\")|(%in%|==|!=|>=|<=|&&|\|\||.))"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("|", "||"),
    ("&", "&&"),
    ("==", "!=", ">=", "<=", ">", "<", "%in%"),
    ("+", "-"),
    ("*", "/"),
    ("^",),
)
_ARITHMETIC: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
_FUNCTIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
}
_COMPARISON: dict[str, Callable[[FloatArray, FloatArray], BoolArray]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
}
_WORDS = {"and": "&", "or": "|", "not": "!", "in": "%in%"}
Value = Column | FloatArray | str | tuple[str, ...]


class _Parser:
    """A recursive-descent parser over one frame; values are columns, numbers, texts or sets of texts."""

    def __init__(self, frame: Frame, text: str) -> None:
        self.frame = frame
        found = [m.group(m.lastindex or 0) for m in _TOKEN.finditer(text.strip())]
        self.tokens = [_WORDS.get(token, token) for token in found]
        self.at = 0

    def value(self) -> Value:
        result = self._binary(0)
        if self.at < len(self.tokens):
            raise CaseError(f"cannot read {self.tokens[self.at]!r}")
        return result

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise CaseError(f"expected {token!r}")

    def _binary(self, level: int) -> Value:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _LEVELS[level]:
            operator = self._take()
            left = _applied(operator, left, self._binary(level + 1))
        return left

    def _unary(self) -> Value:
        word = self._take()
        result: Value
        if word == "!":
            result = 1 - _numbers(self._binary(2))
        elif word in ("-", "+"):
            result = _numbers(self._binary(len(_LEVELS) - 1)) * (-1 if word == "-" else 1)
        elif word == "(":
            result = self._binary(0)
            self._expect(")")
        elif word[:1] in ("'", '"'):
            result = word[1:-1]
        elif word[:1].isdigit():
            result = np.array(float(word))
        elif word in ("TRUE", "FALSE"):
            result = np.array(float(word == "TRUE"))
        else:
            result = self._call(word) if self._peek() == "(" else self._variable(word)
        return result

    def _variable(self, name: str) -> Value:
        if name not in self.frame.columns and name in DERIVED:
            return _Parser(self.frame, DERIVED[name]).value()
        return self.frame.column(name)

    def _call(self, name: str) -> Value:
        self._expect("(")
        arguments = [self._binary(0)]
        while self._peek() == ",":
            self._take()
            arguments.append(self._binary(0))
        self._expect(")")
        if name in ("I", "as.numeric", "as.integer"):
            return _numbers(arguments[0])
        if name in _FUNCTIONS:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                result = _FUNCTIONS[name](_numbers(arguments[0]))
            return np.asarray(np.where(np.isfinite(result), result, np.nan), dtype=np.float64)
        if name == "ifelse":
            test, yes, no = (_numbers(argument) for argument in arguments)
            return np.asarray(np.where(np.isnan(test), np.nan, np.where(test != 0, yes, no)))
        if name == "is.na":
            given = arguments[0]
            if isinstance(given, Column) and given.numbers is None:
                return np.array([float(text == "") for text in given.texts])
            return np.isnan(_numbers(given)).astype(float)
        if name == "c":
            return tuple(a if isinstance(a, str) else f"{float(_numbers(a)):g}" for a in arguments)
        raise CaseError(f"no function named {name!r}")


def _numbers(value: Value) -> FloatArray:
    if isinstance(value, Column):
        value = value.numbers if value.numbers is not None else "text"
    if isinstance(value, str | tuple):
        raise CaseError("text where a number is needed")
    return value


def _applied(operator: str, left: Value, right: Value) -> FloatArray:
    if operator == "%in%":
        members = {right} if isinstance(right, str) else set(right) if isinstance(right, tuple) else None
        if members is None or isinstance(left, str | tuple):
            raise CaseError("%in% needs a column and c(...)")
        numbers = left.numbers if isinstance(left, Column) else left
        if numbers is not None and all(_is_number(member) for member in members):
            return np.isin(numbers, [float(member) for member in members]).astype(float)
        texts = left.texts if isinstance(left, Column) else ()
        return np.array([float(text in members) for text in texts])
    if isinstance(right, str) and isinstance(left, Column):
        if operator not in ("==", "!="):
            raise CaseError(f"texts cannot be compared by {operator}")
        same = np.array([np.nan if t == "" else float(t == right) for t in left.texts])
        return same if operator == "==" else 1 - same
    a, b = np.broadcast_arrays(_numbers(left), _numbers(right))
    if operator in _ARITHMETIC:
        with np.errstate(divide="ignore", invalid="ignore"):
            result = _ARITHMETIC[operator](a, b)
        return np.asarray(np.where(np.isfinite(result), result, np.nan), dtype=np.float64)
    if operator in _COMPARISON:
        outcome = _COMPARISON[operator](a, b).astype(float)
        return np.asarray(np.where(np.isnan(a) | np.isnan(b), np.nan, outcome))
    # R's three-valued logic: a missing side does not matter where the other decides.
    decides = 0.0 if operator.startswith("&") else 1.0
    decided = (a == decides) | (b == decides)
    return np.asarray(np.where(decided, decides, np.where(np.isnan(a) | np.isnan(b), np.nan, 1 - decides)))
