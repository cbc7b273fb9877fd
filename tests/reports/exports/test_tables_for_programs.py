"""dataset.sav and datapackage.json: what a statistics program and a data portal read is what dataset.csv says."""

import csv
import hashlib
import io
import json
import struct
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from django.test import Client

from reports.exports.base import LICENCE
from reports.exports.datapackage import FIELDS
from reports.exports.delimited import Delimited
from reports.exports.registry import REGISTRY
from reports.exports.system_file import Variable, written
from reports.scorecards.models import Publication

pytestmark = pytest.mark.django_db

TABLES = [export for export in REGISTRY if isinstance(export, Delimited)]


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


def read(body: bytes, tmp_path: Path) -> tuple[dict[str, Any], Any]:
    (tmp_path / "dataset.sav").write_bytes(body)
    columns, about = pyreadstat.read_sav(tmp_path / "dataset.sav", output_format="dict")
    return columns, about


@pytest.mark.parametrize("place", ["/results/spring/", "/results/spring/parks/", "/results/spring/water/"])
def test_the_labelled_dataset_has_the_rows_of_dataset_csv(
    released: Publication, client: Client, tmp_path: Path, place: str
) -> None:
    columns, about = read(fetched(client, f"{place}dataset.sav"), tmp_path)
    heading, *rows = csv.reader(io.StringIO(fetched(client, f"{place}dataset.csv").decode()))
    assert list(columns) == heading
    assert about.number_rows == len(rows)
    texts = [[one.removeprefix("'") for one in row[:5]] for row in rows]
    assert [list(one) for one in zip(*(columns[name] for name in heading[:5]), strict=True)] == texts
    for place_of, name in enumerate(heading[5:], start=5):
        told = [None if row[place_of] == "" else float(row[place_of]) for row in rows]
        assert list(columns[name]) == told


def test_labels_are_in_both_languages(released: Publication, client: Client, tmp_path: Path) -> None:
    body = fetched(client, "/results/spring/dataset.sav")
    _columns, about = read(body, tmp_path)
    assert about.file_encoding == "UTF-8"
    assert about.column_names_to_labels["department"] == "部门 / department"
    assert about.variable_value_labels["department"]["roads"] == "道路局 / Roads"
    assert about.variable_value_labels["value"]["5"] == "非常满意 / very satisfied"
    assert about.variable_value_labels["value"]["suppressed"] == "人数太少，不显示 / too few to show"
    # The case weight is the place of n among the parts of eight bytes.
    elements = [max(1, -(-about.variable_storage_width[name] // 8)) for name in about.column_names]
    (weighted_by,) = struct.unpack_from("<i", body, 76)
    assert weighted_by == 1 + sum(elements[: about.column_names.index("n")])


def test_the_format_keeps_long_words_nothing_and_the_same_bytes(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    variables = [
        Variable("name", "长标签 " * 40, width=120, labels={"a" * 100: "很长的标签", "b": "kurz"}),
        Variable("short", "Short", width=3, labels={"abc": "ABC"}),
        Variable("n", "N"),
    ]
    rows = [("a" * 100, "abc", 3.0), ("", "", None), ("民" * 40, "x", -1.5)]

    def once() -> bytes:
        return written(
            variables, rows, label="标题", made_at=datetime(2026, 5, 1, tzinfo=UTC), weighted_by="n"
        )

    columns, about = read(once(), tmp_path)
    assert [tuple(one) for one in zip(*columns.values(), strict=True)] == rows
    assert about.variable_value_labels == {
        "name": {"a" * 100: "很长的标签", "b": "kurz"},
        "short": {"abc": "ABC"},
    }
    assert about.file_label == "标题"
    assert once() == once()


def test_the_package_describes_every_table_as_it_is(released: Publication, client: Client) -> None:
    for place in ("/results/spring/", "/results/spring/parks/"):
        package = json.loads(fetched(client, f"{place}datapackage.json"))
        assert package["licenses"][0]["name"] == LICENCE
        assert package["title"] == "spring 评价 / Spring survey"
        assert package["sources"]
        resources = {one["path"]: one for one in package["resources"]}
        for table in TABLES:
            body = fetched(client, place + table.name)
            resource = resources[table.name]
            assert resource["bytes"] == len(body)
            assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
            heading, *rows = csv.reader(io.StringIO(body.decode()))
            fields = resource["schema"]["fields"]
            assert [field["name"] for field in fields] == heading
            assert all(" / " in field["description"] for field in fields if field["name"] != "department")
            for row in rows:
                for field, cell in zip(fields, row, strict=True):
                    assert is_of(field["type"], cell), (table.name, field, cell)
        assert {"dataset.sav", "scorecard.json"} <= set(resources)


def is_of(kind: str, cell: str) -> bool:
    """Check a cell as the standard says; an empty one is missing."""
    if cell == "" or kind == "string":
        return True
    try:
        assert {"integer": int, "number": float}[kind](cell) is not None
    except ValueError:
        return False
    return True


def test_every_column_has_its_description() -> None:
    assert {name for table in TABLES for name in ("department", *table.columns)} == set(FIELDS)
