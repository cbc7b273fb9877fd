"""Receipts survive being written down by hand, and tell a slip of the pen."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from surveys.responses import receipts
from surveys.responses.receipts import UnreadableReceipt
from surveys.waves import inviting

RECEIPTS = st.binary(min_size=10, max_size=10)


@given(RECEIPTS)
def test_a_printed_receipt_reads_back(receipt: bytes) -> None:
    printed = receipts.printed(receipt)
    assert [len(group) for group in printed.split("-")] == [4, 4, 4, 4, 1]
    assert receipts.read(printed) == receipt


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace("-", " "), lambda text: f" {text}\u200b\n"]
)
@given(RECEIPTS)
def test_it_reads_back_however_it_was_typed(change: object, receipt: bytes) -> None:
    assert callable(change)
    assert receipts.read(change(receipts.printed(receipt))) == receipt


def test_letters_that_look_like_digits_and_full_width_ones_are_forgiven() -> None:
    printed = receipts.printed(bytes(10))
    assert printed == "0000-0000-0000-0000-0"
    assert receipts.read("oooo-ＯＯＯＯ-0000—0000-o") == bytes(10)


@given(RECEIPTS, st.integers(0, 16), st.sampled_from(inviting.ALPHABET))
def test_a_mistyped_character_is_noticed(receipt: bytes, place: int, wrong: str) -> None:
    letters = receipts.printed(receipt).replace("-", "")
    typed = letters[:place] + wrong + letters[place + 1 :]
    if typed != letters and {wrong, letters[place]} != {"0", "Z"}:
        with pytest.raises(UnreadableReceipt):
            receipts.read(typed)


@given(RECEIPTS, st.integers(0, 14))
def test_two_swapped_characters_are_noticed(receipt: bytes, place: int) -> None:
    letters = receipts.printed(receipt).replace("-", "")
    typed = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    if typed != letters and {letters[place], letters[place + 1]} != {"0", "Z"}:
        with pytest.raises(UnreadableReceipt):
            receipts.read(typed)


@pytest.mark.parametrize(
    "typed", ["", "0", "0000-0000-0000-0000", "0000-0000-0000-0000-00", "U" * 17, "我" * 17, "0" * 9999]
)
def test_what_is_no_receipt_is_refused_with_a_sentence(typed: str) -> None:
    with translation.override("en"), pytest.raises(UnreadableReceipt, match="A receipt has 17"):
        receipts.read(typed)


@given(st.lists(RECEIPTS, max_size=5), st.binary(min_size=16, max_size=16))
def test_sealed_receipts_open_with_their_secret_alone(handed_out: list[bytes], secret: bytes) -> None:
    sealed = receipts.seal(handed_out, secret)
    assert receipts.unseal(sealed, secret) == handed_out
    if handed_out:
        other = bytes([secret[0] ^ 1]) + secret[1:]
        assert receipts.unseal(sealed, other) != handed_out
