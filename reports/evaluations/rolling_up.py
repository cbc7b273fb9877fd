"""Roll the scores of departments up the tree: what is said of a department that has several rated ones below it.

The plain mean of published scores, each department counting once, so that it follows from what is published
(`docs/methodology.md` §14). A department's own score has no part in it.
"""

from collections.abc import Mapping
from typing import Any

from reports.estimation import parts
from reports.estimation.disclosure import Status
from reports.estimation.estimate import Estimate
from reports.evaluations.digits import published
from reports.evaluations.measuring import Measured, estimate_of
from surveys.tallies import WaveDesign


def roll_up(wave: WaveDesign, scores: Mapping[str, Measured]) -> list[dict[str, Any]]:
    """Take the means of the publishable scores below each department of the tree, parents first.

    `scores` are the headline scores by department code. Returns figures with the names of `RollUp`: of departments with
    two rated ones below at least, two of them publishable; nothing of a wave that may not judge.
    """
    if not wave.judged:
        return []
    parent = {node.code: node.parent for node in wave.tree}
    below: dict[str, list[str]] = {code: [] for code in parent}
    for department in wave.departments:
        above = parent.get(department.code)
        while above is not None:
            below[above].append(department.code)
            above = parent[above]
    found = []
    for code, rated in below.items():
        firm = {one: estimate_of(scores[one]) for one in rated if _publishable(scores.get(one))}
        mean = parts.plain_mean(
            [one for one in firm.values() if isinstance(one, Estimate)], level=float(wave.method["level"])
        )
        if isinstance(mean, Estimate):
            found.append(
                {
                    "code": code,
                    "departments": list(firm),
                    "below": len(rated),
                    "score": published(mean.value),
                    "score_se": published(mean.se),
                    "score_low": published(mean.low),
                    "score_high": published(mean.high),
                }
            )
    return found


def _publishable(measured: Measured | None) -> bool:
    return measured is not None and measured.status == Status.PUBLISHABLE
