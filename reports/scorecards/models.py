"""Publications and their scorecards: frozen content that is released at a fixed time and only ever superseded.

The database refuses to change or delete a published one (migration 0002). A wave's publications are numbered; the
highest published number is current, earlier ones stay readable.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reports.evaluations.models import Evaluation


class Publication(models.Model):
    """All scorecards of one wave, released together."""

    class State(models.TextChoices):
        """Sealed until the release time fires by itself."""

        SEALED = "sealed", _("sealed until release")
        PUBLISHED = "published", _("published")

    class Trial(models.TextChoices):
        """Whether anybody could work out a hidden cell from it and from all that is published."""

        DUE = "due", _("not tried yet")
        PASSED = "passed", _("nothing hidden can be worked out")
        HELD = "held", _("held back: something hidden could be worked out")

    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.SEALED)
    content = models.JSONField()  # the wave as a whole: fieldwork, method, list of departments
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)  # why it supersedes the one before
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    trial = models.CharField(max_length=10, choices=Trial, default=Trial.DUE)
    trial_findings = models.JSONField(default=list, blank=True)  # what could be worked out, never its value
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="publication_number"),
            models.CheckConstraint(
                condition=Q(state="sealed", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.number} of wave {self.wave_id}"


class Scorecard(models.Model):
    """What is said of one department in one publication."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="scorecards")
    department = models.ForeignKey("surveys.Department", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    dataset = models.JSONField()  # the disclosure-safe rows that every number of `content` is computed from
    comments = models.JSONField(default=list, blank=True)  # masked and shuffled, for the office alone
    comments_of = models.PositiveIntegerField(default=0, db_default=0)  # out of so many, see `comments.py`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "department"], name="scorecard_once")]

    def __str__(self) -> str:
        return f"scorecard of department {self.department_id}"


class Takedown(models.Model):
    """A published thing taken out of sight by a rule, for a reason, by two people; a tombstone stays at its address."""

    class Rule(models.TextChoices):
        """What may be taken down."""

        PERSONAL_DATA = "personal_data", _("it names or gives away a person")
        DISCLOSURE = "disclosure", _("a hidden figure can be worked out from it")
        COURT_ORDER = "court_order", _("a court or a law demands it")

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="takedown")
    rule = models.CharField(max_length=20, choices=Rule)
    reason = models.TextField()  # published on the tombstone
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # As they were then: whoever may change accounts may not change who decided.
    proposed_for = models.CharField(max_length=120, blank=True, default="", db_default="")
    proposed_in = models.ForeignKey(
        "surveys.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    agreed_for = models.CharField(max_length=120, blank=True, default="", db_default="")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False) & ~Q(agreed_by=F("proposed_by")),
                name="takedown_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"takedown of publication {self.publication_id}"

    @property
    def organisations(self) -> list[str]:
        """Whom the people worked for who have decided so far."""
        return [one for one in (self.proposed_for, self.agreed_for) if one]
