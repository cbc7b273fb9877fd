"""Waves: one fielding of an edition, with its strata, departments, channels and dates.

The state moves one way: planned → open → closed → settled (inbox drained, rows rewritten, tallies final).
From the moment it opens, the edition, the method and the release time are frozen: the database refuses a change
(migration 0002). An invitation is a one-time right to answer; nothing joins it to a response.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language
from surveys.people.models import Department, Place, ServicePoint, code_validator
from surveys.questionnaires.models import Edition


class Klass(models.IntegerChoices):
    """How a person came to be asked (`class`); never added together."""

    SAMPLE = 1, _("sample")
    SERVICE = 2, _("service event")
    OPEN = 3, _("open to anybody")
    IMPORTED = 4, _("imported")


class Channel(models.IntegerChoices):
    """How an answer was given."""

    WEB = 1, _("web")
    QR = 2, _("QR code")
    KIOSK = 3, _("kiosk")
    ASSISTED = 4, _("assisted")
    PAPER = 5, _("paper")
    SMS = 6, _("text message")
    IMPORT = 7, _("import")
    EMAIL = 8, _("e-mail")
    WIDGET = 9, _("on another site")


# What anybody may say of how an address came to hand; the others need a pass (`responses.passes`).
CLAIMABLE = frozenset({Channel.WEB, Channel.QR, Channel.SMS, Channel.EMAIL, Channel.WIDGET})


def default_method() -> dict[str, object]:
    """Return the parameters of `em-1` that a wave declares unless told otherwise."""
    return {
        "version": "em-1",
        "level": "0.95",
        "minimum_base": 10,
        "judged_base": 30,
        "widest_interval": "0.30",
        "fewest_df": 8,
        "merge_strata": True,
        "target": None,  # the benchmark, 0–100 as a decimal string; null means the mean of all departments
        "smallest_change": "3",
        "ranks": True,
        "trim": "5",  # weights are capped at so many medians; null means that they are not
        "lonely": "refuse",  # a stratum with one cluster: refuse, or center it at the mean of all
        "screening": "s1",  # the rules that flag records, see `responses.screening`
        # The mix at which departments are compared: null, or {"margin": code, "shares": {category: decimal string}}.
        "standard": None,
    }


class Wave(models.Model):
    """One fielding of an edition."""

    class Status(models.TextChoices):
        """Where the wave stands; it only ever moves down this list."""

        PLANNED = "planned", _("planned")
        OPEN = "open", _("open now")
        CLOSED = "closed", _("closed, being counted")
        SETTLED = "settled", _("counted")

    slug = models.CharField(
        max_length=60,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": _("Another wave has this address name already.")},
    )
    titles = models.JSONField(default=dict)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="waves")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="following"
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    release_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # when it really closed, early or on time
    settled_at = models.DateTimeField(null=True, blank=True)
    klass = models.PositiveSmallIntegerField(
        choices=Klass, default=Klass.SAMPLE
    )  # the class it is evaluated by
    is_public = models.BooleanField(default=True)  # anybody may answer at /s/<slug>/, as class `open`
    channels = ArrayField(models.PositiveSmallIntegerField(choices=Channel), default=list)
    departments_per_person = models.PositiveSmallIntegerField(default=3)
    method = models.JSONField(default=default_method)
    margins = models.JSONField(default=list, blank=True)  # see `margins.py`
    departments = models.ManyToManyField(Department, through="Coverage", related_name="waves")

    class Meta:
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="opens_before_it_closes",
                violation_error_message=_("A wave must open before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(release_at__gte=F("closes_at")),
                name="released_after_it_closes",
                violation_error_message=_("Results cannot be released before the wave closes."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return in_language(self.titles) or self.slug


class Coverage(models.Model):
    """A department that a wave asks about."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="coverage")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="coverage")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["wave", "department"], name="covered_once")]

    def __str__(self) -> str:
        return f"{self.wave_id} · {self.department_id}"


class Stratum(models.Model):
    """A part of the population sampled by itself; records carry its number, 1 upwards, or 0 for none."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="strata")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=50)
    names = models.JSONField(default=dict)
    population = models.PositiveIntegerField(null=True, blank=True)  # residents; null when not known
    clusters = models.PositiveIntegerField(null=True, blank=True)  # PSUs drawn; null: people drawn singly
    cluster_population = models.PositiveIntegerField(null=True, blank=True)  # PSUs there are, when known
    # The place that the stratum is the residents of: results by place, rolled up the tree, follow it.
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "strata"
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="stratum_number"),
            models.UniqueConstraint(fields=["wave", "code"], name="stratum_code"),
            models.CheckConstraint(condition=Q(number__gte=1), name="stratum_number_from_one"),
        ]

    def __str__(self) -> str:
        return in_language(self.names) or self.code


class Invitation(models.Model):
    """A one-time right to answer, known here only by the hash of its code. It has no date and no owner."""

    class State(models.IntegerChoices):
        """Issued until spent or revoked; a spare opens nothing until it takes the place of a lost one.

        When a wave settles it is forgotten which of its codes were spent: all that were issued are over.
        """

        ISSUED = 1, _("issued")
        SPENT = 2, _("spent")
        REVOKED = 3, _("revoked")
        SPARE = 4, _("spare")
        OVER = 5, _("over with its wave")

    code_hash = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="invitations")
    klass = models.PositiveSmallIntegerField(choices=Klass, default=Klass.SAMPLE)
    stratum = models.PositiveSmallIntegerField(default=0)
    psu = models.PositiveSmallIntegerField(default=0, db_default=0)  # the registrar's number of the cluster
    point = models.PositiveIntegerField(default=0, db_default=0)  # service point of the event, 0: none
    state = models.PositiveSmallIntegerField(choices=State, default=State.ISSUED)

    class Meta:
        indexes = [models.Index(fields=["wave", "state"], name="invitation_state")]

    def __str__(self) -> str:
        return f"{self.wave_id} · {self.get_state_display()}"


class ServiceDay(models.Model):
    """What one service point did on one day: cases that it closed, and codes that were issued for them."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="service_days")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    issued = models.PositiveIntegerField(default=0, db_default=0)
    closed = models.PositiveIntegerField(null=True)  # as its case system reported; null: not reported

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "service_point", "day"], name="service_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.service_point_id} on {self.day}"


class Kiosk(models.Model):
    """A device at a counter, known by the hash of its key."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="kiosks")
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class PastAnswers(models.Model):
    """The checked answers of an imported wave, waiting to be turned into records; deleted when they are.

    `people` is a list of `[stratum, {department code or "general": codes as hex}, weighting cell, psu]`, one entry a
    person; cell and psu are left out where they are 0.
    """

    wave = models.OneToOneField(Wave, on_delete=models.CASCADE, related_name="past_answers")
    people = models.JSONField()

    class Meta:
        verbose_name_plural = "past answers"

    def __str__(self) -> str:
        return f"past answers of wave {self.wave_id}"
