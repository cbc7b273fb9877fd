"""What a trial before a release found, in sentences: the place and the way, never a value."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.scorecards.models import Publication

WAYS = {
    "small": _("A published group holds fewer people than the base."),
    "difference": _("One published table less another leaves a group below the base."),
    "left_out": _("Few answered one of two questions and not the other; sums of both tell what they said."),
    "flagged": _("Figures with and without doubtful ratings differ by too few of them."),
    "clusters": _("Sums over clusters tell a cluster in which too few answered."),
    "complement": _("The number of people less all other departments gives this department away."),
    "channels": _("The number of people less the other channels gives a small one away."),
    "participation": _("The totals less the other strata give a small stratum away."),
    "figure": _("A figure is told of something that is hidden."),
    "whole": _("A mean has a part that is hidden, which follows from the others."),
    "disagrees": _("A figure does not follow from the published dataset, and so tells more than it."),
    "correction": _(
        "The difference to an earlier publication, which stays readable, is what a few people said."
    ),
    "before": _("The change tells the score of a wave before that nobody could read."),
    "fault": _("The trial itself went wrong. It is repeated by itself; tell whoever runs the machine."),
}


def found_in(publication: Publication, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Say what stands in the way of a release; `names` of departments by code."""
    return _lines(publication.trial_findings, names)


def withheld_in(publication: Publication, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Say which departments were hidden because of what an earlier trial found."""
    return _lines(publication.evaluation.whole.get("withheld", ()), names)


def _lines(found: Iterable[Mapping[str, str]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "department": names.get(one["department"], one["department"]),
            "where": one.get("where", ""),
            "way": WAYS.get(one["what"], ""),
        }
        for one in found
    ]
