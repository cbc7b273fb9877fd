"""Trees of departments or places: nested branches narrowed by a search, and what leads from some nodes to the top."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from surveys.people.models import Department, Place

Node = TypeVar("Node", Department, Place)


@dataclass
class Branch(Generic[Node]):
    """A node with the branches below it; `found` tells what was searched for from what only leads to it."""

    node: Node
    found: bool
    children: list["Branch[Node]"] = field(default_factory=list)


def branches(nodes: Iterable[Node], *, search: str = "") -> list[Branch[Node]]:
    """Return the trees among `nodes`, each level in their order; with `search` only what matches and what is above it.

    A node whose parent is not among `nodes` stands at the top.
    """
    wanted = search.strip().casefold()
    by_key = {node.pk: Branch(node, not wanted or matches(node, wanted)) for node in nodes}
    tops: list[Branch[Node]] = []
    for branch in by_key.values():
        above = by_key.get(branch.node.parent_id)
        (above.children if above else tops).append(branch)
    return _pruned(tops) if wanted else tops


def matches(node: Department | Place, wanted: str) -> bool:
    """Say whether `wanted`, case-folded, is part of the code or of a name in any language."""
    return any(wanted in words.casefold() for words in (node.code, *node.names.values()))


def with_all_above(model: type[Node], ids: Iterable[int]) -> list[Node]:
    """Return the nodes with these ids and all above them, parents before children; one query."""
    table = model._meta.db_table
    above = model._default_manager.raw(
        f"WITH RECURSIVE up (id, parent_id) AS ("  # noqa: S608
        f"SELECT id, parent_id FROM {table} WHERE id = ANY(%s) "
        f"UNION SELECT one.id, one.parent_id FROM {table} AS one JOIN up ON one.id = up.parent_id) "
        f"SELECT one.* FROM {table} AS one JOIN up ON one.id = up.id ORDER BY one.position, one.code",
        [list(ids)],
    )
    return parents_first(above)


def parents_first(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes with parents before children, those of one level in their order."""
    waiting = branches(nodes)
    found: list[Node] = []
    for branch in waiting:  # grows while we walk down
        found.append(branch.node)
        waiting.extend(branch.children)
    return found


def _pruned(level: list[Branch[Node]]) -> list[Branch[Node]]:
    kept = []
    for branch in level:
        branch.children = _pruned(branch.children)
        if branch.found or branch.children:
            kept.append(branch)
    return kept
