"""One more step for open forms that look sent by a machine: the same for every rating, no wall, not for codes."""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connections
from django.test import Client

from surveys.people.models import User
from surveys.responses import form_tokens, nearby, paces, proofs
from surveys.responses.models import InboxEntry, Submission
from surveys.responses.quality import Flag
from surveys.waves import inviting
from surveys.waves.models import Wave
from tests.browser import OpenPage

from .forms import filled, form_of, receipts_on, send
from .test_turning import PAGED

pytestmark = pytest.mark.django_db
Waves = Callable[..., Wave]
SOLVER_BUDGET = 1228  # bytes, compressed


@pytest.fixture(autouse=True)
def strict(settings: Any) -> None:
    """The step is asked for, also on a slow machine; nothing is counted yet."""
    settings.STEP_UP_AFTER, settings.STEP_UP_SECONDS = 30, 60
    nearby.forget()
    paces.forget()


@pytest.fixture
def in_no_hurry(settings: Any) -> None:
    """Only the part of the network counts."""
    settings.STEP_UP_SECONDS = 0


def proof_for(page: Any) -> str:
    return proofs.solve(form_of(page).fields["token"][0])


def flags() -> list[int]:
    return list(InboxEntry.objects.filter(department__code="parks").values_list("flags", flat=True))


def program(wave: Wave, client: Client, **more: Any) -> Any:
    """Send a program's answers at once."""
    token = client.get(f"/api/v1/waves/{wave.slug}/form/").json()["token"]
    body = {"token": token, "answers": {"parks": {"overall": 4}}, **more}
    return client.post(f"/api/v1/waves/{wave.slug}/responses/", body, content_type="application/json")


def test_a_form_sent_too_soon_is_asked_and_nothing_typed_is_lost(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    words = '第一行\r\n<b>第二行</b> & "引号"'
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="2", parks__why=words, roads__overall="5")
    assert asked.status_code == 428
    assert "Set-Cookie" not in asked.headers
    assert not InboxEntry.objects.exists()
    kept = form_of(asked).fields
    assert kept["parks.why"] == [words]
    assert kept["parks.overall"] == ["2"]
    assert kept["roads.overall"] == ["5"]
    taken = send(rosa, asked, work=proof_for(asked))
    assert len(receipts_on(taken)) == 2
    stored = InboxEntry.objects.get(department__code="parks").extras or {}
    assert stored["why"] == words.replace("\r\n", "\n")
    assert not any(one & Flag.UNPROVEN for one in flags())


def test_without_a_script_the_button_sends_it_all_the_same_and_it_is_flagged(
    a_wave: Waves, rosa: Client
) -> None:
    a_wave()
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="2")
    assert '<button class="button" name="work" value="skip">' in asked.content.decode()
    taken = send(rosa, asked, work="skip")
    assert receipts_on(taken)
    assert all(one & Flag.UNPROVEN for one in flags())


def test_a_form_that_took_its_time_is_asked_for_nothing(
    a_wave: Waves, rosa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wave()
    page = rosa.get("/s/city-2026/")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert receipts_on(send(rosa, page, parks__overall="2"))
    assert not flags()[0] & (Flag.UNPROVEN | Flag.NEARBY | Flag.TRAP | Flag.BURST)


@pytest.mark.usefixtures("in_no_hurry")
def test_after_thirty_from_one_part_of_the_network_the_next_is_asked_and_elsewhere_nobody(
    a_wave: Waves, rosa: Client
) -> None:
    a_wave()
    for _number in range(30):
        assert send(rosa, rosa.get("/s/city-2026/"), parks__overall="1").status_code == 200
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="1")
    assert asked.status_code == 428
    assert receipts_on(send(rosa, asked, work=proof_for(asked)))
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    assert receipts_on(send(elsewhere, elsewhere.get("/s/city-2026/"), parks__overall="1"))


def test_a_filled_trap_is_asked_and_flagged(a_wave: Waves, rosa: Client, settings: Any) -> None:
    a_wave()
    settings.STEP_UP_SECONDS = 0
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="1", homepage="http://example.org")
    assert asked.status_code == 428
    assert receipts_on(send(rosa, asked, work=proof_for(asked)))
    assert flags() == [flags()[0]]
    assert flags()[0] & (Flag.TRAP | Flag.UNPROVEN) == Flag.TRAP


