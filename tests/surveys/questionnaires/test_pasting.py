"""Pasted texts: what becomes of every kind of line, and that nothing is guessed silently."""

from typing import Any

import pytest

from tests.surveys.questionnaires.pasted import asked, choices, doubts, one, read


@pytest.mark.parametrize(
    "mark",
    [
        "1. ",
        "1、",
        "1．",
        "1) ",
        "(1) ",
        "（1）",
        "Q1 ",
        "Q1. ",
        "第1题 ",
        "第一题：",
        "问题1：",
        "一、",
        "１. ",
    ],
)
def test_a_number_of_any_style_begins_a_question(mark: str) -> None:
    question = one(f"{mark}您常去哪个公园？\nA. 东湖\nB. 西湖")
    assert question["text"] == {"zh-hans": "您常去哪个公园？"}
    assert choices(question) == ["东湖", "西湖"]


@pytest.mark.parametrize(
    "listed",
    [
        "A. 东湖\nB. 西湖\nC. 南湖",
        "A、东湖\nB、西湖\nC、南湖",
        "A.东湖 B.西湖 C.南湖",
        "① 东湖\n② 西湖\n③ 南湖",
        "①东湖②西湖③南湖",
        "- 东湖\n- 西湖\n- 南湖",
        "□东湖 □西湖 □南湖",
        "○ 东湖\n○ 西湖\n○ 南湖",
        "[ ] 东湖\n[ ] 西湖\n[ ] 南湖",
        "（ ）东湖\n（ ）西湖\n（ ）南湖",
        "(1) 东湖\n(2) 西湖\n(3) 南湖",
        "a) 东湖\nb) 西湖\nc) 南湖",
        "东湖\t西湖\t南湖",
        "• 东湖\n• 西湖\n• 南湖",
    ],
)
def test_choices_of_any_style_are_listed_in_order(listed: str) -> None:
    question = one(f"1. 您常去哪个公园？\n{listed}")
    assert question["type"] == "single_choice"
    assert choices(question) == ["东湖", "西湖", "南湖"]


def test_choices_may_stand_in_the_line_of_the_question() -> None:
    assert choices(one("1. 您的性别： □男 □女 □其他")) == ["男", "女", "其他"]
    assert choices(one("1. Which one? A. East B. West")) == ["East", "West"]
    assert choices(one("1. 您的性别\t男\t女")) == ["男", "女"]


def test_lines_without_a_mark_become_choices_only_with_a_note() -> None:
    text = "1. Your age group\n18-24\n25-34\n35 and over"
    assert choices(one(text)) == ["18-24", "25-34", "35 and over"]
    assert "Lines 2–4" in doubts(text)[2]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("非常满意\n满意\n基本满意\n不满意\n非常不满意", "satisfaction"),
        ("Very satisfied\nSatisfied\nNeutral\nDissatisfied\nVery dissatisfied\nDon't know", "satisfaction"),
        ("Strongly agree\nAgree\nNeither agree nor disagree\nDisagree\nStrongly disagree", "agreement"),
        ("总是\n经常\n有时\n很少\n从不", "frequency"),
        ("是\n否", "yes_no"),
        ("Yes\nNo\nNot sure", "yes_no"),
    ],
)
def test_a_scale_spelled_out_as_choices_is_recognised(words: str, kind: str) -> None:
    listed = "\n".join(f"- {word}" for word in words.split("\n"))
    assert one(f"1. 窗口服务\n{listed}")["type"] == kind


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("【单选】", "single_choice"),
        ("[multiple choice]", "multiple_choice"),
        ("（多选题）", "multiple_choice"),
        ("【填空】", "short_text"),
        ("[open-ended]", "long_text"),
        ("【排序题】", "ranking"),
        ("(yes/no)", "yes_no"),
        ("【日期】", "date"),
        ("[number]", "number"),
        ("【满意度】", "satisfaction"),
        ("[agreement]", "agreement"),
        ("【频率】", "frequency"),
        ("[stars]", "stars"),
        ("(NPS)", "nps"),
        ("（1-10分）", "rating_points"),
        ("（非常满意、满意、基本满意、不满意、非常不满意）", "satisfaction"),
        ("（是/否）", "yes_no"),
        ("(0-10)", "nps"),
    ],
)
def test_a_mark_in_brackets_names_the_type_and_leaves_the_words(mark: str, kind: str) -> None:
    question = one(f"1. 窗口服务{mark}")
    assert (question["type"], question["text"]) == (kind, {"zh-hans": "窗口服务"})


