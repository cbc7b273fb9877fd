"""Evaluations: what was computed from a settled wave, and how far the computing has got.

An evaluation has one part per department; parts are claimed, computed and replaced as a whole, in any order.
When the last part is done, one more step compares the departments. Nothing here is shown to anybody before its
release: numbers leave through `scorecards.composing` alone.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Progress(models.TextChoices):
    """How far a piece of work has got."""

    DUE = "due", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    PARKED = "parked", _("needs attention")  # failed too often; the error says why


class Work(models.Model):
    """A piece of work that a worker claims by a conditional update and that comes due again when it dies."""

    progress = models.CharField(max_length=10, choices=Progress, default=Progress.DUE)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Evaluation(Work):
    """One run of the method over one settled wave."""

    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    method = models.JSONField()  # the declared parameters, as frozen with the wave
    input_hash = models.CharField(max_length=64)  # of the tallies and the design it was computed from
    code_hash = models.CharField(max_length=64)  # of the source text that computed it
    due_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)
    whole = models.JSONField(
        default=dict
    )  # what was found of the wave as a whole, see `evaluations.whole_wave`

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="evaluation_number"),
            models.UniqueConstraint(fields=["wave", "input_hash"], name="evaluation_input"),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.number} of wave {self.wave_id}"


class EvaluationPart(Work):
    """The evaluation of one department; `dataset` is all that its numbers are computed from."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="parts")
    department = models.ForeignKey("surveys.Department", on_delete=models.PROTECT, related_name="+")
    dataset = models.JSONField(null=True)  # disclosure-safe rows, see `evaluations.datasets`
    agreement = models.JSONField(default=dict)  # never published, see `evaluations.together`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evaluation", "department"], name="evaluation_part")]

    def __str__(self) -> str:
        return f"department {self.department_id} in evaluation {self.evaluation_id}"


class Measurement(models.Model):
    """One number of one department: the estimate of an indicator on an item, or why there is none."""

    part = models.ForeignKey(EvaluationPart, on_delete=models.CASCADE, related_name="measurements")
    indicator = models.CharField(max_length=40)  # a code of `reports.indicators`
    item = models.CharField(max_length=60, blank=True)  # question or dimension code; empty for the headline
    status = models.CharField(max_length=12)  # suppressed, indicative, publishable
    n = models.PositiveIntegerField(null=True)
    estimate = models.JSONField()  # numbers as decimal strings with 12 significant digits, or a reason

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "indicator", "item"], name="measured_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.item}".strip()
