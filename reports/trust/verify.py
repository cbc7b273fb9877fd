"""Recompute every published number of a wave from its published data, and name every difference.

    python3 verify.py DIRECTORY [--previous DIRECTORY]
    python3 verify.py https://host/results/WAVE/ [--previous https://host/results/WAVE-BEFORE/]

A directory holds the files beside a results page; an address is that page, whose files are fetched. One file, Python's
standard library only (3.10 or later), no code of the platform: read it, keep it, run it anywhere. Ends with 0 when
everything agrees, with 1 and a line for each difference otherwise: file, place, what is written, what follows. The
formulas are those of docs/methodology.md; what does not follow from published files is listed in docs/verification.md.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import http.client
import io
import json
import math
import re
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations, count
from pathlib import Path
from statistics import NormalDist
from typing import Any

Json = dict[str, Any]

GRADES = ("5", "4", "3", "2", "1")
SCORE = {"5": 100.0, "4": 75.0, "3": 50.0, "2": 25.0, "1": 0.0}
SATISFIED, GOOD = frozenset("54"), frozenset("543")
NOT_SCORED = ("unrated", "na", "dk", "blank")
LONELY = ("refuse", "center")
SMALLEST_BASE = 5  # no declared method goes below it
CLOSE = 1e-9  # two ways to the same number differ by less, relatively
ROUNDING = 1e-12  # what a subtraction leaves below this part is nought
EXACT = 1e-11
PEERS = 10  # from so many departments on labels come from z', and tests are taken far out in the tails
RELIABLE = 0.7
STEP = 0.05
FORMATS = (2, 3, 4)  # of what is published; the first had other tables
BEFORE_UNPUBLISHED = "before_unpublished"
COLUMNS = {
    "dataset.csv": "department,item,stratum,cell,value,n,w,w2",
    "design.csv": "department,stratum,cell,N,n,w,psus,psu_population,category,categories",
    "moments.csv": "department,stratum,cell,item_a,item_b,n,sum_a,sum_b,sum_ab",
    "correlations.csv": "department,item_a,item_b,correlation",
    "residuals.csv": "department,item,stratum,units,sampled,population,first,second",
    "unflagged.csv": "department,item,value,n,w,n_with_flagged,w_with_flagged",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")
FETCHED_AT_MOST = 500_000_000
# What reading or computing stumbles over where a figure is not what it must be.
BROKEN = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError, csv.Error)
PAPERS = (".pdf", ".xlsx", ".sav")  # made from the same content, which their fingerprint alone ties them to
LABEL = 120  # bytes of a label in a system file
NAMED = 20  # steps of a path in a document that are still told
DEEPEST = 1000  # steps from a department or place to the top of its tree


# --- what is found -------------------------------------------------------------------------------------------


@dataclass
class Findings:
    """Differences so far, by file; and how many numbers were compared."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    compared: int = 0
    notes: list[str] = field(default_factory=list)

    def differ(self, file: str, place: str, written: object, follows: object) -> None:
        """Name a difference."""
        line = f"{file}: {place}: written {_shown(written)}, {_follows(follows)}"
        lines = self.lines.setdefault(file, [])
        if line not in lines:
            lines.append(line)

    def say(self, file: str, place: str, sentence: str) -> None:
        """Name a difference in words."""
        self.lines.setdefault(file, []).append(f"{file}: {place}: {sentence}")

    def same(self, file: str, place: str, written: object, follows: object) -> bool:
        """Compare what must be equal to the letter, member by member."""
        if isinstance(written, dict) and isinstance(follows, dict) and written.keys() == follows.keys():
            members = [self.same(file, f"{place}/{key}", written[key], follows[key]) for key in written]
            return all(members)
        self.compared += 1
        if written != follows or isinstance(written, bool) is not isinstance(follows, bool):
            self.differ(file, place, written, follows)
            return False
        return True

    def number(self, file: str, place: str, written: Any, follows: float | None) -> float | None:
        """Compare a published decimal string with what follows; return the number to go on with."""
        self.compared += 1
        if written is None or follows is None:
            if written is not None or follows is not None:
                self.differ(file, place, written, None if follows is None else published(follows))
            return follows
        read = number_of(written)
        if read is None or not near(read, follows) or written != _plain(written):
            self.differ(file, place, written, published(follows))
            return follows
        return read


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _follows(value: object) -> str:
    return "nothing follows from the data" if value is None else f"{_shown(value)} follows from the data"


def _plain(text: str) -> str:
    """Return the one way to write a number that is read from `text`."""
    return published(float(text))


def number_of(text: object) -> float | None:
    """Read a published number; None where it is none."""
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return None
    return float(text)


def near(one: float, other: float) -> bool:
    """Say whether two computations agree; differences of scores are as sure as the scores."""
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=1e-10)


def published(number: float) -> str:
    """Write a number with twelve significant digits and no exponent."""
    text = f"{number:.12g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


# --- distributions -------------------------------------------------------------------------------------------

NORMAL = NormalDist()


def normal_tail(z: float) -> float:
    """Give P(Z > z), exact far out."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def beta_part(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_part(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    found = d
    for m in range(1, 10_000):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + top * d
            c = 1 + top / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * found / a


def student_tail(t: float, df: float) -> float:
    """Give P(T > t) of Student's t."""
    if math.isinf(df):
        return normal_tail(t)
    # Of the two arguments x and 1 - x the one that loses no digits.
    half = 0.5 * beta_part(df / (df + t * t), df / 2, 0.5)
    return half if t >= 0 else 1 - half


@cache
def student_quantile(upper: float, df: float) -> float:
    """Give the t below which Student's t lies with probability `upper` ≥ ½."""
    if math.isinf(df):
        return NORMAL.inv_cdf(upper)
    low, high = 0.0, 2.0
    while student_tail(high, df) > 1 - upper and high < 1e300:
        low, high = high, high * 2
    return _root(lambda t: student_tail(t, df) - (1 - upper), low, high)


@cache
def beta_quantile(p: float, a: float, b: float) -> float:
    """Give the x with I_x(a, b) = p."""
    return _root(lambda x: p - beta_part(x, a, b), 0.0, 1.0)


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Find where a falling function is nought, between `low` and `high`: Illinois, then whatever bisection leaves."""
    at_low, at_high = falling(low), falling(high)
    side = 0
    for step in range(300):
        middle = (low + high) / 2
        if step % 4 and at_low != at_high:
            middle = (low * at_high - high * at_low) / (at_high - at_low)
            middle = middle if low < middle < high else (low + high) / 2
        value = falling(middle)
        if value == 0 or high - low <= 4e-16 * abs(middle):
            return middle
        if value > 0:
            low, at_low = middle, value
            at_high, side = (at_high / 2, 1) if side == 1 else (at_high, 1)
        else:
            high, at_high = middle, value
            at_low, side = (at_low / 2, -1) if side == -1 else (at_low, -1)
    return (low + high) / 2


def quantile(level: float, df: float | None) -> float:
    """Give the two-sided quantile of Student's t, of the normal where there are no degrees of freedom."""
    return student_quantile((1 + level) / 2, math.inf if df is None else df)


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p-values by Holm."""
    found, highest = [0.0] * len(p), 0.0
    for rank, at in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, (len(p) - rank) * p[at])
        found[at] = min(1.0, highest)
    return found


# --- one estimate --------------------------------------------------------------------------------------------


@dataclass
class Estimate:
    """A mean or a share; `se` is None where its uncertainty cannot be had, `value` where nothing can."""

    n: int
    value: float | None = None
    se: float | None = None
    df: float | None = None
    low: float | None = None
    high: float | None = None
    n_e: float | None = None
    kg_width: float | None = None

    @property
    def sure(self) -> bool:
        """Whether there is an interval."""
        return self.se is not None

    def rounded(self) -> Estimate:
        """Return the digits that are published, for what is computed from them."""
        digits = (
            None if one is None else float(published(one))
            for one in (self.value, self.se, self.df, self.low, self.high)
        )
        return Estimate(self.n, *digits)


@dataclass(frozen=True)
class Part:
    """One stratum of one item: units with an answer, sampled, of how many; first and second sums of five values."""

    units: int
    sampled: float
    population: float
    first: tuple[float, ...]
    second: tuple[tuple[float, ...], ...]


@dataclass
class Table:
    """An item's graded answers: counts and weights by grade 5 … 1, and its strata."""

    n: list[int]
    w: list[float]
    parts: list[Part]

    @property
    def df(self) -> float:
        """Degrees of freedom: units less strata with units."""
        return float(sum(one.units for one in self.parts) - sum(one.units != 0 for one in self.parts))


def variance_of(parts: Iterable[tuple[float, float, float, float]], lonely: str) -> float | None:
    """Sum (1 − f) n/(n − 1) (S2 − S1²/n) over strata (sampled, population, S1, S2); None where it is refused."""
    total = 0.0
    for n, population, first, second in parts:
        fraction = 1.0 if math.isinf(population) else 1 - n / population
        if fraction < 1e-7:
            continue  # taken whole
        if n <= 1 and lonely == "refuse":
            return None
        spread = second - (0.0 if n <= 1 else first * first / n)
        if spread > ROUNDING * second:
            total += fraction * (n / (n - 1) if n > 1 else 1.0) * spread
    return total


def mean_of(table: Table, values: Sequence[float], lonely: str) -> tuple[float, float | None] | None:
    """Give the mean of `values` by grade and its variance; None without answers."""
    weight = math.fsum(table.w)
    if not sum(table.n) or weight <= 0:
        return None
    theta = math.fsum(w * value for w, value in zip(table.w, values, strict=True)) / weight
    c = [(value - theta) / weight for value in values]
    sums = []
    for one in table.parts:
        if not any(any(line) for line in one.second):
            continue
        first = math.fsum(a * b for a, b in zip(c, one.first, strict=True))
        terms = [c[i] * c[j] * one.second[i][j] for i in range(5) for j in range(5)]
        second = math.fsum(terms)
        second = second if second > ROUNDING * math.fsum(map(abs, terms)) else 0.0
        sums.append((one.sampled, one.population, first, second))
    return theta, variance_of(sums, lonely)


def interval(
    n: int, value: float, variance: float | None, df: float, level: float, extent: float
) -> Estimate:
    """Give a mean with its t interval."""
    if variance is None:
        return Estimate(n)
    if variance <= (EXACT * extent) ** 2:
        return Estimate(n, value)
    if df <= 0:
        return Estimate(n)
    se = math.sqrt(variance)
    reach = quantile(level, df) * se
    return Estimate(n, value, se, df, value - reach, value + reach)


def score_of(table: Table, level: float, lonely: str) -> Estimate:
    """Give the score 0–100."""
    n, found = sum(table.n), mean_of(table, [SCORE[grade] for grade in GRADES], lonely)
    return Estimate(n) if found is None else interval(n, found[0], found[1], table.df, level, 100.0)


def share_of(table: Table, grades: frozenset[str], level: float, lonely: str) -> Estimate:
    """Give the share of `grades` with Wilson's interval, and with what decides publication."""
    n, found = sum(table.n), mean_of(table, [float(grade in grades) for grade in GRADES], lonely)
    if found is None or found[1] is None:
        return Estimate(n)
    p, variance, df = min(max(found[0], 0.0), 1.0), found[1], table.df
    if p <= EXACT or p >= 1 - EXACT:
        p = float(round(p))
        low, high = exact_interval(n if p else 0, n, level)
        return Estimate(n, p, 0.0, df, low, high, float(n), high - low)
    if variance <= EXACT**2:
        return Estimate(n, p)
    if df <= 0:
        return Estimate(n)
    n_e = p * (1 - p) / variance
    low, high = wilson(p, n_e, level, df)
    effective = n_e * (quantile(level, max(n - 1, 1)) / quantile(level, df)) ** 2
    kg_low, kg_high = exact_interval(effective * p, effective, level)
    return Estimate(n, p, math.sqrt(variance), df, low, high, n_e, kg_high - kg_low)


