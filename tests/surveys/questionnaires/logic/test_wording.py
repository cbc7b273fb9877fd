"""Rules in plain words, in the language of the page."""

import re
from random import Random
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.logic.expressions import kind_of
from surveys.questionnaires.logic.wording import RuleWords
from tests.surveys.questionnaires.conftest import a_question, a_text
from tests.surveys.questionnaires.logic.conftest import (
    SEVERAL,
    answer,
    choices,
    draft,
    equals,
    general,
    jump,
    page,
    random_draft,
    rules,
    split,
    value,
)

MATRIX = {
    "rows": [{"code": "r1", "text": a_text("Staff")}, {"code": "r2", "text": a_text("Rooms")}],
    "scale": "satisfaction",
}
DOCUMENT = draft(
    general(
        "used",
        text={
            "en": "Have you used the service in the last twelve months?",
            "zh-hans": "近一年您是否用过该服务？",
        },
    ),
    general("kinds", SEVERAL, text=a_text("Which?"), settings={"choices": choices("Bus", "Clinic")}),
    page("p2", text=a_text("Visits")),
    general("age", "number", text=a_text("Age")),
    split(),
    general("note", "info", text=a_text("Thank you")),
    a_question("rate", text=a_text("Rate it")),
    general("born", "date", text=a_text("Day of birth")),
    page("p3", text={}),
    general("table", "matrix", text=a_text("Table"), settings=MATRIX),
)
WORDS = RuleWords(DOCUMENT)
USED = "question 1 “Have you used the service in the last…”"

SAID: list[tuple[Any, str]] = [
    (equals("used", 1), f"{USED} is “Yes”"),
    ({"equals": [value(1), answer("used")]}, f"“Yes” is {USED}"),
    ({"differs": [answer("used"), value(2)]}, f"{USED} is not “No”"),
    ({"not": equals("used", 2)}, f"{USED} is not “No”"),
    ({"not": {"not": equals("used", 2)}}, f"{USED} is “No”"),
    (equals("used", 99), f"{USED} is 99"),
    ({"answered": "used"}, f"{USED} is answered"),
    ({"not": {"answered": "used"}}, f"{USED} is not answered"),
    ({"any": [equals("used", 1), equals("used", 3)]}, f"{USED} is one of “Yes”, “Perhaps”"),
    ({"includes": [answer("kinds"), value(2)]}, "question 2 “Which?” includes “Clinic”"),
    ({"not": {"includes": [answer("kinds"), value(2)]}}, "question 2 “Which?” does not include “Clinic”"),
    (
        {"at_least": [{"chosen": "kinds"}, value(2)]},
        "the number of choices made in question 2 “Which?” is at least 2",
    ),
    ({"less": [answer("age"), value(18)]}, "question 3 “Age” is less than 18"),
    ({"more": [answer("age"), value("17.5")]}, "question 3 “Age” is more than 17.5"),
    ({"at_most": [answer("born"), value("2008-11-22")]}, "question 5 “Day of birth” is not after 2008-11-22"),
    (equals("ab", 2), "the value “Text of ab” is “new”"),
    (equals("rate", "dk"), "question 4 “Rate it” is “Don’t know”"),
    (equals("table.r2", 5), "question 6 “Table”, row “Rooms” is “Very satisfied”"),
    (equals("gone", 1), "the missing question “gone” is 1"),
    (
        {"all": [equals("used", 1), {"any": [{"answered": "age"}, {"answered": "kinds"}]}]},
        f"{USED} is “Yes” and (question 3 “Age” is answered or question 2 “Which?” is answered)",
    ),
    (
        {"not": {"all": [equals("used", 1), {"answered": "age"}]}},
        f"it is not so that ({USED} is “Yes” and question 3 “Age” is answered)",
    ),
    (
        {"equals": [{"rounded": [{"divided": [{"sum": [answer("age"), value(2)]}, value(3)]}, 0]}, value(6)]},
        "((question 3 “Age” + 2) ÷ 3) rounded to a whole number is 6",
    ),
    ({"minus": [answer("age"), {"times": [value(2), value("0.5")]}]}, "question 3 “Age” − (2 × 0.5)"),
    ({"rounded": [answer("age"), 2]}, "question 3 “Age” rounded to 2 digits after the point"),
    ({"matches": [answer("age"), "[0-9]+"]}, "question 3 “Age” has the form “[0-9]+”"),
    (
        {"at_most": [{"length": answer("age")}, value(3)]},
        "the number of characters in question 3 “Age” is at most 3",
    ),
    ({"joined": [value("No. "), answer("age")]}, "“No. ”, question 3 “Age” put together"),
    ({"if": [equals("used", 1), value(5), value(0)]}, f"5 if {USED} is “Yes”, otherwise 0"),
    (value(True), "true"),
]


