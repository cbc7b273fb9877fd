"""Messages go out with links that work, and nothing of whom they went to stays."""

from __future__ import annotations

import json
import re
import smtplib
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.waves import gateways, inviting, sending
from surveys.waves.fielding import StratumPlan
from surveys.waves.gateways import GATEWAYS, Delivered, Mail, Message, Outbox
from surveys.waves.inviting import InvitationError
from surveys.waves.models import Channel, Wave
from surveys.waves.sending import BadContacts, Contact
from tests.surveys.responses import conftest as answering

a_wave, an_edition = answering.a_wave, answering.an_edition
nothing_remembered = answering.nothing_remembered

STRATA = [
    StratumPlan("north", {"en": "North"}, 1000),
    StratumPlan("south", {"en": "South"}, 500),
]
SITE = "https://rate.example.org"
NAME = "0123456789abcdef"
CONTACTS = [
    Contact(1, "13800138000", "phone"),
    Contact(2, "rosa@example.org", "email"),
    Contact(3, "13900139000", "phone"),
]


class Carrier:
    """A gateway that keeps what it was given, and takes only so many."""

    name, label = "carrier", "carrier"
    kinds = frozenset({gateways.PHONE, gateways.EMAIL})
    most = 50_000

    def __init__(self, takes: int = 50_000) -> None:
        self.takes, self.got = takes, list[Message]()

    def deliver(self, messages: Sequence[Message], *, sending: str) -> Delivered:
        self.got += messages[: self.takes]
        return Delivered(
            range(len(messages))[: self.takes], "" if self.takes >= len(messages) else "broke off"
        )

    @property
    def codes(self) -> list[str]:
        return [found[1] for one in self.got if (found := re.search(r"/i/(\w{26})/", one.text))]


