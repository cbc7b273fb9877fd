"""Benchmarks, changes, ranks and the index: the worked example of em-1 §11, identities, and refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.estimation import comparison, composite, funnel, multiplicity
from reports.estimation.comparison import Direction, Label
from reports.estimation.estimate import Answer, Estimate, JointEstimate, NotEstimable, Reason
from reports.estimation.multiplicity import Adjustment


def an_estimate(value: float, se: float, n: int = 100) -> Estimate:
    return Estimate(value, se, 90.0, value - 2 * se, value + 2 * se, n)


EXAMPLE: dict[str, Answer] = {
    "D01": an_estimate(86.6040462427746, 1.38859640925274),
    "D02": an_estimate(86.6831883471576, 1.48755145779797),
    "D03": an_estimate(72.382319173364, 1.74795387055216),
    "D04": an_estimate(78.6298194241093, 1.62280055556857),
    "D05": an_estimate(70.9, 2.66),
    "D06": an_estimate(72.8, 2.52),
}


def test_the_worked_example_labels_six_publishable_departments_from_z() -> None:
    found = comparison.benchmark(EXAMPLE, 78.0309134861915)
    assert found.uses == "z"
    labels = {code: row.label for code, row in found.departments.items()}
    assert labels == {
        "D01": Label.MUCH_BETTER,
        "D02": Label.MUCH_BETTER,
        "D03": Label.WORSE,
        "D04": Label.AS_EXPECTED,
        "D05": Label.WORSE,
        "D06": Label.AS_EXPECTED,
    }
    assert found.departments["D03"].p_holm == pytest.approx(0.0049, abs=5e-5)


def test_ten_peers_are_labelled_from_z_prime() -> None:
    ten: dict[str, Answer] = {f"D{i}": an_estimate(70 + 3 * i, 1.0) for i in range(10)}
    found = comparison.benchmark(ten, 83.5)
    assert found.uses == "z_prime"
    assert found.tau2 > 0
    assert all(abs(row.z_prime) < abs(row.z) for row in found.departments.values())
    assert {row.label for row in found.departments.values()} == {Label.AS_EXPECTED}


def test_what_cannot_be_estimated_is_left_out_by_name() -> None:
    missing = NotEstimable(Reason.NO_VARIATION, 12, 100.0)
    found = comparison.benchmark({**EXAMPLE, "D11": missing, "D12": an_estimate(80, 0.0)}, 78.0)
    assert found.left_out == {"D11": Reason.NO_VARIATION, "D12": Reason.NO_VARIATION}
    assert comparison.benchmark({"D11": missing}, 78.0).departments == {}
    assert "D11" not in comparison.rank_sets({**EXAMPLE, "D11": missing})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 9)), min_size=1, max_size=14), st.floats(0, 100))
def test_turning_the_scale_round_mirrors_every_label(
    departments: list[tuple[float, float]], target: float
) -> None:
    plain: dict[str, Answer] = {f"D{i}": an_estimate(v, se) for i, (v, se) in enumerate(departments)}
    turned: dict[str, Answer] = {f"D{i}": an_estimate(100 - v, se) for i, (v, se) in enumerate(departments)}
    mirror = dict(zip(Label, reversed(Label), strict=True))
    there = comparison.benchmark(plain, target).departments
    back = comparison.benchmark(turned, 100 - target).departments
    assert {code: mirror[row.label] for code, row in there.items()} == {c: r.label for c, r in back.items()}
    assert all(math.isfinite(row.z) and 0 <= row.p <= row.p_holm <= 1 for row in there.values())


def test_a_change_needs_both_significance_and_size() -> None:
    waves: dict[str, tuple[Answer, Answer]] = {
        "sure and large": (an_estimate(80, 0.5), an_estimate(70, 0.5)),
        "sure but small": (an_estimate(72, 0.1), an_estimate(70, 0.1)),
        "large but unsure": (an_estimate(60, 6), an_estimate(70, 6)),
        "sure and down": (an_estimate(60, 0.5), an_estimate(70, 0.5)),
        "new": (an_estimate(60, 0.5), NotEstimable(Reason.NO_ANSWERS)),
    }
    judged = comparison.changes(waves)
    assert list(judged) == list(waves)
    directions = [c.direction for c in judged.values() if isinstance(c, comparison.JudgedChange)]
    assert directions == [
        Direction.IMPROVED,
        Direction.NO_CHANGE_SHOWN,
        Direction.NO_CHANGE_SHOWN,
        Direction.DECLINED,
    ]
    assert isinstance(judged["new"], NotEstimable)


def test_shared_respondents_make_a_change_surer() -> None:
    apart = comparison.change(an_estimate(80, 2), an_estimate(77, 2))
    paired = comparison.change(an_estimate(80, 2), an_estimate(77, 2), covariance=3.5)
    assert isinstance(apart, comparison.Change)
    assert isinstance(paired, comparison.Change)
    assert [apart.se, paired.se] == pytest.approx([8**0.5, 1.0])
    same = comparison.change(an_estimate(80, 2), an_estimate(77, 2), covariance=4)
    assert isinstance(same, NotEstimable)


def test_rank_sets_separate_only_what_differs() -> None:
    sets = comparison.rank_sets(
        {"A": an_estimate(90, 1), "B": an_estimate(89.9, 1), "C": an_estimate(50, 1), "D": an_estimate(50, 1)}
    )
    assert [(s.rank, s.low, s.high) for s in sets.values()] == [(1, 1, 2), (2, 1, 2), (3, 3, 4), (3, 3, 4)]
    low = comparison.rank_sets({"A": an_estimate(90, 1), "C": an_estimate(50, 1)}, higher_is_better=False)
    assert low["C"].high == 1
    assert comparison.rank_sets({}) == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 9)), min_size=1, max_size=8))
def test_a_rank_set_holds_the_point_rank(departments: list[tuple[float, float]]) -> None:
    sets = comparison.rank_sets({f"D{i}": an_estimate(v, se) for i, (v, se) in enumerate(departments)})
    for one in sets.values():
        assert 1 <= one.low <= one.rank <= one.high <= len(departments)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_adjusted_p_values_are_ordered_by_severity(values: list[float]) -> None:
    p = np.array(values)
    holm, bonferroni = multiplicity.adjusted(p), multiplicity.adjusted(p, Adjustment.BONFERRONI)
    screened = multiplicity.adjusted(p, Adjustment.BENJAMINI_HOCHBERG)
    assert np.all(p <= screened + 1e-15)
    assert np.all(screened <= holm + 1e-12)
    assert np.all(holm <= bonferroni + 1e-12)


def test_funnel_lines_narrow_with_n_and_hold_the_target() -> None:
    lines = funnel.binomial_limits(np.array([10, 100, 1000]), 0.8)
    assert [line.p for line in lines] == list(funnel.LINES)
    widths = lines[3].limit - lines[0].limit
    assert widths[0] > widths[1] > widths[2]
    assert np.all((lines[1].limit < 0.8) & (lines[2].limit > 0.8))


INDEX = (0.25, 0.15, 0.15, 0.15, 0.15, 0.15)


def test_the_index_weighs_means_and_their_joint_covariance() -> None:
    covariance = np.full((6, 6), 0.5) + np.eye(6)
    joint = JointEstimate(np.arange(60.0, 66.0), covariance, np.full(6, 50), 40.0)
    found = composite.index(joint, INDEX)
    a = np.array(INDEX)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(a @ joint.values)
    assert found.se == pytest.approx(np.sqrt(a @ covariance @ a))
    with pytest.raises(ValueError, match="sum to 1"):
        composite.index(joint, [0.2] * 6)
    gone = NotEstimable(Reason.NO_ANSWERS)
    assert composite.index(gone, INDEX) is gone


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=6, max_size=6), st.integers(0, 2**31))
def test_no_weights_within_the_step_leave_the_range(means: list[float], seed: int) -> None:
    span = composite.sensitivity(means, INDEX)
    draw = np.random.default_rng(seed)
    for _ in range(20):
        b = np.array(INDEX) + draw.choice([-0.05, 0.0, 0.05], 6)
        assert span.low - 1e-9 <= b @ np.array(means) / b.sum() <= span.high + 1e-9


def test_an_order_that_weights_can_flip_is_named() -> None:
    first, second = [80.0, 60, 70, 70, 70, 70], [60.0, 80, 75, 75, 70, 70]
    assert composite.order_depends_on_weights([first, second], INDEX).tolist() == [
        [False, True],
        [True, False],
    ]
    assert not composite.order_depends_on_weights([[90.0] * 6, [50.0] * 6], INDEX).any()