def test_the_trap_is_there_for_nobody(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    html = rosa.get("/s/city-2026/").content.decode()
    (line,) = re.findall(r"<p[^>]*>(?:(?!</p>).)*homepage.*?</p>", html)
    for needed in ('class="visually-hidden"', 'aria-hidden="true"', 'tabindex="-1"', 'autocomplete="off"'):
        assert needed in line


def test_a_coded_form_never_sees_the_step(a_wave: Waves, ada: User, rosa: Client) -> None:
    wave = a_wave()
    codes = inviting.make_codes(wave, stratum=0, count=40, by=ada)
    for code in codes[:39]:
        answer = send(rosa, rosa.get("/s/city-2026/"), parks__overall="1", code=code, homepage="x")
        assert receipts_on(answer), "whatever comes with it, from one address, in no time"
    assert program(wave, rosa, code=codes[39]).status_code == 201
    assert not any(one & ~(Flag.FAST | Flag.STRAIGHT_LINE | Flag.FLAT) for one in flags())


def test_a_wrong_proof_is_asked_again_and_never_a_wall(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="2")
    good = proof_for(asked)
    for tampered in (
        "",
        "0000000" if good != "0000000" else "0000001",
        good[:-1],
        good + "0",
        f" {good}",
        "１" * 7,
        "x",
    ):
        answer = send(rosa, asked, work=tampered)
        assert answer.status_code == 428, tampered
    assert b"work.js" not in answer.content, "a device that calculates wrong does not go on for ever"
    assert not InboxEntry.objects.exists()
    assert receipts_on(send(rosa, answer, work="skip"))


def test_the_proof_of_one_form_proves_nothing_for_another(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    one, other = (send(rosa, rosa.get("/s/city-2026/"), parks__overall="2") for _form in range(2))
    mine = proof_for(one)
    token = form_tokens.read(form_of(other).fields["token"][0], Wave.objects.get().pk)
    if not proofs.is_proof(token, mine):  # but once in 65,536 runs
        assert send(rosa, other, work=mine).status_code == 428
    assert receipts_on(send(rosa, one, work=mine))


def test_a_proof_sent_again_earns_the_first_receipt_and_nothing_else(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    asked = send(rosa, rosa.get("/s/city-2026/"), parks__overall="2")
    good = proof_for(asked)
    first, second = (receipts_on(send(rosa, asked, work=good)) for _time in range(2))
    third = receipts_on(send(rosa, asked))
    assert first == second == third, "what was taken before is asked for nothing"
    assert Submission.objects.count() == InboxEntry.objects.count() == 1


def test_a_token_that_is_not_ours_has_no_task(a_wave: Waves, rosa: Client) -> None:
    a_wave()
    page = rosa.get("/s/city-2026/")
    forged = "A" * 48
    post = {**filled(page, parks__overall="2"), "token": forged, "work": proofs.solve(forged)}
    assert rosa.post("/s/city-2026/", post).status_code == 422
    assert not InboxEntry.objects.exists()


def test_the_task_needs_the_secret_that_the_platform_cannot_run_without(settings: Any) -> None:
    del settings.SECRET_KEY
    with pytest.raises(AttributeError):
        form_tokens.issue(1)
    with pytest.raises(AttributeError):
        form_tokens.read("A" * 48, 1)


@pytest.mark.parametrize("grade", ["2", "3", "4", "5"])
def test_the_step_is_the_same_page_for_every_rating(a_wave: Waves, rosa: Client, grade: str) -> None:
    a_wave()
    page = rosa.get("/s/city-2026/")
    worst, other = (send(rosa, page, parks__overall=given) for given in ("1", grade))
    bare = [
        re.sub(r'name="parks.overall" value="\d"', "", answer.content.decode()) for answer in (worst, other)
    ]
    assert bare[0] == bare[1]
    assert worst.status_code == other.status_code == 428
    assert len(worst.content) == len(other.content)


def test_on_several_pages_it_comes_once_at_the_end(a_wave: Waves, rosa: Client) -> None:
    a_wave(PAGED)
    answer = rosa.get("/s/city-2026/")
    for _page in range(10):
        fields = form_of(answer).fields
        answer = rosa.post("/s/city-2026/", {**fields, "go": "next"})
        if answer.status_code != 200 or receipts_on(answer) or b'value="send"' in answer.content:
            break
    asked = rosa.post("/s/city-2026/", {**form_of(answer).fields, "parks.overall": "2", "go": "send"})
    assert asked.status_code == 428, asked.content.decode()
    assert receipts_on(send(rosa, asked, work=proof_for(asked)))


def test_a_program_is_told_the_same_and_may_skip(a_wave: Waves, rosa: Client) -> None:
    wave = a_wave()
    told = program(wave, rosa)
    assert told.status_code == 428
    assert told.json()["bits"] == proofs.BITS
    assert told.json()["skip"] == "skip"
    assert "work" in told.json()["detail"]
    assert program(wave, rosa, work="1234").status_code == 428
    assert program(wave, rosa, work="skip").status_code == 201
    token = rosa.get(f"/api/v1/waves/{wave.slug}/form/").json()["token"]
    body = {"token": token, "answers": {"parks": {"overall": 4}}, "work": proofs.solve(token)}
    sent = rosa.post(f"/api/v1/waves/{wave.slug}/responses/", body, content_type="application/json")
    assert sent.status_code == 201
    assert [bool(one & Flag.UNPROVEN) for one in sorted(flags())] == [False, True]


def test_a_proof_is_what_its_description_says() -> None:
    token = form_tokens.issue(7)
    number = proofs.solve(token.written)
    assert proofs.is_proof(token, number)
    assert hashlib.sha256((token.written + number).encode()).hexdigest().startswith("0" * (proofs.BITS // 4))
    assert len(token.written + number) == 55


@pytest.mark.django_db(transaction=True)
def test_a_browser_takes_the_step_by_itself(
    open_page: OpenPage, live_server: Any, a_wave: Waves, capsys: pytest.CaptureFixture[str]
) -> None:
    a_wave()
    size = len(gzip.compress((Path(project.BASE_DIR) / "static/js/work.js").read_bytes(), 9))
    resident = open_page(locale="en-US", viewport={"width": 360, "height": 740})
    seconds = []
    for _form in range(3):
        resident.goto(f"{live_server.url}/s/city-2026/")
        resident.check("input[name='parks.overall'][value='2']")
        begun = time.monotonic()
        resident.click("form#answers .actions button.button")
        resident.wait_for_selector(".receipt-code")
        seconds.append(time.monotonic() - begun)
    found = flags()
    connections.close_all()
    assert len(found) == 3
    assert not any(one & Flag.UNPROVEN for one in found)
    with capsys.disabled():
        print(
            f"\nsolver: {size} bytes compressed, {min(seconds):.2f} to {max(seconds):.2f} s from sending to receipt"
        )
    assert size <= SOLVER_BUDGET
