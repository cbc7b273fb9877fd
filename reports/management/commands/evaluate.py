"""Evaluate a wave in this process, by the same code as the worker's."""

import json
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Evaluate one settled wave."""

    help = "Evaluate a counted wave and print where the evaluation stands, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the wave's number."""
        parser.add_argument("wave", type=int, metavar="WAVE_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count what waits, evaluate, print."""
        from reports.evaluations import evaluating

        # An imported or just closed wave may still wait to be counted.
        call_command("reconcile", stdout=StringIO())
        try:
            evaluation = evaluating.evaluate(options["wave"])
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from None
        for problem in {evaluation.error, *evaluation.parts.values_list("error", flat=True)} - {""}:
            self.stderr.write(problem)
        self.stdout.write(json.dumps({"evaluation": evaluation.pk, "status": str(evaluation.progress)}))
