"""Who may see how far an evaluation has got. Nobody sees its values here: they leave by scorecards alone."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from reports.evaluations.models import Evaluation, Progress
from surveys.people.access import Visitor
from surveys.people.models import User
from surveys.people.roles import Deed, may


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the evaluation of a wave has got: departments done of all, and whether it needs attention."""

    progress: str
    label: Promise | str
    done: int
    parts: int
    problem: str

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.progress == Progress.DONE


def evaluations_visible_to(user: Visitor) -> QuerySet[Evaluation]:
    """Return the evaluations whose progress `user` may see, with their counts of parts."""
    found = Evaluation.objects.annotate(
        parts_done=Count("parts", filter=Q(parts__progress=Progress.DONE)), parts_all=Count("parts")
    )
    return found if isinstance(user, User) and may(user, Deed.SEE_FIELDWORK) else found.none()


def progress_of(wave_id: int) -> Standing | None:
    """Return how far the latest evaluation of a wave has got, or None when none has begun."""
    found = (
        Evaluation.objects.filter(wave_id=wave_id)
        .annotate(
            parts_done=Count("parts", filter=Q(parts__progress=Progress.DONE)), parts_all=Count("parts")
        )
        .order_by("-number")
        .first()
    )
    if found is None:
        return None
    return Standing(
        found.progress, Progress(found.progress).label, found.parts_done, found.parts_all, found.error
    )
