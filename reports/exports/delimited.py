"""The data files, as comma-separated values in UTF-8: every number of a scorecard follows from them.

A cell that a spreadsheet would take for a formula is made inert by an apostrophe; numbers stay numbers.
"""

import csv
import io
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement
from typing import Any, ClassVar

from reports.evaluations.digits import published
from reports.exports.base import Bundle, Export

NUMBER = re.compile(r"\A-?[0-9]+(\.[0-9]+)?\Z")
UNANSWERED = ("unrated", "na", "dk", "blank")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> str:
    """Return the text of a cell; nothing is an empty cell, and no text begins a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not NUMBER.match(text) else text


class Delimited(Export):
    """Rows of each department's dataset, one line a row, the department first."""

    media_type = "text/csv; charset=utf-8"
    columns: ClassVar[tuple[str, ...]]

    @abstractmethod
    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the lines about one department."""

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the heading, then the rows of one department at a time."""
        yield _lines([("department", *self.columns)])
        for sheet in bundle.sheets():
            if sheet.dataset["records"] is not None:
                yield _lines([(sheet.code, *row) for row in self.rows(sheet.dataset)])


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


class Dataset(Delimited):
    """Counts and sums of weights by department, item, stratum, weighting cell and value."""

    name = "dataset.csv"
    columns = ("item", "stratum", "cell", "value", "n", "w", "w2")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield what was answered by stratum; what was not, for all strata together and unweighted."""
        items = dataset["items"]
        for place, group, counts in dataset["rows"]:
            stratum, cell, weight, *_categories = dataset["groups"][group]
            each = float(weight)
            for code, n in zip(items[place]["codes"], counts, strict=True):
                if n:
                    name = dataset["strata"][stratum][0]
                    sums = published(n * each), published(n * each**2)
                    yield items[place]["code"], name, cell, code, n, *sums
        for item in items:
            if item["answered"] is None:
                yield item["code"], "", "", "suppressed", dataset["records"], None, None
            for kind in UNANSWERED:
                if n := item["missing"].get(kind):
                    yield item["code"], "", "", kind, n, None, None


class Design(Delimited):
    """Residents, people who took part and the weight of a person, by stratum and cells as the dataset names them."""

    name = "design.csv"
    columns: ClassVar[tuple[str, ...]] = (
        "stratum",
        "cell",
        "N",
        "n",
        "w",
        "psus",
        "psu_population",
        "category",
        "categories",
    )

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the groups of the dataset; `categories` are `margin=category` of what all people of a group share."""
        for stratum, cell, weight, category, *shared in dataset["groups"]:
            name, population, people, psus, psu_population = dataset["strata"][stratum]
            line = (name, cell, population, people, weight, psus, psu_population, category)
            yield (*line, shared[0] if shared else "")


class Moments(Delimited):
    """Cross-moments of the grades a and b of the items that the index is made of, by stratum and cells."""

    name = "moments.csv"
    columns = ("stratum", "cell", "item_a", "item_b", "n", "sum_a", "sum_b", "sum_ab")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield one line for each pair a ≤ b of each group; every record of a group has the weight of design.csv."""
        pairs = list(combinations_with_replacement(dataset["moment_items"], 2))
        for group, *sums in dataset["moments"]:
            stratum, cell, *_weight = dataset["groups"][group]
            for (a, b), line in zip(pairs, zip(*sums, strict=True), strict=True):
                yield dataset["strata"][stratum][0], cell, a, b, *line


class Correlations(Delimited):
    """Correlations of the means of the items that the index is made of, which its standard error takes."""

    name = "correlations.csv"
    columns = ("item_a", "item_b", "correlation")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield one line for each pair a < b."""
        if dataset["correlations"]:
            pairs = combinations(dataset["index_items"], 2)
            yield from ((a, b, r) for (a, b), r in zip(pairs, dataset["correlations"], strict=True))


class Residuals(Delimited):
    """Residual sums of a calibrated or clustered wave, by item.

    `first` and `second` are lists separated by spaces: Σ of the residual of each grade 1 to 5, and of the upper
    triangle of their products.
    """

    name = "residuals.csv"
    columns = ("item", "stratum", "units", "sampled", "population", "first", "second")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the sums by item and stratum."""
        for place, stratum, units, sampled, population, first, second in dataset["residuals"]:
            code, name = dataset["items"][place]["code"], dataset["strata"][stratum][0]
            yield code, name, units[0], sampled, population, " ".join(first), " ".join(second)


class Unflagged(Delimited):
    """The headline's counts without the answers that quality checks flagged."""

    name = "unflagged.csv"
    columns = ("item", "value", "n", "w", "n_with_flagged", "w_with_flagged")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the rows as they are."""
        yield from dataset["unflagged"]
