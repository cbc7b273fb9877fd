"""Who did what to what, kept for ever.

Verbs that change something that matters call `record` inside their transaction. The table is append-only:
the database refuses to change or delete an entry (migration 0002). No answers, codes or addresses go in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from surveys.people.models import User


class AuditEntry(models.Model):
    """One deed: actor (empty for the clock), verb, subject and its facts."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_kind} {self.subject_id}"


def record(subject: models.Model, *, verb: str, by: User | None, **facts: Any) -> AuditEntry:
    """Append an entry about `subject`; `by=None` means that the clock did it.

    `facts` must be JSON values and must hold no answer, code or network address.
    """
    return AuditEntry.objects.create(
        actor=by,
        verb=verb,
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        facts=facts,
    )


def latest(subject: models.Model, *verbs: str) -> AuditEntry | None:
    """Return the last entry about `subject` with one of `verbs`, or None; one query."""
    return AuditEntry.objects.filter(
        subject_kind=subject._meta.model_name or "", subject_id=str(subject.pk), verb__in=verbs
    ).first()
