"""Kinds about departments of a resident survey: grades, change, funnel, ranks, index, raked scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reports.estimation import comparison, composite, estimators, funnel, multiplicity, weighting
from reports.estimation.cases.checking import Grouped
from reports.estimation.cases.columns import CaseError
from reports.estimation.cases.margins import cells
from reports.estimation.cases.reading import Case, design_df, estimated, listed, sound, stated_target
from reports.estimation.cases.sampling import weight_summary
from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray, JointEstimate, NotEstimable
from reports.estimation.sample import Design, Sample, Stratum, sample_of_rows
from reports.estimation.tables import SCORES, CrossMoments, DimensionTable

STEP = SCORES[1] - SCORES[0]

Rows = dict[tuple[str, ...], dict[str, Any]]


def _variable(case: Case) -> FloatArray:
    return case.frame.number(str(case.task.get("variable", "score")))


def _departments(case: Case, inside: BoolArray) -> dict[str, BoolArray]:
    return {key[0]: rows for key, rows in case.frame.groups(case.by[:1], inside).items()}


def distribution(case: Case) -> Any:
    """Run `domain_distribution`: shares of grades 1..5 by department."""
    sample, grades, inside = case.sample(), case.frame.number(case.task["variable"]), case.current()
    rows: Rows = {}
    for code, group in _departments(case, inside).items():
        answers = [
            estimators.proportion(sample, np.where(np.isnan(grades), np.nan, grades == g), domain=group)
            for g in range(1, 6)
        ]
        shares = [answer.value for answer in answers]
        rows[(code,)] = {
            "shares": shares,
            "good_rate": sum(s or 0.0 for s in shares[2:]),
            "bad_rate": sum(s or 0.0 for s in shares[:2]),
        }
    return Grouped(case.by[:1], rows)


def change(case: Case) -> Any:
    """Run `change`: each department's score between two waves of one design."""
    sample, y, column = case.sample(), _variable(case), case.by[0]
    wave = case.frame.number("wave")
    answers: list[dict[str, Answer]] = []
    for number in (case.task["to"], case.task["from"]):
        inside = case.published((wave == float(number)) & ~np.isnan(y), column)
        groups = _departments(case, inside)
        answers.append({code: estimators.mean(sample, y, domain=rows) for code, rows in groups.items()})
    both = {code: (answers[0][code], answers[1][code]) for code in answers[0] if code in answers[1]}
    judged = {
        code: found
        for code, found in comparison.changes(both, level=case.level, scale=comparison.Scale.POINTS).items()
        if isinstance(found, comparison.JudgedChange)
    }
    p = np.array([found.change.p for found in judged.values()], dtype=np.float64)
    screened = multiplicity.adjusted(p, multiplicity.Adjustment.BENJAMINI_HOCHBERG)
    rows: Rows = {
        (code,): {
            "diff": found.change.difference,
            "se": found.change.se,
            "ci_low": found.change.low,
            "ci_high": found.change.high,
            "z": found.change.z,
            "p": found.change.p,
            "p_holm": found.p_holm,
            "p_bh": float(bh),
        }
        for (code, found), bh in zip(judged.items(), screened, strict=True)
    }
    return Grouped((column,), rows)


def paired_change(case: Case) -> Any:
    """Run `paired_change`: the same people twice; covariance of the two means by the joint estimate."""
    sample, inside = case.sample(), case.current_or_all()
    now, before = case.frame.number(case.task["to"]), case.frame.number(case.task["from"])
    both = inside & ~np.isnan(now) & ~np.isnan(before)
    paired = estimated(
        case,
        lambda df: estimators.mean(sample, now - before, domain=both, level=case.level, df=df),
        design_df(sample, inside),
    )
    joint = sound(
        estimators.joint_means(sample, np.column_stack([now, before]), np.column_stack([both, both]))
    )
    waves = [estimators.mean(sample, y, domain=both) for y in (now, before)]
    shared = comparison.change(waves[0], waves[1], covariance=float(joint.covariance[0, 1]))
    apart = comparison.change(waves[0], waves[1])
    return {
        **paired,
        "change": paired["estimate"],
        "se_by_contrast": shared.se if isinstance(shared, comparison.Change) else paired["se"],
        "wrong_se_if_independent": apart.se if isinstance(apart, comparison.Change) else None,
    }


def _scores(case: Case, inside: BoolArray) -> dict[str, Answer]:
    sample, y = case.sample(), _variable(case)
    groups = _departments(case, inside & ~np.isnan(y))
    return {code: estimators.mean(sample, y, domain=rows) for code, rows in groups.items()}


def funnel_scores(case: Case) -> Any:
    """Run `funnel_scores`: z, over-dispersed z' and the zone of each published department."""
    inside, y = case.current(), _variable(case)
    stated = stated_target(case)
    target = sound(estimators.mean(case.sample(), y, domain=inside)).value if stated is None else stated
    winsorise = float(case.task.get("winsorise_each_tail", 0.1))
    found = comparison.benchmark(_scores(case, inside), target, winsorise=winsorise)
    lines = [float(line) for line in listed(case.task.get("bands"))]
    # The cases round the zones of the funnel to 1.96 and 3.09.
    zones = funnel.ZONES if lines in ([], [1.96, 3.09]) else (lines[0], lines[1])
    rows: Rows = {
        (code,): {
            "z": row.z,
            "z_adjusted": row.z_prime,
            "band": funnel.band(row.z_prime, zones).replace("_", " "),
            "target": target,
            "phi": found.phi,
            "tau2": found.tau2,
        }
        for code, row in found.departments.items()
    }
    return Grouped(case.by[:1], rows)


