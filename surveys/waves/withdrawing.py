"""Withdrawing a plan: a wave that was planned wrongly goes before anybody has been invited.

Its row goes, so that it cannot open by itself and its address name is free again; everything that it declared, who
withdrew it and why stay in the audit trail, and the office lists them from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.audit import AuditEntry
from surveys.languages import in_language
from surveys.people.models import User
from surveys.waves.fielding import WaveStateError, facts_of
from surveys.waves.models import Wave

VERB = "withdraw plan"
LONGEST_REASON = 300  # characters


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A plan that was withdrawn, as the audit trail tells of it."""

    title: str
    slug: str
    reason: str
    by: str
    at: datetime


def hindrance(wave: Wave) -> str | Promise | None:
    """Return why the plan of `wave` has to stay; None where it may be withdrawn."""
    if wave.status != Wave.Status.PLANNED:
        return _("This wave has opened, so it can no longer be withdrawn. It can be closed early.")
    if wave.invitations.exists():
        return _(
            "Invitation codes of this wave exist already, and somebody may hold one: the plan stays. Change its dates"
            " instead."
        )
    if wave.kiosks.filter(is_active=True).exists():
        return _("Kiosks are set up for this wave. Switch them off first, then withdraw the plan.")
    return None


@transaction.atomic
def withdraw(wave: Wave, *, reason: str, by: User) -> AuditEntry:
    """Withdraw the plan of `wave` and return the entry that keeps it.

    Raises `WaveStateError` when the wave has opened, codes exist, a kiosk is on, or anything else hangs on it.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if hindered := hindrance(wave):
        raise WaveStateError(hindered)
    kiosks = list(wave.kiosks.values_list("name", flat=True))
    entry = audit.record(
        wave, verb=VERB, by=by, reason=reason[:LONGEST_REASON], kiosks=kiosks, **facts_of(wave)
    )
    wave.kiosks.all().delete()
    try:
        with transaction.atomic():
            wave.delete()
    except ProtectedError as held:
        raise WaveStateError(
            _("Something has been recorded for this wave already, so the plan stays. Change it instead.")
        ) from held
    return entry


def withdrawn(limit: int = 100) -> list[Withdrawn]:
    """Return the plans that were withdrawn, the latest first. One query."""
    entries = AuditEntry.objects.filter(verb=VERB, subject_kind="wave").select_related("actor")[:limit]
    return [
        Withdrawn(
            title=in_language(one.facts["titles"]) or one.facts["slug"],
            slug=one.facts["slug"],
            reason=one.facts["reason"],
            by=str(one.actor or ""),
            at=one.at,
        )
        for one in entries
    ]
