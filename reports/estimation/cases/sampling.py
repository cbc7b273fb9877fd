"""Kinds about designs: means, totals, ratios, domains, shares, calibration, quantiles and tests."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from reports.estimation import association, estimators, intervals, quantiles, weighting
from reports.estimation.cases.checking import Grouped
from reports.estimation.cases.columns import CaseError, UnsupportedError
from reports.estimation.cases.margins import cells
from reports.estimation.cases.reading import Case, design_df, estimated, listed, sound, written
from reports.estimation.estimate import Answer, BoolArray, Estimate, FloatArray, NotEstimable, Reason
from reports.estimation.sample import Sample

Kind = Callable[[Case], Any]

OFFERED = ("wilson", "beta", "korn_graubard", "xlogit", "logit")
"""Intervals of a share, as R names them."""


def mean(case: Case) -> Any:
    """Run `mean`: a weighted mean of a subset, under one or several lonely-PSU treatments."""
    variables, inside = _variables(case), case.current_or_all()
    if list(variables) != [case.task["variable"]]:
        sample = case.sample()
        rows: dict[tuple[str, ...], dict[str, Any]] = {
            (name,): _mean(case, sample, y, inside) for name, y in variables.items()
        }
        return Grouped(("names",), rows)
    y = variables[case.task["variable"]]
    treatments = case.lonely()
    found = {name: _mean(case, case.sample(lonely=name), y, inside) for name in treatments}
    if "lonely" in case.task:
        return found
    result = found[treatments[0]]
    alone = _mean(case, case.sample(keep=inside), y[inside], np.ones(int(inside.sum()), dtype=bool))
    return {**result, "wrong_se_if_rows_filtered": alone["se"]}


def _variables(case: Case) -> dict[str, FloatArray]:
    """Give the variables of a task by R's names: several, or the levels of a classification."""
    found: dict[str, FloatArray] = {}
    for name in listed(case.task["variable"]):
        column = case.frame.columns.get(name)
        if column is None or column.numbers is not None:
            found[name] = case.frame.number(name)
            continue
        code, levels = case.frame.label(name)
        for i, level in enumerate(levels):
            found[f"{name}{level}"] = np.where(code < 0, np.nan, code == i)
    return found


def _mean(case: Case, sample: Sample, y: FloatArray, inside: BoolArray) -> dict[str, Any]:
    return estimated(
        case,
        lambda df: estimators.mean(sample, y, domain=inside, level=case.level, df=df),
        design_df(sample, inside),
    )


def total(case: Case) -> Any:
    """Run `total`."""
    y, inside = case.frame.number(case.task["variable"]), case.current_or_all()
    found = {name: _total(case, case.sample(lonely=name), y, inside) for name in case.lonely()}
    return found if "lonely" in case.task else next(iter(found.values()))


def _total(case: Case, sample: Sample, y: FloatArray, inside: BoolArray) -> dict[str, Any]:
    return estimated(
        case,
        lambda df: estimators.total(sample, y, domain=inside, level=case.level, df=df),
        design_df(sample, inside),
    )


def ratio(case: Case) -> Any:
    """Run `ratio`."""
    sample, inside = case.sample(), case.current_or_all()
    y, x = case.frame.number(case.task["numerator"]), case.frame.number(case.task["denominator"])
    return estimated(
        case,
        lambda df: estimators.ratio(sample, y, x, domain=inside, level=case.level, df=df),
        design_df(sample, inside),
    )


def domain_mean(case: Case) -> Any:
    """Run `domain_mean`: groups by key, with the subset's df and with each domain's own."""
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    whole, rows = design_df(sample, inside), {}
    own_df = re.search(r"\bthat\b|\beach\b|\bown\b", case.stated_df) is not None
    for key, group in case.frame.groups(case.by, inside).items():

        def answered(freedom: float, part: BoolArray = group) -> Answer:
            return estimators.mean(sample, y, domain=part, level=case.level, df=freedom)

        df_domain = design_df(sample, group)
        own = written(answered(df_domain)) if df_domain > 0 else {}
        rows[key] = {
            **estimated(case, answered, df_domain if own_df else whole),
            "df_domain": df_domain,
            "ci_low_domain_df": own.get("ci_low"),
            "ci_high_domain_df": own.get("ci_high"),
        }
    return Grouped(case.by, rows)


