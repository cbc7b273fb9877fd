"""Case 8: a survey that is planned, closed, settled, imported or unknown takes nothing by any way, and says so.

Every way that leads a resident to a form or takes something from one is knocked at; what is planned for invited people
only is answered like an address that nobody gave out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from surveys.people.models import Role, User
from surveys.responses import access, form_tokens, passes
from surveys.responses.models import InboxEntry, PaperEntry, QuotaCount, Response, SavedSheet, Submission
from surveys.responses.paper import serials
from surveys.responses.passes import Pass
from surveys.waves import devices, fielding, inviting
from surveys.waves.models import Channel, Invitation, Kiosk, Wave
from tests.surveys.responses.forms import form_of
from tests.surveys.responses.test_saving import code_on, resume, save

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
EVERY_CHANNEL = (Channel.WEB, Channel.QR, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER, Channel.WIDGET)
ANSWERS = {"parks": {"overall": 5}}
FIELDS = {"parks.overall": "5", "parks.why": "typed for a long time", "language": "en"}


class Way:
    """Everything somebody could hold: a form's token, a pass, a code; and the ways they could try it."""

    def __init__(self, wave: Wave, rosa: Client, lin: Client) -> None:
        self.wave, self.rosa, self.lin = wave, rosa, lin
        self.page, self.api = f"/s/{wave.slug}/", f"/api/v1/waves/{wave.slug}/"
        self.token = form_tokens.issue(wave.pk).written
        self.permit = passes.issue(wave.pk, Pass(Channel.KIOSK))

    def by_page(self) -> Iterator[tuple[str, Any]]:
        fields = {**FIELDS, "token": self.token, "ch": "web"}
        yield "look", self.rosa.get(self.page)
        for said in ("whole=1", "about=parks", "view=large", "ch=kiosk", "lang=en", f"pass={self.permit}"):
            yield said, self.rosa.get(f"{self.page}?{said}")
        for name, more in {
            "send": {},
            "next": {"go": "next"},
            "save": {"go": "save"},
            "language": {"lang": "zh-hans"},
            "view": {"to": "large"},
            "choose": {"choose": "1", "go": "1"},
            "kiosk": {"pass": self.permit},
            "whole": {"whole": "1"},
            "no token": {"token": ""},
            "token of elsewhere": {"token": form_tokens.issue(self.wave.pk + 1).written},
            "made-up code": {"code": "0" * 26},
            "choose with a made-up code": {"choose": "1", "code": "0" * 26},
            "change": {"about": "parks", "replaces": "0000-0000-0000-0000-0", "change": "amber-otter"},
        }.items():
            yield name, self.rosa.post(self.page, {**fields, **more})

    def by_program(self) -> Iterator[tuple[str, Any]]:
        yield "form", self.rosa.get(f"{self.api}form/")
        for token in (self.token, "forged"):
            body = {"token": token, "answers": ANSWERS}
            for name in ("responses", "course"):
                yield name, self.rosa.post(f"{self.api}{name}/", body, content_type="application/json")
            file = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff", "image/jpeg")
            yield (
                "files",
                self.rosa.post(f"{self.api}files/", {"token": token, "question": "a.b", "file": file}),
            )

    def by_staff(self) -> Iterator[tuple[str, Any]]:
        office = f"/office/waves/{self.wave.pk}/"
        yield "assist", self.lin.post(f"{office}assist/", {"language": "en", "code": ""})
        serial = serials.new_serial(self.wave.pk)
        said = {**FIELDS, "serial": serial, "step": "keep"}
        yield "paper", self.lin.post(f"{office}paper/enter/", said)


