"""Reference cases: runs each kind of case through the very functions that evaluations use.

Pure: the caller reads the files and passes their columns as texts. A case passes only when every number it
expects is met within its tolerance; a kind that is not here is `unsupported`, said openly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.estimation.cases import counts, items, sampling, waves
from reports.estimation.cases.checking import Tolerance, differences
from reports.estimation.cases.columns import CaseError, Frame
from reports.estimation.cases.reading import Case

KINDS = {**sampling.KINDS, **waves.KINDS, **counts.KINDS, **items.KINDS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: "pass", "fail" or "unsupported", and the first reasons why."""

    id: str
    verdict: str
    reasons: tuple[str, ...] = ()


def run(case: Mapping[str, Any], files: Mapping[str, Mapping[str, Sequence[str]]]) -> Outcome:
    """Run one case of `cases.json`; `files` maps each path the case names to its columns of texts."""
    name = str(case.get("id", "?"))
    kind = str((case.get("task") or {}).get("kind", ""))
    if kind not in KINDS:
        return Outcome(name, "unsupported", (f"kind {kind!r}",))
    paths = case.get("data") or []
    frames = [Frame(files[path]) for path in ([paths] if isinstance(paths, str) else list(paths))]
    try:
        got = KINDS[kind](Case(case, frames))
        lines = differences(case["expected"], got, Tolerance.of(case.get("tolerance")))
    except (CaseError, KeyError, ValueError, ArithmeticError, IndexError) as problem:
        return Outcome(name, "fail", (f"{type(problem).__name__}: {problem}",))
    return Outcome(name, "fail" if lines else "pass", tuple(lines))
