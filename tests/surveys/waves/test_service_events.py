"""One matter, one rating: a code for every closed case, and what share got one, for everybody to see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from surveys.audit import AuditEntry
from surveys.people import organising, staffing
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, inviting, registering, sending, service_events
from surveys.waves.models import Invitation, Klass, ServiceDay, Wave
from surveys.waves.sending import Contact
from surveys.waves.service_events import EventRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def points(departments: dict[str, Department]) -> dict[str, ServicePoint]:
    """A counter of Parks and one of Roads."""
    place = Place.objects.create(code="city", names={"en": "City"}, level=Place.Level.CITY)
    return {
        code: ServicePoint.objects.create(
            code=code, names={"en": code.title()}, department=departments[of], place=place
        )
        for code, of in (("park-hall", "parks"), ("road-hall", "roads"))
    }


@pytest.fixture
def wave(a_wave: Callable[..., Wave], points: dict[str, ServicePoint], ada: User) -> Wave:
    """A wave about service events that is open."""
    return fielding.open_wave(a_wave(klass=Klass.SERVICE, is_public=False), by=ada)


@pytest.fixture
def program(admin_user: User) -> APIClient:
    """The system in which cases are closed."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {staffing.issue_token(admin_user, name='cases')}")
    return client


def today() -> date:
    return service_events._today()


def by_point(wave: Wave) -> dict[str, service_events.Completeness]:
    return {line.point.code: line for line in service_events.completeness(wave)}


