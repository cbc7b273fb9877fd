"""Clusters, stages and calibration: tallies against rows, and rows against the textbook formula."""

import numpy as np
import pytest

from reports.estimation import association, composite, estimators, quantiles, weighting
from reports.estimation.estimate import Estimate, JointEstimate, NotEstimable, Reason
from reports.estimation.sample import Design, ItemTally, Sample, Stratum, sample_of_rows
from reports.estimation.tables import CrossMoments, DimensionTable, GradeTable

SEED = 20261122


@pytest.fixture
def people() -> dict[str, np.ndarray]:
    """Draw 160 people in two strata, eight clusters and two weighting cells, some of them silent."""
    draw = np.random.default_rng(SEED)
    n = 160
    stratum = np.repeat([0, 1], n // 2)
    grade = draw.integers(1, 6, n).astype(float)
    ease = np.clip(grade + draw.integers(-1, 2, n), 1, 5)
    ease[draw.random(n) < 0.2] = np.nan
    grade[draw.random(n) < 0.1] = np.nan
    return {
        "stratum": stratum,
        "psu": stratum * 4 + draw.integers(0, 4, n),
        "cell": draw.integers(0, 2, n),
        "sex": draw.integers(0, 2, n),
        "grade": grade,
        "ease": ease,
        "dept": draw.integers(0, 3, n),
    }


def counted(people: dict[str, np.ndarray], inside: np.ndarray, *keys: str) -> tuple[np.ndarray, ...]:
    """Count grades by the key columns: index columns first, then (K, 5) counts."""
    chosen = np.stack([people[key][inside] for key in keys])
    groups, at = np.unique(chosen, axis=1, return_inverse=True)
    table = np.zeros((groups.shape[1], 5), dtype=np.int64)
    np.add.at(table, (at.ravel(), people["grade"][inside].astype(int) - 1), 1)
    return (*groups, table)


def same(first: object, second: object) -> None:
    assert isinstance(first, Estimate)
    assert isinstance(second, Estimate)
    got = [first.value, first.se, first.df, first.low, first.high]
    assert got == pytest.approx([second.value, second.se, second.df, second.low, second.high], rel=1e-9)


def test_two_stages_equal_the_textbook_formula() -> None:
    draw = np.random.default_rng(SEED)
    cluster = np.repeat(np.arange(6), 4)
    y = draw.normal(50, 10, 24) + cluster
    sample = sample_of_rows(
        np.full(24, 30 / 6 * 20 / 4),
        clusters=[cluster, np.arange(24)],
        population=[np.full(24, 30.0), np.full(24, 20.0)],
    )
    answer = estimators.total(sample, y, df=5)
    u = 25.0 * y
    totals = np.array([u[cluster == c].sum() for c in range(6)])
    between = (1 - 6 / 30) * 6 * totals.var(ddof=1)
    within = sum((1 - 4 / 20) * 4 * u[cluster == c].var(ddof=1) for c in range(6)) * 6 / 30
    assert isinstance(answer, Estimate)
    assert answer.value == pytest.approx(u.sum())
    assert answer.se == pytest.approx(np.sqrt(between + within), rel=1e-12)


def test_sampling_fractions_and_population_sizes_mean_the_same() -> None:
    y = np.arange(8.0)
    by_size = sample_of_rows(np.ones(8), population=[np.full(8, 32.0)])
    by_fraction = sample_of_rows(np.ones(8), population=[np.full(8, 0.25)])
    same(estimators.mean(by_size, y), estimators.mean(by_fraction, y))


def test_a_domain_keeps_the_whole_design() -> None:
    y = np.array([1.0, 2, 3, 4, 5, 6])
    sample = sample_of_rows(np.ones(6), strata=np.array([0, 0, 0, 1, 1, 1]))
    inside = np.array([True, True, False, True, True, True])
    kept = estimators.mean(sample, y, domain=inside)
    filtered = estimators.mean(sample_of_rows(np.ones(5), strata=np.array([0, 0, 1, 1, 1])), y[inside])
    assert isinstance(kept, Estimate)
    assert isinstance(filtered, Estimate)
    assert kept.value == filtered.value
    assert kept.se != pytest.approx(filtered.se, rel=1e-3)


def test_a_clustered_tally_equals_its_rows(people: dict[str, np.ndarray]) -> None:
    inside = ~np.isnan(people["grade"]) & (people["dept"] == 0)
    stratum, psu, table = counted(people, inside, "stratum", "psu")
    design = Design(tuple(Stratum(f"S{h}", 80, 800.0, clusters=4, cluster_population=40.0) for h in range(2)))
    tally = ItemTally.of(table, design, stratum=stratum, psu=psu)
    sample = sample_of_rows(
        np.full(160, 10.0),
        strata=people["stratum"],
        clusters=[people["psu"]],
        population=[np.full(160, 40.0)],
    )
    by_rows = estimators.mean(sample, 25 * (people["grade"] - 1), domain=inside)
    same(estimators.score(GradeTable.of(tally, design)), by_rows)


@pytest.mark.parametrize("margins", [("cell",), ("cell", "sex")])
def test_a_calibrated_tally_equals_its_rows(people: dict[str, np.ndarray], margins: tuple[str, ...]) -> None:
    people["joint"] = people["cell"] * 2 + people["sex"]
    labels = {"cell": np.array([0, 0, 1, 1]), "sex": np.array([0, 1, 0, 1])}
    totals = {"cell": np.array([900.0, 700.0]), "sex": np.array([750.0, 850.0])}
    records = np.zeros((2, 4), dtype=np.int64)
    np.add.at(records, (people["stratum"], people["joint"]), 1)
    design = Design((Stratum("S0", 80, 600.0), Stratum("S1", 80, 1000.0)), cells=("a", "b", "c", "d"))
    raked = weighting.rake(design, records, {name: (labels[name], totals[name]) for name in margins})
    assert isinstance(raked, Design)
    population = np.where(people["stratum"] == 0, 600.0, 1000.0)
    rows = sample_of_rows(population / 80, strata=people["stratum"], population=[population])
    sample = weighting.raked_sample(rows, tuple((people[name], totals[name]) for name in margins))
    assert isinstance(sample, Sample)
    for dept in range(3):
        inside = ~np.isnan(people["grade"]) & (people["dept"] == dept)
        stratum, cell, table = counted(people, inside, "stratum", "joint")
        tally = ItemTally.of(table, raked, stratum=stratum, cell=cell)
        by_rows = estimators.mean(sample, 25 * (people["grade"] - 1), domain=inside)
        merged = GradeTable.of(tally, raked)
        same(estimators.score(merged), by_rows)
        published = GradeTable.of_dataset(
            design, merged.n, merged.w, merged.w2, first=merged.moments.first, second=merged.moments.second
        )
        same(estimators.score(published), by_rows)
        y = np.column_stack([people["grade"], people["ease"]])
        domain = people["dept"] == dept
        moments = CrossMoments.of_rows(
            y[domain], stratum=people["stratum"][domain], cell=people["joint"][domain]
        )
        joint = composite.dimension_means(DimensionTable.of(moments, raked))
        wanted = estimators.joint_means(sample, 25 * (y - 1), np.column_stack([domain, domain]))
        assert isinstance(joint, JointEstimate)
        assert isinstance(wanted, JointEstimate)
        assert joint.values == pytest.approx(wanted.values, rel=1e-9)
        assert joint.covariance == pytest.approx(wanted.covariance, rel=1e-9)


def test_a_clustered_index_equals_its_rows(people: dict[str, np.ndarray]) -> None:
    y = np.column_stack([people["grade"], people["ease"]])
    design = Design(tuple(Stratum(f"S{h}", 80, None, clusters=4) for h in range(2)))
    moments = CrossMoments.of_rows(y, stratum=people["stratum"], psu=people["psu"])
    joint = composite.dimension_means(DimensionTable.of(moments, design))
    sample = sample_of_rows(np.ones(160), strata=people["stratum"], clusters=[people["psu"]])
    wanted = estimators.joint_means(sample, 25 * (y - 1), np.ones((160, 2), dtype=bool))
    assert isinstance(joint, JointEstimate)
    assert isinstance(wanted, JointEstimate)
    assert joint.covariance == pytest.approx(wanted.covariance, rel=1e-9)
    assert joint.df == 6


def test_raked_weights_meet_their_margins_and_empty_margins_are_refused() -> None:
    labels = (np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    totals = (np.array([30.0, 70.0]), np.array([45.0, 55.0]))
    fit = weighting.raked(np.array([1.0, 2, 3, 4]), tuple(zip(labels, totals, strict=True)))
    assert isinstance(fit, weighting.RakedWeights)
    assert fit.converged
    for label, total in zip(labels, totals, strict=True):
        assert np.bincount(label, weights=fit.weight) == pytest.approx(total)
    nobody = weighting.raked(np.ones(2), ((np.array([0, 0]), np.array([5.0, 5.0])),))
    assert isinstance(nobody, NotEstimable)
    assert nobody.reason is Reason.EMPTY_CELL


def test_trimming_caps_at_five_medians_and_keeps_the_total() -> None:
    weight, count = np.array([1.0, 1.2, 40.0]), np.array([50, 40, 2])
    trimmed = weighting.trimmed(weight, count)
    assert trimmed.max() == pytest.approx(5.0)
    assert trimmed @ count == pytest.approx(weight @ count)
    assert weighting.kish([2, 2], [2.0, 6.0], [2.0, 18.0]) == pytest.approx(4 * 20 / 64)


def test_a_self_selected_wave_is_never_weighted() -> None:
    design = Design((Stratum("all", 4, 40.0),), self_selected=True)
    with pytest.raises(ValueError, match="self-selected"):
        weighting.poststratify(design, [[4]], [0], [40.0])


def test_an_empty_standardisation_cell_is_not_comparable() -> None:
    sample = sample_of_rows(np.ones(6))
    y, cells = np.arange(6.0), np.array([0, 0, 0, 1, 1, 1])
    whole = estimators.standardised_mean(sample, y, cells, np.array([0.5, 0.5]))
    assert whole.value == pytest.approx(2.5)
    part = estimators.standardised_mean(sample, y, cells, np.array([0.5, 0.5]), domain=cells == 0)
    assert isinstance(part, NotEstimable)
    assert part.reason is Reason.EMPTY_CELL


def test_a_linear_calibration_to_dummies_is_post_stratification() -> None:
    labels, totals = np.array([0, 0, 1, 1, 1]), np.array([40.0, 60.0])
    y = np.array([3.0, 5, 2, 8, 9])
    rows = sample_of_rows(np.full(5, 7.0))
    first = weighting.raked_sample(rows, ((labels, totals),))
    second = weighting.linearly_calibrated_sample(rows, np.eye(2)[labels], totals)
    assert isinstance(first, Sample)
    assert isinstance(second, Sample)
    same(estimators.mean(first, y), estimators.mean(second, y))


def test_two_groups_agree_with_the_regression_on_a_dummy(people: dict[str, np.ndarray]) -> None:
    sample = sample_of_rows(np.ones(160), strata=people["stratum"], clusters=[people["psu"]])
    group = people["sex"] == 1
    test = association.two_groups(sample, people["grade"], group)
    fit = association.regression(sample, people["grade"], np.column_stack([np.ones(160), group]))
    assert isinstance(test, association.GroupTest)
    assert isinstance(fit, association.Regression)
    assert test.difference == pytest.approx(fit.coefficients[1])
    assert test.se == pytest.approx(np.sqrt(fit.covariance[1, 1]))
    alone = association.rao_scott(sample, people["sex"], np.zeros(160, dtype=np.int64))
    assert isinstance(alone, NotEstimable)


def test_a_quantile_needs_room_for_its_interval() -> None:
    sample = sample_of_rows(np.ones(40))
    median = quantiles.quantile(sample, np.arange(40.0), 0.5)
    assert isinstance(median, Estimate)
    assert median.value == 19
    assert median.low < 19 < median.high
    extreme = quantiles.quantile(sample, np.arange(40.0), 0.99)
    assert isinstance(extreme, NotEstimable)
