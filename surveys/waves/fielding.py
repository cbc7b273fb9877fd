"""The life of a wave: plan, open, close.

Times are the database's, for all machines the same. What a wave declares is frozen when it opens; closing early
leaves the release time alone. Closing waits for submissions that are under way: intake holds `INTAKE_LOCK` shared
while it reads the wave and stores the answers, closing holds it alone while it changes the state.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.faults import apart
from surveys.languages import Text
from surveys.people.models import Department, Place, User
from surveys.questionnaires.models import Edition
from surveys.waves.declaring import StratumPlan, check_declaration, cleaned_titles, stratum_plan
from surveys.waves.margins import CategoryPlan, MarginPlan, stored
from surveys.waves.models import Channel, Coverage, Klass, Stratum, Wave, default_method

__all__ = ["INTAKE_LOCK", "CategoryPlan", "MarginPlan", "StratumPlan"]

log = logging.getLogger(__name__)

# First key of the advisory locks `(INTAKE_LOCK, wave id)`: shared by submissions, alone when closing.
INTAKE_LOCK = 0x6D70

DEFAULT_CHANNELS = (Channel.WEB, Channel.QR)


class WaveStateError(ValueError):
    """A step that the wave's state does not allow; the message says where it stands."""


def database_now() -> datetime:
    """Return the database's time, which moves on within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]


class Declaration(TypedDict):
    """What a wave declares; `departments` are those judged, questions about the place as a whole come by themselves.

    What is left out is: no strata, a public sample wave, by web and QR code, nothing to compare with, `em-1` as it
    stands, three departments a person, no margins.
    """

    edition: Edition
    slug: str
    titles: Text
    departments: Iterable[Department]
    opens_at: datetime
    closes_at: datetime
    release_at: datetime
    strata: NotRequired[Sequence[StratumPlan]]
    margins: NotRequired[Sequence[MarginPlan]]
    klass: NotRequired[int]
    is_public: NotRequired[bool]
    channels: NotRequired[Sequence[int]]
    previous: NotRequired[Wave | None]
    method: NotRequired[dict[str, Any] | None]
    departments_per_person: NotRequired[int]


@transaction.atomic
def plan(*, by: User | None, **declared: Unpack[Declaration]) -> Wave:
    """Plan a wave; raises `ValidationError` naming the fields that do not hold."""
    _refuse_past(declared["closes_at"])
    if by is not None:
        _refuse_unapproved(declared["edition"])
    wave = Wave()
    _declare(wave, **declared)
    audit.record(wave, verb="plan", by=by, **facts_of(wave))
    return wave


@transaction.atomic
def change_plan(wave: Wave, *, by: User | None, **declared: Unpack[Declaration]) -> Wave:
    """Replace the plan of a wave that has not opened; raises `WaveStateError` when it has.

    Address name, class and strata stay once codes have been made: printed codes hang on them.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status != Wave.Status.PLANNED:
        raise WaveStateError(_("This wave has opened: what it declared can no longer be changed."))
    _refuse_past(declared["closes_at"])
    if by is not None:
        _refuse_unapproved(declared["edition"])
    if wave.invitations.exists():
        _refuse_change_under_codes(wave, declared)
    wave.strata.all().delete()
    wave.coverage.all().delete()
    _declare(wave, **declared)
    audit.record(wave, verb="change plan", by=by, **facts_of(wave))
    return wave


def _refuse_unapproved(edition: Edition) -> None:
    """Refuse to field what came with an imported wave: nobody but the one who imported it has looked at it."""
    came_along = Wave.objects.filter(edition=edition, klass=Klass.IMPORTED).exists()
    if came_along and edition.approved_by_id is None and edition.published_by_id is not None:
        words = _(
            "This edition came with an imported wave, and no second person has approved it. Copy the questionnaire,"
            " have the copy approved, and field that."
        )
        raise ValidationError({"edition": [words]})


@transaction.atomic
def record_past(*, by: User | None, **declared: Unpack[Declaration]) -> Wave:
    """Create a wave that is over: fielded elsewhere, it arrives closed and is never open here."""
    wave = Wave()
    _declare(wave, **declared)
    wave.status, wave.closed_at = Wave.Status.CLOSED, wave.closes_at
    wave.save(update_fields=["status", "closed_at"])
    audit.record(wave, verb="record past wave", by=by, **facts_of(wave))
    return wave