def test_of_100_closed_cases_60_got_a_code_and_everybody_sees_it(
    wave: Wave, program: APIClient, client: Client, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://rate.example.org"
    drawn = program.post("/api/v1/waves/spring/events/", {"service_point": "park-hall", "count": 60})
    assert drawn.status_code == 201, drawn.content
    assert len(set(drawn.json()["codes"])) == 60
    assert drawn.json()["addresses"][0].startswith("https://rate.example.org/i/")
    reported = program.put(
        "/api/v1/waves/spring/events/closed/",
        {"service_point": "park-hall", "day": today().isoformat(), "closed": 100},
    )
    assert reported.status_code == 200, reported.content
    (parks, roads) = client.get("/api/v1/waves/spring/events/completeness/").json()
    assert parks == {
        "service_point": "park-hall",
        "issued": 60,
        "closed": 100,
        "share": 0.6,
        "is_low": True,
        "surplus": 0,
        "is_over": False,
        "unreported_days": 0,
        "unreported_codes": 0,
        "is_overdue": False,
        "has_left": False,
    }
    assert roads["closed"] is None
    assert roads["is_low"]
    page = client.get("/services/spring/", headers={"Accept-Language": "en"}).content.decode()
    assert "60.0%" in page
    assert "below 98%" in page
    assert "did not report" in page


def test_a_code_for_every_case_is_complete(wave: Wave, ada: User) -> None:
    service_events.issue(wave, point="park-hall", count=49, by=ada)
    service_events.report_closed(wave, point="park-hall", day=today(), closed=50, by=ada)
    assert not by_point(wave)["park-hall"].is_low, "98 % is enough"
    service_events.report_closed(wave, point="park-hall", day=today(), closed=51, by=ada)
    assert by_point(wave)["park-hall"].is_low
    assert by_point(wave)["park-hall"].percent == 96.0


def test_codes_without_cases_are_a_finding_and_not_more_than_all(
    wave: Wave, client: Client, ada: User
) -> None:
    service_events.issue(wave, point="park-hall", count=1000, by=ada)
    service_events.report_closed(wave, point="park-hall", day=today(), closed=10, by=ada)
    line = by_point(wave)["park-hall"]
    assert (line.share, line.surplus, line.is_over, line.is_complete) == (1.0, 990, True, False)
    told = client.get("/api/v1/waves/spring/events/completeness/").json()[0]
    assert (told["surplus"], told["is_over"]) == (990, True)
    page = client.get("/services/spring/", headers={"Accept-Language": "en"}).content.decode()
    assert "990 codes more than matters" in page
    assert "complete" not in page.split("<table", 1)[1]
    service_events.report_closed(wave, point="park-hall", day=today(), closed=0, by=ada)
    assert by_point(wave)["park-hall"].is_over, "codes of a day on which nothing was settled"
    service_events.report_closed(wave, point="park-hall", day=today(), closed=990, by=ada)
    assert by_point(wave)["park-hall"].is_complete, "a slip in a hundred may be printed twice"


def test_too_many_codes_on_one_day_do_not_make_good_too_few_on_another(
    wave: Wave, points: dict[str, ServicePoint]
) -> None:
    for days, issued in ((2, 40), (1, 160)):
        ServiceDay.objects.create(
            wave=wave,
            service_point=points["park-hall"],
            day=today() - timedelta(days=days),
            issued=issued,
            closed=100,
        )
    line = by_point(wave)["park-hall"]
    assert (line.issued, line.closed, line.share, line.surplus) == (200, 200, 0.7, 60)
    assert line.is_low
    assert line.is_over


def test_codes_of_days_that_nobody_reports_are_told_and_in_time_a_finding(
    wave: Wave, points: dict[str, ServicePoint], client: Client
) -> None:
    day = ServiceDay.objects.create(
        wave=wave, service_point=points["park-hall"], day=today(), issued=3, closed=3
    )
    for ago, overdue in ((1, False), (2, True)):
        late = ServiceDay.objects.create(
            wave=wave, service_point=points["park-hall"], day=day.day - timedelta(days=ago), issued=70
        )
        line = by_point(wave)["park-hall"]
        assert (line.unreported, line.unreported_codes) == (1, 70)
        assert (line.is_overdue, line.is_complete) == (overdue, not overdue)
        page = client.get("/services/spring/", headers={"Accept-Language": "en"}).content.decode()
        assert "1 day without a report, codes given: 70" in page
        late.delete()


def off(point: ServicePoint, *, by: User) -> None:
    """Deactivate a service point."""
    organising.change_service_point(
        point, names=point.names, department=point.department, place=point.place, is_active=False, by=by
    )


def test_a_service_point_that_is_switched_off_stays_in_public_sight(
    wave: Wave, points: dict[str, ServicePoint], client: Client, admin_user: User
) -> None:
    service_events.issue(wave, point="park-hall", count=60, by=admin_user)
    service_events.report_closed(wave, point="park-hall", day=today(), closed=100, by=admin_user)
    before = client.get("/api/v1/waves/spring/events/completeness/").json()
    for point in points.values():
        off(point, by=admin_user)
    told = client.get("/api/v1/waves/spring/events/completeness/").json()
    assert told == [{**line, "has_left": True} for line in before], "also the one that never gave a code"
    page = client.get("/services/spring/", headers={"Accept-Language": "en"}).content.decode()
    assert "60.0%" in page
    assert "switched off" in page
    with pytest.raises(EventRefused):
        service_events.issue(wave, point="park-hall", by=admin_user)
    service_events.report_closed(wave, point="park-hall", day=today(), closed=120, by=admin_user)
    assert by_point(wave)["park-hall"].percent == 50.0, "its figures can still be put right"


def test_what_was_switched_off_before_the_opening_belongs_to_no_wave(
    a_wave: Callable[..., Wave], points: dict[str, ServicePoint], ada: User
) -> None:
    off(points["road-hall"], by=ada)
    wave = fielding.open_wave(a_wave(klass=Klass.SERVICE, is_public=False), by=ada)
    assert list(by_point(wave)) == ["park-hall"]
    off(points["park-hall"], by=ada)
    assert list(by_point(wave)) == ["park-hall"], "what is switched off later was asked about"


def test_a_service_point_whose_codes_are_out_stays_with_its_department(
    wave: Wave,
    points: dict[str, ServicePoint],
    departments: dict[str, Department],
    client: Client,
    admin_user: User,
) -> None:
    (code,) = service_events.issue(wave, point="park-hall", by=admin_user)
    point = points["park-hall"]
    kept: dict[str, Any] = {"place": point.place, "is_active": True, "by": admin_user}
    with override("en"), pytest.raises(ValidationError, match="for “Parks”"):
        organising.change_service_point(point, names=point.names, department=departments["roads"], **kept)
    assert ServicePoint.objects.get(code="park-hall").department == departments["parks"]
    assert "about=parks" in client.post("/i/", {"code": code}).headers["Location"]
    organising.change_service_point(point, names={"en": "Gate"}, department=departments["parks"], **kept)
    other = points["road-hall"]
    organising.change_service_point(other, names=other.names, department=departments["parks"], **kept)
    assert by_point(wave)["road-hall"].point.department == departments["parks"], "no code of it was out"


def test_codes_of_a_service_wave_are_drawn_at_a_service_point_and_made_by_no_other_door(
    wave: Wave, ada: User, logged_in: Callable[[User], Client]
) -> None:
    browser, address = logged_in(ada), reverse("waves:codes", args=[wave.pk])
    browser.cookies["django_language"] = "en"
    contact = [Contact(1, "13800138000", "phone")]
    letter: dict[str, Any] = {
        "text": "{link}",
        "subject": "",
        "site": "https://x.example",
        "sending": "0" * 16,
    }
    hashes = [inviting.code_hash(wave.slug, inviting.new_code())]
    for door in (
        lambda: inviting.make_codes(wave, stratum=0, count=3, by=ada),
        lambda: inviting.register_hashes(wave, hashes=hashes, stratum=0, by=ada),
        lambda: registering.register(wave, document={}, by=ada),
        lambda: sending.invite(wave, contacts=contact, by=ada, **letter),
    ):
        with override("en"), pytest.raises(inviting.InvitationError, match="draws a code for each"):
            door()
    refused = browser.post(address, {"stratum": "0", "count": "30"})
    assert refused.status_code == 422
    assert "None are made, sent or taken otherwise" in refused.content.decode()
    sent = browser.post(
        "/api/v1/waves/spring/invitations/", {"stratum": 0, "count": 2}, content_type="application/json"
    )
    assert sent.status_code == 400
    assert not Invitation.objects.exists()
    (lost,) = service_events.issue(wave, point="park-hall", by=ada)
    page = browser.get(address).content.decode()
    assert 'name="count"' not in page
    assert "draws a code for each" in page
    assert "/services/spring/" in page
    assert browser.post(reverse("waves:revoke", args=[wave.pk]), {"code": lost}).status_code == 302
    assert reverse("waves:codes", args=[wave.pk]) in browser.get(f"/office/waves/{wave.pk}/").content.decode()


def test_a_day_without_a_report_is_named_and_does_not_count(wave: Wave, ada: User) -> None:
    service_events.issue(wave, point="park-hall", count=5, by=ada)
    point = ServicePoint.objects.get(code="park-hall")
    ServiceDay.objects.create(
        wave=wave, service_point=point, day=today() - timedelta(days=1), issued=4, closed=4
    )
    line = by_point(wave)["park-hall"]
    assert (line.issued, line.closed, line.unreported, line.is_low) == (4, 4, 1, False)


def test_a_code_carries_neither_day_nor_case_and_the_audit_names_no_code(wave: Wave, ada: User) -> None:
    (code,) = service_events.issue(wave, point="park-hall", by=ada)
    invitation = Invitation.objects.get()
    assert (invitation.klass, invitation.state, invitation.stratum) == (Klass.SERVICE, 1, 0)
    assert {field.name for field in Invitation._meta.fields} == {
        "code_hash",
        "wave",
        "klass",
        "stratum",
        "psu",
        "point",
        "state",
    }
    assert code not in str(list(AuditEntry.objects.values_list("facts", flat=True)))


def test_a_code_rates_the_department_of_its_matter_and_no_other(
    wave: Wave, client: Client, ada: User
) -> None:
    codes = service_events.issue(wave, point="park-hall", count=2, by=ada)
    form = client.get("/api/v1/waves/spring/form/").json()
    other = {"token": form["token"], "code": codes[0], "answers": {"roads": {"overall": 5}}}
    refused = client.post("/api/v1/waves/spring/responses/", other, content_type="application/json")
    assert refused.status_code == 403
    assert not InboxEntry.objects.exists()
    whole = {"token": form["token"], "code": codes[0], "answers": {"general": {"life": 2}}}
    refused = client.post(
        "/api/v1/waves/spring/responses/",
        whole,
        content_type="application/json",
        headers={"accept-language": "en"},
    )
    assert refused.status_code == 403, "the place as a whole is not what the code was given for"
    assert "rate only the department that handled it" in refused.json()["detail"]
    assert not InboxEntry.objects.exists()
    own = {
        "token": form["token"],
        "code": codes[0],
        "answers": {"parks": {"overall": 1}, "general": {"life": 2}},
    }
    taken = client.post("/api/v1/waves/spring/responses/", own, content_type="application/json")
    assert taken.status_code == 201, taken.content
    assert set(InboxEntry.objects.values_list("point", flat=True)) == {
        ServicePoint.objects.get(code="park-hall").pk
    }


def test_the_address_of_a_code_leads_to_the_form_about_its_department(
    wave: Wave, client: Client, ada: User
) -> None:
    (code,) = service_events.issue(wave, point="park-hall", by=ada)
    page = client.get(f"/i/{code}/", follow=True).content.decode()
    assert 'name="parks.overall"' in page
    assert 'name="general.life"' in page
    assert "roads.overall" not in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"service_point": "nowhere"}, "no service point"),
        ({"service_point": "park-hall", "count": 0}, "count"),
        ({"service_point": "park-hall", "count": 1001}, "count"),
        ({"service_point": "park-hall", "case": "17"}, "case"),
        ({}, "service_point"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_drawn(
    wave: Wave, program: APIClient, sent: dict[str, Any], words: str
) -> None:
    refused = program.post("/api/v1/waves/spring/events/", sent, HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert not Invitation.objects.exists()


def test_days_to_come_and_other_waves_are_refused(wave: Wave, a_wave: Callable[..., Wave], ada: User) -> None:
    with pytest.raises(EventRefused, match=r"not come yet|尚未"):
        service_events.report_closed(
            wave, point="park-hall", day=today() + timedelta(days=1), closed=1, by=ada
        )
    with pytest.raises(EventRefused, match=r"before this wave|之前"):
        service_events.report_closed(
            wave, point="park-hall", day=today() - timedelta(days=400), closed=1, by=ada
        )
    sample = a_wave(slug="sample")
    with pytest.raises(EventRefused):
        service_events.issue(sample, point="park-hall", by=ada)
    fielding.close_wave(wave, by=ada)
    with pytest.raises(EventRefused):
        service_events.issue(wave, point="park-hall", by=ada)
    assert not Invitation.objects.exists()


def test_the_page_is_there_for_open_service_waves_alone(a_wave: Callable[..., Wave], client: Client) -> None:
    a_wave()
    assert client.get("/services/spring/").status_code == 404
    a_wave(slug="planned", klass=Klass.SERVICE, is_public=False)
    assert client.get("/services/planned/").status_code == 404
    assert client.get("/api/v1/waves/planned/events/completeness/").status_code == 404
