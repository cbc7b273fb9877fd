"""Reference cases: runs each kind of case through the functions of the method.

Most are the very ones that evaluations and analyses use. What no page asks for yet is the method's all the same and
is called from here alone: `association`, `replicates`, `quality`, `rates.three_rates`,
`comparison.pairwise_shares` and `named_most_often`, `funnel.binomial_limits` and `rate_funnel`,
`intervals.jeffreys`, `estimators.joint_means`, `weighting.raked_sample` and `linearly_calibrated_sample`,
`sample.sample_of_rows`, `reliability.pairwise_covariance`, `disclosure.crossed`.

Pure: the caller reads the files and passes their columns as texts. A case passes only when every number it
expects is met within its tolerance, and where it expects none, only when there is none; what the project
does not offer is `unsupported`, said openly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.estimation.cases import counts, items, replicated, sampling, waves
from reports.estimation.cases.checking import Tolerance, differences, expects_nothing
from reports.estimation.cases.columns import CaseError, Frame, UnsupportedError
from reports.estimation.cases.reading import Case, RefusedError, stated_level

KINDS = {**sampling.KINDS, **waves.KINDS, **counts.KINDS, **items.KINDS, **replicated.KINDS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: "pass", "fail" or "unsupported", and the first reasons why."""

    id: str
    verdict: str
    reasons: tuple[str, ...] = ()


def files_of(case: Mapping[str, Any]) -> list[str]:
    """Give the paths of the files a case names: none, one, a list, or one for each design."""
    named = case.get("data") or []
    if isinstance(named, str):
        return [named]
    return [str(path) for path in (named.values() if isinstance(named, Mapping) else named)]


def shared_levels(cases: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Give the level that the cases of one evaluation share, by their data file.

    An evaluation has one level; its cases that state none are about the same intervals as those that do.
    """
    levels: dict[str, set[float]] = {}
    for case in cases:
        level = stated_level(case.get("task") or {})
        if case.get("topic") == "evaluation" and isinstance(case.get("data"), str) and level:
            levels.setdefault(case["data"], set()).add(level)
    return {path: level for path, (level, *others) in levels.items() if not others}


def run(
    case: Mapping[str, Any],
    files: Mapping[str, Mapping[str, Sequence[str]]],
    *,
    levels: Mapping[str, float] | None = None,
) -> Outcome:
    """Run one case of `cases.json`; `files` maps each path the case names to its columns of texts.

    `levels` are the shared levels of evaluations (`shared_levels`); 0.95 where none is stated at all.
    """
    name = str(case.get("id", "?"))
    kind = str((case.get("task") or {}).get("kind", ""))
    if kind not in KINDS:
        return Outcome(name, "unsupported", (f"kind {kind!r}",))
    paths = files_of(case)
    level = next((levels[path] for path in paths if path in levels), 0.95) if levels else 0.95
    try:
        got = KINDS[kind](Case(case, [Frame(files[path]) for path in paths], level=level))
        lines = differences(case["expected"], got, Tolerance.of(case.get("tolerance")))
    except UnsupportedError as problem:
        return Outcome(name, "unsupported", (str(problem),))
    except RefusedError as problem:
        refused = expects_nothing(case["expected"])
        return Outcome(name, "pass" if refused else "fail", () if refused else (str(problem),))
    except (CaseError, LookupError, ValueError, ArithmeticError, TypeError, AttributeError) as problem:
        return Outcome(name, "fail", (f"{type(problem).__name__}: {problem}",))
    return Outcome(name, "fail" if lines else "pass", tuple(lines))
