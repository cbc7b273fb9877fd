"""Compose what is said of the parts of a result: breakdowns of a department, roll-ups, and the trees they follow.

Figures are those that `composing` read from the evaluation, digit for digit; here they get their names.
"""

from collections.abc import Mapping
from typing import Any

from reports.scorecards.breakdowns import Breakdown, Gap, GroupFigures, Node, RollUp
from surveys.languages import Text

BETWEEN = {"zh-hans": "、"}  # the names of places that are shown together

Way = tuple[Text, Mapping[str, Text]]  # what something is broken down by, and the names of its groups by code


def parts_of(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `WaveContent` about trees and roll-ups; empty where an evaluation is older than they."""
    return {
        "tree": tuple(Node(**node) for node in whole.get("tree", ())),
        "places": tuple(Node(**node) for node in whole.get("places", ())),
        "roll_ups": tuple(RollUp.of(one) for one in whole.get("roll_ups", ())),
    }


def breakdown(by: str, way: Way, estimate: Mapping[str, Any]) -> Breakdown:
    """Return one breakdown of a department's headline."""
    names, of = way
    return Breakdown(
        by=by,
        names=dict(names),
        groups=tuple(
            GroupFigures(names=_together(group["code"], of), **group) for group in estimate["groups"]
        ),
        gap=Gap(**estimate["gap"]) if estimate["gap"] else None,
    )


def _together(code: str, of: Mapping[str, Text]) -> dict[str, str]:
    """Name a group; strata that are shown together have all their names, in the languages that each has one in."""
    if code in of:
        return dict(of[code])
    names = [of.get(part, {}) for part in code.split("+")]
    shared = [language for language in names[0] if all(one.get(language) for one in names)]
    return {language: BETWEEN.get(language, ", ").join(one[language] for one in names) for language in shared}
