"""Do all due work in this process, without broker or worker: the very verbs that tasks wake, until nothing is due."""

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand


def verbs() -> tuple[Callable[[], int], ...]:
    """Return what finds its own work in the database, in the order a rating travels."""
    from reports import releasing
    from reports.analyses import analysing
    from reports.evaluations import evaluating
    from surveys.responses import mixing, retention
    from surveys.waves import fielding

    return (
        fielding.open_and_close_due,
        mixing.mix_due,
        mixing.settle_due,
        evaluating.evaluate_due,
        releasing.release_due,
        analysing.analyse_due,
        retention.carry_out_due,
    )


class Command(BaseCommand):
    """Work until nothing is due."""

    help = "Do all due work in this process, without broker or worker, and print how much was done, as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go round until a whole round finds nothing to do."""
        done = 0
        while steps := sum(verb() for verb in verbs()):
            done += steps
        self.stdout.write(json.dumps({"done": done}))
