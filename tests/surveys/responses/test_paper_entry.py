"""Typing in paper: two different people, their differences, one storing, and nothing readable without the paper."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from surveys.audit import AuditEntry
from surveys.people.models import Role, User
from surveys.responses import access, assisting, collecting
from surveys.responses.models import InboxEntry, PaperEntry, Submission
from surveys.responses.paper import entering, serials
from surveys.responses.paper.entering import PaperRefused
from surveys.responses.views import paper_entry
from surveys.waves import inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.responses.conftest import CHOICES, MIXED, document, question, rating, two
from tests.surveys.responses.forms import Answer, FormReader, send

LoggedIn = Callable[[User], Client]
AWave = Callable[..., Wave]
WITH_PAPER = (Channel.WEB, Channel.PAPER)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(db: None) -> User:
    """Types in paper forms."""
    return User.objects.create_user("lin", password="lin-password", first_name="Lin", role=Role.INTERVIEWER)


@pytest.fixture
def wave(a_wave: AWave) -> Wave:
    """Open to anybody, on paper too."""
    return a_wave(channels=WITH_PAPER)


@pytest.fixture
def serial(wave: Wave) -> str:
    """A blank copy's."""
    return serials.new_serial(wave.pk)


READ = {"parks.overall": "5", "parks.way": "1", "parks.why": "长椅太少"}


def step(client: Client, wave: Wave, serial: str, name: str = "keep", **said: Any) -> Answer:
    """Send a step of typing in, in English."""
    posted = {"serial": serial, "language": "en", "step": name, **said.pop("read", READ), **said}
    return client.post(f"/office/waves/{wave.pk}/paper/enter/", posted, headers={"accept-language": "en"})


def words(answer: Answer) -> str:
    """Return the page as text."""
    text: str = answer.content.decode()
    return text


