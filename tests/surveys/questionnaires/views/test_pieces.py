"""What htmx is answered: only what changed, put in its place."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting, undoing
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.conftest import a_text, form_values, from_htmx, ids_in
from tests.surveys.questionnaires.test_undoing import a_paged_document


@pytest.fixture
def paged(ada: User) -> Questionnaire:
    """A questionnaire of three pages."""
    return drafting.create(code="paged", document=a_paged_document(), by=ada)


def at(questionnaire: Questionnaire, name: str = "edit", *more: str) -> str:
    return reverse(f"questionnaires:{name}", args=[questionnaire.pk, *more])


def opened(browser: Client, questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    answer = browser.get(at(questionnaire), {"open": code}, headers=from_htmx(questionnaire))
    return form_values(answer.content.decode(), "question-form")


def test_a_move_sends_the_card_that_moved_and_the_rules_whose_words_changed(
    at_desk: Client, paged: Questionnaire
) -> None:
    answer = at_desk.post(at(paged, "move", "c1"), {"to": "down"}, headers=from_htmx(paged))
    # Of two neighbours either may be the one that is taken out and put back.
    assert ids_in(answer) == ["-q-c2", "o_p3", "sum_p3", "afterbegin:#list_p3", "undo"]
    assert "c1: place 6 of 6, on page “Text of p3”." in answer["HX-Trigger"].encode().decode("unicode_escape")


def test_a_question_goes_from_page_to_page(at_desk: Client, paged: Questionnaire) -> None:
    answer = at_desk.post(at(paged, "place", "c2"), {"after": "p2"}, headers=from_htmx(paged))
    assert ids_in(answer)[:2] == ["-q-c2", "o_p2"]
    assert "afterbegin:#list_p2" in ids_in(answer)
    assert "q-b1" not in ids_in(answer)


def test_a_page_break_splits_a_page_and_removing_it_joins_the_two(
    at_desk: Client, paged: Questionnaire
) -> None:
    answer = at_desk.post(at(paged, "add"), {"type": "page_break", "after": "c1"}, headers=from_htmx(paged))
    assert {"-q-c2", "afterend:#page_p3", "afterend:#o_p3"} <= set(ids_in(answer))
    paged.refresh_from_db()
    made = paged.draft["questions"][5]["code"]
    assert f"q-{made}" in ids_in(answer)  # it is open
    answer = at_desk.post(at(paged, "remove", made), {"sure": "yes"}, headers=from_htmx(paged))
    assert {f"-page_{made}", f"-o_{made}", "afterend:#q-c1"} <= set(ids_in(answer))


def test_whoever_shows_an_older_draft_gets_the_whole_list(
    at_desk: Client, paged: Questionnaire, ivo: User
) -> None:
    headers = from_htmx(paged)
    drafting.remove_question(paged, code="c1", by=ivo)
    answer = at_desk.post(at(paged, "move", "c2"), {"to": "up"}, headers=headers)
    assert ids_in(answer) == ["desk-list", "outline", "undo"]


def test_typing_is_saved_without_touching_the_form(at_desk: Client, paged: Questionnaire) -> None:
    values = {**opened(at_desk, paged, "b1"), "text.en": "Do you work here?"}
    send = {**values, "autosave": "yes"}
    answer = at_desk.post(at(paged, "question", "b1"), send, headers=from_htmx(paged, "b1"))
    paged.refresh_from_db()
    saved = drafting.question_in(paged.draft, "b1")
    assert saved["text"]["en"] == "Do you work here?"
    assert ids_in(answer)[:3] == ["save-status", "conflict", "seen-b1"]
    assert drafting.fingerprint(saved) in answer.content.decode()
    assert {"r-p3", "r-c2"} <= set(ids_in(answer))  # rules that quote the question
    assert not {"q-b1", "q-c1", "desk-list"} & set(ids_in(answer))


def test_half_a_code_is_not_taken_over_while_somebody_types(at_desk: Client, paged: Questionnaire) -> None:
    values = {**opened(at_desk, paged, "b1"), "code": "wo", "autosave": "yes"}
    at_desk.post(at(paged, "question", "b1"), values, headers=from_htmx(paged, "b1"))
    paged.refresh_from_db()
    assert drafting.question_in(paged.draft, "b1")
    values = {**opened(at_desk, paged, "b1"), "code": "works"}
    answer = at_desk.post(at(paged, "question", "b1"), values, headers=from_htmx(paged, "b1"))
    assert "-q-b1" in ids_in(answer)
    paged.refresh_from_db()
    assert drafting.question_in(paged.draft, "works")


def test_what_cannot_be_saved_is_said_beside_the_form(at_desk: Client, paged: Questionnaire) -> None:
    values = {**opened(at_desk, paged, "a1"), "weight": "a lot", "autosave": "yes"}
    answer = at_desk.post(at(paged, "question", "a1"), values, headers=from_htmx(paged, "a1"))
    assert ids_in(answer) == ["save-status", "conflict"]
    assert 'data-saved="no"' in answer.content.decode()
    assert "Weight within its dimension: Must look like" in answer.content.decode()
    paged.refresh_from_db()
    assert paged.revision == 1


def test_a_conflict_shows_both_versions_and_lets_choose(
    at_desk: Client, paged: Questionnaire, ivo: User
) -> None:
    values = opened(at_desk, paged, "c1")
    theirs = {**drafting.question_in(paged.draft, "c1"), "text": a_text("Ivo’s words")}
    drafting.change_question(paged, code="c1", question=theirs, seen=values["seen"], by=ivo)
    typed = {**values, "text.en": "Ada’s words", "autosave": "yes"}
    page = at_desk.post(at(paged, "question", "c1"), typed, headers=from_htmx(paged, "c1")).content.decode()
    assert "Ivo’s words" in page
    assert "Ada’s words" in page
    assert "Keep mine" in page
    assert "Take theirs" in page
    paged.refresh_from_db()
    assert drafting.question_in(paged.draft, "c1")["text"]["en"] == "Ivo’s words"


def test_undo_tells_whose_step_it_was_and_draws_the_open_question_anew(
    at_desk: Client, paged: Questionnaire, ivo: User
) -> None:
    old = drafting.question_in(paged.draft, "c1")
    new = {**old, "text": a_text("Ivo’s words")}
    drafting.change_question(paged, code="c1", question=new, seen=drafting.fingerprint(old), by=ivo)
    page = at_desk.get(at(paged)).content.decode()
    assert "Undo: change question c1" in page
    assert "(ivo)" in page.lower()
    answer = at_desk.post(at(paged, "undo"), headers=from_htmx(paged, "c1"))
    assert "q-c1" in ids_in(answer)
    assert "You said {b1}." in answer.content.decode()
    assert "Undone: change question c1, by" in answer.content.decode()
    assert undoing.at_hand(Questionnaire.objects.get(pk=paged.pk))[0] is None


def test_without_a_script_undo_comes_back_to_the_desk_and_says_what_was_undone(
    at_desk: Client, paged: Questionnaire, ada: User
) -> None:
    drafting.remove_question(paged, code="c1", by=ada)
    answer = at_desk.post(at(paged, "undo"), follow=True)
    assert "Undone: remove question c1." in answer.content.decode()
    assert 'id="q-c1"' in answer.content.decode()
    again = at_desk.post(at(paged, "undo"), follow=True)
    assert "There is nothing to undo." in again.content.decode()


def test_the_place_of_a_question_is_chosen_from_a_list_without_a_script(
    at_desk: Client, paged: Questionnaire
) -> None:
    page = at_desk.get(at(paged, "place", "c2")).content.decode()
    assert "at the top of “Text of p2" in page
    at_desk.post(at(paged, "place", "c2"), {"after": "p2"})
    paged.refresh_from_db()
    assert [question["code"] for question in paged.draft["questions"]] == ["a1", "p2", "c2", "b1", "p3", "c1"]
    at_desk.post(at(paged, "place", "p3"), {"after": ""})
    paged.refresh_from_db()
    assert [question["code"] for question in paged.draft["questions"]] == ["a1", "p3", "c1", "p2", "c2", "b1"]


def test_the_preview_goes_page_by_page_the_way_that_answers_lead(
    at_desk: Client, paged: Questionnaire
) -> None:
    sheet = at(paged, "sheet")
    page = at_desk.get(sheet, {"language": "en"}).content.decode()
    assert "Text of a1" in page
    assert "Text of b1" not in page
    values = form_values(page, 'id="trial"')
    page = at_desk.post(f"{sheet}?language=en", {**values, "go": "next"}).content.decode()
    assert "Text of b1" in page
    values = form_values(page, 'id="trial"')
    yes = at_desk.post(f"{sheet}?language=en", {**values, "general.b1": "1", "go": "next"}).content.decode()
    assert "You said Yes." in yes
    no = at_desk.post(f"{sheet}?language=en", {**values, "general.b1": "2", "go": "next"}).content.decode()
    assert "This is the end" in no
    back = at_desk.post(f"{sheet}?language=en", {**form_values(yes, 'id="trial"'), "go": "back"})
    assert form_values(back.content.decode(), 'id="trial"')["general.b1"] == ["1"]


def test_one_question_is_drawn_beside_its_form(at_desk: Client, paged: Questionnaire) -> None:
    place = at(paged, "question-preview", "b1")
    page = at_desk.get(place, {"language": "zh-hans"})
    assert "Text of b1（中）" in page.content.decode()
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert at_desk.get(at(paged, "question-preview", "gone")).status_code == 404
