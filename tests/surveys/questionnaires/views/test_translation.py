"""The page of two languages beside each other, without and with a script, and the files."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting, translating
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.translating import Typed
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text, form_values


@pytest.fixture
def draft(ada: User) -> Questionnaire:
    """Uyghur is declared; only the title is translated."""
    document = a_document(
        a_question("q1", headline=True),
        a_question("q2", "long_text", text=a_text("You said {q1}.")),
        languages=["zh-hans", "en", "ug"],
        title={**a_text("City services"), "ug": "شەھەر"},
    )
    return drafting.create(code="city", document=document, by=ada)


def address(draft: Questionnaire, name: str = "translation", query: str = "?source=en&target=ug") -> str:
    return reverse(f"questionnaires:{name}", args=[draft.pk]) + query


def words(draft: Questionnaire, key: str) -> str:
    stored = Questionnaire.objects.get(pk=draft.pk).draft
    rows = translating.rows_of(stored, source="en", target="ug")
    return next(row.target for row in rows if row.key == key)


def test_the_page_shows_both_languages_and_how_far_they_are(at_desk: Client, draft: Questionnaire) -> None:
    page = at_desk.get(address(draft)).content.decode()
    assert "You said {q1}." in page
    assert re.search(r'<textarea [^>]*name="words\.title"[^>]*lang="ug" dir="rtl"', page)
    assert "شەھەر" in page
    progress = {one.language: one for one in translating.progress_of(draft.draft, ["en", "ug"])}
    for one in progress.values():
        assert f"{one.done} of {one.all} · {one.per_cent}%" in page


def test_without_a_choice_it_opens_the_language_that_lacks_most(
    at_desk: Client, draft: Questionnaire
) -> None:
    page = at_desk.get(address(draft, query="")).content.decode()
    assert 'value="zh-hans" lang="zh-hans" selected' in page
    assert 'value="ug" lang="ug" selected' in page
    wild = at_desk.get(address(draft, query="?source=xx&target=%00&page=a&only=b"))
    assert wild.status_code == 200


def test_what_is_typed_is_saved_without_a_script(at_desk: Client, draft: Questionnaire) -> None:
    sent = form_values(at_desk.get(address(draft)).content.decode(), "t-form")
    sent["words.questions:q1:text"] = "رازىمۇ؟"
    answer = at_desk.post(address(draft), sent, follow=True)
    assert answer.redirect_chain[0][0] == address(draft)
    assert "1 text saved." in answer.content.decode()
    assert words(draft, "questions:q1:text") == "رازىمۇ؟"
    assert Questionnaire.objects.get().revision == 2
    assert at_desk.post(address(draft), sent).status_code == 302
    assert Questionnaire.objects.get().revision == 2  # nothing new


def test_what_is_missing_can_be_shown_alone(at_desk: Client, draft: Questionnaire) -> None:
    page = at_desk.get(address(draft, query="?source=en&target=ug&only=missing")).content.decode()
    assert 'name="words.title"' not in page
    assert 'name="words.questions:q1:text"' in page
    done = at_desk.get(address(draft, query="?source=zh-hans&target=en&only=missing")).content.decode()
    assert "No text is missing in this language." in done


def test_a_conflict_keeps_what_was_typed_and_asks(at_desk: Client, draft: Questionnaire) -> None:
    sent = form_values(at_desk.get(address(draft)).content.decode(), "t-form")
    key = "questions:q1:text"
    translating.translate(draft, source="en", target="ug", typed={key: Typed("باشقىلار")}, by=None)
    sent |= {f"words.{key}": "مېنىڭ", "words.questions:q2:text": "{q1}"}
    page = at_desk.post(address(draft), sent).content.decode()
    assert "somebody changed this meanwhile" in page
    assert "باشقىلار" in page
    assert form_values(page, "t-form")[f"words.{key}"] == "مېنىڭ"
    assert words(draft, key) == "باشقىلار"
    assert words(draft, "questions:q2:text") == "{q1}"  # the others are kept
    again = form_values(page, "t-form")
    assert "somebody changed" in at_desk.post(address(draft), again).content.decode()  # not without saying so
    replace = re.search(rf'name="replace\.{key}" value="([^"]+)"', page)
    assert replace is not None
    assert at_desk.post(address(draft), again | {f"replace.{key}": replace[1]}).status_code == 302
    assert words(draft, key) == "مېنىڭ"


def test_words_that_cannot_be_kept_are_shown_again_with_the_reason(
    at_desk: Client, draft: Questionnaire
) -> None:
    sent = form_values(at_desk.get(address(draft)).content.decode(), "t-form")
    page = at_desk.post(address(draft), sent | {"words.title": "ئ" * 201}).content.decode()
    assert "at most 200 fit" in page
    assert form_values(page, "t-form")["words.title"] == "ئ" * 201


def test_with_a_script_only_the_state_of_what_changed_comes_back(
    at_desk: Client, draft: Questionnaire
) -> None:
    sent = form_values(at_desk.get(address(draft)).content.decode(), "t-form")
    sent["words.questions:q2:text"] = "سىز دېدىڭىز"
    answer = at_desk.post(address(draft), sent, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.count('hx-swap-oob="true"') == 2  # the one text, and the progress
    assert "Saved" in page
    assert "{q1} stands for an earlier answer" in page
    assert json.loads(answer["HX-Trigger"]) == {"announce": {"value": "Saved"}}
    assert "<html" not in page
    seen = re.search(r'name="seen\.questions:q2:text" value="([^"]+)"', page)
    assert seen is not None
    sent |= {"seen.questions:q2:text": seen[1], "words.questions:q2:text": "{q1} دېدىڭىز"}
    at_desk.post(address(draft), sent, headers={"HX-Request": "true"})
    assert words(draft, "questions:q2:text") == "{q1} دېدىڭىز"


def test_a_reviewer_reads_and_does_not_write(
    draft: Questionnaire, ivo: User, logged_in: Callable[[User], Client]
) -> None:
    page = logged_in(ivo).get(address(draft)).content.decode()
    assert "شەھەر" in page
    assert "<textarea" not in page
    assert logged_in(ivo).post(address(draft), {"words.title": "x"}).status_code == 403
    assert logged_in(ivo).get(address(draft, "translation-xliff")).status_code == 200


@pytest.mark.parametrize("name", ["translation-xliff", "translation-table"])
def test_a_file_goes_out_is_translated_and_comes_back(
    at_desk: Client, draft: Questionnaire, name: str
) -> None:
    answer = at_desk.get(address(draft, name))
    body = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith('attachment; filename="city-en-ug.')
    if name == "translation-xliff":
        done = body.replace("<source>Text of q1</source>", "<source>Text of q1</source><target>بىر</target>")
    else:
        done = body.replace("Text of q1,", "Text of q1,بىر")
    assert done != body
    file = SimpleUploadedFile("back", done.encode())
    page = at_desk.post(address(draft, "translation-import", ""), {"file": file}).content.decode()
    assert "1 text taken in" in page
    assert words(draft, "questions:q1:text") == "بىر"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"file": SimpleUploadedFile("x.xlf", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")},
        {"file": SimpleUploadedFile("x.xlf", b"<xliff/>")},
        {"file": SimpleUploadedFile("x.csv", b"key,what,en,fr\ntitle,,T,U\n")},
        {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")},
        {"file": SimpleUploadedFile("x.csv", b"")},
    ],
    ids=range(6),
)
def test_a_file_that_cannot_be_taken_is_refused_with_words(
    at_desk: Client, draft: Questionnaire, sent: Any
) -> None:
    page = at_desk.post(address(draft, "translation-import", ""), sent).content.decode()
    assert "Nothing was taken in" in page
    assert Questionnaire.objects.get().revision == 1


def test_what_a_file_says_of_changed_and_gone_texts_is_reported(
    at_desk: Client, draft: Questionnaire
) -> None:
    table = (
        "key,what,en,ug\nquestions:q1:text,,Old words,بىر\nquestions:q8:text,,x,y\n"
        "questions:q2:text,,You said {q1}.,z\n"
    )
    file = SimpleUploadedFile("x.csv", table.encode())
    page = at_desk.post(address(draft, "translation-import", ""), {"file": file}).content.decode()
    assert "the original has changed since the file was made" in page
    assert "questions:q8:text" in page
    assert "quoted in one language only" in page
    assert words(draft, "questions:q1:text") == ""


def test_a_questionnaire_in_one_language_says_how_to_add_another(at_desk: Client, ada: User) -> None:
    one = a_document(a_question(text={"en": "Q"}), languages=["en"], title={"en": "T"})
    made = drafting.create(code="one", document=one, by=ada)
    page = at_desk.get(address(made, query="")).content.decode()
    assert "There is one language only" in page
    assert 'name="target"' not in page  # nothing to choose from
    assert reverse("questionnaires:frame", args=[made.pk]) in page


def test_a_long_questionnaire_comes_in_pages_of_fifty(at_desk: Client, ada: User) -> None:
    questions = [a_question(f"q{n}", "short_text") for n in range(120)]
    made = drafting.create(code="long", document=a_document(*questions), by=ada)
    page = at_desk.get(address(made, query="?source=en&target=zh-hans&page=2")).content.decode()
    assert page.count("<textarea") == 50
    assert "page=3" in page
