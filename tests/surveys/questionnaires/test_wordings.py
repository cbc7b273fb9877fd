"""Fingerprints of wordings: the same for what is asked alike, another for everything that an answer depends on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.languages import asks_the_same
from surveys.questionnaires.documents import tidied
from surveys.questionnaires.wordings import unpunctuated, wording_fingerprint, wordings

from .conftest import CHOICES, a_document, a_question, a_text

TEXT = {"zh-hans": "总的来说，您对公园满意吗？", "en": "All in all, how satisfied are you with the parks?"}


def a_choice(**more: Any) -> dict[str, Any]:
    return a_question("q1", "single_choice", about="general", settings={"choices": CHOICES, **more})


def alike(first: dict[str, Any], second: dict[str, Any]) -> bool:
    found = asks_the_same(wording_fingerprint(first), wording_fingerprint(second))
    assert found == asks_the_same(wording_fingerprint(second), wording_fingerprint(first))
    return found


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("您 满意吗？", "您满意吗?"),
        ("满意， 不满意。", "满意,不满意"),
        ("Don’t  know", "Don't know"),
        ("Parks\nand roads", "Parks and roads."),
        ("ＡＢＣ１２", "ABC12"),
        ("“The parks”", "'The parks' …"),
    ],
)
def test_spaces_and_punctuation_do_not_count(words: str, others: str) -> None:
    assert unpunctuated(words) == unpunctuated(others)


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("1.5 hours", "15 hours"),
        ("1-5", "15"),
        ("5 %", "5"),
        ("and/or", "and or"),
        ("{q3}", "q3"),
        ("not satisfied", "notsatisfied"),
        ("满意", "不满意"),
        ("?", "!"),
    ],
)
def test_what_says_something_counts(words: str, others: str) -> None:
    assert unpunctuated(words) != unpunctuated(others)


@given(st.text(max_size=60))
def test_taking_punctuation_away_twice_takes_no_more(words: str) -> None:
    once = unpunctuated(words)
    assert unpunctuated(once) == once


@pytest.mark.parametrize(
    "change",
    [
        {"help": a_text("Think of the last visit.")},
        {"required": True},
        {"headline": True},
        {"dimension": "ease", "weight": "0.5"},
        {"checks": [{"rule": {"answered": "q0"}, "words": a_text("Please.")}]},
        {"text": {"en": TEXT["en"]}},
        {"text": {**TEXT, "ug": "قانداق؟"}},
        {"text": {**TEXT, "zh-hans": "总的来说,您对公园满意吗"}},
        {"settings": {}},
        {"code": "other"},
    ],
)
def test_what_does_not_touch_the_answer_leaves_it(change: dict[str, Any]) -> None:
    question = a_question(text=TEXT, settings={"words": {}})
    assert alike(question, {**question, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"text": {**TEXT, "en": "How satisfied are you with the parks?"}},
        {"text": {**TEXT, "zh-hans": "您对公园满意吗？"}},
        {"text": {"ug": "قانداق؟"}},
        {"type": "short_text"},
        {"about": "parks"},
        {"about": "general"},
        {"show": {"answered": "q0"}},
    ],
)
def test_what_the_answer_depends_on_makes_it_another(change: dict[str, Any]) -> None:
    question = a_question(text=TEXT)
    assert not alike(question, {**question, **change})


@pytest.mark.parametrize(
    "settings",
    [
        {"choices": CHOICES[::-1]},
        {"choices": [*CHOICES, {"code": 3, "text": a_text("Perhaps")}]},
        {"choices": CHOICES[:1]},
        {"choices": [{**CHOICES[0], "code": 7}, CHOICES[1]]},
        {"choices": [{**CHOICES[0], "text": a_text("Certainly")}, CHOICES[1]]},
        {"choices": [{**CHOICES[0], "show": {"answered": "q0"}}, CHOICES[1]]},
        {"choices": CHOICES, "offer": ["dk"]},
    ],
)
def test_other_choices_make_it_another(settings: dict[str, Any]) -> None:
    assert not alike(a_choice(), a_question("q1", "single_choice", about="general", settings=settings))


def test_the_words_of_a_scale_count_in_the_languages_that_are_asked() -> None:
    asked = a_question(text=TEXT, settings={"words": {}})
    translated = {**asked, "text": {**TEXT, "ug": "قانداق؟"}, "settings": {"words": {"5": {"ug": "a"}}}}
    assert alike(asked, translated)
    assert not alike(translated, {**translated, "settings": {"words": {"5": {"ug": "b"}}}})


def test_settings_that_were_left_away_are_those_of_the_type() -> None:
    short = a_question("q1", "short_text", text=TEXT)
    assert alike(short, {**short, "settings": {"max_length": 200}})
    assert not alike(short, {**short, "settings": {"max_length": 20}})


def test_fingerprints_stay_what_they_were_for_published_ones_are_held_against_them() -> None:
    question = a_question(
        text={"zh-hans": "总的来说，您满意吗？", "en": "All in all, how satisfied are you?"}
    )
    assert wording_fingerprint(question) == (
        "1:049940ba13ffde36e0bd en:728b145cabb43b363e36 zh-hans:7de7a31b29a915b4c405"
    )


def of(*questions: dict[str, Any]) -> dict[str, str]:
    return {code: one.fingerprint for code, one in wordings(tidied(a_document(*questions))).items()}


def a_page(code: str, **more: Any) -> dict[str, Any]:
    return a_question(code, "page_break", about="general", **more)


def test_a_page_that_others_reach_makes_its_questions_others() -> None:
    first, rated = a_choice(), a_question("q2")
    plain = of(first, a_page("p2"), rated)
    shown = of(first, a_page("p2", show={"equals": [{"answer": "q1"}, {"value": 1}]}), rated)
    assert plain["q1"] == shown["q1"]
    assert not asks_the_same(plain["q2"], shown["q2"])


def test_a_jump_past_a_page_makes_its_questions_others_and_those_behind_it_not() -> None:
    jump = {"jumps": [{"when": {"equals": [{"answer": "q1"}, {"value": 1}]}, "to": "p3"}]}
    rest = (a_page("p2"), a_question("q2"), a_page("p3"), a_question("q3"))
    plain = of(a_page("p1"), a_choice(), *rest)
    jumped = of(a_page("p1", settings=jump), a_choice(), *rest)
    assert not asks_the_same(plain["q2"], jumped["q2"])
    assert asks_the_same(plain["q3"], jumped["q3"])


def test_a_question_that_another_depends_on_carries_its_change_along() -> None:
    show = {"equals": [{"answer": "q1"}, {"value": 1}]}
    follow = a_question("q2", about="general", show=show)
    quoting = a_question("q3", about="general", text=a_text("You said {q1}. Why?"))
    before = of(a_choice(), follow, quoting, a_question("q4"))
    reworded = {**a_choice(), "text": a_text("Something else?")}
    after = of(reworded, follow, quoting, a_question("q4"))
    assert {code: asks_the_same(before[code], after[code]) for code in before} == {
        "q1": False,
        "q2": False,
        "q3": False,
        "q4": True,
    }
    translated = {**a_choice(), "text": {**a_text("Text of q1"), "ug": "قانداق؟"}}
    after = of(translated, follow, quoting, a_question("q4"))
    assert all(asks_the_same(before[code], after[code]) for code in before)


@given(st.permutations(["en:1", "zh-hans:2", "ug:3"]), st.sets(st.sampled_from(["en", "zh-hans", "ug"])))
def test_languages_are_held_against_their_own_and_one_must_be_shared(
    words: list[str], kept: set[str]
) -> None:
    whole = " ".join(["1:a", "en:1", "zh-hans:2", "ug:3"])
    part = " ".join(["1:a", *(word for word in words if word.partition(":")[0] in kept)])
    assert asks_the_same(whole, part) == bool(kept)
    assert asks_the_same(part, part)
    assert not asks_the_same(whole, part.replace("1:a", "1:b"))