def test_brackets_that_are_no_mark_stay_words() -> None:
    assert one("1. 您对窗口（含自助机）的评价【满意度】")["text"] == {"zh-hans": "您对窗口（含自助机）的评价"}
    assert one("1. Services (2021-2025) [satisfaction]")["text"] == {"en": "Services (2021-2025)"}


@pytest.mark.parametrize(
    ("mark", "limits"),
    [
        ("（最多选3项）", (None, 3)),
        ("(choose up to three)", (None, 3)),
        ("【多选，至少选2项】", (2, None)),
        ("[select exactly 2]", (2, 2)),
        ("（限选两项）", (None, 2)),
    ],
)
def test_limits_of_several_choices_are_kept(mark: str, limits: tuple[Any, Any]) -> None:
    question = one(f"1. 最需要改进的{mark}\nA. 甲\nB. 乙\nC. 丙\nD. 丁")
    assert question["type"] == "multiple_choice"
    assert (question["settings"]["min"], question["settings"]["max"]) == limits


def test_required_and_optional_are_understood_and_a_text_is_never_required() -> None:
    assert one("1. 窗口服务【满意度】（必答）")["required"]
    assert not one("1. Service [satisfaction] (optional)")["required"]
    text = "1. 为什么？【问答】（必答）"
    assert not one(text)["required"]
    assert "never be required" in doubts(text)[1]


def test_other_none_and_dont_know_get_their_place() -> None:
    several = one("1. 哪些？【多选】\nA. 甲\nB. 其他（请说明____）\nC. 以上都不是")
    assert several["settings"]["choices"] == [
        {"code": 1, "text": {"zh-hans": "甲"}},
        {"code": 2, "text": {"zh-hans": "其他"}, "other": True},
        {"code": 3, "text": {"zh-hans": "以上都不是"}, "exclusive": True},
    ]
    single = one("1. Which?\n- East\n- West\n- Don't know\n- Not applicable")
    assert single["settings"]["offer"] == ["dk", "na"]
    assert choices(single) == ["East", "West"]


def test_numbers_dates_and_open_questions_without_choices_are_named_in_a_note() -> None:
    assert one("1. 您的年龄 ____岁")["settings"]["unit"] == {"zh-hans": "岁", "en": "years"}
    assert one("1. 上次办事 ____年__月__日")["type"] == "date"
    assert one("1. 您有什么建议？")["type"] == "long_text"
    assert "Long text" in doubts("1. 您有什么建议？")[1]


@pytest.mark.parametrize(
    "heading",
    [
        "二、公安局",
        "# 公安局",
        "【公安局】",
        "第一部分 公安局",
        "公安局",
        "Part 2: Police",
        "Section B. POLICE",
        "police",
    ],
)
def test_a_heading_that_names_a_department_says_whom_the_questions_are_about(heading: str) -> None:
    found = read(f"{heading}\n1. 出警速度【满意度】\n2. 服务态度【满意度】")
    page, first, second = found.questions
    assert page["type"] == "page_break"
    assert (first["about"], second["about"]) == ("police", "police")
    assert (first["headline"], second["headline"]) == (True, False)


def test_a_heading_that_names_no_department_is_told_and_one_that_names_each_is_kept() -> None:
    text = "一、海关\n1. 通关【满意度】\n二、各部门\n2. 态度【满意度】"
    assert [question["about"] for question in asked(text)] == ["general", "each"]
    assert "names no department" in doubts(text)[1]
    assert 3 not in doubts(text)


def test_a_scale_in_a_heading_holds_for_the_questions_below_it() -> None:
    text = "一、公安局【满意度】\n1. 出警速度\n2. 服务态度\n二、关于您\n3. 您的建议"
    assert [question["type"] for question in asked(text)] == ["satisfaction", "satisfaction", "long_text"]


def test_a_ruler_parts_pages() -> None:
    kinds = [question["type"] for question in read("1. 甲【填空】\n-----\n2. 乙【填空】").questions]
    assert kinds == ["short_text", "page_break", "short_text"]


def test_a_table_of_departments_becomes_a_rating_of_each() -> None:
    head = "\t非常满意\t满意\t基本满意\t不满意\t非常不满意"
    first, second = asked(f"1. 您对以下部门满意吗？\n{head}\n公安局\t○\t○\t○\t○\t○\n园林局\t\t\t\t\t")
    assert [(q["type"], q["about"], q["headline"]) for q in (first, second)] == [
        ("satisfaction", "police", True),
        ("satisfaction", "parks", True),
    ]
    assert first["text"]["zh-hans"] == "您对以下部门满意吗：公安局"


