"""A rating that a designer makes by hand is a rating; facts decide as before (decision 14)."""

from typing import Any

import pytest

from surveys.management.city import questionnaires as city
from surveys.questionnaires import checking, documents
from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.judging import judges
from surveys.questionnaires.packs import PACKS
from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires import kcmo_words
from tests.surveys.questionnaires.conftest import a_text
from tests.surveys.questionnaires.logic.conftest import answer, choices, equals, general, jump, page, value
from tests.surveys.questionnaires.logic.test_rules import RATED, calculated, said
from tests.surveys.questionnaires.pasted import read

GRADES = choices("Very satisfied", "Satisfied", "Neither", "Dissatisfied", "Very dissatisfied")
FIGURES = [{"code": code, "text": {"zh-hans": f"{code}分", "en": str(code)}} for code in range(1, 6)]
YES_NO = [
    {"code": code, "text": {"zh-hans": zh, "en": en}} for code, zh, en in ((1, "是", "Yes"), (2, "否", "No"))
]
ROWS = [{"code": "a", "text": a_text("The park")}]


def one(kind: str, words: str = "", **settings: Any) -> dict[str, Any]:
    settings = {**question_type(kind).blank_settings, **settings}
    return general("sat", kind, text=a_text(words or "This city"), settings=settings)


BY_HAND = [
    (one("single_choice", choices=GRADES), {"more": [answer("sat"), value(3)]}),
    (one("dropdown", choices=GRADES), equals("sat", 5)),
    (one("picture_choice", choices=choices("Happy", "Unhappy")), equals("sat", 2)),
    (one("multiple_choice", choices=choices("Good", "Bad")), {"includes": [answer("sat"), value(2)]}),
    (one("matrix", rows=ROWS, scale="own", choices=GRADES), {"more": [answer("sat.a"), value(3)]}),
    (one("constant_sum", choices=choices("Good", "Bad"), total=100), {"less": [answer("sat.1"), value(50)]}),
    (one("single_choice", "How satisfied are you?", choices=FIGURES), equals("sat", 1)),
    (one("single_choice", "Are you satisfied?", choices=YES_NO), equals("sat", 2)),
    (one("yes_no", "Are you happy with the city?"), equals("sat", 2)),
    (one("number", "How would you rate the city?"), {"less": [answer("sat"), value(5)]}),
    (one("slider", "The city", low=a_text("bad"), high=a_text("good")), {"less": [answer("sat"), value(5)]}),
]


@pytest.mark.parametrize(("question", "rule"), BY_HAND, ids=lambda x: str(x.get("type", "")))
def test_nothing_depends_on_a_rating_made_by_hand(question: dict[str, Any], rule: dict[str, Any]) -> None:
    words = "uses the rating “sat"
    quota = {"code": "x", "name": a_text("X"), "when": rule, "most": 10}
    worked = calculated("c", {"if": [rule, value(1), value(2)]})
    assert any(words in message for _at, message in said(question, general("x", "number", show=rule)))
    assert any(words in message for _at, message in said(question, RATED, quotas=[quota]))
    assert any(
        "out of ratings" in m or "worked out from ratings" in m
        for _at, m in said(question, worked, general("x", "number", show=equals("c", 1)))
    )
    assert any(
        "quotes the rating" in m for _at, m in said(question, general("x", "number", text=a_text("{sat}")))
    )
    found = said(page("p1", jumps=[jump("screen_out", rule)]), question, page("p2"), RATED)
    assert any(words in message for _at, message in found)
    assert said(question, general("x", "number", show={"answered": "sat"})) == []


JUDGED = [
    ("yes_no", "您对本市的服务满意吗？"),
    ("yes_no", "窗口服务好不好？"),
    ("number", "您给这个部门打几分？"),
    ("slider", "您觉得服务怎么样？"),
    ("yes_no", "Were you satisfied?"),
    ("number", "On a scale from 1 to 10, how good is the bus?"),
    ("yes_no", "Would you recommend this library?"),
]
FACTS = [
    ("yes_no", "Have you used the library in the past year?"),
    ("yes_no", "Did you contact the department?"),
    ("yes_no", "Did you take part in the satisfaction survey last year?"),
    ("number", "How many times did you visit?"),
    ("number", "How long did you wait, in minutes?"),
    ("number", "Your age"),
    ("slider", "How many hours a week do you work?"),
    ("yes_no", "过去十二个月，您去过办事窗口吗？"),
    ("yes_no", "您参加过去年的满意度调查吗？"),
    ("number", "您去了几次？"),
    ("yes_no", "您家有老人吗？"),
]


@pytest.mark.parametrize(("kind", "words"), JUDGED)
def test_words_that_ask_for_a_judgement_are_recognised(kind: str, words: str) -> None:
    assert judges(one(kind, words))


@pytest.mark.parametrize(("kind", "words"), FACTS)
def test_facts_decide_what_is_asked(kind: str, words: str) -> None:
    assert said(one(kind, words), general("x", "number", show=equals("sat", 1))) == []


@pytest.mark.parametrize(
    "listed",
    [
        choices("Yes", "No", "Perhaps"),
        choices("Less than a year", "One to five years", "Longer"),
        choices("Too slow", "Rude", "Difficult"),  # reasons to complain, no grades
        choices("愿意", "不愿意"),
        choices("了解", "不太了解", "没听说过"),
    ],
    ids=lambda listed: listed[0]["text"]["en"],
)
def test_choices_that_are_no_grades_decide_too(listed: list[dict[str, Any]]) -> None:
    question = general("sat", "multiple_choice", settings={"choices": listed})
    assert not judges(documents.tidied_question(question))


def test_a_rating_by_hand_inside_a_group_that_repeats_makes_the_group_one() -> None:
    inner = {
        "code": "s",
        "type": "single_choice",
        "text": a_text("The park"),
        "settings": {"choices": GRADES},
    }
    assert judges(documents.tidied_question(general("g", "repeat_group", settings={"questions": [inner]})))


def _by_type(question: Question) -> bool:
    kind = question_type(question["type"])
    return kind.has_ratings(question) or kind.family == "scales"


def test_no_fact_of_the_packs_the_city_or_kansas_city_is_taken_for_a_rating() -> None:
    pasted = read(kcmo_words.within_lines(), departments=kcmo_words.names()).questions
    made = [city.visit(), city.yearly(), city.pulse()]
    assert [str(problem) for document in made for problem in checking.problems(document)] == []
    listed = [*made, *(pack.document for pack in PACKS), {"questions": pasted}]
    taken = [
        question["text"]
        for document in listed
        for question in documents.tidied(document)["questions"]
        if judges(question) and not _by_type(question)
    ]
    assert taken == []
