"""Texts as offices have them: numbers of mixed styles, choices counted like questions, tables from spreadsheets."""

from typing import Any

import pytest

from tests.surveys.questionnaires.pasted import asked, choices, doubts, one, read

OFFICE = """某某市２０２６年群众满意度调查问卷

尊敬的市民朋友：您好！本问卷匿名填写。

一、基本情况

1、您的性别是？
A.男    B.女
2、您的年龄：（   ）
A. 18岁以下
B. 18岁及以上
３．您的户籍情况
　①本市户籍　②外地户籍　③其他（请注明）______
(4) 您家里有几口人？______人
5. 您最近一年是否到政务服务大厅办过事？
A 是
B 否（跳至第9题）

二、政务服务大厅

Q6. 您对窗口工作人员的服务态度满意吗？（单选）
□非常满意 □比较满意 □一般 □不太满意 □很不满意
7、 您对办事效率是否满意？（单选）
1 很满意
2 满意
3 一般
4 不满意
5 很不满意
9 不清楚
8、请对以下方面进行评价：
\t非常满意\t满意\t一般\t不满意\t非常不满意
办事流程\t\t\t\t\t
1）环境设施\t\t\t\t\t

三、总体评价

9、总的来说，您对本市满意吗？
○很满意 ○满意 ○一般 ○不满意 ○很不满意 ○没接触过
10、您有多满意？（1-10分，1分最低，10分最高）
11、请将以下问题按重要程度排序：
A 教育
B 就业
12、最需要改进的方面有（可多选，限选两项）
1）服务态度   2）办事效率   3）信息公开
13、您的联系电话（选填）：____________
14、您还有什么意见和建议？
________________________________________
________________________________________

感谢您的参与！"""

KINDS = [
    *("single_choice", "single_choice", "single_choice", "number", "yes_no"),
    *("satisfaction", "satisfaction", "matrix"),
    *("satisfaction", "rating_points", "ranking", "multiple_choice", "phone", "long_text"),
]


def test_an_office_text_in_which_styles_are_mixed_is_understood_question_by_question() -> None:
    found = read(OFFICE, languages=["zh-hans"])
    questions = [question for question in found.questions if question["type"] != "page_break"]
    assert [question["type"] for question in questions] == KINDS
    assert [question["text"]["zh-hans"] for question in questions[:4]] == [
        *("您的性别是？", "您的年龄", "您的户籍情况", "您家里有几口人？")
    ]
    assert [len(question["settings"]["choices"]) for question in questions[:3]] == [2, 2, 3]
    assert [row["text"]["zh-hans"] for row in questions[7]["settings"]["rows"]] == ["办事流程", "环境设施"]
    assert [question["text"]["zh-hans"] for question in questions if question["headline"]] == [
        "总的来说，您对本市满意吗？"
    ]
    points = questions[9]["settings"]
    assert (points["low"], points["high"]) == ({"zh-hans": "最低"}, {"zh-hans": "最高"})
    assert choices(questions[10]) == ["教育", "就业"]
    assert choices(questions[11]) == ["服务态度", "办事效率", "信息公开"]
    assert questions[11]["settings"]["max"] == 2
    assert not any(question["help"] for question in questions)
    pages = [question for question in found.questions if question["type"] == "page_break"]
    assert [bool(page.get("show")) for page in pages] == [False, True, False]  # “B 否（跳至第9题）”
    assert any("thanks are left out" in note.words for note in found.notes)


def test_the_same_rewording_of_grades_is_a_doubt_only_once() -> None:
    grades = "\n- 非常满意\n- 满意\n- 一般\n- 不满意\n- 非常不满意\n"
    said = [note for note in read(f"1. 甲{grades}2. 乙{grades}").notes if "put in those words" in note.words]
    assert [note.is_doubtful for note in said] == [True, False]


