"""What follows from published counts: by subtraction, by linear programming, and by whole numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.estimation.differencing import bounds, recovered, solved


def units(text: str) -> frozenset[str]:
    return frozenset(text.split())


def test_counts_that_are_small_are_named_as_they_are() -> None:
    assert recovered({units("a"): 3, units("b"): 40}, base=10) == (units("a"),)


def test_a_total_less_all_others_gives_the_last_one_away() -> None:
    assert recovered({units("a b c"): 100, units("a"): 60, units("b"): 37}, base=10) == (units("c"),)


def test_two_that_are_hidden_hide_each_other() -> None:
    facts = {units("a b c d"): 100, units("a"): 60, units("b"): 25}
    assert recovered(facts, base=10) == ()
    assert bounds(facts, [units("c")]) == [(0.0, 15.0)]


def test_groups_that_cut_across_give_back_what_was_joined() -> None:
    """Of joined strata north + middle and of middle + south, beside south alone: middle follows, then north."""
    facts = {units("north middle"): 30, units("middle south"): 44, units("south"): 40}
    assert recovered(facts, base=10) == (units("middle"),)


def test_a_zero_total_is_no_small_number() -> None:
    assert recovered({units("a b"): 0, units("c"): 20}, base=10) == ()


def test_what_no_count_less_another_tells_follows_from_several_together() -> None:
    """Three pairs of three: each is half of two sums less the third, which no single difference shows."""
    facts = {units("a b"): 16, units("b c"): 24, units("a c"): 34}
    assert recovered(facts, base=10) == (units("b"),)


def test_counts_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        recovered({units("a b"): 10, units("a"): 30, units("b"): 12}, base=10)
    with pytest.raises(ValueError, match="contradict"):
        recovered({units("a b"): 50, units("b c"): 50, units("a c"): 30, units("a b c"): 66}, base=10)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=3), st.data())
def test_whatever_is_recovered_is_true_and_small(counts: dict[str, int], data: st.DataObject) -> None:
    names = sorted(counts)
    sets = data.draw(st.lists(st.frozensets(st.sampled_from(names), min_size=1), min_size=1, max_size=5))
    facts = {one: sum(counts[name] for name in one) for one in sets}
    for found in recovered(facts, base=10):
        assert 0 < sum(counts[name] for name in found) < 10


def test_a_weighted_sum_gives_the_counts_back() -> None:
    weights = [86.6666666667, 69.0909090909, 52.5]
    truth = (3, 0, 4)
    weighted = sum(n * w for n, w in zip(truth, weights, strict=True))
    assert solved(7, weighted, weights, [10, 10, 10]) == truth
    assert solved(7, 7 * 50.0, [50.0, 50.0, 50.0], [10, 10, 10]) is None, "one weight tells nothing"
