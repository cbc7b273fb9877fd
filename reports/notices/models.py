"""Notices: what a member of staff is told of releases, in the office and by e-mail; never a figure."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.scorecards.models import Publication


class Notice(models.Model):
    """One thing told to one person, once."""

    class Kind(models.TextChoices):
        """What is told."""

        RELEASED = "released", _("results released")
        AWAITING_REVIEW = "awaiting_review", _("awaiting review")
        OVERDUE = "overdue", _("release overdue")
        HELD = "held", _("release held back")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    # What it is about, where there is one: a release can be overdue before anything is sealed.
    publication = models.ForeignKey(
        Publication, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    number = models.PositiveIntegerField(default=0)  # of the publication, 0 for none
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)  # None: mailed, given up, or never wanted
    mail_tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "wave", "number"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["mail_due_at"], name="notice_to_be_mailed", condition=Q(mail_due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of wave {self.wave_id} to user {self.user_id}"


class MailChoice(models.Model):
    """What a person has chosen about notices by e-mail; whoever has not chosen gets them, in both languages."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice"
    )
    wanted = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)  # a code of LANGUAGES; "" is all of them

    def __str__(self) -> str:
        return f"mail choice of user {self.user_id}"
