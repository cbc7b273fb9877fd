"""Who may read which briefing, and who may predict what.

A scorecard is found as `scorecards.access` finds it; a prediction goes with it. Before the release a prediction is
read by the heads of its department alone: it is no score, but it is no business of a reviewer either.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Now

from reports.analyses.content import AnalysisContent
from reports.analyses.models import Analysis
from reports.briefings.models import Prediction
from reports.evaluations.models import Progress
from reports.scorecards import access
from reports.scorecards.content import Figures, figures
from reports.scorecards.models import Publication, Scorecard
from surveys.languages import Text, in_language
from surveys.people.access import Visitor, below, sees
from surveys.people.models import Department, User
from surveys.people.roles import Deed, may

MOST_COMING = 10
A_YEAR_OR_SO = timedelta(days=400)  # a yearly wave may come some weeks late
ASKED = ("open", "closed", "settled")  # the states of a wave that is asked, or was
SAYS_SOMETHING = Q(content__judged=True, content__figures__status__in=("publishable", "indicative"))
_waves: type[Model] = Publication._meta.get_field("wave").remote_field.model


@dataclass(frozen=True, slots=True)
class Coming:
    """A wave that asks, or asked, about the reader's own department; `department` is its id."""

    pk: int
    slug: str
    titles: Text
    closes_at: datetime
    release_at: datetime
    is_open: bool
    late: bool
    is_released: bool
    department: int

    @property
    def title(self) -> str:
        """The wave's title in the language of the page."""
        return in_language(self.titles) or self.slug


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a released scorecard may change after the release.

    An analysis is computed after the scores; comments are deleted when their time is over.
    """

    pk: int
    department: int
    analysis: str | None  # the hash of its content
    comments_of: int


def standing_for(user: Visitor, pk: int) -> Standing:
    """Return how a released scorecard that `user` may open stands, by one query for the own one.

    Raises `Scorecard.DoesNotExist` when `user` may not open it, `TakenDown` when it is out of sight.
    """
    if not (isinstance(user, User) and may(user, Deed.READ_SCORECARDS)):
        raise Scorecard.DoesNotExist
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [Progress.DONE, pk, access.PUBLISHED])
        standing = cursor.fetchone()
    if standing is None:
        raise Scorecard.DoesNotExist
    *known, is_taken = standing
    if is_taken:
        access.scorecard_for(user, pk)  # it says what was taken down, and why
    if not sees(user, known[0]):
        raise Scorecard.DoesNotExist
    return Standing(pk, *known)


STANDING = """
SELECT card.department_id, analysis.content_hash, card.comments_of, takedown.agreed_at IS NOT NULL
FROM reports_scorecard AS card
JOIN reports_publication AS publication ON publication.id = card.publication_id
LEFT JOIN reports_analysis AS analysis
  ON analysis.evaluation_id = publication.evaluation_id AND analysis.progress = %s
LEFT JOIN reports_takedown AS takedown ON takedown.publication_id = publication.id
WHERE card.id = %s AND publication.state = %s
"""


def _departments() -> str:
    rows = Department.objects.order_by("pk").values_list("pk", "parent_id", "names", "position")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


# A value that changes with the tree of departments and with their names.
state_of_departments = access.Looked(_departments)


def scorecard_whole(pk: int) -> Scorecard:
    """Return a released scorecard with all that its briefing is made from; who may read it was asked before."""
    found = Scorecard.objects.select_related("publication__wave", "department").defer("dataset")
    return found.get(pk=pk, publication__state=access.PUBLISHED)


def own_scorecards(user: User) -> tuple[Scorecard | None, Scorecard | None]:
    """Return the released scorecard that a head's desk shows, and the latest where that is another, both in short.

    Shown is the latest that judges the own department, else the latest; but of those of about a year before it the
    latest that asks about several dimensions. A pulse, or a wave that people chose to rate, would tell less than the
    wave before it does.
    """
    found = _in_short(access.current_scorecards().filter(department=user.department_id))
    latest, saying = found.first(), found.filter(SAYS_SOMETHING)
    judging = saying.first()
    if judging is None:
        return latest, None
    wave = judging.publication.wave
    recent = saying.filter(
        publication__wave__closed_at__gte=(wave.closed_at or wave.closes_at) - A_YEAR_OR_SO
    )
    shown = recent.filter(content__dimensions__1__isnull=False).first() or judging  # numbered from 0
    return shown, None if shown == latest else latest


def scorecards_listed(user: Visitor, search: str) -> QuerySet[Scorecard]:
    """Return the released scorecards that `user` may open, of departments and waves whose names hold `search`."""
    found = _in_short(access.scorecards_visible_to(user).defer("publication__content"))
    if not search:
        return found
    return found.filter(
        Q(department__code__icontains=search)
        | _named("department__names", search)
        | _of_wave("publication__", search)
    )


def releases_listed(user: Visitor, search: str) -> QuerySet[Publication]:
    """Return the publications whose state of release `user` may see, of waves whose names hold `search`."""
    found = access.publications_visible_to(user)
    return found.filter(_of_wave("", search)) if search else found


def waves_with_a_release(user: Visitor) -> frozenset[int]:
    """Return the waves that stand in the reader's list of releases, by id."""
    return frozenset(access.publications_visible_to(user).values_list("wave_id", flat=True))


def _of_wave(prefix: str, search: str) -> Q:
    return Q(**{f"{prefix}wave__slug__icontains": search}) | _named(f"{prefix}wave__titles", search)


def _named(texts: str, search: str) -> Q:
    found = Q()
    for language, _name in settings.LANGUAGES:
        found |= Q(**{f"{texts}__{language}__icontains": search})
    return found


