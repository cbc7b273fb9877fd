"""The published files as rows of people, and what one department's rows give: the ground of the second reading."""

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

POINTS = {"1": 0, "2": 25, "3": 50, "4": 75, "5": 100}


@dataclass
class Figure:
    """A mean of rows with its uncertainty; everything but `n` may be missing."""

    n: int
    mean: float | None = None
    se: float | None = None
    df: float | None = None
    low: float | None = None
    high: float | None = None
    n_e: float | None = None
    width: float | None = None


Column = NDArray[Any]
Table = dict[str, Column]


def read(path: Path) -> Table:
    """Read a table as columns of text."""
    heading, *lines = csv.reader(path.read_text().splitlines())
    return {name: np.array([line[at] for line in lines], dtype=object) for at, name in enumerate(heading)}


def where(table: Table, mask: Column) -> Table:
    """Take some rows of a table."""
    return {name: column[mask] for name, column in table.items()}


class Files:
    """The published tables."""

    def __init__(self, place: Path) -> None:
        """Read a directory of files."""
        self.card = json.loads((place / "scorecard.json").read_text())
        self.method = json.loads((place / "method.json").read_text())
        self.rule = self.method["parameters"]
        self.level = float(self.rule["level"])
        self.base = max(5, int(self.rule["minimum_base"]))
        names = ("dataset", "design", "correlations", "residuals")
        self.tables = {name: read(place / f"{name}.csv") for name in names}

    def about(self, name: str, department: str) -> Table:
        """Return a department's rows of a table."""
        table = self.tables[name]
        return where(table, table["department"] == department)


