"""Programs meet the same verb as people: same rules, same receipts, strict JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from surveys.people.models import User
from surveys.responses import access, mixing
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, inviting
from surveys.waves.models import Klass, Wave

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
FORM = "/api/v1/waves/city-2026/form/"
RESPONSES = "/api/v1/waves/city-2026/responses/"
ANSWERS = {"parks": {"overall": 5, "ways": [1]}, "general": {"city": "dk"}}


def token(client: Client) -> str:
    found: str = client.get(FORM).json()["token"]
    return found


def post(client: Client, body: Any, *, raw: bool = False) -> Any:
    content = body if raw else json.dumps(body)
    return client.post(RESPONSES, content, content_type="application/json")


def test_a_program_reads_the_form_and_answers_it(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    form = rosa.get(FORM)
    assert form.status_code == 200
    asked = form.json()
    assert [part["code"] for part in asked["parts"]] == ["general", "parks", "roads"]
    assert [question["code"] for question in asked["parts"][1]["questions"]] == [
        "overall",
        "speed",
        "way",
        "ways",
        "why",
    ]
    assert asked["languages"] == ["zh-hans", "en"]
    assert asked["channels"] == ["web", "qr"]
    taken = post(rosa, {"token": asked["token"], "language": "en", "channel": "qr", "answers": ANSWERS})
    assert taken.status_code == 201
    assert len(taken.json()["receipts"]) == 2
    again = post(rosa, {"token": asked["token"], "answers": ANSWERS})
    assert again.status_code == 200
    assert taken.json()["already_received"] is False
    assert again.json() == {**taken.json(), "already_received": True}
    assert InboxEntry.objects.count() == 2
    for response in (form, taken, again):
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies


def test_a_receipt_is_mixing_and_then_counted(rosa: Client, a_wave: Waves, settings: Any) -> None:
    settings.MIXING_MIN_BATCH = 1
    a_wave()
    receipts = post(rosa, {"token": token(rosa), "answers": ANSWERS}).json()["receipts"]
    for state in ("mixing", "counted"):
        for receipt in receipts:
            found = rosa.post("/api/v1/check/", {"receipt": receipt}, content_type="application/json")
            assert found.status_code == 200
            assert found.json().keys() == {"receipt", "state", "wave", "release_at"}
            assert (found.json()["state"], found.json()["wave"]) == (state, "city-2026")
        mixing.mix_due()
    for unknown, status in (("0000-0000-0000-0000-0", 404), ("nonsense", 400), (None, 400)):
        answer = rosa.post("/api/v1/check/", {"receipt": unknown}, content_type="application/json")
        assert answer.status_code == status


def test_what_is_wrong_is_said_by_field_and_nothing_is_stored(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    answers = {"parks": {"overall": 6, "ways": [1, 1], "nope": 1}, "general": {"city": 3}}
    refused = post(rosa, {"token": token(rosa), "answers": answers})
    assert refused.status_code == 422
    assert refused.json()["errors"].keys() == {"parks.overall", "parks.ways", "parks.nope"}
    assert not InboxEntry.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"NaN",
        b'{"answers": {"parks": {"overall": 5, "overall": 1}}}',
        b'{"answers": {"parks": {"overall": NaN}}}',
        b'{"answers": {"parks": {"why": "\\u0000"}}}',
        b'{"answers": {"parks": {"why": "\\ud800"}}}',
        b'{"answers": ' + b"[" * 30 + b"]" * 30 + b"}",
        b"[" * 50_000,
        b'"' + b"x" * 300_000 + b'"',
    ],
)
def test_what_is_no_strict_json_is_refused(rosa: Client, a_wave: Waves, body: bytes) -> None:
    a_wave()
    refused = post(rosa, body, raw=True)
    assert refused.status_code == 400
    assert list(refused.json()) == ["detail"]


@pytest.mark.parametrize(
    "body", [None, [], 5, "x", {}, {"answers": {}}, {"token": None, "answers": ANSWERS}, {"token": 5}]
)
def test_json_of_another_shape_is_refused(rosa: Client, a_wave: Waves, body: Any) -> None:
    a_wave()
    refused = post(rosa, body)
    assert refused.status_code == 422
    assert "token" in refused.json()["errors"]
    assert not InboxEntry.objects.exists()


@pytest.mark.parametrize("code", [5, [], {}, True])
def test_a_code_that_is_no_string_is_refused(rosa: Client, a_wave: Waves, code: Any) -> None:
    a_wave()
    refused = post(rosa, {"token": token(rosa), "code": code, "answers": ANSWERS})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["code"]


def test_other_kinds_of_body_are_refused(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    assert rosa.post(RESPONSES, {"token": "x"}).status_code == 415
    assert rosa.get(RESPONSES).status_code == 405
    assert rosa.put(RESPONSES).status_code == 405


def test_a_code_is_needed_where_a_wave_is_by_invitation_and_good_once(
    rosa: Client, a_wave: Waves, ada: User
) -> None:
    wave = a_wave(is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
    for given, status in ((None, 403), ("0" * 26, 403), ("", 403), (code, 201), (code, 410)):
        body = {"token": token(rosa), "answers": ANSWERS, **({"code": given} if given is not None else {})}
        assert post(rosa, body).status_code == status
    assert {entry.klass for entry in InboxEntry.objects.all()} == {Klass.SAMPLE}


def test_an_old_token_is_refused_unless_it_was_used(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    used, unused = token(rosa), token(rosa)
    taken = post(rosa, {"token": used, "answers": ANSWERS})
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        again = post(rosa, {"token": used, "answers": ANSWERS})
        late = post(rosa, {"token": unused, "answers": ANSWERS})
    assert again.json() == {**taken.json(), "already_received": True}
    assert (late.status_code, list(late.json()["errors"])) == (422, ["token"])
    assert InboxEntry.objects.count() == 2


def test_closed_unopened_and_unknown_waves(rosa: Client, a_wave: Waves, ada: User) -> None:
    assert rosa.get(FORM).status_code == 404
    assert post(rosa, {"answers": ANSWERS}).status_code == 404
    wave = a_wave(opened=False, opens_at=timezone.now() + timedelta(days=1))
    assert rosa.get(FORM).status_code == 403
    Wave.objects.update(opens_at=timezone.now())
    fielding.open_wave(wave, by=ada)
    access.forget()
    held = token(rosa)
    fielding.close_wave(wave, by=ada)
    assert post(rosa, {"token": held, "answers": ANSWERS}).status_code == 410
    access.forget()
    assert rosa.get(FORM).status_code == 410
    assert not InboxEntry.objects.exists()


def test_a_login_changes_nothing(a_wave: Waves, ada: User) -> None:
    """Staff answer as anybody does: nothing of who is signed in goes with the answers."""
    a_wave()
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert post(client, {"token": token(client), "answers": ANSWERS}).status_code == 201
    assert {entry.klass for entry in InboxEntry.objects.all()} == {Klass.OPEN}
