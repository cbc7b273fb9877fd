"""Working on a draft: small edits, whole documents, and two people at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import checking, documents, drafting
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text


def codes(questionnaire: Questionnaire) -> list[str]:
    questionnaire.refresh_from_db()
    return [question["code"] for question in questionnaire.draft["questions"]]


def question(questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    return dict(drafting.question_in(questionnaire.draft, code))


def test_a_questionnaire_is_made_and_recorded(questionnaire: Questionnaire, ada: User) -> None:
    stored = Questionnaire.objects.get(code="city")
    assert (stored.revision, stored.created_by, stored.title) == (1, ada, "City services")
    assert AuditEntry.objects.get(verb="create questionnaire").subject_id == str(stored.pk)


@pytest.mark.parametrize("code", ["", "city", "Über", "a b", "x" * 61, "-a"])
def test_a_code_that_is_taken_or_badly_formed_is_refused(
    questionnaire: Questionnaire, ada: User, code: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        drafting.create(code=code, document=a_document(), by=ada)
    assert list(refusal.value.message_dict) == ["code"]
    assert Questionnaire.objects.count() == 1


def test_a_malformed_document_is_never_kept(questionnaire: Questionnaire, ada: User) -> None:
    with pytest.raises(checking.MalformedDocument):
        drafting.create(code="other", document={}, by=ada)
    with pytest.raises(checking.MalformedDocument):
        drafting.save_draft(questionnaire, document=a_document(format=9), revision=1, by=ada)
    assert Questionnaire.objects.get().revision == 1


def test_an_unfinished_draft_is_kept(ada: User) -> None:
    unfinished = a_document(a_question("q1", "single_choice", text={}))
    assert drafting.create(code="x", document=unfinished, by=ada).draft["questions"][0]["text"] == {}


def test_a_draft_saved_from_an_old_revision_is_refused(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    drafting.save_draft(questionnaire, document=a_document(title=a_text("First")), revision=1, by=ada)
    with pytest.raises(drafting.StaleDraft):
        drafting.save_draft(questionnaire, document=a_document(title=a_text("Second")), revision=1, by=ivo)
    questionnaire.refresh_from_db()
    assert (questionnaire.revision, questionnaire.title) == (2, "First")


def test_a_new_question_follows_the_one_it_was_added_to_and_shares_whom_it_is_about(
    questionnaire: Questionnaire, ada: User
) -> None:
    added = drafting.add_question(questionnaire, kind="single_choice", after="q4", by=ada)
    assert codes(questionnaire) == ["q1", "q2", "q3", "q4", "q9", "q5", "q6", "q7", "q8"]
    assert (added["code"], added["about"]) == ("q9", "parks")
    assert len(added["settings"]["choices"]) == 2
    assert checking.received(questionnaire.draft) == questionnaire.draft


def test_the_first_rating_of_a_part_becomes_its_headline(ada: User) -> None:
    empty = drafting.create(code="new", document=documents.blank(title=a_text("New")), by=ada)
    assert drafting.add_question(empty, kind="long_text", by=ada)["headline"] is False
    assert drafting.add_question(empty, kind="satisfaction", by=ada)["headline"] is True
    assert drafting.add_question(empty, kind="satisfaction", by=ada)["headline"] is False


def test_a_free_code_is_found_whatever_codes_there_are(ada: User) -> None:
    odd = drafting.create(code="odd", document=a_document(a_question("q2"), a_question("x")), by=ada)
    assert [drafting.add_question(odd, kind="number", by=ada)["code"] for _ in range(2)] == ["q3", "q4"]


def test_a_copy_has_its_own_code_and_is_no_second_headline(questionnaire: Questionnaire, ada: User) -> None:
    copy = drafting.copy_question(questionnaire, code="q1", by=ada)
    assert codes(questionnaire)[:2] == ["q1", "q9"]
    assert copy == {**question(questionnaire, "q1"), "code": "q9", "headline": False}


def test_a_changed_question_is_kept_tidy(questionnaire: Questionnaire, ada: User) -> None:
    seen = drafting.fingerprint(question(questionnaire, "q2"))
    new = a_question("renamed", text=a_text("  New words "))
    drafting.change_question(questionnaire, code="q2", question=new, seen=seen, by=ada)
    assert codes(questionnaire)[1] == "renamed"
    kept = question(questionnaire, "renamed")
    assert kept["text"]["en"] == "New words"
    assert set(kept) == set(documents.BLANK_QUESTION)


def test_two_people_changing_one_question_notice_each_other(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    seen = drafting.fingerprint(question(questionnaire, "q2"))
    drafting.change_question(
        questionnaire, code="q2", question=a_question("q2", text=a_text("A")), seen=seen, by=ada
    )
    with pytest.raises(drafting.StaleDraft):
        drafting.change_question(
            questionnaire, code="q2", question=a_question("q2", text=a_text("B")), seen=seen, by=ivo
        )
    questionnaire.refresh_from_db()
    assert question(questionnaire, "q2")["text"]["en"] == "A"
    assert questionnaire.revision == 2


def test_two_people_changing_two_questions_do_not_disturb_each_other(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    hers, his = Questionnaire.objects.get(), Questionnaire.objects.get()
    seen = {code: drafting.fingerprint(question(questionnaire, code)) for code in ("q1", "q2")}
    drafting.change_question(
        hers, code="q1", question=a_question("q1", headline=True), seen=seen["q1"], by=ada
    )
    drafting.change_question(his, code="q2", question=a_question("q2", weight="3"), seen=seen["q2"], by=ivo)
    questionnaire.refresh_from_db()
    assert questionnaire.revision == 3
    assert question(questionnaire, "q2")["weight"] == "3"


def test_a_code_that_another_question_has_is_refused(questionnaire: Questionnaire, ada: User) -> None:
    seen = drafting.fingerprint(question(questionnaire, "q2"))
    with pytest.raises(drafting.CodeTaken):
        drafting.change_question(questionnaire, code="q2", question=a_question("q1"), seen=seen, by=ada)


@pytest.mark.parametrize(
    ("code", "steps", "order"),
    [
        ("q2", -1, "q2 q1 q3"),
        ("q2", 1, "q1 q3 q2"),
        ("q1", -1, "q1 q2 q3"),
        ("q3", 1, "q1 q2 q3"),
        ("q3", -5, "q3 q1 q2"),
        ("q1", 9, "q2 q3 q1"),
    ],
)
def test_a_question_moves_and_stops_at_either_end(ada: User, code: str, steps: int, order: str) -> None:
    three = drafting.create(code="three", document=a_document(*map(a_question, ["q1", "q2", "q3"])), by=ada)
    drafting.move_question(three, code=code, steps=steps, by=ada)
    assert codes(three) == order.split()


def test_a_removed_question_is_gone_and_removing_it_again_says_so(
    questionnaire: Questionnaire, ada: User
) -> None:
    drafting.remove_question(questionnaire, code="q3", by=ada)
    assert "q3" not in codes(questionnaire)
    with pytest.raises(drafting.UnknownQuestion, match="q3"):
        drafting.remove_question(questionnaire, code="q3", by=ada)
    assert questionnaire.revision == 2


def test_a_full_draft_takes_no_more_questions(ada: User) -> None:
    full = drafting.create(
        code="full", document=a_document(*[a_question(f"q{n}") for n in range(500)]), by=ada
    )
    with pytest.raises(drafting.DraftFull, match="500"):
        drafting.add_question(full, kind="number", by=ada)
    with pytest.raises(drafting.DraftFull):
        drafting.copy_question(full, code="q7", by=ada)


def test_title_and_languages_change_and_a_dropped_language_keeps_its_words(
    questionnaire: Questionnaire, ada: User
) -> None:
    seen = drafting.fingerprint(drafting.frame_of(questionnaire.draft))
    drafting.change_frame(
        questionnaire, languages=["en"], title=a_text("T"), introduction={}, seen=seen, by=ada
    )
    questionnaire.refresh_from_db()
    assert questionnaire.draft["languages"] == ["en"]
    assert "zh-hans" in questionnaire.draft["questions"][0]["text"]
    with pytest.raises(drafting.StaleDraft):
        drafting.change_frame(questionnaire, languages=["en"], title={}, introduction={}, seen=seen, by=ada)


def test_dimensions_change_and_a_malformed_one_is_refused(questionnaire: Questionnaire, ada: User) -> None:
    seen = drafting.fingerprint(questionnaire.draft["dimensions"])
    ease = {"code": "ease", "name": a_text("Ease"), "weight": "1"}
    with pytest.raises(checking.MalformedDocument):
        drafting.change_dimensions(questionnaire, dimensions=[{**ease, "weight": "lots"}], seen=seen, by=ada)
    drafting.change_dimensions(questionnaire, dimensions=[ease], seen=seen, by=ada)
    questionnaire.refresh_from_db()
    assert questionnaire.draft["dimensions"] == [ease]
    with pytest.raises(drafting.StaleDraft):
        drafting.change_dimensions(questionnaire, dimensions=[], seen=seen, by=ada)


def test_every_change_is_recorded_with_its_revision(questionnaire: Questionnaire, ada: User) -> None:
    drafting.move_question(questionnaire, code="q2", steps=1, by=ada)
    entry = AuditEntry.objects.get(verb="move question")
    assert (entry.actor, entry.facts) == (ada, {"revision": 2, "question": "q2", "steps": 1})


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each on its own connection; return what came of each."""
    results: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def do(number: int) -> None:
        start.wait()
        try:
            results[number] = deeds[number]()
        except (ValueError, ValidationError) as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_edits_made_at_the_same_moment_all_survive() -> None:
    made = drafting.create(code="busy", document=a_document(), by=None)

    def add() -> None:
        drafting.add_question(Questionnaire.objects.get(pk=made.pk), kind="number", by=None)

    at_once(*[add] * 6)
    assert sorted(codes(made)) == [f"q{number}" for number in range(1, 8)]
    assert made.revision == 7


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_saved_at_the_same_moment_one_is_refused() -> None:
    made = drafting.create(code="busy", document=a_document(), by=None)

    def save(title: str) -> Questionnaire:
        mine = Questionnaire.objects.get(pk=made.pk)
        return drafting.save_draft(mine, document=a_document(title=a_text(title)), revision=1, by=None)

    results = at_once(lambda: save("A"), lambda: save("B"))
    assert sorted(type(result).__name__ for result in results) == ["Questionnaire", "StaleDraft"]


@pytest.mark.django_db(transaction=True)
def test_of_two_questionnaires_made_at_the_same_moment_under_one_code_one_is_refused() -> None:
    results = at_once(*[lambda: drafting.create(code="twin", document=a_document(), by=None)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Questionnaire", "ValidationError"]
    assert Questionnaire.objects.count() == 1
