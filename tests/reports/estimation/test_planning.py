"""Planning without numpy: the same numbers as scipy's noncentral t, and each function undoes the other."""

import math
import subprocess
import sys

import pytest
from scipy.stats import nct
from scipy.stats import t as student

from reports.estimation import planning


def test_the_numbers_of_the_method() -> None:
    assert math.ceil(planning.size_for_shares(0.85, 0.90)) == 686
    assert math.ceil(planning.size_for_means(5, 28)) == 494
    # R 4.5: power.prop.test(p1=.85, p2=.9, power=.8); power.t.test(delta=5, sd=28, power=.8)
    assert planning.size_for_shares(0.85, 0.90) == pytest.approx(685.596858065848, rel=1e-9)
    assert planning.size_for_means(5, 28) == pytest.approx(493.243939218088, rel=1e-7)


@pytest.mark.parametrize("effect", [0.1, 0.5, 1.0, 2.0])
@pytest.mark.parametrize(("power", "alpha", "sides"), [(0.8, 0.05, 2), (0.9, 0.01, 2), (0.99, 0.1, 1)])
def test_the_power_at_the_size_is_what_was_asked(
    effect: float, power: float, alpha: float, sides: int
) -> None:
    n = planning.size_for_means(effect, 1, power=power, alpha=alpha, sides=sides)
    df = 2 * (n - 1)
    found = nct.sf(student.isf(alpha / sides, df), df, math.sqrt(n / 2) * effect)
    assert found == pytest.approx(power, abs=1e-8)


@pytest.mark.parametrize("n", [30, 60, 200, 700])
def test_the_change_that_shows_needs_the_size_that_shows_it(n: int) -> None:
    delta = planning.mean_change_seen(n, 28, power=0.9, alpha=0.01, deff=1.3)
    assert delta is not None
    assert planning.size_for_means(delta, 28, power=0.9, alpha=0.01, deff=1.3) == pytest.approx(n, rel=1e-8)
    for rising in (True, False):
        share = planning.share_seen(n, 0.5, rising=rising)
        assert share is not None
        assert (share > 0.5) == rising
        assert planning.size_for_shares(0.5, share) == pytest.approx(n, rel=1e-6)
    half = planning.precision_of_size(n, 28, deff=2)
    assert planning.size_for_precision(half, 28, deff=2) == pytest.approx(n)


def test_what_no_number_of_answers_shows_is_none() -> None:
    assert planning.share_seen(30, 0.85) is None
    assert planning.share_seen(30, 1.0) is None
    assert planning.mean_change_seen(1, 28) is None


def test_planning_needs_no_numpy() -> None:
    code = "import sys; import reports.estimation.planning; sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
