"""What residents answered: inbox, records and their tallies.

A record is one row per department rated, without any link to the person, the invitation or the person's other
records. It first waits in the inbox and is then moved, in shuffled batches, into `Response` under a new random key
and with no finer time than the day. Waves and departments are never deleted once they have answers, so the two big
tables carry their ids without a foreign-key check on every insert.
"""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from surveys.people.models import Department, User
from surveys.waves.models import Channel, Klass, Wave


class Status(models.IntegerChoices):
    """Whether a record counts; flags never delete, a void shows with and without, a replaced one counts nowhere."""

    KEPT = 1, _("kept")
    FLAGGED = 2, _("flagged")
    VOID = 3, _("void")
    REPLACED = 4, _("replaced by its author")


class Record(models.Model):
    """What the inbox and the responses have in common: one department rated by one person."""

    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    klass = models.PositiveSmallIntegerField(choices=Klass)
    channel = models.PositiveSmallIntegerField(choices=Channel)
    stratum = models.PositiveSmallIntegerField(default=0)
    cell = models.PositiveSmallIntegerField(default=0)  # weighting cell, 0 when the wave declares no margins
    psu = models.PositiveSmallIntegerField(default=0, db_default=0)  # within the stratum; 0: not clustered
    point = models.PositiveIntegerField(default=0, db_default=0)  # id of the service point, 0: none
    flags = models.PositiveSmallIntegerField(default=0)  # bits of `quality`, fixed at intake
    language = models.CharField(max_length=30)
    codes = models.BinaryField()
    salt = models.BinaryField()
    commitment = models.BinaryField()
    extras = models.JSONField(null=True)
    text_salts = models.JSONField(null=True)  # by question, see `commitments`

    class Meta:
        abstract = True


class InboxEntry(Record):
    """A record that has been accepted and waits to be mixed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    leads = models.BooleanField()  # the first record of its person: people are counted by these
    received_at = models.DateTimeField(db_default=models.functions.Now())
    # Who filled the form in with the resident, as a hash for this wave; counted at mixing and then forgotten.
    helper = models.CharField(max_length=16, default="", db_default="")

    class Meta:
        verbose_name_plural = "inbox entries"  # few rows, short-lived: no index but the key

    def __str__(self) -> str:
        return f"inbox entry of wave {self.wave_id}"


class Response(Record):
    """A record that is counted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.PositiveSmallIntegerField(choices=Status, default=Status.KEPT)

    class Meta:
        indexes = [
            models.Index(fields=["wave", "department"], name="response_slice"),
            # A receipt is the first ten bytes of the commitment.
            models.Index(
                Func(F("commitment"), Value(1), Value(10), function="substr"), name="response_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"response of wave {self.wave_id}"


class Submission(models.Model):
    """The memory of one rendered form, so that sending it twice gives the same receipts.

    The receipts are sealed with the form's own token, of which only a hash is kept: whoever reads this table learns
    neither token nor receipt, and can join it to no record. Kept longer than any form can be sent (`retention`).
    """

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [BrinIndex(fields=["day"], name="submission_day")]  # costs next to nothing per submission

    def __str__(self) -> str:
        return f"submission to wave {self.wave_id}"


class SentFile(models.Model):
    """What files have in common: a photo, written anew without what cameras add to it, or a PDF."""

    handle = models.UUIDField(
        primary_key=True, editable=False
    )  # 128 random bits; the answer that names the file
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    media_type = models.CharField(max_length=30)
    size = models.PositiveIntegerField()  # bytes
    content = models.BinaryField()

    class Meta:
        abstract = True


class PendingUpload(SentFile):
    """A file that somebody chose while answering; purged after two days unless its answers were sent."""

    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["wave"], name="pending_upload_wave")]

    def __str__(self) -> str:
        return f"pending upload to wave {self.wave_id}"


class Upload(SentFile):
    """A file that belongs to a record; a row of its own, written with the batch in which the record was mixed."""

    class Meta:
        indexes = [models.Index(fields=["wave"], name="upload_wave")]

    def __str__(self) -> str:
        return f"upload to wave {self.wave_id}"


class QuotaCount(models.Model):
    """How many people a quota of a wave has taken; the submitting transaction counts and stops at the limit."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=50)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "code"], name="quota_once")]

    def __str__(self) -> str:
        return f"quota {self.code} of wave {self.wave_id}"


class Participation(models.Model):
    """How many people answered, counted as their records are mixed in."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="participation")
    klass = models.PositiveSmallIntegerField(choices=Klass)
    stratum = models.PositiveSmallIntegerField()
    cell = models.PositiveSmallIntegerField()
    channel = models.PositiveSmallIntegerField(choices=Channel)
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "participation"
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "klass", "stratum", "cell", "channel"], name="participation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} people of wave {self.wave_id}"


