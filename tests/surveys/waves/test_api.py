"""Waves for programs: planned, opened, closed, invited to; every refusal changes nothing."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from surveys.people import staffing
from surveys.people.models import User
from surveys.responses.models import Participation
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Invitation, Klass, Wave


@pytest.fixture
def program() -> Callable[[User], APIClient]:
    """A program that holds a token of the given member of staff."""

    def start(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {staffing.issue_token(user, name='program')}")
        return client

    return start


@pytest.fixture
def sent(declared: dict[str, Any]) -> dict[str, Any]:
    """A plan as a program sends it."""
    times = {name: declared[name].isoformat() for name in ("opens_at", "closes_at", "release_at")}
    return {
        "questionnaire": "yearly",
        "edition": 1,
        "slug": "spring",
        "titles": {"zh-hans": "春季", "en": "Spring"},
        "departments": ["parks", "roads"],
        "strata": [{"code": "north", "names": {"en": "North"}, "population": 1000}],
        "method": {"target": "75"},
        **times,
    }


def test_strangers_are_refused(open_wave: Wave) -> None:
    client = APIClient()
    assert client.get("/api/v1/waves/").status_code == 401
    assert client.get("/api/v1/waves/spring/").status_code == 401
    for step in ("open", "close", "invitations", "invitations/revoke"):
        assert client.post(f"/api/v1/waves/spring/{step}/").status_code == 401
    assert client.post("/api/v1/waves/", {}).status_code == 401


def test_heads_see_none_and_watchers_change_none(
    dana: User, ivo: User, open_wave: Wave, program: Callable[[User], APIClient], sent: dict[str, Any]
) -> None:
    assert program(dana).get("/api/v1/waves/").status_code == 403
    assert program(dana).get("/api/v1/waves/spring/").status_code == 403
    watcher = program(ivo)
    assert watcher.get("/api/v1/waves/spring/").status_code == 200
    assert watcher.post("/api/v1/waves/", sent).status_code == 403
    for step in ("open", "close", "invitations", "invitations/revoke"):
        assert watcher.post(f"/api/v1/waves/spring/{step}/", {}).status_code == 403


def test_a_wave_is_planned_opened_and_closed(
    ada: User, program: Callable[[User], APIClient], sent: dict[str, Any], now: datetime
) -> None:
    client = program(ada)
    planned = client.post("/api/v1/waves/", sent)
    assert planned.status_code == 201, planned.json()
    made = planned.json()
    assert (made["status"], made["departments"], made["channels"]) == (
        "planned",
        ["parks", "roads"],
        ["web", "qr"],
    )
    drawn_singly = {"clusters": None, "cluster_population": None}
    assert made["strata"] == [
        {"number": 1, "code": "north", "names": {"en": "North"}, "population": 1000, **drawn_singly}
    ]
    assert made["margins"] == []
    assert made["method"]["target"] == "75"

    assert client.post("/api/v1/waves/spring/close/").status_code == 409
    assert client.post("/api/v1/waves/spring/open/").json()["status"] == "open"
    assert client.post("/api/v1/waves/spring/open/").status_code == 409
    closed = client.post("/api/v1/waves/spring/close/").json()
    assert (closed["status"], closed["release_at"]) == ("closed", made["release_at"])
    assert client.get("/api/v1/waves/autumn/").status_code == 404


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("questionnaire", {"questionnaire": None}),
        ("edition", {"edition": 2}),
        ("edition", {"questionnaire": "nothing"}),
        ("departments", {"departments": ["parks", "nowhere"]}),
        ("departments", {"departments": ["city"]}),
        ("departments", {"departments": "parks"}),
        ("titles", {"titles": {"en": 5}}),
        ("titles", {"titles": {"not a language": "x"}}),
        ("titles", {"titles": []}),
        ("slug", {"slug": "with spaces"}),
        ("opens_at", {"opens_at": "soon"}),
        ("opens_at", {"opens_at": 5}),
        ("strata", {"strata": [{"code": "north", "names": {"en": "N"}, "population": "many"}]}),
        ("strata", {"strata": [{"code": "north", "names": {"en": "N"}}]}),
        ("strata", {"strata": [{"code": "north", "names": {"en": "N"}, "population": 5, "colour": "red"}]}),
        ("klass", {"klass": "imported"}),
        ("channels", {"channels": ["import"]}),
        ("previous", {"previous": "nothing"}),
        ("method", {"method": {"minimum_base": 1}}),
        ("method", {"method": {"minimum_base": 10.5}}),
        ("method", {"method": {"ranks": "yes"}}),
        ("method", {"method": [1]}),
        ("status", {"status": "open"}),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_by_field(
    ada: User,
    program: Callable[[User], APIClient],
    sent: dict[str, Any],
    field: str,
    change: dict[str, Any],
) -> None:
    answer = program(ada).post("/api/v1/waves/", {**sent, **change})
    assert answer.status_code == 400
    assert field in answer.json()
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"5", b"null", b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 9999, b"\xff"]
)
def test_a_body_that_is_no_plan_is_refused(
    ada: User, program: Callable[[User], APIClient], body: bytes
) -> None:
    answer = program(ada).post("/api/v1/waves/", body, content_type="application/json")
    assert answer.status_code == 400


def test_half_a_character_is_no_title(
    ada: User, program: Callable[[User], APIClient], sent: dict[str, Any]
) -> None:
    body = json.dumps(
        {**sent, "titles": {"en": "\ud800"}, "strata": [{"code": "\ud800", "names": {"en": "x"}}]}
    )
    answer = program(ada).post("/api/v1/waves/", body, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()) == ["detail"]


def test_waves_are_listed_by_declared_filters_only(
    ada: User, open_wave: Wave, a_wave: Callable[..., Wave], program: Callable[[User], APIClient]
) -> None:
    a_wave(slug="later")
    client = program(ada)
    assert client.get("/api/v1/waves/").json()["count"] == 2
    assert [one["slug"] for one in client.get("/api/v1/waves/?status=open").json()["results"]] == ["spring"]
    assert client.get("/api/v1/waves/?questionnaire=other").json()["count"] == 0
    assert client.get("/api/v1/waves/?edition__questionnaire__code=yearly").status_code == 400


def test_codes_are_returned_once_and_counted(
    ada: User, open_wave: Wave, program: Callable[[User], APIClient]
) -> None:
    client = program(ada)
    address = "/api/v1/waves/spring/invitations/"
    made = client.post(address, {"count": 3})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    codes = made.json()["codes"]
    assert all(inviting.find(code) for code in codes)
    hashed = [inviting.code_hash("spring", inviting.new_code()).hex()]
    assert client.post(address, {"hashes": hashed}).json() == {"registered": 1, "codes": []}
    assert client.post(address + "revoke/", {"code": codes[0]}).status_code == 204
    assert client.post(address + "revoke/", {"code": codes[0]}).status_code == 409
    assert client.post(address + "revoke/", {"code": "nonsense"}).status_code == 400
    assert client.get(address).json() == {
        "invited": 3,
        "spent": None,  # fewer than ten
        "revoked": 1,
        "spares": 0,
        "strata": [{"stratum": 0, "invited": 3, "revoked": 1, "spares": 0, "people": None}],
    }


def test_where_a_code_was_spent_is_not_told_while_it_happens(
    ada: User, a_wave: Callable[..., Wave], program: Callable[[User], APIClient]
) -> None:
    wave = a_wave(strata=[StratumPlan("north", {"en": "North"}, 9), StratumPlan("south", {"en": "South"}, 9)])
    wave = fielding.open_wave(wave, by=ada)
    for stratum in (1, 2):
        inviting.make_codes(wave, stratum=stratum, count=20, by=ada)
    Participation.objects.create(
        wave=wave, klass=Klass.SAMPLE, stratum=1, cell=0, channel=Channel.WEB, people=11
    )
    client = program(ada)
    address = f"/api/v1/waves/{wave.slug}/invitations/"
    before = client.get(address).json()
    used = wave.invitations.filter(stratum=2).values_list("pk", flat=True)[:3]
    wave.invitations.filter(pk__in=list(used)).update(state=Invitation.State.SPENT)
    after = client.get(address).json()
    assert after == before, "nor how many were, while it is fewer than ten"
    assert after["spent"] is None
    assert [one["people"] for one in after["strata"]] == [None, None]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"count": 0},
        {"count": 10**9},
        {"count": 1, "stratum": 7},
        {"count": 1, "hashes": ["00" * 32]},
        {"count": 1, "extra": 1},
        {"hashes": []},
        {"hashes": ["xy"]},
        {"hashes": ["00" * 32, "00" * 32]},
    ],
)
def test_invitations_that_do_not_hold_are_refused(
    ada: User, open_wave: Wave, program: Callable[[User], APIClient], body: dict[str, Any]
) -> None:
    assert program(ada).post("/api/v1/waves/spring/invitations/", body).status_code == 400
    assert not Invitation.objects.exists()
