"""Case 13: a department that three people rated is "too few" everywhere, and nobody finds its number by subtraction.

The figures of a single evaluation are held in `tests/reports`; here every public address is asked, one wave after
another, and what they tell together is held against what the three people said.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication
from tests.house.audience import FILES
from tests.reports import made_waves
from tests.reports.conftest import door
from tests.reports.made_waves import PARKS, ROADS

__all__ = ["door"]
pytestmark = pytest.mark.django_db

# Grades 5, 1 and 1: a score of 33.3, a third satisfied. Ninety-seven others left it out.
THREE = {"overall": [[1, 0, 0, 0, 1, 0, 0, 38], [0, 0, 0, 0, 1, 0, 0, 59]]}
MANY = {"overall": [[9, 8, 7, 2, 1, 0, 0, 13], [9, 8, 7, 2, 1, 0, 0, 33]]}
SMALL = "tiny"
TELLING = ("n", "score", "score_se", "score_low", "score_high", "satisfaction", "satisfaction_low", "good_rate",
           "grades", "band", "z", "change", "rank_low", "rank_high")  # fmt: skip


@pytest.fixture
def released(door: made_waves.Door) -> list[Publication]:
    """Two waves: the small department was rated by 54 people before, by three now."""
    before = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS, SMALL: MANY}, slug="winter")
    evaluating.evaluate(before.pk)
    now = made_waves.a_wave(
        door, {"parks": PARKS, "roads": ROADS, SMALL: THREE}, slug="spring", previous=before
    )
    evaluating.evaluate(now.pk)
    releasing.release_due()
    return list(Publication.objects.order_by("pk"))


def fetched(client: Client, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"}, follow=True)
    assert answer.status_code == 200, path
    return (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")


def about(value: Any, code: str) -> Iterator[dict[str, Any]]:
    """Yield everything in a JSON document that says itself to be about a department."""
    if isinstance(value, dict):
        if value.get("code") == code or value.get("department") == code:
            yield value
        for inner in value.values():
            yield from about(inner, code)
    elif isinstance(value, list):
        for inner in value:
            yield from about(inner, code)


def test_pages_say_too_few_and_no_figure_of_the_three(released: list[Publication], client: Client) -> None:
    for path in (f"/results/spring/{SMALL}/", f"/results/spring/{SMALL}/?number=1"):
        page = fetched(client, path)
        main = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert re.search(r"(?i)fewer than (10|ten)|too few", main)
        for figure in ("33.3", "33.33", "66.7", "33%", "33.3%"):
            assert figure not in main, (path, figure)
    rows = re.findall(r"<tr\b.*?</tr>", fetched(client, "/results/spring/"), flags=re.DOTALL)
    lines = [row for row in rows if f"/{SMALL}/" in row]
    assert lines
    assert not [
        row for row in lines if re.search(r"\d+\.\d|>\s*3\s*<", re.sub(r"</?(td|a|th)\b[^>]*>", " ", row))
    ]


def test_programs_are_told_nothing_but_that_it_was_too_few(
    released: list[Publication], client: Client
) -> None:
    for path in (
        reverse("results-wave", args=["spring"]), reverse("results-department", args=["spring", SMALL]),
        "/results/spring/scorecard.json", f"/results/spring/{SMALL}/scorecard.json",
    ):  # fmt: skip
        found = list(about(json.loads(fetched(client, path)), SMALL))
        assert found, path
        for one in found:
            told = {key: one[key] for key in TELLING if one.get(key) not in (None, [], {})}
            assert told == {}, path
        assert "33.333" not in fetched(client, path)


def test_no_two_files_give_the_small_number_away_together(
    released: list[Publication], client: Client
) -> None:
    """Of the whole and of its part, of this wave and the one before, of all departments less the others."""
    for name in FILES:
        for place in ("/results/spring/", f"/results/spring/{SMALL}/", "/results/spring/parks/"):
            text = fetched(client, place + name)
            if name.endswith(".csv"):
                rows = [row for row in csv.DictReader(io.StringIO(text)) if row["department"] == SMALL]
                counted = [row for row in rows if row.get("value", "") in "54321" and row.get("value")]
                assert counted == [], (place, name)
                assert {row["value"] for row in rows if "value" in row} <= {"suppressed"}, (place, name)
            elif name.endswith(".json"):
                for one in about(json.loads(text), SMALL):
                    assert not [key for key in TELLING if one.get(key) not in (None, [], {})], (place, name)
    whole = list(csv.DictReader(io.StringIO(fetched(client, "/results/spring/dataset.csv"))))
    listed = {row["department"]: int(row["n"]) for row in whole if row["value"] == "suppressed"}
    assert listed[SMALL] == 100, "how many were asked, which everybody knows; not how many rated"
    others = sum(int(row["n"]) for row in whole if row["department"] != SMALL and row["value"] in "54321")
    totals = [
        int(one) for one in re.findall(r'"n": ?"?(\d+)', fetched(client, "/results/spring/scorecard.json"))
    ]
    assert others + 3 not in totals


def test_the_wave_before_keeps_its_figures_and_no_change_is_told(
    released: list[Publication], client: Client
) -> None:
    winter = list(about(json.loads(fetched(client, "/results/winter/scorecard.json")), SMALL))
    assert any(one.get("n") == 54 for one in winter)
    for path in (f"/results/spring/{SMALL}/", "/results/spring/", "/results/spring/scorecard.json"):
        page = fetched(client, path)
        assert not re.search(rf"{SMALL}[^\n]{{0,80}}(better|worse|rose|fell)", page, flags=re.IGNORECASE)
