"""`import_wave CODEBOOK.json DATA.csv --wave NAME`: bring in a past wave and count it."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.responses import mixing
from surveys.waves import importing
from surveys.waves.models import Wave
from surveys.waves.past_design import closed_on, with_method, wrong_target
from surveys.waves.past_files import CODEBOOK, MOST_BYTES, POPULATION, ImportRefused, read_json, read_table


class Command(BaseCommand):
    """Import one row a respondent as a closed wave; prints its id and how many people and departments it has."""

    help = "Imports a past wave from one row per respondent, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the three files, the wave's name and the column of the strata."""
        parser.add_argument("codebook", type=Path, metavar="CODEBOOK.json")
        parser.add_argument("data", type=Path, metavar="DATA.csv")
        parser.add_argument("--wave", required=True, metavar="NAME", help="what the wave is called")
        parser.add_argument(
            "--closed", metavar="YYYY-MM-DD", help="last day of asking, where the codebook gives no dates"
        )
        parser.add_argument("--strata", metavar="COLUMN", help="the column that holds each person's stratum")
        parser.add_argument("--population", type=Path, metavar="FILE.json", help="residents of each stratum")
        parser.add_argument(
            "--previous", metavar="WAVE", help="id or address name of the wave to compare with"
        )
        parser.add_argument("--target", metavar="POINTS", help="the benchmark, 0 to 100 points")
        parser.add_argument(
            "--no-merge",
            action="store_true",
            help="keep small strata apart: for files in which each person's answers are public already",
        )
        parser.add_argument(
            "--no-attach",
            action="store_true",
            help="refuse where a department of the file has another name here, instead of taking the two for one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, count, report."""
        chosen = {"target": options["target"]} if options["target"] else {}
        if chosen and (wrong := wrong_target(options["target"])):
            raise CommandError(f"--target {options['target']}: {' '.join(map(str, wrong))}")
        chosen |= {"merge_strata": False} if options["no_merge"] else {}
        try:
            codebook = closed_on(
                with_method(read_json(_content(options["codebook"]), file=CODEBOOK), chosen),
                options["closed"],
            )
            bring_in = partial(
                importing.import_wave,
                codebook=codebook,
                rows=read_table(_content(options["data"])),
                name=options["wave"],
                strata_column=options["strata"],
                population=read_json(_content(options["population"]), file=POPULATION)
                if options["population"]
                else None,
                previous=_wave(options["previous"]) if options["previous"] else None,
                by=None,
            )
            try:
                wave = bring_in(attach=False)
            except importing.DepartmentsMet as met:
                if options["no_attach"]:
                    raise
                # A script cannot be asked; whoever runs it reads which departments were taken for one.
                self._say(met)
                wave = bring_in(attach=True)
        except ImportRefused as refused:
            self._say(refused)
            raise CommandError(
                _("Nothing was imported. Faults found: %(count)d.") % {"count": refused.count}
            ) from None
        if not codebook.get("dates"):
            self.stderr.write(
                _(
                    "The codebook gives no dates, so the wave counts as asked today and stands as the newest. "
                    "With --closed YYYY-MM-DD it stands where it belongs."
                )
            )
        departments = wave.coverage.count()
        mixing.settle(wave.pk)
        people = sum(wave.participation.values_list("people", flat=True))
        self.stdout.write(json.dumps({"wave": wave.pk, "responses": people, "departments": departments}))

    def _say(self, refused: ImportRefused) -> None:
        for fault in refused.faults:
            self.stderr.write(f"{fault.file}: {fault}" + (f" [{fault.value}]" if fault.value else ""))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)  # one more, so that a larger file is seen to be too large
    except OSError as problem:
        raise CommandError(
            _("%(path)s cannot be read: %(problem)s.") % {"path": path, "problem": problem.strerror}
        ) from None


def _wave(given: str) -> Wave:
    found = Wave.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 19 else None
    wave = found or Wave.objects.filter(slug=given).first()
    if wave is None:
        raise CommandError(_("There is no wave “%(given)s”.") % {"given": given})
    return wave