@pytest.fixture(autouse=True)
def data_dir(settings: object, tmp_path: Path) -> Path:
    """An outbox of its own for every test."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def send(wave: Wave, by: User, gateway: gateways.Gateway, **more: object) -> sending.Sent:
    given = {"contacts": CONTACTS, "text": "打开 {link} 。", "subject": "评价", "site": SITE, "sending": NAME}
    return sending.invite(wave, by=by, gateway=gateway, **{**given, **more})  # type: ignore[arg-type]


def test_every_message_holds_a_link_of_its_own_that_opens_the_survey_by_its_channel(
    a_wave: Callable[..., Wave], ada: User, client: Client
) -> None:
    wave, carrier = a_wave(channels=(Channel.WEB, Channel.SMS, Channel.EMAIL)), Carrier()
    sent = send(wave, ada, carrier)
    assert (sent.handed_over, list(sent.left)) == (3, [])
    assert [one.to for one in carrier.got] == [one.to for one in CONTACTS]
    assert len(set(carrier.codes)) == 3
    for one, channel in zip(carrier.got, ("sms", "email", "sms"), strict=True):
        link = re.search(r"https://rate.example.org(/i/\w{26}/\?ch=(\w+)) 。", one.text)
        assert link is not None
        assert link[2] == channel
        shown = client.get(link[1], follow=True)
        assert f'name="ch" value="{channel}"' in shown.content.decode()
    assert wave.invitations.count() == 3


def test_neither_contacts_nor_codes_are_kept(a_wave: Callable[..., Wave], ada: User) -> None:
    carrier = Carrier()
    send(a_wave(), ada, carrier)
    kept = str([entry.facts for entry in AuditEntry.objects.all()])
    assert not any(one.to in kept for one in CONTACTS)
    assert not any(code in kept for code in carrier.codes)
    facts = AuditEntry.objects.get(verb="send invitations").facts
    assert (facts["listed"], facts["sms"], facts["email"]) == (3, 2, 1)


@pytest.mark.parametrize("takes", [0, 1, 2])
def test_what_a_broken_gateway_did_not_take_is_not_registered(
    a_wave: Callable[..., Wave], ada: User, takes: int
) -> None:
    wave, carrier = a_wave(), Carrier(takes)
    sent = send(wave, ada, carrier)
    assert (sent.handed_over, [one.line for one in sent.left]) == (takes, [1, 2, 3][takes:])
    known = {bytes(one) for one in wave.invitations.values_list("code_hash", flat=True)}
    assert known == {inviting.code_hash(wave.slug, code) for code in carrier.codes}
    assert AuditEntry.objects.filter(verb="register invitations").count() == (1 if takes else 0)


def test_a_button_pressed_twice_sends_once(a_wave: Callable[..., Wave], ada: User) -> None:
    wave, carrier = a_wave(), Carrier()
    send(wave, ada, carrier)
    with pytest.raises(InvitationError):
        send(wave, ada, carrier)
    assert (len(carrier.got), wave.invitations.count()) == (3, 3)


def test_a_reminder_goes_to_everybody_and_holds_no_code(a_wave: Callable[..., Wave], ada: User) -> None:
    wave, carrier = a_wave(), Carrier()
    text = sending.usual_text(wave, kind="remind", language="en")
    sending.remind(
        wave,
        contacts=CONTACTS,
        text=text + " {link}",
        subject="",
        site=SITE,
        sending=NAME,
        by=ada,
        gateway=carrier,
    )
    assert len(carrier.got) == 3
    assert carrier.codes == []
    assert len({one.text for one in carrier.got}) == 1
    assert "ignore this" in carrier.got[0].text
    assert not wave.invitations.exists()


def test_the_outbox_holds_one_whole_file_for_its_owner_alone(data_dir: Path) -> None:
    messages = [Message("13800138000", "", "一\n“二”"), Message("a@b.cn", "s", "x")]
    assert len(Outbox().deliver(messages, sending="spring-1").taken) == 2
    (file,) = (data_dir / "outbox").iterdir()
    assert file.name == "spring-1.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    read = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert read[0] == {"to": "13800138000", "subject": "", "text": "一\n“二”"}


def test_an_outbox_that_cannot_be_written_takes_nothing(data_dir: Path) -> None:
    (data_dir / "outbox").write_text("in the way")
    delivered = Outbox().deliver([Message("1", "", "")], sending="x")
    assert (list(delivered.taken), bool(delivered.problem)) == ([], True)


def test_mail_goes_by_djangos_connection_and_goes_on_past_an_unknown_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = mail.EmailMessage.send

    def refuse_some(self: mail.EmailMessage, fail_silently: bool = False) -> int:
        if self.to == ["nobody@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        if self.to == ["last@example.org"]:
            raise smtplib.SMTPServerDisconnected
        return real(self, fail_silently)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse_some)
    people = ["a@example.org", "nobody@example.org", "b@example.org", "last@example.org", "c@example.org"]
    delivered = Mail().deliver([Message(one, "评价", "正文") for one in people], sending="x")
    assert list(delivered.taken) == [0, 2]
    assert delivered.problem
    assert [one.to for one in mail.outbox] == [["a@example.org"], ["b@example.org"]]


def test_an_address_that_no_mail_can_be_written_to_leaves_no_dead_code_and_no_message_twice(
    a_wave: Callable[..., Wave], ada: User
) -> None:
    wave = a_wave(channels=(Channel.WEB, Channel.EMAIL))
    unwritable = "a@" + "ü" * 62 + ".com"  # looks like an address, and is none in the letters of the net
    listed = f"ada@example.org\n{unwritable}\nivo@example.org"
    contacts = sending.read_contacts(listed, wave, Mail())
    sent = send(wave, ada, Mail(), contacts=contacts)
    assert sent.handed_over == len(mail.outbox) == 2
    assert [one.to for one in sent.left] == [unwritable]
    assert sent.problem
    links = [found[1] for one in mail.outbox if (found := re.search(r"/i/(\w{26})/", str(one.body)))]
    assert all(inviting.find(code) for code in links)
    assert wave.invitations.count() == len(links) == 2


def test_a_subject_of_several_lines_is_one_line(
    a_wave: Callable[..., Wave], ada: User, logged_in: Callable[[User], Client], settings: Any
) -> None:
    settings.MESSAGE_GATEWAY = "email"
    wave = a_wave(channels=(Channel.WEB, Channel.EMAIL))
    form = {"kind": "invite", "language": "en", "text": "hi {link}", "subject": "a\r\nBcc: x@y.z\t b"}
    form |= {"contacts": "ada@example.org", "sending": NAME, "go": "send"}
    answer = logged_in(ada).post(reverse("waves:send", args=[wave.pk]), form)
    assert answer.status_code == 302
    (message,) = mail.outbox
    assert message.subject == "a Bcc: x@y.z b"
    assert message.recipients() == ["ada@example.org"]


def test_every_gateway_can_be_named_by_the_setting() -> None:
    assert {one.name for one in GATEWAYS} == {"file", "email"}
    assert project.MESSAGE_GATEWAY == "file"
    assert gateways.gateway() is GATEWAYS[0]


def test_every_bad_line_is_named(a_wave: Callable[..., Wave]) -> None:
    wave = a_wave(strata=STRATA)
    lines = [
        "138 0013-8000,north",
        "nonsense,north",
        "rosa@example,north",
        "",
        "13900139000,east",
        "+86 138 0013 8001,south",
        "13800138000,south",
        "13900139001",
        "13900139002,north,1,2",
    ]
    with override("en"), pytest.raises(BadContacts) as refused:
        sending.read_contacts("\n".join(lines), wave)
    assert [line for line, _words in refused.value.faults] == [2, 3, 5, 7, 8, 9]
    words = dict(refused.value.faults)
    assert words[7] == "The same contact as in line 1."
    assert words[5] == "“east” is no stratum of this wave."
    good = sending.read_contacts("\n".join([lines[0], lines[5]]), wave)
    assert [(one.to, one.stratum) for one in good] == [("13800138000", 1), ("+8613800138001", 2)]


def test_clusters_are_asked_for_where_they_are_drawn(a_wave: Callable[..., Wave], ada: User) -> None:
    drawn = [StratumPlan("north", {"en": "North"}, 1000, clusters=3, cluster_population=9)]
    wave = a_wave(strata=drawn, is_public=False)
    for wrong in ("13800138000,north", "13800138000,north,4", "13800138000,north,x"):
        with pytest.raises(BadContacts):
            sending.read_contacts(wrong, wave)
    contacts = sending.read_contacts("13800138000,north,3", wave)
    send(wave, ada, Carrier(), contacts=contacts)
    assert wave.invitations.get().psu == 3


def test_a_list_longer_than_the_gateway_takes_is_refused(a_wave: Callable[..., Wave]) -> None:
    carrier = Carrier()
    carrier.most = 2
    with pytest.raises(BadContacts):
        sending.read_contacts("13800138000\n13800138001\n13800138002", a_wave(), carrier)
    with pytest.raises(BadContacts):
        sending.read_contacts("13800138000", a_wave(slug="other"), Mail())


@pytest.mark.parametrize(
    ("text", "parts"),
    [("x" * 160, 1), ("x" * 161, 2), ("评" * 70, 1), ("评" * 71, 2), ("评" * 135, 3), ("😀" * 36, 2)],
)
def test_text_messages_are_counted_as_carriers_do(text: str, parts: int) -> None:
    assert sending.parts(text) == parts


def test_the_page_looks_first_sends_then_and_remembers_nothing(
    a_wave: Callable[..., Wave], ada: User, logged_in: Callable[[User], Client], data_dir: Path
) -> None:
    wave, browser = a_wave(strata=STRATA), logged_in(ada)
    address = reverse("waves:send", args=[wave.pk])
    name = re.search(r'name="sending" value="(\w+)"', browser.get(address).content.decode())
    assert name is not None
    form = {
        "kind": "invite",
        "language": "zh-hans",
        "contacts": "13800138000,north\na@example.org,south",
        "sending": name[1],
    }
    wrong = browser.post(address, {**form, "contacts": "13800138000,north\n<b>x</b>,north"})
    assert wrong.status_code == 422
    assert "&lt;b&gt;x&lt;/b&gt;" in wrong.content.decode()
    no_link = browser.post(address, {**form, "text": "没有链接"})
    assert no_link.status_code == 422
    looked = browser.post(address, {**form, "go": "look"})
    assert looked.status_code == 200
    assert f"/i/{sending.SAMPLE_CODE}/?ch=sms" in looked.content.decode()
    assert not wave.invitations.exists()
    assert browser.post(address, {**form, "go": "send"}).status_code == 302
    assert wave.invitations.count() == 2
    (file,) = (data_dir / "outbox").iterdir()
    assert len(file.read_text().splitlines()) == 2
    assert browser.post(address, {**form, "go": "send"}).status_code == 422
    assert len(list((data_dir / "outbox").iterdir())) == 1


def test_the_page_says_how_many_went_and_keeps_the_others(
    a_wave: Callable[..., Wave],
    ada: User,
    logged_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wave, browser = a_wave(), logged_in(ada)
    monkeypatch.setattr(gateways, "gateway", lambda: Carrier(1))
    form = {
        "kind": "invite",
        "language": "en",
        "contacts": "13800138000\n\n13800138001",
        "sending": NAME,
        "go": "send",
    }
    answer = browser.post(reverse("waves:send", args=[wave.pk]), form)
    page = answer.content.decode()
    assert answer.status_code == 502
    assert "broke off" in page
    assert "13800138001</textarea>" in page
    assert "13800138000" not in page
    assert wave.invitations.count() == 1
