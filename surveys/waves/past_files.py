"""The files that an import is given, read strictly: JSON and CSV from anywhere, of bounded size.

Nothing is guessed: a file in another encoding or with doubled columns is refused, and ragged rows are handed on to be
named together with all else that is wrong in the rows. Rows are numbered as a spreadsheet numbers them, the headers
being row 1.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys import strict_json

MOST_BYTES = 50 * 2**20
MOST_JSON_BYTES = 2 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000
MOST_SHOWN = 50

CODEBOOK, DATA, POPULATION = "codebook", "data", "population"

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: where, what stands there, and what may."""

    file: str
    message: Words
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = [str(_("Row %(row)d") % {"row": self.row})] if self.row else []
        where += [str(_("column %(column)s") % {"column": self.column})] if self.column else []
        place = ", ".join(where)
        return f"{place}: {self.message}" if place else str(self.message)


class ImportRefused(ValueError):
    """Files that cannot be imported: the first faults, and how many there are in all."""

    def __init__(self, faults: Sequence[Fault], count: int) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.count = count


@dataclass
class Faults:
    """The faults found so far, the first of them kept."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(
        self, file: str, message: Words, *, row: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.kept) < MOST_SHOWN:
            self.kept.append(Fault(file, message, row, _shortened(column), _shortened(value)))

    def refuse(self) -> None:
        """Raise `ImportRefused` when there are any."""
        if self.count:
            raise ImportRefused(self.kept, self.count)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: headers, and rows with their numbers; a ragged row has fewer or more cells than there are headers."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[int, list[str]]]


def refused(file: str, message: Words, *, row: int | None = None, column: str = "") -> ImportRefused:
    """Return the refusal of a file for one reason."""
    return ImportRefused([Fault(file, message, row, column)], 1)


def read_json(raw: bytes, *, file: str) -> dict[str, Any]:
    """Return the JSON object in `raw`; refuse doubled keys, endless numbers, great depth and what cannot be stored."""
    if len(raw) > MOST_JSON_BYTES:
        raise refused(file, _("The file is larger than %(most)d MB.") % {"most": MOST_JSON_BYTES // 2**20})
    try:
        value = strict_json.read(_decoded(raw, file).encode())
    except strict_json.BadJSON as fault:
        raise refused(file, str(fault)) from None
    if not isinstance(value, dict):
        raise refused(file, _("The file must hold one JSON object, in braces."))
    return value


def read_table(raw: bytes) -> Table:
    """Return the table in the CSV file `raw`: UTF-8 with or without a byte order mark, commas, double quotes."""
    if len(raw) > MOST_BYTES:
        raise refused(DATA, _("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
    lines = _lines(_decoded(raw, DATA))
    try:
        headers = next(lines)[1]
    except StopIteration:
        raise refused(DATA, _("The file is empty: its first row must name the columns.")) from None
    _check_headers(headers)
    rows = list(islice(lines, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise refused(DATA, _("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    if not rows:
        raise refused(DATA, _("The file names columns but has no rows below them."))
    return Table(tuple(headers), rows)


def _decoded(raw: bytes, file: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(file, _("The file is in UTF-16. Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        message = _(
            "The file is not in UTF-8 (line %(line)d). Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)."
        )
        raise refused(file, message % {"line": raw.count(b"\n", 0, fault.start) + 1}) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(file, _("The file holds a NUL character in line %(line)d.") % {"line": line})
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their numbers, leaving out empty lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            message = _("The quotes do not fit, or a cell is far too long (line %(line)d of the file).")
            raise refused(DATA, message % {"line": reader.line_num}, row=number) from None
        if cells:
            yield number, cells


def _check_headers(headers: list[str]) -> None:
    if len(headers) > MOST_COLUMNS:
        raise refused(DATA, _("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    if len(headers) == 1 and any(sign in headers[0] for sign in ";\t|"):
        raise refused(DATA, _("The columns must be separated by commas."), row=1)
    faults = Faults()
    for place, name in enumerate(headers, 1):
        if not name.strip():
            faults.add(DATA, _("Column number %(place)d has no name.") % {"place": place}, row=1)
    for name, times in Counter(headers).items():
        if times > 1 and name.strip():
            faults.add(
                DATA, _("This column is there %(times)d times.") % {"times": times}, row=1, column=name
            )
    faults.refuse()


def _shortened(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"
