"""The data files, as comma-separated values in UTF-8: every number of a scorecard follows from them.

A cell that a spreadsheet would take for a formula is made inert by an apostrophe; numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from reports.exports.base import Bundle, Export

NUMBER = re.compile(r"\A-?[0-9]+(\.[0-9]+)?\Z")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> str:
    """Return the text of a cell; nothing is an empty cell, and no text begins a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not NUMBER.match(text) else text


class Delimited(Export):
    """A part of each department's dataset, one line a row, the department first."""

    media_type = "text/csv; charset=utf-8"
    part: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the heading, then the rows of one department at a time."""
        yield _lines([("department", *self.columns)])
        for sheet in bundle.sheets():
            rows = sheet.dataset.get(self.part) or ()
            if rows:
                yield _lines([(sheet.code, *row) for row in rows])


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


class Dataset(Delimited):
    """Counts and sums of weights by department, item, stratum and value."""

    name = "dataset.csv"
    part = "rows"
    columns = ("item", "stratum", "value", "n", "w", "w2")


class Design(Delimited):
    """Residents, people who took part, and mean weight of the strata as the dataset names them."""

    name = "design.csv"
    part = "design"
    columns = ("stratum", "N", "n", "w")


class Moments(Delimited):
    """Weighted cross-moments of the grades a and b of the items that the index is made of."""

    name = "moments.csv"
    part = "moments"
    columns = ("stratum", "item_a", "item_b", "n", "w", "wa", "w2", "w2a", "w2b", "w2ab")


class Unflagged(Delimited):
    """The headline's counts without the answers that quality checks flagged."""

    name = "unflagged.csv"
    part = "unflagged"
    columns = ("item", "value", "n", "w", "n_with_flagged", "w_with_flagged")
