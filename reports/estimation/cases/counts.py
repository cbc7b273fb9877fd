"""Kinds about plain counts: binomial intervals, p-values, funnels, naming, suppression, tickets, planning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reports.estimation import comparison, disclosure, funnel, intervals, multiplicity, planning, rates
from reports.estimation.cases.checking import Grouped, nothing
from reports.estimation.cases.columns import CaseError
from reports.estimation.cases.reading import Case, listed, sound, stated_target

Rows = dict[tuple[str, ...], dict[str, Any]]


def binomial(case: Case) -> Any:
    """Run `binomial_ci`: the counts stand in the expected records."""
    records = case.expected if isinstance(case.expected, list) else [case.expected]
    result = []
    for record in records:
        x, n = int(record["x"]), int(record["n"])
        rate = sound(rates.count_rate(x, n, level=case.level))
        result.append(
            {
                "x": x,
                "n": n,
                "p": rate.value,
                "wilson": [rate.low, rate.high],
                "clopper_pearson": list(intervals.clopper_pearson(x, n, level=case.level)),
                "jeffreys": list(intervals.jeffreys(x, n, level=case.level)),
            }
        )
    return result if isinstance(case.expected, list) else result[0]


def p_adjust(case: Case) -> Any:
    """Run `p_adjust`."""
    given = [None if nothing(v) else float(v) for v in listed(case.task["p"])]
    known = np.array([p for p in given if p is not None])
    result = {}
    for method in multiplicity.Adjustment:
        values = iter(multiplicity.adjusted(known, method).tolist())
        result[method.value] = [None if p is None else next(values) for p in given]
    return result


def _counts(case: Case) -> tuple[tuple[str, ...], dict[str, int], dict[str, int]]:
    task, frame = case.task, case.frame
    unit = str(task.get("unit", "unit"))
    x = frame.number(str(task.get("numerator", "x")))
    n = frame.number(str(task.get("denominator", "n")))
    names = frame.column(unit).texts
    return (
        names,
        {name: int(v) for name, v in zip(names, x, strict=True)},
        {name: int(v) for name, v in zip(names, n, strict=True)},
    )


def pairwise(case: Case) -> Any:
    """Run `pairwise_two_proportion_z_pooled`: every pair once, the later unit first."""
    _, x, n = _counts(case)
    return Grouped(
        ("a", "b"),
        {(t.a, t.b): {"p_raw": t.p, "p_holm": t.p_holm} for t in comparison.pairwise_shares(x, n)},
    )


def binomial_limits(case: Case) -> Any:
    """Run `funnel_binomial_limits`."""
    names, x, n = _counts(case)
    target = float(case.task["target"])
    size = np.array([n[name] for name in names], dtype=np.int64)
    lines = funnel.binomial_limits(
        size, target, probabilities=tuple(float(p) for p in listed(case.task["probs"]))
    )
    return {
        "target": target,
        "unit": list(names),
        "n": [int(v) for v in size],
        "x": [x[name] for name in names],
        "rate": [x[name] / n[name] for name in names],
        "limits": [
            {"p": line.p, "limit": [float(v) for v in line.limit], "r_p": [int(v) for v in line.count]}
            for line in lines
        ],
    }


def overdispersion(case: Case) -> Any:
    """Run `funnel_overdispersion`."""
    names, x, n = _counts(case)
    found = funnel.rate_funnel(
        np.array([x[name] for name in names], dtype=np.float64),
        np.array([n[name] for name in names], dtype=np.float64),
        target=stated_target(case),
        winsorise=float(case.task.get("winsorise_each_tail", 0.1)),
    )
    rows: Rows = {
        (name,): {
            "z_unadjusted": float(found.z[i]),
            "z_adjusted": float(found.z_prime[i]),
            "band": funnel.band(float(found.z_prime[i])).replace("_", " "),
            "target": found.target,
            "phi": found.spread.phi,
            "tau2": found.spread.tau2,
        }
        for i, name in enumerate(names)
    }
    return Grouped(("unit",), rows)


def multinomial(case: Case) -> Any:
    """Run `rank_sets_multinomial`."""
    found = comparison.named_most_often(
        {str(name): int(count) for name, count in case.task["counts"].items()}, level=case.level
    )
    rows: Rows = {(name,): {"rank": s.rank, "low": s.low, "high": s.high} for name, s in found.items()}
    return Grouped(("unit",), rows)


def suppression(case: Case) -> Any:
    """Run `suppression_audit`: the feasible interval of every hidden cell."""
    row, rows = case.frame.label("row")
    column, columns = case.frame.label("col")
    counts = np.zeros((len(rows), len(columns)))
    hidden = np.zeros((len(rows) + 1, len(columns) + 1), dtype=bool)
    counts[row, column] = case.frame.number("count")
    hidden[row, column] = case.frame.number("suppressed") == 1
    table = disclosure.crossed(counts)
    bounds = disclosure.feasible(table, hidden.ravel()).reshape(*hidden.shape, 2)
    exact = disclosure.disclosed(table, hidden.ravel()).reshape(hidden.shape)
    found: Rows = {
        (rows[i], columns[j]): {
            "true": float(counts[i, j]),
            "feasible_low": float(bounds[i, j, 0]),
            "feasible_high": float(bounds[i, j, 1]),
            "exactly_disclosed": bool(exact[i, j]),
        }
        for i, j in np.argwhere(hidden)
    }
    return Grouped(("row", "col"), found)


def three_rates(case: Case) -> Any:
    """Run `three_rates`: each rate of the case's own numerator and denominator."""
    frame, records = case.frame, case.expected
    first = records[0] if isinstance(records, list) else records
    unit = next((name for name in first if name in frame.columns and name not in case.task["rates"]), None)
    if unit is None:
        raise CaseError("the expected rates name no unit")
    rows: Rows = {}
    for i, code in enumerate(frame.column(unit).texts):
        row: dict[str, Any] = {}
        for name, (top, bottom) in case.task["rates"].items():
            rate = rates.count_rate(int(frame.number(top)[i]), int(frame.number(bottom)[i]), level=case.level)
            row[name] = [rate.value, getattr(rate, "low", None), getattr(rate, "high", None)]
        rows[(code,)] = row
    return Grouped((unit,), rows)


def sample_size(case: Case) -> Any:
    """Run `sample_size`."""
    task = case.task
    power, alpha, sides = float(task["power"]), float(task["alpha"]), int(task.get("sides", 2))
    result: dict[str, Any] = {}
    if task.get("prop"):
        p1, p2 = float(task["prop"]["p1"]), float(task["prop"]["p2"])
        result["n_prop_per_wave"] = planning.size_for_shares(p1, p2, power=power, alpha=alpha, sides=sides)
    if task.get("mean"):
        delta, sd = float(task["mean"]["delta"]), float(task["mean"]["sd"])
        result["n_mean_per_wave"] = planning.size_for_means(delta, sd, power=power, alpha=alpha, sides=sides)
    return result


KINDS: dict[str, Callable[[Case], Any]] = {
    "binomial_ci": binomial,
    "p_adjust": p_adjust,
    "pairwise_two_proportion_z_pooled": pairwise,
    "funnel_binomial_limits": binomial_limits,
    "funnel_overdispersion": overdispersion,
    "rank_sets_multinomial": multinomial,
    "suppression_audit": suppression,
    "three_rates": three_rates,
    "sample_size": sample_size,
}
