"""Where a registrar makes the codes, no other code opens the wave, by whatever door and in what order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from surveys import audit
from surveys.people.models import User
from surveys.waves import fielding, inviting, registering, sending
from surveys.waves.inviting import InvitationError
from surveys.waves.models import Invitation, Klass, Wave
from surveys.waves.sending import Contact
from tests.surveys.responses import conftest as answering
from tests.surveys.waves.test_registering import STRATA, Registrar, registrar

__all__ = ["registrar"]
a_wave, an_edition = answering.a_wave, answering.an_edition
nothing_remembered = answering.nothing_remembered
REVOKED = Invitation.State.REVOKED


def own_hashes(wave: Wave, number: int) -> list[bytes]:
    """Return the hashes of codes that somebody here made and knows."""
    return [inviting.code_hash(wave.slug, inviting.new_code()) for _one in range(number)]


@pytest.mark.parametrize("opened", [True, False])
def test_beside_a_registrar_no_door_takes_another_code(
    opened: bool,
    a_wave: Callable[..., Wave],
    registrar: Registrar,
    ada: User,
    logged_in: Callable[[User], Client],
    tmp_path: Path,
) -> None:
    wave = a_wave(opened=opened, strata=STRATA)
    registering.register(wave, document=registrar.document, by=None)
    (tmp_path / "own").mkdir()
    own = Registrar(tmp_path / "own", wave.slug, {("north", 0): 40}).document
    letter: dict[str, Any] = {
        "text": "{link}",
        "subject": "",
        "site": "https://x.example",
        "sending": "0" * 16,
    }
    mine = [Contact(1, "13800138000", "phone", stratum=1)]
    doors: dict[str, Callable[[], object]] = {
        "codes": lambda: inviting.make_codes(wave, stratum=1, count=5, by=ada),
        "hashes": lambda: inviting.register_hashes(wave, hashes=own_hashes(wave, 5), stratum=1, by=ada),
        "a second file": lambda: registering.register(wave, document=own, by=ada),
        "the same file": lambda: registering.register(wave, document=registrar.document, by=ada),
        "messages": lambda: sending.invite(wave, contacts=mine, by=ada, **letter),
    }
    for name, door in doors.items():
        with override("en"), pytest.raises(InvitationError, match="A registrar"):
            door()
        assert Invitation.objects.count() == 93, name
    browser = logged_in(ada)
    sent = {"stratum": 1, "hashes": [one.hex() for one in own_hashes(wave, 2)]}
    for route, body in (("api-invitations", sent), ("api-invitations-register", own)):
        address = reverse(route, args=[wave.slug])
        assert browser.post(address, json.dumps(body), content_type="application/json").status_code == 400
    assert Invitation.objects.count() == 93
    taking = reverse("waves:register", args=[wave.pk])
    file = SimpleUploadedFile("hashes.json", json.dumps(own).encode())
    browser.cookies["django_language"] = "en"
    refused = browser.post(taking, {"hashes": file})
    assert refused.status_code == 422
    assert "a wave takes one file" in refused.content.decode()
    page = browser.get(reverse("waves:codes", args=[wave.pk])).content.decode()
    assert taking not in page, "what would be refused is not offered"
    assert 'name="count"' not in page
    assert registering.register_of(wave, with_root=True).is_sealed is True


def test_a_registrar_is_not_registered_beside_codes_that_somebody_here_may_know(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    (known,) = inviting.make_codes(wave, stratum=1, count=1, by=ada)
    with override("en"), pytest.raises(InvitationError, match="Withdraw it"):
        registering.register(wave, document=registrar.document, by=ada)
    assert Invitation.objects.count() == 1
    inviting.revoke(wave, code=known, by=ada)
    registering.register(wave, document=registrar.document, by=ada)
    kept = registering.register_of(wave, with_root=True)
    assert (kept.others, kept.withdrawn, kept.is_alone) == (0, 1, True)
    assert kept.is_sealed is None, "the withdrawn code is in the root of all, so the roots cannot be compared"


def slipped_in(wave: Wave, *, by: User) -> None:
    """Register seven codes that the office knows beside a registrar's, as was possible once."""
    rows = (Invitation(code_hash=one, wave=wave, stratum=1) for one in sorted(own_hashes(wave, 7)))
    inviting.store(rows)
    audit.record(wave, verb="register invitations", by=by, count=7, stratum=1, status="open")


def test_everybody_sees_who_made_the_codes_and_that_some_are_not_the_registrars(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, client: Client
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    address = reverse("invited:wave", args=[wave.slug])
    assert client.get(address).status_code == 404, "of a plan nobody is told anything"
    registering.register(wave, document=registrar.document, by=ada)
    fielding.open_wave(wave, by=ada)
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "A registrar outside this platform made all codes" in page
    assert registrar.document["root"] in page
    assert "Not all codes" not in page
    slipped_in(wave, by=ada)
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Not all codes are the registrar’s" in page
    assert "7 codes were made on this platform or sent in otherwise" in page
    assert "7 codes were registered after the opening" in page


def test_codes_beside_a_registrars_are_a_finding_for_staff_without_asking_for_the_root(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    slipped_in(wave, by=ada)
    assert registering.register_of(wave).is_sealed is False
    browser = logged_in(ada)
    browser.cookies["django_language"] = "en"
    for page in ("waves:detail", "waves:codes"):
        shown = browser.get(reverse(page, args=[wave.pk])).content.decode()
        assert "Not all codes are the registrar’s" in shown
        assert reverse("invited:wave", args=[wave.slug]) in shown


def test_the_page_for_everybody_says_when_the_platform_made_the_codes_itself(
    a_wave: Callable[..., Wave], ada: User, client: Client
) -> None:
    wave = a_wave()
    address = reverse("invited:wave", args=[wave.slug])
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Nobody has been invited with a code yet" in page
    inviting.make_codes(wave, stratum=0, count=12, by=ada)
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "No registrar made these codes" in page
    assert "12 codes were made on this platform or sent in otherwise" in page
    a_wave(slug="anybody", klass=Klass.OPEN)
    assert client.get(reverse("invited:wave", args=["anybody"])).status_code == 404
