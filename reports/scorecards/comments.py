"""Comments beside a scorecard: what residents wrote, masked, for the office alone.

They are drawn and shuffled once, when a publication is sealed, and frozen with it. Two publications of a wave never
differ by a few of them: otherwise a correction after an exclusion would point at what one person wrote. A year after
the release they are deleted, as the texts of the records are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import SystemRandom
from typing import TypedDict

from django.conf import settings
from django.db import connection

from reports.scorecards.content import CLASSES, ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard, Takedown
from surveys import audit
from surveys import comments as door
from surveys.redacting import masked

MOST = 500  # comments beside one scorecard
KEPT_DAYS = 365  # after the release; as long as the texts themselves, see `responses.retention`
SMALLEST_BASE = 10


class Shown(TypedDict):
    """One comment as it is stored: the code of its question and its words."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The comments beside one scorecard, and out of how many they were drawn."""

    shown: tuple[Shown, ...] = ()
    of: int = 0


NONE = Drawn()


def draw(
    publication: Publication, wave: WaveContent, scorecards: Mapping[int, ScorecardContent]
) -> dict[int, Drawn]:
    """Return the comments of a publication that is being sealed, by department id.

    Only departments that may be published have any, from questions that at least the smallest base of people answered.
    What was shown in an earlier publication is shown again: less what is no longer counted, if those are at least as
    many as the smallest base, and never more. Once one was taken down because it gave away a person, there are none.
    """
    if _gave_somebody_away(publication):
        return dict.fromkeys(scorecards, NONE)
    base = max(SMALLEST_BASE, int(wave.parameters["minimum_base"]))
    klass = next(number for number, name in CLASSES.items() if name == wave.fieldwork.klass)
    return {
        department_id: _drawn(publication, department_id, klass=klass, base=base) if _tells(card) else NONE
        for department_id, card in scorecards.items()
    }


def forget_due() -> int:
    """Delete the comments of publications that were due long ago, or taken down because they gave somebody away.

    Returns of how many scorecards. The database allows nothing else of a published one to change.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLD, [settings.TIME_ZONE, settings.TIME_ZONE, KEPT_DAYS])
        wholes = [pk for (pk,) in cursor.fetchall()]
    erased = 0
    for publication in Publication.objects.filter(pk__in=wholes).defer("content"):
        told = Scorecard.objects.filter(publication=publication, comments_of__gt=0)
        emptied = told.update(comments=[], comments_of=0)
        if emptied:
            audit.record(publication, verb="delete comments", by=None, scorecards=emptied)
        erased += emptied
    return erased


OLD = """
SELECT DISTINCT publication.id FROM reports_scorecard AS card
JOIN reports_publication AS publication ON publication.id = card.publication_id
JOIN surveys_wave AS wave ON wave.id = publication.wave_id
WHERE card.comments_of > 0
  AND ((wave.release_at AT TIME ZONE %s)::date < (clock_timestamp() AT TIME ZONE %s)::date - %s
       OR publication.id IN (
           SELECT publication_id FROM reports_takedown WHERE rule = 'personal_data' AND agreed_at IS NOT NULL
       ))
"""


def _tells(card: ScorecardContent) -> bool:
    """Say whether a scorecard is published with figures; the place as a whole may have none of its own."""
    return card.figures.status == "publishable" or (card.is_root and card.records is not None)


def _gave_somebody_away(publication: Publication) -> bool:
    return Takedown.objects.filter(
        publication__wave_id=publication.wave_id,
        rule=Takedown.Rule.PERSONAL_DATA,
        agreed_at__isnull=False,
    ).exists()


def _drawn(publication: Publication, department_id: int, *, klass: int, base: int) -> Drawn:
    before = (
        Scorecard.objects.filter(
            publication__wave_id=publication.wave_id,
            publication__state=Publication.State.PUBLISHED,
            department_id=department_id,
            comments_of__gt=0,
        )
        .order_by("-publication__number")
        .first()
    )
    found = door.drawn(
        publication.wave_id,
        klass=klass,
        department_id=department_id,
        fewest=base,
        most=None if before else MOST,
    )
    if not found.number:
        return NONE
    if before:
        return _again(before, found, base)
    shown = [Shown(item=one.item, text=one.text) for one in found.texts if one.text]
    SystemRandom().shuffle(shown)
    return Drawn(tuple(shown), found.number)


def _again(before: Scorecard, found: door.Comments, base: int) -> Drawn:
    """Return what was shown before in the same order, less what is gone, if enough of it is gone to hide each."""
    # Masked anew, because what is known to give somebody away may have grown.
    again = [Shown(item=one["item"], text=masked(one["text"])) for one in before.comments]
    counted = Counter((one.item, one.text) for one in found.texts)
    kept: list[Shown] = []
    for one in again:
        if counted[one["item"], one["text"]]:
            counted[one["item"], one["text"]] -= 1
            kept.append(one)
    gone = len(again) - len(kept)
    stays, of = (kept, before.comments_of - gone) if gone >= base else (again, before.comments_of)
    return Drawn(tuple(one for one in stays if one["text"]), of)
