"""The pages on which a text becomes questions, as a person uses them without any script."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.audit import AuditEntry
from surveys.people.models import Department, User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires import kcmo_words
from tests.surveys.questionnaires.conftest import a_document, form_values

TEXT = """一、园林局【满意度】
1. 公园的维护 / Upkeep of parks
2. 公园的厕所 / Toilets in parks
二、海关
3. 您的性别 / Your gender
A. 男 / Male
B. 女 / Female
4. 还有什么建议？ / Anything else?"""


@pytest.fixture
def draft(ada: User, departments: dict[str, Department]) -> Questionnaire:
    """A questionnaire with one question."""
    return drafting.create(code="city", document=a_document(), by=ada)


def page_of(draft: Questionnaire) -> str:
    return reverse("questionnaires:paste", args=[draft.pk])


def posted(browser: Client, address: str, **values: str) -> Any:
    return browser.post(address, {"text": TEXT, **values})


def test_what_was_understood_is_shown_and_nothing_is_kept(at_desk: Client, draft: Questionnaire) -> None:
    page = posted(at_desk, page_of(draft), read="yes").content.decode()
    assert "4 questions understood" in page
    assert "2 pages" in page
    assert "Upkeep of parks" in page
    assert "names no department" in page
    assert "男 / Male · 女 / Female" in page
    values = form_values(page, 'id="paste"')
    assert values["text"] == TEXT
    assert Questionnaire.objects.get().revision == 1


def test_all_questions_are_added_in_one_revision_behind_the_one_asked_for(
    at_desk: Client, draft: Questionnaire
) -> None:
    answer = posted(at_desk, page_of(draft), add="yes", after="q1")
    kept = Questionnaire.objects.get()
    assert answer["Location"].endswith(f"/{draft.pk}/#q-{kept.draft['questions'][1]['code']}")
    assert kept.revision == 2
    assert [(q["type"], q["about"]) for q in kept.draft["questions"][1:]] == [
        ("page_break", "general"), ("satisfaction", "parks"), ("satisfaction", "parks"),
        ("page_break", "general"), ("single_choice", "general"), ("long_text", "general"),
    ]  # fmt: skip
    entries = list(AuditEntry.objects.filter(verb="add pasted questions").values_list("facts", flat=True))
    assert entries == [{"revision": 2, "questions": 6}]
    assert "4 questions added." in at_desk.get(answer["Location"]).content.decode()


def test_type_and_department_of_a_line_can_be_chosen(at_desk: Client, draft: Questionnaire) -> None:
    chosen = {
        "kind.7": "short_text",
        "about.4": "roads",
        "about.2": "each",
        "kind.2": "sorcery",
        "about.3": "mars",
    }
    page = posted(at_desk, page_of(draft), read="yes", **chosen).content.decode()
    values = form_values(page, 'id="paste"')
    assert (values["about.4"], values["about.2"]) == ("roads", "each")
    posted(at_desk, page_of(draft), add="yes", **chosen)
    questions = Questionnaire.objects.get().draft["questions"]
    assert [question["about"] for question in questions[1:]] == [
        "general",
        "each",
        "parks",
        "general",
        "roads",
        "roads",
    ]
    assert questions[2]["type"] == "satisfaction"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the questions here first"),
        ("Hello", "No question was found"),
        ("中" * 70_000, "200,000 bytes"),
    ],
)
def test_a_text_that_cannot_be_read_is_still_there(
    at_desk: Client, draft: Questionnaire, text: str, words: str
) -> None:
    page = at_desk.post(page_of(draft), {"text": text, "second": "kept too", "add": "yes"}).content.decode()
    assert words in page
    values = form_values(page, 'id="paste"')
    assert (values["text"], values["second"]) == (text, "kept too")
    assert Questionnaire.objects.get().revision == 1


def test_a_draft_that_is_full_says_so_and_loses_nothing(at_desk: Client, ada: User, departments: Any) -> None:
    full = [{**a_document()["questions"][0], "code": f"q{n}", "headline": n == 0} for n in range(498)]
    draft = drafting.create(code="full", document=a_document(*full), by=ada)
    page = posted(at_desk, page_of(draft), add="yes").content.decode()
    assert "at most 500 questions" in page
    assert form_values(page, 'id="paste"')["text"] == TEXT
    page = posted(at_desk, page_of(draft), add="yes", after="gone").content.decode()
    assert "gone" in page


def test_markup_in_a_text_stays_words(at_desk: Client, draft: Questionnaire) -> None:
    page = at_desk.post(
        page_of(draft), {"text": "1. <script>alert(1)</script>?\nA. <b>x</b>\nB. y"}
    ).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_a_questionnaire_is_made_from_a_text(at_desk: Client, departments: Any) -> None:
    address = reverse("questionnaires:paste-new")
    assert 'name="title.en"' in at_desk.get(address).content.decode()
    answer = at_desk.post(
        address, {"text": f"公园调查 / Parks survey\n谢谢。 / Thank you.\n{TEXT}", "add": "yes"}
    )
    made = Questionnaire.objects.get()
    assert answer["Location"] == reverse("questionnaires:edit", args=[made.pk])
    assert (made.code, made.draft["title"]) == ("parks-survey", {"zh-hans": "公园调查", "en": "Parks survey"})
    assert made.draft["introduction"] == {"zh-hans": "谢谢。", "en": "Thank you."}
    assert len(made.draft["questions"]) == 6


def test_a_text_in_one_language_makes_a_questionnaire_in_that_language_alone(
    at_desk: Client, departments: Any
) -> None:
    address, text = reverse("questionnaires:paste-new"), "居民调查\n1. 您的性别\nA. 男\nB. 女"
    page = posted(at_desk, address, text=text, read="yes").content.decode()
    assert "1 question understood" in page
    assert "No text yet" not in page
    assert "no words in English" not in page
    posted(at_desk, address, text=text, add="yes")
    assert Questionnaire.objects.get().draft["languages"] == ["zh-hans"]
    page = posted(at_desk, address, **{"text": text, "title.en": "Survey"}).content.decode()
    assert "no words in English" in page  # a title in English asks for English texts


def test_a_questionnaire_without_a_title_asks_for_one_and_a_typed_title_wins(
    at_desk: Client, departments: Any
) -> None:
    address = reverse("questionnaires:paste-new")
    page = posted(at_desk, address, add="yes").content.decode()
    assert "Give the questionnaire a title" in page
    assert form_values(page, 'id="paste"')["text"] == TEXT
    posted(at_desk, address, add="yes", **{"title.en": "Mine"})
    assert Questionnaire.objects.get().draft["title"] == {"en": "Mine"}


def test_a_large_questionnaire_of_two_languages_goes_in_at_once(
    at_desk: Client,
    draft: Questionnaire,
    departments: dict[str, Department],
    django_assert_max_num_queries: Any,
) -> None:
    for position, (code, (zh, en), _headline, _items) in enumerate(kcmo_words.DEPARTMENTS):
        if code != "parks":
            names = {"zh-hans": zh, "en": en}
            Department.objects.create(code=code, names=names, parent=departments["city"], position=position)
    with django_assert_max_num_queries(8):
        page = at_desk.post(page_of(draft), {"text": kcmo_words.side_by_side()}).content.decode()
    assert "80 questions understood" in page
    at_desk.post(page_of(draft), {**form_values(page, 'id="paste"'), "add": "yes"})
    kept = Questionnaire.objects.get()
    assert (len(kept.draft["questions"]), kept.revision) == (1 + 80 + 19, 2)
    assert len({question["code"] for question in kept.draft["questions"]}) == 100
    ratings = [question for question in kept.draft["questions"] if question["type"] == "satisfaction"]
    assert sum("show" in question for question in ratings) == 9