class People:
    """One department's people, a row each, as far as the tables tell them apart."""

    def __init__(self, files: Files, department: str) -> None:
        """Lay the counts of `department` out in rows."""
        self.files, self.department = files, department
        self.design = files.about("design", department)
        counts = files.about("dataset", department)
        counts = where(counts, counts["w"] != "")
        keys = zip(self.design["stratum"], self.design["cell"], strict=True)
        weight = dict(zip(keys, self.design["w"].astype(float), strict=True))
        each = [weight[key] for key in zip(counts["stratum"], counts["cell"], strict=True)]
        counts["each"] = np.array(each, dtype=float)
        times = counts["n"].astype(int)
        self.rows = {name: np.repeat(column, times) for name, column in counts.items()}

    def of(self, item: str) -> Table:
        """Return the people who graded an item."""
        rows = where(
            self.rows, (self.rows["item"] == item) & np.isin(self.rows["value"].astype(str), list(POINTS))
        )
        return {**rows, "points": np.array([POINTS[value] for value in rows["value"]], dtype=float)}

    def sizes(self, stratum: str) -> tuple[float, float]:
        """Return the units that were sampled in a stratum, and of how many."""
        line = {name: column[self.design["stratum"] == stratum][0] for name, column in self.design.items()}
        n, there = (line["psus"], line["psu_population"]) if line["psus"] else (line["n"], line["N"])
        return float(n), float(there) if there and (self.design["N"] != "").all() else math.inf

    def mean(
        self, rows: Table, y: Column, values: Column, item: str | None
    ) -> tuple[float, float | None, float]:
        """Give mean, variance and degrees of freedom of `y`, which is `values` (5,) by grade from 1.

        Residual sums of `item` stand for the rows where there are any.
        """
        weight = rows["each"].sum()
        theta = float(rows["each"] @ y / weight)
        table = self.files.about("residuals", self.department)
        lines: list[tuple[float, float, float, float]] = []
        if item is not None and (table["item"] == item).any():
            table = where(table, table["item"] == item)
            c = (values - theta) / weight
            units = table["units"].astype(int)
            df = float(units.sum() - (units > 0).sum())
            for at in range(len(units)):
                first, upper = (
                    np.array(table[name][at].lstrip("'").split(" "), dtype=float)
                    for name in ("first", "second")
                )
                square = np.zeros((5, 5))
                square[np.triu_indices(5)] = upper
                square = square + np.triu(square, 1).T
                there = float(table["population"][at]) if table["population"][at] else math.inf
                lines.append((float(table["sampled"][at]), there, float(c @ first), float(c @ square @ c)))
        else:
            strata = np.unique(rows["stratum"].astype(str))
            df = float(len(y) - len(strata))
            u = rows["each"] * (y - theta) / weight
            for stratum in strata:
                part = u[rows["stratum"] == stratum]
                lines.append((*self.sizes(stratum), float(part.sum()), float(part @ part)))
        return theta, _variance(lines, str(self.files.rule["lonely"])), df

    def score(self, item: str, rows: Table | None = None) -> Figure:
        """Give the score of an item, of all who graded it or of some of them."""
        people = self.of(item) if rows is None else rows
        n = len(people["value"])
        if not n:
            return Figure(0)
        values = np.array(list(POINTS.values()), dtype=float)
        theta, variance, df = self.mean(people, people["points"], values, item if rows is None else None)
        if variance is None or df <= 0:
            return Figure(n)
        if math.sqrt(variance) <= 1e-9:
            return Figure(n, theta)
        se = math.sqrt(variance)
        reach = float(stats.t.ppf((1 + self.files.level) / 2, df)) * se
        return Figure(n, theta, se, df, theta - reach, theta + reach)

    def rate(self, item: str, grades: str) -> Figure:
        """Give the share of people with one of `grades`."""
        people = self.of(item)
        n, tail = len(people["value"]), (1 - self.files.level) / 2
        if not n:
            return Figure(0)
        yes = np.array([float(value in grades) for value in people["value"]])
        values = np.array([float(grade in grades) for grade in POINTS])
        p, variance, df = self.mean(people, yes, values, item)
        if variance is None:
            return Figure(n)
        if yes.min() == yes.max():
            low = float(stats.beta.ppf(tail, n, 1)) if p > 0.5 else 0.0
            high = 1.0 if p > 0.5 else float(stats.beta.ppf(1 - tail, 1, n))
            return Figure(n, float(round(p)), 0.0, df, low, high, float(n), high - low)
        if df <= 0:
            return Figure(n)
        n_e, t = p * (1 - p) / variance, float(stats.t.ppf(1 - tail, df))
        # Wilson's limits are the roots of (p - x)^2 = t^2 x (1 - x) / n_e.
        low, high = (float(one) for one in sorted(np.roots([1 + t**2 / n_e, -2 * p - t**2 / n_e, p**2]).real))
        star = n_e * (float(stats.t.ppf(1 - tail, max(n - 1, 1))) / t) ** 2
        yes_of, no_of = star * p, star * (1 - p)
        width = stats.beta.ppf(1 - tail, yes_of + 1, no_of) - stats.beta.ppf(tail, yes_of, no_of + 1)
        return Figure(n, p, math.sqrt(variance), df, low, high, n_e, float(width))

    def status(self, score: Figure, rate: Figure) -> str:
        """Decide what may be shown."""
        rule = self.files.rule
        if score.n < self.files.base:
            return "suppressed"
        firm = score.se is not None and rate.se is not None and score.n >= rule["judged_base"]
        if not firm or min(score.df or 0, rate.df or 0) < rule["fewest_df"]:
            return "indicative"
        weak = (rate.n_e or 0) < rule["judged_base"] or (rate.width or 0) >= float(rule["widest_interval"])
        return "indicative" if weak else "publishable"


def _variance(lines: list[tuple[float, float, float, float]], lonely: str) -> float | None:
    total = 0.0
    for n, there, first, second in lines:
        left = 1 - n / there if math.isfinite(there) else 1.0
        if left < 1e-7:
            continue
        if n <= 1:
            if lonely == "refuse":
                return None
            total += left * second
        else:
            total += left * n / (n - 1) * (second - first**2 / n)
    return max(total, 0.0)
