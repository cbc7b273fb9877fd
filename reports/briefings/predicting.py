"""Predict a score before anybody can know it: what the head expects, set against what residents say.

Changed freely until the release, never after: the database itself refuses (migration 0007). The audit trail names the
deed, not the figure, for people read it who may not read the prediction yet.
"""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.briefings.access import Coming
from reports.briefings.models import Prediction
from reports.scorecards.models import Publication
from surveys import audit
from surveys.people.access import has_role
from surveys.people.models import Role, User

LOWEST, HIGHEST = Decimal(0), Decimal(100)
STEP = Decimal("0.1")
WRITE_A_SCORE = gettext_lazy("Write a number from 0 to 100 with at most one decimal, such as 72.5.")


def predict(wave: Coming, *, score: Decimal, by: User) -> Prediction:
    """Write down the score, 0 to 100 with one decimal, that `by` expects residents to give the own department.

    Raises `ValidationError` for a score off the scale, and once the results are released.
    """
    if not (has_role(by) and by.role == Role.HEAD and by.department_id == wave.department):
        raise PermissionDenied(_("Only the head of a department predicts its score."))
    if not (score.is_finite() and LOWEST <= score <= HIGHEST and score % STEP == 0):
        raise ValidationError({"score": WRITE_A_SCORE})
    try:
        with transaction.atomic():
            if Publication.objects.filter(wave=wave.pk, state=Publication.State.PUBLISHED).exists():
                raise _too_late(wave)
            prediction, _made = Prediction.objects.update_or_create(
                wave_id=wave.pk, department_id=wave.department, defaults={"score": score, "by": by}
            )
            audit.record(prediction, verb="predict", by=by, wave=wave.slug, department=wave.department)
    except IntegrityError as refused:  # released between the look and the writing
        raise _too_late(wave) from refused
    return prediction


def _too_late(wave: Coming) -> ValidationError:
    return ValidationError(
        _("The results of “%(wave)s” are released: what was expected of them can no longer be changed.")
        % {"wave": wave.title},
        code="released",
    )
