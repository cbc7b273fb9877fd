"""One content feeds them all: every rounded figure of a page stands in the PDF, the workbook and scorecard.json."""

import html
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.test import Client

from reports.evaluations.digits import rounded
from reports.scorecards.models import Publication
from tests.reports.exports.test_workbook import as_shown

pytestmark = pytest.mark.django_db

FIGURE = re.compile(r"(?<![\d.])\d+\.\d(?![\d.])")


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


def on_page(client: Client, address: str) -> set[str]:
    """Take the figures of the tables of a page, as they are read."""
    page = fetched(client, address).decode()
    tables = " ".join(re.findall(r"<table.*?</table>", page, re.DOTALL))
    return set(FIGURE.findall(html.unescape(re.sub(r"<[^>]+>", " ", tables))))


def in_pdf(body: bytes) -> set[str]:
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return set(FIGURE.findall(words))


def in_workbook(body: bytes) -> set[str]:
    return {
        as_shown(cell)
        for sheet in openpyxl.load_workbook(io.BytesIO(body))
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float | int) and "0.0" in cell.number_format
    }


def in_scorecard(body: bytes) -> set[str]:
    """Round every published number as paper does, as it is and as per cent; the ends of the scale are its limits."""
    found = set()
    for digits in strings(json.loads(body)):
        if re.fullmatch(r"-?\d+(\.\d+)?", digits):
            value = str(min(Decimal(100), max(Decimal(0), Decimal(digits))))
            found |= {rounded(digits).lstrip("-"), rounded(digits, times=100).lstrip("-"), rounded(value)}
    return found


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("department", ["parks", "roads"])
def test_every_figure_of_a_departments_page_is_in_every_file(
    released: Publication, client: Client, department: str
) -> None:
    place = f"/results/spring/{department}/"
    shown = on_page(client, f"{place}?lang=en")
    assert len(shown) > 5
    assert shown <= in_scorecard(fetched(client, f"{place}scorecard.json")) | in_scorecard(
        fetched(client, "/results/spring/scorecard.json")
    )
    for language, name in (("zh-hans", "report"), ("en", "report.en")):
        shown = on_page(client, f"{place}?lang={language}")
        assert shown - in_pdf(fetched(client, f"{place}{name}.pdf")) == set()


def test_every_figure_of_a_waves_page_is_in_every_file(released: Publication, client: Client) -> None:
    shown = on_page(client, "/results/spring/?lang=en")
    assert len(shown) > 10
    assert shown <= in_scorecard(fetched(client, "/results/spring/scorecard.json"))
    for name in ("report.en", "report"):
        assert shown - in_pdf(fetched(client, f"/results/spring/{name}.pdf")) == set()
        assert shown - in_workbook(fetched(client, f"/results/spring/{name}.xlsx")) == set()


def test_the_headline_figures_are_the_same_in_every_file(released: Publication, client: Client) -> None:
    content = json.loads(fetched(client, "/results/spring/scorecard.json"))
    for figures in content["departments"][:2]:
        told = {rounded(figures[key]) for key in ("score", "score_low", "score_high")}
        told |= {
            rounded(figures[key], times=100) for key in ("satisfaction", "satisfaction_low", "good_rate")
        }
        place = f"/results/spring/{figures['code']}/"
        assert told <= on_page(client, f"{place}?lang=en") | on_page(client, "/results/spring/?lang=en")
        for language in ("", ".en"):
            assert told <= in_pdf(fetched(client, f"{place}report{language}.pdf"))
            assert told <= in_workbook(fetched(client, f"{place}report{language}.xlsx"))
            assert told <= in_pdf(fetched(client, f"/results/spring/report{language}.pdf"))
            assert told <= in_workbook(fetched(client, f"/results/spring/report{language}.xlsx"))
