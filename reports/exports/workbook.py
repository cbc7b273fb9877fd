"""The report as a workbook: the published figures as numbers, with charts; no cell is a formula.

A number stands in its cell with all published digits and is shown with one decimal, as on the page. Names that look
like formulas, links or commands stay words. The same content gives the same bytes.
"""

import io
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.exports.base import Bundle, Paper
from reports.exports.worksheets import SHEETS, Chart, Digits, Kind, Table
from reports.narratives.blocks import Bullets, Paragraph, Report
from surveys.languages import readable

ACCENT, SOFT, LINE = "#35479a", "#535a68", "#dcd9d1"
GRADE_COLOURS = ("#01675f", "#49aa9d", "#dcd9d1", "#ddb270", "#8c4a0b")
FONT = "Noto Sans SC"
INERT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDE = 820  # pixels: of a chart
HIGH, LEAD = 15, 18  # points: how high a line of words is
SIGNS, LEAD_SIGNS = 95, 74  # narrow signs that a line of the summary holds
ACROSS = 150  # signs that fit across A4; a wider table is set on A3
A3, A4 = 8, 9
FORMATS = {
    "text": {},
    "count": {"num_format": "#,##0"},
    "score": {"num_format": "0.0"},
    "share": {"num_format": "0.0%"},
    "p": {"num_format": "0.0000"},
}


