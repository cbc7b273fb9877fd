"""The step across departments: benchmark, change since the wave before, rank sets, and complementary suppression.

Only publishable departments of a wave that may judge are compared; the place as a whole is never one of them.
Holm's adjustment runs over the departments compared (`docs/methodology.md` §4–§6).
"""

from collections.abc import Collection, Mapping

import numpy as np

from reports.estimation import comparison
from reports.estimation.disclosure import Status, Table, suppress
from reports.estimation.estimate import Answer, NotEstimable
from reports.evaluations.digits import published
from reports.evaluations.grouping import smallest_base
from reports.evaluations.measuring import Measured, estimate_of
from surveys.tallies import WaveDesign

INDICATORS = ("expected", "change", "rank")


def complementary(wave: WaveDesign, counted: Mapping[str, int | None]) -> list[str]:
    """Name the departments to hide because a hidden one would follow from the number of people who took part.

    That happens when everybody rated one department and one department is below the base: its number is the
    people less all the others. Then the next smallest is hidden too. `counted` are the records by department, None
    where they are below the base.
    """
    base = smallest_base(wave.method)
    parts = [department.code for department in wave.departments if not department.is_root]
    records = [counted[code] for code in parts]
    people = sum(n for (klass, _channel), n in wave.people.items() if klass == wave.klass)
    left = people - sum(count or 0 for count in records)
    if records.count(None) != 1 or not 0 < left < base:
        return []
    counts = np.array([left if count is None else count for count in records] + [people], dtype=np.float64)
    table = Table(counts, ((len(parts), tuple(range(len(parts)))),))
    hidden = suppress(table, k=base)
    return [code for place, code in enumerate(parts) if hidden[place] and records[place] is not None]


def compare(
    wave: WaveDesign,
    scores: Mapping[str, Measured],
    before: Mapping[str, Measured],
    comparable: set[str],
) -> dict[str, list[Measured]]:
    """Compare the headline scores of `wave`, by department code; nothing is said of a wave that may not judge."""
    if not wave.judged:
        return {}
    order = [department.code for department in wave.departments if not department.is_root]
    shown = {code: estimate_of(scores[code]) for code in order if publishable(scores.get(code))}
    found: dict[str, list[Measured]] = {code: [] for code in shown}
    for code, measured in _expected(wave, shown).items():
        found[code].append(measured)
    for code, measured in changes(wave, scores, before, comparable).items():
        found[code].append(measured)
    if wave.method["ranks"]:
        sets = comparison.rank_sets(shown, level=float(wave.method["level"]))
        for code, place in sets.items():
            estimate = {"low": place.low, "high": place.high, "of": len(sets)}
            found[code].append(Measured("rank", "", Status.PUBLISHABLE, shown[code].n, estimate))
    return found


def changes(
    wave: WaveDesign,
    scores: Mapping[str, Measured],
    before: Mapping[str, Measured],
    comparable: Collection[str],
) -> dict[str, Measured]:
    """Return the changes since the scores `before`, by department code, where both are publishable."""
    order = [department.code for department in wave.departments if not department.is_root]
    return _changes(
        wave,
        {
            code: (estimate_of(scores[code]), estimate_of(before[code]))
            for code in order
            if code in comparable and publishable(scores.get(code)) and publishable(before.get(code))
        },
    )


def publishable(measured: Measured | None) -> bool:
    """Say whether a score was measured and may be published."""
    return measured is not None and measured.status == Status.PUBLISHABLE


def target_of(wave: WaveDesign, shown: Mapping[str, Answer]) -> tuple[str, str]:
    """Return the benchmark and where it is from: declared, or the mean of the publishable departments."""
    if wave.method["target"] is not None:
        return published(float(wave.method["target"])), "declared"
    return published(float(np.mean([_value(answer) for answer in shown.values()]))), "mean"


def _expected(wave: WaveDesign, shown: Mapping[str, Answer]) -> dict[str, Measured]:
    if not shown:
        return {}
    target, source = target_of(wave, shown)
    judged = comparison.benchmark(shown, float(target))
    return {
        code: Measured(
            "expected",
            "",
            Status.PUBLISHABLE,
            shown[code].n,
            {
                "target": target,
                "source": source,
                "z": published(one.z),
                "z_prime": published(one.z_prime),
                "p": published(one.p),
                "p_holm": published(one.p_holm),
                "band": str(one.label),
                "uses": judged.uses,
                "phi": published(judged.phi),
                "tau2": published(judged.tau2),
                "compared": len(judged.departments),
            },
        )
        for code, one in judged.departments.items()
    }


def _changes(wave: WaveDesign, earlier: Mapping[str, tuple[Answer, Answer]]) -> dict[str, Measured]:
    level, smallest = float(wave.method["level"]), float(wave.method["smallest_change"])
    found: dict[str, Measured] = {}
    for code, judged in comparison.changes(earlier, smallest=smallest, level=level).items():
        if isinstance(judged, NotEstimable):
            continue
        change = judged.change
        found[code] = Measured(
            "change",
            "",
            Status.PUBLISHABLE,
            earlier[code][0].n,
            {
                "value": published(change.difference),
                "se": published(change.se),
                "low": published(change.low),
                "high": published(change.high),
                "z": published(change.z),
                "p": published(change.p),
                "p_holm": published(judged.p_holm),
                "direction": str(judged.direction),
                "before": published(_value(earlier[code][1])),
                "compared": len(earlier),
            },
        )
    return found


def _value(answer: Answer) -> float:
    if answer.value is None:
        raise ValueError("A publishable department has a score.")
    return answer.value
