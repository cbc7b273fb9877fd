"""Packs, blocks and pasted texts for programs."""

import json
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import Department, User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Block, Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_question

ROOT = "/api/v1/questionnaires/"


@pytest.fixture
def draft(ada: User, departments: dict[str, Department]) -> Questionnaire:
    """A questionnaire with two ratings."""
    return drafting.create(
        code="city", document=a_document(a_question(headline=True), a_question("q2")), by=ada
    )


def send(browser: Client, verb: str, address: str, value: Any) -> Any:
    return getattr(browser, verb)(f"{ROOT}{address}", json.dumps(value), content_type="application/json")


def test_a_program_begins_a_questionnaire_with_a_pack(at_desk: Client, departments: Any) -> None:
    codes = [pack["code"] for pack in at_desk.get(f"{ROOT}packs/").json()]
    assert "education" in codes
    document = at_desk.get(f"{ROOT}packs/education/").json()["document"]
    answer = send(at_desk, "post", "packs/education/", {"code": "schools"})
    assert answer.status_code == 201
    assert (answer.json()["code"], answer.json()["draft"]) == ("schools", document)
    assert "code" in send(at_desk, "post", "packs/education/", {"code": "schools"}).json()
    assert at_desk.get(f"{ROOT}packs/sports/").status_code == 404


def test_a_program_keeps_lists_renames_and_removes_blocks(at_desk: Client, draft: Questionnaire) -> None:
    kept = send(
        at_desk, "post", "blocks/", {"names": {"en": "Two"}, "questionnaire": draft.pk, "codes": ["q2"]}
    )
    assert kept.status_code == 201
    made = send(at_desk, "post", "blocks/", {"names": {"en": "One"}, "questions": [a_question("q7")]})
    assert [question["code"] for question in made.json()["questions"]] == ["q7"]
    assert at_desk.get(f"{ROOT}blocks/", {"q": "two"}).json()["count"] == 1
    one = f"blocks/{made.json()['id']}/"
    assert send(at_desk, "put", one, {"names": {"en": "Uno"}}).json()["names"] == {"en": "Uno"}
    assert send(at_desk, "put", one, {"names": {}}).status_code == 400
    assert at_desk.delete(f"{ROOT}{one}").status_code == 204
    assert Block.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"names": {"en": "x"}},
        {"names": {"en": "x"}, "questions": []},
        {"names": {"en": "x"}, "questions": [{"code": "q1"}]},
        {"names": {}, "questions": [a_question()]},
        {"names": {"en": "x"}, "questions": [a_question()], "questionnaire": 1},
        {"names": {"en": "x"}, "questions": "all"},
        {"names": {"en": "x"}, "questions": [a_question()], "more": 1},
    ],
)
def test_a_block_that_is_none_is_refused(at_desk: Client, body: Any, departments: Any) -> None:
    assert send(at_desk, "post", "blocks/", body).status_code == 400
    assert not Block.objects.exists()


def test_questions_and_blocks_are_added_in_one_step(at_desk: Client, draft: Questionnaire) -> None:
    address = f"{draft.pk}/questions/"
    answer = send(at_desk, "post", address, {"questions": [a_question("q1"), a_question("x")], "after": "q1"})
    assert [question["code"] for question in answer.json()["questions"]] == ["q3", "x"]
    assert answer.json()["revision"] == 2
    kept = send(at_desk, "post", "blocks/", {"names": {"en": "x"}, "questions": [a_question("x")]})
    block = kept.json()["id"]
    answer = send(at_desk, "post", address, {"block": block})
    assert [question["code"] for question in answer.json()["questions"]] == ["x2"]
    wrongs: tuple[Any, ...] = (
        {},
        {"questions": [], "block": block},
        {"block": 99999},
        {"questions": [{}]},
        {"block": block, "after": "gone"},
    )
    for wrong in wrongs:
        assert send(at_desk, "post", address, wrong).status_code in (400, 404)
    assert Questionnaire.objects.get().revision == 3


def test_a_text_is_read_without_keeping_anything(at_desk: Client, draft: Questionnaire) -> None:
    body = {
        "text": "一、园林局【满意度】\n1. 维护 / Upkeep\n2. 厕所",
        "kinds": {"3": "csat"},
        "abouts": {"2": "each"},
    }
    answer = send(at_desk, "post", "paste/", body).json()
    assert [(q["type"], q["about"]) for q in answer["questions"]] == [
        ("page_break", "general"),
        ("satisfaction", "each"),
        ("csat", "parks"),
    ]
    assert answer["lines"] == [1, 2, 3]
    assert {"line", "words", "is_doubtful"} == set(answer["notes"][0])
    added = send(at_desk, "post", f"{draft.pk}/questions/", {"questions": answer["questions"]})
    assert len(added.json()["questions"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "1. x", "languages": []},
        {"text": "1. x", "languages": ["EN!"]},
        {"text": "1. x", "kinds": {"1": "magic"}},
        {"text": "1. x", "abouts": {"1": "mars"}},
        {"text": "1. x", "other": 1},
        {"text": "中" * 70_000},
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_a_sentence(
    at_desk: Client, departments: Any, body: Any
) -> None:
    answer = send(at_desk, "post", "paste/", body)
    assert answer.status_code == 400
    assert answer.json()