def test_two_people_who_read_the_same_store_a_paper_once(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    first = step(logged_in(lin), wave, serial)
    assert first.status_code == 302
    assert not InboxEntry.objects.exists()
    second = step(logged_in(ada), wave, inviting.grouped(serial).lower())
    assert second.status_code == 200
    assert "Stored" in words(second)
    stored = InboxEntry.objects.get()
    assert (stored.channel, stored.klass, stored.language) == (Channel.PAPER, Klass.OPEN, "en")
    assert stored.helper == assisting.helper_name(ada, wave.pk)
    assert stored.flags == 0  # nobody knows how long somebody took on paper
    assert stored.extras == {"why": "长椅太少"}
    entry = AuditEntry.objects.get(verb="store paper")
    assert entry.facts == {"differences": 0}
    assert entry.actor == ada


def test_the_receipt_of_a_blank_copy_is_shown_to_be_posted_and_checks(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn, rosa: Client
) -> None:
    step(logged_in(lin), wave, serial)
    page = words(step(logged_in(ada), wave, serial))
    receipt = page.split("<code>")[1].split("</code>")[0]
    assert f"under {serial[:5]}" in page
    assert serial not in page
    assert rosa.post("/check/", {"code": receipt}).status_code == 200


def test_the_same_person_typing_twice_is_refused_with_a_sentence(
    wave: Wave, serial: str, lin: User, logged_in: LoggedIn
) -> None:
    client = logged_in(lin)
    step(client, wave, serial)
    again = step(client, wave, serial)
    assert again.status_code == 422
    assert "Somebody else has to type it in a second time" in words(again)
    assert not InboxEntry.objects.exists()
    assert PaperEntry.objects.count() == 1


def test_the_second_person_sees_nothing_of_the_first_before_having_typed(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    step(logged_in(lin), wave, serial)
    blank = step(logged_in(ada), wave, serial, "", read={})
    html = words(blank)
    assert "Second reading" in html
    assert "长椅太少" not in html
    assert " checked" not in html


def test_differences_are_shown_field_by_field_and_the_second_person_settles_each(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    step(logged_in(lin), wave, serial)
    read = {**READ, "parks.overall": "4", "parks.speed": "3"}
    client = logged_in(ada)
    shown = step(client, wave, serial, read=read)
    html = words(shown)
    assert "differ in 2 places" in html
    assert "Very satisfied" in html
    assert "Acceptable" in html
    assert "长椅太少" in html  # carried on, hidden: it did not differ
    assert not InboxEntry.objects.exists()
    fields = FormReader(html).fields
    assert fields["parks.overall"] == ["4"]
    half = step(client, wave, serial, "settle", read=read, **{"choose:parks.overall": "first"})
    assert half.status_code == 422
    assert not InboxEntry.objects.exists()
    chosen = {"choose:parks.overall": "first", "choose:parks.speed": "second"}
    assert "Stored" in words(step(client, wave, serial, "settle", read=read, **chosen))
    codebook = access.asked_wave(wave.slug).by_code["parks"].part
    stored = InboxEntry.objects.get()
    said = codebook.unpack(bytes(stored.codes), stored.extras)
    assert (said["overall"], said["speed"], said["way"]) == (5, 3, 1)
    assert AuditEntry.objects.get(verb="store paper").facts == {"differences": 2}


def test_the_second_person_can_go_back_and_correct_the_own_reading(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    step(logged_in(lin), wave, serial)
    read = {**READ, "parks.overall": "4"}
    client = logged_in(ada)
    step(client, wave, serial, read=read)
    form = FormReader(words(step(client, wave, serial, "again", read=read)), "paper")
    assert form.fields["parks.overall"] == ["4"]
    assert form.fields["parks.why"] == ["长椅太少"]
    assert "Stored" in words(step(client, wave, serial))


def test_rows_of_a_table_differ_one_by_one(a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn) -> None:
    rows = [{"code": "r1", "text": two("草坪", "Lawns")}, {"code": "r2", "text": two("长椅", "Benches")}]
    table = question(
        "t", "matrix", "parks", two("表", "Table"), settings={"rows": rows, "scale": "satisfaction"}
    )
    wave = a_wave(document(rating("overall", headline=True), table), channels=WITH_PAPER)
    serial = serials.new_serial(wave.pk)
    step(logged_in(lin), wave, serial, read={"parks.t.r1": "5", "parks.t.r2": "2"})
    read = {"parks.t.r1": "5", "parks.t.r2": "1"}
    client = logged_in(ada)
    html = words(step(client, wave, serial, read=read))
    assert "differ in 1 place" in html
    assert "Table · Benches" in html
    assert "Table · Lawns" not in html
    step(client, wave, serial, "settle", read=read, **{"choose:parks.t.r2": "first"})
    part = access.asked_wave(wave.slug).by_code["parks"].part
    said = part.unpack(bytes(InboxEntry.objects.get().codes), None)
    assert (said["t.r1"], said["t.r2"]) == (5, 2)


def test_a_serial_that_is_stored_says_so_even_when_its_form_is_forgotten(
    wave: Wave, serial: str, lin: User, ada: User, ivo: User, logged_in: LoggedIn, admin_user: User
) -> None:
    step(logged_in(lin), wave, serial)
    step(logged_in(ada), wave, serial)
    Submission.objects.all().delete()  # forgotten after some days
    for user in (lin, ada, admin_user):
        answer = step(logged_in(user), wave, serial)
        assert answer.status_code == 422
        assert "This paper is stored already" in words(answer)
    assert InboxEntry.objects.count() == 1


def test_an_invited_persons_paper_spends_the_code_and_shows_staff_no_receipt(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn, admin_user: User
) -> None:
    wave = a_wave(channels=WITH_PAPER, is_public=False, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    step(logged_in(lin), wave, code)
    assert Invitation.objects.get().state == Invitation.State.ISSUED
    page = step(logged_in(ada), wave, code)
    assert "Stored" in words(page)
    assert "<code>" not in words(page)
    stored = InboxEntry.objects.get()
    assert (stored.klass, stored.channel) == (Klass.SAMPLE, Channel.PAPER)
    assert Invitation.objects.get().state == Invitation.State.SPENT
    assert not PaperEntry.objects.exists()
    assert step(logged_in(admin_user), wave, code).status_code == 422


def test_a_code_that_was_used_online_in_between_counts_once(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=WITH_PAPER, is_public=False, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    step(logged_in(lin), wave, code)
    send(rosa, rosa.get(f"/i/{code}/", follow=True), parks__overall="1")
    answer = step(logged_in(ada), wave, code)
    assert answer.status_code == 422
    assert "used already" in words(answer)
    assert InboxEntry.objects.get().channel == Channel.WEB


def test_a_serial_that_nobody_printed_or_of_another_wave_is_refused(
    wave: Wave, serial: str, lin: User, logged_in: LoggedIn
) -> None:
    slip = ("1" if serial[0] != "1" else "2") + serial[1:]
    for wrong in (slip, serials.new_serial(wave.pk + 1), inviting.new_code(), "123", ""):
        assert step(logged_in(lin), wave, wrong).status_code == 422
    assert not PaperEntry.objects.exists()


def test_a_blank_copy_is_no_way_into_a_wave_by_invitation(
    a_wave: AWave, lin: User, logged_in: LoggedIn
) -> None:
    wave = a_wave(channels=WITH_PAPER, is_public=False, klass=Klass.SAMPLE)
    answer = step(logged_in(lin), wave, serials.new_serial(wave.pk))
    assert answer.status_code == 422
    assert "by invitation only" in words(answer)


def test_the_checks_of_the_residents_page_hold_for_paper_and_nothing_typed_is_lost(
    a_wave: AWave, lin: User, logged_in: LoggedIn
) -> None:
    needed = question(
        "way", "single_choice", "each", two("怎样？", "How?"), settings={"choices": CHOICES}, required=True
    )
    wave = a_wave(document(rating("overall", headline=True), needed), channels=WITH_PAPER)
    serial = serials.new_serial(wave.pk)
    answer = step(logged_in(lin), wave, serial, read={"parks.overall": "5", "roads.way": "7"})
    assert answer.status_code == 422
    assert not PaperEntry.objects.exists()
    assert FormReader(words(answer), "paper").fields["parks.overall"] == ["5"]
    assert "Please answer this question" in words(answer)


def test_answers_that_the_rules_do_not_ask_for_are_left_out(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    asked = {"equals": [{"answer": "way"}, {"value": 2}]}
    more = question("why", "short_text", "each", two("为什么？", "Why?"), show=asked)
    way = question("way", "single_choice", "each", two("怎样？", "How?"), settings={"choices": CHOICES})
    wave = a_wave(document(rating("overall", headline=True), way, more), channels=WITH_PAPER)
    serial = serials.new_serial(wave.pk)
    html = words(step(logged_in(lin), wave, serial, "", read={}))
    assert "Asked only when" in html
    assert 'name="parks.why"' in html
    read = {"parks.way": "1", "parks.why": "because"}
    for user in (lin, ada):
        step(logged_in(user), wave, serial, read=read)
    assert InboxEntry.objects.get().extras is None


def test_departments_that_two_people_read_otherwise_are_refused(
    a_wave: AWave, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    wave = a_wave(channels=WITH_PAPER, departments_per_person=1)
    serial = serials.new_serial(wave.pk)
    step(logged_in(lin), wave, serial, about=["parks"])
    answer = step(logged_in(ada), wave, serial, "", about=["roads"], read={})
    assert answer.status_code == 422
    assert "other departments" in words(answer)
    assert "Stored" in words(step(logged_in(ada), wave, serial, about=["parks"]))


def test_a_post_that_brings_a_pass_or_a_code_of_its_own_changes_nothing(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    for user in (lin, ada):
        step(logged_in(user), wave, serial, **{"pass": "x", "ch": "web", "code": "y", "point": "z"})
    assert InboxEntry.objects.get().channel == Channel.PAPER


@pytest.mark.django_db(transaction=True)
def test_two_second_readings_at_once_store_the_paper_once(
    wave: Wave, serial: str, lin: User, ada: User, admin_user: User, logged_in: LoggedIn
) -> None:
    step(logged_in(lin), wave, serial)
    clients = [logged_in(ada), logged_in(admin_user)] * 3
    gate, answers = threading.Barrier(len(clients)), []

    def type_in(client: Client) -> None:
        try:
            gate.wait()
            answers.append(step(client, wave, serial).status_code)
        finally:
            connection.close()

    together([threading.Thread(target=type_in, args=(client,)) for client in clients])
    assert InboxEntry.objects.count() == 1
    assert Submission.objects.count() == 1
    assert len(answers) == 6
    assert set(answers) <= {200, 422}
    assert AuditEntry.objects.filter(verb="store paper").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_first_readings_at_once_are_a_first_and_a_second(
    wave: Wave, serial: str, lin: User, ada: User, logged_in: LoggedIn
) -> None:
    clients = [logged_in(lin), logged_in(ada)]
    gate = threading.Barrier(2)

    def type_in(client: Client) -> None:
        try:
            gate.wait()
            step(client, wave, serial)
        finally:
            connection.close()

    together([threading.Thread(target=type_in, args=(client,)) for client in clients])
    assert InboxEntry.objects.count() == 1
    assert bytes(PaperEntry.objects.get().sealed) == entering.STORED


def together(threads: list[threading.Thread]) -> None:
    """Let threads run and wait for all."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()


def test_a_paper_for_a_wave_that_closed_meanwhile_is_not_stored(
    wave: Wave, serial: str, lin: User, ada: User
) -> None:
    asked = access.asked_wave(wave.slug)
    paper = entering.take_up(asked, serial, by=lin)
    sheet = paper_entry.sheet_of(
        paper, {name: [one] for name, one in READ.items()}, language="en", about=(), by=ada
    )
    assert entering.keep_first(paper, sheet, about=(), by=lin)
    assert not entering.keep_first(paper, sheet, about=(), by=ada)
    Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.CLOSED)
    with pytest.raises(collecting.WaveNotOpen):
        entering.store(paper, sheet, differed=0, by=ada)
    assert not InboxEntry.objects.exists()
    with pytest.raises(PaperRefused):
        entering.take_up(asked, serial, by=lin)


def test_the_whole_questionnaire_is_typed_in_on_one_page(
    wave: Wave, serial: str, lin: User, logged_in: LoggedIn
) -> None:
    form = FormReader(words(step(logged_in(lin), wave, serial, "", read={})), "paper")
    named = {name for name in (*form.offered, *form.fields) if "." in name}
    expected = {
        f"{part}.{one['code']}"
        for part in ("parks", "roads", "general")
        for one in MIXED["questions"]
        if one["about"] in (part, "each" if part != "general" else part)
    }
    assert named == expected
