"""Each rule of imports is alive: planted in a copy of the tree, one violation of each is caught.

A rule that catches nothing looks exactly like a rule that is kept.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survey_project.environment import BASE_DIR
from tests.house.import_rules import broken_rules

# Where it is planted, the line, and the words of the contract that must break.
LINTED = [
    ("surveys/waves/fielding.py", "import survey_project.urls", "1. Nobody imports survey_project"),
    ("surveys/responses/models.py", "import reports.indicators", "2. surveys never imports reports"),
    ("surveys/people/roles.py", "import surveys.waves.models", "3. The rooms of surveys"),
    ("surveys/people/access.py", "import surveys.models", "3. The rooms of surveys"),
    ("surveys/people/organising.py", "import surveys.tasks", "3. The rooms of surveys"),
    ("surveys/utils.py", "", "3. The rooms of surveys"),
    ("reports/evaluations/models.py", "import reports.scorecards.models", "3. The rooms of reports"),
    ("reports/helpers.py", "", "3. The rooms of reports"),
    ("surveys/people/models.py", "import surveys.people.access", "4. Inside a room"),
    ("reports/evaluations/models.py", "import surveys.responses.models", "5. reports enters surveys"),
    ("reports/scorecards/composing.py", "import surveys.tallies", "5. Only evaluations opens"),
    ("reports/estimation/sample.py", "import django", "7. estimation knows no Django"),
]
READ = [
    ("surveys/waves/access.py", "from surveys.waves import fielding", "rule 4: access import verbs"),
    ("surveys/waves/fielding.py", "from surveys.waves.views import page", "rule 4: verbs import edges"),
    ("surveys/waves/models.py", "from . import access", "rule 4: tables import access"),
    (
        "reports/scorecards/models.py",
        "from surveys import microdata",
        "rule 5: only reports.evaluations opens",
    ),
    ("reports/exports/workbook.py", "from surveys import comments", "rule 5: only reports.scorecards opens"),
    (
        "reports/exports/workbook.py",
        "from reports.evaluations.models import Measurement",
        "rule 6: numbers leave",
    ),
    (
        "reports/scorecards/charts/waves.py",
        "from reports.evaluations import results",
        "rule 6: numbers leave",
    ),
    ("reports/analyses/pages.py", "from reports.evaluations import results", "rule 6: an analysis is shown"),
    ("reports/estimation/sample.py", "import pathlib", "rule 7: estimation is pure arithmetic"),
    ("surveys/waves/fielding.py", "from django.http import HttpResponse", "rule 8: django.http"),
    ("surveys/people/staffing.py", "    from rest_framework import serializers", "rule 8: rest_framework"),
    ("surveys/responses/mixing.py", "from celery import shared_task", "rule 8: Celery belongs into tasks.py"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the source."""
    for name in ("survey_project", "surveys", "reports"):
        shutil.copytree(
            BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.html")
        )
    shutil.copy(BASE_DIR / "pyproject.toml", tmp_path)
    return tmp_path


def plant(tree: Path, place: str, line: str) -> None:
    """Put an import at the end of a module, in a function if it is indented."""
    path = tree / place
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{'def planted():' if line.startswith(' ') else ''}\n{line}\n", encoding="utf-8")


def linted(tree: Path) -> tuple[int, str]:
    """Run import-linter on a tree; return its exit code and what it prints, unwrapped."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree,
        env={"COLUMNS": "300", "PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_import_linter_catches_each_kind_of_violation(tree: Path) -> None:
    for place, line, _ in LINTED:
        plant(tree, place, line)
    code, printed = linted(tree)
    assert code == 1
    broken = [row for row in printed.splitlines() if " BROKEN" in row]
    for place, line, contract in LINTED:
        assert any(row.startswith(contract) for row in broken), (contract, printed)
        planted = place.removesuffix(".py").replace("/", ".")
        found = f"{planted} -> {line.removeprefix('import ')}" if line else planted
        assert found in printed, (found, printed)


@pytest.mark.parametrize(("place", "line", "sentence"), READ)
def test_reading_the_source_catches(tree: Path, place: str, line: str, sentence: str) -> None:
    before = broken_rules(tree)
    plant(tree, place, line)
    new = [found for found in broken_rules(tree) if found not in before]
    assert any(found.startswith(place) and sentence in found for found in new), new
