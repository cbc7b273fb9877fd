"""Two people before an edition: who may agree to what, and what voids it."""

from collections.abc import Callable
from typing import Any

import pytest

from surveys.audit import AuditEntry
from surveys.people.models import Department, Role, User
from surveys.questionnaires import drafting, publishing, remarking, reviewing, translating, undoing
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.models import Edition, Questionnaire, Remark
from surveys.questionnaires.remarking import BadRemark
from surveys.questionnaires.reviewing import NotASecondPerson, OutOfTurn
from surveys.questionnaires.translating import Typed
from tests.conftest import published
from tests.surveys.questionnaires.conftest import a_document, a_full_document, a_question
from tests.surveys.questionnaires.test_drafting import at_once


@pytest.fixture
def nia(db: None) -> User:
    """Designs, too."""
    return User.objects.create_user("nia", "nia@example.org", "nia-password", role=Role.DESIGNER)


def test_a_draft_is_submitted_approved_and_published_by_two(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    assert (questionnaire.is_submitted, questionnaire.is_approved) == (True, False)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    stored = Questionnaire.objects.get()
    assert (stored.is_submitted, stored.is_approved) == (False, True)
    edition = publishing.publish(questionnaire, by=ada)
    assert (edition.published_by, edition.approved_by) == (ada, ivo)
    told = AuditEntry.objects.filter(subject_kind="questionnaire").order_by("pk")
    assert [(one.verb, one.actor, one.facts.get("revision")) for one in told] == [
        ("create questionnaire", ada, None), ("submit draft", ada, 1), ("approve draft", ivo, 1),
    ]  # fmt: skip


def test_nobody_approves_or_sends_back_what_they_submitted(
    questionnaire: Questionnaire, admin_user: User, ivo: User
) -> None:
    reviewing.submit(questionnaire, revision=1, by=admin_user)
    with pytest.raises(NotASecondPerson):
        reviewing.approve(questionnaire, revision=1, by=admin_user)
    with pytest.raises(NotASecondPerson):
        reviewing.send_back(questionnaire, revision=1, words="No", by=admin_user)
    assert reviewing.standing_of(questionnaire, seen_by=admin_user).is_own_work
    assert not reviewing.standing_of(questionnaire, seen_by=ivo).is_own_work
    assert not Questionnaire.objects.get().is_approved
    assert not Remark.objects.exists()


HANDS: dict[str, Callable[[Questionnaire, User], Any]] = {
    "a question added and removed again": lambda one, by: (
        drafting.add_question(one, kind="number", by=by),
        drafting.remove_question(one, code="q9", by=by),
    ),
    "a question moved": lambda one, by: drafting.move_question(one, code="q1", steps=1, by=by),
    "the whole replaced": lambda one, by: drafting.save_draft(
        one, document=a_full_document(), revision=one.revision, by=by
    ),
    "a text translated": lambda one, by: translating.translate(
        one, source="en", target="zh-hans", typed={"title": Typed("另一个标题")}, by=by
    ),
    "undone what another did": lambda one, by: (
        drafting.move_question(one, code="q1", steps=1, by=None),
        undoing.undo(one, by=by),
    ),
}


@pytest.mark.parametrize("hand", HANDS.values(), ids=HANDS)
def test_who_had_a_hand_in_the_draft_cannot_approve_it(
    questionnaire: Questionnaire, ada: User, admin_user: User, ivo: User, hand: Callable[..., Any]
) -> None:
    hand(questionnaire, admin_user)
    questionnaire.refresh_from_db()
    reviewing.submit(questionnaire, revision=questionnaire.revision, by=ada)
    with pytest.raises(NotASecondPerson):
        reviewing.approve(questionnaire, revision=questionnaire.revision, by=admin_user)
    reviewing.approve(questionnaire, revision=questionnaire.revision, by=ivo)
    assert Questionnaire.objects.get().approved_by == ivo


def test_a_remark_is_no_hand_in_the_draft_and_the_last_edition_closes_the_account(
    questionnaire: Questionnaire, ada: User, nia: User, admin_user: User, ivo: User
) -> None:
    remark = remarking.remark(questionnaire, question="q1", words="Why?", by=ivo)
    remarking.settle(remark, by=ivo)
    remarking.reopen(remark, by=ivo)
    drafting.move_question(questionnaire, code="q1", steps=1, by=admin_user)
    published(questionnaire, by=ada, approver=ivo)
    drafting.move_question(questionnaire, code="q1", steps=-1, by=nia)
    drafting.move_question(questionnaire, code="q1", steps=2, by=nia)
    assert reviewing.changed_by(questionnaire) == {nia.pk}
    published(questionnaire, by=nia, approver=admin_user)  # whose change is in the first edition
    assert Edition.objects.count() == 2
    assert reviewing.changed_by(questionnaire) == frozenset()


def test_any_change_voids_what_was_submitted_and_approved(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    drafting.move_question(questionnaire, code="q1", steps=1, by=ada)
    assert not Questionnaire.objects.get().is_approved
    with pytest.raises(publishing.NotApproved):
        publishing.publish(questionnaire, by=ada)
    with pytest.raises(StaleDraft):
        reviewing.approve(questionnaire, revision=1, by=ivo)
    with pytest.raises(OutOfTurn):
        reviewing.approve(questionnaire, revision=2, by=ivo)
    undoing.undo(
        questionnaire, by=ada
    )  # the words are those that were approved, but nobody looked at revision 3
    with pytest.raises(publishing.NotApproved):
        publishing.publish(questionnaire, by=ada)


def test_steps_out_of_turn_are_refused_and_change_nothing(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    for act in (reviewing.withdraw, reviewing.approve):
        with pytest.raises(OutOfTurn):
            act(questionnaire, revision=1, by=ivo)
    with pytest.raises(StaleDraft):
        reviewing.submit(questionnaire, revision=2, by=ada)
    reviewing.submit(questionnaire, revision=1, by=ada)
    with pytest.raises(OutOfTurn):
        reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    for act in (reviewing.submit, reviewing.approve):
        with pytest.raises(OutOfTurn):
            act(questionnaire, revision=1, by=ivo)
    publishing.publish(questionnaire, by=ivo)
    reviewing.withdraw(questionnaire, revision=1, by=ada)
    with pytest.raises(OutOfTurn, match="same content as edition 1"):
        reviewing.submit(questionnaire, revision=1, by=ada)
    verbs = (
        AuditEntry.objects.filter(subject_kind="questionnaire").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["create questionnaire", "submit draft", "approve draft", "withdraw draft"]


def test_an_unfinished_draft_is_neither_submitted_nor_approved(
    departments: dict[str, Department], ada: User, ivo: User
) -> None:
    unfinished = drafting.create(code="x", document=a_document(a_question(text={})), by=ada)
    with pytest.raises(publishing.Unpublishable):
        reviewing.submit(unfinished, revision=1, by=ada)
    about = drafting.create(code="y", document=a_document(a_question(about="parks", headline=True)), by=ada)
    reviewing.submit(about, revision=1, by=ada)
    Department.objects.filter(code="parks").update(is_active=False)
    with pytest.raises(publishing.Unpublishable, match="parks"):
        reviewing.approve(about, revision=1, by=ivo)


def test_a_draft_is_sent_back_with_words_and_only_with_words(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    with pytest.raises(BadRemark):
        reviewing.send_back(questionnaire, revision=1, words="  \n", by=ivo)
    assert Questionnaire.objects.get().is_submitted
    reviewing.send_back(questionnaire, revision=1, words="Ask about noise, too.", by=ivo)
    stored = Questionnaire.objects.get()
    assert (stored.submitted_by, stored.submitted_revision) == (None, None)
    assert [(one.words, one.by, one.question) for one in Remark.objects.all()] == [
        ("Ask about noise, too.", ivo, "")
    ]
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    reviewing.send_back(questionnaire, revision=1, words="On second thoughts, no.", by=ivo)
    with pytest.raises(publishing.NotApproved):
        publishing.publish(questionnaire, by=ada)


def test_what_waits_is_listed_without_reading_drafts(
    questionnaire: Questionnaire, ada: User, ivo: User, django_assert_num_queries: Any
) -> None:
    other = drafting.create(code="other", document=a_document(), by=ada)
    approved = drafting.create(code="approved", document=a_document(), by=ada)
    reviewing.submit(other, revision=1, by=ada)
    reviewing.submit(approved, revision=1, by=ada)
    reviewing.approve(approved, revision=1, by=ivo)
    with django_assert_num_queries(1):
        assert [
            (one.code, str(one.submitted_by)) for one in reviewing.waiting(Questionnaire.objects.all())
        ] == [("other", "Ada")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_and_change_at_the_same_moment_the_change_wins(ada: User, ivo: User) -> None:
    made = drafting.create(code="busy", document=a_document(a_question(about="general")), by=ada)
    reviewing.submit(made, revision=1, by=ada)

    def approve() -> Any:
        try:
            return reviewing.approve(Questionnaire.objects.get(pk=made.pk), revision=1, by=ivo)
        except (StaleDraft, OutOfTurn) as refusal:
            return refusal

    at_once(
        approve,
        lambda: drafting.move_question(Questionnaire.objects.get(pk=made.pk), code="q1", steps=1, by=ada),
    )
    assert not Questionnaire.objects.get().is_approved
    with pytest.raises(publishing.NotApproved):
        publishing.publish(made, by=ada)
