"""Who may read what, and when: before the release nobody reads a score, by no way.

Published content is public. In the office a head meets the scorecards of the own department and those below it;
reviewers, designers, administrators and auditors also see how releases stand, never the sealed figures. The dates of
a wave are read through our own foreign key: its answers are out of reach here.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Count, Exists, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from reports.scorecards.breakdowns import PLACE, Breakdown
from reports.scorecards.content import Figures, figures
from reports.scorecards.models import Publication, Scorecard, Takedown
from surveys.languages import Text, asks_the_same, in_language
from surveys.people.access import Visitor, departments_visible_to, has_role, sees
from surveys.people.models import Role, User
from surveys.people.roles import Deed, may

PUBLISHED = Publication.State.PUBLISHED
FRESH_SECONDS = 1.0
MOST_DIGITS = 6
NEVER_GIVEN = 0  # publications are numbered from 1
Found = TypeVar("Found")
_waves: type[Model] = Publication._meta.get_field("wave").remote_field.model


class TakenDown(Exception):
    """What was asked for was released and is out of sight; the request is answered with its tombstone."""

    def __init__(self, takedown: Takedown) -> None:
        """Stand for the publication that `takedown` took away."""
        super().__init__(str(takedown))
        self.takedown = takedown


@dataclass(frozen=True, slots=True)
class Pending:
    """A wave whose results are sealed, or late."""

    pk: int
    slug: str
    titles: Text
    release_at: datetime
    late: bool
    held: bool = False  # it would tell what a few people said

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return in_language(self.titles) or self.slug


@dataclass(frozen=True, slots=True)
class Past:
    """One point of a department's history; points of one series were asked alike and may be held against each other."""

    wave: str
    titles: Text
    at: str
    figures: Figures
    series: int
    starts: bool  # the first of a series that is not the first

    @property
    def title(self) -> str:
        """The wave's title in the language of the page."""
        return in_language(self.titles) or self.wave


def published() -> QuerySet[Publication]:
    """Return the current publication of every released wave that is not taken down, newest first.

    Newest is what was asked last: an imported wave stands where its fieldwork was.
    """
    later = Publication.objects.filter(wave=OuterRef("wave"), state=PUBLISHED, number__gt=OuterRef("number"))
    taken = Takedown.objects.filter(publication=OuterRef("pk"), agreed_at__isnull=False)
    found = Publication.objects.filter(~Exists(later), ~Exists(taken), state=PUBLISHED)
    return found.order_by("-wave__closed_at", "-wave_id").select_related("wave")