def domain_total(case: Case) -> Any:
    """Run `domain_total`: as `domain_mean`, for totals."""
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    df, rows = design_df(sample, inside), {}
    for key, group in case.frame.groups(case.by, inside).items():

        def answered(freedom: float, part: BoolArray = group) -> Answer:
            return estimators.total(sample, y, domain=part, level=case.level, df=freedom)

        rows[key] = estimated(case, answered, df)
    return Grouped(case.by, rows)


def share_written(case: Case, sample: Sample, y: FloatArray, inside: BoolArray, df: float) -> dict[str, Any]:
    """Estimate a share and write every interval the project offers, with `df` for all of them."""
    answer = estimators.proportion(sample, y, domain=inside, level=case.level, df=df)
    if isinstance(answer, NotEstimable) and answer.reason is Reason.NO_DEGREES_OF_FREEDOM:
        bare = written(estimators.mean(sample, y, domain=inside, df=math.inf), df)
        none = {"ci_low": None, "ci_high": None}
        p, se = bare["estimate"], bare["se"]
        return {**bare, **none, "n_eff": p * (1 - p) / se**2, "ci": dict.fromkeys(OFFERED, none)}
    result = written(answer, df)
    if case.task.get("deff") == "replace":
        result["deff"] = result.get("deff_wr")
    if not isinstance(answer, Estimate) or answer.n_e is None:
        return result
    if answer.interval == "clopper-pearson":
        exact = [answer.low, answer.high]
        return {**result, "degenerate": True, "fallback_clopper_pearson": exact}
    p, n_e = answer.value, answer.n_e
    beta = intervals.korn_graubard(p, n_e, n=answer.n, df=df, level=case.level)
    truncated = intervals.korn_graubard(p, n_e, n=answer.n, df=df, level=case.level, truncate=True)
    logit = intervals.logit(p, answer.se, df=df, level=case.level)
    bounds = ((answer.low, answer.high), beta, truncated, logit, logit)
    ci = {name: {"ci_low": low, "ci_high": high} for name, (low, high) in zip(OFFERED, bounds, strict=True)}
    asked = case.task.get("ci")
    alone = str(asked.get("method", "")) if isinstance(asked, dict) else ""
    return {**result, **ci.get(alone, {}), "n_eff": n_e, "ci": ci}


def proportion(case: Case) -> Any:
    """Run `proportion`: a share of a subset with its intervals."""
    sample, inside = case.sample(), case.current_or_all()
    y = case.frame.number(case.task["variable"])
    return share_written(case, sample, y, inside & ~np.isnan(y), design_df(sample, inside))


def domain_proportion(case: Case) -> Any:
    """Run `domain_proportion`: with methods, each domain has its own df and intervals; else as a mean."""
    methods = case.task.get("ci")
    if not isinstance(methods, dict) or "methods" not in methods:
        return domain_mean(case)
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    found = {}
    for key, rows in case.frame.groups(case.by, inside & ~np.isnan(y)).items():
        found[key] = share_written(case, sample, y, rows, design_df(sample, rows))
    return Grouped(case.by, found)


def _calibrated(case: Case, sample: Sample, names: list[str]) -> dict[str, Any]:
    """Write the means and totals the case asks of a calibrated sample (`mean_X`, `total_X`)."""
    everything = np.ones(case.frame.rows, dtype=bool)
    df = design_df(sample, everything)
    result: dict[str, Any] = {}
    for name in names:
        kind, _, variable = name.partition("_")
        y = case.frame.number(variable)
        given = "df" in (case.expected.get(name) or {})
        estimator = estimators.mean if kind == "mean" else estimators.total
        result[name] = written(estimator(sample, y, level=case.level, df=df if given else math.inf), df)
    return result


def _asked(case: Case) -> list[str]:
    return [name for name in case.expected if name.startswith(("mean_", "total_"))]


def poststratify(case: Case) -> Any:
    """Run `poststratify_mean_total`."""
    strata = cells(case.frame, case.task["cells"], case.task["population"])
    sample = sound(weighting.raked_sample(case.sample(), ((strata.label, strata.totals),)))
    summary = weight_summary(sample)
    members = {name: strata.label == i for i, name in enumerate(strata.names)}
    weights = {name: float(sample.weight[rows][0]) for name, rows in members.items() if np.any(rows)}
    return {**_calibrated(case, sample, _asked(case)), **summary, "weights_by_cell": weights}