def wilson(p: float, n_e: float, level: float, df: float | None) -> tuple[float, float]:
    """Give Wilson's interval on an effective number of answers."""
    square = quantile(level, df) ** 2
    centre = p + square / (2 * n_e)
    reach = math.sqrt(square) * math.sqrt(max(p * (1 - p), 0.0) / n_e + square / (4 * n_e**2))
    low, high = (centre - reach) / (1 + square / n_e), (centre + reach) / (1 + square / n_e)
    return (0.0 if p <= 0 else max(0.0, low)), (1.0 if p >= 1 else min(1.0, high))


def exact_interval(x: float, n: float, level: float) -> tuple[float, float]:
    """Give Clopper and Pearson's interval of `x` of `n`, whole or effective."""
    tail = (1 - level) / 2
    low = 0.0 if x <= 0 else beta_quantile(tail, x, n - x + 1)
    return low, (1.0 if x >= n else beta_quantile(1 - tail, x + 1, n - x))


def status_of(estimates: Sequence[Estimate], parameters: Mapping[str, Any]) -> str:
    """Decide what may be done with a figure."""
    judged = int(parameters["judged_base"])
    for one in estimates:
        if one.n < base_of(parameters):
            return "suppressed"
    for one in estimates:
        if not one.sure or one.n < judged:
            return "indicative"
        if one.df is not None and one.df < float(parameters["fewest_df"]):
            return "indicative"
        if one.n_e is not None and one.n_e < judged:
            return "indicative"
        if one.kg_width is not None and one.kg_width >= float(parameters["widest_interval"]):
            return "indicative"
    return "publishable"


def base_of(parameters: Mapping[str, Any]) -> int:
    """Return the number of answers below which nothing is shown."""
    return max(SMALLEST_BASE, int(parameters["minimum_base"]))


# --- the files -----------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One line of a table, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def place(self, column: str) -> str:
        """Name a cell."""
        names = [
            self.cells[one]
            for one in ("department", "item", "stratum", "cell", "value")
            if self.cells.get(one)
        ]
        return f"row {self.line} ({', '.join(names)}), column {column}"


Design = dict[tuple[str, str], Row]


class Unreadable(ValueError):
    """A file that cannot be read, and where in it."""

    def __init__(self, file: str, place: str, why: str) -> None:
        """Name the place."""
        super().__init__(f"{file}: {place}: {why}")
        self.file, self.place, self.why = file, place, why


def text_of(files: Mapping[str, bytes], name: str) -> str:
    """Return a file as text; `Unreadable` where it is missing or no UTF-8."""
    if name not in files:
        raise Unreadable(name, "whole file", "is missing")
    try:
        return files[name].decode()
    except UnicodeDecodeError as error:
        raise Unreadable(name, f"byte {error.start + 1}", "cannot be read: it is no UTF-8") from None


def check_parameters(parameters: Json) -> None:
    """Refuse parameters that no method can have, by name, before anything is computed from them."""

    def refuse(name: str, wanted: str) -> None:
        written = _shown(parameters.get(name))
        raise Unreadable("scorecard.json", f"parameters/{name}", f"written {written}, should be {wanted}")

    level = number_of(parameters.get("level"))
    if level is None or not 0 < level < 1:
        refuse("level", "a number between 0 and 1")
    for name in ("minimum_base", "judged_base", "fewest_df"):
        value = parameters.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**9:
            refuse(name, "a whole number from 0 to 1000000000")
    for name, high in (("widest_interval", 1.0), ("smallest_change", 100.0), ("target", 100.0)):
        number = number_of(parameters.get(name))
        if number is None and name == "target" and parameters.get(name) is None:
            continue
        if number is None or not 0 <= number <= high:
            refuse(name, f"a number from 0 to {published(high)}")
    for name in ("merge_strata", "ranks"):
        if not isinstance(parameters.get(name), bool):
            refuse(name, "true or false")
    if parameters.get("lonely") not in LONELY:
        refuse("lonely", f"one of {', '.join(LONELY)}")
    if (standard := parameters.get("standard")) is not None and standard != {}:
        shares = standard.get("shares") if isinstance(standard, dict) else None
        numbers = [number_of(share) for share in shares.values()] if isinstance(shares, dict) else []
        if not numbers or any(one is None or one < 0 for one in numbers) or not sum(filter(None, numbers)):
            refuse("standard", "a margin and shares that are no less than nothing")


class Wave:
    """The files of one wave, or of one department of it, as they were downloaded."""

    def __init__(self, files: Mapping[str, bytes], found: Findings) -> None:
        """Read the files; `Unreadable` says which cannot be read."""
        self.files, self.found = files, found
        self.method, self.card = self.document("method.json"), self.document("scorecard.json")
        if self.card.get("format") not in FORMATS:
            raise Unreadable("scorecard.json", "format", f"{self.card.get('format')} is not one of {FORMATS}")
        self.parameters: Json = self.card["parameters"]
        check_parameters(self.parameters)
        self.level = float(self.parameters["level"])
        self.lonely = str(self.parameters["lonely"])
        self.cards: dict[str, Json] = {one["figures"]["code"]: one for one in self.card["scorecards"]}
        self.rows = {name: self._table(name) for name in COLUMNS}
        has_parts = any("breakdowns" in one for one in self.cards.values())
        self.has_parts = has_parts or bool({"tree", "places", "roll_ups"} & self.card.keys())
        self.items: dict[str, list[Json]] = {one["code"]: one["items"] for one in self.method["departments"]}
        benchmark = self.card["benchmark"]
        shown = [one for one in self.card["departments"] if one["status"] == "publishable"]
        # A department's own files tell nothing of the others, whose number the benchmark gives.
        self.partial = len(self.cards) == 1 and benchmark is not None and benchmark["compared"] != len(shown)

    def document(self, name: str) -> Json:
        """Read a document; `Unreadable` says where it cannot be read."""
        text = text_of(self.files, name)
        try:
            document = json.loads(text, parse_float=_no_float, object_pairs_hook=_once)
            canonical(document).encode()
        except json.JSONDecodeError as error:
            raise Unreadable(name, json_path(text, error.pos), f"cannot be read: {error.msg}") from None
        except RecursionError:
            raise Unreadable(name, "whole file", "cannot be read: it is nested too deeply") from None
        except UnicodeEncodeError:
            raise Unreadable(name, "whole file", "cannot be read: it holds half a character") from None
        except ValueError as error:
            raise Unreadable(name, "whole file", f"cannot be read: {error}") from None
        if not isinstance(document, dict):
            raise Unreadable(name, "whole file", "is no JSON object")
        if canonical(document) != text:
            self.found.say(name, "whole file", "is not written in canonical form (RFC 8785)")
        return document

    def _table(self, name: str) -> dict[str, list[Row]]:
        reader = csv.reader(io.StringIO(text_of(self.files, name), newline=""))
        try:
            return self._rows(name, reader)
        except csv.Error as error:
            raise Unreadable(name, f"row {reader.line_num}", f"cannot be read: {error}") from None

    def _rows(self, name: str, reader: Any) -> dict[str, list[Row]]:
        heading: list[str] = next(reader, [])
        if heading != COLUMNS[name].split(",") and heading != COLUMNS[name].split(",")[:-1]:
            raise Unreadable(name, "row 1", f"the columns should be {COLUMNS[name]}")
        found: dict[str, list[Row]] = {}
        for cells in reader:
            if len(cells) != len(heading):
                why = f"{len(cells)} cells instead of {len(heading)}"
                raise Unreadable(name, f"row {reader.line_num}", why)
            row = Row(name, reader.line_num, dict(zip(heading, cells, strict=True)))
            if row["department"] not in self.cards:
                self.found.differ(name, row.place("department"), row["department"], None)
            found.setdefault(row["department"], []).append(row)
        return found

    def of(self, name: str, department: str) -> list[Row]:
        """Return a department's rows of a table."""
        return self.rows[name].get(department, [])

    def count_in(self, row: Row, column: str) -> int:
        """Read a whole number; a cell that holds none is named."""
        self.found.compared += 1
        if not re.fullmatch(r"0|[1-9][0-9]*", row[column]):
            self.found.differ(row.file, row.place(column), row[column] or "nothing", "a whole number")
            return 0
        return int(row[column])


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is a number with decimals, where a string should be")


