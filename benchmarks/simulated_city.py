"""A city that can be surveyed two thousand times: strata, departments whose true values are known, and samples.

The city is a finite population: so many people of each stratum know a department and would give it a certain
grade, the others would not rate it. A wave is a simple random sample without replacement within each stratum, so
who rates a department is chance too and the finite population correction is right, as in a real wave. Answers
are drawn as counts, many waves at once; everything after the drawing is done by `reports.estimation`, in the order
in which evaluations do it: small strata merged, estimated, status decided. Departments are drawn apart, as the method
takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from reports.estimation import disclosure, estimators
from reports.estimation.disclosure import Status
from reports.estimation.estimate import Answer, Estimate, FloatArray, IntArray
from reports.estimation.sample import Design, Stratum
from reports.estimation.tables import SCORES, GradeTable

STRATA = (
    Stratum("centre", respondents=700, population=52_000),
    Stratum("suburbs", respondents=500, population=30_000),
    Stratum("villages", respondents=300, population=9_000),
    Stratum("island", respondents=260, population=1_800),
)
PEOPLE = np.array([stratum.population or 0 for stratum in STRATA], dtype=np.int64)
ASKED = np.array([stratum.respondents for stratum in STRATA], dtype=np.int64)

USUAL = np.array(
    [
        [0.05, 0.09, 0.18, 0.34, 0.34],
        [0.04, 0.07, 0.16, 0.36, 0.37],
        [0.03, 0.05, 0.13, 0.33, 0.46],
        [0.08, 0.12, 0.22, 0.33, 0.25],
    ]
)
"""Shares of grades 1..5 by stratum: score 72, 71 % satisfied, standard deviation 28."""

SATISFIED = np.array(
    [
        [0.010, 0.010, 0.030, 0.28, 0.67],
        [0.010, 0.015, 0.030, 0.25, 0.695],
        [0.005, 0.005, 0.020, 0.22, 0.75],
        [0.020, 0.020, 0.040, 0.32, 0.60],
    ]
)
"""The same where 95 % are satisfied."""


def shifted(shares: FloatArray, points: float) -> FloatArray:
    """Move the mean score of every stratum of `shares` (H, 5) by `points`: some people give the next grade."""
    if points < 0:
        return np.asarray(shifted(shares[:, ::-1], -points)[:, ::-1])
    moved = shares[:, :-1] * (points / 25 / shares[:, :-1].sum(axis=1, keepdims=True))
    found = shares.copy()
    found[:, :-1] -= moved
    found[:, 1:] += moved
    return np.asarray(found)


@dataclass(frozen=True)
class TrueDepartment:
    """A department of the city: people by stratum and grade, last those who would not rate it, (H, 6)."""

    people: IntArray

    @classmethod
    def of(cls, rated_by: float, shares: FloatArray = USUAL) -> TrueDepartment:
        """Make one that `rated_by` of those asked are expected to rate, with grades in `shares` (H, 5)."""
        known = np.rint(PEOPLE * (rated_by / ASKED.sum())).astype(np.int64)
        edges = np.rint(np.cumsum(shares, axis=1) * known[:, None]).astype(np.int64)
        edges[:, -1] = known
        return cls(np.column_stack([np.diff(edges, axis=1, prepend=0), PEOPLE - known]))

    @property
    def score(self) -> float:
        """Return the true score."""
        graded = self.people[:, :5].sum(axis=0)
        return float(graded @ np.array(SCORES) / graded.sum())

    @property
    def rate(self) -> float:
        """Return the true satisfaction rate."""
        graded = self.people[:, :5].sum(axis=0)
        return float(graded[3:].sum() / graded.sum())

    def sampled(self, waves: int, random: np.random.Generator) -> IntArray:
        """Ask `waves` times: counts (waves, H, 5)."""
        drawn = [
            random.multivariate_hypergeometric(people, asked, size=waves, method="marginals")
            for people, asked in zip(self.people, ASKED, strict=True)
        ]
        return np.stack(drawn, axis=1)[:, :, :5]


@dataclass(frozen=True, slots=True)
class Judged:
    """What an evaluation knows of one department in one wave; nothing below the base."""

    score: Answer
    rate: Answer


def sampled(departments: Sequence[TrueDepartment], waves: int, random: np.random.Generator) -> IntArray:
    """Draw every department in every wave: counts (departments, waves, H, 5)."""
    return np.stack([department.sampled(waves, random) for department in departments])


@cache
def merged_design(groups: tuple[tuple[int, ...], ...]) -> Design:
    """Pool people and population of the strata that were merged for disclosure."""
    pooled = []
    for group in groups:
        name, members = "+".join(STRATA[h].code for h in group), list(group)
        pooled.append(Stratum(name, int(ASKED[members].sum()), float(PEOPLE[members].sum())))
    return Design(tuple(pooled))


def table_of(counts: IntArray) -> GradeTable:
    """Make the dataset of one department from its counts (H, 5), small strata merged."""
    groups = disclosure.merge_strata(counts.sum(axis=1))
    design = merged_design(groups)
    n = np.stack([counts[list(group)].sum(axis=0) for group in groups])
    weight = design.record_weights()
    return GradeTable.of_dataset(design, n, n * weight, n * weight**2)


def judged(wave: IntArray) -> list[Judged | None]:
    """Estimate the departments of a wave, counts (departments, H, 5); None stands for those below the base."""
    found: list[Judged | None] = [None] * len(wave)
    base = disclosure.Thresholds().suppress_below
    places = np.flatnonzero(wave.sum(axis=(1, 2)) >= base).tolist()
    tables = [table_of(wave[place]) for place in places]
    answers = zip(estimators.scores(tables), estimators.shares(tables, estimators.SATISFIED), strict=True)
    for place, (score, rate) in zip(places, answers, strict=True):
        found[place] = Judged(score, rate)
    return found


def publishable(found: Judged | None) -> bool:
    """Tell whether the department may be compared."""
    return found is not None and disclosure.status(found.score, found.rate) is Status.PUBLISHABLE


def scores(found: Sequence[Judged | None]) -> dict[str, Answer]:
    """Return the scores of the departments that are compared, named by their place."""
    return {str(place): one.score for place, one in enumerate(found) if one is not None and publishable(one)}


def covers(answer: Answer, truth: float) -> bool:
    """Tell whether an interval holds the true value."""
    return isinstance(answer, Estimate) and answer.low <= truth <= answer.high