def rake(case: Case) -> Any:
    """Run `rake_mean_total`."""
    margins = [cells(case.frame, name, population) for name, population in case.task["margins"].items()]
    sample = sound(weighting.raked_sample(case.sample(), tuple((m.label, m.totals) for m in margins)))
    names = tuple(case.task["margins"])
    joint = case.frame.groups(names, np.ones(case.frame.rows, dtype=bool))
    rows = {key: {"weight": float(sample.weight[inside].mean())} for key, inside in joint.items()}
    return {
        **_calibrated(case, sample, _asked(case)),
        **weight_summary(sample),
        "weight_cells": Grouped(names, rows),
    }


def weight_summary(sample: Sample) -> dict[str, float | None]:
    """Write the range and sum of the weights, and Kish's design effect."""
    return {
        "weight_min": float(sample.weight.min()),
        "weight_max": float(sample.weight.max()),
        "weight_sum": float(sample.weight.sum()),
        "kish_deff": weighting.kish(sample.count, sample.weight, sample.square),
    }


def model_columns(case: Case, names: list[str]) -> tuple[list[str], FloatArray]:
    """Give the columns of a main-effects model: numbers, and dummies of all levels but the first."""
    labels, columns = ["(Intercept)"], [np.ones(case.frame.rows)]
    for name in names:
        if re.search(r"[*:]", name):
            raise UnsupportedError(f"interactions: {name!r}")
        source = re.sub(r"^(?:as\.)?factor\((.*)\)$", r"\1", name)
        column = None if source != name else case.frame.columns.get(name)
        logical = column is not None and set(column.texts) <= {"TRUE", "FALSE", ""}
        numeric = source == name and (column is None or column.numbers is not None)
        if logical or numeric:
            labels.append(f"{name}TRUE" if logical else name)
            columns.append(case.frame.number(name))
            continue
        code, levels = case.frame.label(source)
        for i, level in enumerate(levels[1:], start=1):
            labels.append(f"{name}{level}")
            columns.append(np.where(code < 0, np.nan, code == i))
    return labels, np.column_stack(columns)


def calibrate_linear(case: Case) -> Any:
    """Run `calibrate_linear`: totals of numbers and of R's dummies (`stypeH`)."""
    columns = []
    totals = case.task["totals"]
    for name in totals:
        if name in ("Intercept", "(Intercept)"):
            columns.append(np.ones(case.frame.rows))
        elif name in case.frame.columns:
            columns.append(case.frame.number(name))
        else:
            source = max((c for c in case.frame.columns if name.startswith(c)), key=len)
            texts = np.array(case.frame.column(source).texts)
            columns.append((texts == name[len(source) :]).astype(float))
    wanted = np.array([float(value) for value in totals.values()])
    sample = sound(weighting.linearly_calibrated_sample(case.sample(), np.column_stack(columns), wanted))
    return _calibrated(case, sample, _asked(case))


def quantile(case: Case) -> Any:
    """Run `quantile`; an end of the interval that lies beyond the sample is none."""
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    df, rows = design_df(sample, inside), []
    asked = [float(p) for p in listed(case.task["p"])]
    kind = re.search(r"xlogit|asin|\bbeta\b", str(case.task.get("interval", "")))
    if kind is not None:
        raise UnsupportedError(f"quantile intervals of type {kind.group()!r}")
    for p in asked:
        row = written(quantiles.quantile(sample, y, p, domain=inside, level=case.level, df=df))
        ends = quantiles.bounds(sample, y, p, domain=inside, level=case.level, df=df)
        if isinstance(ends, quantiles.Bounds):
            row = {**row, "ci_low": ends.low, "ci_high": ends.high}
        rows.append(row)
    return {
        "p": asked,
        "df": df,
        **{n: [r[n] for r in rows] for n in ("estimate", "se", "ci_low", "ci_high")},
    }


