"""One matter, one rating: a code for every closed case, and what share got one, for everybody to see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from surveys.audit import AuditEntry
from surveys.people import staffing
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, service_events
from surveys.waves.models import Invitation, Klass, ServiceDay, Wave
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
    wave: Wave, program: APIClient, client: Client
) -> None:
    drawn = program.post("/api/v1/waves/spring/events/", {"service_point": "park-hall", "count": 60})
    assert drawn.status_code == 201, drawn.content
    assert len(set(drawn.json()["codes"])) == 60
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
        "unreported_days": 0,
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


def test_more_codes_than_cases_are_not_more_than_all(wave: Wave, ada: User) -> None:
    service_events.issue(wave, point="park-hall", count=3, by=ada)
    service_events.report_closed(wave, point="park-hall", day=today(), closed=2, by=ada)
    assert by_point(wave)["park-hall"].share == 1.0


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
