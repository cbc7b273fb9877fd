"""What colleagues say about a draft: kept, settled, opened again, never without words."""

import pytest

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import drafting, remarking
from surveys.questionnaires.models import Questionnaire, Remark
from surveys.questionnaires.remarking import BadRemark


def test_a_remark_is_settled_and_opened_again_and_all_of_it_recorded_without_its_words(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    remark = remarking.remark(questionnaire, question="q2", words="  Which visit?\r\nThe last?  ", by=ivo)
    assert (remark.words, remark.question, remark.settled_at) == ("Which visit?\nThe last?", "q2", None)
    remarking.settle(remark, by=ada)
    assert remark.settled_by == ada
    assert remark.settled_at is not None
    first = remark.settled_at
    remarking.settle(remark, by=ivo)  # it is settled already
    assert (remark.settled_by, remark.settled_at) == (ada, first)
    remarking.reopen(remark, by=ivo)
    remarking.reopen(remark, by=ivo)
    stored = Remark.objects.get()
    assert (stored.settled_by, stored.settled_at) == (None, None)
    told = AuditEntry.objects.filter(verb__contains="remark").order_by("pk")
    assert [(one.verb, one.actor) for one in told] == [
        ("remark on draft", ivo), ("settle remark", ada), ("reopen remark", ivo),
    ]  # fmt: skip
    assert all("visit" not in str(one.facts) for one in told)


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 2001, "a\x00b", "\ud800"])
def test_a_remark_without_words_or_with_bad_ones_is_refused(
    questionnaire: Questionnaire, ivo: User, words: str
) -> None:
    with pytest.raises(BadRemark):
        remarking.remark(questionnaire, question="", words=words, by=ivo)
    assert not Remark.objects.exists()


def test_a_remark_is_about_a_question_that_there_is(questionnaire: Questionnaire, ivo: User) -> None:
    with pytest.raises(BadRemark, match="q77"):
        remarking.remark(questionnaire, question="q77", words="Why?", by=ivo)


def test_remarks_outlive_their_question_and_open_ones_are_counted(
    questionnaire: Questionnaire, ada: User, ivo: User
) -> None:
    settled = remarking.remark(questionnaire, question="q7", words="Old", by=ivo)
    remarking.settle(settled, by=ada)
    remarking.remark(questionnaire, question="q7", words="First", by=ivo)
    remarking.remark(questionnaire, question="", words="All", by=ivo)
    drafting.remove_question(questionnaire, code="q7", by=ada)
    assert [one.words for one in remarking.remarks_on(questionnaire)] == ["First", "All", "Old"]
    assert remarking.open_remarks(questionnaire) == {"q7": 1, "": 1}


def test_there_is_an_end_to_open_remarks(
    questionnaire: Questionnaire, ivo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remarking, "MOST_OPEN", 1)
    remarking.remark(questionnaire, question="", words="One", by=ivo)
    with pytest.raises(BadRemark, match="settle some first"):
        remarking.remark(questionnaire, question="", words="Two", by=ivo)
