"""What an expression may look like, and what it refers to."""

import json
import time
from random import Random
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.logic.expressions import (
    DEEPEST,
    EXPRESSION,
    MOST_NODES,
    OF_A_LIST,
    OF_TWO,
    OPERATORS,
    BadPattern,
    compiled,
    definition,
    kind_of,
    references,
)
from tests.surveys.questionnaires.logic.conftest import answer, equals, rules, value

SCHEMA = {"$defs": {"expression": definition()}, **EXPRESSION.schema()}


def said(expression: Any) -> list[str]:
    return [str(flaw) for flaw in EXPRESSION.flaws(expression)]


def nested(depth: int) -> dict[str, Any]:
    expression = answer("q1")
    for _level in range(depth - 1):
        expression = {"not": expression}
    return expression


EVERY_OPERATOR: dict[str, Any] = {
    "value": "0.25",
    "answer": "q1",
    "answered": "q5.r1",
    "chosen": "q1",
    **{name: [answer("q1"), value(1), value(True)] for name in OF_A_LIST},
    **{name: [answer("q1"), value(1)] for name in OF_TWO},
    "not": answer("q1"),
    "length": answer("q1"),
    "matches": [answer("q1"), "[A-Z]{2}[0-9]{6}"],
    "rounded": [answer("q1"), 2],
    "if": [answer("q1"), value(1), value(2)],
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_has_its_form(operator: str) -> None:
    expression = {operator: EVERY_OPERATOR[operator]}
    assert said(expression) == []
    jsonschema.validate(expression, SCHEMA)


REFUSED: list[tuple[Any, str]] = [
    (None, "must be an object with one key"),
    (5, "must be an object with one key"),
    ("q1 == 1", "must be an object with one key"),
    ([], "must be an object with one key"),
    ({}, "must be an object with one key"),
    ({"answer": "q1", "value": 1}, "must be an object with one key"),
    ({"eval": "import os"}, "has no known operator; known are: value, answer"),
    ({"__class__": []}, "has no known operator"),
    ({"answer": "Q 1"}, "answer: must look like “q5.r1”."),
    ({"answer": 5}, "answer: must look like"),
    ({"answer": "q" * 121}, "answer: must look like"),
    ({"value": 1.5}, "write other numbers as a text, such as “0.25”"),
    ({"value": None}, "value: must be a text"),
    ({"value": 2**53}, "value: must be a whole number"),
    ({"value": "x" * 301}, "value: is 301 characters long"),
    ({"value": "a\x00"}, "value: holds a character that cannot be stored"),
    ({"all": []}, "all: must list from 1 to 100 rules."),
    ({"all": answer("q1")}, "all: must list from 1 to 100 rules."),
    ({"any": [1]}, "any.0: must be an object with one key"),
    ({"equals": [answer("q1")]}, "equals: must list exactly 2 things."),
    ({"if": [answer("q1"), answer("q1")]}, "if: must list exactly 3 things."),
    ({"not": []}, "not: must be an object"),
    ({"rounded": [answer("q1"), 7]}, "rounded.1: must be a whole number from 0 to 6."),
    ({"rounded": [answer("q1"), True]}, "rounded.1: must be a whole number"),
    ({"matches": [answer("q1"), "("]}, "matches.1: is no pattern that can be searched for: missing ): (."),
    ({"matches": [answer("q1"), ""]}, "matches.1: must be a pattern"),
    ({"matches": [answer("q1"), answer("q2")]}, "matches.1: must be a pattern"),
    ({"matches": [answer("q1"), "a" * 201]}, "matches.1: is 201 characters long"),
    ({"matches": [answer("q1"), "(?=a)a"]}, "matches.1: is no pattern"),
    ({"matches": [answer("q1"), r"(a)\1"]}, "matches.1: is no pattern"),
    ({"matches": [answer("q1"), "a{1000}{1000}"]}, "matches.1: is no pattern"),
    ({"matches": [answer("q1"), "((a{100}){100}){100}"]}, "matches.1: is no pattern"),
]


@pytest.mark.parametrize(("expression", "words"), REFUSED, ids=str)
def test_what_is_no_expression_is_refused_with_a_sentence(expression: Any, words: str) -> None:
    flaws = said(expression)
    assert len(flaws) == 1
    assert words in flaws[0]


def test_ten_levels_are_taken_and_eleven_are_not() -> None:
    assert said(nested(DEEPEST)) == []
    assert said(nested(DEEPEST + 1)) == ["nests rules more than 10 deep; split it up."]
    assert said({"all": [nested(DEEPEST)]}) == ["nests rules more than 10 deep; split it up."]


def test_two_hundred_parts_are_taken_and_one_more_is_not() -> None:
    def wide(count: int) -> dict[str, Any]:
        return {"all": [{"any": [answer("q1")] * 98}, {"any": [answer("q1")] * (count - 101)}]}

    assert said(wide(MOST_NODES)) == []
    assert said(wide(MOST_NODES + 1)) == ["is made of more than 200 parts; split it up."]


def test_a_bomb_is_refused_at_once() -> None:
    deep: Any = answer("q1")
    for _level in range(100_000):
        deep = {"not": deep}
    wide: Any = answer("q1")
    for _level in range(40):
        wide = {"all": [wide, wide]}  # 2^40 parts in a few bytes of memory
    broad = {"all": [{"all": [answer("q1")] * 1000} for _part in range(1000)]}
    began = time.perf_counter()
    for bomb in (deep, wide, broad):
        assert len(said(bomb)) == 1
    assert time.perf_counter() - began < 1


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    began = time.perf_counter()
    for pattern in ("(a+)+$", "(a|a)*b", "(a*)*c", "([a-z]+)*[0-9]", "(.*a){12}$"):
        compiled(pattern).fullmatch("a" * 10_000 + "!")
    assert time.perf_counter() - began < 1


HARD = "[ab]*(a[ab]{60}a|b[ab]{70}b)[ab]{400}c?[ab]"


def test_no_pattern_takes_long_over_any_text() -> None:
    rng = Random(1)  # noqa: S311
    for pattern in (HARD, "[ab]*a[ab]{140}c", "(?:a?){190}a{190}", "(.*a){12}$"):
        for length in (100, 500, 1000, 2000):
            text = "".join(rng.choice("ab") for _sign in range(length))
            compiled(pattern).keeps(text)
            times = []
            for _time in range(5):
                began = time.perf_counter()
                compiled(pattern).keeps(text)
                times.append(time.perf_counter() - began)
            assert min(times) < 0.01  # measured: below 2 ms
    assert compiled(HARD).keeps("ab" * 1000) is None
    assert compiled("a*").keeps("a" * 2000) is True
    assert compiled("a*").keeps("a" * 2001) is None


def test_a_pattern_that_repeats_too_much_and_a_rule_of_many_patterns_are_refused() -> None:
    with pytest.raises(BadPattern):
        compiled(r"[\p{L} ]{1,200}")
    with pytest.raises(BadPattern):
        compiled("(?:.{1,100}){1,9}")
    search = {"matches": [answer("q1"), "a+"]}
    assert said({"any": [search] * 10}) == []
    assert ["10 patterns" in str(flaw) for flaw in said({"any": [search] * 11})] == [True]


def test_a_pattern_stands_for_the_whole_text() -> None:
    assert compiled("[0-9]+").keeps("123")
    assert not compiled("[0-9]+").keeps("a123")
    assert compiled(r"\p{Han}{2,4}").keeps("王小明")
    with pytest.raises(BadPattern, match="missing"):
        compiled("[a")


@settings(deadline=None)
@given(rules)
def test_shape_and_schema_agree_on_what_is_an_expression(expression: dict[str, Any]) -> None:
    if not said(expression):
        jsonschema.validate(json.loads(json.dumps(expression)), SCHEMA)


@settings(deadline=None)
@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_any_json_is_judged_without_a_crash(anything: Any) -> None:
    assert isinstance(said(anything), list)


def test_references_tell_what_is_answered_from_what_was_answered() -> None:
    found = references(
        {"all": [{"answered": "q1"}, equals("q2", 1), {"chosen": "q3"}]},
        {"if": [{"answered": "q4.r1"}, {"sum": [answer("q5.r2.a")]}, {"length": answer("q1")}]},
    )
    assert found.answered == {"q1", "q4.r1"}
    assert found.values == {"q1", "q2", "q3", "q5.r2.a"}
    assert found.all == {"q1", "q2", "q3", "q4.r1", "q5.r2.a"}


def test_what_an_expression_gives_is_known_beforehand() -> None:
    assert kind_of({"not": answer("q1")}) == "condition"
    assert kind_of({"sum": [answer("q1")]}) == "number"
    assert kind_of({"joined": [answer("q1")]}) == "text"
    assert kind_of(answer("q1")) == "any"
    assert kind_of({"if": [value(True), {"chosen": "q1"}, {"length": answer("q1")}]}) == "number"
    assert kind_of({"if": [value(True), {"chosen": "q1"}, answer("q1")]}) == "any"
