"""Going back and forth through the steps of a draft."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import arranging, drafting, undoing
from surveys.questionnaires.models import DraftStep, Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text


def codes(questionnaire: Questionnaire) -> list[str]:
    questionnaire.refresh_from_db()
    return [question["code"] for question in questionnaire.draft["questions"]]


def retyped(
    questionnaire: Questionnaire, code: str, words: str, by: User, *, while_typing: bool = True
) -> None:
    old = drafting.question_in(questionnaire.draft, code)
    drafting.change_question(
        questionnaire,
        code=code,
        question={**old, "text": a_text(words)},
        seen=drafting.fingerprint(old),
        by=by,
        while_typing=while_typing,
    )


def test_every_change_can_be_undone_and_made_again(questionnaire: Questionnaire, ada: User) -> None:
    states = [questionnaire.draft]
    drafting.move_question(questionnaire, code="q3", steps=-1, by=ada)
    states.append(questionnaire.draft)
    drafting.remove_question(questionnaire, code="q5", by=ada)
    states.append(questionnaire.draft)
    drafting.copy_question(questionnaire, code="q1", by=ada)
    states.append(questionnaire.draft)
    for state in reversed(states[:-1]):
        undoing.undo(questionnaire, by=ada)
        questionnaire.refresh_from_db()
        assert questionnaire.draft == state
    with pytest.raises(undoing.NothingToUndo):
        undoing.undo(questionnaire, by=ada)
    for state in states[1:]:
        undoing.redo(questionnaire, by=ada)
        questionnaire.refresh_from_db()
        assert questionnaire.draft == state
    with pytest.raises(undoing.NothingToUndo):
        undoing.redo(questionnaire, by=ada)


def test_what_is_undone_is_said_in_words_and_whose_it_was(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    drafting.move_question(questionnaire, code="q3", steps=-1, by=ivo)
    undoable, redoable = undoing.at_hand(questionnaire)
    assert undoable
    assert (undoable.words, undoable.by_id, redoable) == ("move question q3", ivo.pk, None)
    assert undoing.undo(questionnaire, by=ada) == undoable
    assert undoing.at_hand(questionnaire) == (None, undoable)
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.actor, entry.facts["undone"], entry.facts["whose"]) == (
        "undo", ada, "move question q3", "ivo",
    )  # fmt: skip


def test_a_new_change_forgets_what_was_undone(questionnaire: Questionnaire, ada: User) -> None:
    drafting.remove_question(questionnaire, code="q1", by=ada)
    drafting.remove_question(questionnaire, code="q2", by=ada)
    undoing.undo(questionnaire, by=ada)
    drafting.remove_question(questionnaire, code="q3", by=ada)
    assert undoing.at_hand(questionnaire)[1] is None
    undoing.undo(questionnaire, by=ada)
    assert codes(questionnaire)[:2] == ["q2", "q3"]


def test_undoing_raises_the_revision_so_that_nobody_overwrites_what_is_not_there(
    questionnaire: Questionnaire, ada: User
) -> None:
    drafting.remove_question(questionnaire, code="q1", by=ada)
    before = questionnaire.revision
    undoing.undo(questionnaire, by=ada)
    assert questionnaire.revision == before + 1
    with pytest.raises(drafting.StaleDraft):
        drafting.save_draft(questionnaire, document=a_document(), revision=before, by=ada)


def test_what_is_typed_in_one_go_is_undone_in_one_go(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    before = questionnaire.draft
    for words in ("H", "He", "Hello"):
        retyped(questionnaire, "q6", words, ada)
    assert questionnaire.steps.count() == 2
    retyped(questionnaire, "q6", "Hello there", ivo)  # somebody else's is another step
    retyped(questionnaire, "q7", "Bye", ivo)  # and so is another question
    assert questionnaire.steps.count() == 4
    for _ in range(3):
        undoing.undo(questionnaire, by=ada)
    questionnaire.refresh_from_db()
    assert questionnaire.draft == before


def test_what_is_typed_much_later_is_another_step(questionnaire: Questionnaire, ada: User) -> None:
    retyped(questionnaire, "q6", "Hello", ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        retyped(questionnaire, "q6", "Hello again", ada)
    assert questionnaire.steps.count() == 3


def test_a_hundred_steps_are_kept(questionnaire: Questionnaire, ada: User) -> None:
    for number in range(105):
        drafting.move_question(questionnaire, code="q1", steps=1 if number % 2 == 0 else -1, by=ada)
    assert questionnaire.steps.count() == undoing.MOST_STEPS + 1
    for _ in range(undoing.MOST_STEPS):
        undoing.undo(questionnaire, by=ada)
    with pytest.raises(undoing.NothingToUndo):
        undoing.undo(questionnaire, by=ada)


def test_a_refused_change_leaves_no_step(questionnaire: Questionnaire, ada: User) -> None:
    with pytest.raises(drafting.UnknownQuestion):
        drafting.remove_question(questionnaire, code="q99", by=ada)
    assert DraftStep.objects.count() == 0


def a_paged_document(**more: Any) -> dict[str, Any]:
    def a_page(code: str, **more: Any) -> dict[str, Any]:
        return a_question(code, "page_break", about="general", **more)

    return a_document(
        a_question("a1", headline=True),
        a_page("p2"),
        a_question("b1", "yes_no", about="general"),
        a_page("p3", show={"equals": [{"answer": "b1"}, {"value": 1}]}),
        a_question("c1", "short_text", about="general", text=a_text("You said {b1}.")),
        a_question("c2", "short_text", about="general", show={"answered": "b1"}),
        **more,
    )


@pytest.fixture
def paged(ada: User) -> Questionnaire:
    """A questionnaire of three pages."""
    return drafting.create(code="paged", document=a_paged_document(), by=ada)


def test_a_page_moves_with_its_questions_and_stays_behind_the_nameless_first_one(
    paged: Questionnaire, ada: User
) -> None:
    arranging.move_page(paged, code="p3", steps=-1, by=ada)
    assert codes(paged) == ["a1", "p3", "c1", "c2", "p2", "b1"]
    arranging.move_page(paged, code="p3", steps=-1, by=ada)
    assert codes(paged) == ["a1", "p3", "c1", "c2", "p2", "b1"]
    arranging.place_page(paged, code="p3", after="p2", by=ada)
    assert codes(paged) == ["a1", "p2", "b1", "p3", "c1", "c2"]
    arranging.place_page(paged, code="p3", after="", by=ada)
    assert codes(paged) == ["a1", "p3", "c1", "c2", "p2", "b1"]


def test_a_question_is_put_on_another_page(paged: Questionnaire, ada: User) -> None:
    arranging.place_question(paged, code="c1", after="p2", by=ada)
    assert codes(paged) == ["a1", "p2", "c1", "b1", "p3", "c2"]
    arranging.place_question(paged, code="c1", after="", by=ada)
    assert codes(paged) == ["c1", "a1", "p2", "b1", "p3", "c2"]


def test_a_page_goes_with_its_questions_and_comes_back(paged: Questionnaire, ada: User) -> None:
    arranging.remove_page(paged, code="p3", by=ada)
    assert codes(paged) == ["a1", "p2", "b1"]
    assert undoing.undo(paged, by=ada).words == "remove page p3"
    assert codes(paged) == ["a1", "p2", "b1", "p3", "c1", "c2"]


def test_rules_and_quoted_answers_follow_a_question_to_its_new_code(paged: Questionnaire, ada: User) -> None:
    old = drafting.question_in(paged.draft, "b1")
    new = drafting.change_question(
        paged, code="b1", question={**old, "code": "moved"}, seen=drafting.fingerprint(old), by=ada
    )
    paged.refresh_from_db()
    assert new["code"] == "moved"
    assert drafting.question_in(paged.draft, "p3")["show"] == {"equals": [{"answer": "moved"}, {"value": 1}]}
    assert drafting.question_in(paged.draft, "c1")["text"]["en"] == "You said {moved}."
    assert drafting.question_in(paged.draft, "c2")["show"] == {"answered": "moved"}
