"""Every rule of advice, by its own examples and by texts that nobody wrote for it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from surveys.management.city import questionnaires as city
from surveys.questionnaires import checking, question_types
from surveys.questionnaires.advising import MOST_OF_ONE_RULE, REGISTRY, advise, refusals
from surveys.questionnaires.advising.base import Example, Rule
from surveys.questionnaires.advising.doubling import DoubleBarrelled
from surveys.questionnaires.advising.lists import read_range
from surveys.questionnaires.advising.manuscript import Manuscript
from surveys.questionnaires.advising.minutes import Clock, whole_trip
from surveys.questionnaires.advising.translations import figures
from surveys.questionnaires.advising.valence import scale_of, tone
from surveys.questionnaires.question_types import QuestionType
from tests.surveys.questionnaires.advising.examples import as_document
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text

KANSAS = Path(__file__).parent / "kansas_city_items.json"

# What a survey methodologist would call two things, among the 73 items of Kansas City (labelled by hand).
KANSAS_TWO_THINGS = {
    "q3_03", "q3_07", "q7_01", "q9_05", "q9_09", "q12_04", "q12_09", "q15_01", "q15_03", "q15_05", "q17_02", "q17_03",
}  # fmt: skip


def findings(rule: Rule, document: dict[str, Any]) -> list[Any]:
    return list(rule.advices(Manuscript(document)))


@pytest.mark.parametrize("rule", REGISTRY, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_looks_for_why_and_who_found_out(rule: Rule) -> None:
    assert rule.code
    assert str(rule.label)
    assert str(rule.reason).endswith(".")
    assert rule.source
    assert rule.level in ("refuse", "warn")
    assert rule.accepts
    assert rule.rejects


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule in REGISTRY for example in rule.accepts],
    ids=lambda given: given.code if isinstance(given, Rule) else str(given)[:50],
)
def test_a_rule_passes_over_what_it_accepts(rule: Rule, example: Example) -> None:
    assert findings(rule, as_document(example)) == []


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule in REGISTRY for example in rule.rejects],
    ids=lambda given: given.code if isinstance(given, Rule) else str(given)[:50],
)
def test_a_rule_finds_what_it_rejects(rule: Rule, example: Example) -> None:
    found = findings(rule, as_document(example))
    assert found
    assert all(
        one.rule == rule.code and one.message and one.reason and "%(" not in one.message for one in found
    )


def test_the_codes_of_rules_are_unique() -> None:
    assert len({rule.code for rule in REGISTRY}) == len(REGISTRY)


def test_rules_with_words_speak_chinese_and_english_by_their_examples() -> None:
    for rule in REGISTRY:
        spoken = {
            language.split("-")[0]
            for example in rule.rejects
            for question in as_document(example)["questions"]
            for language in question["text"]
        }
        assert set(rule.languages) <= spoken, rule.code


# What must never be published


def test_the_instruction_of_nanjing_is_refused() -> None:
    document = a_document(
        a_question("q1", headline=True),
        introduction={
            "zh-hans": "接到回访电话时，请回答“非常满意”，不要回答“还行”“说不清”。",
            "en": "When you are called, please answer “very satisfied”; do not answer “don’t know”.",
        },
    )
    found = checking.problems(document)
    assert len(found) == 2
    assert {problem.area for problem in found} == {"frame"}
    assert "tells people which answer to give" in found[0].message


def test_an_unbalanced_scale_is_refused_and_so_is_one_without_dont_know() -> None:
    choices = [
        {"code": code, "text": {"zh-hans": zh, "en": en}}
        for code, (zh, en) in enumerate(
            (
                ("非常满意", "Very satisfied"),
                ("满意", "Satisfied"),
                ("基本满意", "Acceptable"),
                ("不满意", "Dissatisfied"),
            ),
            1,
        )
    ]
    question = a_question("q2", "single_choice", settings={"choices": choices})
    messages = [
        problem.message for problem in checking.problems(a_document(a_question(headline=True), question))
    ]
    assert len(messages) == 2
    assert "2 points that praise" in messages[0]
    assert "1 that complain" in messages[0]
    assert "don’t know" in messages[1]


def test_a_scale_that_nobody_can_complain_on_is_refused() -> None:
    choices = [{"code": 1, "text": {"en": "Excellent"}}, {"code": 2, "text": {"en": "Good"}}]
    question = a_question(
        "q2", "single_choice", text={"en": "How was it?"}, settings={"choices": choices, "offer": ["dk"]}
    )
    document = a_document(a_question(headline=True, text={"en": "Satisfied?"}), question, languages=["en"])
    assert "nobody could complain" in checking.problems(document)[0].message


def test_only_refusals_keep_a_draft_from_being_published() -> None:
    document = a_document(
        a_question(
            "q1",
            headline=True,
            required=True,
            text=a_text("Don’t you agree that staff are always quick and polite?"),
        )
    )
    assert checking.problems(document) == []
    assert {"leading", "absolutes", "double-barrelled", "required"} <= {
        one.rule for one in advise(document_of(document))
    }


def document_of(document: dict[str, Any]) -> dict[str, Any]:
    return checking.received(document)


# False alarms


def kansas_city() -> dict[str, Any]:
    items = json.loads(KANSAS.read_text())
    return checking.received(
        {
            "format": 1,
            "languages": ["en"],
            "title": {"en": "Resident survey"},
            "questions": [
                {"code": code, "type": "satisfaction", "about": "general", "text": {"en": words}}
                for code, words in items["items"].items()
            ],
        }
    )


def test_of_73_real_items_eleven_of_twelve_with_two_things_are_found_and_no_other() -> None:
    names = json.loads(KANSAS.read_text())["departments"]
    found = {one.where for one in DoubleBarrelled().advices(Manuscript(kansas_city(), names=names))}
    assert found - KANSAS_TWO_THINGS == set()
    assert KANSAS_TWO_THINGS - found == {"q3_07"}  # parks and recreation is a standing pair


def test_real_items_are_nowhere_taken_for_leading_or_refused() -> None:
    rules = {(one.rule, one.where) for one in advise(kansas_city()) if one.rule != "double-barrelled"}
    assert rules == {("jargon", "q9_10"), ("jargon", "q17_01")}


def test_the_questionnaires_of_the_city_can_be_published_and_get_little_advice() -> None:
    for document in map(checking.received, (city.yearly(), city.pulse(), city.visit())):
        assert list(refusals(document)) == []
        assert checking.problems(document) == []
        assert {(one.rule, one.where) for one in advise(document)} == set()


def test_the_city_promises_the_minutes_that_its_questionnaires_take() -> None:
    promised = ((city.yearly(), 3, (4, 5)), (city.pulse(), 2, (1, 1)), (city.visit(), 1, (2, 2)))
    for document, departments, (least, most) in promised:
        whole = checking.received(document)
        usual = Clock(whole).span([whole_trip(whole)], departments=departments).usual
        assert least - 0.5 <= usual <= most + 0.5


def test_names_of_departments_are_one_thing() -> None:
    document = as_document(("zh-hans", "您对水务和园林的工作满意吗？"))
    assert [one.rule for one in advise(document)] == ["double-barrelled"]
    assert advise(document, names=["水务和园林"]) == []


# Meaning


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("非常满意", "zh-hans", 1), ("基本满意", "zh-hans", 0), ("不太满意", "zh-hans", -1),
        ("很不满意", "zh-hans", -1), ("一般", "zh-hans", 0), ("较差", "zh-hans", -1),
        ("不了解", "zh-hans", None), ("公园", "zh-hans", None),
        ("不好", "zh-hans", -1), ("完全不同意", "zh-hans", -1), ("Very good", "en", 1),
        ("Not at all satisfied", "en", -1),
        ("Somewhat likely", "en", 1), ("Neither satisfied nor dissatisfied", "en", 0), ("Don’t know", "en", None),
        ("Fair", "en", 0), ("Good schools near my home", "en", None), ("Not bad", "en", 0), ("", "en", None),
    ],
)  # fmt: skip
def test_the_tone_of_a_choice(words: str, language: str, expected: int | None) -> None:
    assert tone(words, language) == expected


def test_reasons_with_a_good_among_them_are_no_scale() -> None:
    texts = [{"zh-hans": words} for words in ("好", "路太远", "排队久", "材料多", "不知道去哪")]
    assert scale_of(texts, ["zh-hans"]) is None


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("18–25岁", 18, 25), ("3,000至5,000元", 3000, 5000), ("60岁及以上", 60, None), ("2万元以下", None, 20000),
        ("30k_59k", 30000, 59000), ("65+", 65, None), ("1-2万元", 10000, 20000), ("step 3", 3, 3),
    ],
)  # fmt: skip
def test_the_numbers_that_a_choice_stands_for(words: str, low: int | None, high: int | None) -> None:
    found = read_range(words)
    assert found is not None
    assert (found.low, found.high) == (low, high)


def test_figures_are_compared_by_value() -> None:
    assert set(figures("收入2万元，12个月")) == {"20000", "12"}
    assert set(figures("20,000 yuan in ١٢ months")) == {"20000"}
    assert set(figures("1.50 and 007")) == {"1.5", "7"}


# Bounds


@pytest.mark.parametrize(
    "words",
    ["请" * 1000, "请选择" * 333, "and " * 250, "不" * 1000, "(" * 1000, "满意、" * 333, "a/" * 500,
     "9" * 1000, "9-" * 500,
     "please choose the the " * 45, "x.com/" * 160, "{" * 1000, "不要回答" * 250],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_others(words: str) -> None:
    choices = [
        {"code": code, "text": {"zh-hans": words[:290] + str(code), "en": words[:290] + str(code)}}
        for code in range(1, 9)
    ]
    text = {"zh-hans": words[:1000], "en": words[:1000]}
    document = checking.received(
        a_document(
            a_question("q1", text=text),
            a_question("q2", "single_choice", text=text, settings={"choices": choices}),
        )
    )
    began = time.process_time()
    advise(document)
    assert time.process_time() - began < 1


def test_one_rule_never_buries_the_others() -> None:
    document = checking.received(
        a_document(*(a_question(f"q{number}", text=a_text("You always agree")) for number in range(450)))
    )
    counts: dict[str, int] = {}
    for one in advise(document):
        counts[one.rule] = counts.get(one.rule, 0) + 1
    assert max(counts.values()) == MOST_OF_ONE_RULE


def test_refusals_of_300_questions_are_known_in_a_blink() -> None:
    one = city.yearly()
    questions = [
        {**question, "code": f"{question['code']}-{n}"} for n in range(25) for question in one["questions"]
    ]
    document = checking.received({**one, "questions": questions})
    began = time.process_time()
    assert list(refusals(document)) == []
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize("kind", question_types.REGISTRY, ids=lambda kind: kind.name)
def test_every_question_type_can_be_read_and_timed(kind: QuestionType) -> None:
    settings: list[Any] = [kind.new_settings(), *(example[0] for example in kind.accepts)]
    questions = [a_question(f"q{at}", kind.name, settings=one) for at, one in enumerate(settings)]
    document = checking.received(a_document(*questions))
    assert [one for one in refusals(document) if one.rule == "instructing"] == []
    advise(document)
    span = Clock(document).span([whole_trip(document)])
    assert 0 < span.shortest <= span.usual <= span.longest
