"""Flags see haste, and never the direction of a rating."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaires.codebook import BLANK, DONT_KNOW, NOT_APPLICABLE, Codebook, Part
from surveys.responses.quality import Flag, flags_of, is_fast

from .conftest import document, rating

EIGHT = Codebook(document(*(rating(f"r{number}") for number in range(8)))).part("parks")
FIVE = Codebook(document(*(rating(f"r{number}") for number in range(5)))).part("parks")
BYTES = st.sampled_from([1, 2, 3, 4, 5, BLANK, DONT_KNOW, NOT_APPLICABLE])


def reflected(codes: bytes) -> bytes:
    return bytes(6 - code if 1 <= code <= 5 else code for code in codes)


@given(st.lists(BYTES, min_size=8, max_size=8).map(bytes))
def test_turning_every_rating_round_leaves_every_flag(codes: bytes) -> None:
    assert flags_of(EIGHT, codes) == flags_of(EIGHT, reflected(codes))


@given(st.integers(1, 5))
def test_the_same_answer_to_everything_is_a_straight_line_whichever_it_is(grade: int) -> None:
    assert flags_of(EIGHT, bytes([grade] * 8)) == Flag.STRAIGHT_LINE | Flag.FLAT
    assert flags_of(EIGHT, bytes([DONT_KNOW] * 8)) == Flag.STRAIGHT_LINE


def test_six_equal_grades_among_blanks_are_flat_but_no_straight_line() -> None:
    assert flags_of(EIGHT, bytes([4] * 6 + [BLANK, DONT_KNOW])) == Flag.FLAT
    assert flags_of(EIGHT, bytes([4] * 5 + [BLANK] * 3)) == 0
    assert flags_of(EIGHT, bytes([4] * 7 + [5])) == 0


def test_fewer_than_six_items_say_nothing() -> None:
    assert flags_of(FIVE, bytes([4] * 5)) == 0


def test_a_blank_record_is_no_straight_line() -> None:
    assert flags_of(EIGHT, bytes([BLANK] * 8)) == 0
    assert flags_of(Part("parks", (), ()), b"") == 0


def test_less_than_two_seconds_an_answer_is_fast() -> None:
    assert is_fast(19.9, 10)
    assert not is_fast(20.0, 10)
    assert not is_fast(None, 10)
    assert flags_of(FIVE, bytes([1, 2, 3, 4, 5]), fast=True) == Flag.FAST
