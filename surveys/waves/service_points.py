"""Which service points belong to a wave: today, to draw codes there; and while it was in the field, to be told of.

Whoever switches a counter off, or gives it to a department that is not judged, does not take its figures out of
sight. The audit trail knows what it was before; it is read backwards, from today to the opening.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from django.db.models import Q

from surveys.audit import AuditEntry
from surveys.people.models import ServicePoint
from surveys.waves.models import Wave


def points_of(wave: Wave) -> dict[str, ServicePoint]:
    """Return the service points in use of the departments that the wave asks about, by code."""
    found = ServicePoint.objects.filter(department__coverage__wave=wave, is_active=True)
    return {one.code: one for one in found.select_related("department").order_by("code")}


def points_told(wave: Wave) -> dict[str, ServicePoint]:
    """Return those that were so at any time of the fieldwork, or for which anything was counted, by code.

    Four queries; of the audit trail only what happened to service points since the opening is read.
    """
    covered = set(wave.departments.order_by().values_list("code", flat=True))
    counted = set(wave.service_days.order_by().values_list("service_point", flat=True))
    changes = _changes_since_the_opening(wave)
    candidates = ServicePoint.objects.filter(
        Q(department__code__in=covered, is_active=True) | Q(pk__in=counted | set(changes))
    )
    return {
        one.code: one
        for one in candidates.select_related("department").order_by("code")
        if one.pk in counted or _was_part(one, changes.get(one.pk, ()), wave, covered)
    }


def _changes_since_the_opening(wave: Wave) -> dict[int, list[AuditEntry]]:
    """Return what was done to service points since the opening, the latest first."""
    entries = AuditEntry.objects.filter(
        subject_kind=ServicePoint._meta.model_name, verb__in=("add", "change"), at__gte=wave.opens_at
    )
    changes: dict[int, list[AuditEntry]] = {}
    for one in entries.order_by("-id"):
        changes.setdefault(int(one.subject_id), []).append(one)
    return changes


def _was_part(
    point: ServicePoint, changes: Iterable[AuditEntry], wave: Wave, covered: Container[str]
) -> bool:
    """Say whether a service point was part of the wave at any time from the opening to the close."""
    state: dict[str, Any] = {"is_active": point.is_active, "department": point.department.code}
    for one in changes:
        is_in_time = wave.closed_at is None or one.at < wave.closed_at
        if is_in_time and state["is_active"] and state["department"] in covered:
            return True
        if one.verb == "add":
            return False
        state |= {name: before for name, (before, _after) in one.facts["changes"].items()}
    return bool(state["is_active"]) and state["department"] in covered