def test_choices_counted_like_the_questions_are_choices() -> None:
    text = (
        "1. 您的性别？\n1. 男\n2. 女\n2. 您的年龄？\n1. 18岁以下\n2. 18到35岁\n3. 36岁以上\n"
        "3. 您的学历？\n1. 初中\n2. 高中\n3. 大专\n4. 本科\n4. 您满意吗？\n"
        "1. 很满意\n2. 满意\n3. 一般\n4. 不满意\n5. 很不满意"
    )
    first, second, third, fourth = asked(text)
    assert [len(choices(question)) for question in (first, second, third)] == [2, 3, 4]
    assert fourth["type"] == "satisfaction"
    again = asked(
        "# 公安局\n1. 速度【满意度】\n2. 态度【满意度】\n# 园林局\n1. 绿化【满意度】\n2. 设施【满意度】"
    )
    assert [question["about"] for question in again] == ["police", "police", "parks", "parks"]


def test_a_list_that_reaches_the_next_questions_number_goes_on_as_a_list() -> None:
    first, second = asked("1. 哪一个？\n(1) 甲\n(2) 乙\n(3) 丙\n2. 为什么？【问答】")
    assert choices(first) == ["甲", "乙", "丙"]
    assert second["type"] == "long_text"
    assert len(asked("1. 甲【填空】\n2) 乙【填空】\n（3）丙【填空】\nQ4 丁【填空】")) == 4


@pytest.mark.parametrize(
    "listed",
    [
        "A 是的\nB 没有",
        "A是的\nB没有",
        "1 是的\n2 没有",
        "1 = 是的\n2 = 没有",
        "1. 是的 2. 没有",
        "Ａ 是的　Ｂ 没有",
    ],
)
def test_bare_marks_that_count_on_are_choices(listed: str) -> None:
    assert choices(one(f"1、您办过吗\n{listed}")) == ["是的", "没有"]


def test_a_single_bare_letter_or_digit_is_only_a_word() -> None:
    assert one("1. Crime [text]\nA lot is said of it.")["help"] == {"en": "A lot is said of it."}
    assert [q["text"] for q in asked("1 您的性别\nA 男\nB 女\n2 您的年龄\nA 大\nB 小")] == [
        {"zh-hans": "您的性别"},
        {"zh-hans": "您的年龄"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "序号\t题目\t题型\t选项\n1\t您的性别\t单选\t男；女\n2\t哪些业务\t多选\tA.社保 B.户籍 C.其他",
        "题号\t题目\t类型\t选项1\t选项2\t选项3\n1\t您的性别\t单选\t男\t女\t\n2\t哪些业务\t多选\t社保\t户籍\t其他",
        '序号\t题目\t选项\n1\t您的性别\t"A.男\nB.女"\n2\t哪些业务（多选）\t"社保\n户籍\n其他"',
        "题目\t选项\n您的性别\t男；女\n哪些业务（多选）\t社保、户籍、其他",
        "1\t您的性别\t男\t女\t\n2\t哪些业务（多选）\t社保\t户籍\t其他",
        "1\t您的性别\n\tA\t男\n\tB\t女\n2\t哪些业务（多选）\n\t1\t社保\n\t2\t户籍\n\t3\t其他\n3\t其他意见",
    ],
)
def test_spreadsheets_with_choices_in_columns_cells_or_rows_are_understood(text: str) -> None:
    first, second = asked(text)[:2]
    assert (first["text"], choices(first)) == ({"zh-hans": "您的性别"}, ["男", "女"])
    assert (second["type"], choices(second)) == ("multiple_choice", ["社保", "户籍", "其他"])
    assert not any("left out" in words or "missing" in words for words in doubts(text).values())


def test_ratings_that_judge_no_department_are_told() -> None:
    def told(text: str) -> bool:
        return any("No question is about a department" in note.words for note in read(text).notes)

    assert told("1. 窗口【满意度】")
    assert not told("# 公安局\n1. 窗口【满意度】")
    assert not told("1. 您的性别？【单选】\nA. 男\nB. 女")


def test_a_short_condition_about_yes_or_no_is_a_rule() -> None:
    def shown(text: str) -> Any:
        return asked(text)[1].get("show")

    english = "1) Did you call?  Yes / No  (If no, skip to Q3)\n2) How often? ____ times\n3) Comments?"
    assert (
        shown(english)
        == shown("1. 打过电话吗？【是否】（如否，跳至第3题）\n2. 几次？____次\n3. 意见？")
        is not None
    )
    assert asked(english)[0]["text"] == {"en": "Did you call?"}
