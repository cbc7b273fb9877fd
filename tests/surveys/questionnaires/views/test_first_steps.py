"""The first steps of somebody who has never seen the office."""

from collections.abc import Callable

from django.test import Client
from django.utils.html import escape

from surveys.people.models import User
from surveys.questionnaires.models import Questionnaire

LogIn = Callable[[User], Client]
ENGLISH = {"accept-language": "en"}
CHINESE = "社区食堂调查\n1. 您对饭菜满意吗？\n2. 您常去吗？\nA. 常去\nB. 不常去"


def test_a_title_in_one_language_makes_a_questionnaire_in_that_language(ada: User, logged_in: LogIn) -> None:
    logged_in(ada).post("/office/questionnaires/new/", {"title.zh-hans": "社区食堂调查"})
    assert Questionnaire.objects.get().draft["languages"] == ["zh-hans"]


def test_a_text_in_one_language_makes_a_questionnaire_that_lacks_no_translation(
    ada: User, logged_in: LogIn
) -> None:
    browser = logged_in(ada)
    page = browser.post(
        "/office/questionnaires/new/paste/", {"text": CHINESE, "read": "yes"}
    ).content.decode()
    assert 'value="社区食堂调查"' in page  # the title that was understood can be seen, and changed
    browser.post("/office/questionnaires/new/paste/", {"text": CHINESE, "add": "yes"})
    draft = Questionnaire.objects.get().draft
    assert draft["languages"] == ["zh-hans"]
    assert draft["title"] == {"zh-hans": "社区食堂调查"}


def test_what_was_not_plain_is_named_above_and_linked(ada: User, logged_in: LogIn) -> None:
    text = f"{CHINESE}\n3. 您的意见\n如选“好”，跳至第9题"
    page = logged_in(ada).post(
        "/office/questionnaires/new/paste/", {"text": text, "read": "yes"}, headers=ENGLISH
    )
    doubts = page.context["doubtful_rows"]
    assert doubts
    for row in doubts:
        assert (
            f'<a href="#line-{row.line}">Line {row.line}: {escape(row.first_doubt)}</a>'
            in page.content.decode()
        )


def test_pages_are_not_counted_as_questions(ada: User, logged_in: LogIn) -> None:
    browser = logged_in(ada)
    text = "居民调查\n一、饭菜\n1. 好吃吗？\n二、环境\n2. 干净吗？\n3. 安静吗？"
    browser.post("/office/questionnaires/new/paste/", {"text": text, "add": "yes"})
    assert len(Questionnaire.objects.get().draft["questions"]) == 5
    (listed,) = browser.get("/office/questionnaires/").context["page"]
    assert listed.question_count == 3
