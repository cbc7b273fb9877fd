"""Properties that hold for every tally: what must not matter does not, and nothing that leaves is NaN."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.estimation import (
    association,
    comparison,
    composite,
    disclosure,
    drivers,
    estimators,
    funnel,
    quality,
    quantiles,
    rates,
    reliability,
    replicates,
    representativity,
    weighting,
)
from reports.estimation.estimate import Estimate, JointEstimate, NotEstimable
from reports.estimation.sample import Design, ItemTally, Lonely, Sample, Stratum, sample_of_rows
from reports.estimation.tables import CrossMoments, DimensionTable, GradeTable

grades = st.lists(st.integers(0, 9), min_size=5, max_size=5)
strata = st.lists(grades, min_size=1, max_size=4)
answers = st.lists(
    st.lists(st.sampled_from([1, 2, 3, 4, 5, math.nan]), min_size=4, max_size=4), min_size=1, max_size=25
)


def leaves(thing: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Walk through every number of a result, whatever it is made of."""
    if thing is None or isinstance(thing, str | bool | Enum):
        return
    if is_dataclass(thing):
        for field in fields(thing):
            yield from leaves(getattr(thing, field.name), f"{path}.{field.name}")
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from leaves(value, f"{path}[{key}]")
    elif isinstance(thing, np.ndarray):
        for value in thing.ravel().tolist():
            yield path, float(value)
    elif isinstance(thing, list | tuple):
        for i, value in enumerate(thing):
            yield from leaves(value, f"{path}[{i}]")
    else:
        yield path, float(thing)


def finite(*results: Any) -> None:
    strange = [
        (path, number) for result in results for path, number in leaves(result) if not math.isfinite(number)
    ]
    assert not strange


def numbers(thing: Any) -> list[tuple[str, Any]]:
    return [(path, pytest.approx(number, rel=1e-8, abs=1e-8)) for path, number in leaves(thing)]


def everything(table: GradeTable, level: float = 0.95) -> list[Estimate | NotEstimable]:
    return [
        estimators.score(table, level=level),
        estimators.satisfaction(table, level=level),
        estimators.good_rate(table, level=level),
        *(estimators.share(table, (grade,), level=level) for grade in range(1, 6)),
    ]


def a_design(counts: list[list[int]], *, lonely: Lonely = Lonely.REFUSE, spare: int = 2) -> Design:
    sizes = [sum(row) + spare for row in counts]
    return Design(
        tuple(Stratum(f"S{h}", n, float(max(n, 1) * (h + 2))) for h, n in enumerate(sizes)), lonely=lonely
    )


