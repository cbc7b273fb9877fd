"""Kinds about designs: means, totals, ratios, domains, shares, calibration, quantiles and tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from reports.estimation import association, estimators, intervals, quantiles, weighting
from reports.estimation.cases.checking import Grouped
from reports.estimation.cases.columns import CaseError
from reports.estimation.cases.reading import Case, design_df, listed, sound, written
from reports.estimation.estimate import BoolArray, Estimate, FloatArray, IntArray
from reports.estimation.sample import Sample

Kind = Callable[[Case], Any]


def mean(case: Case) -> Any:
    """Run `mean`: a weighted mean of a subset, under one or several lonely-PSU treatments."""
    y, inside = case.frame.number(case.task["variable"]), case.current_or_all()
    treatments = case.lonely()
    found = {name: _mean(case, case.sample(lonely=name), y, inside) for name in treatments}
    if "lonely" in case.task:
        return found
    result = found[treatments[0]]
    if case.task.get("deff") == "replace":
        result["deff"] = result.get("deff_wr")
    alone = _mean(case, case.sample(keep=inside), y[inside], np.ones(int(inside.sum()), dtype=bool))
    return {**result, "wrong_se_if_rows_filtered": alone["se"]}


def _mean(case: Case, sample: Sample, y: FloatArray, inside: BoolArray) -> dict[str, Any]:
    df = design_df(sample, inside)
    answer = estimators.mean(sample, y, domain=inside, level=case.level, df=case.interval_df(df))
    return written(answer, df)


def total(case: Case) -> Any:
    """Run `total`."""
    y, inside = case.frame.number(case.task["variable"]), case.current_or_all()
    found = {}
    for name in case.lonely():
        sample = case.sample(lonely=name)
        df = design_df(sample, inside)
        answer = estimators.total(sample, y, domain=inside, level=case.level, df=case.interval_df(df))
        found[name] = written(answer, df)
    return found if "lonely" in case.task else next(iter(found.values()))


def ratio(case: Case) -> Any:
    """Run `ratio`."""
    sample, inside = case.sample(), case.current_or_all()
    df = design_df(sample, inside)
    y, x = case.frame.number(case.task["numerator"]), case.frame.number(case.task["denominator"])
    answer = estimators.ratio(sample, y, x, domain=inside, level=case.level, df=case.interval_df(df))
    return written(answer, df)


def domain_mean(case: Case) -> Any:
    """Run `domain_mean`: groups by key, with the subset's df and with each domain's own."""
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    df = design_df(sample, inside)
    rows = {}
    for key, group in case.frame.groups(case.by, inside).items():
        answer = estimators.mean(sample, y, domain=group, level=case.level, df=case.interval_df(df))
        own = estimators.mean(sample, y, domain=group, level=case.level)
        rows[key] = {
            **written(answer, df),
            "df_domain": design_df(sample, group),
            "ci_low_domain_df": own.low if isinstance(own, Estimate) else None,
            "ci_high_domain_df": own.high if isinstance(own, Estimate) else None,
        }
    return Grouped(case.by, rows)


def share_written(case: Case, sample: Sample, y: FloatArray, inside: BoolArray) -> dict[str, Any]:
    """Estimate a share and write every interval the project offers."""
    df = design_df(sample, inside)
    answer = estimators.proportion(sample, y, domain=inside, level=case.level, df=df)
    result = written(answer, df)
    if not isinstance(answer, Estimate) or answer.n_e is None:
        return result
    if answer.interval == "clopper-pearson":
        exact = [answer.low, answer.high]
        return {**result, "degenerate": True, "fallback_clopper_pearson": exact}
    p, n_e = answer.value, answer.n_e
    beta = intervals.korn_graubard(p, n_e, n=answer.n, df=df, level=case.level)
    truncated = intervals.korn_graubard(p, n_e, n=answer.n, df=df, level=case.level, truncate=True)
    logit = intervals.logit(p, answer.se, df=df, level=case.level)
    offered = {
        "wilson": (answer.low, answer.high),
        "beta": beta,
        "korn_graubard": truncated,
        "xlogit": logit,
        "logit": logit,
    }
    ci = {name: {"ci_low": low, "ci_high": high} for name, (low, high) in offered.items()}
    return {**result, "n_eff": n_e, "ci": ci}


def proportion(case: Case) -> Any:
    """Run `proportion`: a share of a subset with its intervals."""
    y, inside = case.frame.number(case.task["variable"]), case.current_or_all()
    return share_written(case, case.sample(), y, inside & ~np.isnan(y))


def domain_proportion(case: Case) -> Any:
    """Run `domain_proportion`: with methods, each domain has its own df and intervals; else as a mean."""
    methods = case.task.get("ci")
    if not isinstance(methods, dict) or "methods" not in methods:
        return domain_mean(case)
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    inside = inside & ~np.isnan(y)
    groups = case.frame.groups(case.by, inside)
    return Grouped(case.by, {key: share_written(case, sample, y, rows) for key, rows in groups.items()})


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


def margin(case: Case, name: str, population: Any) -> tuple[IntArray, FloatArray, tuple[str, ...]]:
    """Give labels (rows,), totals (m,) and places of a margin; refuses records without a total."""
    code, levels = case.frame.label(name)
    if set(levels) - set(population) or np.any(code < 0):
        raise CaseError(f"the margin {name} lacks a total for some record")
    places = list(population)
    order = np.array([places.index(level) for level in levels], dtype=np.int64)
    return order[code], np.array([float(population[p]) for p in places]), tuple(places)


def poststratify(case: Case) -> Any:
    """Run `poststratify_mean_total`."""
    labels, totals, places = margin(case, str(listed(case.task["cells"])[0]), case.task["population"])
    sample = sound(weighting.raked_sample(case.sample(), ((labels, totals),)))
    weights = {p: float(sample.weight[labels == i][0]) for i, p in enumerate(places) if np.any(labels == i)}
    return {**_calibrated(case, sample, _asked(case)), "weights_by_cell": weights}


def rake(case: Case) -> Any:
    """Run `rake_mean_total`."""
    margins = {name: margin(case, name, population) for name, population in case.task["margins"].items()}
    sample = sound(
        weighting.raked_sample(case.sample(), tuple((lab, totals) for lab, totals, _ in margins.values()))
    )
    cells = case.frame.groups(tuple(margins), np.ones(case.frame.rows, dtype=bool))
    rows = {key: {"weight": float(sample.weight[inside].mean())} for key, inside in cells.items()}
    return {
        **_calibrated(case, sample, _asked(case)),
        "weight_cells": Grouped(tuple(margins), rows),
        "weight_sum": float(sample.weight.sum()),
    }


def model_columns(case: Case, names: list[str]) -> tuple[list[str], FloatArray]:
    """Give the columns of a main-effects model: numbers, and dummies of all levels but the first."""
    labels, columns = ["(Intercept)"], [np.ones(case.frame.rows)]
    for name in names:
        column = case.frame.columns.get(name)
        if column is None or column.numbers is not None:
            labels.append(name)
            columns.append(case.frame.number(name))
            continue
        code, levels = case.frame.label(name)
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
    """Run `quantile`."""
    sample, y, inside = case.sample(), case.frame.number(case.task["variable"]), case.current_or_all()
    df = design_df(sample, inside)
    asked = [float(p) for p in listed(case.task["p"])]
    rows = [written(quantiles.quantile(sample, y, p, domain=inside, level=case.level, df=df)) for p in asked]
    return {
        "p": asked,
        "df": df,
        **{n: [r[n] for r in rows] for n in ("estimate", "se", "ci_low", "ci_high")},
    }


def standardised(case: Case) -> Any:
    """Run `direct_standardised_mean`: one declared mix for every group."""
    inside, cells = case.current_or_all(), str(listed(case.task["cells"])[0])
    population = case.task["population"]
    labels, levels = case.frame.label(cells)
    shares = np.array([float(population.get(level, 0.0)) for level in levels])
    sample, y = case.sample(), case.frame.number(case.task["variable"])
    df = design_df(sample, inside)
    rows = {}
    for key, group in case.frame.groups(case.by, inside & (labels >= 0)).items():
        missing = set(population) - set(levels)
        answer = estimators.standardised_mean(
            sample,
            y,
            np.maximum(labels, 0),
            shares,
            domain=group,
            level=case.level,
            df=case.interval_df(df),
        )
        rows[key] = {"estimate": None} if missing else written(answer, df)
    return Grouped(case.by, rows)


def ttest(case: Case) -> Any:
    """Run `ttest`."""
    sample, inside = case.sample(), case.current_or_all()
    y, group = case.frame.number(case.task["variable"]), case.frame.number(case.task["group"])
    found = sound(association.two_groups(sample, y, group == 1, domain=inside & ~np.isnan(group)))
    return {"diff": found.difference, "se": found.se, "t": found.t, "df": found.df, "p": found.p}


def rao_scott(case: Case) -> Any:
    """Run `rao_scott_F`."""
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
