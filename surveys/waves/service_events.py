"""Service events: one matter, one rating (一事一评), and whether every matter got its code.

The system in which cases are closed draws a code for each of them and reports, day by day, how many it closed. What
is issued over what was closed is public by service point: whoever gives codes to the pleased alone shows it, and so
does whoever draws codes for matters that never were. Each day stands for itself. Nothing tells which matter a code was
given for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.people.models import ServicePoint, User
from surveys.waves import inviting
from surveys.waves.models import Invitation, Klass, ServiceDay, Wave
from surveys.waves.service_points import points_of, points_told

MOST_AT_ONCE = 1_000
MOST_CLOSED = 1_000_000  # cases of one service point on one day
ENOUGH = 0.98  # share of closed cases that must have got a code
REPORTED_WITHIN = timedelta(days=1)  # a day's cases are awaited until the end of the next


class EventRefused(ValueError):
    """Codes or figures that are not taken; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """A service point: cases that it closed on the days that it reported, and codes issued on those days."""

    point: ServicePoint
    issued: int
    closed: int | None  # None: never reported
    matched: int  # cases with a code, each day for itself
    surplus: int  # codes beyond the cases of their day
    unreported: int  # days with codes and without a report
    unreported_codes: int  # codes of those days
    is_overdue: bool  # the report of such a day should be here by now
    has_left: bool  # switched off since, or of a department that is not asked about

    @property
    def share(self) -> float | None:
        """Cases with a code ÷ closed cases; None where nothing was closed or reported."""
        return self.matched / self.closed if self.closed else None

    @property
    def is_low(self) -> bool:
        """Whether some of those who should have been asked were not, or it cannot be told."""
        return self.closed is None or (self.share is not None and self.share < ENOUGH)

    @property
    def is_over(self) -> bool:
        """Whether more codes were drawn than cases closed; a slip printed twice now and then is none."""
        return self.surplus > (1 - ENOUGH) * (self.closed or 0)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is to be said of it."""
        return not (self.is_low or self.is_over or self.is_overdue)

    @property
    def percent(self) -> float | None:
        """The share in per cent, cut off, so that 100 means all."""
        return None if self.share is None else int(1000 * self.share) / 10


@transaction.atomic
def issue(wave: Wave, *, point: str, count: int = 1, by: User | None) -> list[str]:
    """Draw `count` codes for cases closed today at a service point and return them: nobody can read them again.

    The wave must be of class `service` and not yet closed. Raises `EventRefused`.
    """
    wave = _taking_figures(wave, point)
    at = _one_of(points_of(wave), point)
    if not 1 <= count <= MOST_AT_ONCE:
        raise EventRefused(_("Between 1 and %(most)d codes can be drawn at a time.") % {"most": MOST_AT_ONCE})
    codes = [inviting.new_code() for _number in range(count)]
    # In the order of their hashes, so that the table's order tells nothing about the order of the cases.
    Invitation.objects.bulk_create(
        Invitation(code_hash=code_hash, wave=wave, klass=Klass.SERVICE, point=at.pk)
        for code_hash in sorted(inviting.code_hash(wave.slug, code) for code in codes)
    )
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ISSUED, [wave.pk, at.pk, settings.TIME_ZONE, count])
    audit.record(wave, verb="issue service codes", by=by, count=count, service_point=at.code)
    return codes


@transaction.atomic
def report_closed(wave: Wave, *, point: str, day: date, closed: int, by: User | None) -> ServiceDay:
    """Take down how many cases a service point closed on a day; a later report of the same day takes its place.

    Raises `EventRefused`.
    """
    wave = _taking_figures(wave, point)
    at = _one_of(points_told(wave), point)
    if not 0 <= closed <= MOST_CLOSED:
        raise EventRefused(_("Give the number of closed cases, 0 to %(most)d.") % {"most": MOST_CLOSED})
    if day > _today():
        raise EventRefused(
            _("%(day)s has not come yet: report the cases of days that are over.") % {"day": day}
        )
    if day < wave.opens_at.date():
        raise EventRefused(
            _("%(day)s is before this wave opens: its cases are not asked about.") % {"day": day}
        )
    found, _made = ServiceDay.objects.update_or_create(
        wave=wave, service_point=at, day=day, defaults={"closed": closed}
    )
    audit.record(
        wave, verb="report closed cases", by=by, service_point=at.code, day=day.isoformat(), closed=closed
    )
    return found


def completeness(wave: Wave) -> list[Completeness]:
    """Return every service point that the wave was ever about with its issued and closed cases, in order of code.

    Seven queries.
    """
    days: dict[int, list[ServiceDay]] = {}
    for one in wave.service_days.all():
        days.setdefault(one.service_point_id, []).append(one)
    in_use, due = points_of(wave), _today() - REPORTED_WITHIN
    return [
        _completeness(point, days.get(point.pk, ()), due=due, has_left=code not in in_use)
        for code, point in points_told(wave).items()
    ]


def _completeness(
    point: ServicePoint, days: Sequence[ServiceDay], *, due: date, has_left: bool
) -> Completeness:
    """Count the days of a service point; the report of a day before `due` should be here."""
    reported = [(one.issued, one.closed) for one in days if one.closed is not None]
    unreported = [one for one in days if one.closed is None]
    return Completeness(
        point=point,
        issued=sum(issued for issued, _closed in reported),
        closed=sum(closed for _issued, closed in reported) if reported else None,
        matched=sum(min(one) for one in reported),
        surplus=sum(max(0, issued - closed) for issued, closed in reported),
        unreported=len(unreported),
        unreported_codes=sum(one.issued for one in unreported),
        is_overdue=any(one.day < due for one in unreported),
        has_left=has_left,
    )


def department_of(invitation: Invitation) -> str:
    """Return the code of the department that a service code is about, or nothing for any other invitation."""
    if not invitation.point:
        return ""
    found = ServicePoint.objects.filter(pk=invitation.point).values_list("department__code", flat=True)
    return found.first() or ""


COUNT_ISSUED = """
INSERT INTO surveys_serviceday AS counted (wave_id, service_point_id, day, issued)
VALUES (%s, %s, (clock_timestamp() AT TIME ZONE %s)::date, %s)
ON CONFLICT (wave_id, service_point_id, day) DO UPDATE SET issued = counted.issued + EXCLUDED.issued
"""


def _today() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (clock_timestamp() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
        (today,) = cursor.fetchone()
    return today  # type: ignore[no-any-return]


def _taking_figures(wave: Wave, point: str) -> Wave:
    """Return the wave, kept from closing, as the point is kept from moving, or raise `EventRefused`."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.klass != Klass.SERVICE:
        raise EventRefused(_("This wave is not about service events: it draws no code for a closed case."))
    if wave.status not in (Wave.Status.PLANNED, Wave.Status.OPEN):
        raise EventRefused(_("This wave is closed: its figures stay as they are."))
    # What moves a point to another department waits, and then finds codes or cases (`people.organising`).
    ServicePoint.objects.select_for_update(no_key=True).filter(code=point).first()
    return wave


def _one_of(points: Mapping[str, ServicePoint], code: str) -> ServicePoint:
    """Return the service point with this code, or raise `EventRefused`."""
    if code not in points:
        raise EventRefused(
            _("There is no service point “%(code)s” of the departments that this wave asks about.")
            % {"code": code[:60]}
        )
    return points[code]
