"""JSON that two programs could read differently is refused."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.strict_json import BadJSON, read

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_what_is_json_reads_back(value: Any) -> None:
    assert read(json.dumps(value).encode()) == value
    assert read(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nope",
        b"NaN",
        b'{"a": Infinity}',
        b"[-Infinity]",
        b'{"a": 1, "a": 2}',
        b'{"x": [{"a": 1, "a": 1}]}',
        b"9007199254740993",
        b"-" + b"9" * 400,
        b"1e999",
        b'{"weight": -1e400}',
        b'"a\\u0000b"',
        b'{"\\u0000": 1}',
        b'"\\ud800"',
        b'["\\udfff\\ud800"]',
        b'"\xff"',
        b"\xfe\xff\x00{",
        b"[" * 21 + b"]" * 21,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_strict_is_refused(body: bytes) -> None:
    with pytest.raises(BadJSON):
        read(body)


def test_brackets_inside_strings_are_no_nesting() -> None:
    text = "[{" * 50 + '\\"'
    assert read(json.dumps([text]).encode()) == [text]
    assert read(b"[" * 20 + b"]" * 20)


def test_a_string_that_never_ends_is_read_once() -> None:
    """Read again from each of its quotes, the body the door lets in would take minutes."""
    started = time.perf_counter()
    with pytest.raises(BadJSON):
        read(b'"' + rb"\"" * 128 * 1024)
    assert time.perf_counter() - started < 5
