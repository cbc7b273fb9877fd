"""Packing a whole record and taking it apart again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaires import checking
from surveys.questionnaires.codebook import BLANK, DONT_KNOW, NOT_APPLICABLE, Codebook
from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires.conftest import a_full_document

DOCUMENT = checking.received(a_full_document())
PARKS = Codebook(DOCUMENT).part("parks")

EXAMPLES: dict[str, list[Any]] = {
    question["code"]: [None, *question_type(question["type"]).codes(question), "dk", "na"]
    if question_type(question["type"]).coded
    else [None, [1, 2], 12, "字"]
    for question in PARKS.questions
}


@given(st.fixed_dictionaries({code: st.sampled_from(examples) for code, examples in EXAMPLES.items()}))
def test_a_record_survives_packing(answers: dict[str, Any]) -> None:
    codes, extras = PARKS.pack(answers)
    assert len(codes) == len(PARKS.items)
    given_answers = {code: answer for code, answer in answers.items() if answer is not None}
    assert PARKS.unpack(codes, extras) == given_answers
    assert (extras is None) == (not given_answers.keys() - {item.code for item in PARKS.items})


def test_reserved_codes_are_the_bytes_they_have_always_been() -> None:
    assert PARKS.pack({"q1": "na", "q2": "dk"}) == (bytes([NOT_APPLICABLE, DONT_KNOW, BLANK]), None)
    assert (NOT_APPLICABLE, DONT_KNOW, BLANK) == (253, 254, 255)


def test_an_answer_to_a_question_that_is_not_asked_here_is_never_packed() -> None:
    with pytest.raises(KeyError):
        PARKS.pack({"q3": 1})


def test_a_record_of_a_shorter_layout_reads_as_not_asked() -> None:
    assert PARKS.unpack(bytes([5]), None) == {"q1": 5}
