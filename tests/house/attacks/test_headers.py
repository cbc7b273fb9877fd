"""Case 23: whatever is asked for, and however it ends, the answer carries the headers and its cookies are shut.

The addresses come from the URL configuration, so that a new route is covered by being there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from surveys.people.models import User
from surveys.responses import access
from surveys.waves import inviting
from tests.house.audience import AUDIENCE, Audience
from tests.house.test_audience import ROUTES, address
from tests.surveys.responses.forms import filled, form_of, receipts_on

pytestmark = pytest.mark.django_db

EMBEDDED = "responses:embed"  # made to be shown on other websites, holds nothing of anybody
FRAMED_BY_US = {"questionnaires:sheet", "questionnaires:edition-sheet", "questionnaires:question-preview"}
INLINE_STYLE = {"api-docs"}
# May be kept by a browser, and says so itself: the same for everybody.
KEPT = {
    EMBEDDED,
    "responses:style",
    "responses:worker",
    "scorecards:results",
    "narratives:method",
    "trust:page",
    "trust:verify",
    "results",
    "figures",
    "takedowns",
}
# May be kept by the browser of whoever asked, and asked for anew each time.
KEPT_BY_ONE = {"scorecards", "scorecard", "prediction"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def directives(policy: str) -> dict[str, list[str]]:
    """Return a content security policy by directive."""
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


def faults(name: str, answer: Any) -> Iterator[str]:
    """Yield what is wrong with the headers and cookies of an answer that came over HTTPS."""
    yield from policy_faults(name, answer)
    for header, wanted in HEADERS.items():
        if answer.headers.get(header) != wanted:
            yield f"{header}: {answer.headers.get(header)}"
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"Referrer-Policy: {answer.headers.get('Referrer-Policy')}"
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "Permissions-Policy"
    kept = answer.headers.get("Cache-Control", "")
    if (
        "no-store" not in kept
        and not (name in KEPT and kept)
        and not (name in KEPT_BY_ONE and "private" in kept)
    ):
        yield f"Cache-Control: {kept}"
    for cookie in answer.cookies.values():
        if not (cookie.key.startswith("__Host-") and cookie["secure"] and cookie["httponly"]):
            yield f"cookie {cookie.key}"
        if cookie["samesite"] not in ("Lax", "Strict") or cookie["path"] != "/" or cookie["domain"]:
            yield f"cookie {cookie.key} travels"


def policy_faults(name: str, answer: Any) -> Iterator[str]:
    """Yield what is too loose in the policy of what a page may load and who may frame it."""
    policy = directives(answer.headers.get("Content-Security-Policy", ""))
    loose = [one for one, said in policy.items() if {"'unsafe-inline'", "'unsafe-eval'", "http:"} & set(said)]
    if loose != (["style-src"] if name in INLINE_STYLE and answer.status_code == 200 else []):
        yield f"loose {loose}"
    if policy.get("default-src") != ["'none'"] or policy.get("base-uri") != ["'none'"]:
        yield f"policy {policy}"
    if policy.get("script-src") not in (["'self'"], ["'none'"]) or policy.get("object-src") != ["'none'"]:
        yield f"policy {policy}"
    framed = {EMBEDDED: ["*"], **{key: ["'self'"] for key in FRAMED_BY_US}}.get(name, ["'none'"])
    if policy.get("frame-ancestors") not in (framed, ["'none'"]):
        yield f"may be framed by {policy.get('frame-ancestors')}"
    if policy.get("frame-ancestors") == ["'none'"] and answer.headers.get("X-Frame-Options") != "DENY":
        yield f"X-Frame-Options: {answer.headers.get('X-Frame-Options')}"


def https(client: Client) -> Client:
    """Let a logged-in browser be one that came over HTTPS."""
    client.raise_request_exception = False
    client.cookies["__Host-sessionid"] = client.cookies["sessionid"].value
    return client


def test_every_route_answers_strangers_and_staff_alike_with_every_header_whatever_comes_of_it(
    arguments: dict[str, object], admin_user: User, ada: User, ivo: User, logged_in: Any
) -> None:
    visitors = [https(logged_in(user)) for user in (admin_user, ada)]
    visitors.append(Client(raise_request_exception=False))
    wrong: list[object] = []
    seen: set[int] = set()
    for name in sorted(ROUTES, key=lambda one: (one == "logout", one)):
        path = address(name, arguments, arguments["wave_id"])
        for visitor in visitors:
            for method in ("get", "post", "trace"):
                if method == "trace" and visitor is not visitors[-1]:
                    continue
                answer = getattr(visitor, method)(path, secure=True)
                seen.add(answer.status_code)
                assert answer.status_code < 500, (name, method, answer.status_code)
                wrong += [(name, method, answer.status_code, fault) for fault in faults(name, answer)]
    assert wrong == []
    assert seen >= {200, 302, 401, 403, 404, 405, 422}


def test_what_is_refused_before_any_view_carries_them_too(a_wave: Any, rosa: Client) -> None:
    a_wave()
    rosa.raise_request_exception = False
    long = {f"f{number}": "" for number in range(5000)}
    for answer, status in (
        (rosa.get("/nowhere/", secure=True), 404),
        (rosa.get("/api/v1/nowhere/", secure=True), 404),
        (rosa.get("/s/a%00b/", secure=True), 404),
        (rosa.get("/office/", secure=True, headers={"host": "evil.example"}), 400),
        (rosa.get("/s/city-2026/", secure=True, headers={"host": "evil.example"}), 400),
        (rosa.post("/s/city-2026/", long, secure=True), 400),
        (
            rosa.post(
                "/api/v1/waves/city-2026/responses/", "{", content_type="application/json", secure=True
            ),
            400,
        ),
        (rosa.get("/static/css/public.css", secure=True), 200),
        (rosa.get("/static/nowhere.css", secure=True), 404),
        (Client(enforce_csrf_checks=True).post("/office/login/", {"username": "ada"}, secure=True), 403),
    ):
        assert answer.status_code == status
        found = [fault for fault in faults("", answer) if not fault.startswith("Cache-Control: max-age")]
        assert found == [], (status, found)


def test_a_fault_and_a_database_that_is_away_carry_them_and_tell_nothing(
    a_wave: Any, rosa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wave()
    rosa.raise_request_exception = False

    def breaks(error: Exception) -> Any:
        def raising(*_args: object, **_named: object) -> None:
            raise error

        return raising

    for error, status in ((ValueError("rosa said 1"), 500), (OperationalError("rosa said 1"), 503)):
        monkeypatch.setattr(access, "asked_wave", breaks(error))
        for path in ("/s/city-2026/", "/api/v1/waves/city-2026/form/"):
            answer = rosa.get(path, secure=True)
            assert answer.status_code == status
            assert list(faults("", answer)) == []
            assert "rosa" not in answer.content.decode()
            assert "Traceback" not in answer.content.decode()
            assert ("Retry-After" in answer) == (status == 503)


def test_on_the_whole_journey_of_an_invited_resident_no_page_is_kept_and_every_cookie_is_shut(
    a_wave: Any, rosa: Client
) -> None:
    wave = a_wave(is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    answers = [rosa.get(f"/i/{code}/", secure=True)]
    answers.append(rosa.get(answers[0]["Location"], secure=True))
    form = form_of(answers[-1])
    answers.append(rosa.post(form.action, {**form.fields, "lang": "zh-hans"}, secure=True))
    answers.append(rosa.post(form.action, {**form.fields, "to": "large"}, secure=True))
    answers.append(rosa.post(form.action, {**form.fields, "parks.overall": "9"}, secure=True))
    answers.append(rosa.post(form.action, {**form.fields, "parks.overall": "2", "go": "save"}, secure=True))
    (kept,) = receipts_on(answers[-1])
    answers.append(rosa.post("/resume/", {"code": kept}, secure=True))
    answers.append(rosa.post(form.action, filled(answers[-1], parks__overall="1"), secure=True))
    (receipt,) = receipts_on(answers[-1])
    answers.append(rosa.post("/check/", {"code": receipt}, secure=True))
    assert [one.status_code for one in answers] == [303, 200, 200, 200, 422, 200, 200, 200, 200]
    for answer in answers:
        assert list(faults("", answer)) == []
        assert answer["Cache-Control"] == "no-store"
    cookies = {name for answer in answers for name in answer.cookies}
    assert len(cookies) == 1, "the invitation's alone"


def test_every_public_route_that_may_be_kept_is_the_same_for_everybody(
    arguments: dict[str, object], admin_user: User, logged_in: Any
) -> None:
    staff = https(logged_in(admin_user))
    for name in sorted(KEPT):
        assert AUDIENCE[name] == Audience.ANYBODY
        path = address(name, arguments, arguments["wave_id"])
        stranger, known = Client().get(path, secure=True), staff.get(path, secure=True)
        assert known.content == stranger.content, name
        assert not known.cookies
        assert not stranger.cookies
