"""A table of texts for translators who work in a spreadsheet: key, question, kind, and the two languages.

Comma-separated, UTF-8 with a mark that spreadsheets know it by. A cell that a spreadsheet would take for a formula is
made inert by an apostrophe, which is taken off again when the table comes back.
"""

import csv
import io
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from surveys.questionnaires.shapes import LANGUAGE
from surveys.questionnaires.translations.xliff import LARGEST_FILE, Translation, Unit, UnreadableFile

KEY, NOTE = "key", "what"
MOST_ROWS = 50_000

_formula = re.compile(r"'*[=+\-@\t\r\n|%＝＋－＠]")


def written(units: Iterable[Unit], *, source: str, target: str) -> bytes:
    """Return the table of `units`; the heads of its last two columns are the codes of the languages."""
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow([KEY, NOTE, source, target])
    lines.writerows([unit.key, *map(inert, (unit.note, unit.source, unit.target))] for unit in units)
    return sheet.getvalue().encode("utf-8-sig")


def read(body: bytes) -> Translation:
    """Return what the table `body` holds, separated by commas, semicolons or tabs; raises `UnreadableFile`."""
    if len(body) > LARGEST_FILE:
        raise UnreadableFile(_("The file is larger than five million bytes."))
    try:
        words = body.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise UnreadableFile(
            _("The file is not in UTF-8. Save it from the spreadsheet as “CSV UTF-8”.")
        ) from broken
    head = words.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True))
    except csv.Error as broken:
        raise UnreadableFile(_("The file is no whole table: %(reason)s.") % {"reason": broken}) from broken
    names = [name.strip() for name in rows[0]] if rows else []
    languages = [name for name in names if name not in (KEY, NOTE) and name]
    if KEY not in names or len(languages) != 2 or any(list(LANGUAGE.flaws(name)) for name in languages):
        raise UnreadableFile(
            _(
                "The first line must name the columns “key” and the two languages, as in the file exported here."
            )
        )
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(_("The table has more than 50,000 lines."))
    columns = [names.index(name) for name in (KEY, *languages)]
    units = [
        Unit(*(_plain(row[column]) if column < len(row) else "" for column in columns))
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]
    return Translation(languages[0], languages[1], tuple(units))


def inert(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula (ASVS 1.2.10)."""
    return f"'{cell}" if _formula.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _formula.match(cell) else cell