@settings(max_examples=60, deadline=None)
@given(
    strata,
    st.sampled_from(list(Lonely)),
    st.integers(0, 2),
    st.booleans(),
    st.sampled_from([0.9, 0.95, 0.99]),
)
def test_nothing_that_leaves_a_tally_is_nan_or_infinite(
    counts: list[list[int]], lonely: Lonely, spare: int, self_selected: bool, level: float
) -> None:
    design = replace(a_design(counts, lonely=lonely, spare=spare), self_selected=self_selected)
    table = GradeTable.of(ItemTally.of(counts, design), design)
    found = everything(table, level)
    finite(found, weighting.kish(table.n, table.w, table.w2))
    for answer in found[1:]:
        if isinstance(answer, Estimate):
            assert 0 <= answer.low <= answer.value <= answer.high <= 1
    departments = dict(zip("abcdefgh", found, strict=False))
    finite(
        comparison.benchmark(departments, 50.0),
        comparison.changes({code: (answer, found[0]) for code, answer in departments.items()}, level=level),
        comparison.rank_sets(departments, level=level),
        disclosure.status(*found),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.lists(st.integers(0, 4), min_size=5, max_size=5)),
        min_size=1,
        max_size=8,
    )
)
@example([(0, [1, 4, 1, 3, 2]), (2, [1, 4, 1, 3, 2])])
def test_nothing_that_leaves_a_clustered_tally_is_nan_or_infinite(parts: list[tuple[int, list[int]]]) -> None:
    stratum, counts = [psu % 2 for psu, _ in parts], [row for _, row in parts]
    design = Design(tuple(Stratum(f"S{h}", 60, 900.0, clusters=3, cluster_population=9.0) for h in range(2)))
    tally = ItemTally.of(counts, design, stratum=stratum, psu=[psu // 2 for psu, _ in parts])
    finite(everything(GradeTable.of(tally, design)))


@settings(max_examples=50, deadline=None)
@given(answers, st.sampled_from(list(Lonely)), st.data())
def test_nothing_that_leaves_rows_is_nan_or_infinite(
    rows: list[list[float]], lonely: Lonely, data: st.DataObject
) -> None:
    y = np.array(rows)
    n = int(y.shape[0])
    draw = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    h, psu, cell = draw.integers(0, 3, n), draw.integers(0, 5, n), draw.integers(0, 2, n)
    weight = draw.choice([0.0, 1.0, 2.5], n)
    sample = sample_of_rows(weight, strata=h, clusters=[psu], lonely=lonely)
    domain = draw.random(n) < 0.7
    single, half = y[:, 0], np.array([0.5, 0.5])
    design = Design(
        tuple(Stratum(f"S{i}", max(int((h == i).sum()), 1), 99.0) for i in range(3)), lonely=lonely
    )
    moments = CrossMoments.of_rows(y[domain], stratum=h[domain])
    joint = composite.dimension_means(DimensionTable.of(moments, design))
    spread = reliability.pairwise_covariance(y)
    finite(
        joint,
        composite.index(joint, [0.25] * 4),
        estimators.mean(sample, single, domain=domain),
        estimators.proportion(sample, np.where(np.isnan(single), np.nan, single >= 4), domain=domain),
        estimators.total(sample, single),
        estimators.ratio(sample, single, y[:, 1]),
        estimators.joint_means(sample, y, np.column_stack([domain] * 4)),
        estimators.standardised_mean(sample, single, cell, half, domain=domain),
        quantiles.quantile(sample, single, 0.5),
        quantiles.bounds(sample, single, 0.9),
        association.two_groups(sample, single, cell == 1),
        association.rao_scott(sample, cell, h),
        association.regression(sample, single, np.column_stack([np.ones(n), cell])),
        quality.response_variability(y),
        spread,
    )
    if not isinstance(spread, NotEstimable):
        finite(reliability.cronbach(spread), reliability.mcdonald(spread, n), drivers.drivers(spread))
    drawn = replicates.jackknife(sample)
    finite(drawn, replicates.balanced(sample))
    if isinstance(drawn, replicates.Replicates):
        finite(replicates.replicated(sample, drawn, lambda w: float(w @ np.nan_to_num(single))))
    raked = weighting.raked_sample(
        sample, ((cell, np.array([40.0, 60.0])), (h, np.array([50.0, 30.0, 20.0])))
    )
    if isinstance(raked, Sample):
        finite(estimators.mean(raked, single), weighting.kish(raked.count, raked.weight, raked.square))
    finite(representativity.r_indicator(np.column_stack([np.ones(n), h]), domain.astype(float), weight))


@settings(max_examples=60, deadline=None)
@given(grades, st.integers(0, 40), st.integers(0, 400))
def test_nothing_that_leaves_plain_counts_is_nan_or_infinite(counts: list[int], x: int, more: int) -> None:
    n = x + more
    finite(
        rates.count_rate(x, n),
        rates.self_selected(counts, sum(counts) + more),
        rates.three_rates(rates.Tickets(n, x, n, x, min(x, 3), 0, excluded=more)),
        comparison.pairwise_shares({"a": x, "b": 0, "c": n}, {"a": n, "b": more, "c": n}),
        comparison.named_most_often(dict(zip("abcde", counts, strict=True))),
        funnel.binomial_limits(np.array([max(n, 1), 1, 2]), 0.7),
        disclosure.suppress(disclosure.crossed(np.array([counts[:3], counts[2:]]))),
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(2, 40), st.floats(1.05, 90)), min_size=1, max_size=5)
)
def test_strata_that_agree_within_themselves_leave_no_error_but_rounding(
    parts: list[tuple[int, int, float]],
) -> None:
    """An error of 1e-8 points is rounding: it would make any difference infinitely significant."""
    counts = [[n * (grade == g) for g in range(5)] for grade, n, _ in parts]
    design = Design(tuple(Stratum(f"S{h}", n, n * share) for h, (_, n, share) in enumerate(parts)))
    table = GradeTable.of(ItemTally.of(counts, design), design)
    assert isinstance(estimators.score(table), NotEstimable)
    assert all(isinstance(a, NotEstimable) or a.se == 0 for a in everything(table))
    stratum = np.repeat(np.arange(len(parts)), [n for _, n, _ in parts])
    y, weight = (np.array([part[i] for part in parts], dtype=float)[stratum] for i in (0, 2))
    sample = sample_of_rows(weight, strata=stratum)
    assert isinstance(estimators.mean(sample, 25 * y), NotEstimable)
    assert isinstance(quantiles.quantile(sample, y, 0.5), NotEstimable)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=3, max_size=30), st.floats(0.1, 9))
