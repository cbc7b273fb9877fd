"""Whom somebody works for, when two people of two organisations are needed and none of those who are rated.

Organisations are compared by their letters and digits, and one that contains the other is the same: when in doubt, two
are one.
"""

import unicodedata
from collections.abc import Iterable

from surveys.people.access import below, root_department
from surveys.people.models import Department

SHORTEST_CODE = 4  # of a department, to be looked for inside a name: "it" is in "university"
# Cyrillic and Greek letters that are drawn as Latin ones, as small letters.
LOOKALIKES = str.maketrans(
    "\u0430\u0432\u0435\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0455\u0442\u0443\u0445"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abeijkmhopcstyxabezhikmnoptyx",
)


def is_named(organisation: str) -> bool:
    """Say whether a name says anything."""
    return bool(_plain(organisation))


def are_one(one: str, other: str) -> bool:
    """Say whether two names may mean the same organisation: one contains the other, by letters and digits."""
    first, second = _plain(one), _plain(other)
    return bool(first and second) and (first in second or second in first)


def is_of(organisation: str, department: Department) -> bool:
    """Say whether an organisation is this department, a part of it or a house around it."""
    if any(are_one(organisation, name) for name in department.names.values()):
        return True
    code, words = _plain(department.code), _plain(organisation)
    return code == words or (len(code) >= SHORTEST_CODE and code in words)


def line_of(departments: Iterable[Department]) -> set[int]:
    """Return the ids of departments and of all above and below them, the root among them."""
    line = {root_department().pk}
    parents = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    for one in departments:
        line.update(below(one.pk))
        above: int | None = one.pk
        while above is not None:
            line.add(above)
            above = parents[above]
    return line


def _plain(words: str) -> str:
    """Return the letters and digits of a name, without capitals and without letters that look like Latin ones."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(sign for sign in folded if sign.isalnum()).translate(LOOKALIKES)
