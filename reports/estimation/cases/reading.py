"""What a case says: its task, its design turned into a `Sample`, and how an answer is written down."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reports.estimation.cases.checking import Point
from reports.estimation.cases.columns import CaseError, Frame
from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray, NotEstimable, Reason
from reports.estimation.sample import Lonely, Sample, codes, sample_of_rows
from reports.estimation.variance import degrees_of_freedom

LONELY = {
    "adjust": Lonely.CENTER,
    "center": Lonely.CENTER,
    "centre": Lonely.CENTER,
    "average": Lonely.AVERAGE,
    "certainty": Lonely.CERTAINTY,
    "remove": Lonely.REMOVE,
    "fail": Lonely.REFUSE,
    "refuse": Lonely.REFUSE,
}


def listed(value: Any) -> list[Any]:
    """Read R's vectors: one element loses its brackets, none becomes null or {}."""
    if value in (None, {}, ""):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


class RefusedError(CaseError):
    """There is no number, and the reason why."""


def stated_level(task: Mapping[str, Any]) -> float | None:
    """Give the confidence level a task states, as a share; None where it states none."""
    interval = task.get("ci")
    inner = interval.get("level") if isinstance(interval, Mapping) else None
    given = inner or task.get("level") or task.get("conf_level") or task.get("coverage")
    return None if not given else float(given) / (100.0 if float(given) > 1 else 1.0)


def stated_target(case: Case) -> float | None:
    """Give the number a task declares as its target; None where it describes the target in words."""
    given = case.task.get("target")
    return float(given) if isinstance(given, int | float) else None


class Case:
    """One case with its data. `task`, `expected` and `design` are its JSON; `frame` its (first) file."""

    def __init__(self, case: Mapping[str, Any], frames: list[Frame], *, level: float = 0.95) -> None:
        self.task: Mapping[str, Any] = case["task"]
        self.expected: Any = case["expected"]
        self.design: Mapping[str, Any] = case.get("design") or {}
        self.frames = frames
        self.level = stated_level(self.task) or level

    @property
    def frame(self) -> Frame:
        """Give the case's file."""
        if not self.frames:
            raise CaseError("the case names no data")
        return self.frames[0]

    @property
    def by(self) -> tuple[str, ...]:
        """Give the grouping columns; resident-survey cases that name none are by department."""
        return tuple(listed(self.task.get("by"))) or ("dept",)

    def lonely(self, default: str = "fail") -> list[str]:
        """Give the lonely-PSU treatments the case asks for."""
        given = (
            self.task.get("lonely"),
            *(self.design.get(f"lonely{ending}") for ending in ("", "_psu", ".psu")),
        )
        asked = next((names for names in map(listed, given) if names), [default])
        return [str(name) for name in asked]

    def sample(self, *, keep: BoolArray | None = None, lonely: str | None = None) -> Sample:
        """Turn the design into a sample of all rows, or of `keep` as if nothing else had been drawn."""
        rows = np.flatnonzero(np.ones(self.frame.rows, dtype=bool) if keep is None else keep)
        strata = listed(self.design.get("strata"))
        clusters = [name for name in listed(self.design.get("clusters")) if str(name) not in ("1", "0")]
        population = [self.frame.number(name)[rows] for name in listed(self.design.get("fpc"))]
        stratum = codes(*(np.array(self.frame.column(s).texts)[rows] for s in strata)) if strata else None
        ids = [np.array(self.frame.column(name).texts)[rows] for name in clusters]
        names = listed(self.design.get("weights"))
        policy = LONELY[(lonely or self.lonely()[0]).lower()]

        def drawn(weight: FloatArray) -> Sample:
            return sample_of_rows(weight, strata=stratum, clusters=ids, population=population, lonely=policy)

        if names:
            return drawn(np.prod([self.frame.number(name)[rows] for name in names], axis=0))
        plain = drawn(np.ones(rows.shape[0]))
        weight = np.ones(rows.shape[0])
        for stage in plain.stages:
            weight = weight * np.where(np.isinf(stage.population), 1.0, stage.population / stage.sampled)
        return drawn(weight)

    @property
    def stated_df(self) -> str:
        """Give what the task says of the df of its intervals."""
        interval = self.task.get("ci")
        return str(interval.get("df") or "") if isinstance(interval, Mapping) else ""

    def interval_df(self, df: float) -> float:
        """Give the df of intervals: stated in `ci.df`, else infinite (normal) where the case expects none."""
        stated = self.stated_df
        if re.fullmatch(r"\d+(\.\d+)?", stated):
            return float(stated)
        if re.match(r"inf|normal|z\b", stated, re.I):
            return math.inf
        if re.match(r"degf|design|psu", stated, re.I):
            return df
        records = self.expected if isinstance(self.expected, list) else [self.expected]
        return df if any(isinstance(record, Mapping) and "df" in record for record in records) else math.inf

    def published(self, inside: BoolArray, column: str) -> BoolArray:
        """Keep rows whose group has as many rows `inside` as the case's publication rule asks."""
        words = f"{self.task.get('where', '')} {self.task.get('publish', '')}"
        found = re.search(r"n\s*>=\s*(\d+)|at least (\d+)", words)
        needed = int(next(part for part in found.groups() if part)) if found else 10
        code, _ = self.frame.label(column)
        size = np.bincount(code[inside & (code >= 0)], minlength=int(code.max(initial=0)) + 1)
        return np.asarray(inside & (code >= 0) & (size[code] >= needed))

    def current_or_all(self) -> BoolArray:
        """Give the rows of the case's `where`, or all where it has none."""
        return self.current() if self.task.get("where") else np.ones(self.frame.rows, dtype=bool)

    def current(self) -> BoolArray:
        """Give the rows judged: the case's `where`, or the latest wave's answers where it has none."""
        where = self.task.get("where")
        if where:
            inside = self.frame.where(str(where))
            named = re.search(r"([\w.]+) published", str(where))
            return self.published(inside, named.group(1)) if named else inside
        if "wave" in self.frame.columns and "overall" in self.frame.columns:
            wave = self.frame.number("wave")
            latest = (wave == np.nanmax(wave)) & ~np.isnan(self.frame.number("overall"))
            return self.published(latest, self.by[0])
        return np.ones(self.frame.rows, dtype=bool)


