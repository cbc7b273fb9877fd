"""What residents judge holds still: its names and its place in the tree stay from the first code until the results.

Whoever could rename a department while it is judged could give its results to another one, and let residents rate one
that they do not mean. A name in a language that was missing may be added. The tables of waves stand upstairs, so they
are asked for by name.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.languages import Text, in_language
from surveys.people.models import Department, Place


def held(row: Department | Place) -> str:
    """Return why a department or place keeps its names and its parent for now, or nothing; two queries.

    A wave asks about it or about something below it, has codes or is open, and its results are not due yet.
    """
    wave = _wave_about(row)
    if wave is None:
        return ""
    return _(
        "“%(name)s” is judged in the wave “%(wave)s”, whose results are due on %(date)s. Until they are out it keeps"
        " its names and its place in the tree, so that nobody is taken for somebody else. A name in a language that"
        " is missing can be added now."
    ) % {
        "name": row.name,
        "wave": in_language(wave.titles) or wave.slug,
        "date": date_format(timezone.localtime(wave.release_at), "DATETIME_FORMAT"),
    }


def refuse_while_judged(row: Department | Place, *, names: Text, parent: Department | Place | None) -> None:
    """Raise `ValidationError` when `row` is judged and would be called or placed otherwise."""
    stored = type(row)._default_manager.get(pk=row.pk)
    renamed = any(names.get(language, "") != words.strip() for language, words in stored.names.items())
    moved = (parent.pk if parent else None) != stored.parent_id
    borrowed = _borrowed(stored, names)
    if (renamed or moved or borrowed) and (words := held(stored)):
        raise ValidationError(words)


def _borrowed(row: Department | Place, names: Text) -> bool:
    """Say whether an added name is that of another department; places of one name are many."""
    if not isinstance(row, Department):
        return False
    added = {words for language, words in names.items() if language not in row.names}
    others = Department.objects.exclude(pk=row.pk).values_list("names", flat=True) if added else ()
    return any(added & set(other.values()) for other in others)


def _wave_about(row: Department | Place) -> Any:
    """Return the wave, of those that judge `row`, whose results come last; None where there is none."""
    waves = apps.get_model("surveys", "Wave")._default_manager
    codes = apps.get_model("surveys", "Invitation")._default_manager.filter(wave=OuterRef("pk"))
    found = waves.filter(
        Q(status__in=("open", "closed"))
        | Q(status="settled", release_at__gt=Now())
        | (Q(status="planned") & Exists(codes))
    )
    if row.parent_id is not None or isinstance(row, Place):
        kind, name = ("Coverage", "department") if isinstance(row, Department) else ("Stratum", "place")
        parts = apps.get_model("surveys", kind)._default_manager
        below = [one.pk for one in row.descendants(include_self=True)]
        found = found.filter(pk__in=parts.filter(**{f"{name}__in": below}).values("wave"))
    return found.order_by("-release_at", "-pk").first()
