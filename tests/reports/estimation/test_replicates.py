"""Replicates: balance of the half-samples, agreement with linearisation where it is exact, and refusals."""

import numpy as np
import pytest

from reports.estimation import estimators, replicates
from reports.estimation.estimate import Estimate, NotEstimable, Reason
from reports.estimation.sample import sample_of_rows

SEED = 20261122


@pytest.mark.parametrize("strata", [1, 3, 4, 7, 8, 11, 15, 18, 20, 31])
def test_a_hadamard_matrix_is_orthogonal_and_larger_than_the_strata(strata: int) -> None:
    matrix = replicates.hadamard(strata)
    order = matrix.shape[0]
    assert strata < order <= max(4, 2 * strata)
    assert np.array_equal(matrix @ matrix.T, order * np.eye(order))
    assert np.all(matrix[0] == 1)
    assert np.all(matrix[:, 0] == 1)


def test_the_jackknife_of_a_total_is_its_linearised_error() -> None:
    draw = np.random.default_rng(SEED)
    strata, clusters = np.repeat([0, 1, 2], 12), np.repeat(np.arange(12), 3)
    y, weight = draw.normal(50, 9, 36), draw.uniform(1, 4, 36)
    for sizes in ([], [np.repeat([9.0, 30.0, 4.0], 12)]):
        sample = sample_of_rows(weight, strata=strata, clusters=[clusters], population=sizes)
        drawn = replicates.jackknife(sample)
        assert isinstance(drawn, replicates.Replicates)
        found = replicates.replicated(sample, drawn, lambda w: float(w @ y))
        exact = estimators.total(sample, y)
        assert isinstance(found, Estimate)
        assert isinstance(exact, Estimate)
        # Replicates are centred on their common mean, as in R; for totals that is the estimate itself.
        assert found.se == pytest.approx(exact.se, rel=1e-9)
        assert found.value == pytest.approx(exact.value)
        assert found.df == exact.df


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5])
def test_half_samples_of_a_total_are_its_linearised_error(rho: float) -> None:
    draw = np.random.default_rng(SEED)
    strata = np.repeat(np.arange(5), 2)
    y = draw.normal(50, 9, 10)
    sample = sample_of_rows(draw.uniform(1, 4, 10), strata=strata)
    drawn = replicates.balanced(sample, rho=rho)
    assert isinstance(drawn, replicates.Replicates)
    found = replicates.replicated(sample, drawn, lambda w: float(w @ y), df=np.inf)
    exact = estimators.total(sample, y)
    assert isinstance(found, Estimate)
    assert isinstance(exact, Estimate)
    assert found.se == pytest.approx(exact.se, rel=1e-9)
    assert found.df is None


def test_designs_without_replicates_are_refused() -> None:
    lonely = sample_of_rows(np.ones(3), strata=np.array([0, 0, 1]))
    taken = sample_of_rows(np.ones(3), population=[np.full(3, 3.0)])
    for found, reason in (
        (replicates.jackknife(lonely), Reason.LONELY_PSU),
        (replicates.jackknife(taken), Reason.NO_VARIATION),
        (replicates.balanced(lonely), Reason.TOO_FEW_UNITS),
    ):
        assert isinstance(found, NotEstimable)
        assert found.reason is reason


def test_a_statistic_without_value_or_spread_is_not_estimable() -> None:
    sample = sample_of_rows(np.ones(4))
    drawn = replicates.jackknife(sample)
    assert isinstance(drawn, replicates.Replicates)
    nothing = replicates.replicated(sample, drawn, lambda w: float("nan"))
    equal = replicates.replicated(sample, drawn, lambda w: 3.0)
    none = replicates.replicated(sample, drawn, lambda w: float(w @ np.arange(4.0)), df=0)
    assert [a.reason for a in (nothing, equal, none) if isinstance(a, NotEstimable)] == [
        Reason.NO_ANSWERS,
        Reason.NO_VARIATION,
        Reason.NO_DEGREES_OF_FREEDOM,
    ]
