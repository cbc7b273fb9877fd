"""A person's records must not be put together again: what rules about departments may know of the place."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.questionnaires import checking
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_question


@pytest.fixture(autouse=True)
def in_english() -> Any:
    from django.utils.translation import override

    with override("en"):
        yield


def asked(number: int) -> dict[str, Any]:
    return a_question(
        f"g{number}", "single_choice", about="general", settings={"choices": CHOICES, "offer": []}
    )


def follows(number: int, of: int, about: str = "each") -> dict[str, Any]:
    return a_question(
        f"f{number}", "short_text", about=about, show={"equals": [{"answer": f"g{of}"}, {"value": 1}]}
    )


def said(*questions: dict[str, Any]) -> list[str]:
    document = a_document(*questions, a_question("rated", headline=True))
    return [problem.message for problem in checking.problems(document)]


def test_a_few_conditions_about_the_place_may_decide_what_is_asked_about_departments() -> None:
    assert said(*map(asked, range(5)), *(follows(number, number) for number in range(5))) == []


def test_one_condition_may_decide_about_many_questions() -> None:
    assert said(asked(0), *(follows(number, 0) for number in range(12))) == []


def test_many_conditions_would_copy_the_answers_into_every_record() -> None:
    (message,) = said(*map(asked, range(6)), *(follows(number, number) for number in range(6)))
    assert "put together again" in message
    assert "6 different conditions" in message


def test_about_the_place_itself_there_is_no_limit() -> None:
    assert said(*map(asked, range(8)), *(follows(number, number, "general") for number in range(8))) == []


def test_a_value_about_a_department_is_not_made_of_answers_about_the_place() -> None:
    value = {"joined": [{"answer": "g0"}, {"value": "x"}]}
    copied = a_question("copy", "calculated", text={}, settings={"value": value})
    assert any("copy them into the record" in message for message in said(asked(0), copied))


def test_parameters_of_the_address_tell_departments_little() -> None:
    def parameter(code: str, count: int) -> dict[str, Any]:
        choices = [
            {"code": number, "text": {"en": str(number), "zh-hans": str(number)}}
            for number in range(1, count + 1)
        ]
        return a_question(code, "hidden", text={}, settings={"parameter": code, "choices": choices})

    assert said(parameter("window", 12)) == []
    assert any("parameter of the address" in message for message in said(parameter("window", 21)))
    assert any(
        "parameter of the address" in message for message in said(parameter("a", 3), parameter("b", 3))
    )


def test_a_check_cannot_demand_a_reason_through_a_calculated_value() -> None:
    why = a_question("why", "long_text")
    told = a_question(
        "told",
        "calculated",
        text={},
        settings={"value": {"if": [{"answered": "why"}, {"value": 1}, {"value": 0}]}},
    )
    words = {"en": "Say why.", "zh-hans": "请说明原因。"}
    rule = {"more": [{"answer": "told"}, {"value": 0}]}
    grade = a_question(
        "grade",
        "single_choice",
        settings={"choices": CHOICES, "offer": []},
        checks=[{"rule": rule, "words": words}],
    )
    assert any("nobody has to give a reason" in message for message in said(why, told, grade))


PIN = a_question("pin", "number", about="general")


def checked(rule: dict[str, Any]) -> dict[str, Any]:
    words = {"zh-hans": "再写一次。", "en": "Repeat it."}
    return a_question("copy", "number", required=True, checks=[{"rule": rule, "words": words}])


@pytest.mark.parametrize(
    "rule",
    [
        {"equals": [{"answer": "copy"}, {"answer": "pin"}]},
        {"at_most": [{"answer": "copy"}, {"minus": [{"answer": "pin"}, {"value": 1}]}]},
        {"any": [{"answered": "pin"}, {"more": [{"answer": "copy"}, {"value": 1}]}]},
    ],
    ids=str,
)
def test_no_check_makes_records_of_departments_repeat_an_answer_about_the_place(rule: dict[str, Any]) -> None:
    (message,) = said(PIN, checked(rule))
    assert "put together again" in message


def test_a_check_on_answers_about_the_same_department_is_fine() -> None:
    rule = {"at_most": [{"answer": "copy"}, {"answer": "visits"}]}
    assert said(PIN, a_question("visits", "number"), checked(rule)) == []
