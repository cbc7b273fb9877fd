"""Kinds about the battery and the respondents: reliability, drivers, careless answering, representativity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reports.estimation import drivers, quality, reliability, representativity
from reports.estimation.cases.reading import Case, listed, sound
from reports.estimation.cases.sampling import model_columns
from reports.estimation.estimate import FloatArray


def _items(case: Case) -> tuple[list[str], FloatArray]:
    names = [str(name) for name in listed(case.task.get("items"))] or list(case.frame.columns)
    return names, np.column_stack([case.frame.number(name) for name in names])


def _signs(names: list[str], keys: list[Any]) -> FloatArray:
    """Read psych's keys: names of reversed items, their numbers from 1, or a sign for every item."""
    if len(keys) == len(names) and all(key in (1, -1) for key in keys):
        return np.array([float(key) for key in keys])
    turned = {str(key).lstrip("-") for key in keys}
    places = range(1, len(names) + 1)
    return np.array(
        [-1.0 if name in turned or str(i) in turned else 1.0 for i, name in zip(places, names, strict=True)]
    )


def alpha(case: Case) -> Any:
    """Run `cronbach_alpha`; reversed items change their sign, which is all a covariance sees."""
    names, y = _items(case)
    y = y * _signs(names, listed(case.task.get("reversed")))
    found = sound(reliability.cronbach(sound(reliability.pairwise_covariance(y))))
    return {
        "n_items": len(names),
        "raw_alpha": found.raw,
        "std_alpha": found.standardised,
        "alpha_if_dropped": dict(zip(names, found.without, strict=True)),
        "item_rest_r": dict(zip(names, found.item_rest, strict=True)),
    }


def omega(case: Case) -> Any:
    """Run `mcdonald_omega_total` on complete cases; lavaan's covariance has divisor n."""
    names, y = _items(case)
    y = y[~np.isnan(y).any(axis=1)]
    n = y.shape[0]
    spread = sound(reliability.pairwise_covariance(y)) * (n - 1) / n
    found = sound(reliability.mcdonald(spread, n))
    return {
        "n": n,
        "loadings": {name: float(v) for name, v in zip(names, found.loadings, strict=True)},
        "omega_total": found.total,
        "cfi": 1.0 if found.cfi is None else found.cfi,
    }


def lmg(case: Case) -> Any:
    """Run `lmg_shapley_r2`, weighted where the design or the task names weights."""
    predictors = [str(name) for name in listed(case.task["predictors"])]
    y = np.column_stack([case.frame.number(name) for name in (str(case.task["outcome"]), *predictors)])
    weights = listed(case.task.get("weights")) or listed(case.design.get("weights"))
    w = case.frame.number(str(weights[0])) if weights else None
    complete = ~np.isnan(y).any(axis=1)
    spread = reliability.pairwise_covariance(y[complete], None if w is None else w[complete])
    found = sound(drivers.drivers(sound(spread)))
    named = {
        "lmg": found.lmg,
        "lmg_share": found.lmg / found.r2,
        "johnson_genizi": found.johnson,
        "first": found.first,
        "last": found.last,
    }
    parts = {
        key: {p: float(v) for p, v in zip(predictors, values, strict=True)} for key, values in named.items()
    }
    return {"r2": found.r2, **parts}


def careless(case: Case) -> Any:
    """Run `careless_indices`."""
    _, y = _items(case)
    return {
        "longstring": [int(v) for v in quality.longstring(y)],
        "irv": list(quality.response_variability(y)),
    }


def r_indicator(case: Case) -> Any:
    """Run `r_indicator`: weighted logistic regression of response on frame variables."""
    names, x = model_columns(case, [str(name) for name in listed(case.task["predictors"])])
    y = case.frame.number(str(case.task["response"]))
    weight = case.sample().weight
    complete = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    found = sound(representativity.r_indicator(x[complete], y[complete], weight[complete]))
    return {
        "response_rate_weighted": found.response_rate,
        "coef": {name: float(b) for name, b in zip(names, found.coefficients, strict=True)},
        "S": found.s,
        "R": found.r,
        "cv": found.cv,
        "rho_min": found.lowest,
        "rho_max": found.highest,
    }


KINDS: dict[str, Callable[[Case], Any]] = {
    "cronbach_alpha": alpha,
    "mcdonald_omega_total": omega,
    "lmg_shapley_r2": lmg,
    "careless_indices": careless,
    "r_indicator": r_indicator,
}