def scorecard_above(scorecard: Scorecard) -> Scorecard | None:
    """Return the scorecard of the department above in the same publication; who may open it is another question."""
    found = scorecard.publication.scorecards.filter(department=scorecard.department.parent_id)
    return found.select_related("department").defer("content", "dataset", "comments").first()


def may_open_above(user: Visitor, department: int, above: int) -> bool:
    """Say whether a reader of the scorecard of one department may open that of the department above."""
    is_top = isinstance(user, User) and access.is_head(user) and user.department_id == department
    return not is_top and sees(user, above)


def scorecards_below(scorecard: Scorecard) -> list[tuple[int, Scorecard]]:
    """List the scorecards of the same publication for all departments below, each with how deep it lies.

    Whoever may open a scorecard may open these: what a reader sees is closed downwards.
    """
    return _in_tree(scorecard.publication, scorecard.department_id, itself=False)


def scorecards_under(user: Visitor) -> list[tuple[int, Scorecard]]:
    """List the scorecards below a head's department in one publication, each with how deep it lies.

    It is the latest of those that judge more than half as many of them as any does, else the latest that has any.
    """
    if not isinstance(user, User) or user.department_id is None:
        return []
    found = access.scorecards_visible_to(user)
    judged = Counter(found.filter(SAYS_SOMETHING).values_list("publication", flat=True))
    most = max(judged.values(), default=0)
    enough = [publication for publication, count in judged.items() if 2 * count > most]
    shown = found.filter(publication__in=enough).first() or found.first()
    return _in_tree(shown.publication, user.department_id, itself=True) if shown else []


def _in_short(found: QuerySet[Scorecard]) -> QuerySet[Scorecard]:
    """Read of each scorecard only what a line of a list shows: a list must not cost what its papers weigh."""
    found = found.defer("content", "dataset", "comments")
    return found.annotate(in_short=JSONObject(figures="content__figures", judged="content__judged"))


def in_short(scorecard: Scorecard) -> tuple[Figures, bool]:
    """Return the figures of a scorecard of a list, and whether its wave judges."""
    found = vars(scorecard)["in_short"]
    return figures(found["figures"]), found["judged"]


def _in_tree(publication: Publication, top: int, *, itself: bool) -> list[tuple[int, Scorecard]]:
    inside = [pk for pk in below(top) if itself or pk != top]
    cards = {
        card.department_id: card
        for card in _in_short(
            publication.scorecards.filter(department__in=inside).select_related("department")
        )
    }
    parents = dict(Department.objects.filter(pk__in=inside).values_list("pk", "parent_id"))
    found: list[tuple[int, Scorecard]] = []

    def walk(parent: int, depth: int) -> None:
        for pk in inside:
            if parents.get(pk) == parent and pk != top:
                if pk in cards:
                    found.append((depth, cards[pk]))
                walk(pk, depth + (pk in cards))

    walk(top, 0)
    return found


def analysis_beside(publication: Publication) -> AnalysisContent | None:
    """Return what is reported beside the scores of a publication, once it is computed."""
    found = _analyses(publication.evaluation_id).first()
    return AnalysisContent.of(found.content) if found and found.content else None


def _analyses(evaluation: Any) -> QuerySet[Analysis]:
    return Analysis.objects.filter(evaluation=evaluation, progress=Progress.DONE)


def coming(user: Visitor) -> list[Coming]:
    """List the waves about a head's own department whose results are not released, the next release first."""
    return [one for one in _asked_of(user) if not one.is_released][:MOST_COMING]


def wave_of(user: Visitor, slug: str) -> Coming:
    """Return a wave that asks about a head's own department; raises `ObjectDoesNotExist` for all others."""
    for one in _asked_of(user, slug):
        return one
    raise ObjectDoesNotExist


def _asked_of(user: Visitor, slug: str | None = None) -> list[Coming]:
    """List waves that ask about a head's own department; the root is asked about by general questions in any."""
    if not (access.is_head(user) and isinstance(user, User) and user.department_id):
        return []
    own = user.department_id
    released = Publication.objects.filter(wave=OuterRef("pk"), state=Publication.State.PUBLISHED)
    is_root = Department.objects.filter(pk=own, parent=None).exists()
    rows = _waves._default_manager.filter(
        Q() if is_root else Q(coverage__department=own), status__in=ASKED
    ).annotate(now=Now(), released=Exists(released))
    rows = rows.filter(released=False) if slug is None else rows.filter(slug=slug)
    found = rows.order_by("release_at", "pk").values_list(
        "pk", "slug", "titles", "closes_at", "release_at", "status", "released", "now"
    )
    return [
        Coming(
            pk=pk,
            slug=name,
            titles=titles,
            closes_at=closes_at,
            release_at=release_at,
            is_open=status == "open",
            late=release_at <= now and not is_released,
            is_released=is_released,
            department=own,
        )
        for pk, name, titles, closes_at, release_at, status, is_released, now in found
    ]


def own_predictions(user: Visitor, waves: list[Coming]) -> dict[int, Prediction]:
    """Return what was predicted for the reader's own department, by wave."""
    if not (access.is_head(user) and isinstance(user, User) and user.department_id):
        return {}
    found = Prediction.objects.filter(department=user.department_id, wave__in=[one.pk for one in waves])
    return {one.wave_id: one for one in found.select_related("by")}


def prediction_of(scorecard: Scorecard) -> Prediction | None:
    """Return what the head expected of a released scorecard; whoever may open the one may read the other."""
    found = Prediction.objects.filter(
        wave=scorecard.publication.wave_id, department=scorecard.department_id
    ).select_related("by")
    return found.first()