class Workbook(Paper):
    """Every published figure of a wave or department, one sheet for each kind."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, name: str, language: str) -> None:
        """Stand for the file `name` in `language`."""
        self.name, self.language = name, language

    def made(self, bundle: Bundle) -> bytes:
        """Return the file."""
        import xlsxwriter

        whole = io.BytesIO()
        with translation.override(self.language):
            report = bundle.report(self.language)
            with xlsxwriter.Workbook(whole, INERT) as book:
                release = datetime.fromisoformat(bundle.content["fieldwork"]["release_at"])
                book.set_properties(
                    {
                        "title": readable(report.title),
                        "subject": readable(report.subtitle),
                        "created": release.replace(tzinfo=None),
                    }
                )
                pen = Pen(book)
                pen.summary(report)
                for table in SHEETS:
                    pen.table(table(bundle))
        return whole.getvalue()


class Pen:
    """Writes sheets into one workbook."""

    def __init__(self, book: Any) -> None:
        """Lay out the formats of `book`."""
        self.book, self.charts = book, 0
        plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
        self.formats = {
            kind: book.add_format({**plain, **shape, "align": "left" if kind == "text" else "right"})
            for kind, shape in FORMATS.items()
        }
        self.formats["text"].set_text_wrap()
        # Where one decimal would be rounded otherwise than on the page, two are shown.
        self.ties = {
            "score": book.add_format({**plain, "num_format": "0.00", "align": "right"}),
            "share": book.add_format({**plain, "num_format": "0.00%", "align": "right"}),
        }
        self.words = book.add_format({**plain, "align": "right", "font_color": SOFT, "italic": False})
        self.head = book.add_format(
            {
                **plain,
                "bold": True,
                "bottom": 2,
                "bottom_color": ACCENT,
                "text_wrap": True,
                "valign": "bottom",
            }
        )
        self.title = book.add_format({**plain, "font_size": 18, "bold": True, "font_color": ACCENT})
        self.heading = book.add_format({**plain, "font_size": 13, "bold": True, "font_color": ACCENT})
        self.told = book.add_format({**plain, "text_wrap": True})
        self.lead = book.add_format({**plain, "font_size": 12, "bold": True, "text_wrap": True})

    def summary(self, report: Report) -> None:
        """Write the sentences of a report."""
        sheet = self.sheet(_("Summary"))
        sheet.set_column(0, 0, 100)
        lines: list[tuple[str, Any]] = [(report.title, self.title), (report.subtitle, self.told)]
        for chapter in report.chapters:
            said: list[tuple[str, Any]] = []
            for block in chapter.blocks:
                match block:
                    case Paragraph():
                        said.append((block.words, self.lead if block.kind == "lead" else self.told))
                    case Bullets():
                        said += [(f"•  {line}", self.told) for line in block.lines]
            if said:
                lines += [("", self.told), (chapter.title, self.heading), *said]
        for row, (words, shape) in enumerate(lines):
            sheet.write_string(row, 0, words, shape)
            # LibreOffice gives a row the height that the file says.
            told = LEAD * _lines(words, LEAD_SIGNS) if shape is self.lead else HIGH * _lines(words, SIGNS)
            sheet.set_row(row, {self.title: 28, self.heading: 20}.get(shape, told))
        sheet.print_area(0, 0, len(lines) - 1, 0)

    def table(self, table: Table) -> None:
        """Write a table on a sheet of its own, and each of its charts on one that follows."""
        sheet = self.sheet(table.title)
        sheet.freeze_panes(1, table.frozen)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width, None, {"hidden": column.is_hidden})
            sheet.write_string(0, place, column.head, self.head)
        for row, values in enumerate(table.rows, start=1):
            told = [1]
            for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                self.cell(sheet, row, place, column.kind, value)
                if value is not None and not isinstance(value, Digits):
                    told.append(_lines(str(value), column.width - 1))
            sheet.set_row(row, HIGH * max(told))
        seen = [column for column in table.columns if not column.is_hidden]
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(seen) - 1)
        sheet.repeat_rows(0)
        if sum(column.width for column in seen) > ACROSS:
            sheet.set_paper(A3)
        sheet.print_area(0, 0, max(len(table.rows), 1), len(seen) - 1)
        if table.scores:
            self.scores(table, table.scores)
        if table.shares:
            self.shares(table, table.shares)

    def cell(self, sheet: Any, row: int, place: int, kind: Kind, value: object) -> None:
        """Write one value: digits as a number with its format, anything else as words."""
        if value is None or value == "":
            return
        if kind == "text":
            sheet.write_string(row, place, str(value), self.formats["text"])
        elif isinstance(value, Digits):
            sheet.write_number(row, place, float(value.digits), self.shown(kind, value.digits))
        else:
            sheet.write_string(row, place, readable(str(value)), self.words)

    def shown(self, kind: Kind, digits: str) -> Any:
        """Return the format that shows a number as the page does."""
        if kind in ("count", "p"):
            return self.formats[kind]
        times = 100 if kind == "share" else 1
        half_up = (Decimal(digits) * times).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        return (self.formats if half_up == Decimal(rounded(digits, times=times)) else self.ties)[kind]

    def scores(self, table: Table, chart: Chart) -> None:
        """Draw the scores with their intervals."""
        drawn = self.book.add_chart({"type": "bar"})
        first, last = chart.rows
        drawn.add_series(
            {
                "name": readable(chart.title),
                "categories": [table.title, first, chart.names, last, chart.names],
                "values": [table.title, first, chart.value, last, chart.value],
                "fill": {"color": "#c7cdea"},
                "gap": 60,
                "x_error_bars": {
                    "type": "custom",
                    "plus_values": _cells(table.title, chart.rows, chart.above),
                    "minus_values": _cells(table.title, chart.rows, chart.below),
                    "line": {"color": "#1f2c66", "width": 1.5},
                },
                "data_labels": {"value": True, "num_format": "0.0", "position": "inside_base"},
            }
        )
        drawn.set_legend({"none": True})
        drawn.set_x_axis(
            {
                "min": 0,
                "max": 100,
                "name": chart.axis,
                "major_gridlines": {"visible": True, "line": {"color": LINE}},
            }
        )
        self.place(drawn, chart)

    def shares(self, table: Table, chart: Chart) -> None:
        """Draw the shares of the grades as bars of a hundred per cent."""
        drawn = self.book.add_chart({"type": "bar", "subtype": "percent_stacked"})
        first, last = chart.rows
        for step, colour in enumerate(GRADE_COLOURS):
            place = chart.value + step
            drawn.add_series(
                {
                    "name": [table.title, 0, place],
                    "categories": [table.title, first, chart.names, last, chart.names],
                    "values": [table.title, first, place, last, place],
                    "fill": {"color": colour},
                    "border": {"color": "white"},
                    "gap": 60,
                    "data_labels": {
                        "value": True,
                        "num_format": "0.0%",
                        "font": {"color": "white" if step in (0, 4) else "#1c2230"},
                    },
                }
            )
        drawn.set_legend({"position": "bottom"})
        self.place(drawn, chart)

    def place(self, drawn: Any, chart: Chart) -> None:
        """Put a chart on a sheet of its own, which is one page, with its sentence for whoever does not see it."""
        self.charts += 1
        sheet = self.sheet(_("Chart %(number)s") % {"number": self.charts})
        first, last = chart.rows
        drawn.set_title(
            {"name": readable(chart.title), "name_font": {"size": 12, "color": ACCENT}, "overlay": False}
        )
        drawn.set_y_axis({"reverse": True, "crossing": "max", "num_font": {"size": 9}})
        # The arms of the intervals stand in columns that are hidden.
        drawn.show_hidden_data()
        height = 150 + 26 * (last - first + 1)
        drawn.set_size({"width": WIDE, "height": height})
        sheet.set_column(0, 0, 116)
        sheet.write_string(0, 0, chart.sentence, self.told)
        sheet.set_row(0, HIGH * _lines(chart.sentence, SIGNS))
        sheet.insert_chart(2, 0, drawn, {"description": readable(chart.sentence), "object_position": 2})
        if height > WIDE * 0.7:
            sheet.set_portrait()
        sheet.fit_to_pages(1, 1)

    def sheet(self, title: str) -> Any:
        """Begin a sheet, ready for A4."""
        sheet = self.book.add_worksheet(title[:31])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        return sheet


def _lines(words: str, signs: int) -> int:
    """Return how many lines words take where `signs` narrow ones fit; a Chinese sign is as wide as two others."""
    return max(1, ceil(sum(2 if sign > "\u2e7f" else 1 for sign in words) / signs))


def _cells(title: str, rows: tuple[int, int], column: int) -> str:
    """Return the address of cells for where xlsxwriter takes no list."""
    from xlsxwriter.utility import quote_sheetname, xl_range_abs

    return f"={quote_sheetname(title)}!{xl_range_abs(rows[0], column, rows[1], column)}"
