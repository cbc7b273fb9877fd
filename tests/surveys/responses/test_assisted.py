"""Answering with an interviewer: the resident's own sheet, a pass that nobody can make up, and nothing kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from surveys.people.models import Role, ServicePoint, User
from surveys.responses import assisting, form_tokens, mixing, passes
from surveys.responses.models import InboxEntry, Response
from surveys.responses.passes import Pass
from surveys.waves import inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.responses.conftest import MIXED
from tests.surveys.responses.forms import Answer, filled, form_of, receipts_on, send
from tests.surveys.responses.permits import a_pass

pytestmark = pytest.mark.django_db

LoggedIn = Callable[[User], Client]
AWave = Callable[..., Wave]
HELPED = (Channel.WEB, Channel.ASSISTED, Channel.PAPER)


@pytest.fixture
def lin(db: None) -> User:
    """Fills in forms with residents."""
    return User.objects.create_user("lin", password="lin-password", first_name="Lin", role=Role.INTERVIEWER)


def begin(client: Client, wave: Wave, **said: Any) -> Answer:
    """Begin a form as the interviewer does."""
    return client.post(f"/office/waves/{wave.pk}/assist/", {"language": "en", "code": "", **said})


def test_a_form_begun_in_the_office_is_the_residents_own_and_counts_as_assisted(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED)
    sheet = begin(logged_in(lin), wave)
    assert sheet.status_code == 200
    assert "An interviewer fills this in with you" in sheet.content.decode()
    assert form_of(sheet).action == "/s/city-2026/"
    receipt = send(rosa, sheet, parks__overall="5")
    assert len(receipts_on(receipt)) == 1
    assert f'href="/office/waves/{wave.pk}/assist/"' in receipt.content.decode()
    stored = InboxEntry.objects.get()
    assert (stored.channel, stored.klass) == (Channel.ASSISTED, Klass.OPEN)
    assert stored.helper == assisting.helper_name(lin, wave.pk)


def test_other_receipts_lead_nowhere_near_the_office(a_wave: AWave, rosa: Client) -> None:
    a_wave(channels=HELPED)
    receipt = send(rosa, rosa.get("/s/city-2026/"), parks__overall="5")
    assert "/office/" not in receipt.content.decode()


def test_neither_code_nor_pass_ever_stands_in_an_address(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    sheet = begin(logged_in(lin), wave, code=code.lower())
    form = form_of(sheet)
    assert form.fields["code"] == [code]
    assert form.fields["pass"]
    html = sheet.content.decode()
    addresses = [one.split('"')[0] for one in html.split('href="')[1:]] + [form.action]
    assert not any(code in one or form.fields["pass"][0] in one for one in addresses)


def test_a_sampled_code_answered_with_help_stays_sample(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED, is_public=False, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    send(rosa, begin(logged_in(lin), wave, code=code), parks__overall="1")
    stored = InboxEntry.objects.get()
    assert (stored.channel, stored.klass) == (Channel.ASSISTED, Klass.SAMPLE)
    assert Invitation.objects.get().state == Invitation.State.SPENT


def test_a_wave_by_invitation_wants_the_code_before_it_begins(
    a_wave: AWave, lin: User, logged_in: LoggedIn
) -> None:
    wave = a_wave(channels=HELPED, is_public=False, klass=Klass.SAMPLE)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    client = logged_in(lin)
    assert begin(client, wave).status_code == 422
    unknown = begin(client, wave, code=inviting.new_code())
    assert unknown.status_code == 422
    assert 'id="answers"' not in unknown.content.decode()
    Invitation.objects.update(state=Invitation.State.SPENT)
    assert begin(client, wave, code=code).status_code == 422


def test_the_service_point_of_an_interviewer_goes_with_the_answers(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client, departments: dict[str, Any], places: None
) -> None:
    point = ServicePoint.objects.get(code="hall-1")
    wave = a_wave(channels=HELPED)
    send(rosa, begin(logged_in(lin), wave, point="hall-1"), parks__overall="4")
    assert InboxEntry.objects.get().point == point.pk


@pytest.fixture
def places(departments: dict[str, Any]) -> None:
    """A hall of Parks."""
    from surveys.people.models import Place

    place = Place.objects.create(code="cn", names={"en": "City"}, level=Place.Level.CITY)
    ServicePoint.objects.create(
        code="hall-1", names={"en": "Hall"}, department=departments["parks"], place=place
    )


def test_where_people_choose_departments_the_choice_is_made_before(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED, departments_per_person=1)
    client = logged_in(lin)
    assert begin(client, wave, about=["parks", "roads"]).status_code == 422
    sheet = begin(client, wave, about=["roads"])
    assert "roads.overall" in form_of(sheet).offered
    assert "parks.overall" not in form_of(sheet).offered
    assert "choose=1" not in sheet.content.decode()  # that address could not carry the pass
    send(rosa, sheet, roads__overall="2")
    assert InboxEntry.objects.get().channel == Channel.ASSISTED


@pytest.mark.parametrize("channel", [Channel.ASSISTED, Channel.PAPER, Channel.KIOSK])
def test_a_forged_an_old_or_another_waves_pass_never_yields_the_channel(
    channel: Channel, a_wave: AWave, rosa: Client
) -> None:
    wave = a_wave(channels=[*HELPED, Channel.KIOSK])
    good = a_pass(wave, channel)
    with time_machine.travel(timezone.now().timestamp() - passes.LIFETIME_SECONDS - 60, tick=False):
        old = a_pass(wave, channel)
    bad = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        old,
        passes.issue(wave.pk + 1, Pass(channel)),
        "x",
        "a:b:c",
    ]
    for number, permit in enumerate(bad, start=1):
        posted = filled(rosa.get("/s/city-2026/"), parks__overall="5")
        rosa.post("/s/city-2026/", {**posted, "ch": channel.name.lower(), "pass": permit})
        assert InboxEntry.objects.filter(channel=Channel.WEB, helper="").count() == number, permit
    posted = filled(rosa.get("/s/city-2026/"), parks__overall="5")
    rosa.post("/s/city-2026/", {**posted, "pass": good})
    assert InboxEntry.objects.filter(channel=channel).count() == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.REVIEWER}])
def test_who_does_not_help_any_more_leaves_no_trace_of_a_helper(
    change: dict[str, Any], a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED)
    sheet = begin(logged_in(lin), wave)
    User.objects.filter(pk=lin.pk).update(**change)
    permit = form_of(sheet).fields["pass"][0]
    assert rosa.post("/s/city-2026/tokens/", {"pass": permit}).status_code == 403
    receipt = rosa.post(form_of(sheet).action, {**filled(sheet, parks__overall="5"), "work": "skip"})
    assert receipts_on(receipt)
    assert not words_on(receipt), "the helper still reads the screen"
    stored = InboxEntry.objects.get()
    assert (stored.channel, stored.helper, stored.point) == (Channel.WEB, "", 0)


def test_a_pass_tells_nobody_whose_it_is(a_wave: AWave, lin: User) -> None:
    wave = a_wave(channels=HELPED)
    one, other = (assisting.permit(lin, wave.pk, channel=Channel.ASSISTED) for _once in range(2))
    assert one != other
    for part in one.split(":"):
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        assert assisting.helper_name(lin, wave.pk).encode() not in raw
        assert str(lin.pk).encode() + b"]" not in raw


def test_a_helper_can_change_nothing_that_a_resident_said(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED)
    sheet = begin(logged_in(lin), wave)
    page = send(rosa, sheet, parks__overall="1")
    assert not words_on(page)
    assert "nobody who helped you can change your rating" in page.content.decode()
    (receipt,) = receipts_on(page)
    # The same form once more, said to be a form of nobody's, shows the word; the rating stays as it is.
    bare = {name: value for name, value in filled(sheet, parks__overall="1").items() if name != "pass"}
    (word,) = words_on(rosa.post("/s/city-2026/", bare))
    checked = rosa.post("/check/", {"code": receipt, "word": word})
    assert "Change this rating" not in checked.content.decode()
    token = form_tokens.issue(wave.pk).written
    claim = {"token": token, "about": "parks", "replaces": receipt, "change": word, "language": "en"}
    refused = rosa.post("/s/city-2026/", {**claim, "parks.overall": "5"})
    assert refused.status_code == 409
    assert "together with an interviewer" in refused.content.decode()
    assert [entry.codes[0] for entry in InboxEntry.objects.all()] == [1]


def test_a_program_of_a_helper_gets_no_change_word(a_wave: AWave, lin: User, rosa: Client) -> None:
    wave = a_wave(channels=HELPED)
    for permit, number in (({"pass": a_pass(wave, Channel.ASSISTED, by=lin)}, 0), ({}, 1)):
        token = form_tokens.issue(wave.pk).written
        sent = {"token": token, "work": "skip", "answers": {"parks": {"overall": 4}}, **permit}
        answer = rosa.post("/api/v1/waves/city-2026/responses/", sent, content_type="application/json").json()
        assert len(answer["receipts"]) == 1
        assert len(answer["change_words"]) == number


def words_on(page: Answer) -> list[str]:
    """Return the change words that a page shows."""
    found = re.findall(r"<li><span>(\w+)</span>-<span>(\w+)</span></li>", page.content.decode())
    return ["-".join(one) for one in found]


def test_a_helper_has_another_name_in_every_wave_and_none_without_the_key(
    lin: User, ada: User, settings: Any
) -> None:
    names = {assisting.helper_name(user, wave) for user in (lin, ada) for wave in (1, 2)}
    assert len(names) == 4
    assert all(len(name) == 16 for name in names)
    settings.SECRET_KEY = "another key, as long as it takes to be one that is not weak"
    assert not names & {assisting.helper_name(user, wave) for user in (lin, ada) for wave in (1, 2)}


def test_a_counted_record_does_not_know_who_helped(
    a_wave: AWave, lin: User, logged_in: LoggedIn, rosa: Client
) -> None:
    wave = a_wave(channels=HELPED)
    send(rosa, begin(logged_in(lin), wave), parks__overall="5")
    mixing._mix(wave)
    assert Response.objects.get().channel == Channel.ASSISTED
    assert "helper" not in {field.name for field in Response._meta.get_fields()}


def test_the_start_page_of_an_interviewer_shows_open_waves_that_need_one_and_nothing_else(
    a_wave: AWave, lin: User, logged_in: LoggedIn
) -> None:
    a_wave(slug="web-only", content=MIXED)
    helped = a_wave(slug="helped", channels=HELPED, titles={"en": "Helped wave", "zh-hans": "协助批次"})
    a_wave(slug="later", channels=HELPED, opened=False, titles={"en": "Later", "zh-hans": "以后的批次"})
    client = logged_in(lin)
    page = client.get("/office/", headers={"accept-language": "en"}).content.decode()
    assert "Helped wave" in page
    assert "City services 2026" not in page
    assert "Later" not in page
    assert f"/office/waves/{helped.pk}/assist/" in page
    assert f"/office/waves/{helped.pk}/paper/enter/" in page
    assert "/office/questionnaires/" not in page
    assert "/office/people/" not in page


def test_an_interviewer_opens_no_wave_without_the_channel(
    a_wave: AWave, lin: User, logged_in: LoggedIn
) -> None:
    wave = a_wave()
    client = logged_in(lin)
    for page in ("assist", "paper", "paper/enter"):
        assert client.get(f"/office/waves/{wave.pk}/{page}/").status_code == 404
    assert client.get(f"/office/waves/{wave.pk}/").status_code in (403, 404)


def test_a_closed_wave_offers_no_help(a_wave: AWave, lin: User, logged_in: LoggedIn) -> None:
    planned = a_wave(channels=HELPED, opened=False)
    client = logged_in(lin)
    answer = begin(client, planned)
    assert 'id="answers"' not in answer.content.decode()
    Wave.objects.filter(pk=planned.pk).update(status=Wave.Status.OPEN)
    Wave.objects.filter(pk=planned.pk).update(status=Wave.Status.CLOSED)
    assert client.get(f"/office/waves/{planned.pk}/assist/").status_code == 404


def test_an_account_says_which_body_a_person_works_for(
    admin_user: User, lin: User, logged_in: LoggedIn
) -> None:
    client = logged_in(admin_user)
    form = {"name": "Lin", "role": "interviewer", "email": "", "department": "", "is_active": "on"}
    answer = client.post(f"/office/people/users/{lin.pk}/", {**form, "organisation": " Survey Institute "})
    assert answer.status_code == 302
    lin.refresh_from_db()
    assert lin.organisation == "Survey Institute"
    assert "Survey Institute" in client.get(f"/office/people/users/{lin.pk}/").content.decode()
