"""Pasted texts as a whole: who is asked what, a large questionnaire in two languages, and hostile texts."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires import checking, documents
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.pasting import TooMuch
from tests.surveys.questionnaires import kcmo_words
from tests.surveys.questionnaires.pasted import choices, doubts, one, read


def show_of(text: str) -> list[Any]:
    return [question.get("show") for question in read(text).questions]


NOT_NO = {"any": [{"not": {"answered": "q1"}}, {"differs": [{"answer": "q1"}, {"value": 2}]}]}


@pytest.mark.parametrize(
    "text",
    [
        "1. 去过公园吗？\nA. 去过\nB. 没去过（跳至第3题）\n2. 环境【满意度】\n3. 年龄【填空】",
        "1. 去过公园吗？\nA. 去过\nB. 没去过 → 第3题\n2. 环境【满意度】\n3. 年龄【填空】",
        "1. 去过公园吗？\nA. 去过\nB. 没去过\n如选“没去过”，请跳至第3题\n2. 环境【满意度】\n3. 年龄【填空】",
        "1. 去过公园吗？\nA. 去过\nB. 没去过\n如果第1题选B，跳到第3题\n2. 环境【满意度】\n3. 年龄【填空】",
        "Q1. Been to a park? (如选“没去过”，跳至第3题)\nA. 去过\nB. 没去过\nQ2. 环境【满意度】\nQ3. 年龄【填空】",
        "Q1. Been to a park?\nA. Yes, I have\nB. No, I have not\n"
        "If Q1 is “No, I have not”, skip to Q3\nQ2. Care [satisfaction]\nQ3. Age [text]".replace(
            "No, I have not, skip", "“No, I have not”, skip"
        ),
        "Q1. Been to a park? [yes/no]\nIf Q1 is No, skip to Q3.\nQ2. Care [satisfaction]\nQ3. Age [text]",
        "Q1. Been to a park?\n- Yes\n- No (go to question 3)\nQ2. Care [satisfaction]\nQ3. Age [text]",
    ],
)
def test_a_clear_sentence_about_skipping_becomes_a_rule(text: str) -> None:
    assert show_of(text) == [None, NOT_NO, None]


def test_a_question_that_is_asked_only_of_some_shows_only_to_them() -> None:
    text = "1. 去过公园吗？\nA. 去过\nB. 没去过\n2. 环境（第1题选“去过”者回答）【满意度】"
    assert show_of(text) == [None, {"equals": [{"answer": "q1"}, {"value": 1}]}]


def test_one_of_several_choices_can_decide_too() -> None:
    text = "1. 去过哪些？【多选】\nA. 东湖\nB. 都没有（跳至第3题）\n2. 环境【满意度】\n3. 年龄【填空】"
    not_none = {"not": {"includes": [{"answer": "q1"}, {"value": 2}]}}
    assert show_of(text) == [None, {"any": [{"not": {"answered": "q1"}}, not_none]}, None]


def test_a_skip_that_cannot_hold_for_all_it_passes_over_holds_for_none() -> None:
    text = (
        "# 公安局\n1. 报过警吗？【是否】\n如选“否”，跳至第4题\n2. 速度【满意度】\n"
        "# 园林局\n3. 绿化【满意度】\n4. 年龄【填空】"
    )
    assert not any(show_of(text))
    assert "cannot decide" in doubts(text)[3]


def test_a_skip_over_a_whole_page_hides_the_page() -> None:
    text = (
        "1. 去过吗？\nA. 去过\nB. 没有（跳至第4题）\n----\n2. 甲【填空】\n3. 乙【填空】\n----\n4. 丙【填空】"
    )
    assert show_of(text) == [None, NOT_NO, None, None, None, None]
    assert show_of(text.replace("跳至第4题", "结束问卷"))[1:] == [NOT_NO, None, None, NOT_NO, None]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("1. 窗口【满意度】\n如选“满意”，跳至第3题\n2. 甲【填空】\n3. 乙【填空】", 2, "rating cannot decide"),
        ("1. 去过吗？\nA. 去过\nB. 没有（跳至第9题）\n2. 甲【填空】", 3, "number 9"),
        ("1. 去过吗？\nA. 去过\nB. 没有\n如选“也许”，跳至第2题\n2. 甲【填空】", 4, "not one choice"),
        ("2. 甲【填空】\n3. 乙？\nA. 一\nB. 二（跳至第2题）", 4, "number 2"),
        ("1. 甲【填空】\n跳至第3题\n2. 乙【填空】", 2, "not clear"),
    ],
)
def test_an_unclear_sentence_about_skipping_stays_a_note(text: str, line: int, words: str) -> None:
    assert not any(show_of(text))
    assert words in doubts(text)[line]


def test_words_of_a_scale_that_differ_from_ours_are_told() -> None:
    text = "1. 窗口\n- 很满意\n- 满意\n- 一般\n- 不满意\n- 很不满意"
    assert one(text)["type"] == "satisfaction"
    assert "很满意, 一般, 很不满意" in doubts(text)[1]
    assert not doubts("1. 窗口\n- 非常满意\n- 满意\n- 基本满意\n- 不满意\n- 非常不满意")


def test_four_grades_are_no_scale() -> None:
    assert one("1. 窗口\n- 非常满意\n- 满意\n- 不满意\n- 非常不满意")["type"] == "single_choice"


def test_title_and_introduction_stand_before_the_first_question() -> None:
    found = read("居民调查\n请用两分钟作答。\n不记名。\n1. 甲【填空】")
    assert (found.title, found.introduction) == (
        {"zh-hans": "居民调查"},
        {"zh-hans": "请用两分钟作答。\n不记名。"},
    )


def test_what_the_reader_chooses_by_line_wins() -> None:
    text = "一、公安局\n1. 出警速度\n2. 服务态度"
    found = read(text, kinds={2: "satisfaction"}, abouts={1: "parks", 3: "each"})
    assert [(q["type"], q["about"]) for q in found.questions[1:]] == [
        ("satisfaction", "parks"),
        ("short_text", "each"),
    ]


def test_a_pasted_skip_does_on_the_way_through_what_it_says() -> None:
    found = read(kcmo_words.within_lines(), departments=kcmo_words.names())
    document = {**documents.blank(title={}), "questions": found.questions}
    course = Course(document)
    asks, *items = [q["code"] for q in found.questions if q["about"] == "call_311" and not q["headline"]]
    met = {
        answer: course.walk(["general", "call_311"], {"call_311": {asks: answer}}, seed=Seed.of(1)).shown
        for answer in (None, 1, 2)
    }
    for answer, is_asked in ((None, True), (1, True), (2, False)):
        assert {("call_311", code) in met[answer] for code in items} == {is_asked}
    assert len(met[1]) - len(met[2]) == len(items) == 4


@pytest.mark.parametrize("form", ["side_by_side", "within_lines", "in_turns", "apart"])
def test_a_large_citys_questionnaire_is_understood_in_two_languages(form: str) -> None:
    written = getattr(kcmo_words, form)()
    text, second = written if isinstance(written, tuple) else (written, "")
    found = read(text, second=second, departments=kcmo_words.names())
    questions = [question for question in found.questions if question["type"] != "page_break"]
    ratings = [question for question in questions if question["type"] == "satisfaction"]
    assert (len(questions), len(ratings)) == (80, 73)
    assert len(found.questions) - len(questions) == 19
    for code, _names, headline, items in kcmo_words.DEPARTMENTS:
        mine = [question for question in ratings if question["about"] == code]
        assert [tuple(question["text"].values()) for question in mine] == [headline, *items]
        assert [question["headline"] for question in mine] == [True, *[False] * len(items)]
    assert sum(question["about"] == "general" for question in ratings) == 15
    assert [choices(question) for question in questions[-5:]] == [
        [f"{zh} / {en}" for zh, en in listed] for _words, listed in kcmo_words.PERSON
    ]
    assert sum("show" in question for question in questions) == 9
    assert {note.words for note in found.notes if note.is_doubtful} == {
        "The heading “住房” names no department; the questions below are taken to be about the place as a whole."
    }
    document = {
        **documents.blank(title=found.title),
        "introduction": found.introduction,
        "questions": found.questions,
    }
    assert checking.problems(document, departments={code: code for code in kcmo_words.names()}) == []


@pytest.mark.parametrize(
    "text",
    [
        "(" * 190_000,
        "【" * 60_000,
        "1. " + "A. " * 60_000,
        "1. " + "□" * 60_000,
        "1. 如果第" + "1" * 190_000,
        "如选“" * 20_000,
        "1. x" + " if" * 60_000,
        "1." * 90_000,
        "_" * 190_000,
        "中" * 30_000 + "/" * 60_000,
        "\t" * 190_000,
        "|" * 190_000,
        "a\tb\n" * 40_000,
        "\n" * 190_000,
        "1. 甲\n" + "乙\n" * 40_000,
        "1. x\n如" + "是" * 60_000 + "跳至第2题",
        "1. x [" + "a," * 60_000 + "]",
        "Q1 " + "最多选" * 20_000,
        "1. " + "（选" * 30_000,
    ],
)
def test_hostile_texts_are_read_or_refused_quickly(text: str) -> None:
    begun = time.process_time()
    try:
        questions = read(text).questions
    except TooMuch:
        questions = []
    assert time.process_time() - begun < 3
    checking.received({**documents.blank(title={}), "questions": questions})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("中" * 70_000, "200,000 bytes"),
        ("甲\n" * 20_001, "20,000 lines"),
        ("".join(f"{number}. 甲\n" for number in range(1, 502)), "at most 500"),
        ("1. 甲\n" + "- 乙\n" * 10_000, "10000 choices"),
        ("1. 甲\n\tA\tB\n" + "乙\t\t\n" * 101, "larger than 100 rows"),
    ],
)
def test_more_than_a_questionnaire_holds_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(TooMuch, match=words):
        read(text)


def test_texts_that_are_too_long_are_cut_with_a_note() -> None:
    text = "1. " + "甲" * 3000 + "【填空】"
    assert len(one(text)["text"]["zh-hans"]) == 1000
    assert "was cut" in doubts(text)[1]


def test_control_characters_and_markup_are_only_words() -> None:
    question = one("1. <b>甲</b>\x00\ud800 & {q9}【填空】")
    assert question["text"] == {"zh-hans": "<b>甲</b> & {q9}"}
    checking.received({**documents.blank(title={}), "questions": [question]})


FRAGMENTS = [
    "1. ",
    "2、",
    "(3)",
    "Q4 ",
    "第5题",
    "一、",
    "# ",
    "A. ",
    "B. ",
    "①",
    "□",
    "- ",
    "[ ] ",
    "\t",
    " | ",
    " / ",
    "\n",
    "\n\n",
    "----\n",
    "公安局",
    "Police",
    "关于您",
    "您满意吗？",
    "How?",
    "是",
    "否",
    "非常满意",
    "满意",
    "基本满意",
    "不满意",
    "非常不满意",
    "Yes",
    "No",
    "其他（请说明____）",
    "____岁",
    "【单选】",
    "[matrix]",
    "【满意度】",
    "(0-10)",
    "（1-99分）",
    "（最多选3项）",
    "（必答）",
    "（跳至第5题）",
    "→ Q2",
    "如选“是”，跳至第5题",
    "If Q1 is No, skip to Q2",
    "中文\tEnglish",
    "序号",
    "项目",
    "【police】",
    "{q1}",
    "\x00",
    "\u200b",
    "[",
    "】",
    "９９．",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=60),
    st.sampled_from(["", "1. One\nA. a\nB. b", "一、公安局\n1. 甲"]),
)
def test_whatever_is_pasted_becomes_a_well_formed_draft_and_every_note_has_its_line(
    pieces: list[str], second: str
) -> None:
    text = "".join(pieces)
    found = read(text, second=second)
    document = {**documents.blank(title={}), "questions": found.questions}
    received = checking.received(document)
    assert [question["code"] for question in received["questions"]] == [q["code"] for q in found.questions]
    assert len(found.lines) == len(found.questions)
    last = text.count("\n") + text.count("\r") + text.count("\x0b") + 1
    assert all(0 <= note.line <= last + second.count("\n") and note.words for note in found.notes)
    assert found == read(text, second=second)
    checking.problems(document)
