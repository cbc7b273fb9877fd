"""Questionnaires for programs."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from django.test import Client

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import drafting, publishing, reviewing
from surveys.questionnaires.models import Edition, Questionnaire
from tests.surveys.questionnaires.conftest import a_document, a_full_document, a_question, a_text

ROOT = "/api/v1/questionnaires/"


@pytest.fixture
def program(at_desk: Client) -> Client:
    """Ada's session, for talking JSON."""
    return at_desk


def send(browser: Client, verb: str, address: str, value: Any) -> Any:
    body = value if isinstance(value, str | bytes) else json.dumps(value)
    return getattr(browser, verb)(address, body, content_type="application/json")


def test_questionnaires_are_listed_without_their_drafts(
    program: Client, questionnaire: Questionnaire
) -> None:
    answer = program.get(ROOT).json()
    assert answer["count"] == 1
    listed = answer["results"][0]
    assert {key: listed[key] for key in ("code", "title", "questions", "revision", "latest_edition")} == {
        "code": "city", "title": "City services", "questions": 8, "revision": 1, "latest_edition": None,
    }  # fmt: skip
    assert "draft" not in listed


def test_a_questionnaire_is_made_read_replaced_checked_approved_and_published(
    program: Client, departments: Any, ivo: User, logged_in: Callable[[User], Client]
) -> None:
    made = send(program, "post", ROOT, {"code": "new", "document": a_full_document()})
    assert made.status_code == 201
    address = f"{ROOT}{made.json()['id']}/"
    assert program.get(address).json() == made.json()
    changed = made.json()["draft"] | {"title": a_text("Changed")}
    put = send(program, "put", address + "draft/", {"revision": 1, "document": changed})
    assert (put.status_code, put.json()["revision"], put.json()["draft"]) == (200, 2, changed)
    assert send(program, "post", address + "check/", {}).json()["problems"] == []
    refused = send(program, "post", address + "publish/", {"revision": 2})
    assert (refused.status_code, "second person" in refused.json()["detail"]) == (409, True)
    assert send(program, "post", address + "submit/", {"revision": 2}).status_code == 200
    assert send(logged_in(ivo), "post", address + "approve/", {"revision": 2}).status_code == 200
    edition = send(program, "post", address + "publish/", {"revision": 2})
    assert edition.status_code == 201
    body = edition.json()
    assert hashlib.sha256(rfc8785.dumps(body["document"])).hexdigest() == body["content_hash"]
    again = send(program, "post", address + "publish/", {"revision": 2})
    assert (again.status_code, again.json()) == (200, body)
    assert program.get(address + "editions/").json() == [
        {key: body[key] for key in body if key != "document"}
    ]
    assert program.get(address + "editions/1/").json() == body
    assert AuditEntry.objects.filter(actor__username="ada", verb="publish edition").count() == 1


def test_a_copy_is_made(program: Client, questionnaire: Questionnaire) -> None:
    made = send(program, "post", ROOT, {"code": "copy", "copy_of": questionnaire.pk})
    assert made.status_code == 201
    assert made.json()["draft"] == questionnaire.draft


def test_a_draft_of_another_revision_answers_409_and_changes_nothing(
    program: Client, questionnaire: Questionnaire
) -> None:
    address = f"{ROOT}{questionnaire.pk}/"
    drafting.move_question(questionnaire, code="q1", steps=1, by=None)
    stale = send(program, "put", address + "draft/", {"revision": 1, "document": a_document()})
    assert stale.status_code == 409
    assert "revision 2" in stale.json()["detail"]
    assert send(program, "post", address + "publish/", {"revision": 1}).status_code == 409
    assert Questionnaire.objects.get().revision == 2
    assert not Edition.objects.exists()


def test_a_draft_with_problems_answers_422_with_all_of_them(program: Client, ada: User) -> None:
    made = drafting.create(code="x", document=a_document(a_question(text={"en": "T"})), by=ada)
    answer = send(program, "post", f"{ROOT}{made.pk}/publish/", {"revision": 1})
    assert answer.status_code == 422
    assert {"where": "q1", "message": "The text is missing in 简体中文."} in answer.json()["problems"]
    assert (
        answer.json()["problems"] == send(program, "post", f"{ROOT}{made.pk}/check/", {}).json()["problems"]
    )


