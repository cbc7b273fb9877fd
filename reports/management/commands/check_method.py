"""Check the arithmetic against reference cases: DIR/cases.json, through the evaluations' functions.

Prints a line per case and a sum; leaves with 1 when any case failed. Reads files, writes nothing.
"""

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.estimation.cases import Outcome, files_of, run, shared_levels


class Command(BaseCommand):
    help = "Run the reference cases of DIR/cases.json."
    requires_system_checks: list[str] = []  # arithmetic alone

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            cases = json.loads((directory / "cases.json").read_text(encoding="utf-8"))["cases"]
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(f"Cannot read {directory / 'cases.json'}: {problem}") from problem
        levels = shared_levels(cases)
        tally = {"pass": 0, "fail": 0, "unsupported": 0}
        for case in cases:
            try:
                outcome = run(case, _files(directory, case), levels=levels)
            except (OSError, csv.Error, IndexError, UnicodeDecodeError) as problem:
                outcome = Outcome(str(case.get("id", "?")), "fail", (f"cannot read its data: {problem}",))
            tally[outcome.verdict] += 1
            self.stdout.write(" ".join([outcome.id, outcome.verdict, "; ".join(outcome.reasons[:3])]).strip())
        self.stdout.write(
            f"{tally['pass']} passed, {tally['fail']} failed, {tally['unsupported']} unsupported"
        )
        if tally["fail"]:
            raise SystemExit(1)


def _files(directory: Path, case: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Read the columns of every file a case names, as texts."""
    files = {}
    for path in files_of(case):
        with (directory / path).open(newline="", encoding="utf-8-sig") as handle:
            header, *rows = list(csv.reader(handle))
        # A blank line is a missing value where there is one column, and nothing otherwise.
        rows = [row or [""] for row in rows] if len(header) == 1 else [row for row in rows if row]
        files[path] = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    return files