def standardised(case: Case) -> Any:
    """Run `direct_standardised_mean`: one declared mix for every group."""
    inside, sample = case.current_or_all(), case.sample()
    y = case.frame.number(case.task["variable"])
    mix = cells(
        case.frame, case.task["cells"], case.task["population"], np.zeros(case.frame.rows, dtype=bool)
    )
    df, rows = design_df(sample, inside), {}
    for key, group in case.frame.groups(case.by, inside & (mix.label >= 0)).items():

        def answered(freedom: float, part: BoolArray = group) -> Answer:
            label = np.maximum(mix.label, 0)
            return estimators.standardised_mean(
                sample, y, label, mix.totals, domain=part, level=case.level, df=freedom
            )

        rows[key] = estimated(case, answered, df)
    return Grouped(case.by, rows)


def ttest(case: Case) -> Any:
    """Run `ttest`: between two groups, or of one mean against `mu` (0) where the task names no group."""
    sample, inside = case.sample(), case.current_or_all()
    if not case.task.get("group"):
        # R's one-sample test has one degree of freedom less than the interval of the mean.
        mu, df = float(case.task.get("mu", 0.0)), design_df(sample, inside) - 1
        y = case.frame.number(case.task["variable"]) - mu
        found = sound(association.against_zero(sample, y, domain=inside, df=df))
        difference, mean = found.difference, found.difference + mu
        return {"diff": difference, "mean": mean, "se": found.se, "t": found.t, "df": found.df, "p": found.p}
    y, (group, levels) = case.frame.number(case.task["variable"]), case.frame.label(str(case.task["group"]))
    if len(levels) != 2:
        raise CaseError(f"a t test needs two groups, not {len(levels)}")
    found = sound(association.two_groups(sample, y, group == 1, domain=inside & (group >= 0)))
    return {"diff": found.difference, "se": found.se, "t": found.t, "df": found.df, "p": found.p}


def rao_scott(case: Case) -> Any:
    """Run `rao_scott_F`."""
    if str(case.task.get("statistic", "F")) != "F":
        raise UnsupportedError(f"chi-square statistic {case.task['statistic']!r}")
    rows, columns = case.frame.label(case.task["rows"])[0], case.frame.label(case.task["cols"])[0]
    found = sound(association.rao_scott(case.sample(), rows, columns, domain=case.current_or_all()))
    return {"F": found.f, "ndf": found.ndf, "ddf": found.ddf, "p": found.p}


def glm(case: Case) -> Any:
    """Run `glm_gaussian`: main effects."""
    outcome, _, right = str(case.task["formula"]).partition("~")
    names, x = model_columns(case, [term.strip() for term in right.split("+")])
    found = sound(association.regression(case.sample(), case.frame.number(outcome.strip()), x))
    return {
        "names": names,
        "estimate": [float(b) for b in found.coefficients],
        "se": [float(v) for v in np.sqrt(np.diag(found.covariance))],
        "df_resid": found.df,
    }


def predictive_margins(case: Case) -> Any:
    """Run `predictive_margins`: main effects, complete records."""
    outcome, _, right = str(case.task["model"]).partition("~")
    _, x = model_columns(case, [term.strip() for term in right.split("+")])
    group, levels = case.frame.label(str(listed(case.task["groupfactor"])[0]))
    y = case.frame.number(outcome.strip())
    complete = (group >= 0) & ~np.isnan(y) & ~np.isnan(x).any(axis=1)
    part = case.sample().only(complete)
    found = sound(association.predictive_margins(part, y[complete], x[complete], group[complete]))
    rows: dict[tuple[str, ...], dict[str, Any]] = {
        (level,): {"estimate": float(value), "se": float(se)}
        for level, value, se in zip(levels, found.values, found.se, strict=True)
    }
    return Grouped(("names",), rows)


KINDS: dict[str, Kind] = {
    "mean": mean,
    "total": total,
    "ratio": ratio,
    "domain_mean": domain_mean,
    "domain_total": domain_total,
    "proportion": proportion,
    "domain_proportion": domain_proportion,
    "poststratify_mean_total": poststratify,
    "rake_mean_total": rake,
    "calibrate_linear": calibrate_linear,
    "quantile": quantile,
    "direct_standardised_mean": standardised,
    "ttest": ttest,
    "rao_scott_F": rao_scott,
    "glm_gaussian": glm,
    "predictive_margins": predictive_margins,
}
