"""Departments against a benchmark, against their last wave, and against each other.

Every label is Holm-adjusted over the departments compared, so that the chance of *any* wrong label is at most
5 %. Among many departments that chance is decided far out in the tails, where a score that leans to one end of its
scale is not normal: from `PEERS` departments on, tests are taken on the `logit` scale (`docs/methodology.md` §4).
Callers pass publishable departments only; what cannot be estimated is left out by name, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import binom, norm
from scipy.stats import t as student

from reports.estimation import intervals
from reports.estimation.estimate import Answer, Estimate, FloatArray, NotEstimable, Reason
from reports.estimation.funnel import overdispersion
from reports.estimation.multiplicity import Adjustment, adjusted
from reports.estimation.variance import ROUNDING

PEERS = 10
"""From so many departments on: labels from z', and all tests with tails that hold for scores of a bounded scale."""


class Scale(StrEnum):
    """Where scores are compared: as they are by the normal, or as ln(s/(100-s)) by Student's t (Welch 1947)."""

    POINTS = "points"
    LOGIT = "logit"


def scale_for(departments: int) -> Scale:
    """Return the scale on which so many departments are compared."""
    return Scale.LOGIT if departments >= PEERS else Scale.POINTS


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
    peers_from: int = PEERS,
    winsorise: float = 0.1,
    alpha: float = 0.05,
    much: float = 0.002,
) -> Benchmark:
    """Compare departments with a target declared before fieldwork.

    z = (theta-theta0)/se; z' = (theta-theta0)/sqrt(se^2+tau2). Labels are Holm's over k departments: below
    `peers_from` from z by the normal; from there on from z' by t_df, with se and tau2 as they would be were the
    department at the target, se sqrt(theta0(100-theta0)/(theta(100-theta))), which is Wilson's idea for scores.
    Source: Spiegelhalter 2005; Wilson 1927; `docs/methodology.md` §4; decision 10.
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
    many = len(kept) >= peers_from
    p = _under_the_target(kept, target, winsorise) if many else 2 * norm.sf(np.abs(z))
    holm = adjusted(p)
    rows = {
        code: Comparison(
            float(z[i]),
            float(z_prime[i]),
            float(p[i]),
            float(holm[i]),
            _label(float(z[i]), float(holm[i]), alpha, much),
        )
        for i, code in enumerate(kept)
    }
    return Benchmark(target, spread.phi, spread.tau2, "z_prime" if many else "z", rows, left_out)


def _under_the_target(kept: Mapping[str, Estimate], target: float, winsorise: float) -> FloatArray:
    """Give two-sided p (k,) with the standard errors that the scores would have at the target."""
    theta = np.array([e.value for e in kept.values()])
    room = np.maximum(theta * (100 - theta), 1e-9)
    se = np.array([e.se for e in kept.values()]) * np.sqrt(max(target * (100 - target), 1e-9) / room)
    tau2 = overdispersion((theta - target) / se, se, winsorise=winsorise).tau2
    df = np.array([np.inf if e.df is None else e.df for e in kept.values()])
    return np.asarray(2 * student.sf(np.abs(theta - target) / np.sqrt(se**2 + tau2), df), dtype=np.float64)


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
    now: Answer,
    before: Answer,
    *,
    covariance: float = 0.0,
    level: float = 0.95,
    scale: Scale = Scale.POINTS,
) -> Change | NotEstimable:
    """Subtract the last wave from this one; `covariance` of the two where respondents or PSUs are shared.

    V = V1 + V2 - 2 cov; `scale` is where p is taken, difference and interval are in points always.
    Source: formulas.md 4.3; `docs/methodology.md` §5.
    """
    if not isinstance(now, Estimate) or not isinstance(before, Estimate):
        return NotEstimable(Reason.PART_MISSING)
    variance = now.se**2 + before.se**2 - 2 * covariance
    difference = now.value - before.value
    if variance <= ROUNDING * (now.se**2 + before.se**2):
        return NotEstimable(Reason.NO_VARIATION, min(now.n, before.n), difference)
    se = float(np.sqrt(variance))
    low, high = intervals.mean_interval(difference, se, df=None, level=level)
    z = difference / se
    p = float(2 * norm.sf(abs(z)))
    if scale is Scale.LOGIT and covariance == 0:
        p = 2 * float(_beaten(*_logits((now, before))).min())
    return Change(difference, se, low, high, z, p)


def changes(
    waves: Mapping[str, tuple[Answer, Answer]],
    *,
    covariance: Mapping[str, float] | None = None,
    alpha: float = 0.05,
    smallest: float = 3.0,
    level: float = 0.95,
    scale: Scale | None = None,
) -> dict[str, JudgedChange | NotEstimable]:
    """Judge the changes (now, before) of all publishable departments together.

    Improved or declined only where Holm's p < `alpha` and the difference is at least `smallest` points. Without
    `scale`, p is taken where as many departments call for. Source: `docs/methodology.md` §5.
    """
    shared = covariance or {}
    scale = scale or scale_for(len(waves))
    found = {
        code: change(now, before, covariance=shared.get(code, 0.0), level=level, scale=scale)
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
    scale: Scale | None = None,
) -> dict[str, RankSet]:
    """Give simultaneous rank sets of the departments that can be estimated.

    p_jk = 1 - Phi((theta_j-theta_k)/se_jk) over all ordered pairs, Holm over k(k-1); j beats k where
    p <= 1 - level; set = [1 + beaten by, k - beats]. `covariance` (k, k), zero between departments unless
    given. On the logit scale p is of Student's t with Welch's df, without covariance, and half the error is spent,
    for labels spend as much. Without `scale` it is the one that as many departments call for.
    Source: Mogstad, Romano, Shaikh, Wilhelm 2024 with Holm; Welch 1947; `docs/methodology.md` §6.
    """
    kept = {code: e for code, e in estimates.items() if isinstance(e, Estimate)}
    values = np.array([e.value for e in kept.values()], dtype=np.float64)
    joint = np.diag([e.se**2 for e in kept.values()]) if covariance is None else covariance
    if joint.shape != (len(kept), len(kept)):
        raise ValueError(
            f"covariance must be {len(kept)} x {len(kept)}, the departments that can be estimated."
        )
    if (scale or scale_for(len(kept))) is Scale.LOGIT and covariance is None:
        p = _beaten(*_logits(list(kept.values())))
        if not higher_is_better:
            values, p = -values, p.T
        return _sets(list(kept), values, p, 1 - (1 - level) / 2)
    values = values if higher_is_better else -values
    apart = np.diag(joint)[:, None] + np.diag(joint)[None, :]
    variance = apart - 2 * joint
    sure = variance > ROUNDING * apart
    se = np.sqrt(np.where(sure, variance, 1.0))
    p = np.where(sure, norm.sf((values[:, None] - values[None, :]) / se), 1.0)
    return _sets(list(kept), values, p, level)


def _logits(estimates: Sequence[Estimate]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give ln(s/(100-s)) of scores, the variances by the delta method, and the df, (k,) each."""
    score = np.clip(np.array([e.value for e in estimates]), 1e-9, 100 - 1e-9)
    slope = 100 / (score * (100 - score))
    df = np.array([np.inf if e.df is None else e.df for e in estimates])
    return np.log(score / (100 - score)), (np.array([e.se for e in estimates]) * slope) ** 2, df


