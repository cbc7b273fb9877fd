"""The worked example of `docs/methodology.md` recomputes, digit for digit, with the functions evaluations use."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from reports.estimation import disclosure, estimators
from reports.estimation.estimate import Estimate
from reports.estimation.sample import Design, ItemTally, Stratum
from reports.estimation.tables import GradeTable

TEXT = (Path(settings.BASE_DIR) / "docs/methodology.md").read_text().split("## Worked example")[1]
ROW = re.compile(r"^\| ([^|]+) \| ([0-9.]+) \|$", re.MULTILINE)
STATED = {name.strip(): float(value) for name, value in ROW.findall(TEXT)}


@pytest.fixture(scope="module")
def table() -> GradeTable:
    """Parks in two strata, as in the document."""
    strata = [line.split("|")[1:-1] for line in TEXT.splitlines() if re.match(r"\| (north|south) ", line)]
    design = Design(
        strata=tuple(
            Stratum(row[0].strip(), respondents=int(row[2]), population=float(row[1])) for row in strata
        )
    )
    counts = [[int(row[place]) for place in (8, 7, 6, 5, 4)] for row in strata]  # grades 1 to 5
    return GradeTable.of(ItemTally.of(counts, design), design)


def test_every_stated_digit_recomputes(table: GradeTable) -> None:
    score, rate, good = estimators.score(table), estimators.satisfaction(table), estimators.good_rate(table)
    assert isinstance(score, Estimate)
    assert isinstance(rate, Estimate)
    assert isinstance(good, Estimate)
    computed = {
        "score": score.value,
        "standard error of the score": score.se,
        "degrees of freedom": score.df,
        "score, lower": score.low,
        "score, upper": score.high,
        "satisfaction rate": rate.value,
        "effective sample size of the rate": rate.n_e,
        "satisfaction rate, lower": rate.low,
        "satisfaction rate, upper": rate.high,
        "好评率": good.value,
        "width of the Korn-Graubard interval of the rate": rate.kg_width,
    }
    for grade in range(1, 6):
        share = estimators.share(table, (grade,))
        assert isinstance(share, Estimate)
        computed[f"share of grade {grade}"] = share.value
    assert computed == pytest.approx(STATED, rel=1e-11)
    assert disclosure.status(score, rate) == disclosure.Status.PUBLISHABLE
