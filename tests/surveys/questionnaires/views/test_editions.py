"""Checking, publishing and reading editions; the preview."""

import hashlib
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting, publishing, reviewing
from surveys.questionnaires.models import Edition, Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_full_document, a_question, a_text, form_values


def address(questionnaire: Questionnaire, name: str, *more: object) -> str:
    return reverse(f"questionnaires:{name}", args=[questionnaire.pk, *more])


def test_a_finished_draft_is_published_from_its_check(
    at_desk: Client, questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    assert "Publish as edition 1" not in at_desk.get(address(questionnaire, "check")).content.decode()
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    page = at_desk.get(address(questionnaire, "check")).content.decode()
    assert "Publish as edition 1" in page
    answer = at_desk.post(address(questionnaire, "publish"), form_values(page, "r-buttons"), follow=True)
    assert answer.redirect_chain[0][0] == address(questionnaire, "edition", 1)
    edition = Edition.objects.get()
    shown = answer.content.decode()
    assert edition.content_hash in shown
    assert "Edition 1 is published" in shown
    assert "This is edition 1" in at_desk.get(address(questionnaire, "check")).content.decode()


def test_problems_lead_to_their_places(at_desk: Client, ada: User) -> None:
    made = drafting.create(code="x", document=a_document(a_question(text={}), title={"en": "T"}), by=ada)
    page = at_desk.get(address(made, "check")).content.decode()
    assert f'href="{address(made, "edit")}?open=q1#q-q1"' in page
    assert f'href="{address(made, "frame")}"' in page
    assert "Publish as edition" not in page
    answer = at_desk.post(address(made, "publish"), {"revision": "1"})
    assert answer["Location"] == address(made, "check")
    assert not Edition.objects.exists()


@pytest.mark.parametrize("revision", ["", "2", "x", None])
def test_a_draft_that_changed_after_its_check_is_not_published(
    at_desk: Client, questionnaire: Questionnaire, revision: str | None
) -> None:
    sent = {} if revision is None else {"revision": revision}
    answer = at_desk.post(address(questionnaire, "publish"), sent, follow=True)
    assert "The draft has changed since you checked it" in answer.content.decode()
    assert not Edition.objects.exists()


def test_a_reviewer_publishes_and_an_auditor_does_not(
    questionnaire: Questionnaire, ada: User, ivo: User, auditor: User, logged_in: Callable[[User], Client]
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    page = logged_in(auditor).get(address(questionnaire, "check")).content.decode()
    assert address(questionnaire, "publish") not in page
    assert logged_in(auditor).post(address(questionnaire, "publish"), {"revision": "1"}).status_code == 403
    assert logged_in(ivo).post(address(questionnaire, "publish"), {"revision": "1"}).status_code == 302
    assert Edition.objects.get().published_by == ivo


def test_publishing_what_nobody_approved_leads_to_the_page_that_says_so(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    answer = at_desk.post(address(questionnaire, "publish"), {"revision": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == address(questionnaire, "review")
    assert "A second person must approve" in answer.content.decode()
    assert not Edition.objects.exists()


def test_the_downloaded_file_has_the_hash_of_the_edition(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    edition = publishing.publish(questionnaire, by=None)
    answer = at_desk.get(address(questionnaire, "document", 1))
    assert hashlib.sha256(answer.content).hexdigest() == edition.content_hash
    assert json.loads(answer.content) == edition.document
    assert answer["Content-Disposition"] == 'attachment; filename="city-1.json"'
    assert answer["Content-Type"] == "application/json"


def test_an_edition_shows_what_was_frozen_and_not_the_draft(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    publishing.publish(questionnaire, by=None)
    changed = a_full_document() | {"title": a_text("Changed since")}
    drafting.save_draft(questionnaire, document=changed, revision=1, by=None)
    page = at_desk.get(address(questionnaire, "edition", 1)).content.decode()
    assert "City services（中）" in page
    assert "Text of q8" in page
    assert "questions/q1/" not in page
    listed = at_desk.get(address(questionnaire, "editions")).content.decode()
    assert Edition.objects.get().content_hash in listed
    framed = at_desk.get(address(questionnaire, "edition-sheet", 1), {"language": "en"}).content.decode()
    assert "<bdi>City services</bdi>" in framed


def test_an_edition_that_is_not_there_is_not_found(at_desk: Client, questionnaire: Questionnaire) -> None:
    for name in ("edition", "document", "edition-preview", "edition-sheet"):
        assert at_desk.get(address(questionnaire, name, 1)).status_code == 404


def test_the_preview_frames_the_sheet_in_each_language(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.get(address(questionnaire, "preview"), {"language": "en", "about": "roads"})
    page = answer.content.decode()
    assert page.count('src="sheet/?language=en&amp;about=roads"') == 2
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    sheet = at_desk.get(address(questionnaire, "sheet"), {"language": "en", "about": "roads"})
    assert "frame-ancestors 'self'" in sheet["Content-Security-Policy"]
    assert sheet["X-Frame-Options"] == "SAMEORIGIN"
    shown = sheet.content.decode()
    assert '<html lang="en" dir="ltr">' in shown
    assert 'name="roads.q1"' in shown
    assert 'name="general.q3"' in shown
    assert "parks.q4" not in shown  # asked about Parks alone
    assert "Very satisfied" in shown
    assert "checked" not in shown
    chinese = at_desk.get(
        address(questionnaire, "sheet"), {"language": "zh-hans", "about": "parks"}
    ).content.decode()
    assert "非常满意" in chinese
    assert "parks.q4" in chinese
    assert '<html lang="zh-hans"' in chinese


def test_the_preview_of_a_draft_with_nothing_in_it_is_a_page_too(at_desk: Client, ada: User) -> None:
    made = drafting.create(code="x", document={**a_document(), "questions": []}, by=ada)
    for name in ("preview", "sheet"):
        wild = {"language": "<script>", "about": "none"}
        assert at_desk.get(address(made, name), wild).status_code == 200


def test_a_sheet_in_a_language_from_right_to_left_says_so(at_desk: Client, ada: User) -> None:
    made = drafting.create(code="x", document=a_document(languages=["ug", "en"]), by=ada)
    page = at_desk.get(address(made, "sheet"), {"language": "ug"}).content.decode()
    assert '<html lang="ug" dir="rtl">' in page
