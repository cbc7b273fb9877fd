"""Files beside the results: enough to recompute every score, inert in a spreadsheet, the same bytes for ever."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from reports.exports.delimited import safe_cell
from reports.exports.registry import REGISTRY, export_named
from reports.scorecards.models import Publication
from reports.scorecards.wording.words import FILE_WORDS

pytestmark = pytest.mark.django_db


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer)


def table(client: Client, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fetched(client, f"/results/spring/{name}").decode())))


def recomputed(rows: list[dict[str, str]], design: list[dict[str, str]]) -> dict[str, Any]:
    """Score and standard error of one item, by the formulas that method.json states: nothing of ours is used."""
    score = {"5": 100, "4": 75, "3": 50, "2": 25, "1": 0}
    graded = [row for row in rows if row["value"] in score]
    weight = sum(float(row["w"]) for row in graded)
    theta = sum(score[row["value"]] * float(row["w"]) for row in graded) / weight
    first: dict[str, float] = defaultdict(float)
    second: dict[str, float] = defaultdict(float)
    for row in graded:
        residual = score[row["value"]] - theta
        first[row["stratum"]] += float(row["w"]) * residual / weight
        second[row["stratum"]] += float(row["w2"]) * residual**2 / weight**2
    variance = 0.0
    for line in design:
        n, size, name = int(line["n"]), float(line["N"]), line["stratum"]
        variance += (1 - n / size) * n / (n - 1) * (second[name] - first[name] ** 2 / n)
    satisfied = sum(float(row["w"]) for row in graded if row["value"] in "54") / weight
    return {
        "score": theta,
        "score_se": variance**0.5,
        "satisfaction": satisfied,
        "n": sum(int(row["n"]) for row in graded),
    }


def test_every_published_score_follows_from_the_data_files(released: Publication, client: Client) -> None:
    rows, design = table(client, "dataset.csv"), table(client, "design.csv")
    scorecard = json.loads(fetched(client, "/results/spring/scorecard.json"))
    shown = [one for one in scorecard["departments"] if one["n"] is not None]
    assert [one["code"] for one in shown] == ["parks", "roads"]
    for one in shown:
        mine = [row for row in rows if row["department"] == one["code"] and row["item"] == "overall"]
        strata = [line for line in design if line["department"] == one["code"]]
        found = recomputed(mine, strata)
        assert found["n"] == one["n"]
        for figure in ("score", "score_se", "satisfaction"):
            assert found[figure] == pytest.approx(float(one[figure]), rel=1e-9)


def test_every_question_follows_from_the_data_files(released: Publication, client: Client) -> None:
    rows, design = table(client, "dataset.csv"), table(client, "design.csv")
    scorecard = json.loads(fetched(client, "/results/spring/scorecard.json"))
    (parks,) = [card for card in scorecard["scorecards"] if card["figures"]["code"] == "parks"]
    for item in parks["items"]:
        mine = [row for row in rows if row["department"] == "parks" and row["item"] == item["code"]]
        found = recomputed(mine, [line for line in design if line["department"] == "parks"])
        assert found["score"] == pytest.approx(float(item["score"]), rel=1e-9)


def test_benchmark_and_bands_follow_from_the_scores(released: Publication, client: Client) -> None:
    scorecard = json.loads(fetched(client, "/results/spring/scorecard.json"))
    method = json.loads(fetched(client, "/results/spring/method.json"))
    shown = [one for one in scorecard["departments"] if one["status"] == "publishable"]
    target = sum(float(one["score"]) for one in shown) / len(shown)
    assert target == pytest.approx(float(method["benchmark"]["target"]), rel=1e-9)
    for one in shown:
        assert (float(one["score"]) - target) / float(one["score_se"]) == pytest.approx(
            float(one["z"]), rel=1e-9
        )


def test_the_checksums_are_those_of_the_files(released: Publication, client: Client) -> None:
    for place in ("/results/spring/", "/results/spring/parks/"):
        lines = fetched(client, f"{place}SHA256SUMS").decode().splitlines()
        assert [line.split("  ")[1] for line in lines] == [e.name for e in REGISTRY if e.name != "SHA256SUMS"]
        for line in lines:
            digest, name = line.split("  ")
            assert hashlib.sha256(fetched(client, place + name)).hexdigest() == digest


def test_files_are_the_same_bytes_every_time_and_know_it(released: Publication, client: Client) -> None:
    for export in REGISTRY:
        first = client.get(f"/results/spring/{export.name}")
        body = b"".join(first)
        assert fetched(client, f"/results/spring/{export.name}") == body
        assert fetched(client, f"/results/spring/{export.name}?number=1") == body
        assert first["Content-Type"] == export.media_type
        again = client.get(f"/results/spring/{export.name}", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert client.get(f"/results/spring/{export.name}?number=2").status_code == 404


def test_a_departments_files_hold_its_own_rows_alone(released: Publication, client: Client) -> None:
    whole = table(client, "dataset.csv")
    own = list(csv.DictReader(io.StringIO(fetched(client, "/results/spring/parks/dataset.csv").decode())))
    assert own == [row for row in whole if row["department"] == "parks"]
    card = json.loads(fetched(client, "/results/spring/parks/scorecard.json"))
    assert [one["code"] for one in card["departments"]] == ["parks"]
    assert "roads" not in fetched(client, "/results/spring/parks/method.json").decode()


def test_what_fewer_than_ten_said_is_in_no_file(released: Publication, client: Client) -> None:
    rows = [row for row in table(client, "dataset.csv") if row["department"] == "water"]
    assert [(row["value"], row["n"], row["w"]) for row in rows] == [("suppressed", "100", "")]
    assert not [line for line in table(client, "design.csv") if line["department"] == "water"]
    scorecard = json.loads(fetched(client, "/results/spring/scorecard.json"))
    (water,) = [one for one in scorecard["departments"] if one["code"] == "water"]
    assert {key for key, value in water.items() if value is not None} == {"code", "names", "status"}


def test_a_name_that_looks_like_a_formula_is_inert(released: Publication, client: Client) -> None:
    assert {line["stratum"] for line in table(client, "design.csv")} == {"north", "'=south"}
    assert {row["stratum"] for row in table(client, "dataset.csv")} == {"north", "'=south", ""}


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_formulas_are_made_inert(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"), [(5, "5"), ("-0.25", "-0.25"), ("69.5", "69.5"), (None, ""), ("a=b", "a=b")]
)
def test_numbers_stay_numbers(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_every_file_is_offered_on_the_page_and_has_a_name_of_its_own(
    released: Publication, client: Client
) -> None:
    assert [name for name, _words in FILE_WORDS] == [export.name for export in REGISTRY]
    for place in ("/results/spring/", "/results/spring/parks/"):
        page = client.get(place).content.decode()
        for export in REGISTRY:
            assert f'href="{export.name}"' in page
    with pytest.raises(LookupError, match=r"Known: report\.pdf"):
        export_named("report.doc")


def test_the_bytes_of_a_known_wave_are_what_they_were(released: Publication, client: Client) -> None:
    """Formats never change what they wrote: these lines were taken down when the format was made."""
    lines = fetched(client, "/results/spring/roads/dataset.csv").decode().splitlines()
    assert lines == [
        "department,item,stratum,cell,value,n,w,w2",
        "roads,overall,north,,1,8,200,5000",
        "roads,overall,north,,2,12,300,7500",
        "roads,overall,north,,3,10,250,6250",
        "roads,overall,north,,4,6,150,3750",
        "roads,overall,north,,5,2,50,1250",
        "roads,overall,'=south,,1,9,450,22500",
        "roads,overall,'=south,,2,16,800,40000",
        "roads,overall,'=south,,3,18,900,45000",
        "roads,overall,'=south,,4,9,450,22500",
        "roads,overall,'=south,,5,3,150,7500",
        "roads,overall,,,na,1,,",
        "roads,overall,,,dk,4,,",
        "roads,overall,,,blank,2,,",
    ]
    assert fetched(client, "/results/spring/roads/design.csv").decode().splitlines() == [
        "department,stratum,cell,N,n,w,psus,psu_population,category,categories",
        "roads,north,,1000,40,25,,,,",
        "roads,'=south,,3000,60,50,,,,",
    ]
