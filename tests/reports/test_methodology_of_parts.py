"""The example of `docs/methodology.md` §14 recomputes, digit for digit, through evaluation and publication."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from reports.estimation import parts
from reports.estimation.estimate import Estimate
from reports.evaluations import evaluating
from reports.evaluations.digits import published
from reports.evaluations.models import Evaluation
from reports.scorecards import composing
from surveys.waves.models import Wave

TEXT = (Path(settings.BASE_DIR) / "docs/methodology.md").read_text().split("## 14. ")[1].split("\n## ")[0]
CELLS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in TEXT.splitlines() if line.startswith("|")
]
STRATA = [row for row in CELLS if row[-1].endswith("-town")]
GROUPS = [row for row in CELLS if len(row) == 10 and row[1].isdigit()]

FIGURES = (
    "status",
    "score",
    "score_se",
    "score_low",
    "score_high",
    "satisfaction",
    "satisfaction_low",
    "satisfaction_high",
)


@pytest.mark.django_db
def test_every_stated_digit_recomputes(a_wave: Callable[..., Wave]) -> None:
    assert (len(STRATA), len(GROUPS)) == (4, 4)
    places: dict[str, str | None] = {"city": None, "old-town": "city", "new-town": "city"}
    wave = a_wave(
        {"parks": {"overall": [[int(n) for n in row[3:8]] for row in STRATA]}},
        strata=[(row[0], int(row[1]), int(row[2])) for row in STRATA],
        places=places | {row[0]: row[8] for row in STRATA},
    )
    evaluating.evaluate(wave.pk)
    composed = composing.compose(Evaluation.objects.get(), number=1)
    (card,) = (card for card in composed.scorecards.values() if card.breakdowns)
    (breakdown,) = card.breakdowns
    told = [[one.code, str(one.n), *(getattr(one, figure) for figure in FIGURES)] for one in breakdown.groups]
    assert told == GROUPS
    gap = breakdown.gap
    assert gap is not None
    words = " ".join(TEXT.split())
    assert (gap.lower, gap.upper, gap.shown) == ("south", "north", True)
    assert f"{gap.difference} points, from {gap.low} to {gap.high}, p = {gap.p_holm} " in words
    mean = parts.plain_mean(
        [
            Estimate(float(card.figures.score or 0), float(card.figures.score_se or 0), None, 0, 0, 170),
            Estimate(70.0, 2.0, None, 0, 0, 100),
        ]
    )
    assert isinstance(mean, Estimate)
    assert f"has {published(mean.value)}, se {published(mean.se)}." in words
