"""The drivers of a wave, all resamples at once: the same arithmetic as one, and honest intervals."""

import numpy as np
import pytest

from reports.estimation.drivers import Drivers, drivers
from reports.estimation.estimate import FloatArray, NotEstimable
from reports.estimation.resampling import Cell, pooled_covariance, shares, wave_drivers


def cells(values: FloatArray, weight: float = 1.0) -> list[Cell]:
    points, counts = np.unique(values, axis=0, return_counts=True)
    return [Cell(points, counts.astype(np.int64), np.full(len(points), weight))]


def drawn(rng: np.random.Generator, n: int, level: float = 3.0) -> FloatArray:
    x = np.clip(np.round(rng.normal(level, 1, (n, 3))), 1, 5)
    y = np.clip(np.round(level + (x - level) @ [0.5, 0.3, 0.1] + rng.normal(0, 0.6, n)), 1, 5)
    return np.column_stack([y, x])


def test_many_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(1)
    roots = rng.normal(size=(30, 6, 6))
    covariances = roots @ np.swapaxes(roots, 1, 2)
    r2, lmg, johnson = shares(covariances)
    for place, covariance in enumerate(covariances):
        one = drivers(covariance)
        assert isinstance(one, Drivers)
        assert r2[place] == pytest.approx(one.r2)
        assert lmg[place] == pytest.approx(one.lmg / one.r2)
        assert johnson[place] == pytest.approx(one.johnson / one.r2)


def test_what_cannot_be_fitted_is_left_out() -> None:
    flat, singular = np.eye(3), np.ones((3, 3))
    flat[1, 1] = 0.0
    r2, lmg, _johnson = shares(np.array([flat, singular, [[2.0, 1, 0.5], [1, 2, 0.5], [0.5, 0.5, 2]]]))
    assert len(r2) == len(lmg) == 1


def test_one_department_of_equal_weights_is_the_plain_covariance() -> None:
    values = drawn(np.random.default_rng(2), 200)
    assert pooled_covariance([cells(values, 7.0)]) == pytest.approx(np.cov(values.T, ddof=0))


def test_shifting_a_department_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    one, other = drawn(rng, 150), drawn(rng, 150)
    here = wave_drivers([cells(one), cells(other)], seed=9)
    there = wave_drivers([cells(one), cells(other + 40.0)], seed=9)
    assert not isinstance(here, NotEstimable)
    assert not isinstance(there, NotEstimable)
    assert here.found.r2 == pytest.approx(there.found.r2)
    assert here.lmg == pytest.approx(there.lmg)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    departments = [cells(drawn(np.random.default_rng(4), 200))]
    first, again, other = (wave_drivers(departments, seed=seed) for seed in (5, 5, 6))
    assert not isinstance(first, NotEstimable)
    assert not isinstance(again, NotEstimable)
    assert not isinstance(other, NotEstimable)
    assert first.lmg.tobytes() == again.lmg.tobytes()
    assert first.lmg.tobytes() != other.lmg.tobytes()


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    truth = drivers(np.cov(drawn(rng, 400_000).T))
    assert isinstance(truth, Drivers)
    share = truth.lmg[0] / truth.r2
    covered = 0
    for seed in range(100):
        found = wave_drivers([cells(drawn(rng, 300))], seed=seed, resamples=200)
        assert not isinstance(found, NotEstimable)
        covered += bool(found.lmg[0, 0] <= share <= found.lmg[0, 1])
    assert 88 <= covered <= 100


def test_too_few_people_or_too_many_dimensions_have_no_drivers() -> None:
    rng = np.random.default_rng(8)
    assert isinstance(wave_drivers([cells(drawn(rng, 4))], seed=1), NotEstimable)
    assert isinstance(wave_drivers([cells(rng.normal(size=(300, 12)))], seed=1), NotEstimable)
    assert isinstance(wave_drivers([], seed=1), NotEstimable)