def _once(pairs: list[tuple[str, Any]]) -> Json:
    names = [key for key, _value in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{twice[0]!r} stands twice in one object")
    return dict(pairs)


def canonical(document: Any) -> str:
    """Write JSON values the one way there is (RFC 8785, for what these files hold)."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def bare(cell: str) -> str:
    """Take the apostrophe off a cell that a spreadsheet would have taken for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


# --- fingerprints --------------------------------------------------------------------------------------------


def check_sums(files: Mapping[str, bytes], found: Findings) -> None:
    """Compare every file with SHA256SUMS."""
    for number, line in enumerate(text_of(files, "SHA256SUMS").splitlines(), start=1):
        told, _, name = line.partition("  ")
        if name not in files:
            found.say("SHA256SUMS", f"row {number}", f"{name} is missing")
        elif told != (is_of := hashlib.sha256(files[name]).hexdigest()):
            found.say(name, "whole file", f"SHA256SUMS says {told}, the file has {is_of}")
        found.compared += 1


def check_fingerprints(wave: Wave) -> None:
    """Compare every file with the fingerprints in method.json, and find a single changed character by two sums."""
    method, found = wave.method, wave.found
    if wave.card["format"] < 4:
        newer = sorted({"files", "sums", "self"} & method.keys())
        newer += sorted(name for name in wave.files if name.endswith(PAPERS))
        newer += ["breakdowns, tree, places or roll_ups"] if wave.has_parts else []
        for name in newer:
            place = f"format {wave.card['format']}"
            found.say("scorecard.json", place, f"{name}: files of this format never had such a thing")
        if not newer:
            found.notes.append("these files are of an earlier format, without fingerprints in method.json")
            return
    told, sums, own = (method.get(key, {}) for key in ("files", "sums", "self"))
    for key, value in (("files", told), ("sums", sums), ("self", own)):
        if not isinstance(value, dict):
            found.say("method.json", key, f"written {_shown(value)[:60]}, should be an object")
            return
    there = set(wave.files) - {"SHA256SUMS", "method.json"}
    for name in sorted(there | set(told) | set(sums)):
        if name not in told or name not in sums or name not in wave.files:
            found.say(
                "method.json", f"files/{name}", "is not in all of: the files, their fingerprints, their sums"
            )
            continue
        check_bytes(found, name, wave.files[name], told[name], sums[name], ("files/" + name, "sums/" + name))
    rest = {key: value for key, value in method.items() if key != "self"}
    told_of_itself = own.get("sha256", ""), own.get("sums", ["", ""])
    check_bytes(found, "method.json", canonical(rest).encode(), *told_of_itself, ("self/sha256", "self/sums"))


def check_bytes(
    found: Findings, name: str, body: bytes, sha256: str, told: Sequence[str], keys: tuple[str, str]
) -> None:
    """Compare a file with its fingerprint; where a single character was changed, name its place."""
    found.compared += 2
    if not isinstance(told, list):
        found.say("method.json", keys[1], f"written {_shown(told)[:60]}, should be two sums")
        return
    here = character_sums(body)
    if hashlib.sha256(body).hexdigest() == sha256:
        if list(told) != [str(one) for one in here]:
            found.differ("method.json", keys[1], list(told), [str(one) for one in here])
        return
    if list(told) == [str(one) for one in here]:
        found.differ("method.json", keys[0], sha256, hashlib.sha256(body).hexdigest())
        return
    try:
        by = here[0] - int(told[0])
        at = (here[1] - int(told[1])) // by - 1 if by else -1
    except (TypeError, ValueError, IndexError):
        by, at = 0, -1
    if 0 <= at < len(body) and 0 <= body[at] - by < 256:
        mended = body[:at] + bytes([body[at] - by]) + body[at + 1 :]
        if hashlib.sha256(mended).hexdigest() == sha256:
            was, now = chr(body[at] - by), chr(body[at])
            place = place_of(name, body, at)
            found.say(name, place, f"written {now!r}, the fingerprint in method.json is of {was!r}")
            return
    if name not in found.lines:
        found.say(name, "whole file", "has another fingerprint than method.json says")


def character_sums(body: bytes) -> tuple[int, int]:
    """Return the sum of the bytes, and their sum with each counted by its place: together they find one change."""
    return sum(body), sum(map(int.__mul__, body, count(1)))


def place_of(name: str, body: bytes, at: int) -> str:
    """Name the place of a byte: row and column of a table, or the path in a document."""
    before = body[:at].decode(errors="ignore")
    try:
        return _place_in(name, body, before)
    except BROKEN:
        return f"byte {at + 1}"


def _place_in(name: str, body: bytes, before: str) -> str:
    if name.endswith(".csv"):
        row = before.count("\n")
        lines = list(csv.reader(io.StringIO(body.decode(errors="replace"))))
        column = len(next(csv.reader([before.rpartition("\n")[2] + "x"]))) - 1
        heading = lines[0][column] if column < len(lines[0]) else str(column + 1)
        return f"row {row + 1} ({lines[row][0] if row < len(lines) else ''}), column {heading}"
    if name.endswith(".json"):
        return json_path(body.decode(errors="replace"), len(before))
    raise ValueError("of another kind")


def json_path(text: str, at: int) -> str:
    """Name what stands at a place of a JSON document."""
    path: list[str | int] = []
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\[\]{},:"\s]+', text):
        if token.start() > at:
            break
        sign = token.group()
        if sign in "[{":
            path.append(0 if sign == "[" else "")
        elif not path:
            continue  # an end without a beginning
        elif sign in "]}":
            path.pop()
        elif sign == "," and isinstance(path[-1], int):
            path[-1] += 1
        elif sign.startswith('"') and isinstance(path[-1], str) and text.startswith(":", token.end()):
            path[-1] = sign[1:-1]
    if len(path) > NAMED:
        return f"character {at + 1}"
    return "/".join(str(one) for one in path) or f"character {at + 1}"


# --- the tables hang together --------------------------------------------------------------------------------


def check_tables(wave: Wave) -> None:
    """Check every row of every table against the rows that say the same in other words."""
    for department in wave.cards:
        _check_design(wave, department)
        _check_dataset(wave, department)
        _check_moments(wave, department)
        _check_correlations(wave, department)
    _check_same_groups(wave)
    _check_strata(wave)


def designs(wave: Wave, department: str) -> Design:
    """Return the rows of design.csv by stratum and cell."""
    return {(row["stratum"], row["cell"]): row for row in wave.of("design.csv", department)}


def _check_design(wave: Wave, department: str) -> None:
    rows, found = wave.of("design.csv", department), wave.found
    weighed = not wave.card.get("margins") or bool(wave.card.get("margins_refused"))
    known = all(row["N"] for row in rows)
    seen: dict[str, Row] = {}
    keys: set[tuple[str, str]] = set()
    for row in rows:
        key = row["stratum"], row["cell"]
        if key in keys:
            found.say(row.file, row.place("stratum"), "the same group stands twice")
        keys.add(key)
        n = wave.count_in(row, "n")
        for column in ("N", "psus", "psu_population"):
            if row[column]:
                wave.count_in(row, column)
        for column in ("N", "n", "psus", "psu_population"):
            found.same(row.file, row.place(column), row[column], seen.setdefault(row["stratum"], row)[column])
        if row["N"] and int(row["N"]) < n:
            found.say(row.file, row.place("n"), f"{n} took part of {row['N']}")
        if row["psus"] and row["psu_population"] and int(row["psu_population"]) < int(row["psus"]):
            found.say(row.file, row.place("psus"), f"{row['psus']} of {row['psu_population']} clusters")
        if not wave.card["judged"] or not known:
            found.number(row.file, row.place("w"), row["w"], 1.0)
        elif weighed and n:
            found.number(row.file, row.place("w"), row["w"], int(row["N"]) / n)


def _check_dataset(wave: Wave, department: str) -> None:
    found, card = wave.found, wave.cards[department]
    design, base = designs(wave, department), base_of(wave.parameters)
    items = {item["code"]: item for item in wave.items.get(department, [])}
    seen: set[tuple[str, ...]] = set()
    groups: dict[tuple[str, str, str], int] = {}
    for row in wave.of("dataset.csv", department):
        key = row["item"], row["stratum"], row["cell"], row["value"]
        if key in seen:
            found.say(row.file, row.place("value"), "the same row stands twice")
        seen.add(key)
        if row["item"] not in items:
            found.differ(row.file, row.place("item"), row["item"], None)
        n = wave.count_in(row, "n")
        if row["value"] in (*NOT_SCORED, "suppressed"):
            for column in ("stratum", "cell", "w", "w2"):
                found.same(row.file, row.place(column), row[column], "")
            if row["value"] == "suppressed":
                found.same(row.file, row.place("n"), n, card["records"])
            continue
        group = design.get((row["stratum"], row["cell"]))
        if group is None:
            found.say(row.file, row.place("stratum"), "design.csv has no such group")
            continue
        if items.get(row["item"], {}).get("scored", True) and row["value"] not in SCORE:
            found.differ(row.file, row.place("value"), row["value"], "one of the grades 5, 4, 3, 2, 1")
        each = number_of(group["w"]) or 0.0
        found.number(row.file, row.place("w"), row["w"], n * each)
        found.number(row.file, row.place("w2"), row["w2"], n * each**2)
        groups[row["item"], row["stratum"], row["cell"]] = (
            groups.get((row["item"], row["stratum"], row["cell"]), 0) + n
        )
    if wave.parameters["merge_strata"]:
        for (item, stratum, cell), n in groups.items():
            if n < base:
                place = f"{department}, {item}, {stratum or 'all'} {cell}".strip()
                found.say(
                    "dataset.csv", place, f"a group of {n} answers is told; fewer than {base} may not be"
                )


def _check_moments(wave: Wave, department: str) -> None:
    """Check cross-moments: an item with itself repeats the dataset, and no pair holds more than its items."""
    found, rows = wave.found, wave.of("moments.csv", department)
    design = designs(wave, department)
    alone: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    totals: dict[str, list[int]] = {}
    where: dict[str, Row] = {}
    for row in rows:
        n, a, b, ab = (wave.count_in(row, column) for column in ("n", "sum_a", "sum_b", "sum_ab"))
        if (row["stratum"], row["cell"]) not in design:
            found.say(row.file, row.place("stratum"), "design.csv has no such group")
        for column, low, value, high in (
            ("sum_a", n, a, 5 * n),
            ("sum_b", n, b, 5 * n),
            ("sum_ab", max(a, b), ab, 5 * min(a, b)),
        ):
            if not low <= value <= high:
                found.say(
                    row.file, row.place(column), f"{value} cannot be of {n} pairs of grades from 1 to 5"
                )
        if row["item_a"] == row["item_b"]:
            found.same(row.file, row.place("sum_b"), b, a)
            alone[row["item_a"], row["stratum"], row["cell"]] = n, a, ab
            sums = totals.setdefault(row["item_a"], [0, 0, 0])
            sums[:] = [sums[0] + n, sums[1] + a, sums[2] + ab]
            where[row["item_a"]] = row
    for row in rows:
        for item, column in ((row["item_a"], "sum_a"), (row["item_b"], "sum_b")):
            n, total, _square = alone.get((item, row["stratum"], row["cell"]), (0, 0, 0))
            together, part = int(row["n"] or 0), int(row[column] or 0)
            if together > n or not n - together <= total - part <= 5 * (n - together):
                found.say(row.file, row.place(column), f"does not fit the {n} who answered {item} at all")
    if totals:
        wanted = {item["code"] for item in wave.items[department] if item["scored"] and item["dimension"]}
        found.same("moments.csv", f"{department}, items", sorted(totals), sorted(wanted))
    for item, sums in totals.items():
        counts = counts_of(wave, department, item)
        follows = [sum(n * int(grade) ** power for grade, n in counts.items()) for power in (0, 1, 2)]
        for column, told, right in zip(("n", "sum_a", "sum_ab"), sums, follows, strict=True):
            found.same(
                "moments.csv", f"{where[item].place(column)}, summed over the groups of {item}", told, right
            )


def _check_correlations(wave: Wave, department: str) -> None:
    rows, found = wave.of("correlations.csv", department), wave.found
    for row in rows:
        value = number_of(row["correlation"])
        if value is None or abs(value) > 1 + CLOSE:
            found.say(row.file, row.place("correlation"), f"{row['correlation']} is no correlation")
        elif wave.parameters["merge_strata"] and not re.fullmatch(r"-?[01]\.[0-9]{2}", row["correlation"]):
            found.say(row.file, row.place("correlation"), f"{row['correlation']} has not two decimals")
    if rows:
        members = [item["code"] for item in wave.items[department] if item["scored"] and item["dimension"]]
        pairs = [[row["item_a"], row["item_b"]] for row in rows]
        found.same(
            "correlations.csv",
            f"{department}, pairs of items",
            pairs,
            [list(p) for p in combinations(members, 2)],
        )


def _check_same_groups(wave: Wave) -> None:
    """Check that what is told of one group of people is the same beside every department."""
    first: dict[tuple[str, str], Row] = {}
    strata: dict[str, Row] = {}
    for department in wave.cards:
        for row in wave.of("design.csv", department):
            other = first.setdefault((row["stratum"], row["cell"]), row)
            for column in set(row.cells) - {"department"}:
                wave.found.same(row.file, row.place(column), row[column], other[column])
            for column in ("N", "n", "psus", "psu_population"):
                other = strata.setdefault(row["stratum"], row)
                wave.found.same(row.file, row.place(column), row[column], other[column])


def _check_strata(wave: Wave) -> None:
    """Check that joined strata are the sums of what they join, and all of them the whole."""
    strata = {row["stratum"]: row for rows in wave.rows["design.csv"].values() for row in rows}
    singles = {name: row for name, row in strata.items() if "+" not in name}
    for name, row in strata.items():
        parts = name.split("+")
        if len(parts) > 1 and all(part in singles for part in parts):
            for column in ("N", "n", "psus", "psu_population"):
                told = [singles[part][column] for part in parts]
                if all(told) and row[column]:
                    wave.found.same(row.file, row.place(column), int(row[column]), sum(map(int, told)))
    fieldwork = wave.card["fieldwork"]
    if wave.card["judged"] and len(singles) == fieldwork["strata"]:
        for column, key in (("n", "people"), ("N", "population")):
            told = [row[column] for row in singles.values()]
            if all(told) and fieldwork[key] is not None:
                place = f"fieldwork/{key}"
                wave.found.same("scorecard.json", place, fieldwork[key], sum(map(int, told)))


def counts_of(wave: Wave, department: str, item: str) -> dict[str, int]:
    """Count the answers of an item by value."""
    found: dict[str, int] = {}
    for row in wave.of("dataset.csv", department):
        if row["item"] == item and row["value"] not in (*NOT_SCORED, "suppressed") and row["n"].isdigit():
            found[row["value"]] = found.get(row["value"], 0) + int(row["n"])
    return found


# --- one department ------------------------------------------------------------------------------------------


@dataclass
class Headline:
    """What is compared between departments and waves: a status and an estimate, as published."""

    status: str
    estimate: Estimate


@dataclass
class Measured:
    """Everything about one department that does not look at another."""

    scores: dict[str, Estimate]
    rates: dict[str, Estimate]
    statuses: dict[str, str]
    headline: str | None
    compared: Headline | None = None
    means: dict[str, float] = field(default_factory=dict)
    index: Estimate | None = None


class Department:
    """One department's rows, read for estimation."""

    def __init__(self, wave: Wave, code: str) -> None:
        """Take the rows of `code` out of the tables of `wave`."""
        self.wave, self.code = wave, code
        self.items = wave.items.get(code, [])
        self.design = designs(wave, code)
        self.lines: dict[str, list[Row]] = {}
        self.missing: dict[str, dict[str, int]] = {}
        self.hidden: set[str] = set()
        for row in wave.of("dataset.csv", code):
            if row["value"] == "suppressed":
                self.hidden.add(row["item"])
            elif row["value"] in NOT_SCORED:
                self.missing.setdefault(row["item"], {})[row["value"]] = _int(row["n"])
            elif (row["stratum"], row["cell"]) in self.design:
                self.lines.setdefault(row["item"], []).append(row)

    @property
    def told(self) -> bool:
        """Whether anything is told of the department."""
        return bool(self.lines or self.hidden or self.missing)

    def weight(self, row: Row) -> float:
        """Return the weight of one person of a row's group."""
        return number_of(self.design[row["stratum"], row["cell"]]["w"]) or 0.0

    def sampled(self, stratum: str) -> tuple[float, float]:
        """Return how many units of a stratum were sampled, of how many."""
        row = next(row for (name, _cell), row in self.design.items() if name == stratum)
        known = all(one["N"] for one in self.design.values())
        n, there = (row["psus"], row["psu_population"]) if row["psus"] else (row["n"], row["N"])
        return float(_int(n)), float(_int(there)) if known and there else math.inf

    def table(self, item: str, only: Collection[tuple[str, str]] | None = None) -> Table:
        """Sum an item's rows by grade and stratum; residual sums stand for them where there are any.

        `only` takes the rows of some groups, their weights as they are.
        """
        rows = [row for row in self.lines.get(item, []) if row["value"] in SCORE]
        rows = [row for row in rows if only is None or (row["stratum"], row["cell"]) in only]
        n, w = [0] * 5, [0.0] * 5
        by: dict[str, list[list[float]]] = {}
        for row in rows:
            at, count_, each = GRADES.index(row["value"]), _int(row["n"]), self.weight(row)
            n[at] += count_
            w[at] += count_ * each
            sums = by.setdefault(row["stratum"], [[0.0] * 5 for _ in range(3)])
            for line, value in zip(sums, (float(count_), count_ * each, count_ * each**2), strict=True):
                line[at] += value
        residual = [row for row in self.wave.of("residuals.csv", self.code) if row["item"] == item]
        if residual and only is None:
            return Table(n, w, [_residual(row) for row in residual])
        return Table(
            n,
            w,
            [
                Part(
                    int(sum(counts)),
                    *self.sampled(stratum),
                    tuple(weights),
                    tuple(tuple(squares[i] if i == j else 0.0 for j in range(5)) for i in range(5)),
                )
                for stratum, (counts, weights, squares) in by.items()
            ],
        )


def _int(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _residual(row: Row) -> Part:
    """Read residual sums: of grades 1 to 5, and the upper triangle of their products."""
    first, second = (
        [one for text in bare(row[name]).split(" ") if (one := number_of(text)) is not None]
        for name in ("first", "second")
    )
    if len(first) != 5 or len(second) != 15:
        raise Unreadable(row.file, row.place("first"), "5 and 15 sums should stand here")
    upper = iter(second)
    square = [[0.0] * 5 for _ in range(5)]
    for i in range(5):
        for j in range(i, 5):
            square[i][j] = square[j][i] = next(upper)
    turned = tuple(tuple(reversed(line)) for line in reversed(square))  # grades stand from 5 to 1 here
    there = number_of(row["population"]) if row["population"] else math.inf
    return Part(
        _int(row["units"]), float(_int(row["sampled"])), there or math.inf, tuple(reversed(first)), turned
    )


def measure(wave: Wave, code: str) -> Measured:
    """Compute one department from its rows, and compare all that its scorecard says by itself."""
    found, level, lonely = wave.found, wave.level, wave.lonely
    read, card = Department(wave, code), wave.cards[code]
    figures = card["figures"]
    at = f"scorecards/{code}"
    headline = next((item["code"] for item in read.items if item["headline"]), None)
    done = Measured({}, {}, {}, headline)
    _check_records(wave, read, card, at)
    shown = {one["code"]: one for one in card["items"]}
    wanted = [item["code"] for item in read.items] if read.told else []
    found.same("scorecard.json", f"{at}/items", list(shown), wanted)
    goods: dict[str, Estimate] = {}
    for item in read.items:
        name = item["code"]
        if not item["scored"]:
            _check_choices(wave, read, item, shown.get(name, {}), f"{at}/items/{name}")
            continue
        if not read.lines.get(name):
            done.statuses[name] = "suppressed"
        else:
            table = read.table(name)
            done.scores[name] = score_of(table, level, lonely)
            done.rates[name] = share_of(table, SATISFIED, level, lonely)
            done.statuses[name] = status_of((done.scores[name], done.rates[name]), wave.parameters)
            goods[name] = share_of(table, GOOD, level, lonely)
            _check_residuals(wave, read, name)
        if name in shown:
            _check_item(wave, read, item, shown[name], done, f"{at}/items/{name}")
    _check_figures(wave, read, done, goods.get(headline or ""), figures, f"{at}/figures")
    _standardise(wave, read, done, card, at)
    _check_unflagged(wave, read, done, card, at)
    _check_self_selected(wave, read, done, card, at)
    _dimensions(wave, read, done, card, at)
    return done


def _check_records(wave: Wave, read: Department, card: Json, at: str) -> None:
    found, base = wave.found, base_of(wave.parameters)
    if not read.told:
        found.same("scorecard.json", f"{at}/records", card["records"], None)
        for key in ("flagged", "score_unflagged", "index_lowest", "index_highest"):
            found.same("scorecard.json", f"{at}/{key}", card[key], None)
        return
    records = card["records"]
    if not isinstance(records, int) or records < base:
        found.say("scorecard.json", f"{at}/records", f"{records} is told; fewer than {base} may not be")
        return
    people = wave.card["fieldwork"]["people"]
    if people is not None and records > people:
        found.say("scorecard.json", f"{at}/records", f"{records} of {people} who took part")
    for item in read.items:
        counts = counts_of(wave, read.code, item["code"])
        answers = sum(counts.values()) + sum(read.missing.get(item["code"], {}).values())
        if answers > records:
            found.say(
                "scorecard.json", f"{at}/records", f"{records}, but {item['code']} has {answers} answers"
            )


def _check_residuals(wave: Wave, read: Department, name: str) -> None:
    """Check what residual sums say of the sample against design.csv; clusters may have been joined."""
    graded = counts_of(wave, read.code, name)
    rows = [row for row in wave.of("residuals.csv", read.code) if row["item"] == name]
    by_records = all(not row["psus"] for row in read.design.values())
    if rows and by_records:
        wave.found.same(
            "residuals.csv", rows[0].place("units"), sum(_int(r["units"]) for r in rows), sum(graded.values())
        )
    for row in rows:
        there = next((one for (stratum, _c), one in read.design.items() if stratum == row["stratum"]), None)
        if there is not None and by_records:
            wave.found.same(row.file, row.place("sampled"), row["sampled"], there["n"])
            wave.found.same(row.file, row.place("population"), row["population"], there["N"])


def _check_choices(wave: Wave, read: Department, item: Json, told: Json, at: str) -> None:
    """Compare the shares of a question that scores nothing."""
    found, rows = wave.found, read.lines.get(item["code"], [])
    if not told:
        return
    found.same("scorecard.json", f"{at}/status", told["status"], "indicative" if rows else "suppressed")
    counts = counts_of(wave, read.code, item["code"])
    found.same("scorecard.json", f"{at}/n", told["n"], sum(counts.values()) if rows else None)
    _check_missing(wave, read, item["code"], told, at, shown=bool(rows))
    weights: dict[str, float] = {}
    for row in rows:
        weights[row["value"]] = weights.get(row["value"], 0.0) + _int(row["n"]) * read.weight(row)
    whole = math.fsum(weights.values())
    choices = told["choices"] or []
    found.same("scorecard.json", f"{at}/choices", [one["value"] for one in choices], sorted(map(int, counts)))
    for place, one in enumerate(choices):
        if (value := str(one["value"])) in counts:
            here = f"{at}/choices/{place}"
            found.same("scorecard.json", f"{here}/n", one["n"], counts[value])
            found.number("scorecard.json", f"{here}/share", one["share"], weights[value] / whole)


def _check_missing(wave: Wave, read: Department, name: str, told: Json, at: str, *, shown: bool) -> None:
    for kind in ("dk", "na", "blank"):
        follows = read.missing.get(name, {}).get(kind, 0) if shown else None
        wave.found.same("scorecard.json", f"{at}/{kind}", told[kind], follows)


def _check_item(wave: Wave, read: Department, item: Json, told: Json, done: Measured, at: str) -> None:
    """Compare one graded question."""
    found, name = wave.found, item["code"]
    status = done.statuses[name]
    shown = status != "suppressed"
    for key in ("scored", "headline", "dimension"):
        found.same("scorecard.json", f"{at}/{key}", told[key], item[key])
    found.same("scorecard.json", f"{at}/status", told["status"], status)
    nothing = Estimate(0)
    score = done.scores[name] if shown else nothing
    rate = done.rates[name] if shown else nothing
    found.same("scorecard.json", f"{at}/n", told["n"], score.n if shown else None)
    _check_missing(wave, read, name, told, at, shown=shown)
    _compare(found, at, told, "score", score)
    _compare(found, at, told, "satisfaction", rate)
    table = read.table(name) if shown else None
    found.same("scorecard.json", f"{at}/counts", told["counts"], table.n if table else None)
    _check_grades(found, at, told["grades"], table)


def _check_grades(found: Findings, at: str, told: list[str] | None, table: Table | None) -> None:
    if told is None or table is None:
        found.same(
            "scorecard.json", f"{at}/grades", told, table and [published(w / sum(table.w)) for w in table.w]
        )
        return
    whole = math.fsum(table.w)
    for place, w in enumerate(table.w):
        found.number(
            "scorecard.json", f"{at}/grades/{place}", told[place] if place < len(told) else None, w / whole
        )


def _compare(
    found: Findings, at: str, told: Json, name: str, estimate: Estimate, more: Iterable[str] = ()
) -> None:
    for suffix, value in (("", estimate.value), ("_low", estimate.low), ("_high", estimate.high)):
        found.number("scorecard.json", f"{at}/{name}{suffix}", told[f"{name}{suffix}"], value)
    for suffix in more:
        found.number(
            "scorecard.json", f"{at}/{name}_{suffix}", told[f"{name}_{suffix}"], getattr(estimate, suffix)
        )


def _check_figures(
    wave: Wave, read: Department, done: Measured, good: Estimate | None, told: Json, at: str
) -> None:
    """Compare the headline figures, as far as they look at no other department."""
    found = wave.found
    status = done.statuses.get(done.headline, "suppressed") if done.headline else "none"
    status = status if read.told else "suppressed"
    found.same("scorecard.json", f"{at}/status", told["status"], status)
    if status in ("none", "suppressed"):
        for key in sorted(set(told) - {"code", "names", "status", "change_reason"}):
            found.same("scorecard.json", f"{at}/{key}", told[key], None)
        return
    name = done.headline or ""
    table = read.table(name)
    done.compared = Headline(status, done.scores[name].rounded())
    found.same("scorecard.json", f"{at}/n", told["n"], done.scores[name].n)
    _compare(found, at, told, "score", done.scores[name], ("se", "df"))
    _compare(found, at, told, "satisfaction", done.rates[name], ("n_e", "kg_width"))
    _compare(found, at, told, "good_rate", good or Estimate(0))
    _check_grades(found, at, told["grades"], table)


def _standardise(wave: Wave, read: Department, done: Measured, card: Json, at: str) -> None:
    """Compute the headline at the declared mix, where there is one; it is then what is compared."""
    found, declared = wave.found, wave.parameters["standard"]
    estimate, firm, there = Estimate(0), False, bool(declared) and wave.card["judged"]
    there = there and done.headline is not None and read.told
    if there and done.compared is not None:
        estimate, firm = _at_mix(wave, read, done.headline or "", declared["shares"])
        status = done.compared.status if firm else "indicative"
        done.compared = Headline(status, estimate.rounded())
    figures = card["figures"]
    if figures["status"] not in ("none", "suppressed"):
        found.number("scorecard.json", f"{at}/figures/standardised", figures["standardised"], estimate.value)
        found.number(
            "scorecard.json", f"{at}/figures/standardised_se", figures["standardised_se"], estimate.se
        )
    _compare(found, at, card, "standardised", estimate)
    found.same("scorecard.json", f"{at}/comparable", card["comparable"], not there or estimate.sure)


def _at_mix(wave: Wave, read: Department, name: str, shares: Mapping[str, str]) -> tuple[Estimate, bool]:
    """Give Σ P_g ȳ_g, and whether each category of the mix has enough answers to judge by."""
    rows = [row for row in read.lines.get(name, []) if row["value"] in SCORE]
    category = {id(row): read.design[row["stratum"], row["cell"]]["category"] for row in rows}
    whole = sum(float(share) for share in shares.values())
    mix = {one: float(share) / whole for one, share in shares.items()}
    if not all(category.values()):
        return Estimate(0), False
    rows = [row for row in rows if category[id(row)] in mix]
    sums = {one: [0.0, 0.0, 0.0] for one in mix}
    for row in rows:
        n, w = _int(row["n"]), _int(row["n"]) * read.weight(row)
        for place, value in enumerate((float(n), w, w * SCORE[row["value"]])):
            sums[category[id(row)]][place] += value
    if any(w <= 0 and mix[one] > 0 for one, (_n, w, _s) in sums.items()):
        return Estimate(0), False
    means = {one: scored / w if w else 0.0 for one, (_n, w, scored) in sums.items()}
    parts: dict[str, list[float]] = {}
    for row in rows:
        one = category[id(row)]
        u = (SCORE[row["value"]] - means[one]) * mix[one] / sums[one][1]
        part = parts.setdefault(row["stratum"], [0.0, 0.0])
        part[0] += _int(row["n"]) * read.weight(row) * u
        part[1] += _int(row["n"]) * (read.weight(row) * u) ** 2
    strata = ((*read.sampled(stratum), first, second) for stratum, (first, second) in parts.items())
    n = int(sum(line[0] for line in sums.values()))
    value = math.fsum(mix[one] * means[one] for one in mix)
    extent = max((SCORE[row["value"]] for row in rows), default=0.0)
    found = interval(n, value, variance_of(strata, wave.lonely), float(n - len(parts)), wave.level, extent)
    fewest = min(line[0] for one, line in sums.items() if mix[one] > 0)
    return found, found.sure and fewest >= int(wave.parameters["judged_base"])


def _check_unflagged(wave: Wave, read: Department, done: Measured, card: Json, at: str) -> None:
    """Compare the headline without what quality checks flagged."""
    found, rows = wave.found, wave.of("unflagged.csv", read.code)
    if not read.told:
        return
    if not rows:
        if card["flagged"] not in (None, 0):
            found.differ("scorecard.json", f"{at}/flagged", card["flagged"], None)
        found.number("scorecard.json", f"{at}/score_unflagged", card["score_unflagged"], None)
        return
    counts = counts_of(wave, read.code, done.headline or "")
    found.same("unflagged.csv", f"{read.code}, values", [row["value"] for row in rows], sorted(counts))
    flagged, weights = 0, [number_of(row["w"]) or 0.0 for row in read.design.values()]
    sums = [0.0] * 4
    for row in rows:
        found.same(row.file, row.place("item"), row["item"], done.headline)
        sound, everybody = wave.count_in(row, "n"), wave.count_in(row, "n_with_flagged")
        found.same(row.file, row.place("n_with_flagged"), everybody, counts.get(row["value"], 0))
        if sound > everybody:
            found.say(row.file, row.place("n"), f"{sound} of {everybody}")
        for column, n in (("w", sound), ("w_with_flagged", everybody)):
            w = number_of(row[column])
            if w is None or not n * min(weights) * (1 - CLOSE) <= w <= n * max(weights) * (1 + CLOSE):
                found.say(row.file, row.place(column), f"{row[column]} cannot be the weight of {n} people")
        flagged += everybody - sound
        w, all_w = number_of(row["w"]) or 0.0, number_of(row["w_with_flagged"]) or 0.0
        for place, value in enumerate((w, all_w)):
            sums[2 * place] += value
            sums[2 * place + 1] += value * SCORE.get(row["value"], 0.0)
    found.same("scorecard.json", f"{at}/flagged", card["flagged"], flagged)
    score = done.scores.get(done.headline or "", Estimate(0)).value
    if score is not None and sums[0] > 0 and sums[2] > 0:
        score = float(published(score)) + sums[1] / sums[0] - sums[3] / sums[2]
    found.number("scorecard.json", f"{at}/score_unflagged", card["score_unflagged"], score)


def _check_self_selected(wave: Wave, read: Department, done: Measured, card: Json, at: str) -> None:
    """Compare what ratings that people chose to give say of everybody who could have rated."""
    told = card.get("self_selected")
    if told is None:
        return
    found, at = wave.found, f"{at}/self_selected"
    counts, eligible = counts_of(wave, read.code, done.headline or ""), told["eligible"]
    n, good = sum(counts.values()), sum(counts.get(grade, 0) for grade in GOOD)
    if wave.card["judged"] or not n or eligible < n:
        found.differ("scorecard.json", at, told, None)
        return
    r, p = n / eligible, good / n
    worth = None if n >= eligible else min(float(n), r / (1 - r) / 0.05**2)
    for key, value in (
        ("rated", r),
        ("good", p),
        ("good_lowest", r * p),
        ("good_highest", r * p + 1 - r),
        ("worth", worth),
    ):
        found.number("scorecard.json", f"{at}/{key}", told[key], value)


def _dimensions(wave: Wave, read: Department, done: Measured, card: Json, at: str) -> None:
    """Compute the dimensions and the index; compare the dimensions."""
    found, declared = wave.found, wave.card["dimensions"]
    told = {one["code"]: one for one in card["dimensions"]}
    members = {one["code"]: [i for i in read.items if i["dimension"] == one["code"]] for one in declared}
    order = ("suppressed", "indicative", "publishable")
    statuses: dict[str, str] = {}
    for dimension in declared if read.told else ():
        code, items = dimension["code"], members[dimension["code"]]
        if not items:
            continue
        statuses[code] = min((done.statuses[item["code"]] for item in items), key=order.index)
        answer = _weighted(wave, read, done, items, [float(item["weight"]) for item in items])
        if answer.value is None or statuses[code] == "suppressed":
            found.same("scorecard.json", f"{at}/dimensions/{code}", told.pop(code, None), None)
            continue
        done.means[code] = answer.value
        one, here = told.pop(code, None), f"{at}/dimensions/{code}"
        if one is None:
            found.same("scorecard.json", here, None, "a dimension")
            continue
        found.same("scorecard.json", f"{here}/status", one["status"], statuses[code])
        found.same("scorecard.json", f"{here}/weight", one["weight"], dimension["weight"])
        found.same(
            "scorecard.json", f"{here}/n", one["n"], min(done.scores[item["code"]].n for item in items)
        )
        _compare(found, here, one, "score", answer)
    for code in told:
        found.differ("scorecard.json", f"{at}/dimensions/{code}", "a dimension", None)
    weights = [float(one["weight"]) for one in declared]
    whole = len(done.means) == len(declared) and set(statuses.values()) == {"publishable"}
    if not whole or abs(sum((Decimal(one["weight"]) for one in declared), Decimal(-1))) > Decimal("1e-9"):
        return
    every = [item for items in members.values() for item in items]
    shares = [
        weight / sum(weights) * float(item["weight"]) / sum(float(one["weight"]) for one in items)
        for weight, items in zip(weights, members.values(), strict=True)
        for item in items
    ]
    answer = _weighted(wave, read, done, every, shares)
    done.index = answer if answer.sure else None


def _weighted(
    wave: Wave, read: Department, done: Measured, items: Sequence[Json], weights: Sequence[float]
) -> Estimate:
    """Give the weighted mean of items, from their published correlations; nothing where one is missing."""
    several = [done.scores.get(item["code"], Estimate(0)) for item in items]
    n = min(one.n for one in several)
    if not all(one.sure and one.df is not None for one in several):
        return Estimate(n)
    if len(several) == 1:
        return several[0]
    among = {
        frozenset((row["item_a"], row["item_b"])): number_of(row["correlation"])
        for row in wave.of("correlations.csv", read.code)
    }
    if not among:
        return Estimate(n)
    a = [weight / sum(weights) for weight in weights]
    value = math.fsum(share * (one.value or 0.0) for share, one in zip(a, several, strict=True))
    parts = []
    for i, one in enumerate(several):
        for j, other in enumerate(several):
            pair = frozenset((items[i]["code"], items[j]["code"]))
            r = 1.0 if i == j else among.get(pair) or 0.0
            parts.append(a[i] * a[j] * (one.se or 0.0) * (other.se or 0.0) * r)
    extent = max(1.0, *(abs(one.value or 0.0) for one in several))
    return interval(n, value, math.fsum(parts), min(one.df or 0.0 for one in several), wave.level, extent)


# --- the parts of a result -----------------------------------------------------------------------------------


def check_breakdowns(wave: Wave, code: str) -> None:
    """Compare the breakdowns of a department: every group is a union of groups of the dataset."""
    told = {one["by"]: one for one in wave.cards[code].get("breakdowns", ())}
    read = Department(wave, code)
    headline = next((item["code"] for item in read.items if item["headline"]), None)
    rows = read.lines.get(headline or "", [])
    clustered = any(row["psus"] for row in read.design.values())
    ways: dict[str, list[Group]] = {}
    if wave.card["judged"] and rows and not clustered and (wave.has_parts or wave.card["format"] > 3):
        groups = list(dict.fromkeys((row["stratum"], row["cell"]) for row in rows))
        ways["place"] = _places(wave, groups)
        for margin in wave.card["margins"]:
            ways[margin["code"]] = _categories(read, groups, margin)
    ways = {by: groups for by, groups in ways.items() if any(group.members for group in groups)}
    here = f"scorecards/{code}/breakdowns"
    wave.found.same("scorecard.json", here, list(told), list(ways))
    for place, (by, one) in enumerate(told.items()):
        if by in ways:
            _check_breakdown(wave, read, headline or "", ways[by], one, f"{here}/{place} ({by})")


Key = tuple[str, str]


@dataclass
class Group:
    """A group of residents: the groups of the dataset it is made of; `apart` where it is compared with others."""

    code: str
    members: set[Key]
    within: str | None = None
    apart: bool = True


def _categories(read: Department, groups: Sequence[Key], margin: Json) -> list[Group]:
    """Return the categories of a margin, without members where a group of the dataset lies in several."""
    of: dict[Key, set[str]] = {}
    for key in groups:
        pairs = (
            pair.partition("=") for pair in bare(read.design[key].cells.get("categories", "")).split(" ")
        )
        plain = urllib.parse.unquote
        of[key] = {
            plain(category) for name, _, category in pairs if plain(name) == margin["code"] and category
        }
    straddled = {category for several in of.values() if len(several) > 1 for category in several}
    names = [one["code"] for one in margin["categories"]]
    return [Group(one, {key for key in groups if one in of[key] and one not in straddled}) for one in names]


def _places(wave: Wave, groups: Sequence[Key]) -> list[Group]:
    """Return the pooled strata, and the places above them that no pooled stratum straddles."""
    strata = {name: frozenset(bare(name).split("+")) for name, _cell in groups}
    if len(strata) < 2:
        return []
    held_by = _strata_of_places(wave)
    found: list[Group] = []
    smallest: dict[str, str] = {}
    for code, held in held_by.items():
        inside = [name for name, several in strata.items() if several <= held]
        if inside and not any(several & held and several - held for several in strata.values()):
            members = {key for key in groups if key[0] in inside}
            found.append(Group(code, members, smallest.get(inside[0]), apart=False))
            smallest |= dict.fromkeys(inside, code)
    apart = ((name, {key for key in groups if key[0] == name}) for name in strata)
    return found + [Group(bare(name), members, smallest.get(name)) for name, members in apart]


def above_of(tree: str, parent: Mapping[str, str | None], code: str) -> Iterator[str]:
    """Yield what lies above `code`, the nearest first; a tree that comes back to itself is named."""
    above = parent.get(code)
    for _step in range(DEEPEST):
        if above is None:
            return
        if above not in parent:
            raise Unreadable("scorecard.json", tree, f"{_shown(above)} lies above {code} and is not there")
        yield above
        above = parent[above]
    raise Unreadable("scorecard.json", tree, f"what lies above {code} comes back to itself")


def _strata_of_places(wave: Wave) -> dict[str, frozenset[str]]:
    """Return the strata that lie in each place above strata, parents first; none that holds just what another does."""
    parent = {one["code"]: one["parent"] for one in wave.card["places"]}
    told = {row["stratum"] for rows in wave.rows["design.csv"].values() for row in rows}
    seen = {part for name in told for part in bare(name).split("+")} & set(parent)
    # Strata in which nobody answered stand in no table: they are the places that hold no other.
    own = seen | (set(parent) - set(parent.values()) if seen else set())
    below: dict[str, set[str]] = {code: set() for code in parent}
    for code in own:
        for above in above_of("places", parent, code):
            below[above].add(code)
    taken = {frozenset({code}) for code in own}
    found: dict[str, frozenset[str]] = {}
    for code in reversed(list(parent)):
        held = frozenset(below[code])
        if held and held not in taken and code not in own:
            found[code] = held
            taken.add(held)
    return dict(reversed(found.items()))


def _check_breakdown(
    wave: Wave, read: Department, item: str, groups: Sequence[Group], told: Json, at: str
) -> None:
    found = wave.found
    figures = {one["code"]: (place, one) for place, one in enumerate(told["groups"])}
    found.same("scorecard.json", f"{at}/groups", sorted(figures), sorted(group.code for group in groups))
    compared: dict[str, Estimate] = {}
    by_code = {group.code: group for group in groups}
    for code, (place, one) in figures.items():
        if code not in by_code:
            continue
        group, here = by_code[code], f"{at}/groups/{place} ({code})"
        table = read.table(item, group.members)
        score = score_of(table, wave.level, wave.lonely)
        rate = share_of(table, SATISFIED, wave.level, wave.lonely)
        status = status_of((score, rate), wave.parameters) if group.members else "suppressed"
        if status == "suppressed":
            score = rate = Estimate(0)
        found.same("scorecard.json", f"{here}/status", one["status"], status)
        found.same("scorecard.json", f"{here}/within", one["within"], group.within)
        found.same("scorecard.json", f"{here}/n", one["n"], score.n or None)
        _compare(found, here, one, "score", score, ("se",))
        _compare(found, here, one, "satisfaction", rate)
        if group.apart and status == "publishable" and score.sure:
            compared[code] = score
    _check_gap(wave, compared, told["gap"], f"{at}/gap")


def _check_gap(wave: Wave, compared: Mapping[str, Estimate], told: Json | None, at: str) -> None:
    """Compare the two groups that lie furthest apart."""
    found, pairs = wave.found, list(combinations(compared, 2))
    if told is None or not pairs:
        found.same("scorecard.json", at, told and "a gap", "a gap" if pairs else None)
        return
    apart = [abs((compared[a].value or 0.0) - (compared[b].value or 0.0)) for a, b in pairs]
    se = [math.hypot(compared[a].se or 0.0, compared[b].se or 0.0) for a, b in pairs]
    p = holm([2 * normal_tail(d / s) for d, s in zip(apart, se, strict=True)])
    named = frozenset((told["lower"], told["upper"]))
    widest = next((i for i, pair in enumerate(pairs) if frozenset(pair) == named), None)
    if widest is None or not near(apart[widest], max(apart)):
        widest = apart.index(max(apart))
    lower, upper = sorted(pairs[widest], key=lambda code: compared[code].value or 0.0)
    found.same("scorecard.json", f"{at}/lower", told["lower"], lower)
    found.same("scorecard.json", f"{at}/upper", told["upper"], upper)
    reach = quantile(wave.level, None) * se[widest]
    for key, value in (
        ("difference", apart[widest]),
        ("low", apart[widest] - reach),
        ("high", apart[widest] + reach),
        ("p_holm", p[widest]),
    ):
        found.number("scorecard.json", f"{at}/{key}", told[key], value)
    shown = p[widest] < 1 - wave.level and apart[widest] >= float(wave.parameters["smallest_change"])
    found.same("scorecard.json", f"{at}/shown", told["shown"], shown)


def check_roll_ups(wave: Wave, measured: Mapping[str, Measured]) -> None:
    """Compare the plain means of the departments that lie below another in the tree."""
    if wave.partial or not (wave.has_parts or wave.card["format"] > 3):
        return
    found, card = wave.found, wave.card
    parent = {one["code"]: one["parent"] for one in card["tree"]}
    below: dict[str, list[str]] = {code: [] for code in parent}
    for code in wave.cards:
        for above in above_of("tree", parent, code):
            below[above].append(code)
    told = {one["code"]: (place, one) for place, one in enumerate(card["roll_ups"])}
    expected: dict[str, list[str]] = {}
    for code, rated in below.items():
        firm = [one for one in rated if wave.cards[one]["figures"]["status"] == "publishable"]
        if card["judged"] and len(firm) > 1:
            expected[code] = firm
    found.same("scorecard.json", "roll_ups", list(told), list(expected))
    for code, (place, one) in told.items():
        if code not in expected:
            continue
        here = f"roll_ups/{place} ({code})"
        scores = [(measured[name].scores[measured[name].headline or ""]).rounded() for name in expected[code]]
        value = math.fsum(each.value or 0.0 for each in scores) / len(scores)
        se = math.sqrt(math.fsum((each.se or 0.0) ** 2 for each in scores)) / len(scores)
        reach = quantile(wave.level, None) * se
        found.same("scorecard.json", f"{here}/departments", one["departments"], expected[code])
        found.same("scorecard.json", f"{here}/below", one["below"], len(below[code]))
        _compare(
            found, here, one, "score", Estimate(0, value, se, None, value - reach, value + reach), ("se",)
        )


# --- between departments, and between waves ------------------------------------------------------------------


def compare_departments(wave: Wave, measured: Mapping[str, Measured], before: Before | None) -> None:
    """Compare benchmark, bands, changes, rank sets and indices."""
    found, card = wave.found, wave.card
    order = [one["code"] for one in card["departments"]]
    shown = {
        code: compared.estimate
        for code in order
        if card["judged"] and (compared := measured[code].compared) and compared.status == "publishable"
    }
    figures = {one["code"]: (at, one) for at, one in enumerate(card["departments"])}
    _check_benchmark(wave, shown, figures)
    _check_ranks(wave, shown, figures)
    _check_changes(wave, shown, before)
    _check_indices(wave, measured)
    for code, (at, told) in figures.items():
        found.same("scorecard.json", f"departments/{at} ({code})", told, wave.cards[code]["figures"])
    if not wave.partial or card["general"] is not None:
        general = next((one["figures"] for one in wave.cards.values() if one["is_root"]), None)
        found.same("scorecard.json", "general", card["general"], general)
        roots = [code for code, one in wave.cards.items() if one["is_root"]]
        found.same("scorecard.json", "departments", sorted(order), sorted(set(wave.cards) - set(roots)))


Told = Mapping[str, tuple[int, Json]]


def _check_benchmark(wave: Wave, shown: Mapping[str, Estimate], figures: Told) -> None:
    found, told, parameters = wave.found, wave.card["benchmark"], wave.parameters
    found.same("method.json", "benchmark", wave.method["benchmark"], told)
    keys = ("z", "z_prime", "p_holm")
    for code, (at, one) in figures.items():
        if code not in shown:
            for key in (*keys, "band"):
                found.same("scorecard.json", f"departments/{at} ({code})/{key}", one[key], None)
    if told is None or not shown:
        if not wave.partial:
            found.same(
                "scorecard.json", "benchmark", told and "a benchmark", "a benchmark" if shown else None
            )
        return
    target = number_of(told["target"]) or 0.0
    declared = parameters["target"] is not None
    found.same("scorecard.json", "benchmark/source", told["source"], "declared" if declared else "mean")
    values = [one.value or 0.0 for one in shown.values()]
    if declared or not wave.partial:
        follows = float(parameters["target"]) if declared else math.fsum(values) / len(values)
        target = found.number("scorecard.json", "benchmark/target", told["target"], follows) or 0.0
    z = [(value - target) / (one.se or 1.0) for value, one in zip(values, shown.values(), strict=True)]
    many = int(told["compared"]) >= PEERS
    phi, tau2 = number_of(told["phi"]) or 0.0, number_of(told["tau2"]) or 0.0
    found.same("scorecard.json", "benchmark/uses", told["uses"], "z_prime" if many else "z")
    adjusted: list[float] | None = None
    if not wave.partial:
        found.same("scorecard.json", "benchmark/compared", told["compared"], len(shown))
        phi, exact = overdispersion(z, [one.se or 1.0 for one in shown.values()])
        found.number("scorecard.json", "benchmark/phi", told["phi"], phi)
        tau2 = found.number("scorecard.json", "benchmark/tau2", told["tau2"], exact) or 0.0
        adjusted = holm(_p_values(list(shown.values()), target, many=len(shown) >= PEERS))
    for place, (code, estimate) in enumerate(shown.items()):
        at, one = figures[code]
        here = f"departments/{at} ({code})"
        z_prime = (values[place] - target) / math.sqrt((estimate.se or 0.0) ** 2 + tau2)
        found.number("scorecard.json", f"{here}/z", one["z"], z[place])
        found.number("scorecard.json", f"{here}/z_prime", one["z_prime"], z_prime)
        p = number_of(one["p_holm"]) or 0.0
        if adjusted is not None:
            p = found.number("scorecard.json", f"{here}/p_holm", one["p_holm"], adjusted[place]) or 0.0
        found.same("scorecard.json", f"{here}/band", one["band"], _band(z[place], p))


def _band(z: float, p: float) -> str:
    if p >= 0.05:
        return "as_expected"
    return ("much_" if p < 0.002 else "") + ("better" if z > 0 else "worse")


def overdispersion(z: Sequence[float], se: Sequence[float]) -> tuple[float, float]:
    """Give φ and τ² from z winsorised at a tenth."""
    low, high = (_quantile(sorted(z), share) for share in (0.1, 0.9))
    phi = math.fsum(min(max(one, low), high) ** 2 for one in z) / len(z)
    precision = [1 / one**2 for one in se]
    room = math.fsum(precision) - math.fsum(one**2 for one in precision) / math.fsum(precision)
    excess = len(z) * phi - (len(z) - 1)
    return phi, excess / room if excess > 0 and room > 0 else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    at = min(int(place), len(ordered) - 1)
    upper = ordered[min(at + 1, len(ordered) - 1)]
    return ordered[at] + (upper - ordered[at]) * (place - at)


def _p_values(estimates: Sequence[Estimate], target: float, *, many: bool) -> list[float]:
    """Give two-sided p: by the normal of z, among many by t with the errors that scores have at the target."""
    distance = [(one.value or 0.0) - target for one in estimates]
    if not many:
        return [2 * normal_tail(abs(d) / (one.se or 1.0)) for d, one in zip(distance, estimates, strict=True)]
    full = max(target * (100 - target), 1e-9)
    se = []
    for one in estimates:
        value = one.value or 0.0
        se.append((one.se or 1.0) * math.sqrt(full / max(value * (100 - value), 1e-9)))
    _phi, tau2 = overdispersion([d / s for d, s in zip(distance, se, strict=True)], se)
    return [
        2 * student_tail(abs(d) / math.sqrt(s**2 + tau2), math.inf if one.df is None else one.df)
        for d, s, one in zip(distance, se, estimates, strict=True)
    ]


def beaten(one: Estimate, other: Estimate) -> float:
    """Give the one-sided p that `one` is no better than `other`, by Welch's t of ln(s/(100 − s))."""
    place, variance, df = [], [], []
    for each in (one, other):
        score = min(max(each.value or 0.0, 1e-9), 100 - 1e-9)
        place.append(math.log(score / (100 - score)))
        variance.append(((each.se or 0.0) * 100 / (score * (100 - score))) ** 2)
        df.append(math.inf if each.df is None else each.df)
    total = sum(variance)
    if total <= 0:
        return 1.0
    room = sum(v**2 / d for v, d in zip(variance, df, strict=True))
    return student_tail((place[0] - place[1]) / math.sqrt(total), total**2 / room if room > 0 else math.inf)


def _check_ranks(wave: Wave, shown: Mapping[str, Estimate], figures: Told) -> None:
    """Compare rank sets: Holm over all ordered pairs of publishable departments."""
    found, codes = wave.found, list(shown)
    if wave.partial and shown:
        (code,) = shown
        at, one = figures[code]
        if one["rank_low"] is not None and not 1 <= one["rank_low"] <= one["rank_high"] <= one["rank_of"]:
            found.say("scorecard.json", f"departments/{at} ({code})/rank_low", "is no set of ranks")
        return
    sets: dict[str, tuple[int, int, int]] = {}
    if wave.parameters["ranks"] and codes:
        pairs = [(a, b) for a in codes for b in codes if a != b]
        many = len(codes) >= PEERS
        p = [beaten(shown[a], shown[b]) if many else _no_better(shown[a], shown[b]) for a, b in pairs]
        level = 1 - (1 - wave.level) / 2 if many else wave.level
        sure = {pair for pair, one in zip(pairs, holm(p), strict=True) if one <= 1 - level}
        for code in codes:
            better = sum((other, code) in sure for other in codes)
            worse = sum((code, other) in sure for other in codes)
            sets[code] = 1 + better, len(codes) - worse, len(codes)
    for code, (at, one) in figures.items():
        for key, value in zip(("rank_low", "rank_high", "rank_of"), sets.get(code, (None,) * 3), strict=True):
            found.same("scorecard.json", f"departments/{at} ({code})/{key}", one[key], value)


def _no_better(one: Estimate, other: Estimate) -> float:
    variance = (one.se or 0.0) ** 2 + (other.se or 0.0) ** 2
    return normal_tail(((one.value or 0.0) - (other.value or 0.0)) / math.sqrt(variance)) if variance else 1.0


def _check_indices(wave: Wave, measured: Mapping[str, Measured]) -> None:
    """Compare indices, their range over weightings, and whose order hangs on the weights."""
    found, card = wave.found, wave.card
    battery, declared = card.get("battery"), [float(one["weight"]) for one in card["dimensions"]]
    holds = True
    if battery is not None:
        decides = number_of(battery["omega"]) if battery["omega"] is not None else number_of(battery["alpha"])
        holds = decides is None or decides >= RELIABLE
        found.same("scorecard.json", "battery/holds", battery["holds"], holds)
    a = [weight / sum(declared) for weight in declared]
    indexed: dict[str, list[float]] = {}
    for code, one in measured.items():
        told, index = wave.cards[code], one.index if holds else None
        here, figures = f"scorecards/{code}", told["figures"]
        lowest = highest = None
        if index is not None:
            means = [float(published(one.means[dimension["code"]])) for dimension in card["dimensions"]]
            indexed[code] = means
            lowest, highest = sensitivity([one.means[d["code"]] for d in card["dimensions"]], a)
        found.number("scorecard.json", f"{here}/index_lowest", told["index_lowest"], lowest)
        found.number("scorecard.json", f"{here}/index_highest", told["index_highest"], highest)
        if figures["status"] not in ("none", "suppressed"):
            _compare(found, f"{here}/figures", figures, "index", index or Estimate(0), ("se",))
    if wave.partial or wave.card["format"] < 2:
        return
    flips = {
        frozenset(pair) for pair in combinations(indexed, 2) if _flips(indexed[pair[0]], indexed[pair[1]], a)
    }
    told_flips = {frozenset(pair) for pair in card["order_hangs_on_weights"]}
    names = [sorted(sorted(pair) for pair in pairs) for pairs in (told_flips, flips)]
    found.same("scorecard.json", "order_hangs_on_weights", *names)


def sensitivity(means: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """Give the lowest and highest weighted mean when every weight may move by .05 and all are scaled to one."""
    order = sorted(range(len(means)), key=means.__getitem__)
    found = []
    for cut in range(len(means) + 1):
        for below, above in ((-STEP, STEP), (STEP, -STEP)):
            b = {
                at: max(weights[at] + (below if rank < cut else above), 0.0) for rank, at in enumerate(order)
            }
            whole = math.fsum(b.values())
            if whole > 0:
                found.append(math.fsum(b[at] * means[at] for at in order) / whole)
    return min(found), max(found)


def _flips(one: Sequence[float], other: Sequence[float], weights: Sequence[float]) -> bool:
    least = most = 0.0
    for x, y, weight in zip(one, other, weights, strict=True):
        low, high = max(weight - STEP, 0.0), weight + STEP
        least += (x - y) * (low if x > y else high)
        most += (x - y) * (high if x > y else low)
    return least < 0 < most


@dataclass
class Before:
    """The wave before: its files and what was measured in it."""

    wave: Wave
    measured: Mapping[str, Measured]


def _check_changes(wave: Wave, shown: Mapping[str, Estimate], before: Before | None) -> None:
    """Compare changes with the wave before; without its files, with themselves."""
    found = wave.found
    if before is None:
        _check_changes_alone(wave, shown)
        return
    found.same("scorecard.json", "previous", wave.card["previous"], before.wave.card["wave"])
    pairs = {
        code: (now, then.estimate)
        for code, now in shown.items()
        if _comparable(wave, before, code)
        and not _lacked(wave, code)
        and (then := before.measured[code].compared) is not None
        and then.status == "publishable"
    }
    many = len(pairs) >= PEERS
    changes: dict[str, tuple[float, float, float]] = {}
    for code, (now, earlier) in pairs.items():
        spread = math.hypot(now.se or 0.0, earlier.se or 0.0)
        moved = (now.value or 0.0) - (earlier.value or 0.0)
        two_sided = 2 * min(beaten(now, earlier), beaten(earlier, now))
        changes[code] = moved, spread, two_sided if many else 2 * normal_tail(abs(moved) / spread)
    adjusted = dict(zip(changes, holm([one[2] for one in changes.values()]), strict=True))
    reach = quantile(wave.level, None)
    for code, card in wave.cards.items():
        here, told = f"scorecards/{code}", card["figures"]
        if told["status"] in ("none", "suppressed"):
            continue
        difference, se, _p = changes.get(code, (None, None, None))
        low = high = None
        if difference is not None and se is not None:
            low, high = difference - reach * se, difference + reach * se
        for key, value in (("change", difference), ("change_low", low), ("change_high", high)):
            found.number("scorecard.json", f"{here}/figures/{key}", told[key], value)
        holm_p = found.number(
            "scorecard.json", f"{here}/figures/change_p_holm", told["change_p_holm"], adjusted.get(code)
        )
        then_value = pairs[code][1].value if code in pairs else None
        found.number("scorecard.json", f"{here}/change_before", card["change_before"], then_value)
        found.same(
            "scorecard.json", f"{here}/change_n", card["change_n"], len(pairs) if code in pairs else None
        )
        direction = None if difference is None or holm_p is None else _direction(wave, difference, holm_p)
        found.same("scorecard.json", f"{here}/figures/change_direction", told["change_direction"], direction)
    _check_breaks(wave, before)


def _direction(wave: Wave, difference: float, p: float) -> str:
    if p >= 0.05 or abs(difference) < float(wave.parameters["smallest_change"]):
        return "no_change_shown"
    return "improved" if difference > 0 else "declined"


def _lacked(wave: Wave, code: str) -> bool:
    """Say whether a department is told to have had no published score to be compared with."""
    return bool(wave.cards[code]["figures"].get("change_reason") == BEFORE_UNPUBLISHED)


def _comparable(wave: Wave, before: Before, code: str) -> bool:
    """Say whether a department's scores of the two waves may be compared."""
    then = before.wave
    if code not in before.measured or not (wave.card["judged"] and then.card["judged"]):
        return False
    if then.card["fieldwork"]["release_at"] > wave.card["fieldwork"]["release_at"] or _mix(wave) != _mix(
        then
    ):
        return False
    return asked_alike(wave.cards[code].get("asked", ""), then.cards[code].get("asked", ""))


def _mix(wave: Wave) -> tuple[Any, ...]:
    standard = wave.parameters["standard"]
    if not standard:
        return ()
    margins = (one for one in wave.card["margins"] if one["code"] == standard["margin"])
    categories = [one["code"] for margin in margins for one in margin["categories"]]
    return standard["margin"], sorted(standard["shares"].items()), categories


def asked_alike(first: str, second: str) -> bool:
    """Say whether two fingerprints of wordings are of a question asked the same way."""
    (whole, *words), (other, *others) = first.split(" "), second.split(" ")
    if not (first and second) or whole != other:
        return False
    spoken = {word.partition(":")[0]: word for word in words}
    shared = [(spoken[name], word) for word in others if (name := word.partition(":")[0]) in spoken]
    return all(one == another for one, another in shared) and (bool(shared) or not (words or others))


def _check_breaks(wave: Wave, before: Before) -> None:
    """Compare the reasons why a headline, a dimension, an index or a question is not compared."""
    found, judged = wave.found, wave.card["judged"] and before.wave.card["judged"]
    for code, card in wave.cards.items():
        then = before.wave.cards.get(code)
        if then is None or card["records"] is None or then["records"] is None:
            continue
        at = f"scorecards/{code}"
        asked, asked_then = ({one["code"]: one["wording"] for one in each["items"]} for each in (card, then))
        changed = {
            item for item in asked if item in asked_then and not asked_alike(asked[item], asked_then[item])
        }
        for item in card["items"]:
            reason = "wording_changed" if judged and item["code"] in changed else None
            found.same(
                "scorecard.json", f"{at}/items/{item['code']}/change_reason", item["change_reason"], reason
            )
        if card["figures"]["status"] not in ("none", "suppressed"):
            both = bool(card["asked"] and then["asked"] and judged)
            reason = "wording_changed" if both and not asked_alike(card["asked"], then["asked"]) else None
            if _lacked(wave, code) and _comparable(wave, before, code):
                # Nothing can show when it was published; what was not told then is not missing now.
                reason = BEFORE_UNPUBLISHED
            told = card["figures"]["change_reason"]
            found.same("scorecard.json", f"{at}/figures/change_reason", told, reason)
        broken = _broken_dimensions(wave, before, code, asked, asked_then) if judged else {}
        for one in card["dimensions"]:
            reason = broken.get(one["code"])
            found.same(
                "scorecard.json", f"{at}/dimensions/{one['code']}/change_reason", one["change_reason"], reason
            )
        if card["index_lowest"] is not None:
            reason = _broken_index(wave, before, broken) if judged else None
            found.same("scorecard.json", f"{at}/index_change_reason", card["index_change_reason"], reason)


def _broken_dimensions(
    wave: Wave, before: Before, code: str, asked: Mapping[str, str], asked_then: Mapping[str, str]
) -> dict[str, str]:
    broken: dict[str, str] = {}
    for dimension in wave.card["dimensions"]:
        now, then = (
            {one["code"]: one["weight"] for one in each.items[code] if one["dimension"] == dimension["code"]}
            for each in (wave, before.wave)
        )
        if not now or not then:
            continue
        if now.keys() != then.keys():
            broken[dimension["code"]] = "items_changed"
        elif any(not asked_alike(asked[item], asked_then[item]) for item in now):
            broken[dimension["code"]] = "wording_changed"
        elif _shares(now) != _shares(then):
            broken[dimension["code"]] = "weights_changed"
    return broken


def _broken_index(wave: Wave, before: Before, broken: Mapping[str, str]) -> str | None:
    now, then = (
        {one["code"]: one["weight"] for one in each.card["dimensions"]} for each in (wave, before.wave)
    )
    if not now or not then:
        return None
    if now.keys() != then.keys():
        return "items_changed"
    if broken:
        return next(iter(broken.values()))
    return None if _shares(now) == _shares(then) else "weights_changed"


def _shares(weights: Mapping[str, str]) -> dict[str, Fraction]:
    whole = sum(map(Fraction, weights.values())) or Fraction(1)
    return {code: Fraction(weight) / whole for code, weight in weights.items()}


def _check_changes_alone(wave: Wave, shown: Mapping[str, Estimate]) -> None:
    """Check that a told change is the score less the score before, with an interval around it that is wide enough."""
    found, reach = wave.found, quantile(wave.level, None)
    told = {code: card for code, card in wave.cards.items() if card["figures"]["change"] is not None}
    if told and wave.card["previous"]:
        found.notes.append(
            f"changes since {wave.card['previous']} were held against themselves only: "
            "give its files with --previous to compute them"
        )
    p_values: dict[str, float] = {}
    for code, card in told.items():
        here, figures = f"scorecards/{code}/figures", card["figures"]
        low, high, then = (
            number_of(one) for one in (figures["change_low"], figures["change_high"], card["change_before"])
        )
        if code not in shown or low is None or high is None or then is None:
            found.differ("scorecard.json", f"{here}/change", figures["change"], None)
            continue
        now = shown[code]
        change = (
            found.number("scorecard.json", f"{here}/change", figures["change"], (now.value or 0.0) - then)
            or 0.0
        )
        found.number("scorecard.json", f"{here}/change_low", figures["change_low"], 2 * change - high)
        se = (high - low) / (2 * reach)
        if se < (now.se or 0.0):
            found.say(
                "scorecard.json", f"{here}/change_low", "the interval is narrower than that of the score"
            )
        p_values[code] = 2 * normal_tail(abs(change) / se)
        direction = _direction(wave, change, number_of(figures["change_p_holm"]) or 0.0)
        found.same("scorecard.json", f"{here}/change_direction", figures["change_direction"], direction)
        if not wave.partial:
            found.same("scorecard.json", f"scorecards/{code}/change_n", card["change_n"], len(told))
    if not wave.partial and len(told) < PEERS:
        for code, p in zip(p_values, holm(list(p_values.values())), strict=True):
            written = wave.cards[code]["figures"]["change_p_holm"]
            if (number_of(written) or 0.0) > 1e-9:  # far out an interval does not tell p to nine digits
                found.number("scorecard.json", f"scorecards/{code}/figures/change_p_holm", written, p)


# --- what both documents say ---------------------------------------------------------------------------------


def check_documents(wave: Wave) -> None:
    """Check what method.json and scorecard.json repeat of each other, and who took part."""
    found, method, card = wave.found, wave.method, wave.card
    repeated = ["format", "wave", "number", "method", "parameters", "judged", "dimensions"]
    repeated += ["input_hash", "code_hash", "edition_hash"] + (["margins"] if card["format"] > 1 else [])
    for key in repeated:
        found.same("method.json", key, method[key], card[key])
    fieldwork = card["fieldwork"]
    for key in ("excluded", "excluded_by"):
        if key in method:
            found.same("method.json", key, method[key], fieldwork.get(key))
    found.same("method.json", "klass", method["klass"], fieldwork["klass"])
    found.same(
        "method.json", "scores", method["scores"], {grade: published(SCORE[grade]) for grade in GRADES}
    )
    found.same("method.json", "satisfied", method["satisfied"], ["5", "4"])
    found.same("method.json", "good", method["good"], ["5", "4", "3"])
    found.same("method.json", "digits", method["digits"], 12)
    found.same("method.json", "departments", sorted(wave.items), sorted(wave.cards))
    if "change" in method:
        told = method["change"]
        found.same("method.json", "change/previous", told["previous"], card["previous"])
        found.same(
            "method.json", "change/editions", told["editions"], [card["previous_edition"], card["edition"]]
        )
    for code, one in wave.cards.items():
        for key in ("wave", "number", "method", "judged", "format"):
            found.same("scorecard.json", f"scorecards/{code}/{key}", one[key], card[key])
        headline = next((item for item in one["items"] if item["headline"]), None)
        if headline is not None and "asked" in one:
            found.same("scorecard.json", f"scorecards/{code}/asked", one["asked"], headline["wording"])
    _check_fieldwork(wave, fieldwork)


def check_names(wave: Wave) -> None:
    """Hold the names of departments and the words of questions against what other files call them."""
    found, card = wave.found, wave.card
    names = {code: one["figures"]["names"] for code, one in wave.cards.items()}
    for place, one in enumerate(card.get("tree", ())):
        if one["code"] in names:
            found.same("scorecard.json", f"tree/{place}/names", one["names"], names[one["code"]])
    if "dataset.sav" in wave.files:
        items: dict[str, Mapping[str, str]] = {}
        for item in (item for one in wave.cards.values() for item in one["items"]):
            items.setdefault(item["code"], item["text"])
        for code, words in [*names.items(), *items.items()]:
            found.compared += 1
            if not _is_labelled(wave.files["dataset.sav"], code, both(words)):
                found.say("dataset.sav", f"label of {code}", f"is not “{both(words)}” of scorecard.json")
    if "datapackage.json" not in wave.files:
        return
    package = wave.document("datapackage.json")
    for key, follows in (
        ("title", both(card["titles"])),
        ("version", str(card["number"])),
        ("created", card["fieldwork"]["release_at"]),
    ):
        found.same("datapackage.json", key, package[key], follows)
    for place, one in enumerate(package["resources"]):
        body = wave.files.get(one["path"])
        if body is not None:
            here = f"resources/{place} ({one['path']})"
            found.same("datapackage.json", f"{here}/bytes", one["bytes"], len(body))
            written = f"sha256:{hashlib.sha256(body).hexdigest()}"
            found.same("datapackage.json", f"{here}/hash", one["hash"], written)


def both(text: Mapping[str, str]) -> str:
    """Return a text as files say it that hold one: in Chinese and English, once where they are the same."""
    chinese, english = text.get("zh-hans", ""), text.get("en", "")
    return " / ".join(dict.fromkeys(filter(None, (chinese, english)))) or next(iter(text.values()), "")


def _is_labelled(body: bytes, code: str, label: str) -> bool:
    """Say whether a system file gives a value its label: after a length of one byte, or of four for long values."""
    value, words = code.encode(), label.encode()
    whole = len(words) <= LABEL
    words = words if whole else words[: LABEL - 4]  # cut where a character ends
    short = value.ljust(8) + (bytes([len(words)]) if whole else b"")
    if len(value) <= 8 and re.search(
        re.escape(short) + (b"" if whole else b".") + re.escape(words), body, re.DOTALL
    ):
        return True
    length = re.escape(len(words).to_bytes(4, "little")) if whole else b".{4}"
    return re.search(re.escape(value) + b" *" + length + re.escape(words), body, re.DOTALL) is not None


def _check_fieldwork(wave: Wave, told: Json) -> None:
    """Check that the people of all channels are the people, and that times follow one another."""
    found = wave.found
    people, channels = told["people"], [one["people"] for one in told["channels"]]
    if people is not None and None not in channels:
        found.same("scorecard.json", "fieldwork/people", people, sum(channels))
    for place, n in enumerate(channels):
        if n is not None and people is not None and not 0 < n <= people:
            found.say(
                "scorecard.json", f"fieldwork/channels/{place}/people", f"{n} of {people} who took part"
            )
    # A wave is closed by a beat: where its release is due at its closing, it is closed a little later than that.
    if not told["opened_at"] <= min(told["closed_at"], told["release_at"]):
        found.say("scorecard.json", "fieldwork", "was closed, or due for release, before it was opened")
    if sum(told.get("excluded_by", {}).values()) > told.get("excluded", 0):
        found.say("scorecard.json", "fieldwork/excluded", "is less than what its rules excluded")


# --- the program ---------------------------------------------------------------------------------------------


def verify(files: Mapping[str, bytes], previous: Mapping[str, bytes] | None, found: Findings) -> None:
    """Check the files of a wave, beside those of the wave before where they are given."""
    _guarded(found, "SHA256SUMS", lambda: check_sums(files, found))
    wave = _guarded(found, "scorecard.json", lambda: Wave(files, found))
    if wave is None:
        return
    _guarded(found, "scorecard.json", lambda: _compute(wave, previous))
    _guarded(found, "datapackage.json", lambda: check_names(wave))
    _guarded(found, "method.json", lambda: check_fingerprints(wave))


def _guarded(found: Findings, file: str, step: Callable[[], Any]) -> Any:
    """Return what a step gives; what it stumbles over is named, and is no end of the others."""
    try:
        return step()
    except Unreadable as error:
        found.say(error.file, error.place, error.why)
    except BROKEN as error:
        why = f"a part is missing or of another kind, or a figure cannot be: {_brief(error)}"
        found.say(file, "structure", why)
    return None


def _brief(error: BaseException) -> str:
    """Return what went wrong in few words; some errors hold a whole file."""
    text = f"{type(error).__name__}: {error}"
    return text if len(text) <= 200 else text[:200] + "…"


def _compute(wave: Wave, previous: Mapping[str, bytes] | None) -> None:
    check_documents(wave)
    check_tables(wave)
    measured = {code: measure(wave, code) for code in wave.cards}
    for code in wave.cards:
        check_breakdowns(wave, code)
    check_roll_ups(wave, measured)
    before = None
    if previous is not None:
        then = Wave(previous, Findings())
        before = Before(then, {code: measure(then, code) for code in then.cards})
    compare_departments(wave, measured, before)


def files_of(place: str) -> dict[str, bytes]:
    """Read the files of a directory, or fetch those that SHA256SUMS beside a results page lists."""
    if not re.match(r"https?://", place):
        directory = Path(place)
        names = _names((directory / "SHA256SUMS").read_bytes())
        return {name: (directory / name).read_bytes() for name in names if (directory / name).is_file()}
    parts = urllib.parse.urlsplit(place)  # an earlier publication is asked for by ?number=

    def beside(name: str) -> str:
        path = f"{parts.path.rstrip('/')}/{urllib.parse.quote(name)}"
        return urllib.parse.urlunsplit(parts._replace(path=path, fragment=""))

    return {name: _fetched(beside(name)) for name in _names(_fetched(beside("SHA256SUMS")))}


def _names(sums: bytes) -> Iterator[str]:
    yield "SHA256SUMS"
    for line in text_of({"SHA256SUMS": sums}, "SHA256SUMS").splitlines():
        name = line.partition("  ")[2]
        # A name is never a way out of the directory, whatever the list says.
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            yield name


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 — http and https alone come here
        body: bytes = answer.read(FETCHED_AT_MOST)
    return body


def main() -> int:
    """Run as a program: 0 when all numbers agree, 1 when any does not, 2 when there is nothing to read."""
    parser = argparse.ArgumentParser(
        description="Recompute every published number of a wave and name every difference."
    )
    parser.add_argument("place", help="directory with the files beside a results page, or the page's address")
    parser.add_argument("--previous", help="the same of the wave before, for the changes")
    asked = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        files = files_of(asked.place)
        previous = files_of(asked.previous) if asked.previous else None
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.stderr.write(f"The files cannot be read: {_printable(str(error))}\n")
        return 2
    found = Findings()
    try:
        verify(files, previous, found)
    except Exception as error:
        found.say("the files", "structure", f"cannot be computed from: {_brief(error)}")
    for note in found.notes:
        sys.stderr.write(f"note: {note}\n")
    for lines in found.lines.values():
        for line in lines:
            sys.stdout.write(f"{_printable(line)}\n")
    if found.lines:
        return 1
    sys.stdout.write(f"all {found.compared} numbers agree\n")
    if papers := sorted(name for name in files if name.endswith(PAPERS)):
        sys.stdout.write(f"Nothing but a fingerprint beside them vouches for: {', '.join(papers)}.\n")
    sums = hashlib.sha256(files["SHA256SUMS"]).hexdigest()
    sys.stdout.write(
        f"SHA-256 of SHA256SUMS, to hold against the one kept since the day of release: {sums}\n"
    )
    return 0


def _printable(line: str) -> str:
    """Return a line in which nothing moves the cursor or begins another line."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


if __name__ == "__main__":
    sys.exit(main())
