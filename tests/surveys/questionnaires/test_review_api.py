"""Approval, remarks, translation and measures for programs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Edition, Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_question
from tests.surveys.questionnaires.test_api import ROOT, send


def at(questionnaire: Questionnaire, path: str) -> str:
    return f"{ROOT}{questionnaire.pk}/{path}"


def test_a_draft_is_submitted_sent_back_and_approved(
    at_desk: Client, questionnaire: Questionnaire, ivo: User, logged_in: Callable[[User], Client]
) -> None:
    his, meant = logged_in(ivo), {"revision": 1}
    assert at_desk.get(at(questionnaire, "review/")).json() == {
        "revision": 1, "state": "draft", "submitted_by": None, "approved_by": None, "is_own_work": False,
    }  # fmt: skip
    assert send(his, "post", at(questionnaire, "submit/"), meant).status_code == 403
    assert send(at_desk, "post", at(questionnaire, "approve/"), meant).status_code == 403
    assert send(at_desk, "post", at(questionnaire, "submit/"), meant).json()["state"] == "submitted"
    assert send(at_desk, "post", at(questionnaire, "submit/"), meant).status_code == 409
    assert send(his, "post", at(questionnaire, "approve/"), {"revision": 2}).status_code == 409
    assert send(his, "post", at(questionnaire, "send-back/"), meant).status_code == 400
    back = send(his, "post", at(questionnaire, "send-back/"), {**meant, "words": "Not yet."})
    assert back.json()["state"] == "draft"
    assert [one["words"] for one in at_desk.get(at(questionnaire, "remarks/")).json()] == ["Not yet."]
    send(at_desk, "post", at(questionnaire, "submit/"), meant)
    agreed = send(his, "post", at(questionnaire, "approve/"), meant).json()
    assert (agreed["state"], agreed["approved_by"]) == ("approved", "Ivo")
    assert send(at_desk, "post", at(questionnaire, "withdraw/"), meant).json()["state"] == "draft"
    assert send(at_desk, "post", at(questionnaire, "publish/"), meant).status_code == 409
    assert not Edition.objects.exists()


def test_ones_own_work_is_forbidden_and_a_bad_draft_unprocessable(
    questionnaire: Questionnaire, admin_user: User, logged_in: Callable[[User], Client]
) -> None:
    browser = logged_in(admin_user)
    send(browser, "post", at(questionnaire, "submit/"), {"revision": 1})
    assert send(browser, "post", at(questionnaire, "approve/"), {"revision": 1}).status_code == 403
    bad = drafting.create(code="bad", document=a_document(a_question(text={})), by=None)
    answer = send(browser, "post", at(bad, "submit/"), {"revision": 1})
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_remarks_are_made_and_settled(at_desk: Client, questionnaire: Questionnaire) -> None:
    made = send(at_desk, "post", at(questionnaire, "remarks/"), {"question": "q2", "words": "Why?"})
    assert made.status_code == 201
    one = made.json()
    assert (one["question"], one["by"], one["settled_by"]) == ("q2", "ada", None)
    settled = send(at_desk, "post", at(questionnaire, f"remarks/{one['id']}/settle/"), {}).json()
    assert settled["settled_by"] == "ada"
    assert send(at_desk, "post", at(questionnaire, f"remarks/{one['id']}/reopen/"), {}).json() == one
    assert send(at_desk, "post", at(questionnaire, "remarks/99999/settle/"), {}).status_code == 404
    bad: list[Any] = [
        {},
        {"words": " "},
        {"words": "x", "question": "q99"},
        {"words": "x", "by": "ivo"},
        [],
        None,
    ]
    for body in bad:
        assert send(at_desk, "post", at(questionnaire, "remarks/"), body).status_code == 400


def test_texts_are_listed_and_translated(at_desk: Client, questionnaire: Questionnaire) -> None:
    address = at(questionnaire, "texts/")
    listed = at_desk.get(address, {"source": "en", "target": "zh-hans"}).json()
    text = next(one for one in listed["texts"] if one["key"] == "questions:q1:text")
    assert (text["source"], text["target"], text["places"]) == ("Text of q1", "Text of q1（中）", 1)
    body: dict[str, Any] = {
        "source": "en",
        "target": "zh-hans",
        "texts": [{"key": text["key"], "words": "您满意吗？", "seen": text["seen"]}],
    }
    told = send(at_desk, "post", address, body).json()
    assert (told["saved"], told["revision"]) == ([text["key"]], 2)
    again = {**body, "texts": [{**body["texts"][0], "words": "另一个"}]}
    told = send(at_desk, "post", address, again).json()
    assert (told["stale"], told["saved"], told["revision"]) == ([text["key"]], [], 2)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"source": "en", "target": "en", "texts": []},
        {"source": "en", "target": "fr", "texts": []},
        {"source": "en", "target": "zh-hans", "texts": [{"key": "title"}]},
        {"source": "en", "target": "zh-hans", "texts": "all"},
        {"source": "en", "target": "zh-hans", "texts": [], "by": "ivo"},
    ],
)
def test_a_bad_translation_is_refused_with_words(
    at_desk: Client, questionnaire: Questionnaire, body: Any
) -> None:
    answer = send(at_desk, "post", at(questionnaire, "texts/"), body)
    assert answer.status_code == 400
    assert answer.json()
    assert at_desk.get(at(questionnaire, "texts/"), {"source": "en"}).status_code == 400


def test_measures_are_told(at_desk: Client, questionnaire: Questionnaire) -> None:
    said = at_desk.get(at(questionnaire, "measures/")).json()
    assert [(one["about"], one["headline"], one["has_index"]) for one in said["parts"]] == [
        ("each", "q1", True), ("parks", "q1", True), ("general", "", False),
    ]  # fmt: skip
    assert said["parts"][0]["dimensions"][1]["items"] == [
        {"code": "q8", "text": "Text of q8", "within": 1.0, "of_index": 0.6}
    ]
    assert [one["code"] for one in said["margins"]] == ["q3"]


def test_heads_get_nothing(
    questionnaire: Questionnaire, dana: User, logged_in: Callable[[User], Client]
) -> None:
    for path in ("review/", "remarks/", "texts/?source=en&target=zh-hans", "measures/"):
        assert logged_in(dana).get(at(questionnaire, path)).status_code in (403, 404)
