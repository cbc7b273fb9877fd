"""The list of questionnaires and the desk, as a person uses them without any script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import Department, User
from surveys.questionnaires import documents, drafting, publishing
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.conftest import (
    a_document,
    a_question,
    a_text,
    form_values,
    from_htmx,
    ids_in,
)


def desk_of(questionnaire: Questionnaire) -> str:
    return reverse("questionnaires:edit", args=[questionnaire.pk])


def test_the_list_shows_title_questions_and_latest_edition(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    publishing.publish(questionnaire, by=None)
    page = at_desk.get(reverse("questionnaires:list")).content.decode()
    assert "City services" in page
    assert "Edition 1" in page
    assert '<td class="number" data-label="Questions">8</td>' in page


def test_the_list_reads_no_draft_and_asks_the_database_the_same_however_many_there_are(
    at_desk: Client, ada: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        drafting.create(code=f"c{number}", document=a_document(), by=ada)
    with django_assert_max_num_queries(6) as asked:
        at_desk.get(reverse("questionnaires:list"))
    assert not any('"draft",' in query["sql"] for query in asked.captured_queries)


def test_an_empty_questionnaire_is_made(at_desk: Client) -> None:
    answer = at_desk.post(
        reverse("questionnaires:create"), {"title.zh-hans": "环境", "title.en": "Our environment", "code": ""}
    )
    made = Questionnaire.objects.get()
    assert answer["Location"] == desk_of(made)
    assert (made.code, made.draft["title"]) == (
        "our-environment",
        {"zh-hans": "环境", "en": "Our environment"},
    )
    page = at_desk.get(desk_of(made)).content.decode()
    assert "How would you like to begin?" in page


def test_a_chinese_title_alone_makes_a_code_too(at_desk: Client) -> None:
    for _ in range(2):
        at_desk.post(reverse("questionnaires:create"), {"title.zh-hans": "环境"})
    assert set(Questionnaire.objects.values_list("code", flat=True)) == {"questionnaire", "questionnaire-2"}


def test_the_desk_offers_a_copy_of_itself(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = f"{reverse('questionnaires:create')}?copy_of={questionnaire.pk}"
    assert f'href="{address}"' in at_desk.get(desk_of(questionnaire)).content.decode()
    values = form_values(at_desk.get(address).content.decode(), "card")
    assert values["copy_of"] == str(questionnaire.pk)


def test_a_copy_has_the_questions_and_leaves_the_source_alone(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    at_desk.post(
        reverse("questionnaires:create"),
        {"title.en": "Next year", "copy_of": str(questionnaire.pk), "code": "next"},
    )
    copy = Questionnaire.objects.get(code="next")
    assert copy.draft["questions"] == questionnaire.draft["questions"]
    assert copy.draft["title"] == {"en": "Next year"}
    assert copy.revision == 1


def test_a_bad_code_or_no_title_loses_nothing_typed(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.post(reverse("questionnaires:create"), {"title.en": "Kept words", "code": "Not A Code"})
    values = form_values(answer.content.decode(), "card")
    assert (values["title.en"], values["code"]) == ("Kept words", "Not A Code")
    assert b"errorlist" in answer.content
    answer = at_desk.post(reverse("questionnaires:create"), {"code": "kept-code"})
    assert form_values(answer.content.decode(), "card")["code"] == "kept-code"
    assert "Give the questionnaire a title." in answer.content.decode()
    assert Questionnaire.objects.count() == 1


def test_the_desk_shows_every_question_with_what_is_missing(at_desk: Client, ada: User) -> None:
    document = a_document(a_question("q1"), a_question("q2", "single_choice", text={"en": "<b>Which?</b>"}))
    made = drafting.create(code="x", document=document, by=ada)
    page = at_desk.get(desk_of(made)).content.decode()
    assert "&lt;b&gt;Which?&lt;/b&gt;" in page
    assert "<b>Which?</b>" not in page
    assert "List at least two choices." in page
    assert "Each department has no headline rating" in page
    assert f'href="{desk_of(made)}?open=q2#q-q2"' in page


def test_an_open_question_is_a_form_in_its_place(at_desk: Client, questionnaire: Questionnaire) -> None:
    page = at_desk.get(desk_of(questionnaire) + "?open=q2").content.decode()
    values = form_values(page, "question-form")
    assert values["text.en"] == "Text of q2"
    assert values["help.zh-hans"] == "Think of the last visit.（中）"
    assert (values["about"], values["dimension"], values["weight"]) == ("each", "ease", "0.5")
    assert page.count('class="question-form"') == 1
    assert at_desk.get(desk_of(questionnaire) + "?open=none").status_code == 200


def test_htmx_gets_the_form_alone(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.get(desk_of(questionnaire) + "?open=q2", headers=from_htmx(questionnaire))
    assert ids_in(answer) == ["q-q2", "undo"]
    assert "<html" not in answer.content.decode()


def test_title_and_languages_are_changed(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = reverse("questionnaires:frame", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "card")
    answer = at_desk.post(address, {**values, "title.en": "New title", "further": " FR "})
    assert answer["Location"] == address  # the new language's fields are waiting
    questionnaire.refresh_from_db()
    assert questionnaire.draft["languages"] == ["zh-hans", "en", "fr"]
    assert questionnaire.draft["title"]["en"] == "New title"
    page = at_desk.get(address).content.decode()
    assert "Saved. Give the new language a title here" in page
    assert reverse("questionnaires:translation", args=[questionnaire.pk]) in page
    check = at_desk.get(reverse("questionnaires:check", args=[questionnaire.pk])).content.decode()
    assert "français has 0 of" in check
    assert "?target=fr&amp;only=missing" in check
    values = form_values(page, "card")
    assert values["title.fr"] == ""
    answer = at_desk.post(address, {**values, "title.fr": "Titre", "languages": ["fr"]})
    assert answer["Location"] == desk_of(questionnaire)
    questionnaire.refresh_from_db()
    assert questionnaire.draft["languages"] == ["fr"]
    assert (
        questionnaire.draft["title"]["zh-hans"] == "City services（中）"
    )  # kept, in case the language comes back


@pytest.mark.parametrize(
    "wrong",
    [
        {"further": "not a language"},
        {"languages": []},
        {"title.en": "x" * 201},
        {"introduction.en": "a\x00b"},
    ],
)
def test_a_wrong_title_or_language_is_said_and_nothing_typed_is_lost(
    at_desk: Client, questionnaire: Questionnaire, wrong: dict[str, Any]
) -> None:
    address = reverse("questionnaires:frame", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "card")
    typed = {**values, "introduction.zh-hans": "打了很多字", **wrong}
    answer = at_desk.post(address, typed)
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    shown = form_values(answer.content.decode(), "card")
    assert shown["introduction.zh-hans"] == "打了很多字"
    assert all(shown.get(name, []) == value for name, value in wrong.items() if "\x00" not in str(value))
    assert Questionnaire.objects.get().revision == 1


def test_a_title_changed_meanwhile_is_noticed_and_both_are_shown(
    at_desk: Client, questionnaire: Questionnaire, ivo: User
) -> None:
    address = reverse("questionnaires:frame", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "card")
    seen = drafting.fingerprint(drafting.frame_of(questionnaire.draft))
    drafting.change_frame(
        questionnaire, languages=["zh-hans", "en"], title=a_text("Ivo’s"), introduction={}, seen=seen, by=ivo
    )
    answer = at_desk.post(address, {**values, "title.en": "Ada’s"})
    page = answer.content.decode()
    assert "Somebody changed this" in page
    assert "Ivo’s" in page
    again = form_values(page, "card")
    assert again["title.en"] == "Ada’s"
    at_desk.post(address, again)
    questionnaire.refresh_from_db()
    assert questionnaire.draft["title"]["en"] == "Ada’s"


def test_dimensions_are_added_ready_made_and_weighted(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = reverse("questionnaires:dimensions", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "dimensions")
    assert (values["dimension.0.code"], values["dimension.0.weight"]) == ("ease", "0.4")
    page = at_desk.post(address, {**values, "rows": "ready"}).content.decode()
    values = form_values(page, "dimensions")
    assert [values[f"dimension.{n}.code"] for n in range(6)] == [
        "ease", "trust", "effectiveness", "efficiency", "transparency", "humanity",
    ]  # fmt: skip
    assert "1.70" in page
    assert Questionnaire.objects.get().revision == 1  # nothing is kept until it is saved
    answer = at_desk.post(address, {**values, "dimension.0.weight": "０.15", "dimension.1.weight": "0.15"})
    assert answer["Location"] == desk_of(questionnaire)
    questionnaire.refresh_from_db()
    assert [one["weight"] for one in questionnaire.draft["dimensions"]] == [
        "0.15",
        "0.15",
        "0.25",
        *["0.15"] * 3,
    ]


def test_a_wrong_weight_is_said_beside_its_row(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = reverse("questionnaires:dimensions", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "dimensions")
    page = at_desk.post(address, {**values, "dimension.1.weight": "a half"}).content.decode()
    assert "Dimension 2: must look like" in page
    assert form_values(page, "dimensions")["dimension.1.weight"] == "a half"
    assert Questionnaire.objects.get().revision == 1


def test_rows_of_dimensions_move_and_go(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = reverse("questionnaires:dimensions", args=[questionnaire.pk])
    values = form_values(at_desk.get(address).content.decode(), "dimensions")
    moved = form_values(at_desk.post(address, {**values, "rows": "down:0"}).content.decode(), "dimensions")
    assert [moved["dimension.0.code"], moved["dimension.1.code"]] == ["trust", "ease"]
    gone = form_values(at_desk.post(address, {**moved, "rows": "remove:1"}).content.decode(), "dimensions")
    assert "dimension.1.code" not in gone
    more = form_values(at_desk.post(address, {**gone, "rows": "add"}).content.decode(), "dimensions")
    assert more["dimension.1.code"] == ""
    for nonsense in ("up", "down:99", "remove:x", "remove:" + "9" * 5000, "explode:0", "up:-1"):
        assert at_desk.post(address, {**values, "rows": nonsense}).status_code == 200


STAFF_PAGES = ["list", "create", "edit", "frame", "dimensions", "preview", "sheet", "check", "editions"]


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_heads_and_strangers_do_not_come_in(
    questionnaire: Questionnaire, dana: User, logged_in: Callable[[User], Client], name: str
) -> None:
    address = reverse(f"questionnaires:{name}", args=[] if name in ("list", "create") else [questionnaire.pk])
    assert Client().get(address).status_code == 302
    assert logged_in(dana).get(address).status_code == 403


def test_auditors_read_and_change_nothing(
    questionnaire: Questionnaire, auditor: User, logged_in: Callable[[User], Client]
) -> None:
    browser = logged_in(auditor)
    page = browser.get(desk_of(questionnaire) + "?open=q1").content.decode()
    assert "Text of q1" in page
    assert "question-form" not in page
    assert "questions/q1/" not in page
    for name in ("frame", "dimensions"):
        assert browser.get(reverse(f"questionnaires:{name}", args=[questionnaire.pk])).status_code == 403
    posts: dict[str, list[Any]] = {
        "add": [],
        "question": ["q1"],
        "move": ["q1"],
        "copy": ["q1"],
        "remove": ["q1"],
        "publish": [],
    }
    for name, more in posts.items():
        assert (
            browser.post(reverse(f"questionnaires:{name}", args=[questionnaire.pk, *more])).status_code == 403
        )
    assert Questionnaire.objects.get().revision == 1


@pytest.mark.parametrize("pk", [999999, 10**30])
def test_what_is_not_there_is_not_found(at_desk: Client, pk: int) -> None:
    for name in ("edit", "frame", "dimensions", "preview", "sheet", "check", "editions"):
        assert at_desk.get(reverse(f"questionnaires:{name}", args=[pk])).status_code == 404


def test_a_desk_with_300_questions_asks_the_database_as_little_as_an_empty_one(
    at_desk: Client, ada: User, departments: dict[str, Department], django_assert_max_num_queries: Any
) -> None:
    many = a_document(*[a_question(f"q{n}", headline=n == 0) for n in range(300)])
    for document in (documents.blank(title=a_text("Empty")), many):
        made = drafting.create(code=f"c{len(document['questions'])}", document=document, by=ada)
        with django_assert_max_num_queries(9):
            assert at_desk.get(desk_of(made)).status_code == 200
