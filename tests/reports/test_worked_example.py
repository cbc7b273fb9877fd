"""The worked example of em-1 §11 as a page: ten departments, two waves, and the digits that R gives.

`worked_example/golden.json` holds the six departments that are judged, with the R calls that made it.
"""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from reports import releasing
from reports.scorecards.models import Publication

HERE = Path(__file__).parent / "worked_example"
RESIDENTS = Path(__file__).resolve().parents[3] / "shared" / "method" / "cases" / "data" / "residents.csv"
GOLDEN: dict[str, dict[str, float]] = json.loads((HERE / "golden.json").read_text())["departments"]
LABELS = {
    "d01": "much_better",
    "d02": "much_better",
    "d03": "worse",
    "d04": "as_expected",
    "d05": "worse",
    "d06": "as_expected",
}
TOO_FEW = ("d07", "d08", "d09", "d10")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not RESIDENTS.is_file(), reason="2026-11-22: the example's data are not beside this checkout"
    ),
]


@pytest.fixture
def released(tmp_path: Path) -> Publication:
    """The second wave, evaluated and released, with the first before it."""
    for number in ("1", "2"):
        codebook = json.loads((HERE / "codebook.json").read_text())
        codebook["where"]["value"] = number
        path = tmp_path / f"codebook-{number}.json"
        path.write_text(json.dumps(codebook))
        out = StringIO()
        command = ["import_wave", str(path), str(RESIDENTS), "--wave", f"Residents {number}"]
        call_command(
            *command, "--strata", "district", "--population", str(HERE / "population.json"), stdout=out
        )
        imported = json.loads(out.getvalue().splitlines()[-1])
        assert (imported["responses"], imported["departments"]) == (800, 10)
        call_command("evaluate", str(imported["wave"]), stdout=StringIO())
    releasing.release_due()
    return Publication.objects.get(wave__slug="residents-2")


def test_the_six_that_are_judged_have_the_digits_of_r(released: Publication) -> None:
    found: dict[str, Any] = {one["code"]: one for one in released.content["departments"]}
    for code, expected in GOLDEN.items():
        one = found[code]
        assert (one["status"], one["band"]) == ("publishable", LABELS[code])
        for figure, value in expected.items():
            if value in {0, 1}:
                assert float(one[figure]) == value
            else:
                assert float(one[figure]) == pytest.approx(value, rel=1e-9 if figure != "p_holm" else 1e-7), (
                    code,
                    figure,
                )
    assert released.content["benchmark"]["uses"] == "z"
    assert [one for one in found if found[one]["change_direction"] == "improved"] == ["d02"]


def test_the_four_with_too_few_answers_have_no_label_no_rank_and_no_index(released: Publication) -> None:
    found = {one["code"]: one for one in released.content["departments"]}
    for code in TOO_FEW:
        assert found[code]["status"] == "indicative"
        for figure in ("band", "z", "p_holm", "rank_low", "rank_high", "index", "change"):
            assert found[code][figure] is None, (code, figure)
    assert found["d10"]["satisfaction"] == "1"
    assert float(found["d10"]["satisfaction_low"]) == pytest.approx(0.715, abs=5e-4)


# The table of em-1 §11, as pages round it; rank sets and Holm's p are those over the six.
TABLE = {
    "d01": (
        "145",
        "86.6 (1.39) [83.9, 89.3]",
        "92.6 [86.5, 96.1]",
        "100.0",
        "0.10",
        "6.17",
        "−0.7 (1.0000)",
        "85.1 (0.99)",
    ),
    "d02": (
        "146",
        "86.7 (1.49) [83.7, 89.6]",
        "92.7 [86.6, 96.2]",
        "99.0",
        "0.10",
        "5.82",
        "+7.6 (.0030)",
        "86.1 (0.98)",
    ),
    "d03": (
        "125",
        "72.4 (1.75) [68.9, 75.8]",
        "76.5 [67.8, 83.5]",
        "95.4",
        "0.16",
        "−3.23",
        "−5.2 (.1323)",
        "69.5 (1.51)",
    ),
    "d04": (
        "116",
        "78.6 (1.62) [75.4, 81.8]",
        "86.0 [78.3, 91.3]",
        "98.4",
        "0.14",
        "0.37",
        "+5.6 (.1323)",
        "75.5 (1.35)",
    ),
    "d05": (
        "75",
        "70.9 (2.66) [65.5, 76.2]",
        "77.3 [65.9, 85.8]",
        "90.5",
        "0.21",
        "−2.69",
        "−1.1 (1.0000)",
        "69.8 (1.80)",
    ),
    "d06": (
        "56",
        "72.8 (2.52) [67.7, 77.8]",
        "78.2 [64.9, 87.5]",
        "95.3",
        "0.24",
        "−2.09",
        "−7.1 (.1323)",
        "70.9 (1.99)",
    ),
    "d10": ("11", "86.9 (4.03) [77.4, 96.4]", "100.0 [71.5, 100.0]", "100.0", "0.28", "indicative only"),
}


def test_the_page_of_the_wave_is_the_table_of_the_example(released: Publication, client: Client) -> None:
    page = client.get("/results/residents-2/", headers={"accept-language": "en"}).content.decode()
    names = {one["code"]: one["names"]["en"] for one in released.content["departments"]}
    table = page[page.index("Figures for experts") :]
    for code, cells in TABLE.items():
        row = table[table.index(f'<th scope="row">{names[code]}</th>') :].split("</tr>")[0]
        for cell in cells:
            assert f"<td>{cell}</td>" in row, (code, cell)
    assert table.count("<td>much better than expected</td>") == 0, "labels stand in the plain table"
    for band, words, sign in (("much-better", "much better", "▲▲"), ("worse", "worse", "▼")):
        assert page.count(f'<span class="band band-{band}">{words} than expected</span>') == 2
        assert page.count(f"{sign} {words} than expected") == 2, "the picture says it, too"


def test_a_department_with_too_few_answers_has_no_band_on_its_page(
    released: Publication, client: Client
) -> None:
    few = client.get("/results/residents-2/d10/", headers={"accept-language": "en"}).content.decode()
    assert "86.9" in few
    assert "band-" not in few