def design_df(sample: Sample, inside: BoolArray) -> float:
    """Give R's `degf` of the subset."""
    return degrees_of_freedom(sample, inside)


def written(answer: Answer, df: float | None = None) -> dict[str, Any]:
    """Write an answer as the cases do; without variation the se is 0 and the interval a point."""
    if isinstance(answer, Estimate):
        result = {
            "estimate": answer.value,
            "se": answer.se,
            "ci_low": answer.low,
            "ci_high": answer.high,
            "n": answer.n,
            "deff": answer.deff,
            "deff_wor": answer.deff,
            "deff_wr": answer.deff_wr,
        }
    else:
        exact = answer.reason is Reason.NO_VARIATION
        point = answer.value if exact else None
        result = {
            "estimate": answer.value if exact or answer.value is None else Point(answer.value),
            "se": 0.0 if exact else None,
            "ci_low": point,
            "ci_high": point,
            "n": answer.n,
        }
    return result if df is None else {**result, "df": df}


def estimated(case: Case, estimator: Callable[[float], Answer], df: float) -> dict[str, Any]:
    """Write what an estimator answers for the df of the case's intervals; without df there is no interval."""
    used = case.interval_df(df)
    result = written(estimator(used if used > 0 else math.inf), df)
    if case.task.get("deff") == "replace":
        result["deff"] = result.get("deff_wr")
    return result if used > 0 else {**result, "ci_low": None, "ci_high": None}


def sound(answer: Any) -> Any:
    """Give the answer, or stop with the reason why there is none."""
    if isinstance(answer, NotEstimable):
        raise RefusedError(f"not estimable: {answer.reason} {answer.detail}".strip())
    return answer
