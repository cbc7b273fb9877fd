"""What a finished evaluation found, read whole: the declaration, the datasets and every measurement.

For `scorecards.composing` alone, through which numbers leave; nothing is computed here. What cannot be compared with
the wave before follows from what both declared, which is frozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports.evaluations.breaks import Break, Breaks, breaks
from reports.evaluations.datasets import Dataset
from reports.evaluations.measuring import Measured
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement, Progress
from surveys import tallies
from surveys.tallies import DepartmentDesign, WaveDesign


@dataclass(frozen=True, slots=True)
class DepartmentResult:
    """One department: what was asked, its dataset, and its measurements by indicator and item."""

    department: DepartmentDesign
    dataset: Dataset
    measured: Mapping[tuple[str, str], Measured]
    breaks: Breaks

    def of(self, indicator: str, item: str = "") -> Measured | None:
        """Return one measurement, or None where it was not made."""
        return self.measured.get((indicator, item))


@dataclass(frozen=True, slots=True)
class WaveResult:
    """A finished evaluation; departments stand in the order of the wave."""

    wave: WaveDesign
    evaluation: Evaluation
    previous: WaveDesign | None  # the wave that changes are counted from
    departments: tuple[DepartmentResult, ...]


def result_of(evaluation: Evaluation) -> WaveResult:
    """Read a finished evaluation; raises `ValueError` when it is not done."""
    if evaluation.progress != Progress.DONE:
        raise ValueError("Only a finished evaluation has results.")
    wave = tallies.design(evaluation.wave_id)
    parts = {part.department_id: part for part in EvaluationPart.objects.filter(evaluation=evaluation)}
    measured: dict[int, dict[tuple[str, str], Measured]] = {part.pk: {} for part in parts.values()}
    for row in Measurement.objects.filter(part__evaluation=evaluation).iterator(chunk_size=5000):
        one = Measured(row.indicator, row.item, row.status, row.n, row.estimate)
        measured[row.part_id][one.indicator, one.item] = one
    previous = tallies.design(wave.previous_id) if wave.previous_id else None
    # Where either wave may not judge, no change is told anyway.
    broken = breaks(wave, previous) if previous and wave.judged and previous.judged else {}
    for code in evaluation.whole.get("unpublished_before", ()):
        broken[code] = replace(broken.get(code, Breaks()), headline=Break.UNPUBLISHED)
    return WaveResult(
        wave=wave,
        evaluation=evaluation,
        previous=previous,
        departments=tuple(
            DepartmentResult(
                department,
                Dataset.of(part.dataset or {}),
                measured[part.pk],
                broken.get(department.code, Breaks()),
            )
            for department in wave.departments
            if (part := parts.get(department.id)) is not None
        ),
    )