@transaction.atomic
def open_wave(wave: Wave, *, by: User | None) -> Wave:
    """Open a planned wave now; opened before its time, it takes this moment as its opening time."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status != Wave.Status.PLANNED:
        raise WaveStateError(
            _("Only a planned wave can be opened; this one is %(state)s.")
            % {"state": wave.get_status_display()}
        )
    now = database_now()
    if by is not None and wave.closes_at <= now:
        raise WaveStateError(
            _("The closing time of this wave has passed; plan a later one before opening it.")
        )
    planned = wave.opens_at
    wave.opens_at = min(planned, now)
    wave.status = Wave.Status.OPEN
    wave.save(update_fields=["status", "opens_at"])
    audit.record(wave, verb="open", by=by, planned=planned.isoformat(), early=now < planned)
    return wave


@transaction.atomic
def close_wave(wave: Wave, *, by: User | None) -> Wave:
    """Close an open wave now; the release time stays what was declared.

    Waits until submissions under way are stored; those that come later find the wave closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [INTAKE_LOCK, wave.pk])
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status != Wave.Status.OPEN:
        raise WaveStateError(
            _("Only an open wave can be closed; this one is %(state)s.")
            % {"state": wave.get_status_display()}
        )
    wave.status, wave.closed_at = Wave.Status.CLOSED, database_now()
    wave.save(update_fields=["status", "closed_at"])
    audit.record(
        wave,
        verb="close",
        by=by,
        planned=wave.closes_at.isoformat(),
        early=wave.closed_at < wave.closes_at,
        release_at=wave.release_at.isoformat(),
    )
    return wave


def open_and_close_due() -> int:
    """Open and close the waves whose time has come, and return how many steps were taken.

    A wave whose whole time passed while nothing ran is opened and closed in one go, empty. A wave that cannot take
    its step is logged and does not hold up the others; it is tried again the next time.
    """
    steps = 0
    for due, step in (
        ({"status": Wave.Status.PLANNED, "opens_at__lte": database_now()}, open_wave),
        ({"status": Wave.Status.OPEN, "closes_at__lte": database_now()}, close_wave),
    ):
        for wave in Wave.objects.filter(**due).order_by("opens_at", "id"):
            # Another worker, or a person, may have been quicker.
            with apart(log, "wave %s: %s failed", wave.slug, step.__name__), suppress(WaveStateError):
                step(wave, by=None)
                steps += 1
    return steps


def _declare(wave: Wave, **declared: Unpack[Declaration]) -> None:
    """Check what is declared and write it with its departments and strata."""
    departments = list(dict.fromkeys(declared["departments"]))
    strata, margins = declared.get("strata", ()), declared.get("margins", ())
    wave.edition = declared["edition"]
    wave.slug = declared["slug"]
    wave.titles = cleaned_titles(declared["titles"])
    wave.opens_at, wave.closes_at = declared["opens_at"], declared["closes_at"]
    wave.release_at = declared["release_at"]
    wave.klass = declared.get("klass", Klass.SAMPLE)
    wave.is_public = declared.get("is_public", True)
    wave.channels = sorted(set(declared.get("channels", DEFAULT_CHANNELS)))
    wave.previous = declared.get("previous")
    wave.method = {**default_method(), **(declared.get("method") or {})}
    wave.departments_per_person = declared.get("departments_per_person", 3)
    wave.margins = stored(margins)
    check_declaration(wave, departments=departments, strata=strata, margins=margins)
    wave.save()
    Coverage.objects.bulk_create(
        Coverage(wave=wave, department=department, position=position)
        for position, department in enumerate(departments)
    )
    # A stratum that has the code of a place is the residents of that place.
    places = {place.code: place for place in Place.objects.filter(code__in=[one.code for one in strata])}
    Stratum.objects.bulk_create(
        Stratum(
            wave=wave,
            place=places.get(one.code),
            number=number,
            code=one.code,
            names=dict(one.names),
            population=one.population,
            clusters=one.clusters,
            cluster_population=one.cluster_population,
        )
        for number, one in enumerate(strata, 1)
    )


def _refuse_past(closes_at: datetime) -> None:
    if closes_at <= database_now():
        raise ValidationError({"closes_at": _("The closing time has passed already.")})


def _refuse_change_under_codes(wave: Wave, declared: Declaration) -> None:
    now = [stratum_plan(one) for one in wave.strata.all()]
    new = (declared["slug"], declared.get("klass", Klass.SAMPLE), list(declared.get("strata", ())))
    if new != (wave.slug, wave.klass, now):
        raise WaveStateError(
            _(
                "Invitation codes of this wave exist already, so its address name, its class and its strata stay. "
                "Plan a new wave instead."
            )
        )


def facts_of(wave: Wave) -> dict[str, Any]:
    """Return what the wave declares, as the audit keeps it."""
    return {
        "slug": wave.slug,
        "titles": wave.titles,
        "edition": wave.edition.content_hash,
        "opens_at": wave.opens_at.isoformat(),
        "closes_at": wave.closes_at.isoformat(),
        "release_at": wave.release_at.isoformat(),
        "klass": wave.klass,
        "is_public": wave.is_public,
        "channels": wave.channels,
        "previous": wave.previous.slug if wave.previous else None,
        "method": wave.method,
        "departments_per_person": wave.departments_per_person,
        "departments": list(wave.coverage.values_list("department__code", flat=True)),
        "strata": [
            list(one)
            for one in wave.strata.values_list("code", "population", "clusters", "cluster_population")
        ],
        "margins": wave.margins,
    }
