"""Released waves, and their files as anybody would download them."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from reports import releasing
from reports.evaluations import evaluating
from reports.exports.base import Bundle, NotMade, Sheet
from reports.exports.labelled import LabelledDataset
from reports.exports.printed.report import PrintedReport
from reports.exports.registry import REGISTRY
from reports.exports.workbook import Workbook
from reports.scorecards.composing import Composed
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS, a_margin

VERIFY = Path(__file__).resolve().parents[3] / "reports/trust/verify.py"
PLACES = {"city": None, "north": "city", "south": "city"}
DIMENSIONS = {"overall": "ease", "speed": "ease", "courtesy": "trust"}
WATER = {"overall": [[3, 2, 0, 0, 0, 0, 0, 35], [1, 1, 1, 1, 0, 0, 0, 56]]}

Download = Callable[..., Path]
Released = Callable[..., Wave]


@pytest.fixture
def download(client: Client, tmp_path: Path) -> Download:
    """Fetch every file beside a results page into a directory of its own."""

    def fetched(page: str) -> Path:
        address = f"/results/{page}/"
        place = tmp_path / page.replace("/", "-")
        place.mkdir()
        sums = b"".join(client.get(f"{address}SHA256SUMS"))
        (place / "SHA256SUMS").write_bytes(sums)
        for line in sums.decode().splitlines():
            name = line.split("  ")[1]
            answer = client.get(f"{address}{name}")
            assert answer.status_code == 200, name
            (place / name).write_bytes(b"".join(answer))
        return place

    return fetched


@pytest.fixture
def released(a_wave: Callable[..., Wave]) -> Released:
    """Make a wave with a small department, several questions and places, and release it."""

    def made(slug: str = "spring", *, times: int = 1, **more: object) -> Wave:
        few = {"parks": PARKS["overall"], "roads": ROADS["overall"]}
        lines = {code: [[n * times for n in line] for line in table] for code, table in few.items()}
        tables = {
            "parks": {"overall": lines["parks"], "speed": lines["roads"], "courtesy": lines["parks"]},
            "roads": {"overall": lines["roads"], "speed": lines["parks"], "courtesy": lines["roads"]},
            "water": {**WATER, "speed": WATER["overall"], "courtesy": WATER["overall"]},
        }
        settings = {
            "strata": (("north", 1000, 60 * times), ("south", 3000, 80 * times)),
            "places": PLACES,
            "above": {"parks": "works", "roads": "works"},
            "dimensions": DIMENSIONS,
            "flagged": {"parks": {name: [[6, 5, 4, 0, 0, 0, 0, 0]] * 2 for name in tables["parks"]}},
        }
        wave = a_wave(tables, slug=slug, **(settings | more))
        evaluating.evaluate(wave.pk)
        releasing.release_due()
        return wave

    return made


@pytest.fixture
def raked(a_wave: Callable[..., Wave]) -> Released:
    """Make a wave that is weighted to a margin, whose variance takes residual sums, and release it."""

    def made(slug: str = "raked", **more: object) -> Wave:
        tables = {
            "parks": {
                "overall": [[20, 30, 20, 6, 4], [12, 18, 12, 9, 6], [30, 25, 15, 5, 5], [9, 30, 20, 5, 6]]
            },
            "roads": {
                "overall": [[4, 12, 20, 24, 16], [6, 18, 36, 32, 18], [3, 14, 22, 26, 15], [8, 20, 30, 20, 9]]
            },
        }
        settings = {
            "strata": (("north", 10000, 240), ("south", 30000, 260)),
            "margins": (a_margin("age", young=15000, old=25000),),
            "places": PLACES,
        }
        wave = a_wave(tables, slug=slug, **(settings | more))
        evaluating.evaluate(wave.pk)
        releasing.release_due()
        return wave

    return made


@pytest.fixture
def no_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make none of the papers that take long: what could not be made is not offered."""

    def refuse(*_anything: object) -> bytes:
        raise NotMade("not wanted here")

    for kind in (PrintedReport, Workbook, LabelledDataset):
        monkeypatch.setattr(kind, "made", refuse)


def verified(place: Path | str, *more: str) -> tuple[int, str]:
    """Run the published program on files, as anybody would: without this project, without any package."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFY), str(place), *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def write_files(
    composed: Composed,
    place: Path,
    *,
    claimed: Mapping[str, Any],
    change: Callable[[dict[str, Any]], None] = lambda _dataset: None,
) -> Path:
    """Write the files of what was composed, fingerprints and all, as they would be published.

    `claimed` are parameters that the files say instead; `change` may change a department's dataset after it was scored.
    """
    content = json.loads(json.dumps(composed.wave.document()))
    content["parameters"] |= claimed
    sheets = []
    for key, card in composed.scorecards.items():
        dataset = json.loads(json.dumps(composed.datasets[key]))
        if dataset["records"] is not None:
            change(dataset)
        sheets.append(Sheet(card.figures.code, json.loads(json.dumps(card.document())), dataset))
    bundle = Bundle(content, lambda: iter(sheets))
    place.mkdir()
    for export in REGISTRY:
        try:
            (place / export.name).write_bytes(b"".join(export.chunks(bundle)))
        except NotMade:
            continue
    return place


def read(directory: Path) -> dict[str, bytes]:
    """Return the files of a directory by name."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def with_new_sums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Make SHA256SUMS afresh, as somebody would who changed a file."""
    names = [line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()]
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names]
    return {**files, "SHA256SUMS": "".join(lines).encode()}
