"""Departments against a benchmark, against their last wave, and against each other.

Every label is Holm-adjusted over the departments compared, so that the chance of *any* wrong label is at most
5 %. Callers pass publishable departments only; what cannot be estimated is left out by name, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import binom, norm

from reports.estimation import intervals
from reports.estimation.estimate import Answer, Estimate, FloatArray, NotEstimable, Reason
from reports.estimation.funnel import overdispersion
from reports.estimation.multiplicity import Adjustment, adjusted


class Label(StrEnum):
    """Against the benchmark (`docs/methodology.md` §4)."""

    MUCH_WORSE = "much_worse"
    WORSE = "worse"
    AS_EXPECTED = "as_expected"
    BETTER = "better"
    MUCH_BETTER = "much_better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One department against the benchmark: z, z' among peers, p of the one used, Holm's p, label."""

    z: float
    z_prime: float
    p: float
    p_holm: float
    label: Label


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All departments against one target. `uses` is "z" or "z_prime"; `left_out` says who and why."""

    target: float
    phi: float
    tau2: float
    uses: str
    departments: dict[str, Comparison]
    left_out: dict[str, Reason]


def benchmark(
    estimates: Mapping[str, Answer],
    target: float,
    *,
    peers_from: int = 10,
    winsorise: float = 0.1,
    alpha: float = 0.05,
    much: float = 0.002,
) -> Benchmark:
    """Compare departments with a target declared before fieldwork.

    z = (theta-theta0)/se; z' = (theta-theta0)/sqrt(se^2+tau2); the label is Holm's over k departments from z'
    where k >= `peers_from`, else from z. Source: Spiegelhalter 2005; `docs/methodology.md` §4; decision 10.
    """
    left_out = {code: _reason(e) for code, e in estimates.items() if not isinstance(e, Estimate) or e.se <= 0}
    kept = {code: e for code, e in estimates.items() if isinstance(e, Estimate) and e.se > 0}
    if not kept:
        return Benchmark(target, 0.0, 0.0, "z", {}, left_out)
    theta = np.array([e.value for e in kept.values()])
    se = np.array([e.se for e in kept.values()])
    z = (theta - target) / se
    spread = overdispersion(z, se, winsorise=winsorise)
    z_prime = (theta - target) / np.sqrt(se**2 + spread.tau2)
    uses = "z_prime" if len(kept) >= peers_from else "z"
    used = z_prime if uses == "z_prime" else z
    p = 2 * norm.sf(np.abs(used))
    holm = adjusted(p)
    rows = {
        code: Comparison(
            float(z[i]),
            float(z_prime[i]),
            float(p[i]),
            float(holm[i]),
            _label(float(used[i]), float(holm[i]), alpha, much),
        )
        for i, code in enumerate(kept)
    }
    return Benchmark(target, spread.phi, spread.tau2, uses, rows, left_out)


def _label(z: float, p_holm: float, alpha: float, much: float) -> Label:
    if p_holm >= alpha:
        return Label.AS_EXPECTED
    if z > 0:
        return Label.MUCH_BETTER if p_holm < much else Label.BETTER
    return Label.MUCH_WORSE if p_holm < much else Label.WORSE


def _reason(answer: Answer) -> Reason:
    return answer.reason if isinstance(answer, NotEstimable) else Reason.NO_VARIATION


class Direction(StrEnum):
    """Since the last wave (`docs/methodology.md` §5)."""

    IMPROVED = "improved"
    DECLINED = "declined"
    NO_CHANGE_SHOWN = "no_change_shown"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two waves, with its interval and two-sided normal p."""

    difference: float
    se: float
    low: float
    high: float
    z: float
    p: float


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """A change among all departments' changes: Holm's p decides, the smallest change that matters too."""

    change: Change
    p_holm: float
    direction: Direction


def change(
    now: Answer, before: Answer, *, covariance: float = 0.0, level: float = 0.95
) -> Change | NotEstimable:
    """Subtract the last wave from this one; `covariance` of the two where respondents or PSUs are shared.

    V = V1 + V2 - 2 cov. Source: formulas.md 4.3; `docs/methodology.md` §5.
    """
    if not isinstance(now, Estimate) or not isinstance(before, Estimate):
        return NotEstimable(Reason.PART_MISSING)
    variance = now.se**2 + before.se**2 - 2 * covariance
    difference = now.value - before.value
    if variance <= 0:
        return NotEstimable(Reason.NO_VARIATION, min(now.n, before.n), difference)
    se = float(np.sqrt(variance))
    low, high = intervals.mean_interval(difference, se, df=None, level=level)
    z = difference / se
    return Change(difference, se, low, high, z, float(2 * norm.sf(abs(z))))


