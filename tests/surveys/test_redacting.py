"""Masking finds personal data in what people wrote, leaves the rest alone, and promises no more than it keeps."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.management.city.comments import COMMENTS
from surveys.redacting import LONGEST, MARKS, masked
from tests.surveys.planted_personal_data import FOUND, HARMLESS, MISSED, UNSEEN

PIECES = st.sampled_from(
    [words for words, _parts in FOUND]
    + [
        *HARMLESS,
        "，",
        " ",
        "\n",
        "1",
        "一",
        "王",
        "主任",
        "号",
        "-",
        "@",
        ".",
        "京A",
        "〔电话〕",
        "[phone]",
        "［",
        "姓",
    ]
)
WRITTEN = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=5).map("".join))


@pytest.mark.parametrize(("words", "parts"), FOUND, ids=[words for words, _parts in FOUND])
def test_planted_personal_data_is_masked(words: str, parts: tuple[str, ...]) -> None:
    found = masked(words)
    assert [part for part in parts if part in found] == []


@pytest.mark.parametrize("words", [*HARMLESS, *COMMENTS])
def test_what_names_nobody_is_left_as_it_was(words: str) -> None:
    assert masked(words) == words


def test_of_what_it_was_not_made_for_it_finds_most_and_not_all() -> None:
    found = sum(part not in masked(words) for words, part in UNSEEN)
    assert found / len(UNSEEN) >= 0.85


@pytest.mark.parametrize(("words", "part"), MISSED)
def test_what_it_cannot_know_stands_in_the_docs_as_missed(words: str, part: str) -> None:
    assert part in masked(words)


def test_masks_are_words_of_the_language_of_the_text() -> None:
    assert masked("王主任的电话是13800138000，打不通") == "〔姓名〕主任的电话是〔电话〕，打不通"
    assert masked("Mr. Smith has the phone 555-010-9999, no answer") == (
        "Mr. [name] has the phone [phone], no answer"
    )


def test_a_text_of_hardly_anything_but_masks_is_dropped() -> None:
    assert masked("13800138000") == ""
    assert masked("张三医生 13800138000") == ""
    assert masked("rosa@example.org https://example.org") == ""
    assert masked("李医生很好") == "〔姓名〕医生很好"


def test_nothing_invisible_is_left() -> None:
    found = masked("good\u202e evil\u202c\u200b\x07\u00ad\ufeff\n\n\n  two\u3000words \U000e0041")
    assert found == "good evil\ntwo words"


def test_a_long_text_is_cut_outside_of_masks() -> None:
    found = masked("字" * (LONGEST - 3) + "13800138000" + "字" * 50)
    assert len(found) <= LONGEST
    assert found.endswith("字…")


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
@example("1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")
def test_masking_twice_is_masking_once(words: str) -> None:
    once = masked(words)
    assert masked(once) == once


@settings(max_examples=300, deadline=None)
@given(WRITTEN, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), WRITTEN)
def test_a_mobile_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before}{number}{after}")


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_what_is_left_is_short_and_visible_and_holds_no_long_number(words: str) -> None:
    found = masked(words)
    assert len(found) <= LONGEST
    assert all(sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"} for sign in found)
    digits = "".join("0" if sign.isdecimal() else " " for sign in found)
    assert "000000" not in digits


def test_marks_are_no_personal_data() -> None:
    for marks in MARKS.values():
        for mark in marks:
            assert mark in masked(f"这里写着{mark}和别的许多话") or mark in masked(
                f"here it says {mark} and more words"
            )


def test_time_grows_with_the_length_alone() -> None:
    took = []
    for length in (2_000, 8_000):
        began = time.perf_counter()
        for unit in ("1 ", "a@", "王", "138-", "某", "aa.", "1号"):
            masked((unit * length)[:length])
        took.append(time.perf_counter() - began)
    assert took[1] < 16 * took[0]
