"""What whole records are used for tells nothing that the published counts do not: neither layers nor answers."""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from reports.analyses.content import Drivers, Reliability
from reports.analyses.drivers import drivers_of
from reports.analyses.records import records_of
from reports.analyses.reliability import reliability_of
from reports.estimation.reliability import Alpha, cronbach
from reports.evaluations import evaluating
from reports.evaluations.results import WaveResult, result_of
from surveys.waves.models import Wave
from tests.reports.analyses.conftest import a_city, planted

pytestmark = pytest.mark.django_db
Rated = Callable[..., Wave]

THREE_STRATA: dict[str, Any] = {
    "populations": (9000, 21000, 4000),
    "invited": (None, None, None),
    "people": (60, 60, 40),
}


def told(wave: Wave) -> tuple[WaveResult, Drivers, Reliability]:
    """Return what analyses make of a wave, with a seed of our own: that of an evaluation hangs on all its counts."""
    result = result_of(evaluating.evaluate(wave.pk))
    records = records_of(result)
    drivers = drivers_of(records, seed=7, level=0.95, base=10)
    return result, drivers, reliability_of(records, base=10)


def of_one_thing(rng: np.random.Generator, people: int) -> np.ndarray:
    """Draw grades that go with one another."""
    common = rng.normal(3.4, 0.9, (people, 1))
    return np.clip(np.round(common + rng.normal(0, 0.5, (people, 4))), 1, 5).astype(np.int64)


def test_who_of_joined_strata_gave_an_answer_changes_no_digit(rated: Rated) -> None:
    rng = np.random.default_rng(11)
    # Forty people of the third stratum took part; one of them rated Parks, and is joined with the second stratum.
    parks = {1: of_one_thing(rng, 60), 2: of_one_thing(rng, 60), 3: np.array([[5, 5, 4, 1]])}
    parks[2][0] = [1, 2, 2, 5]
    result, drivers, reliability = told(rated({"parks": parks}, **THREE_STRATA))
    assert [row[0] for row in result.departments[0].dataset.strata] == ["s1", "s2+s3"]
    traded = {**parks, 2: parks[2].copy(), 3: parks[2][:1]}
    traded[2][0] = parks[3][0]
    other, *again = told(rated({"parks": traded}, slug="autumn", **THREE_STRATA))
    assert result.departments[0].dataset.moments == other.departments[0].dataset.moments
    assert drivers.reason is reliability.reason is reliability.omega_reason is None
    assert again == [drivers, reliability]


def test_every_record_counts_once_whatever_it_weighs(rated: Rated) -> None:
    city = a_city()
    _result, *first = told(rated(city, populations=(1000, 3000)))
    _result, *second = told(rated(city, populations=(9000, 500), slug="autumn"))
    assert first == second


def test_alpha_and_its_parts_follow_from_the_published_moments(rated: Rated) -> None:
    city = a_city()
    city["parks"][1][:20, 3] = 0  # twenty people left the last question out
    result, _drivers, found = told(rated(city))
    sums = np.zeros((2, 3, 3))
    for one in result.departments:
        assert one.dataset.moment_items == ["ease", "speed", "trust"]
        n, left, right, product = np.array([row[1:] for row in one.dataset.moments]).sum(axis=0)
        upper = np.triu_indices(3)
        for table, values in zip(sums, (625 * (product - left * right / n), n - 1), strict=True):
            table[upper] += values
    covariance = sums[0] / np.where(sums[1], sums[1], 1)
    alpha = cronbach(covariance + np.triu(covariance, 1).T)
    assert isinstance(alpha, Alpha)
    assert found.alpha == f"{alpha.raw:.12g}"
    assert [one.item_rest for one in found.items] == [f"{rest:.12g}" for rest in alpha.item_rest]
    assert (found.n, found.complete) == (220, 220)


def test_what_needs_whole_records_has_three_decimals(rated: Rated) -> None:
    rng = np.random.default_rng(4)
    parks = {1: of_one_thing(rng, 120), 2: of_one_thing(rng, 120)}
    _result, drivers, reliability = told(rated({"parks": parks}))
    assert reliability.omega
    figures = [drivers.r2, drivers.r2_low, drivers.r2_high, reliability.omega]
    for one in drivers.dimensions:
        figures += [value for name, value in asdict(one).items() if name.startswith(("lmg", "johnson"))]
    assert len(figures) == 4 + 3 * 6
    assert all(re.fullmatch(r"[01]\.\d{3}", figure or "") for figure in figures)


def test_a_department_whose_moments_are_withheld_comes_into_neither(rated: Rated) -> None:
    city = a_city()
    _result, drivers, reliability = told(rated(city))
    rng = np.random.default_rng(5)
    water = {1: planted(rng, 60), 2: planted(rng, 60)}
    water[1][:2, 2], water[1][2:9, 3] = 0, 0  # two people answered one question and not the other
    more, *others = told(rated({**city, "water": water}, slug="autumn"))
    assert [bool(one.dataset.moments) for one in more.departments] == [True, True, False]
    assert (drivers.n, reliability.n) == (240, 240)
    assert others == [drivers, reliability]
