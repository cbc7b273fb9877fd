"""Kind `replicate_se`: the mean, and where stated a ratio, with jackknife or half-sample standard errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reports.estimation import replicates
from reports.estimation.cases.columns import Frame, UnsupportedError
from reports.estimation.cases.reading import Case, design_df, listed, sound, written
from reports.estimation.estimate import FloatArray, NotEstimable

TYPES = ("JK1", "JKn", "BRR", "Fay")
RATIO = ("api.stu", "enroll")
"""The ratio of the school files, which cases expect (`JKn_ratio_se`) without naming it."""


def replicate_se(case: Case) -> Any:
    """Run `replicate_se`: one design with its type, or designs by type, each with its own file."""
    if case.design and all(isinstance(part, Mapping) and part for part in case.design.values()):
        frames = case.frames if len(case.frames) > 1 else case.frames * len(case.design)
        result: dict[str, Any] = {}
        for (kind, design), frame in zip(case.design.items(), frames, strict=True):
            result.update(_by_type(_part(case, design, frame), str(kind)))
        return result
    asked = [str(name) for name in listed(case.task.get("type") or case.design.get("type"))]
    keyed = [name for name in TYPES if name in case.expected]
    if keyed:
        return {key: value for name in keyed for key, value in _by_type(case, name).items()}
    kind = asked[0] if asked else ("JKn" if listed(case.design.get("strata")) else "JK1")
    found = _by_type(case, kind)
    return {**found[kind], "ratio_se": found.get(f"{kind}_ratio_se")}


def _part(case: Case, design: Mapping[str, Any], frame: Frame) -> Case:
    return Case({"task": case.task, "expected": case.expected, "design": design}, [frame])


def _by_type(case: Case, kind: str) -> dict[str, Any]:
    named = {name.lower(): name for name in TYPES}
    if kind.lower() not in named:
        raise UnsupportedError(f"replicates of type {kind!r}")
    sample = case.sample()
    if kind.lower().startswith("jk"):
        drawn = sound(replicates.jackknife(sample))
    else:
        given = next((case.task[key] for key in ("fay_rho", "fay.rho", "rho") if key in case.task), 0.3)
        drawn = replicates.balanced(sample, rho=float(given) if kind.lower() == "fay" else 0.0)
        if isinstance(drawn, NotEstimable):
            raise UnsupportedError(drawn.detail)
    y, df = case.frame.number(case.task["variable"]), design_df(sample, case.current_or_all())
    inside = case.current_or_all() & ~np.isnan(y)
    wanted = case.expected.get(kind, case.expected)
    used = df if "df" in wanted else math.inf
    mean = replicates.replicated(sample, drawn, _ratio(y, np.ones_like(y), inside), level=case.level, df=used)
    result = {kind: written(mean, df)}
    if any("ratio" in name for name in case.expected):
        names = [str(case.task.get("numerator", RATIO[0])), str(case.task.get("denominator", RATIO[1]))]
        if set(names) - set(case.frame.columns):
            raise UnsupportedError("the case expects a ratio and does not name it")
        top, bottom = (case.frame.number(name) for name in names)
        both = case.current_or_all() & ~np.isnan(top) & ~np.isnan(bottom)
        ratio = sound(replicates.replicated(sample, drawn, _ratio(top, bottom, both)))
        result[f"{kind}_ratio_se"] = ratio.se
    return result


def _ratio(top: FloatArray, bottom: FloatArray, inside: Any) -> Callable[[FloatArray], float]:
    above, below = np.where(inside, top, 0.0), np.where(inside, bottom, 0.0)

    def statistic(weight: FloatArray) -> float:
        size = float(weight @ below)
        return float(weight @ above) / size if size else math.nan

    return statistic


KINDS: dict[str, Callable[[Case], Any]] = {"replicate_se": replicate_se}
