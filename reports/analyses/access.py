"""Who may read an analysis: everybody, and nobody before the scores that it stands beside are released."""

from django.db.models import Exists, OuterRef, Q

from reports.analyses.models import Analysis
from reports.evaluations.models import Progress
from reports.scorecards import access
from reports.scorecards.content import ANALYSED_SINCE
from reports.scorecards.models import Publication


def released(wave: str, number: int | None = None) -> tuple[Publication, Analysis | None]:
    """Return a released publication with the analysis beside it, done or not; None when it is not begun.

    Raises `Publication.DoesNotExist` for what is sealed as for what never was, and for what is older than analyses.
    """
    publication = access.published_wave(wave, number)
    if publication.content["format"] < ANALYSED_SINCE:
        raise Publication.DoesNotExist
    return publication, Analysis.objects.filter(evaluation=publication.evaluation_id).first()


def released_analysis(wave: str, number: int | None = None) -> Analysis:
    """Return the analysis beside a released publication; raises `DoesNotExist` where there is none yet."""
    _publication, found = released(wave, number)
    if found is None or found.progress != Progress.DONE:
        raise Analysis.DoesNotExist
    return found


def is_settled(evaluation: str) -> Q:
    """Say of rows which analyses are done, given up, or never begun; `evaluation` names the rows' foreign key.

    Evaluations that say nothing of their wave as a whole are not analysed.
    """
    settled = Analysis.objects.filter(
        evaluation=OuterRef(evaluation), progress__in=(Progress.DONE, Progress.PARKED)
    )
    return Q(Exists(settled)) | Q(**{f"{evaluation}__whole": {}})
