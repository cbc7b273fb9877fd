"""What a case says: its task, its design turned into a `Sample`, and how an answer is written down."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

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


class Case:
    """One case with its data. `task`, `expected` and `design` are its JSON; `frame` its (first) file."""

    def __init__(self, case: Mapping[str, Any], frames: list[Frame]) -> None:
        self.task: Mapping[str, Any] = case["task"]
        self.expected: Any = case["expected"]
        self.design: Mapping[str, Any] = case.get("design") or {}
        self.frames = frames

    @property
    def frame(self) -> Frame:
        """Give the case's file."""
        if not self.frames:
            raise CaseError("the case names no data")
        return self.frames[0]

    @property
    def level(self) -> float:
        """Give the confidence level, 0.95 unless given."""
        interval = self.task.get("ci")
        inner = interval.get("level") if isinstance(interval, Mapping) else None
        return float(inner or self.task.get("level") or self.task.get("coverage") or 0.95)

    @property
    def by(self) -> tuple[str, ...]:
        """Give the grouping columns; resident-survey cases that name none are by department."""
        return tuple(listed(self.task.get("by"))) or ("dept",)

    def lonely(self, default: str = "fail") -> list[str]:
        """Give the lonely-PSU treatments the case asks for."""
        asked = listed(self.task.get("lonely")) or listed(self.design.get("lonely")) or [default]
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

    def interval_df(self, df: float) -> float:
        """Give the df of intervals: infinite (normal quantile) where the case gives none."""
        return df if isinstance(self.expected, Mapping) and "df" in self.expected else math.inf

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
            return self.published(inside, self.by[0]) if "published" in str(where) else inside
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
            "estimate": answer.value,
            "se": 0.0 if exact else None,
            "ci_low": point,
            "ci_high": point,
            "n": answer.n,
        }
    return result if df is None else {**result, "df": df}


def sound(answer: Any) -> Any:
    """Give the answer, or stop with the reason why there is none."""
    if isinstance(answer, NotEstimable):
        raise CaseError(f"not estimable: {answer.reason} {answer.detail}".strip())
    return answer
