"""The publication of the wave before that changes are told against: what anybody can read when they are released.

A change and the score now tell the score before. So it is told against the newest publication of the wave before alone,
and never where that is not released.
"""

from django.db.models import Q

from reports.scorecards.models import Publication, Scorecard

PUBLISHED = Publication.State.PUBLISHED


def readable_then(publication: Publication) -> Publication | None:
    """Return the newest publication of the wave before that is released when `publication` is, as things stand now.

    None where there is none, or where the newest is taken down.
    """
    awaited = Q(trial=Publication.Trial.PASSED, wave__release_at__lte=publication.wave.release_at) & ~Q(
        content_hash=""
    )
    return _newest(publication, Q(state=PUBLISHED) | awaited)


def tells_unread(publication: Publication) -> bool:
    """Say whether `publication` tells a change against a score that nobody can read at this moment."""
    told = publication.scorecards.exclude(content__change_before=None)
    by_code = dict(told.values_list("department__code", "content__change_before"))
    if not by_code:
        return False
    scores = scores_of(_newest(publication, Q(state=PUBLISHED)))
    return any(score not in scores.get(code, ()) for code, score in by_code.items())


def scores_of(publication: Publication | None) -> dict[str, frozenset[str]]:
    """Return the headline scores that a publication tells, as written, by department code."""
    found = Scorecard.objects.filter(publication=publication) if publication else Scorecard.objects.none()
    return {
        code: frozenset(one for one in (figures["score"], figures.get("standardised")) if one is not None)
        for code, figures in found.values_list("department__code", "content__figures")
    }


def _newest(publication: Publication, readable: Q) -> Publication | None:
    if publication.wave.previous_id is None:
        return None
    found = Publication.objects.filter(readable, wave=publication.wave.previous_id).defer("content")
    newest = found.select_related("takedown", "evaluation").order_by("-number").first()
    takedown = getattr(newest, "takedown", None)
    return None if takedown is not None and takedown.agreed_at is not None else newest
