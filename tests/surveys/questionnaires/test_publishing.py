"""Freezing a draft: hash, number, and a database that refuses to change what is frozen."""

import hashlib
import json

import pytest
from django.db import DatabaseError, transaction

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import drafting, publishing
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition, Questionnaire
from tests.conftest import published
from tests.surveys.questionnaires.conftest import a_document, a_full_document, a_question, a_text
from tests.surveys.questionnaires.test_drafting import at_once


def test_an_edition_is_numbered_hashed_and_recorded(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    edition = published(questionnaire, by=ada, approver=ivo)
    stored = Edition.objects.get()
    assert (edition.number, stored.published_by, stored.approved_by) == (1, ada, ivo)
    assert stored.content_hash == hashlib.sha256(publishing.canonical(stored.document)).hexdigest()
    entry = AuditEntry.objects.get(verb="publish edition")
    assert entry.actor == ada
    assert entry.facts == {
        "questionnaire": "city", "number": 1, "hash": stored.content_hash, "approved_by": "ivo",
    }  # fmt: skip


def test_canonical_bytes_follow_rfc_8785_and_hold_no_floats(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    written = publishing.canonical(published(questionnaire, by=ada, approver=ivo).document)
    document = json.loads(written, parse_float=lambda _: pytest.fail("a float"))
    assert written == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_same_content_is_the_same_edition(questionnaire: Questionnaire, ada: User, ivo: User) -> None:
    first = published(questionnaire, by=ada, approver=ivo)
    again = publishing.publish(questionnaire, by=None)
    reordered = {key: questionnaire.draft[key] for key in reversed(questionnaire.draft)}
    reordered["title"] = {**reordered["title"], "fr": "not declared", "en": " City services "}
    drafting.save_draft(questionnaire, document=reordered, revision=1, by=ivo)
    assert publishing.publish(questionnaire, by=ivo) == first == again  # nothing new, so nothing to approve
    assert Edition.objects.count() == 1
    assert AuditEntry.objects.filter(verb="publish edition").count() == 1


def test_changed_content_is_the_next_edition_and_going_back_finds_the_first(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    first = published(questionnaire, by=ada, approver=ivo)
    changed = a_full_document() | {"title": a_text("Other")}
    drafting.save_draft(questionnaire, document=changed, revision=1, by=ada)
    second = published(questionnaire, by=ada, approver=ivo)
    assert (second.number, second.title) == (2, "Other")
    drafting.save_draft(questionnaire, document=a_full_document(), revision=2, by=ada)
    assert publishing.publish(questionnaire, by=ada) == first


def test_without_a_second_person_nothing_is_published_but_by_the_operator(
    questionnaire: Questionnaire, ada: User
) -> None:
    with pytest.raises(publishing.NotApproved, match="A second person must approve"):
        publishing.publish(questionnaire, by=ada)
    assert not Edition.objects.exists()
    assert publishing.publish(questionnaire, by=None).approved_by is None


def test_what_people_have_answered_already_needs_no_approval(questionnaire: Questionnaire, ada: User) -> None:
    edition = publishing.publish(questionnaire, by=ada, needs_approval=False)
    assert (edition.published_by, edition.approved_by) == (ada, None)


def test_a_draft_with_problems_is_not_published(ada: User) -> None:
    unfinished = drafting.create(code="x", document=a_document(a_question(text={})), by=ada)
    with pytest.raises(publishing.Unpublishable) as refusal:
        publishing.publish(unfinished, by=ada)
    assert {problem.where for problem in refusal.value.problems} == {"q1"}
    assert not Edition.objects.exists()


def test_a_question_about_nobody_is_not_published(questionnaire: Questionnaire, ada: User) -> None:
    for about in ("nowhere", "city"):  # the root stands for the place as a whole, which is “general”
        other = drafting.create(
            code=f"about-{about}", document=a_document(a_question(about=about, headline=True)), by=ada
        )
        with pytest.raises(publishing.Unpublishable, match=about):
            publishing.publish(other, by=ada)


def test_the_database_refuses_to_change_an_edition(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    edition = published(questionnaire, by=ada, approver=ivo)
    with pytest.raises(DatabaseError, match="a published edition never changes"), transaction.atomic():
        Edition.objects.update(document={})
    with pytest.raises(DatabaseError, match="a published edition never changes"), transaction.atomic():
        edition.delete()
    assert Edition.objects.get().document == edition.document


def test_the_codebook_of_an_edition_is_parsed_once(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    edition = published(questionnaire, by=ada, approver=ivo)
    codebook = codebook_of(edition)
    assert codebook_of(Edition.objects.get()) is codebook
    assert [item.code for item in codebook.part("parks").items] == ["q1", "q2", "q8"]
    headline = codebook.part("roads").headline
    assert headline is not None
    assert headline.code == "q1"
    assert codebook.general.headline is None
    assert [item.code for item in codebook.general.items] == ["q3"]


@pytest.mark.django_db(transaction=True)
def test_publishing_twice_at_the_same_moment_makes_one_edition() -> None:
    made = drafting.create(code="busy", document=a_document(a_question(about="general")), by=None)
    results = at_once(*[lambda: publishing.publish(Questionnaire.objects.get(pk=made.pk), by=None)] * 3)
    assert {edition.number for edition in results} == {1}
    assert Edition.objects.count() == 1