BAD: list[Any] = [
    {},
    [],
    None,
    "no json",
    b"\xff\xfe",
    {"code": "x"},
    {"code": "x", "document": {}},
    {"code": "x", "document": None},
    {"code": "x", "document": a_document(), "copy_of": 1},
    {"code": "x", "document": a_document(), "owner": "me"},
    {"code": "A B", "document": a_document()},
    {"code": "city", "document": a_document()},
    {"code": 5, "document": {**a_document(), "title": {"en": "\u0000"}}},
    '{"code": "x", "code": "y", "document": {}}',
    '{"code": "x", "document": NaN}',
    '{"code": "x", "document": ' + "[" * 200_000 + "]" * 200_000 + "}",
    '{"code": "x", "document": {"format": 1, "languages": ["en"], "title": {"en": "\\ud800"}, "questions": []}}',
    '{"code": "x", "document": {"format": ' + "9" * 5000 + "}}",
    '{"code": "x", "document": {"format": 1e400}}',
    " " * (4 * 2**20) + "{}",
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_bad_body_is_refused_with_words_and_nothing_is_made(
    program: Client, questionnaire: Questionnaire, body: Any
) -> None:
    answer = send(program, "post", ROOT, body)
    assert answer.status_code == 400
    assert answer.json()
    assert Questionnaire.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"revision": 1},
        {"revision": "one", "document": a_document()},
        {"revision": 2**70, "document": a_document()},
        {"revision": 1, "document": a_document(owner="me")},
        {"revision": 1, "document": a_document(a_question(weight=0.5))},
        {"revision": 1, "document": a_document(), "by": "somebody else"},
    ],
)
def test_a_bad_draft_is_refused_and_the_old_one_stays(
    program: Client, questionnaire: Questionnaire, body: Any
) -> None:
    answer = send(program, "put", f"{ROOT}{questionnaire.pk}/draft/", body)
    assert answer.status_code == 400
    questionnaire.refresh_from_db()
    assert questionnaire.revision == 1


def test_flaws_name_their_place(program: Client) -> None:
    answer = send(program, "post", ROOT, {"code": "x", "document": a_document(a_question(weight=0.5))})
    assert answer.json() == {"document": ["questions.0.weight: must look like “0.15”."]}


ADDRESSES = [
    ("get", ""),
    ("post", ""),
    ("get", "{pk}/"),
    ("put", "{pk}/draft/"),
    ("post", "{pk}/check/"),
    ("post", "{pk}/publish/"),
    ("get", "{pk}/editions/"),
    ("get", "{pk}/editions/1/"),
]


@pytest.mark.parametrize(("verb", "address"), ADDRESSES)
def test_strangers_and_heads_get_nothing(
    questionnaire: Questionnaire, dana: User, logged_in: Callable[[User], Client], verb: str, address: str
) -> None:
    publishing.publish(questionnaire, by=None)
    place = ROOT + address.format(pk=questionnaire.pk)
    assert send(Client(), verb, place, {} if verb != "get" else b"").status_code in (401, 403)
    refused = logged_in(dana).get(place) if verb == "get" else send(logged_in(dana), verb, place, {})
    assert refused.status_code in (403, 404)
    if verb == "get" and address:
        unknown = logged_in(dana).get(ROOT + address.format(pk=999999))
        assert (unknown.status_code, unknown.content) == (refused.status_code, refused.content)


def test_an_auditor_reads_and_a_reviewer_publishes_but_neither_changes(
    questionnaire: Questionnaire, ada: User, ivo: User, auditor: User, logged_in: Callable[[User], Client]
) -> None:
    address = f"{ROOT}{questionnaire.pk}/"
    for user in (ivo, auditor):
        browser = logged_in(user)
        assert browser.get(address).status_code == 200
        body = {"revision": 1, "document": a_document()}
        assert send(browser, "put", address + "draft/", body).status_code == 403
        assert send(browser, "post", ROOT, {"code": "x", "document": a_document()}).status_code == 403
    reviewing.submit(questionnaire, revision=1, by=ada)
    reviewing.approve(questionnaire, revision=1, by=ivo)
    assert send(logged_in(auditor), "post", address + "publish/", {"revision": 1}).status_code == 403
    assert send(logged_in(ivo), "post", address + "publish/", {"revision": 1}).status_code == 201


@pytest.mark.parametrize("pk", [0, 999999, 10**30])
def test_what_is_not_there_is_not_found(program: Client, pk: int) -> None:
    assert program.get(f"{ROOT}{pk}/").status_code == 404
    assert program.get(f"{ROOT}{pk}/editions/1/").status_code == 404
    assert send(program, "post", f"{ROOT}{pk}/check/", {}).status_code == 404
    assert send(program, "post", ROOT, {"code": "x", "copy_of": min(pk, 2**53) or 1}).status_code == 404
