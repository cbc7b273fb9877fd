"""Tallies: these counts and no others, and the same bytes whichever way they came about."""

from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.codebook import BLANK, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED, Codebook
from surveys.questionnaires.question_types import REGISTRY
from surveys.responses import counting
from surveys.responses.counting import Batch, Counts, GroupKey, Layout

from .conftest import CHOICES, document, question, rating, two

CHOICE = question("way", "single_choice", "each", two("?", "?"), settings={"choices": CHOICES, "offer": []})
LAYOUT = Layout(Codebook(document(rating("a"), CHOICE, rating("b"), rating("c"))).part("parks"))
GRADE = st.sampled_from([1, 2, 3, 4, 5, NOT_ASKED, BLANK, DONT_KNOW, NOT_APPLICABLE])
RECORD = st.tuples(GRADE, st.sampled_from([1, 2, BLANK]), GRADE, GRADE).map(bytes)
GROUP = st.builds(
    GroupKey, st.integers(0, 2), st.just(0), st.integers(1, 2), st.integers(1, 3), st.integers(0, 2)
)
RECORDS = st.lists(st.tuples(GROUP, RECORD), max_size=60)

Records = list[tuple[GroupKey, bytes]]


def batches_of(records: Records) -> list[Batch]:
    groups: dict[GroupKey, list[bytes]] = {}
    for group, codes in records:
        groups.setdefault(group, []).append(codes)
    return [Batch(1, 1, group, len(found), b"".join(found)) for group, found in groups.items()]


def counted(records: Records) -> Counts:
    return counting.count(LAYOUT, batches_of(records))


def by_hand(records: Records) -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    counts: Counter[tuple[object, ...]] = Counter()
    moments: Counter[tuple[object, ...]] = Counter()
    for group, codes in records:
        for item, code in enumerate(codes):
            counts[group, item, code] += 1
        for pair, (a, b) in enumerate(combinations_with_replacement((0, 2, 3), 2)):
            if 1 <= codes[a] <= 5 and 1 <= codes[b] <= 5:
                for place, value in enumerate((1, codes[a], codes[b], codes[a] * codes[b])):
                    moments[group, pair, place] += value
    return counts, moments


@given(RECORDS)
@settings(max_examples=200)
def test_counts_and_moments_are_those_of_counting_by_hand(records: Records) -> None:
    found = counted(records)
    counts, moments = by_hand(records)
    groups = [GroupKey(*map(int, row)) for row in found.groups]
    assert groups == sorted({group for group, _codes in records})
    items, codes = LAYOUT.columns
    for row, group in enumerate(groups):
        for column, (item, code) in enumerate(zip(items, codes, strict=True)):
            assert found.counts[row, column] == counts[group, int(item), int(code)]
        for pair in range(6):
            for place in range(4):
                assert found.moments[row, pair, place] == moments[group, pair, place]
    assert found.records == len(records)


@given(RECORDS, RECORDS)
def test_adding_is_the_same_bytes_as_counting_all_at_once(first: Records, second: Records) -> None:
    assert (counted(first) + counted(second)).written() == counted(first + second).written()
    assert (counted(second) + counted(first)).written() == counted(first + second).written()


@given(RECORDS)
def test_what_was_written_reads_back(records: Records) -> None:
    found = counted(records)
    again = counting.read_slice(LAYOUT, *found.written())
    assert again.written() == found.written()
    assert (again.counts == found.counts).all()
    assert (again.moments == found.moments).all()


@pytest.mark.parametrize(
    ("largest", "width"), [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4), (2**32, 8)]
)
def test_numbers_take_the_fewest_bytes_that_hold_the_largest(largest: int, width: int) -> None:
    content = counting.written(np.array([[0, largest]]))
    assert (content[0], len(content)) == (width, 1 + 2 * width)
    assert counting.read(content).tolist() == [0, largest]


