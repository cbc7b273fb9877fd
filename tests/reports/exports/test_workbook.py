"""The workbook holds the published numbers as numbers, words as words, and nothing that a spreadsheet would run."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pypdf
import pytest
from django.test import Client

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.digits import rounded
from reports.exports.workbook import Pen
from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

HOSTILE = (
    "=1+1",
    "@SUM(A1:A9)",
    '=HYPERLINK("https://example.org","x")',
    "https://example.org/",
    "=cmd|' /C calc'!A0",
)


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


def book(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def as_shown(cell: Any) -> str:
    """Write a number as a spreadsheet does: half away from nought."""
    places = cell.number_format.partition(".")[2].rstrip("%")
    value = Decimal(repr(cell.value)) * (100 if cell.number_format.endswith("%") else 1)
    return format(value.quantize(Decimal(1).scaleb(-len(places)), rounding=ROUND_HALF_UP), "f")


@pytest.fixture
def hostile(a_wave: Callable[..., Wave], departments: dict[str, Department]) -> Publication:
    """A wave whose departments, questions and titles are written for a spreadsheet to run."""
    tables = {
        "parks": {**PARKS, "speed": ROADS["overall"]},
        "roads": ROADS,
        "water": {"overall": [[1, 1, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0]]},
    }
    Department.objects.create(code="water", names={}, parent=departments["city"])
    for code, name in zip(tables, (*HOSTILE[:2], HOSTILE[4]), strict=True):
        Department.objects.filter(code=code).update(names={"zh-hans": name, "en": name})
    wave = a_wave(tables, text=HOSTILE[2], strata=(("=1+1", 1000, 40), ("@SUM(A1)", 3000, 60)))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get()


@pytest.mark.parametrize(
    "name", ["report.xlsx", "report.en.xlsx", "parks/report.en.xlsx", "water/report.xlsx"]
)
def test_no_cell_is_a_formula_or_a_link(hostile: Publication, client: Client, name: str) -> None:
    body = fetched(client, f"/results/spring/{name}")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        for part in parts.namelist():
            xml = parts.read(part).decode()
            assert not re.search(r"<f[ >]|<hyperlink|<ddeLink|<oleLink|externalLink", xml), part
            assert "vbaProject" not in part
    for sheet in book(body):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None


def test_hostile_names_stand_in_their_cells_letter_by_letter(hostile: Publication, client: Client) -> None:
    found = {
        cell.value
        for sheet in book(fetched(client, "/results/spring/report.en.xlsx"))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type != "f"
    }
    assert {"=1+1", "@SUM(A1:A9)", "=cmd|' /C calc'!A0", "@SUM(A1)"} <= found


def test_numbers_are_the_published_ones_with_all_digits(released: Publication, client: Client) -> None:
    sheet = book(fetched(client, "/results/spring/report.en.xlsx"))["Departments"]
    heads = [cell.value for cell in sheet[1]]
    content = WaveContent.of(released.content)
    for figures, row in zip(content.departments[:2], sheet.iter_rows(min_row=2), strict=False):
        line = dict(zip(heads, row, strict=True))
        assert line["Code"].value == figures.code
        assert line["Score"].value == float(figures.score or "")
        assert as_shown(line["Score"]) == rounded(figures.score or "")
        assert line["Ratings"].value == figures.n
        assert sum(line[head].value for head in heads[12:17]) == pytest.approx(1)


def test_what_too_few_said_is_words_and_never_nought(released: Publication, client: Client) -> None:
    for name, words in (("report.en.xlsx", "fewer than 10"), ("report.xlsx", "10")):
        sheet = openpyxl.load_workbook(io.BytesIO(fetched(client, f"/results/spring/{name}"))).worksheets[1]
        (water,) = [row for row in sheet.iter_rows(min_row=2) if row[1].value == "water"]
        assert words in str(water[3].value)
        assert not [cell for cell in water if cell.data_type == "n" and cell.value is not None]


def test_sheets_are_laid_out_for_reading_and_printing(released: Publication, client: Client) -> None:
    body = fetched(client, "/results/spring/report.en.xlsx")
    whole = book(body)
    assert whole.sheetnames == [
        "Summary",
        "Departments",
        "Chart 1",
        "Chart 2",
        "Question by question",
        "Dimensions",
        "Breakdowns",
        "Design",
        "Method",
        "Files",
    ]
    for sheet in whole.worksheets[1:]:
        assert sheet.page_setup.fitToWidth in (None, 1)
        if sheet.title.startswith("Chart"):
            assert sheet.page_setup.fitToHeight in (None, 1), "a chart is torn over pages"
            continue
        assert sheet.freeze_panes
        assert sheet.print_area
        assert sheet.print_title_rows == "$1:$1"
    arms = [letter for letter, one in whole["Departments"].column_dimensions.items() if one.hidden]
    assert arms == ["Z"], "two columns, which openpyxl reads as one group"
    tall = [one.height for one in whole["Summary"].row_dimensions.values()]
    assert min(tall) >= 15
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        drawings = [parts.read(one).decode() for one in parts.namelist() if re.match(r"xl/drawings/d", one)]
        charts = [parts.read(one).decode() for one in parts.namelist() if one.startswith("xl/charts/")]
    described = re.findall(r'descr="([^"]+)"', "".join(drawings))
    assert len(described) == len(charts) == 2
    assert any("c:errBars" in chart for chart in charts)
    assert all('<c:plotVisOnly val="0"/>' in chart or "plotVisOnly" not in chart for chart in charts)
    assert any("percentStacked" in chart for chart in charts)


@pytest.mark.parametrize(("digits", "shape"), [("66.25", "0.00"), ("66.35", "0.0"), ("66.2500000001", "0.0")])
def test_a_tie_is_shown_with_two_decimals_for_spreadsheets_round_otherwise(digits: str, shape: str) -> None:
    import xlsxwriter

    pen = Pen(xlsxwriter.Workbook(io.BytesIO()))
    assert pen.shown("score", digits).num_format == shape
    assert rounded("66.25") == "66.2"


# 23 November 2026: where the office suite is not installed, openpyxl alone reads the workbook.
@pytest.mark.skipif(not shutil.which("soffice"), reason="2026-11-23: LibreOffice is not installed here")
def test_libreoffice_opens_it_and_shows_the_digits_of_the_page(
    hostile: Publication, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "report.xlsx").write_bytes(fetched(client, "/results/spring/report.en.xlsx"))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/home",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "report.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    words = "\n".join(page.extract_text() for page in pages)
    for figures in WaveContent.of(hostile.content).departments[:2]:
        assert rounded(figures.score or "") in words
        assert f"{rounded(figures.satisfaction or '', times=100)}%" in words
    assert "=1+1" in words
    assert "fewer than 10" in words
    assert "Err:" not in words


@pytest.mark.parametrize("sign", ["\x0b", "\ufffe", "\uffff"])
def test_a_sign_that_xml_does_not_know_damages_no_file(
    a_wave: Callable[..., Wave], departments: dict[str, Department], client: Client, sign: str
) -> None:
    names = {"zh-hans": f"公园{sign}局", "en": f"Par{sign}ks"}
    Department.objects.filter(code="parks").update(names=names)
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    for name in ("report.xlsx", "parks/report.en.xlsx"):
        with zipfile.ZipFile(io.BytesIO(fetched(client, f"/results/spring/{name}"))) as parts:
            for part in parts.namelist():
                if part.endswith((".xml", ".rels")):
                    ElementTree.fromstring(parts.read(part))  # noqa: S314  our own file