@pytest.mark.parametrize(("rule", "words"), SAID, ids=lambda x: str(x)[:60])
def test_a_rule_is_said_in_english(rule: Any, words: str) -> None:
    assert WORDS.condition(rule) == words


def test_every_rule_of_a_question_is_a_sentence() -> None:
    listed = choices("Bus", "Car")
    listed[1]["show"] = {"answered": "age"}
    question = general(
        "x",
        show=equals("used", 1),
        settings={"choices": listed, "shuffle": True},
        checks=[{"rule": {"differs": [answer("x"), answer("used")]}, "words": a_text("Choose another.")}],
    )
    assert WORDS.of_question(question) == [
        f"Asked only when {USED} is “Yes”.",
        "The choice “Car” is offered only when question 3 “Age” is answered.",
        "The choices come in random order.",
        f"Refused unless the missing question “x” is not {USED}, with the words “Choose another.”.",
    ]


def test_a_page_says_when_it_is_shown_where_it_leads_and_what_is_left_to_chance() -> None:
    question = page(
        "p2",
        show={"answered": "used"},
        shuffle=True,
        group="g",
        jumps=[
            jump("p3", equals("used", 1)),
            jump("end", equals("used", 2)),
            jump("screen_out", {"answered": "age"}),
            jump("p9"),
        ],
    )
    assert WORDS.of_question(question) == [
        f"This page is shown only when {USED} is answered.",
        "The questions of this page come in random order.",
        "This page changes places at random with its neighbours of the group “g”.",
        f"When {USED} is “Yes”, page 3 comes next.",
        f"When {USED} is “No”, the questionnaire ends after this page.",
        "When question 3 “Age” is answered, the person is not among those asked, is thanked and asked nothing further.",
        "After this page comes the missing page “p9”.",
    ]


def test_computed_values_information_and_quotas_have_sentences_of_their_own() -> None:
    worth = general(
        "c", "calculated", show={"answered": "age"}, settings={"value": {"sum": [answer("age"), value(1)]}}
    )
    assert WORDS.of_question(worth) == [
        "Worked out only when question 3 “Age” is answered.",
        "Worked out as: question 3 “Age” + 1.",
    ]
    assert WORDS.of_question(split()) == ["Each form falls at random to one of “old”, “new”."]
    assert WORDS.of_question(general("i", "info", settings={}, show={"answered": "age"})) == [
        "Shown only when question 3 “Age” is answered."
    ]
    quota = {"code": "q", "name": a_text("Young"), "when": {"less": [answer("age"), value(30)]}, "most": 200}
    assert (
        WORDS.quota(quota)
        == "Quota “Young”: at most 200 people; counted are those for whom question 3 “Age” is less than 30."
    )
    assert WORDS.page("p2") == "page 2 “Visits”"
    assert WORDS.page("") == "page 1"


def test_the_words_of_questions_and_choices_are_those_of_the_page_s_language() -> None:
    with override("zh-hans"):
        said = WORDS.condition(equals("used", 1))
    assert "近一年您是否用过该服务？" in said
    assert "“Yes（中）”" in said
    with override("en"):
        assert WORDS.condition(equals("used", 1)) == f"{USED} is “Yes”"


@settings(deadline=None)
@given(rules)
def test_any_rule_can_be_said_and_its_parentheses_close(rule: Any) -> None:
    said = WORDS.condition(rule)
    outside_quotes = re.sub(r"“[^”]*”", "", said)
    assert said
    assert outside_quotes.count("(") == outside_quotes.count(")")
    assert kind_of(rule) in ("condition", "number", "text", "any")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6))
def test_every_rule_of_a_random_questionnaire_is_a_sentence(number: int) -> None:
    document = random_draft(Random(number))  # noqa: S311
    for language in ("en", "zh-hans"):
        with override(language):
            words = RuleWords(document)
            said = [
                sentence for question in document["questions"] for sentence in words.of_question(question)
            ]
            for sentence in (*said, words.quota(document["quotas"][0])):
                assert sentence.endswith((".", "。"))
                assert "%(" not in sentence
