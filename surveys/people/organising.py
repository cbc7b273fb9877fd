"""Building the two trees: departments and places, and the service points where they cross.

Nothing is ever deleted here: what residents have rated is deactivated, so that past results keep their names.
Every change is recorded with what it was before.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.languages import Text, unseen
from surveys.people.access import below
from surveys.people.judging import refuse_while_judged
from surveys.people.models import Department, Place, ServicePoint, User

# In a questionnaire these stand for the place as a whole and for every department (`questionnaires.documents`).
RESERVED_CODES = frozenset(
    {"general", "each", "analysis", "report"}
)  # words of documents, and of addresses under a wave's

Row = TypeVar("Row", Department, Place, ServicePoint)


@transaction.atomic
def add_department(
    *, code: str, names: Text, parent: Department | None, position: int = 0, by: User | None
) -> Department:
    """Add a department below `parent`; without parent it becomes the root, of which there is one."""
    if code in RESERVED_CODES:
        raise ValidationError(
            {"code": _("“%(code)s” has a meaning of its own here; choose another.") % {"code": code}}
        )
    return _added(
        Department(code=code, names=_names(names), parent=parent, position=position),
        by=by,
        parent=parent.code if parent else None,
    )


@transaction.atomic
def change_department(
    department: Department,
    *,
    names: Text,
    parent: Department | None,
    position: int,
    is_active: bool,
    by: User | None,
) -> Department:
    """Rename, move, reorder or deactivate a department; its code stays for ever.

    While residents judge it, it keeps its names and its parent.
    """
    if (parent is None) != (department.parent_id is None):
        raise ValidationError({"parent": _("The root department stays the root, and there is only one.")})
    if parent is None and not is_active:
        raise ValidationError({"is_active": _("The root department cannot be deactivated.")})
    # Two moves at the same time could close a circle that neither sees; the root stands for the whole tree.
    Department.objects.select_for_update().get(parent__isnull=True)
    if parent is not None and parent.pk in below(department.pk):
        raise ValidationError({"parent": _("A department cannot be put below itself.")})
    names = _names(names)
    refuse_while_judged(department, names=names, parent=parent)
    return _changed(department, by=by, names=names, parent=parent, position=position, is_active=is_active)


@transaction.atomic
def add_place(
    *,
    code: str,
    names: Text,
    level: int,
    parent: Place | None,
    population: int | None = None,
    position: int = 0,
    by: User | None,
) -> Place:
    """Add a place; its parent must be of a higher level."""
    _check_levels(parent, level)
    place = Place(
        code=code, names=_names(names), level=level, parent=parent, population=population, position=position
    )
    return _added(place, by=by, parent=parent.code if parent else None)


@transaction.atomic
def change_place(
    place: Place,
    *,
    names: Text,
    parent: Place | None,
    population: int | None,
    position: int,
    is_active: bool,
    by: User | None,
) -> Place:
    """Rename, move, recount or deactivate a place; its code and level stay.

    A place stands below one of a higher level, so no move can close a circle. While its residents judge, and results
    are told by place, it keeps its names and its parent.
    """
    _check_levels(parent, place.level)
    names = _names(names)
    refuse_while_judged(place, names=names, parent=parent)
    return _changed(
        place,
        by=by,
        names=names,
        parent=parent,
        population=population,
        position=position,
        is_active=is_active,
    )


@transaction.atomic
def add_service_point(
    *, code: str, names: Text, department: Department, place: Place, by: User | None
) -> ServicePoint:
    """Add a counter, hall or station of `department` in `place`."""
    point = ServicePoint(code=code, names=_names(names), department=department, place=place)
    return _added(point, by=by, department=department.code, place=place.code)


@transaction.atomic
def change_service_point(
    point: ServicePoint,
    *,
    names: Text,
    department: Department,
    place: Place,
    is_active: bool,
    by: User | None,
) -> ServicePoint:
    """Rename, reassign or deactivate a service point; its code stays, it is printed on the QR sign.

    Once codes were drawn there or cases reported, it stays with its department: they would count for another one.
    """
    stored = ServicePoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    # The table of days stands upstairs, so it is asked for by name.
    days = apps.get_model("surveys", "ServiceDay")._default_manager.filter(service_point=point.pk)
    if department.pk != stored.department_id and days.exists():
        words = _(
            "Codes were drawn or cases reported here for “%(department)s”; they would count for another department."
            " Deactivate this service point and add a new one with a code of its own."
        ) % {"department": stored.department.name}
        raise ValidationError({"department": words})
    return _changed(
        point, by=by, names=_names(names), department=department, place=place, is_active=is_active
    )


def _names(names: Text) -> dict[str, str]:
    kept = {language: words.strip() for language, words in names.items() if words.strip()}
    if not kept:
        raise ValidationError({"names": _("Give a name in at least one language.")})
    if signs := unseen(kept):
        raise ValidationError(
            {
                "names": _("The name holds signs that nobody can read (%(signs)s). Leave them out.")
                % {"signs": signs}
            }
        )
    return kept


def _check_levels(parent: Place | None, level: int) -> None:
    if parent is not None and parent.level >= level:
        raise ValidationError(
            {"parent": _("A place must stand below one of a higher level, such as a county below a city.")}
        )


def _added(row: Row, *, by: User | None, **facts: Any) -> Row:
    row.full_clean()
    row.save(force_insert=True)
    audit.record(row, verb="add", by=by, code=row.code, names=row.names, **facts)
    return row


def _changed(row: Row, *, by: User | None, **new: Any) -> Row:
    before = {name: _fact(getattr(row, name)) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    row.full_clean()
    row.save(update_fields=list(new))
    after: Mapping[str, Any] = {name: _fact(getattr(row, name)) for name in new}
    changes = {name: [before[name], after[name]] for name in new if before[name] != after[name]}
    if changes:
        audit.record(row, verb="change", by=by, code=row.code, changes=changes)
    return row


def _fact(value: Any) -> Any:
    return getattr(value, "code", str(value)) if isinstance(value, models.Model) else value