def _beaten(place: FloatArray, variance: FloatArray, df: FloatArray) -> FloatArray:
    """Give the one-sided p that each is no better than each other, (k, k), by Welch's t."""
    total = variance[:, None] + variance[None, :]
    share = variance**2 / df
    room = share[:, None] + share[None, :]
    freedom = np.divide(total**2, room, out=np.full_like(total, np.inf), where=room > 0)
    sure = total > 0
    t = (place[:, None] - place[None, :]) / np.sqrt(np.where(sure, total, 1.0))
    return np.where(sure, student.sf(t, freedom), 1.0)


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
    """Two shares compared: two-sided p of the pooled z, and Holm's p over all pairs that can be tested."""

    a: str
    b: str
    p: float | None
    p_holm: float | None


def pairwise_shares(x: Mapping[str, int], n: Mapping[str, int]) -> tuple[PairTest, ...]:
    """Compare every pair of plain shares x/n by the pooled two-sample z, without continuity correction.

    A pair without variation, or with an empty group, has no p and does not count among Holm's.
    Source: R `pairwise.prop.test(correct=FALSE)`; formulas.md 4.4.
    """
    codes = list(x)
    pairs: list[tuple[str, str, float | None]] = []
    for j, b in enumerate(codes):
        for a in codes[j + 1 :]:
            answered = min(n[a], n[b]) > 0
            pooled = (x[a] + x[b]) / (n[a] + n[b]) if answered else 0.0
            variance = pooled * (1 - pooled) * (1 / n[a] + 1 / n[b]) if answered else 0.0
            z = (x[a] / n[a] - x[b] / n[b]) / np.sqrt(variance) if variance > 0 else None
            pairs.append((a, b, None if z is None else float(2 * norm.sf(abs(z)))))
    holm = iter(adjusted(np.array([p for _, _, p in pairs if p is not None], dtype=np.float64)).tolist())
    return tuple(PairTest(a, b, p, None if p is None else next(holm)) for a, b, p in pairs)