@pytest.fixture
def lin(db: None) -> Client:
    """An interviewer's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_user("lin", password="lin-password", role=Role.INTERVIEWER))
    return client


def nothing_is_kept() -> bool:
    tables = (InboxEntry, Submission, SavedSheet, PaperEntry, QuotaCount, Response)
    return not any(table._default_manager.exists() for table in tables)


STATES: Mapping[str, int] = {"planned": 403, "closed": 410, "settled": 410, "imported": 410, "over": 410}


@pytest.fixture
def in_state(a_wave: Waves, ada: User) -> Callable[..., Wave]:
    """A wave in a state in which nobody answers."""

    def make(state: str, **declared: Any) -> Wave:
        now = timezone.now()
        if state == "planned":
            opens = now + timedelta(days=1)
            return a_wave(opened=False, opens_at=opens, channels=EVERY_CHANNEL, **declared)
        if state == "over":  # its time is over and nobody closed it yet
            wave = a_wave(channels=EVERY_CHANNEL, closes_at=now + timedelta(seconds=0.6), **declared)
            time.sleep(0.7)
        else:
            wave = a_wave(channels=EVERY_CHANNEL, **declared)
            fielding.close_wave(wave, by=ada)
            if state != "closed":
                Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.SETTLED)
        access.forget()
        return wave

    return make


@pytest.mark.parametrize("state", STATES)
def test_no_way_takes_anything_and_every_answer_has_the_right_status(
    state: str, in_state: Callable[..., Wave], rosa: Client, lin: Client
) -> None:
    way = Way(in_state(state), rosa, lin)
    for name, answer in (*way.by_page(), *way.by_program()):
        expected = (
            {STATES[state], 409} if name == "change" else {STATES[state]}
        )  # no receipt is looked for first
        assert answer.status_code in expected, (state, name, answer.status_code)
        assert not form_of(answer).offered, "no form to fill in for nothing"
    words = rosa.get(f"{way.page}?lang=en").content.decode()
    assert ("has not opened yet" if state == "planned" else "This survey is closed") in words
    for name, answer in way.by_staff():
        assert answer.status_code in (200, 404, 422), (state, name)
        assert 'id="answers"' not in answer.content.decode(), name
    handed_out = rosa.post(f"{way.page}tokens/", {"pass": way.permit})
    assert handed_out.status_code in (200, 403)
    assert not handed_out.json().get("tokens")
    frame = rosa.get(f"/embed/{way.wave.slug}/?lang=en")
    assert frame.status_code == 200
    assert "<form" not in frame.content.decode()
    assert nothing_is_kept()


@pytest.mark.parametrize("state", ["planned", "unknown"])
def test_what_is_planned_for_invited_people_only_is_answered_like_what_does_not_exist(
    state: str, in_state: Callable[..., Wave], rosa: Client, lin: Client
) -> None:
    wave = in_state("planned", is_public=False)
    if state == "unknown":
        wave.slug = "nowhere-2026"
    way = Way(wave, rosa, lin)
    for name, answer in (*way.by_page(), *way.by_program()):
        assert answer.status_code == 404, (state, name, answer.status_code)
        for told in ("City services", "opens", "has not opened", "二〇二六"):
            assert told not in answer.content.decode(), (state, name, told)
    for address in ("screening/", "tokens/"):
        assert rosa.get(f"{way.page}{address}").status_code in (404, 405)
    assert rosa.get(f"/embed/{wave.slug}/").status_code == 404
    assert rosa.get(f"/services/{wave.slug}/").status_code == 404
    assert nothing_is_kept()


@pytest.mark.parametrize("state", STATES)
def test_an_invitation_and_a_kiosk_say_what_is_the_matter_and_the_code_stays_as_it_was(
    state: str, in_state: Callable[..., Wave], a_wave: Waves, rosa: Client, ada: User
) -> None:
    wave = in_state(state, is_public=False)
    code = inviting.new_code()
    Invitation.objects.create(
        wave=wave, code_hash=inviting.code_hash(wave.slug, code), klass=wave.klass, stratum=0
    )
    kiosk = Kiosk.objects.create(wave=wave, name="Left", digest=devices.key_hash("K" * 26))
    assert kiosk.is_active
    rosa.get(f"/kiosk/{'K' * 26}/")
    for answer in (
        rosa.get(f"/i/{code}/?lang=en"),
        rosa.head(f"/i/{code}/"),
        rosa.post("/i/", {"code": code}),
        rosa.post(f"/i/{code}/", {**FIELDS, "token": form_tokens.issue(wave.pk).written}),
        rosa.get("/kiosk/?lang=en"),
        rosa.post("/kiosk/", {"go": "begin", "code": code}),
    ):
        assert answer.status_code in (STATES[state], 404 if state == "planned" else 410)
    assert Invitation.objects.get().state == Invitation.State.ISSUED
    assert nothing_is_kept()


def test_a_form_put_aside_before_the_close_comes_back_as_a_page_that_says_so(
    a_wave: Waves, rosa: Client, ada: User
) -> None:
    wave = a_wave()
    code = code_on(save(rosa, rosa.get("/s/city-2026/"), parks__overall="3"))
    fielding.close_wave(wave, by=ada)
    access.forget()
    assert resume(rosa, code).status_code == 410
    assert not InboxEntry.objects.exists()
