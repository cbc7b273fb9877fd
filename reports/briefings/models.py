"""Predictions: what the head of a department expects residents to say, written down before anybody can know it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Prediction(models.Model):
    """The score that the head of a department expects of a wave; changed freely until the release, never after."""

    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("surveys.Department", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=4, decimal_places=1)  # 0 to 100
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "department"], name="prediction_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="prediction_on_the_scale"),
        ]

    def __str__(self) -> str:
        return f"prediction of department {self.department_id} for wave {self.wave_id}"
