"""Analyses: what is reported beside the scores of a wave and is never one of them.

One of each evaluation, computed after it and never in its way. Its content is frozen when it is done (migration
0003), and nobody reads it before the scores that it stands beside are released.
"""

from django.db import models
from django.db.models import Q

from reports.evaluations.models import Evaluation, Work


class Analysis(Work):
    """The key drivers, the reliability and the representativity of one evaluated wave."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(
        null=True
    )  # of `analyses.content`; names the input and the code it was made by
    content_hash = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "analyses"
        constraints = [
            models.CheckConstraint(
                condition=~Q(progress="done") | (Q(content__isnull=False) & ~Q(content_hash="")),
                name="analysis_done_has_content",
            )
        ]

    def __str__(self) -> str:
        return f"analysis of evaluation {self.evaluation_id}"