class Turnout(models.Model):
    """One-way counts of a wave's fieldwork: how many forms were begun and finished, by one thing at a time.

    `key` is the number of a channel, a language, the id of a service point, a page, a helper's hash or a question.
    """

    class Kind(models.IntegerChoices):
        """What a line counts by."""

        CHANNEL = 1, _("channel")
        LANGUAGE = 2, _("language")
        POINT = 3, _("service point")
        PAGE = 4, _("page")
        HELPER = 5, _("interviewer")
        QUESTION = 6, _("question")

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="turnout")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    key = models.CharField(max_length=60)
    # Forms shown; of a page: forms that reached it; of a question: how often it was asked.
    started = models.PositiveIntegerField(default=0, db_default=0)
    # People whose records are mixed in; of a question: how often it was answered, whatever the answer.
    finished = models.PositiveIntegerField(default=0, db_default=0)
    flagged = models.PositiveIntegerField(
        default=0, db_default=0
    )  # of those, people with a flagged first record

    class Meta:
        verbose_name_plural = "turnout"
        constraints = [models.UniqueConstraint(fields=["wave", "kind", "key"], name="turnout_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key} of wave {self.wave_id}"


class Deletion(models.Model):
    """The dated record that a rule of `retention` was carried out, and how many rows it deleted."""

    rule = models.CharField(max_length=30)
    day = models.DateField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "rule"]
        constraints = [models.UniqueConstraint(fields=["rule", "day"], name="deletion_once_a_day")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.day}: {self.rows}"


class SavedSheet(models.Model):
    """A form put aside by its author, sealed with a code that only the author has. It is never counted."""

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sealed = models.BinaryField()
    day = models.DateField()  # when it was saved last

    def __str__(self) -> str:
        return f"saved sheet of wave {self.wave_id}"


class DayKey(models.Model):
    """The random key under which network prefixes are counted on one day; destroyed after 48 hours."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"key of {self.day}"


class NearbyCount(models.Model):
    """How many open forms of a wave came from one keyed network prefix on one day; no address can be read from it."""

    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    prefix = models.BinaryField(max_length=16)
    forms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "day", "prefix"], name="nearby_once")]

    def __str__(self) -> str:
        return f"{self.forms} forms of wave {self.wave_id}"


class PaperEntry(models.Model):
    """A paper form typed in once and waiting for the second person, sealed with the code printed on the paper."""

    serial_hash = models.BinaryField(primary_key=True, max_length=32)
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sealed = models.BinaryField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name_plural = "paper entries"
        indexes = [models.Index(fields=["wave"], name="paper_entry_wave")]

    def __str__(self) -> str:
        return f"paper entry of wave {self.wave_id}"


class Replacement(models.Model):
    """A receipt whose rating its author has replaced; each can be replaced once, by the newest."""

    receipt = models.BinaryField(primary_key=True, max_length=10)
    wave = models.ForeignKey(
        Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"replacement in wave {self.wave_id}"


class Exclusion(models.Model):
    """A proposal to leave one rating out of the count, or to take it back in, and what came of it."""

    class State(models.TextChoices):
        """Where the proposal stands."""

        PROPOSED = "proposed", _("waits for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="exclusions")
    receipt = models.BinaryField(max_length=10)
    restores = models.BooleanField(default=False)  # takes an excluded rating back in
    rule = models.CharField(max_length=20)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_for = models.CharField(max_length=120, blank=True, default="")  # their organisation at the time
    proposed_at = models.DateTimeField(db_default=models.functions.Now())
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=models.Q(state="proposed"), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("decided_by")), name="decided_by_a_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion in wave {self.wave_id}: {self.state}"


class Tally(models.Model):
    """The counts of one slice (wave, class, department), as arrays; `tallies.py` reads them.

    Groups are the combinations of stratum, weighting cell, channel, status and PSU that occur, in ascending order.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    klass = models.PositiveSmallIntegerField(choices=Klass)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    records = models.PositiveIntegerField()
    groups = models.BinaryField()  # uint16 [group, 5]: stratum, cell, channel, status, psu
    counts = models.BinaryField()  # [group, column], see `counting.py`
    moments = models.BinaryField()  # [group, pair, 4]: n, Σa, Σb, Σab

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["wave", "klass", "department"], name="tally_slice")]

    def __str__(self) -> str:
        return f"tally of wave {self.wave_id}, department {self.department_id}"
