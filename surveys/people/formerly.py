"""What departments and places were called, and where they stood, read from the audit trail.

An old name of a department goes on counting where an organisation is held against it; and results are told under the
names that residents judged, whenever they are computed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surveys.audit import AuditEntry
from surveys.people import trees
from surveys.people.models import Department, Place
from surveys.people.trees import Node


def names_ever(departments: Iterable[Department]) -> dict[int, set[str]]:
    """Return every name that each department has or had, by id; one query."""
    found = {one.pk: set(one.names.values()) for one in departments}
    for pk, changes in _changes(Department, found):
        for names in changes.get("names", ()):
            found[pk] |= set(names.values())
    return found


def parents_ever() -> dict[int, set[int]]:
    """Return the ids of the departments that each department stands or stood under, by id; two queries."""
    rows = list(Department.objects.order_by().values_list("pk", "code", "parent_id"))
    by_code = {code: pk for pk, code, _parent in rows}
    found = {pk: {parent} - {None} for pk, _code, parent in rows}
    for pk, changes in _changes(Department, found):
        found[pk] |= {by_code[code] for code in changes.get("parent", ()) if code in by_code}
    return found


def with_all_above(model: type[Node], ids: Iterable[int], *, since: AuditEntry | None) -> list[Node]:
    """Return nodes and all above them as they were called and stood at an entry of the audit trail, parents first.

    A language that was added since then stays: it names what had no name in it. Without an entry, as they are now.
    Two queries, and some more for what was moved; the nodes returned are not for saving.
    """
    rows: dict[int, Node] = {}
    missing = set(ids)
    while missing:
        rows |= _as_of(trees.with_all_above(model, missing), since)
        missing = {one.parent_id for one in rows.values() if one.parent_id is not None} - set(rows)
    kept: set[int] = set()
    for pk in ids:
        above: int | None = pk
        while above is not None and above not in kept:
            kept.add(above)
            above = rows[above].parent_id
    return trees.parents_first(one for one in rows.values() if one.pk in kept)


def _as_of(nodes: Iterable[Node], since: AuditEntry | None) -> dict[int, Node]:
    rows = {one.pk: one for one in nodes}
    if since is None:
        return rows
    for pk, changes in _changes(type(next(iter(rows.values()))), rows, since=since) if rows else ():
        one = rows[pk]
        if "names" in changes:
            one.names = {**one.names, **changes["names"][0]}
        if "parent" in changes:
            above = type(one)._default_manager.filter(code=changes["parent"][0])
            one.parent_id = above.values_list("pk", flat=True).first()
    return rows


def _changes(
    model: type[Department] | type[Place], ids: Iterable[int], *, since: AuditEntry | None = None
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield what changed in nodes, the last change first: whoever applies what was before goes back in time."""
    entries = AuditEntry.objects.filter(
        subject_kind=model._meta.model_name, subject_id__in=[str(one) for one in ids], verb="change"
    )
    if since is not None:
        entries = entries.filter(pk__gt=since.pk)
    for pk, facts in entries.order_by("-pk").values_list("subject_id", "facts"):
        yield int(pk), facts.get("changes", {})
