"""Print the content of a wave's scorecards: the operator's, on the machine; no web route answers before release."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

NUMBERS = (
    "score",
    "score_se",
    "score_low",
    "score_high",
    "score_df",
    "satisfaction",
    "satisfaction_low",
    "satisfaction_high",
    "good_rate",
    "z",
    "z_prime",
    "change",
    "change_low",
    "change_high",
    "index",
)
PLAIN = ("code", "n", "status", "band", "rank_low", "rank_high", "change_direction", "change_reason")


class Command(BaseCommand):
    """Print what is or will be published of one wave."""

    help = "Print the content of a wave's scorecards as JSON, numbers with 12 significant digits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the wave's number."""
        parser.add_argument("wave", type=int, metavar="WAVE_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compose the newest finished evaluation and print it."""
        from reports.evaluations.models import Evaluation, Progress
        from reports.scorecards import composing

        evaluation = (
            Evaluation.objects.filter(wave_id=options["wave"], progress=Progress.DONE)
            .order_by("-number")
            .first()
        )
        if evaluation is None:
            raise CommandError(
                f"Wave {options['wave']} has no finished evaluation. Run: manage.py evaluate {options['wave']}"
            )
        composed = composing.compose(evaluation, number=1)
        cards = {card.figures.code: card for card in composed.scorecards.values()}
        self.stdout.write(
            json.dumps(
                {
                    "wave": evaluation.wave_id,
                    "slug": composed.wave.wave,
                    "method": composed.wave.method,
                    "departments": [_figures(one.code, cards) for one in composed.wave.departments],
                    "general": _figures(composed.wave.general.code, cards) if composed.wave.general else None,
                },
                ensure_ascii=False,
            )
        )


def _figures(code: str, cards: dict[str, Any]) -> dict[str, Any]:
    """Write the figures of one department, decimal strings as JSON numbers of the same digits."""
    card = cards[code]
    figures = card.figures
    found = {name: getattr(figures, name) for name in PLAIN}
    found |= {name: _number(getattr(figures, name)) for name in NUMBERS}
    found["grades"] = None if figures.grades is None else [_number(share) for share in figures.grades]
    found["items"] = [
        {
            "code": item.code,
            "status": item.status,
            "n": item.n,
            "score": _number(item.score),
            "satisfaction": _number(item.satisfaction),
            "grades": None if item.grades is None else [_number(share) for share in item.grades],
        }
        for item in card.items
        if not item.headline
    ]
    return found


def _number(digits: str | None) -> float | None:
    return None if digits is None else float(digits)