def test_a_table_of_items_becomes_a_table() -> None:
    table = one("1. Please rate\nItem\tGood\tFair\tBad\tDon't know\nStreets\nLights")
    assert table["type"] == "matrix"
    assert table["settings"]["scale"] == "own"
    assert table["settings"]["offer"] == ["dk"]
    assert [row["text"]["en"] for row in table["settings"]["rows"]] == ["Streets", "Lights"]
    graded = one("1. 请评价【矩阵】\n(1) 环境\n(2) 态度\n非常满意、满意、基本满意、不满意、非常不满意")
    assert (graded["type"], graded["settings"]["scale"]) == ("matrix", "satisfaction")
    assert len(graded["settings"]["rows"]) == 2


def test_languages_stand_in_columns_within_lines_in_turns_or_in_two_texts() -> None:
    wanted = {"zh-hans": "出警速度", "en": "Speed of response"}
    more = "\n2. {}\nA. {}\nB. {}"
    for text in (
        "中文\tEnglish\n1. 出警速度\t1. Speed of response\n2. 您的性别\t2. Your gender\nA. "
        "男\tA. Male\nB. 女\tB. Female",
        "1\t出警速度\tSpeed of response\n2\t您的性别\tYour gender\nA\t男\tMale\nB\t女\tFemale",
        "| 中文 | English |\n|---|---|\n| 1. 出警速度 | Speed of response |\n| 2. 您的性别 | "
        "Your gender |\n| A. 男 | Male |\n| B. 女 | Female |",
        "1. 出警速度 / Speed of response\n2. 您的性别/Your gender\nA. 男/Male\nB. 女/Female",
        "1. Speed of response / 出警速度\n2. Your gender / 您的性别\nA. Male / 男  B. Female / 女",
        "1. 出警速度\nSpeed of response\n2. 您的性别\nYour gender\nA. 男\nMale\nB. 女\nFemale",
    ):
        first, second = asked(text)
        assert first["text"] == wanted, text
        assert [choice["text"] for choice in second["settings"]["choices"]] == [
            {"zh-hans": "男", "en": "Male"},
            {"zh-hans": "女", "en": "Female"},
        ], text
    first, second = asked(
        "1. Speed of response" + more.format("Your gender", "Male", "Female"),
        second="1. 出警速度" + more.format("您的性别", "男", "女"),
    )
    assert first["text"] == wanted
    assert second["settings"]["choices"][1]["text"] == {"en": "Female", "zh-hans": "女"}


def test_two_texts_that_do_not_match_are_matched_by_order_with_a_note() -> None:
    found = read("1. 甲\nA. 一\nB. 二\n2. 乙", second="1. First\nA. one")
    said = [note.words for note in found.notes]
    assert any("2 questions" in words and "has 1" in words for words in said)
    assert any("2 choices or rows here, but 1" in words for words in said)
    assert found.questions[0]["text"] == {"zh-hans": "甲", "en": "First"}


def test_words_that_are_missing_in_one_language_are_told_by_line() -> None:
    notes = read("1. 出警速度 / Speed\n2. 服务态度 / Manner\n3. 环境").notes
    assert any(note.line == 0 and ": 3." in note.words for note in notes)


def test_a_table_becomes_a_rating_for_each_row_when_the_reader_says_so() -> None:
    text = "# 公安局\n1. 请评价\n\t非常满意\t满意\t基本满意\t不满意\t非常不满意\n速度\n态度"
    assert [question["type"] for question in asked(text)] == ["matrix"]
    first, second = asked(text, kinds={2: "satisfaction"})
    assert (first["type"], first["about"], second["text"]) == (
        "satisfaction",
        "police",
        {"zh-hans": "请评价：态度"},
    )


def test_a_short_name_within_a_word_and_round_brackets_within_a_sentence_are_only_words() -> None:
    names = {"it": {"en": "It"}, "water": {"en": "Water"}, "general": {"en": "City"}}
    found = read("# Quality and capacity\n1. Utilities (water) here [satisfaction]", departments=names)
    question = found.questions[1]
    assert (question["about"], question["text"]) == ("general", {"en": "Utilities (water) here"})
    assert asked("# All about water\n1. Taste [satisfaction]", departments=names)[0]["about"] == "water"
    assert one("1. Taste [water] [satisfaction]", departments=names)["about"] == "water"