def ranks(case: Case) -> Any:
    """Run `rank_confidence_sets`: from a table of values and standard errors, or from a survey design."""
    estimates: dict[str, Answer]
    covariance: FloatArray | None = None
    if case.design:
        groups = _departments(case, case.current())
        y = _variable(case)
        sample = case.sample()
        joint = sound(
            estimators.joint_means(
                sample, np.column_stack([y] * len(groups)), np.column_stack(list(groups.values()))
            )
        )
        covariance = joint.covariance
        estimates = {
            code: _point(float(value), float(se))
            for code, value, se in zip(groups, joint.values, joint.se, strict=True)
        }
    else:
        columns = case.frame.columns
        unit = next((name for name, c in columns.items() if c.numbers is None), next(iter(columns)))
        numeric = [name for name, c in columns.items() if c.numbers is not None and name != unit]
        se = next((name for name in numeric if name.lower() == "se" or name.lower().endswith("se")), "")
        value = next((name for name in numeric if name != se), "")
        if not se or not value:
            raise CaseError("rank sets need a column of values and one of standard errors")
        estimates = {
            code: _point(float(x), float(s))
            for code, x, s in zip(
                case.frame.column(unit).texts, case.frame.number(value), case.frame.number(se), strict=True
            )
        }
    better = case.task.get("higher_is_better", True) is not False
    found = comparison.rank_sets(
        estimates,
        covariance=covariance,
        level=case.level,
        higher_is_better=better,
        scale=comparison.Scale.POINTS,
    )
    rows: Rows = {
        (code,): {"rank": s.rank, "holm_low": s.low, "holm_high": s.high} for code, s in found.items()
    }
    return Grouped(("unit",), rows)


def _point(value: float, se: float) -> Estimate:
    return Estimate(value, se, None, value, value, 0)


def _design_of(sample: Sample) -> Design:
    """Give the strata of a one-stage sample of rows as the `Design` of a tally."""
    stage = sample.stages[0]
    strata = []
    for h in range(int(stage.stratum.max()) + 1):
        first = int(np.flatnonzero(stage.stratum == h)[0])
        size, population = int(stage.sampled[first]), float(stage.population[first])
        known = None if np.isinf(population) else population
        if stage.cluster is None:
            strata.append(Stratum(str(h), size, known))
        else:
            strata.append(Stratum(str(h), size, None, size, known))
    return Design(tuple(strata), lonely=sample.lonely)


def index(case: Case) -> Any:
    """Run `composite`: dimension means from cross-moments, then the declared index."""
    sample, inside = case.sample(), case.current()
    weights = {str(name): float(a) for name, a in case.task["weights"].items()}
    grades = np.column_stack([case.frame.number(name) for name in weights])
    rows: Rows = {}
    for code, group in _departments(case, inside).items():
        joint = _dimensions(sample, grades, group)
        found = composite.index(joint, list(weights.values()), level=case.level)
        means: list[float | None]
        if isinstance(joint, JointEstimate):
            means = [float(m) for m in joint.values]
        else:
            means = [estimators.mean(sample, STEP * (g - 1), domain=group).value for g in grades.T]
        rows[(code,)] = {
            "dimensions": dict(zip(weights, means, strict=True)),
            "index": found.value,
            "se": found.se if isinstance(found, Estimate) else None,
            "ci_low": found.low if isinstance(found, Estimate) else None,
            "ci_high": found.high if isinstance(found, Estimate) else None,
        }
    return Grouped(case.by[:1], rows)


def _dimensions(sample: Sample, grades: FloatArray, group: BoolArray) -> JointEstimate | NotEstimable:
    """Estimate a department's dimensions, by cross-moments where the design has one stage."""
    if len(sample.stages) > 1:
        return estimators.joint_means(sample, STEP * (grades - 1), np.column_stack([group] * grades.shape[1]))
    stage = sample.stages[0]
    moments = CrossMoments.of_rows(
        grades[group],
        stratum=stage.stratum[group],
        psu=None if stage.cluster is None else stage.cluster[group],
    )
    table = DimensionTable.of(moments, _design_of(sample), weight=sample.weight[group])
    return composite.dimension_means(table)


def raked_scores(case: Case) -> Any:
    """Run `rake_then_domain_mean`: the judged rows raked to margins, then every department's score."""
    inside, y = case.current(), _variable(case)
    margins = [cells(case.frame, name, totals, inside) for name, totals in case.task["margins"].items()]
    part = case.sample().only(inside)
    sample = sound(weighting.raked_sample(part, tuple((m.label[inside], m.totals) for m in margins)))
    overall = sound(estimators.mean(sample, y[inside]))
    # What R gives when design and calibration are both forgotten: the case's warning figure.
    ignored = sound(estimators.mean(sample_of_rows(sample.weight), y[inside]))
    whole = {
        "overall": overall.value,
        "overall_se": overall.se,
        "overall_se_if_calibration_ignored": ignored.se,
        **weight_summary(sample),
    }
    rows: Rows = {}
    for code, group in _departments(case, inside).items():
        answer = sound(estimators.mean(sample, y[inside], domain=group[inside]))
        rows[(code,)] = {
            "estimate": answer.value,
            "se": answer.se,
            "df": design_df(sample, group[inside]),
            **whole,
        }
    return Grouped(case.by[:1], rows)


KINDS: dict[str, Callable[[Case], Any]] = {
    "domain_distribution": distribution,
    "change": change,
    "paired_change": paired_change,
    "funnel_scores": funnel_scores,
    "rank_confidence_sets": ranks,
    "composite": index,
    "rake_then_domain_mean": raked_scores,
}
