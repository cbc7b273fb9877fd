"""Nothing that is hidden can be computed from what is shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.estimation import disclosure
from reports.estimation.disclosure import Status, Thresholds
from reports.estimation.estimate import Estimate, NotEstimable, Reason

GOOD = Estimate(0.8, 0.03, 90.0, 0.73, 0.86, 120, n_e=110.0, kg_width=0.14)


def test_small_strata_merge_in_declared_order_and_the_rest_joins_the_last() -> None:
    assert disclosure.merge_strata([12, 4, 7, 30, 3]) == ((0,), (1, 2), (3, 4))
    assert disclosure.merge_strata([3, 0, 4]) == ((0, 2), (1,))
    assert disclosure.merge_strata([0, 0]) == ((0,), (1,))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=1, max_size=12))
def test_merged_groups_are_a_partition_and_none_is_small(counts: list[int]) -> None:
    groups = disclosure.merge_strata(counts)
    assert sorted(h for group in groups for h in group) == list(range(len(counts)))
    sizes = [sum(counts[h] for h in group) for group in groups]
    if sum(counts) >= 10:
        assert all(size == 0 or size >= 10 for size in sizes)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (GOOD, Status.PUBLISHABLE),
        (Estimate(0.8, 0.03, 90.0, 0.7, 0.9, 9, n_e=110.0, kg_width=0.14), Status.SUPPRESSED),
        (Estimate(0.8, 0.03, 90.0, 0.7, 0.9, 29, n_e=110.0, kg_width=0.14), Status.INDICATIVE),
        (Estimate(0.8, 0.03, 90.0, 0.7, 0.9, 120, n_e=29.9, kg_width=0.14), Status.INDICATIVE),
        (Estimate(0.8, 0.03, 90.0, 0.7, 0.9, 120, n_e=110.0, kg_width=0.30), Status.INDICATIVE),
        (Estimate(0.8, 0.03, 7.0, 0.7, 0.9, 120, n_e=110.0, kg_width=0.14), Status.INDICATIVE),
        (NotEstimable(Reason.NO_VARIATION, 120, 100.0), Status.INDICATIVE),
        (NotEstimable(Reason.NO_ANSWERS, 0), Status.SUPPRESSED),
    ],
)
def test_each_threshold_decides_the_status(answer: Estimate | NotEstimable, expected: Status) -> None:
    assert disclosure.status(answer) is expected


def test_thresholds_are_parameters_and_the_worst_answer_decides() -> None:
    assert disclosure.status(GOOD, thresholds=Thresholds(indicative_below=200)) is Status.INDICATIVE
    assert disclosure.status(GOOD, NotEstimable(Reason.NO_VARIATION, 120)) is Status.INDICATIVE


def test_primary_suppression_alone_is_recovered_exactly() -> None:
    counts = np.array([[34, 7, 51, 18], [60, 25, 9, 44], [41, 38, 77, 30]])
    hidden = np.zeros((4, 5), dtype=bool)
    hidden[:3, :4] = counts < 10
    table = disclosure.crossed(counts)
    assert list(table.counts[disclosure.disclosed(table, hidden.ravel())]) == [7, 9]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_suppressed_cell_can_be_computed(counts: list[list[int]]) -> None:
    table = disclosure.crossed(counts)
    hidden = disclosure.suppress(table)
    assert np.all(hidden[(table.counts > 0) & (table.counts < 10)])
    exposed = disclosure.disclosed(table, hidden)
    assert not np.any(exposed)
    for total, parts in table.relations:
        assert hidden[[total, *parts]].sum() != 1


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert not disclosure.suppress(disclosure.crossed([[10, 20], [0, 40]])).any()


def test_all_minus_one_department_is_audited_like_any_other_sum() -> None:
    # City total, and all departments but Parks: the difference tells Parks' 7.
    table = disclosure.Table(np.array([100.0, 93.0, 7.0]), ((0, (1, 2)),))
    hidden = disclosure.suppress(table)
    assert hidden[2]
    assert hidden.sum() >= 2