def test_groups_larger_than_a_chunk_and_many_small_ones_count_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(1)
    records: Records = [
        (GroupKey(int(random.integers(0, 40)) // 20 * int(random.integers(0, 20)), 0, 1, 1), bytes(codes))
        for codes in random.choice([1, 2, BLANK], (3000, 4)).astype(np.uint8)
    ]
    whole = counted(records).written()
    for chunk_records, chunk_groups in ((7, 64), (64, 1), (1000, 3), (1, 1)):
        monkeypatch.setattr(counting, "CHUNK_RECORDS", chunk_records)
        monkeypatch.setattr(counting, "CHUNK_GROUPS", chunk_groups)
        assert counted(records).written() == whole


@pytest.mark.parametrize(
    "codes", [bytes([6, 1, 1, 1]), bytes([1, 3, 1, 1]), bytes([1, 1, 252, 1]), bytes(3), bytes(5)]
)
def test_a_code_that_the_edition_does_not_know_stops_the_count(codes: bytes) -> None:
    with pytest.raises(counting.CorruptRecords):
        counting.count(LAYOUT, [Batch(1, 1, GroupKey(0, 0, 1, 1), 1, codes)])


def test_a_part_without_coded_items_counts_its_records() -> None:
    text = question("why", "long_text", "each", two("?", "?"), settings={"max_length": 100})
    layout = Layout(Codebook(document(text)).part("parks"))
    found = counting.count(layout, [Batch(1, 1, GroupKey(0, 0, 1, 1), 7, b"")])
    assert found.records == 7
    assert counting.read_slice(layout, *found.written()).written() == found.written()


RATED = Layout(
    Codebook(
        document(rating("overall", headline=True), rating("ease", dimension="ease"), rating("other"))
    ).part("parks")
)


@pytest.mark.parametrize("ungraded", [NOT_ASKED, BLANK, DONT_KNOW, NOT_APPLICABLE])
def test_items_of_dimensions_count_only_where_the_headline_has_a_grade(ungraded: int) -> None:
    records = [bytes([4, 2, 3])] * 10 + [bytes([ungraded, 1, 5])] * 2 + [bytes([ungraded, BLANK, 5])]
    found = counting.count(RATED, [Batch(1, 1, GroupKey(0, 0, 1, 1), len(records), b"".join(records))])
    items, codes = RATED.columns
    counts = {
        (int(item), int(code)): int(n)
        for item, code, n in zip(items, codes, found.counts[0], strict=True)
        if n
    }
    assert counts == {(0, 4): 10, (0, ungraded): 3, (1, 2): 10, (2, 3): 10, (2, 5): 3}
    pairs = found.moments[0].tolist()
    both, square = [10, 20, 20, 40], [13, 45, 45, 165]
    assert [pairs[3], pairs[4], pairs[5]] == [both, [10, 20, 30, 60], square]


def test_a_part_without_a_headline_counts_every_answer() -> None:
    layout = Layout(Codebook(document(rating("ease", dimension="ease"), rating("b"))).part("parks"))
    found = counting.count(layout, [Batch(1, 1, GroupKey(0, 0, 1, 1), 1, bytes([2, BLANK]))])
    assert found.moments[0, 0].tolist() == [1, 2, 2, 4]


def test_no_code_of_a_question_is_the_one_of_the_unrated() -> None:
    every = {
        code
        for kind in REGISTRY
        for settings, *_rest in kind.accepts
        if kind.coded
        for code in kind.codes({"code": "q", "settings": settings})
    }
    assert max(every) <= 200 < counting.UNRATED
    assert counting.UNRATED not in (NOT_ASKED, NOT_APPLICABLE, DONT_KNOW, BLANK)


@pytest.mark.parametrize("codes", [bytes([4, 252, 3]), bytes([DONT_KNOW, 252, 3]), bytes([BLANK, 6, 3])])
def test_the_code_of_the_unrated_stands_in_no_record(codes: bytes) -> None:
    with pytest.raises(counting.CorruptRecords):
        counting.count(RATED, [Batch(1, 1, GroupKey(0, 0, 1, 1), 1, codes)])