def test_a_panel_that_moves_as_one_has_a_change_without_error(grade: list[int], weight: float) -> None:
    before = 25.0 * np.array(grade)
    sample = sample_of_rows(np.linspace(1, weight, before.size))
    both = np.column_stack([before + 25, before])
    joint = estimators.joint_means(sample, both, np.ones(both.shape, dtype=bool))
    assert isinstance(joint, JointEstimate)
    waves = [estimators.mean(sample, y) for y in both.T]
    shared = comparison.change(*waves, covariance=float(joint.covariance[0, 1]))
    assert isinstance(shared, NotEstimable)


@settings(max_examples=40, deadline=None)
@given(strata, st.floats(0.001, 1000))
def test_scaling_the_weights_of_rows_changes_nothing_but_totals(
    counts: list[list[int]], scale: float
) -> None:
    stratum = np.repeat(np.arange(len(counts)), 5 * np.ones(len(counts), dtype=int))
    y, weight = np.array([float(n) for row in counts for n in row]), 1.0 + stratum
    plain, scaled = (sample_of_rows(w, strata=stratum) for w in (weight, weight * scale))
    for estimator in (average, median):
        assert numbers(estimator(scaled, y)) == list(leaves(estimator(plain, y)))
    assert numbers(association.rao_scott(scaled, (y > 2).astype(int), stratum)) == list(
        leaves(association.rao_scott(plain, (y > 2).astype(int), stratum))
    )


def average(sample: Sample, y: np.ndarray) -> Estimate | NotEstimable:
    """Estimate a mean; its deff compares with drawing without replacement, for weights that sum to N."""
    found = estimators.mean(sample, y)
    return replace(found, deff=None) if isinstance(found, Estimate) else found


def median(sample: Sample, y: np.ndarray) -> Estimate | NotEstimable:
    return quantiles.quantile(sample, y, 0.5)


@settings(max_examples=40, deadline=None)
@given(st.lists(grades, min_size=2, max_size=2), st.lists(grades, min_size=2, max_size=2), st.booleans())
def test_splitting_or_joining_cells_of_one_weight_changes_nothing(
    first: list[list[int]], second: list[list[int]], calibrated: bool
) -> None:
    """Cells 0 and 1 share every margin and so their weight; cell 2 differs where the wave is calibrated."""
    third = [[1, 0, 2, 1, 1], [0, 3, 1, 1, 2]]
    split = np.array([[first[h], second[h], third[h]] for h in range(2)])
    joined = np.stack([split[:, 0] + split[:, 1], split[:, 2]], axis=1)
    sizes = split.sum(axis=(1, 2))
    plain = tuple(Stratum(f"S{h}", int(n), 40.0 * n) for h, n in enumerate(sizes))
    tables = []
    for cells, labels in ((split, [0, 0, 1]), (joined, [0, 1])):
        design: Design | NotEstimable = Design(plain, cells=tuple("abc"[: cells.shape[1]]))
        assert isinstance(design, Design)
        if calibrated and first[0][0] + first[1][0] + second[0][0] > 0:
            design = weighting.poststratify(design, cells.sum(axis=2), labels, [900.0, 300.0])
            assert isinstance(design, Design)
        tables.append(GradeTable.of(ItemTally.of(cells, design), design))
    for one, other in zip(everything(tables[0]), everything(tables[1]), strict=True):
        assert type(one) is type(other)
        assert numbers(one) == list(leaves(other))


@settings(max_examples=60, deadline=None)
@given(answers)
def test_turning_the_scale_round_mirrors_the_score_and_leaves_how_it_was_answered(
    rows: list[list[float]],
) -> None:
    y = np.array(rows)
    assert np.array_equal(quality.longstring(y), quality.longstring(6 - y))
    assert quality.response_variability(6 - y) == pytest.approx(quality.response_variability(y))
    sample = sample_of_rows(np.arange(1.0, len(rows) + 1))
    score, mirrored = (estimators.mean(sample, 25 * (grade - 1)) for grade in (y[:, 0], 6 - y[:, 0]))
    assert type(score) is type(mirrored)
    if isinstance(score, Estimate) and isinstance(mirrored, Estimate):
        assert [mirrored.value, mirrored.low, mirrored.high] == pytest.approx(
            [100 - score.value, 100 - score.high, 100 - score.low], abs=1e-9
        )
        assert mirrored.se == pytest.approx(score.se)


@settings(max_examples=40, deadline=None)
@given(strata, st.floats(1, 5000))
def test_a_stratum_without_members_changes_nothing(counts: list[list[int]], population: float) -> None:
    design = a_design(counts)
    wider = replace(design, strata=(*design.strata, Stratum("nobody", 0, population)))
    for one, other in zip(
        everything(GradeTable.of(ItemTally.of(counts, design), design)),
        everything(GradeTable.of(ItemTally.of([*counts, [0] * 5], wider), wider)),
        strict=True,
    ):
        assert type(one) is type(other)
        assert numbers(one) == list(leaves(other))
