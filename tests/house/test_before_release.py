"""Before its release nobody reads a figure: by no address, role, method, header, log or notice.

The addresses are generated from the URL configuration, so a new one is asked as well. There are two things to hide: a
wave that is evaluated, analysed, tried, printed and predicted, and a correction beside an earlier publication.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import releasing, tasks
from reports.analyses import analysing
from reports.briefings.models import Prediction
from reports.disclosures import trying
from reports.evaluations import evaluating
from reports.exports import printing
from reports.notices import noticing
from reports.scorecards import access, publishing
from reports.scorecards.models import Publication, Scorecard
from surveys.people import staffing
from surveys.people.models import Role, User
from surveys.questionnaires.models import Questionnaire
from tests.house.sealed_things import Hidden, addresses, hidden_things
from tests.reports import made_waves
from tests.reports.conftest import door
from tests.reports.made_waves import PARKS, ROADS

__all__ = ["door"]
pytestmark = pytest.mark.django_db

WATER = {"overall": [[3, 9, 11, 7, 5, 1, 0, 1], [8, 17, 13, 9, 6, 2, 1, 0]]}
FEWER = {"overall": [[10, 14, 6, 3, 1, 4, 1, 1], [1, 25, 9, 5, 2, 5, 0, 2]]}  # eleven ratings were excluded
SECRET_HEADERS = {"etag", "last-modified", "content-range"}


@pytest.fixture
def everybody(ada: User, ivo: User, dana: User, omar: User, auditor: User, admin_user: User) -> list[User]:
    """One of every role, and a second head."""
    helper = User.objects.create_user(
        username="ines",
        email="ines@example.org",
        password="ines-password",
        first_name="Ines",
        role=Role.INTERVIEWER,
    )
    for one in (auditor, admin_user):
        one.is_staff = True  # as `staffing` has it: both may open the read-only tables
        one.save()
    found = [ada, ivo, dana, omar, auditor, admin_user, helper]
    assert {user.role for user in found} == set(Role)
    return found


@pytest.fixture
def clients(everybody: list[User]) -> dict[str, Client]:
    """Browsers of strangers and of every role, and programs with a token of every role."""
    found = {"stranger": Client(raise_request_exception=False)}
    for user in everybody:
        found[user.username] = Client(raise_request_exception=False)
        found[user.username].force_login(user)
        key = staffing.issue_token(user, name="program")
        found[f"token of {user.username}"] = Client(
            headers={"authorization": f"Token {key}"}, raise_request_exception=False
        )
    return found


@pytest.fixture
def hidden(door: made_waves.Door, dana: User, ivo: User, departments: dict[str, Any]) -> Hidden:
    """Make a sealed wave with all that is made before a release, and a correction on its way."""
    wave = made_waves.a_wave(
        door,
        {"parks": PARKS, "roads": ROADS, "water": WATER},
        slug="autumn",
        release_in=timedelta(days=30),
        flagged={"parks": {"overall": [[2, 1, 3, 0, 4], [1, 2, 0, 3, 1]]}},
        strata=(("north", 1000, 55), ("south", 3000, 75)),
    )
    released = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS}, slug="spring")
    for one in (wave, released):
        evaluating.evaluate(one.pk)
    Prediction.objects.create(wave_id=wave.pk, department=departments["parks"], by=dana, score="71.3")
    analysing.analyse_due()
    releasing.release_due()
    first = Publication.objects.get(wave=released)
    assert first.state == "published"
    before = public_numbers()
    pk = next(one.id for one in door.designs[released.pk].departments if one.code == "parks")
    door.counted[released.pk][pk] = made_waves.a_slice(pk, 1, FEWER)
    evaluation = evaluating.evaluate(released.pk)
    publishing.correct(first, reason="Eleven ratings were excluded.", by=ivo)
    analysing.analyse_due()
    empty = {"title": {"en": "Services"}, "languages": ["zh-hans", "en"], "dimensions": [], "questions": []}
    Questionnaire.objects.update(draft=empty | {"format": 1, "introduction": {}})
    # All that a release does but the release.
    publishing.seal(evaluation)
    trying.try_due()
    printing.print_due()
    noticing.notice_due()
    things = hidden_things()
    things.read -= before
    assert [one.trial for one in things.publications] == ["passed", "passed"]
    assert len(things.exact) > 30
    assert len(things.read) > 5
    return things


def public_numbers() -> set[str]:
    """Read what stands on the public pages of the released wave before anything of it is corrected."""
    pages = [
        f"/results/spring/{one}" for one in ("", "parks/", "roads/", "report/", "analysis/", "scorecard.json")
    ]
    text = " ".join(ask(Client(), "GET", one)[1] for one in ["/results/", "/results/places/", *pages])
    return set(re.findall(r"(?<![\d.])\d+\.\d(?![\d.])", text))


def answered(answer: Any) -> str:
    """Return everything that an answer says: its line, headers and body."""
    body = b"".join(answer) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items() if name != "Set-Cookie")
    return f"{answer.status_code} {answer.reason_phrase}\n{headers}\n\n" + body.decode("utf-8", "replace")


def ask(client: Client, method: str, address: str, **headers: str) -> tuple[int, str]:
    """Ask by any method; what a POST changes is undone."""
    said: tuple[int, str] = (0, "")
    with suppress(_Undo), transaction.atomic():
        answer = client.generic(method, address, headers={"accept-language": "en", **headers})
        said = answer.status_code, answered(answer)
        if method == "POST":
            raise _Undo
    return said


class _Undo(Exception):
    """Roll back."""


def leaks(
    hidden: Hidden, clients: dict[str, Client], asked: Iterable[tuple[str, bool]], methods: Iterable[str]
) -> list[Any]:
    """Ask for every address as everybody and return where something hidden is told."""
    found = []
    for (address, ours), (who, client), method in product(asked, clients.items(), methods):
        status, text = ask(client, method, address)
        # The questionnaires of made waves are too bare for some pages of the lower storey.
        assert status < 500 or not ours, (method, address, who, text[:2000])
        told = hidden.told_in(text)
        if told:
            found.append((who, method, address, told[:5]))
    return found


def test_no_address_tells_anybody_a_sealed_figure(hidden: Hidden, clients: dict[str, Client]) -> None:
    asked = addresses(hidden)
    assert len([one for one, ours in asked if ours]) > 100
    programs = {who: client for who, client in clients.items() if who.startswith("token")}
    people = {who: client for who, client in clients.items() if who not in programs}
    strangers = {"stranger": clients["stranger"]}
    # What is open to everybody is one page for everybody; a program comes by the addresses of programs.
    public = [one for one in asked if one[0].startswith("/results/")]
    assert leaks(hidden, strangers, public, ["GET"]) == []
    assert leaks(hidden, people, [one for one in asked if one not in public], ["GET"]) == []
    assert leaks(hidden, programs, [one for one in asked if one[0].startswith("/api/")], ["GET"]) == []


def test_no_other_method_tells_anybody_a_sealed_figure(hidden: Hidden, clients: dict[str, Client]) -> None:
    asked = [(address, ours) for address, ours in addresses(hidden) if ours]
    few = {who: clients[who] for who in ("stranger", "ivo", "dana", "admin")}
    assert leaks(hidden, few, asked, ["POST"]) == []
    # Django answers these two with what GET is answered with, or with nothing.
    assert leaks(hidden, {who: few[who] for who in ("stranger", "dana")}, asked, ["HEAD", "OPTIONS"]) == []


def test_guessed_fingerprints_and_ranges_get_the_answer_of_what_never_was(
    hidden: Hidden, clients: dict[str, Client]
) -> None:
    public = [
        one
        for one, ours in addresses(hidden)
        if ours and one.startswith(("/results/autumn", "/api/v1/results/autumn", "/api/v1/analyses/autumn"))
    ]
    assert len(public) > 15
    hashes = [one.content_hash for one in hidden.publications]
    hashes += list(
        Scorecard.objects.filter(publication__in=hidden.publications).values_list("content_hash", flat=True)
    )
    guesses = ", ".join(f'"{one}", "{one[:32]}", W/"{one}"' for one in hashes) + ", *"
    for who in ("stranger", "dana"):
        for address in public:
            plain, *others = (
                ask(clients[who], "GET", address, **headers)
                for headers in (
                    {},
                    {"if-none-match": guesses},
                    {"if-match": guesses},
                    {"if-modified-since": "Wed, 21 Oct 2099 07:28:00 GMT"},
                    {"range": "bytes=0-99"},
                )
            )
            assert plain[0] == 404, (who, address)
            assert {one[0] for one in others} == {404}, (who, address)
            names = {line.split(":")[0].lower() for line in plain[1].split("\n\n")[0].splitlines()[1:]}
            assert not names & SECRET_HEADERS, (who, address)
    # The read-only tables answer no guess either: a list narrowed by what it does not show tells it sign by sign.
    asked = [f"content_hash__startswith={hashes[0][:3]}", "content__icontains=5", "content__z__startswith=5"]
    tables = [f"/office/admin/reports/publication/?{one}" for one in asked]
    tables += [
        "/office/admin/reports/evaluation/?whole__z__gt=5",
        "/office/admin/surveys/user/?password__gt=a",
    ]
    for who in ("admin", "auditor"):
        assert ask(clients[who], "GET", "/office/admin/reports/publication/?state__exact=sealed")[0] == 200
        assert {ask(clients[who], "GET", address)[0] for address in tables} == {400}, who


def test_what_is_sealed_answers_like_what_never_was_and_costs_as_many_queries(
    hidden: Hidden, client: Client
) -> None:
    """As many queries of the same kind: neither time nor size tells whether something waits."""
    for address, ours in addresses(hidden):
        if not ours or not address.startswith(("/results/autumn", "/api/v1/results/autumn")):
            continue
        never = address.replace("autumn", "nevery")
        told = []
        for path in (address, never):
            with CaptureQueriesContext(connection) as asked:
                status, text = ask(client, "GET", path)
            told.append((status, len(text), len(asked.captured_queries)))
            assert not any('"body"' in one["sql"] for one in asked.captured_queries), "no paper is read"
        assert told[0] == told[1], address


def test_neither_notes_logs_notices_letters_nor_jobs_tell_a_sealed_figure(
    hidden: Hidden, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for job in (tasks.evaluate_due, tasks.analyse_due, tasks.release_due):
            assert job.apply().get() is None, "a job returns nothing that a broker could keep"
    sealed = [one for one in hidden.publications if one.number == 1]
    still = Hidden(sealed, *_of(sealed))
    said = [record.getMessage() for record in caplog.records]
    said += [
        f"{one.subject}\n{one.body}\n{one.alternatives if hasattr(one, 'alternatives') else ''}"
        for one in mail.outbox
    ]
    for label in ("audit", "notices", "notice", "logentry", "session"):
        for model in apps.get_models():
            if label in model._meta.label_lower and not model._meta.proxy:
                said += [json.dumps(row, default=str) for row in model._base_manager.values()]
    assert said
    told = [(still.told_in(text), text[:200]) for text in said]
    assert [one for one in told if one[0]] == []


def _of(sealed: list[Publication]) -> tuple[set[str], set[str]]:
    """What only these publications hold: the correction of the other wave has been released meanwhile."""
    things = hidden_things()
    assert {one.pk for one in things.publications} == {one.pk for one in sealed}
    return things.exact, things.read


def test_a_page_that_shows_what_is_sealed_is_found(
    hidden: Hidden, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leak planted in the one query that all addresses go through."""

    def careless(slug: str, number: int | None = None) -> Publication:
        return Publication.objects.filter(wave__slug=slug).select_related("wave").latest("number")

    monkeypatch.setattr(access, "published_wave", careless)
    asked = [
        one for one in addresses(hidden) if one[0].startswith(("/results/autumn/", "/api/v1/results/autumn/"))
    ]
    found = leaks(hidden, {"stranger": clients["stranger"]}, asked, ["GET"])
    assert {address for _who, _method, address, _told in found} >= {
        "/results/autumn/", "/results/autumn/scorecard.json", "/api/v1/results/autumn/"
    }  # fmt: skip


class Careless:
    """Middleware that puts the fingerprint of what is sealed into a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the site."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and tell."""
        response = self.get_response(request)
        response["X-Made-Of"] = Publication.objects.filter(state="sealed").latest("pk").content_hash
        return response


def test_a_fingerprint_in_a_header_is_found(hidden: Hidden, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Careless"]
    asked = [("/results/", True), ("/results/autumn/", True)]
    found = leaks(hidden, {"stranger": Client(raise_request_exception=False)}, asked, ["GET", "HEAD"])
    assert {(method, address) for _who, method, address, _told in found} == {
        ("GET", "/results/"), ("HEAD", "/results/"), ("GET", "/results/autumn/"), ("HEAD", "/results/autumn/")
    }  # fmt: skip
