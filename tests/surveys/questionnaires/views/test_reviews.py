"""The pages on which one person submits, another approves, and colleagues say something."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting, publishing, remarking, reviewing
from surveys.questionnaires.models import Edition, Questionnaire, Remark
from tests.surveys.questionnaires.conftest import a_document, a_question, form_values

In = Callable[[User], Client]


@pytest.fixture
def browse(logged_in: In) -> In:
    """Opens browsers that speak English."""

    def open_browser(user: User) -> Client:
        browser = logged_in(user)
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    return open_browser


def address(questionnaire: Questionnaire, name: str, *more: object) -> str:
    return reverse(f"questionnaires:{name}", args=[questionnaire.pk, *more])


def look(browser: Client, questionnaire: Questionnaire, name: str = "review") -> str:
    return browser.get(address(questionnaire, name)).content.decode()


def test_two_people_go_the_whole_way_by_buttons(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In
) -> None:
    hers, his = browse(ada), browse(ivo)
    page = look(hers, questionnaire)
    sent = form_values(page, "r-buttons")
    assert sent == {"revision": "1"}
    assert address(questionnaire, "approve") not in page
    answer = hers.post(address(questionnaire, "submit"), sent, follow=True).content.decode()
    assert "The draft is submitted" in answer
    assert "somebody else approves it" in answer
    assert address(questionnaire, "approve") not in answer
    listed = his.get(reverse("questionnaires:list")).content.decode()
    assert "Waiting for approval" in listed
    assert address(questionnaire, "review") in listed
    page = look(his, questionnaire)
    assert "You had no hand in this draft" in page
    told = his.post(address(questionnaire, "approve"), form_values(page, "r-buttons"), follow=True)
    assert "Ivo has approved this very revision" in told.content.decode()
    page = look(hers, questionnaire, "check")
    hers.post(address(questionnaire, "publish"), form_values(page, "r-buttons"))
    edition = Edition.objects.get()
    assert (edition.published_by, edition.approved_by) == (ada, ivo)
    assert "Waiting for approval" not in his.get(reverse("questionnaires:list")).content.decode()
    assert "nothing new to publish" in look(hers, questionnaire)


def test_ones_own_work_is_refused_with_words(
    questionnaire: Questionnaire, admin_user: User, browse: In
) -> None:
    browser = browse(admin_user)
    reviewing.submit(questionnaire, revision=1, by=admin_user)
    answer = browser.post(address(questionnaire, "approve"), {"revision": "1"}, follow=True)
    assert "somebody else must approve it" in answer.content.decode()
    assert not Questionnaire.objects.get().is_approved


@pytest.mark.parametrize("revision", ["", "2", "x", "9" * 30, "-1"])
def test_what_changed_since_it_was_looked_at_is_not_approved(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In, revision: str
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    answer = browse(ivo).post(address(questionnaire, "approve"), {"revision": revision}, follow=True)
    assert "The draft has changed since you looked at it" in answer.content.decode()
    assert not Questionnaire.objects.get().is_approved


def test_a_draft_with_problems_is_not_submitted(ada: User, browse: In) -> None:
    unfinished = drafting.create(code="x", document=a_document(a_question(text={})), by=ada)
    assert address(unfinished, "submit") not in look(browse(ada), unfinished)
    answer = browse(ada).post(address(unfinished, "submit"), {"revision": "1"}, follow=True)
    assert "cannot be published yet" in answer.content.decode()


def test_a_draft_goes_back_with_a_remark_and_what_was_typed_is_not_lost(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    sent = {"revision": "1", "words": "x" * 2001}
    page = browse(ivo).post(address(questionnaire, "send-back"), sent).content.decode()
    assert form_values(page, "send-back")["words"] == "x" * 2001
    assert "at most 2000 fit" in page
    assert Questionnaire.objects.get().is_submitted
    sent["words"] = "Please ask about noise."
    browse(ivo).post(address(questionnaire, "send-back"), sent)
    assert not Questionnaire.objects.get().is_submitted
    assert "Please ask about noise." in look(browse(ada), questionnaire, "remarks")
    answer = browse(ivo).post(address(questionnaire, "send-back"), sent, follow=True)
    assert "has not been submitted" in answer.content.decode()
    assert Remark.objects.count() == 1


def test_it_is_taken_back_by_who_designs(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In
) -> None:
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    sent = form_values(look(browse(ada), questionnaire), "r-buttons")
    browse(ada).post(address(questionnaire, "withdraw"), sent)
    with pytest.raises(publishing.NotApproved):
        publishing.publish(questionnaire, by=ada)


def test_remarks_are_made_settled_and_opened_again(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In
) -> None:
    sent = {"question": "q2", "words": "Which visit?"}
    answer = browse(ivo).post(address(questionnaire, "remarks"), sent, follow=True).content.decode()
    assert "Which visit?" in answer
    assert "1 remark on this draft is open." in answer
    remark = Remark.objects.get()
    browse(ada).post(address(questionnaire, "remark-settle", remark.pk))
    page = look(browse(ada), questionnaire, "remarks")
    assert "settled by Ada" in page
    assert "0 remarks on this draft are open." in page
    browse(ada).post(address(questionnaire, "remark-reopen", remark.pk))
    assert Remark.objects.get().settled_at is None
    one = browse(ada).get(address(questionnaire, "remarks") + "?question=q1").content.decode()
    assert "Which visit?" not in one


def test_a_remark_that_cannot_be_kept_is_shown_again(
    questionnaire: Questionnaire, ivo: User, browse: In
) -> None:
    page = (
        browse(ivo)
        .post(address(questionnaire, "remarks"), {"question": "q99", "words": "Hm"})
        .content.decode()
    )
    assert "There is no question “q99”" in page
    assert "\nHm</textarea>" in page


def test_beside_its_question_a_remark_comes_back_alone(
    questionnaire: Questionnaire, ivo: User, ada: User, browse: In
) -> None:
    sent = {"question": "q2", "words": "Which visit?", "at": "desk"}
    script = {"HX-Request": "true"}
    page = browse(ivo).post(address(questionnaire, "remarks"), sent, headers=script).content.decode()
    assert page.count("Which visit?") >= 1
    assert page.lstrip().startswith('<section class="m-beside"')
    remark = Remark.objects.get()
    settled = browse(ada).post(
        address(questionnaire, "remark-settle", remark.pk), {"at": "desk"}, headers=script
    )
    assert "settled by Ada" in settled.content.decode()
    empty = browse(ivo).post(address(questionnaire, "remarks"), sent | {"words": " "}, headers=script)
    assert "A remark needs words." in empty.content.decode()
    plain = browse(ivo).post(address(questionnaire, "remarks"), sent)
    assert plain["Location"] == f"{address(questionnaire, 'edit')}?open=q2#q-q2"


def test_an_auditor_reads_remarks_and_says_nothing(
    questionnaire: Questionnaire, ivo: User, auditor: User, dana: User, browse: In
) -> None:
    remark = remarking.remark(questionnaire, question="", words="Well done.", by=ivo)
    page = look(browse(auditor), questionnaire, "remarks")
    assert "Well done." in page
    assert "Add the remark" not in page
    assert browse(auditor).post(address(questionnaire, "remarks"), {"words": "x"}).status_code == 403
    assert browse(auditor).post(address(questionnaire, "remark-settle", remark.pk)).status_code == 403
    assert browse(dana).get(address(questionnaire, "remarks")).status_code == 403
    assert Remark.objects.get().settled_at is None


def test_remarks_of_another_questionnaire_are_not_found(
    questionnaire: Questionnaire, ada: User, browse: In
) -> None:
    other = drafting.create(code="other", document=a_document(), by=ada)
    remark = remarking.remark(other, question="", words="Hm", by=ada)
    assert browse(ada).post(address(questionnaire, "remark-settle", remark.pk)).status_code == 404


def test_words_are_never_html(questionnaire: Questionnaire, ivo: User, ada: User, browse: In) -> None:
    remarking.remark(questionnaire, question="", words="<script>alert(1)</script>", by=ivo)
    page = look(browse(ada), questionnaire, "remarks")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_measures_are_shown_with_a_picture_and_its_table(
    questionnaire: Questionnaire, ada: User, browse: In
) -> None:
    page = look(browse(ada), questionnaire, "measures")
    assert 'aria-label="Ease 40%, Trust 60%"' in page
    assert '<rect class="w-tone-2" x="40.0000" y="0" width="60.0000" height="8"/>' in page
    assert "What the index is made of" in page
    publishing.publish(questionnaire, by=None)
    drafting.move_question(questionnaire, code="q5", steps=1, by=ada)
    assert "Trends are held against edition 1." in look(browse(ada), questionnaire, "measures")
    frozen = browse(ada).get(address(questionnaire, "edition-measures", 1)).content.decode()
    assert "Trends are held" not in frozen
    assert browse(ada).get(address(questionnaire, "edition-measures", 7)).status_code == 404


def test_remarks_stand_beside_their_question_at_the_desk(
    questionnaire: Questionnaire, ada: User, ivo: User, browse: In
) -> None:
    for question in ("q2", "q2", ""):
        remarking.remark(questionnaire, question=question, words="Which visit?", by=ivo)
    desk = address(questionnaire, "edit")
    opened = browse(ada).get(f"{desk}?open=q2").content.decode()
    beside = opened.split('id="m-beside-q2"')[1]
    assert beside.count("<bdi>Which visit?</bdi>") == 2
    assert form_values(opened, 'hx-target="closest .m-beside"')["question"] == "q2"
    listed = browse(ivo).get(desk).content.decode()
    assert (
        f'{address(questionnaire, "remarks")}?question=q2"><code>q2</code></a> <span class="chip">2 open'
        in listed
    )
    assert 'id="m-beside' not in listed
