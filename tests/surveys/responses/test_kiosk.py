"""Kiosks: a device of ours is known by its key, anybody else's is not, and nothing of a person stays on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.audit import AuditEntry
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.responses import form_tokens, passes
from surveys.responses.models import InboxEntry
from surveys.responses.passes import Pass
from surveys.responses.quality import Flag
from surveys.waves import devices, inviting
from surveys.waves.models import Channel, Kiosk, Klass, Wave

from .conftest import MIXED
from .forms import filled, form_of, receipts_on, send
from .permits import a_pass

pytestmark = pytest.mark.django_db

CHANNELS = (Channel.WEB, Channel.KIOSK)


@pytest.fixture
def hall(departments: dict[str, Department]) -> ServicePoint:
    place = Place.objects.create(code="east", names={"en": "East"}, level=Place.Level.values[0])
    return ServicePoint.objects.create(
        code="hall-1",
        names={"zh-hans": "一号大厅", "en": "Hall 1"},
        department=departments["parks"],
        place=place,
    )


@pytest.fixture
def kiosk_wave(a_wave: Callable[..., Wave]) -> Wave:
    return a_wave(MIXED, channels=CHANNELS)


def begin(client: Client, **said: str) -> Any:
    """Begin at the screen of a kiosk, as its button does."""
    return client.post(reverse("responses:kiosk"), {"lang": "en", "go": "begin", **said})


def test_the_key_makes_a_browser_the_kiosk_and_leaves_the_address(
    rosa: Client, kiosk_wave: Wave, hall: ServicePoint, ada: User
) -> None:
    kiosk, key = devices.add(kiosk_wave, name="Left", service_point=hall, by=ada)
    assert len(key) == 26
    assert bytes(kiosk.digest) == devices.key_hash(key)
    assert key not in str(list(AuditEntry.objects.values()))
    answer = rosa.get(reverse("responses:kiosk-key", args=[inviting.grouped(key).lower()]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("responses:kiosk")
    assert answer["Cache-Control"] == "no-store"
    cookie = answer.cookies["kiosk"]
    assert cookie["httponly"]
    assert key not in cookie.value
    start = rosa.get(reverse("responses:kiosk"))
    assert start.status_code == 200
    assert "City services 2026" in start.content.decode()
    assert not re.search(r'<a [^>]*href="/', start.content.decode()), "no link leads away"
    form = begin(rosa)
    assert not re.search(r'<a [^>]*href="/', form.content.decode())
    receipt = send(rosa, form, parks__overall="2")
    assert receipts_on(receipt)
    entry = InboxEntry.objects.get()
    assert (entry.channel, entry.point, entry.klass) == (Channel.KIOSK, hall.pk, Klass.OPEN)
    page = receipt.content.decode()
    assert 'content="30;url=/kiosk/"' in page, "the receipt goes by itself, without a script too"
    assert "<svg" in page
    assert not re.search(r'<a [^>]*href="/', page)
    assert receipt["Cache-Control"] == "no-store"


def test_a_code_typed_at_the_kiosk_counts_as_its_own_class(
    rosa: Client, kiosk_wave: Wave, hall: ServicePoint, ada: User
) -> None:
    _kiosk, key = devices.add(kiosk_wave, name="Left", service_point=None, by=ada)
    (code,) = inviting.make_codes(kiosk_wave, stratum=0, count=1, by=ada)
    rosa.get(reverse("responses:kiosk-key", args=[key]))
    assert begin(rosa, code="not a code").status_code == 422
    unknown = begin(rosa, code="0" * 26)
    assert unknown.status_code == 422
    assert "not known" in unknown.content.decode()
    form = begin(rosa, code=inviting.grouped(code))
    send(rosa, form, parks__overall="5")
    entry = InboxEntry.objects.get()
    assert (entry.channel, entry.klass) == (Channel.KIOSK, Klass.SAMPLE)
    again = begin(rosa, code=code)
    assert again.status_code == 422
    assert "used already" in again.content.decode()


def test_a_device_that_is_switched_off_or_unknown_shows_nothing(
    rosa: Client, kiosk_wave: Wave, ada: User
) -> None:
    assert rosa.get(reverse("responses:kiosk")).status_code == 404
    assert rosa.get(reverse("responses:kiosk-key", args=["X" * 26])).status_code == 404
    rosa.cookies["kiosk"] = "forged"
    assert rosa.get(reverse("responses:kiosk")).status_code == 404
    kiosk, key = devices.add(kiosk_wave, name="Left", service_point=None, by=ada)
    rosa.get(reverse("responses:kiosk-key", args=[key]))
    assert rosa.get(reverse("responses:kiosk")).status_code == 200
    assert devices.switch_off(kiosk, by=ada)
    off = rosa.get(reverse("responses:kiosk"))
    assert off.status_code == 403
    assert "switched off" in off.content.decode()
    assert begin(rosa).status_code == 403
    assert rosa.get(reverse("responses:kiosk-key", args=[key])).status_code == 403


@pytest.mark.parametrize("forged", ["", "kiosk", "W3siZm9yZ2VkIl0:abc", "another wave"])
def test_without_a_genuine_pass_nothing_is_a_kiosk(rosa: Client, kiosk_wave: Wave, forged: str) -> None:
    permit = passes.issue(kiosk_wave.pk + 1, Pass(Channel.KIOSK)) if forged == "another wave" else forged
    form = rosa.get("/s/city-2026/", {"ch": "kiosk"})
    posted = {**filled(form, parks__overall="4"), "ch": "kiosk", "pass": permit}
    rosa.post(form_of(form).action, posted)
    assert InboxEntry.objects.get().channel == Channel.WEB
    assert rosa.post("/s/city-2026/tokens/", {"pass": permit}).status_code == 403


def test_a_device_fetches_blank_forms_ahead(rosa: Client, kiosk_wave: Wave) -> None:
    permit = a_pass(kiosk_wave, Channel.KIOSK)
    answer = rosa.post("/s/city-2026/tokens/", {"pass": permit})
    assert answer["Cache-Control"] == "no-store"
    tokens = answer.json()["tokens"]
    assert len(set(tokens)) == 50
    form = rosa.get("/s/city-2026/")
    for token in tokens[:2]:
        rosa.post("/s/city-2026/", {**filled(form, parks__overall="3"), "token": token, "pass": permit})
    assert InboxEntry.objects.filter(channel=Channel.KIOSK).count() == 2
    assert rosa.get("/s/city-2026/tokens/").status_code == 405
    assert rosa.post("/s/nowhere/tokens/", {"pass": permit}).status_code == 403


def test_a_device_is_refused_from_the_moment_that_it_is_switched_off(
    rosa: Client, kiosk_wave: Wave, hall: ServicePoint, ada: User
) -> None:
    kiosk, key = devices.add(kiosk_wave, name="Left", service_point=hall, by=ada)
    rosa.get(reverse("responses:kiosk-key", args=[key]))
    permit = form_of(begin(rosa)).fields["pass"][0]
    anywhere = Client(headers={"accept-language": "en"})  # whoever read the page at the counter
    ahead = anywhere.post("/s/city-2026/tokens/", {"pass": permit}).json()["tokens"]
    devices.switch_off(kiosk, by=ada)
    assert anywhere.post("/s/city-2026/tokens/", {"pass": permit}).status_code == 403
    for number, token in enumerate(ahead[:6]):
        form = {"token": token, "pass": permit, "parks.overall": "1", "homepage": "x" if number else ""}
        sent = anywhere.post("/s/city-2026/", {**form, "work": "skip", "language": "en"})
        assert sent.status_code == 200
    for entry in InboxEntry.objects.all():
        assert (entry.channel, entry.point, entry.helper) == (Channel.WEB, 0, "")
    assert InboxEntry.objects.filter(flags__gte=Flag.UNPROVEN).count() == 6, "screened like any open form"


def test_a_program_with_the_pass_of_a_device_that_is_off_answers_as_anybody(
    rosa: Client, kiosk_wave: Wave
) -> None:
    permit = a_pass(kiosk_wave, Channel.KIOSK)
    for channel in (Channel.KIOSK, Channel.WEB):
        token = form_tokens.issue(kiosk_wave.pk).written
        sent = {"token": token, "pass": permit, "work": "skip", "answers": {"parks": {"overall": 4}}}
        answer = rosa.post("/api/v1/waves/city-2026/responses/", sent, content_type="application/json")
        assert answer.status_code == 201
        assert InboxEntry.objects.filter(channel=channel).count() == 1
        Kiosk.objects.update(is_active=False)


def test_a_pass_is_believed_of_what_is_posted_and_never_of_an_address(rosa: Client, kiosk_wave: Wave) -> None:
    permit = a_pass(kiosk_wave, Channel.KIOSK)
    page = rosa.get("/s/city-2026/", {"pass": permit})
    assert "pass" not in form_of(page).fields
    assert permit not in page.content.decode()
    send(rosa, page, parks__overall="3")
    assert InboxEntry.objects.get().channel == Channel.WEB


def test_a_pass_gives_no_channel_that_the_wave_did_not_declare(
    rosa: Client, a_wave: Callable[..., Wave]
) -> None:
    wave = a_wave(MIXED)
    page = rosa.get("/s/city-2026/")
    rosa.post("/s/city-2026/", {**filled(page, parks__overall="3"), "pass": a_pass(wave, Channel.KIOSK)})
    assert InboxEntry.objects.get().channel == Channel.WEB


def test_the_whole_sheet_of_a_kiosk_needs_the_device(rosa: Client, kiosk_wave: Wave, ada: User) -> None:
    assert rosa.get("/kiosk/?whole=1&lang=zh-hans").status_code == 404
    _kiosk, key = devices.add(kiosk_wave, name="Left", service_point=None, by=ada)
    rosa.get(reverse("responses:kiosk-key", args=[key]))
    sheet = form_of(rosa.get("/kiosk/?whole=1&lang=zh-hans"))
    assert sheet.fields["whole"] == ["1"]
    assert passes.read(sheet.fields["pass"][0], kiosk_wave.pk).channel == Channel.KIOSK


def test_the_office_adds_devices_and_switches_them_off(
    logged_in: Callable[[User], Client], kiosk_wave: Wave, hall: ServicePoint, ada: User, dana: User
) -> None:
    office = logged_in(ada)
    address = reverse("waves:kiosks", args=[kiosk_wave.pk])
    assert office.get(address).status_code == 200
    answer = office.post(address, {"name": "Left", "service_point": hall.pk})
    kiosk = Kiosk.objects.get()
    shown = re.findall(r"<code>http://testserver/kiosk/([0-9A-Z]{26})/</code>", answer.content.decode())
    assert devices.find(shown[0]) == kiosk
    assert '<svg width="' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert shown[0] not in office.get(address).content.decode(), "it is shown once"
    again = office.post(address, {"name": "Left", "service_point": ""})
    assert again.status_code == 422
    assert Kiosk.objects.count() == 1
    assert logged_in(dana).get(address).status_code in (403, 404)
    off = logged_in(ada).post(reverse("waves:kiosk-off", args=[kiosk_wave.pk, kiosk.pk]))
    assert off.status_code == 302
    kiosk.refresh_from_db()
    assert not kiosk.is_active
    verbs = AuditEntry.objects.filter(subject_id=str(kiosk_wave.pk)).values_list("verb", flat=True)
    assert {"add kiosk", "switch off kiosk"} <= set(verbs)


def test_a_wave_without_the_channel_has_no_kiosks(
    logged_in: Callable[[User], Client], a_wave: Callable[..., Wave], ada: User
) -> None:
    wave = a_wave(MIXED)
    answer = logged_in(ada).post(reverse("waves:kiosks", args=[wave.pk]), {"name": "Left"})
    assert answer.status_code == 422
    assert not Kiosk.objects.exists()