def asked_number(text: str) -> int | None:
    """Read which publication an address asks for: None is the current one, and odd texts ask for what never was."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else NEVER_GIVEN


def published_wave(slug: str, number: int | None = None) -> Publication:
    """Return a released publication, the current one unless `number` asks for an earlier one.

    Raises `Publication.DoesNotExist` for what is sealed as for what never was, `TakenDown` for what is out of sight.
    """
    found = Publication.objects.filter(_called(slug), state=PUBLISHED)
    if number is not None:
        found = found.filter(number=number)
    publication = found.select_related("wave", "takedown").order_by("-number").first()
    if publication is None:
        raise Publication.DoesNotExist
    _refuse_taken_down(publication)
    return publication


def published_scorecard(slug: str, department: str, number: int | None = None) -> Scorecard:
    """Return a released scorecard with its publication; raises `Scorecard.DoesNotExist` or `TakenDown`."""
    found = Scorecard.objects.filter(
        _called(slug, "publication__"), publication__state=PUBLISHED, department__code=department
    )
    if number is not None:
        found = found.filter(publication__number=number)
    found = found.select_related("publication__wave", "publication__takedown", "department").defer("dataset")
    scorecard = found.order_by("-publication__number").first()
    if scorecard is None:
        raise Scorecard.DoesNotExist
    _refuse_taken_down(scorecard.publication)
    return scorecard


def current_scorecards() -> QuerySet[Scorecard]:
    """Return the scorecards of all current publications, the newest wave first and in its order, without datasets."""
    found = Scorecard.objects.filter(publication__in=published().values("pk"))
    found = found.select_related("publication__wave").defer("dataset", "comments", "publication__content")
    return found.order_by("-publication__wave__closed_at", "-publication__wave_id", "pk")


def takedowns() -> QuerySet[Takedown]:
    """Return what was taken down, the last first."""
    found = Takedown.objects.filter(agreed_at__isnull=False).select_related("publication__wave")
    return found.defer("publication__content").order_by("-agreed_at", "-pk")


def _refuse_taken_down(publication: Publication) -> None:
    takedown = getattr(publication, "takedown", None)
    if takedown is not None and takedown.agreed_at is not None:
        raise TakenDown(takedown)


def _called(name: str, prefix: str = "") -> Q:
    """Find a wave by its slug, or by its number where no slug is a number."""
    by_slug = Q(**{f"{prefix}wave__slug": name})
    if not (name.isascii() and name.isdigit() and len(name) < 10):
        return by_slug
    taken = Exists(_waves._default_manager.filter(slug=name))
    return by_slug | (~taken & Q(**{f"{prefix}wave_id": int(name)}))


def numbers_of(wave_id: int) -> list[int]:
    """List the released publications of a wave, the current one first."""
    found = Publication.objects.filter(wave_id=wave_id, state=PUBLISHED).order_by("-number")
    return list(found.values_list("number", flat=True))


def numbers_in_sight(wave_id: int) -> list[int]:
    """List the released publications of a wave that were not taken down, the latest first."""
    found = Publication.objects.filter(wave_id=wave_id, state=PUBLISHED, takedown__agreed_at=None)
    return list(found.order_by("-number").values_list("number", flat=True))


def scorecards_of(publication: Publication) -> QuerySet[Scorecard]:
    """Return the scorecards of one publication with their datasets, in the order of the wave."""
    return publication.scorecards.select_related("department").order_by("pk")


def breakdowns_in(publication: Publication) -> dict[str, tuple[Breakdown, ...]]:
    """Return what a publication tells of groups of residents, by department code, in the order of the wave."""
    rows = publication.scorecards.order_by("pk").values_list("department__code", "content__breakdowns")
    return {code: tuple(Breakdown.of(one) for one in told) for code, told in rows if told}


def tells_of_places(publication: Publication) -> bool:
    """Say whether a publication tells any department by place."""
    return publication.scorecards.filter(content__breakdowns__contains=[{"by": PLACE}]).exists()


def flagged_in(publication: Publication) -> dict[str, int | None]:
    """Count the answers that quality checks flagged, by department code; None where they are too few to be told."""
    return dict(publication.scorecards.values_list("department__code", "content__flagged"))


class Looked(Generic[Found]):
    """What every request asks of the database, and a process therefore asks only once in `FRESH_SECONDS`.

    Inside a transaction, whose own changes nobody else sees, it is always asked, and not remembered.
    """

    def __init__(self, ask: Callable[[], Found]) -> None:
        """Remember nothing yet; `ask` asks the database."""
        self._ask = ask
        self._seen: tuple[float, Found] | None = None

    def __call__(self) -> Found:
        """Return how things stand now, or stood less than `FRESH_SECONDS` ago."""
        if connection.in_atomic_block:
            return self._ask()
        asked, seen = time.monotonic(), self._seen
        if seen is None or asked - seen[0] > FRESH_SECONDS:
            self._seen = seen = asked, self._ask()
        return seen[1]

    def forget(self) -> None:
        """Ask anew the next time."""
        self._seen = None


def _releases() -> tuple[Any, ...]:
    found = Publication.objects.filter(state=PUBLISHED).aggregate(
        count=Count("pk"), last=Max("pk"), at=Max("published_at"), taken=Count("takedown__agreed_at")
    )
    return tuple(found.values())


# A value that changes with every release, correction and takedown: nothing public changes without it.
state_of_releases = Looked(_releases)


def look_again() -> None:
    """Forget how releases stood: something was released in this very process."""
    state_of_releases.forget()


def pending() -> list[Pending]:
    """List the waves that are closed and not released, the next release first, late ones marked."""
    released = Publication.objects.filter(wave=OuterRef("pk"), state=PUBLISHED)
    held = Publication.objects.filter(wave=OuterRef("pk"), state="sealed", trial=Publication.Trial.HELD)
    rows = (
        _waves._default_manager.filter(~Exists(released), status__in=("closed", "settled"))
        .annotate(now=Now(), held=Exists(held))
        .order_by("release_at", "pk")
        .values_list("pk", "slug", "titles", "release_at", "now", "held")
    )
    return [
        Pending(pk, slug, titles, at, late=at <= now, held=held) for pk, slug, titles, at, now, held in rows
    ]


def history_of(scorecard: Scorecard) -> list[Past]:
    """List what is published of a department over the waves, and this, oldest first; a break begins a new series.

    A break is where a wave asked otherwise than the wave before it. Waves that had no rating of the department are left
    out, and of waves that may judge and waves that may not, those unlike this one.
    """
    content: Mapping[str, Any] = scorecard.content
    rows = (
        Scorecard.objects.filter(
            Q(pk=scorecard.pk)
            | Q(publication__in=published().exclude(wave=scorecard.publication.wave_id).values("pk")),
            department_id=scorecard.department_id,
            content__judged=content["judged"],
        )
        .exclude(content__figures__status="none")
        .order_by("publication__wave__closed_at", "publication__wave__closes_at", "publication__wave_id")
        .values_list(
            "publication__wave__slug",
            "publication__wave__titles",
            "publication__content__fieldwork__closed_at",
            "content__figures",
            "content__asked",
            "content__wording",
        )
    )
    found: list[Past] = []
    before: tuple[str | None, str] | None = None
    for slug, titles, at, shown, *asked in rows:
        now = asked[0], asked[1]
        starts = before is not None and not _asked_alike(before, now)
        series = (found[-1].series if found else 0) + starts
        found.append(Past(slug, titles, at, figures(shown), series, starts))
        before = now
    return found


def _asked_alike(before: tuple[str | None, str], now: tuple[str | None, str]) -> bool:
    """Hold two wordings against each other: by fingerprint, or by the hash that earlier formats had instead."""
    if before[0] and now[0]:
        return asks_the_same(before[0], now[0])
    return before[1] == now[1]


def scorecards_visible_to(user: Visitor) -> QuerySet[Scorecard]:
    """Return the released scorecards that `user` may open in the office."""
    if not (isinstance(user, User) and may(user, Deed.READ_SCORECARDS)):
        return Scorecard.objects.none()
    found = Scorecard.objects.filter(
        publication__in=published().values("pk"), department__in=departments_visible_to(user)
    )
    return (
        found.select_related("publication__wave", "department")
        .defer("dataset", "publication__content")
        .order_by("-publication__wave__closed_at", "-publication__wave_id", "pk")
    )


def scorecard_for(user: Visitor, pk: int) -> Scorecard:
    """Return a released scorecard without its content.

    Raises `Scorecard.DoesNotExist` when `user` may not open it, `TakenDown` when it is out of sight.
    """
    if not (isinstance(user, User) and may(user, Deed.READ_SCORECARDS)):
        raise Scorecard.DoesNotExist
    found = Scorecard.objects.select_related(
        "publication__wave", "publication__takedown", "department"
    ).defer("content", "dataset", "publication__content")
    scorecard = found.get(pk=pk, publication__state=PUBLISHED)
    if not sees(user, scorecard.department_id):
        raise Scorecard.DoesNotExist
    _refuse_taken_down(scorecard.publication)
    return scorecard


def publications_visible_to(user: Visitor) -> QuerySet[Publication]:
    """Return the publications whose state of release `user` may see; their content stays unread."""
    if not (isinstance(user, User) and may(user, Deed.SEE_FIELDWORK)):
        return Publication.objects.none()
    return (
        Publication.objects.defer("content")
        .select_related("wave", "reviewed_by", "evaluation")
        .order_by("-wave__release_at", "-wave_id", "-number")
    )


def is_head(user: Visitor) -> bool:
    """Say whether `user` comes to read about the own department."""
    return has_role(user) and user.role == Role.HEAD


def latest_number(wave_id: int) -> int:
    """Return the highest number that a wave's publications have reached, 0 when there is none."""
    return Publication.objects.filter(wave_id=wave_id).aggregate(last=Max("number"))["last"] or 0
