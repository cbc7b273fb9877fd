"""What the form of a plan holds when it is opened: a proposal from an edition, or the plan of a wave.

A proposal decides nothing that somebody should decide: there is a week before it would open by itself, and where the
questionnaire asks about any department, whom to judge is left to be ticked.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from surveys.people.models import Department, Place, User
from surveys.questionnaires.access import editions_visible_to
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.documents import parts
from surveys.questionnaires.models import Edition
from surveys.waves import lines, margins
from surveys.waves.declaring import StratumPlan, stratum_plan
from surveys.waves.models import Wave, default_method

UNTIL_OPENING = timedelta(days=7)  # to invite people; a wave opens by itself
OPENS_AT = 9  # o'clock
FIELDED = timedelta(days=14)
UNTIL_RELEASE = timedelta(days=1)
EDITIONS_OFFERED = 8


def editions_to_field(user: User) -> QuerySet[Edition]:
    """Return the editions that `user` may field, the newest first."""
    return editions_visible_to(user).select_related("questionnaire").order_by("-published_at", "-id")


def proposed(user: User, *, edition: str = "", ticks_all: bool = False) -> dict[str, Any]:
    """Return what the form proposes: two weeks from the same day next week, released a day later.

    `edition` is the number of the one that is to be fielded; left out, the only one there is. Its title is that of
    the wave. Departments that it names are ticked; those that it asks about because it asks about each of them only
    if `ticks_all`.
    """
    opens_at = timezone.localtime().replace(hour=OPENS_AT, minute=0, second=0, microsecond=0) + UNTIL_OPENING
    closes_at = opens_at + FIELDED
    editions = editions_to_field(user)
    wanted = int(edition) if edition.isdecimal() and len(edition) < 15 else 0
    known = list(editions[:2])
    chosen = editions.filter(pk=wanted).first() or (known[0] if len(known) == 1 else None)
    return {
        **(_of_edition(chosen, opens_at.year, ticks_all=ticks_all) if chosen else {}),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "release_at": closes_at + UNTIL_RELEASE,
    }


def _of_edition(edition: Edition, year: int, *, ticks_all: bool) -> dict[str, Any]:
    codebook, named = codebook_of(edition), set(parts(edition.document))
    departments = Department.objects.filter(is_active=True, parent__isnull=False)
    slug = f"{edition.questionnaire.code[:50]}-{year}"
    taken = set(Wave.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free = (name for number in count(2) if (name := f"{slug}-{number}") not in taken)
    return {
        "edition": edition.pk,
        "title_zh": edition.document["title"].get("zh-hans", ""),
        "title_en": edition.document["title"].get("en", ""),
        "slug": slug if slug not in taken else next(free),
        "departments": [
            one.pk
            for one in departments
            if one.code in named or (ticks_all and codebook.part(one.code).questions)
        ],
    }


def filled_in(wave: Wave) -> dict[str, Any]:
    """Return the form values of a plan."""
    method: dict[str, Any] = {**default_method(), **wave.method}
    plans = margins.declared(wave.margins)
    return {
        "edition": wave.edition_id,
        "title_zh": wave.titles.get("zh-hans", ""),
        "title_en": wave.titles.get("en", ""),
        "slug": wave.slug,
        "departments": list(wave.coverage.values_list("department", flat=True)),
        "departments_per_person": wave.departments_per_person,
        "opens_at": timezone.localtime(wave.opens_at),
        "closes_at": timezone.localtime(wave.closes_at),
        "release_at": timezone.localtime(wave.release_at),
        "klass": wave.klass,
        "is_public": wave.is_public,
        "channels": wave.channels,
        "strata": "\n".join(lines.write_stratum(stratum_plan(one)) for one in wave.strata.all()),
        "margins": lines.write_margins(plans),
        "previous": wave.previous_id,
        "method": method,
        "target": method["target"] or "",
        "smallest_change": method["smallest_change"],
        "ranks": method["ranks"],
        "trim": method["trim"] or "",
        "standard": lines.write_standard(method["standard"], plans),
    }


def strata_from_places(level: int) -> str:
    """Return the places of a level as lines of the form."""
    places = Place.objects.filter(level=level, is_active=True)
    return "\n".join(lines.write_stratum(StratumPlan(one.code, one.names, one.population)) for one in places)
