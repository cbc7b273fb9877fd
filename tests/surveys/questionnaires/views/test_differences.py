"""The page that compares editions, its links, and the same for programs."""

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting, publishing
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.conftest import a_full_document, a_text

pytestmark = pytest.mark.django_db


def put(questionnaire: Questionnaire, document: dict[str, Any], *, by: User) -> None:
    drafting.save_draft(questionnaire, document=document, revision=questionnaire.revision, by=by)
    questionnaire.refresh_from_db()


@pytest.fixture
def two_editions(questionnaire: Questionnaire, ada: User) -> Questionnaire:
    """Edition 2 words the headline otherwise, and its draft takes a question away."""
    publishing.publish(questionnaire, by=None)
    document = deepcopy(a_full_document())
    document["questions"][0]["text"] = {"zh-hans": "别的话", "en": "Text of <b>q1</b> & more"}
    put(questionnaire, document, by=ada)
    publishing.publish(questionnaire, by=None)
    document["questions"].pop(5)
    put(questionnaire, document, by=ada)
    return questionnaire


def test_the_page_shows_what_changed_and_where_trends_break(
    two_editions: Questionnaire, at_desk: Client
) -> None:
    address = reverse("questionnaires:differences", args=[two_editions.pk, 1, 2])
    page = at_desk.get(address).content.decode()
    assert "Edition 2 compared with edition 1" in page
    assert "Trends break at 1 question" in page
    assert "<ins>&lt;b&gt;</ins>q1<ins>&lt;/b&gt; &amp; more</ins>" in page
    assert "<b>q1</b>" not in page
    assert "The words of the question changed." in page
    assert "7 questions that stayed as they were" in page


def test_the_order_of_the_numbers_does_not_matter(two_editions: Questionnaire, at_desk: Client) -> None:
    first, second = (
        at_desk.get(reverse("questionnaires:differences", args=[two_editions.pk, *numbers]))
        for numbers in ((1, 2), (2, 1))
    )
    assert "Edition 2 compared with edition 1" in second.content.decode()
    assert first.context["found"] == second.context["found"]


def test_an_edition_compared_with_itself_has_no_differences(
    two_editions: Questionnaire, at_desk: Client
) -> None:
    page = at_desk.get(reverse("questionnaires:differences", args=[two_editions.pk, 2, 2]))
    assert "Nothing differs" in page.content.decode()


def test_the_draft_is_compared_with_the_latest_edition(two_editions: Questionnaire, at_desk: Client) -> None:
    page = at_desk.get(reverse("questionnaires:draft-differences", args=[two_editions.pk])).content.decode()
    assert "The draft compared with edition 2" in page
    assert "No trend breaks" in page
    assert '<code>q6</code> <span class="chip chip-suppressed">removed</span>' in page


def test_words_in_languages_that_are_not_declared_are_no_difference(
    questionnaire: Questionnaire, at_desk: Client, ada: User
) -> None:
    publishing.publish(questionnaire, by=None)
    document = deepcopy(a_full_document())
    document["title"] = {**a_text("City services"), "ug": "شەھەر"}
    put(questionnaire, document, by=ada)
    page = at_desk.get(reverse("questionnaires:draft-differences", args=[questionnaire.pk]))
    assert page.context["found"].is_empty


def test_there_is_nothing_to_compare_with_before_the_first_edition(
    questionnaire: Questionnaire, at_desk: Client
) -> None:
    for name in ("questionnaires:draft-differences", "api-draft-differences"):
        assert at_desk.get(reverse(name, args=[questionnaire.pk])).status_code == 404
    assert (
        at_desk.get(reverse("questionnaires:differences", args=[questionnaire.pk, 1, 2])).status_code == 404
    )


def test_the_list_of_editions_leads_there(two_editions: Questionnaire, at_desk: Client) -> None:
    page = at_desk.get(reverse("questionnaires:editions", args=[two_editions.pk])).content.decode()
    assert reverse("questionnaires:differences", args=[two_editions.pk, 1, 2]) in page
    assert reverse("questionnaires:draft-differences", args=[two_editions.pk]) in page


def test_programs_are_told_the_same(two_editions: Questionnaire, at_desk: Client) -> None:
    found = at_desk.get(reverse("api-differences", args=[two_editions.pk, 1, 2])).json()
    (broken,) = [one for one in found["questions"] if one["judgement"] != "same"]
    assert (broken["code"], broken["state"], broken["judgement"]) == ("q1", "kept", "break")
    assert broken["reasons"] == [{"code": "text", "words": "The words of the question changed."}]
    assert broken["changes"][0] == {
        "key": "text",
        "label": "Text",
        "language": "en",
        "before": "Text of q1",
        "after": "Text of <b>q1</b> & more",
    }
    draft = at_desk.get(reverse("api-draft-differences", args=[two_editions.pk])).json()
    assert [one["code"] for one in draft["questions"] if one["state"] == "removed"] == ["q6"]
    assert found["frame"] == []
