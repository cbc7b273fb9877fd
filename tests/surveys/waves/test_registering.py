"""A registrar's codes are taken whole or not at all; without a code nothing opens, whoever knocks."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from registrar import mkcodes
from registrar.mkcodes import Invitee, Letter
from surveys import tallies
from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.responses import access, collecting, form_tokens, passes
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, fieldwork, inviting, registering
from surveys.waves.fielding import StratumPlan
from surveys.waves.inviting import CodeSpent, InvitationError
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.responses import conftest as answering

# Waves that can be answered, those of the room upstairs.
a_wave, an_edition = answering.a_wave, answering.an_edition
nothing_remembered = answering.nothing_remembered

STRATA = [StratumPlan("north", {"en": "North"}, 1000), StratumPlan("south", {"en": "South"}, 500)]
ISSUED, SPENT, REVOKED, SPARE, *_others = Invitation.State


class Registrar:
    """Somebody outside, with everything that the script wrote."""

    def __init__(self, folder: Path, wave: str, sizes: dict[tuple[str, int], int]) -> None:
        people = [Invitee(1, stratum, psu) for (stratum, psu), size in sizes.items() for _one in range(size)]
        words = {"zh": "统计局", "en": "Statistics"}
        letter = Letter(wave, "https://rate.example.org", words, words, date(2026, 12, 31), words)
        self.document = mkcodes.make(people, letter, folder / "codes", with_pdf=False)
        _columns, rows = mkcodes.read_table(folder / "codes" / "codes.csv")
        _columns, kept = mkcodes.read_table(folder / "codes" / "replacements.csv")
        self.codes = [(row["stratum"], mkcodes.normalised(row["code"])) for _number, row in rows]
        self.spares = [(row["stratum"], mkcodes.normalised(row["code"])) for _number, row in kept]

    def code(self, stratum: str, number: int = 0) -> str:
        return [code for place, code in self.codes if place == stratum][number]

    def spare(self, stratum: str) -> str:
        return next(code for place, code in self.spares if place == stratum)


@pytest.fixture
def registrar(tmp_path: Path) -> Registrar:
    """Has made codes for two strata."""
    return Registrar(tmp_path, "city-2026", {("north", 0): 60, ("south", 0): 30})


def states(wave: Wave) -> dict[tuple[int, int], int]:
    return {(stratum, state): number for stratum, state, number in fieldwork.invitations_by_state(wave)}


def test_all_strata_and_spares_are_registered_at_once(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    taken = registering.register(wave, document=registrar.document, by=ada)
    assert [(one.stratum, one.issued, one.spares) for one in taken] == [("north", 60, 2), ("south", 30, 1)]
    assert states(wave) == {(1, ISSUED): 60, (1, SPARE): 2, (2, ISSUED): 30, (2, SPARE): 1}
    entry = AuditEntry.objects.get(verb=registering.VERB)
    assert entry.facts["root"] == registrar.document["root"]
    assert entry.facts["status"] == "planned"
    assert not any(code in str(entry.facts) for _place, code in registrar.codes)
    kept = registering.register_of(wave, with_root=True)
    assert (kept.is_sealed, kept.late, kept.spares) == (True, 0, 3)
    assert kept.handed_in[0].strata["south"][2] == registrar.document["strata"][1]["root"]


def test_spares_are_nobody_invited_anywhere(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    assert fieldwork.of(wave).invited == 90
    assert [line.invited for line in fieldwork.of(wave).strata] == [60, 30]
    assert tallies._invited(wave, Klass.SAMPLE) == {1: 60, 2: 30}
    told = logged_in(ada).get(reverse("api-invitations", args=[wave.slug])).json()
    assert (told["invited"], told["spares"], told["strata"][0]["spares"]) == (90, 3, 2)


def test_a_spare_opens_nothing_and_looks_like_a_code_nobody_made(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, client: Client
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    spare = registrar.spare("north")
    assert inviting.find(spare) is None
    unknown = client.get(f"/i/{inviting.new_code()}/")
    answered = client.get(f"/i/{spare}/")
    assert (answered.status_code, answered.content) == (404, unknown.content)
    with pytest.raises(collecting.CodeUnknown):
        submit(wave, spare)
    with pytest.raises(InvitationError):
        inviting.revoke(wave, code=spare, by=ada)
    assert not InboxEntry.objects.exists()


def submit(wave: Wave, code: str | None, **said: str) -> collecting.Accepted:
    asked = access.asked_wave(wave.slug, fresh=True)
    token = form_tokens.issue(asked.id)
    form = {"parks.overall": "5", "language": "en", **said}
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    posted.update(form)
    sheet = AnswerSheet.from_form(asked, posted, seed=token.seed, code=code or "")
    return collecting.submit(sheet, token=token, code=code)


def tampered(document: Any, change: Callable[[Any], object]) -> Any:
    other = copy.deepcopy(document)
    change(other)
    return other


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(wave="other"), "made for the wave “other”"),
        (lambda one: one.update(format="x"), "not a file of mkcodes"),
        (lambda one: one.pop("root"), "not a file of mkcodes"),
        (lambda one: one.update(strata=3), "not a file of mkcodes"),
        (lambda one: one["strata"][0].update(groups=[7]), "not a file of mkcodes"),
        (lambda one: one["strata"][0]["groups"][0].update(psu="x"), "not a file of mkcodes"),
        (lambda one: one.update(issued=91), "The file says 91 codes"),
        (lambda one: one["strata"][0].update(issued=61), "counts of the stratum “north”"),
        (lambda one: one.update(root="0" * 64), "The root does not fit the hashes"),
        (lambda one: one["strata"][1].update(root="0" * 64), "The root of the stratum “south”"),
        (
            lambda one: one["strata"][0].update(stratum="east"),
            "stratum “east”, which this wave does not have",
        ),
        (lambda one: one["strata"][0]["groups"][0].update(psu=1), "people of this wave are drawn singly"),
        (lambda one: one["strata"][0]["groups"][0]["issued"].reverse(), "not in order"),
        (lambda one: one["strata"][0]["groups"][0]["issued"].__setitem__(0, "AB" * 32), "64 hexadecimal"),
        (lambda one: one["strata"].append(one["strata"][0]), "twice"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_whole(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, change: Callable[[Any], object], said: str
) -> None:
    from django.utils.translation import override

    wave = a_wave(opened=False, strata=STRATA)
    with override("en"), pytest.raises(InvitationError, match="(?i)" + said):
        registering.register(wave, document=tampered(registrar.document, change), by=ada)
    assert not wave.invitations.exists()
    assert not AuditEntry.objects.filter(verb=registering.VERB).exists()


def test_one_code_that_is_known_already_stops_all_of_them(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    known = inviting.code_hash(wave.slug, registrar.code("south"))
    inviting.register_hashes(wave, hashes=[known], stratum=2, by=ada)
    inviting.revoke(wave, code=registrar.code("south"), by=ada)
    with override("en"), pytest.raises(InvitationError, match="registered already"):
        registering.register(wave, document=registrar.document, by=ada)
    assert wave.invitations.count() == 1


def test_clusters_are_checked_and_kept(a_wave: Callable[..., Wave], tmp_path: Path, ada: User) -> None:
    strata = [StratumPlan("north", {"en": "North"}, 1000, clusters=2, cluster_population=9)]
    wave = a_wave(opened=False, strata=strata, is_public=False)
    document = Registrar(tmp_path, wave.slug, {("north", 1): 5, ("north", 2): 70}).document
    registering.register(wave, document=document, by=ada)
    assert wave.invitations.filter(psu=2, state=SPARE).count() == 2
    assert wave.invitations.filter(psu=1, state=ISSUED).count() == 5


def test_what_comes_after_the_opening_is_recorded_as_late_for_ever(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    kept = registering.register_of(wave)
    assert (kept.late, kept.handed_in[0].is_late) == (90, True)
    for page in ("waves:detail", "waves:codes"):
        browser = logged_in(ada)
        browser.cookies["django_language"] = "en"
        shown = browser.get(reverse(page, args=[wave.pk])).content.decode()
        assert "90 codes were registered after the opening." in shown
    fielding.close_wave(wave, by=ada)
    with pytest.raises(InvitationError):
        registering.register(wave, document=registrar.document, by=ada)


def test_where_a_registrar_makes_the_codes_nobody_here_makes_one(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    before = Invitation.objects.count()
    with pytest.raises(InvitationError, match=r"registrar|登记方"):
        inviting.make_codes(wave, stratum=1, count=1, by=ada)
    assert Invitation.objects.count() == before


def test_a_code_slipped_in_past_the_platform_shows(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(opened=False, strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    Invitation.objects.create(code_hash=b"\7" * 32, wave=wave, stratum=1)
    assert registering.register_of(wave, with_root=True).is_sealed is False
    assert registering.register_of(wave).is_sealed is None  # nobody asked


def test_a_lost_code_is_replaced_by_a_spare_of_its_stratum(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    lost, spare = registrar.code("north"), registrar.spare("north")
    inviting.replace(wave, lost=lost.lower(), spare=inviting.grouped(spare), by=ada)
    with pytest.raises(CodeSpent):
        submit(wave, lost)
    assert submit(wave, spare).receipts
    entry = AuditEntry.objects.get(verb="replace invitation")
    assert not any(word in str(entry.facts) for word in (lost, spare))
    assert fieldwork.of(wave).invited == 90
    assert registering.register_of(wave, with_root=True).is_sealed is True  # the root covers spares


def test_a_replacement_that_does_not_hold_changes_nothing(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User
) -> None:
    wave = a_wave(strata=STRATA)
    registering.register(wave, document=registrar.document, by=ada)
    before = states(wave)
    north, south = registrar.code("north"), registrar.spare("south")
    with pytest.raises(InvitationError):  # another stratum
        inviting.replace(wave, lost=north, spare=south, by=ada)
    with pytest.raises(InvitationError):  # no spare, but somebody's code
        inviting.replace(wave, lost=north, spare=registrar.code("north", 1), by=ada)
    with pytest.raises(InvitationError):  # a spare cannot be lost
        inviting.replace(wave, lost=registrar.spare("north"), spare=registrar.spare("north"), by=ada)
    with pytest.raises(InvitationError):
        inviting.replace(wave, lost=north, spare="nonsense", by=ada)
    assert states(wave) == before
    submit(wave, north)
    with pytest.raises(CodeSpent):
        inviting.replace(wave, lost=north, spare=registrar.spare("north"), by=ada)
    assert states(wave)[1, SPARE] == 2
    other = registrar.code("north", 1)
    inviting.replace(wave, lost=other, spare=registrar.spare("north"), by=ada)
    with pytest.raises(InvitationError):  # handed out already
        inviting.replace(wave, lost=registrar.code("north", 2), spare=registrar.spare("north"), by=ada)
    fielding.close_wave(wave, by=ada)
    with pytest.raises(InvitationError):
        inviting.replace(wave, lost=registrar.code("south"), spare=south, by=ada)


def test_with_the_database_and_the_key_but_no_code_nobody_answers_for_the_silent(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, client: Client
) -> None:
    """Whoever runs the platform reads every hash and signs what it likes; that opens no coded answer."""
    every = (Channel.WEB, Channel.QR, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER, Channel.SMS)
    wave = a_wave(strata=STRATA, channels=every)
    registering.register(wave, document=registrar.document, by=ada)
    stolen = bytes(wave.invitations.filter(state=ISSUED).values_list("code_hash", flat=True)[0])
    alphabet = inviting.ALPHABET
    as_code = "".join(alphabet[int.from_bytes(stolen) >> shift & 31] for shift in range(0, 130, 5))
    guesses = [
        stolen.hex(),
        as_code,
        stolen.hex()[:26].upper(),
        signing.dumps(as_code),
        stolen.decode("latin-1"),
    ]
    permits = [
        passes.issue(wave.pk, passes.Pass(channel))
        for channel in (Channel.KIOSK, Channel.ASSISTED, Channel.PAPER)
    ]
    for guess in guesses:
        with pytest.raises(collecting.CodeUnknown):
            submit(wave, guess)
        assert client.get(f"/i/{quote(guess.replace('/', ''))}/").status_code == 404
        for permit in ("", *permits):
            token = form_tokens.issue(wave.pk)
            form = {
                "token": token.written,
                "parks.overall": "5",
                "language": "en",
                "code": guess,
                "pass": permit,
            }
            assert client.post(f"/s/{wave.slug}/", form).status_code == 422
            client.post(f"/i/{as_code}/", form)
            sent = {
                "token": token.written,
                "language": "en",
                "code": guess,
                "answers": {"parks": {"overall": 5}},
            }
            address = reverse("api-responses", args=[wave.slug])
            assert client.post(address, json.dumps(sent), content_type="application/json").status_code >= 400
    for permit in permits:
        submit(wave, None, **{"pass": permit})
    assert not InboxEntry.objects.filter(klass=Klass.SAMPLE).exists()
    assert not wave.invitations.filter(state=SPENT).exists()


def test_the_office_takes_the_file_and_says_what_is_wrong_with_another(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, logged_in: Callable[[User], Client]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    wave = a_wave(opened=False, strata=STRATA)
    browser, address = logged_in(ada), reverse("waves:register", args=[wave.pk])
    wrong = browser.post(address, {"hashes": SimpleUploadedFile("hashes.json", b'{"a": NaN}')})
    assert wrong.status_code == 422
    body = json.dumps(registrar.document).encode()
    assert browser.post(address, {"hashes": SimpleUploadedFile("hashes.json", body)}).status_code == 302
    page = browser.get(reverse("waves:codes", args=[wave.pk])).content.decode()
    assert registrar.document["root"] in page
    assert registrar.document["strata"][0]["root"][:16] in page
    replacing = {"replace-lost": registrar.code("north"), "replace-spare": registrar.spare("south")}
    assert browser.post(reverse("waves:replace", args=[wave.pk]), replacing).status_code == 422
    replacing["replace-spare"] = registrar.spare("north")
    assert browser.post(reverse("waves:replace", args=[wave.pk]), replacing).status_code == 302


def test_a_program_registers_and_replaces(
    a_wave: Callable[..., Wave], registrar: Registrar, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave, browser = a_wave(opened=False, strata=STRATA), logged_in(ada)

    def post(name: str, body: Any) -> Any:
        return browser.post(
            reverse(name, args=[wave.slug]), json.dumps(body), content_type="application/json"
        )

    wrong = tampered(registrar.document, lambda one: one.update(root="0" * 64))
    assert post("api-invitations-register", wrong).status_code == 400
    taken = post("api-invitations-register", registrar.document)
    assert taken.status_code == 201
    assert (taken.json()["root"], taken.json()["is_late"]) == (registrar.document["root"], False)
    pair = {"lost": registrar.code("north"), "spare": registrar.spare("south")}
    assert post("api-invitation-replace", pair).status_code == 400
    pair["spare"] = registrar.spare("north")
    assert post("api-invitation-replace", pair).status_code == 204
    assert post("api-invitation-replace", pair).status_code == 409


def test_whoever_sends_the_list_of_residents_by_mistake_is_told_which_file_it_should_be() -> None:
    with override("en"), pytest.raises(inviting.InvitationError, match="This is not hashes") as refused:
        registering.parsed("stratum,name\nnorth,张伟\n".encode())
    assert "was not kept" in str(refused.value)