def changes(
    waves: Mapping[str, tuple[Answer, Answer]],
    *,
    covariance: Mapping[str, float] | None = None,
    alpha: float = 0.05,
    smallest: float = 3.0,
    level: float = 0.95,
) -> dict[str, JudgedChange | NotEstimable]:
    """Judge the changes (now, before) of all publishable departments together.

    Improved or declined only where Holm's p < `alpha` and the difference is at least `smallest` points.
    Source: `docs/methodology.md` §5.
    """
    shared = covariance or {}
    found = {
        code: change(now, before, covariance=shared.get(code, 0.0), level=level)
        for code, (now, before) in waves.items()
    }
    sound = {code: c for code, c in found.items() if isinstance(c, Change)}
    holm = adjusted(np.array([c.p for c in sound.values()], dtype=np.float64))
    judged: dict[str, JudgedChange | NotEstimable] = {
        code: c for code, c in found.items() if isinstance(c, NotEstimable)
    }
    for (code, c), p_holm in zip(sound.items(), holm.tolist(), strict=True):
        direction = Direction.NO_CHANGE_SHOWN
        if p_holm < alpha and abs(c.difference) >= smallest:
            direction = Direction.IMPROVED if c.difference > 0 else Direction.DECLINED
        judged[code] = JudgedChange(c, p_holm, direction)
    return {code: judged[code] for code in waves}


@dataclass(frozen=True, slots=True)
class RankSet:
    """Where a department may stand: point rank (ties share the best), and simultaneous lowest and highest."""

    rank: int
    low: int
    high: int


def rank_sets(
    estimates: Mapping[str, Answer],
    *,
    covariance: FloatArray | None = None,
    level: float = 0.95,
    higher_is_better: bool = True,
) -> dict[str, RankSet]:
    """Give simultaneous rank sets of the departments that can be estimated.

    p_jk = 1 - Phi((theta_j-theta_k)/se_jk) over all ordered pairs, Holm over k(k-1); j beats k where
    p <= 1 - level; set = [1 + beaten by, k - beats]. `covariance` (k, k), zero between departments unless
    given. Source: Mogstad, Romano, Shaikh, Wilhelm 2024 with Holm; `docs/methodology.md` §6.
    """
    kept = {code: e for code, e in estimates.items() if isinstance(e, Estimate)}
    values = np.array([e.value for e in kept.values()], dtype=np.float64)
    joint = np.diag([e.se**2 for e in kept.values()]) if covariance is None else covariance
    if joint.shape != (len(kept), len(kept)):
        raise ValueError(
            f"covariance must be {len(kept)} x {len(kept)}, the departments that can be estimated."
        )
    values = values if higher_is_better else -values
    variance = np.diag(joint)[:, None] + np.diag(joint)[None, :] - 2 * joint
    sure = variance > 0
    se = np.sqrt(np.where(sure, variance, 1.0))
    p = np.where(sure, norm.sf((values[:, None] - values[None, :]) / se), 1.0)
    return _sets(list(kept), values, p, level)


def named_most_often(counts: Mapping[str, int], *, level: float = 0.95) -> dict[str, RankSet]:
    """Give simultaneous rank sets of "which department do you name" counts.

    Exact pairwise p = P(Bin(x_j+x_k, 1/2) >= x_j), Holm over all ordered pairs. Source: csranks
    `csranks_multinom`; `docs/methodology.md` §6.
    """
    x = np.array(list(counts.values()), dtype=np.float64)
    p = binom.sf(x[:, None] - 1, x[:, None] + x[None, :], 0.5)
    return _sets(list(counts), x, p, level)


def _sets(codes: list[str], values: FloatArray, p: FloatArray, level: float) -> dict[str, RankSet]:
    k = len(codes)
    pairs = ~np.eye(k, dtype=bool)
    beats = np.zeros((k, k), dtype=bool)
    beats[pairs] = adjusted(p[pairs], Adjustment.HOLM) <= 1 - level
    rank = 1 + (values[None, :] > values[:, None]).sum(axis=1)
    low, high = 1 + beats.sum(axis=0), k - beats.sum(axis=1)
    return {code: RankSet(int(rank[i]), int(low[i]), int(high[i])) for i, code in enumerate(codes)}


@dataclass(frozen=True, slots=True)
class PairTest:
    """Two shares compared: two-sided p of the pooled z, and Holm's p over all pairs."""

    a: str
    b: str
    p: float
    p_holm: float


def pairwise_shares(x: Mapping[str, int], n: Mapping[str, int]) -> tuple[PairTest, ...]:
    """Compare every pair of plain shares x/n by the pooled two-sample z, without continuity correction.

    Pairs without variation have p = 1. Source: R `pairwise.prop.test(correct=FALSE)`; formulas.md 4.4.
    """
    codes = list(x)
    pairs: list[tuple[str, str, float]] = []
    for j, b in enumerate(codes):
        for a in codes[j + 1 :]:
            pooled = (x[a] + x[b]) / (n[a] + n[b])
            variance = pooled * (1 - pooled) * (1 / n[a] + 1 / n[b])
            z = (x[a] / n[a] - x[b] / n[b]) / np.sqrt(variance) if variance > 0 else 0.0
            pairs.append((a, b, float(2 * norm.sf(abs(z)))))
    holm = adjusted(np.array([p for _, _, p in pairs], dtype=np.float64))
    return tuple(PairTest(a, b, p, float(h)) for (a, b, p), h in zip(pairs, holm, strict=True))
