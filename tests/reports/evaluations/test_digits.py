"""Published digits: twelve of them, no exponent, the same from either writer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.evaluations.digits import number, published, published_or_none, rounded

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)


@given(FINITE)
def test_twelve_digits_are_kept_and_no_exponent_is_written(value: float) -> None:
    text = published(value)
    assert "e" not in text
    assert len(Decimal(text).normalize().as_tuple().digits) <= 12
    assert float(text) == pytest.approx(value, rel=1e-11)


@given(FINITE)
def test_what_was_published_is_published_again_as_it_is(value: float) -> None:
    assert published(float(published(value))) == published(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_only_finite_numbers_are_published(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        published(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0, "0"), (100, "100"), (1e-7, "0.0000001"), (1 / 3, "0.333333333333"), (2 / 3, "0.666666666667")],
)
def test_examples(value: float, text: str) -> None:
    assert published(value) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [("69.45", "69.4"), ("69.55", "69.6"), ("-0.04", "0.0"), ("100", "100.0"), ("-3.25", "-3.2")],
)
def test_paper_rounds_half_to_even(text: str, short: str) -> None:
    assert rounded(text) == short


def test_shares_become_per_cent_without_passing_through_floats() -> None:
    assert rounded("0.285", 1, times=100) == "28.5"
    assert rounded("0.12345", 1, times=100) == "12.3"


def test_nothing_stays_nothing() -> None:
    assert published_or_none(None) is None
    assert number(None) is None
    assert number("0.25") == 0.25
