"""Rates, quality flags, reliability, drivers, representativity and planning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.estimation import drivers, intervals, planning, quality, rates, reliability, representativity
from reports.estimation.estimate import Estimate, NotEstimable
from reports.estimation.rates import Tickets

SEED = 20261122


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data(), st.sampled_from([0.9, 0.95, 0.99]))
def test_every_interval_of_counts_holds_its_share(n: int, data: st.DataObject, level: float) -> None:
    x = data.draw(st.integers(0, n))
    rate = rates.count_rate(x, n, level=level)
    assert isinstance(rate, Estimate)
    exact, jeffreys = intervals.clopper_pearson(x, n, level=level), intervals.jeffreys(x, n, level=level)
    for low, high in ((rate.low, rate.high), exact, jeffreys):
        assert 0 <= low <= x / n <= high <= 1
    assert exact[0] <= jeffreys[0] + 1e-12
    assert exact[1] >= jeffreys[1] - 1e-12


def test_the_two_conventions_of_korn_and_graubard_part_where_n_e_exceeds_n() -> None:
    free = intervals.korn_graubard(0.4, 80, n=50, df=49, level=0.95)
    capped = intervals.korn_graubard(0.4, 80, n=50, df=49, level=0.95, truncate=True)
    assert capped[1] - capped[0] > free[1] - free[0]
    assert intervals.korn_graubard(0.4, 40, n=50, df=49, level=0.95) == intervals.korn_graubard(
        0.4, 40, n=50, df=49, level=0.95, truncate=True
    )


def test_three_rates_divide_by_the_surveyed_and_restore_the_excluded() -> None:
    found = rates.three_rates(Tickets(143, 139, 120, 88, 61, 70, excluded=7))
    assert found.response.value == pytest.approx(139 / 143)
    assert found.resolution.value == pytest.approx(61 / 88)
    assert found.coverage.value == pytest.approx(88 / 120)
    assert found.response_restored.value == pytest.approx(139 / 150)
    assert found.composite == pytest.approx(0.8126, abs=5e-5)
    assert not found.indicative
    few = rates.three_rates(Tickets(36, 36, 30, 20, 19, 20))
    assert few.composite == pytest.approx(0.9825)
    assert few.indicative
    assert rates.three_rates(Tickets(5, 5, 0, 0, 0, 0)).composite is None


def test_self_selected_ratings_come_with_worst_case_bounds() -> None:
    found = rates.self_selected([2, 1, 7, 20, 70], 1000)
    assert isinstance(found, rates.SelfSelected)
    assert [found.good_low, found.good_high] == pytest.approx([0.097, 0.997])
    assert found.worth == pytest.approx(100 / 900 / 0.0025)
    assert isinstance(rates.self_selected([0] * 5, 10), NotEstimable)
    assert rates.effective_size(10, 10) is None


def test_a_rate_of_more_than_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 <= x <= n"):
        rates.count_rate(3, 2)


def test_a_gap_breaks_a_run_and_is_left_out_of_the_variability() -> None:
    answers = np.array([[3.0, 3, np.nan, 3, 3, 3], [1, 2, np.nan, 4, 5, 5], [np.nan] * 5 + [4]])
    assert list(quality.longstring(answers)) == [3, 2, 1]
    flat, varied, single = quality.response_variability(answers)
    assert flat == 0
    assert varied == pytest.approx(np.std([1, 2, 4, 5, 5], ddof=1))
    assert single is None


def test_parallel_items_give_the_alpha_and_omega_of_their_correlation() -> None:
    spread = np.full((4, 4), 0.5) + np.diag([0.5] * 4)
    alpha = reliability.cronbach(spread)
    omega = reliability.mcdonald(spread, 200)
    assert isinstance(alpha, reliability.Alpha)
    assert isinstance(omega, reliability.Omega)
    assert alpha.raw == pytest.approx(0.8)
    assert omega.total == pytest.approx(0.8, rel=1e-6)
    assert omega.loadings == pytest.approx([0.5**0.5] * 4, rel=1e-5)
    assert omega.cfi == pytest.approx(1.0)


def test_degenerate_batteries_are_refused() -> None:
    assert isinstance(reliability.cronbach(np.zeros((3, 3))), NotEstimable)
    assert isinstance(reliability.mcdonald(np.ones((3, 3)), 50), NotEstimable)
    assert isinstance(reliability.mcdonald(np.eye(2), 50), NotEstimable)
    assert isinstance(reliability.pairwise_covariance(np.full((5, 2), np.nan)), NotEstimable)


def test_driver_shares_sum_to_r2_and_uncorrelated_predictors_keep_their_own() -> None:
    plain = np.array([[1.0, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]])
    found = drivers.drivers(plain)
    assert isinstance(found, drivers.Drivers)
    for shares in (found.lmg, found.johnson, found.first, found.last):
        assert shares == pytest.approx([0.36, 0.09])
    linked = drivers.drivers(np.array([[1.0, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]))
    assert isinstance(linked, drivers.Drivers)
    assert linked.lmg.sum() == pytest.approx(linked.r2)
    assert linked.johnson.sum() == pytest.approx(linked.r2)
    assert isinstance(drivers.drivers(np.ones((3, 3))), NotEstimable)


def test_equal_response_chances_have_an_r_indicator_of_one() -> None:
    x = np.column_stack([np.ones(40), np.repeat([0.0, 1.0], 20)])
    half = np.tile([0.0, 1.0], 20)
    found = representativity.r_indicator(x, half, np.full(40, 3.0))
    assert isinstance(found, representativity.Representativity)
    assert found.r == pytest.approx(1.0, abs=1e-9)
    assert isinstance(representativity.r_indicator(x, np.ones(40), np.ones(40)), NotEstimable)
    separated = representativity.r_indicator(x, x[:, 1], np.ones(40))
    assert isinstance(separated, NotEstimable)


def test_planned_sizes_are_those_of_the_method() -> None:
    assert planning.size_for_shares(0.85, 0.90) == pytest.approx(685.6, abs=0.05)
    assert planning.size_for_means(5, 28) == pytest.approx(493.24, abs=0.01)
    assert planning.size_for_means(5, 28, deff=1.5) == pytest.approx(1.5 * 493.24, abs=0.02)
    assert planning.size_for_precision(0.03, 0.5) == pytest.approx(1067.07, abs=0.01)
