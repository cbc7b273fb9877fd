"""A table of ratings counts row by row: from the page through mixing and evaluation to files, pages and the API."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.models import Measurement
from surveys import tallies
from surveys.people.models import Department, User
from surveys.questionnaires.codebook import Codebook
from surveys.questionnaires.wordings import wordings
from surveys.responses import mixing, quality
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Wave
from tests.surveys.responses.conftest import document, question, rating, two
from tests.surveys.responses.forms import receipts_on, send

pytestmark = pytest.mark.django_db

LOWEST = {"fast": 4, "clear": 1, "kind": 3}  # of each row the lower of the two grades that people give
ROWS = tuple(LOWEST)
PEOPLE = 40
TABLE = question(
    "q5",
    "matrix",
    "each",
    two("您对这些方面满意吗？", "How satisfied are you with these?"),
    dimension="service",
    weight="2",
    settings={
        "rows": [{"code": row, "text": two(f"{row} 行", f"row {row}")} for row in ROWS],
        "scale": "satisfaction",
    },
)
SERVICE = {"code": "service", "name": two("服务", "Service"), "weight": "1"}


def the_document(table: dict[str, Any] = TABLE) -> dict[str, Any]:
    """A headline, a table that counts, and one question that counts beside it."""
    return document(
        rating("overall", headline=True), table, rating("trust", dimension="service"), dimensions=[SERVICE]
    )


@pytest.fixture
def settled(a_wave: Callable[..., Wave], rosa: Client, ada: User) -> Wave:
    """Forty invited people fill in the page; the first row gets better grades than the others."""
    wave = a_wave(the_document(), strata=[StratumPlan("all", two("全市", "All"), 10_000)])
    for number, code in enumerate(inviting.make_codes(wave, stratum=1, count=PEOPLE, by=ada)):
        page = rosa.get(f"/i/{code}/", follow=True)
        odd = number % 2
        given = {"parks__overall": str(number % 5 + 1), "parks__trust": str(2 + odd)}
        given |= {f"parks__q5__{row}": str(low + odd) for row, low in LOWEST.items()}
        thanks = send(rosa, page, **given)
        assert receipts_on(thanks)
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    with connection.cursor() as cursor:  # the database refuses to bring a declared release forward
        cursor.execute("SET LOCAL session_replication_role = replica")
        past = timezone.now() - timedelta(minutes=1)
        Wave.objects.filter(pk=wave.pk).update(closes_at=past, release_at=past)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    wave.refresh_from_db()
    return wave


def test_each_row_is_an_item_of_the_dimension_and_carries_the_weight(settled: Wave) -> None:
    parks = next(one for one in tallies.design(settled.pk).departments if one.code == "parks")
    assert [(item.code, item.scored, item.dimension, str(item.weight)) for item in parks.items] == [
        ("overall", True, "", "1"),
        ("q5.fast", True, "service", "2"),
        ("q5.clear", True, "service", "2"),
        ("q5.kind", True, "service", "2"),
        ("trust", True, "service", "1"),
    ]
    counted = next(tallies.slices(settled.pk, klass=settled.klass, department_id=parks.id), None)
    assert counted is not None


def test_rows_come_out_as_items_dimension_files_and_pages(
    settled: Wave, departments: dict[str, Department], client: Client
) -> None:
    evaluation = evaluating.evaluate(settled.pk)
    assert evaluation.progress == "done", evaluation.error
    found = {
        (one.indicator, one.item): one.estimate
        for one in Measurement.objects.filter(
            part__evaluation=evaluation, part__department=departments["parks"]
        )
    }
    scores = {row: float(found["score", f"q5.{row}"]["value"]) for row in ROWS}
    assert scores == {"fast": 87.5, "clear": 12.5, "kind": 62.5}
    # Three rows of weight 2 and one question of weight 1 with the score 37.5 (methodology §7).
    assert float(found["dimension", "service"]["value"]) == pytest.approx((2 * 162.5 + 37.5) / 7)
    releasing.release_due()

    rows = list(csv.DictReader(io.StringIO(_read(client, f"/results/{settled.slug}/dataset.csv"))))
    assert {row["item"] for row in rows} >= {f"q5.{row}" for row in ROWS}
    assert [row["n"] for row in rows if row["item"] == "q5.fast" and row["value"] == "5"] == ["20"]
    results = client.get(f"/api/v1/results/{settled.slug}/parks/").content.decode()
    assert "q5.fast" in results
    page = client.get(f"/results/{settled.slug}/parks/", headers={"accept-language": "en"}).content.decode()
    assert "row fast" in page


def test_new_words_of_a_row_break_the_comparison_of_the_table_and_of_nothing_else() -> None:
    other = json.loads(json.dumps(TABLE))
    other["settings"]["rows"][0]["text"]["en"] = "row faster than before"
    before, after = (wordings(the_document(table)) for table in (TABLE, other))
    changed = {code for code in before if before[code].fingerprint != after[code].fingerprint}
    assert changed == {"q5"}


def test_straight_lines_are_looked_for_in_rows_as_in_questions() -> None:
    rows = [{"code": f"r{number}", "text": two("行", "row")} for number in range(6)]
    part = Codebook(document({**TABLE, "settings": {**TABLE["settings"], "rows": rows}})).part("parks")
    same = quality.flags_of(part, bytes([4] * 6))
    assert same == quality.Flag.STRAIGHT_LINE | quality.Flag.FLAT
    assert quality.flags_of(part, bytes([4] * 5 + [3])) == 0


def _read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer).decode()
