"""A number from 1 to as many as the designer says, such as 1 to 10."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import Question, Settings, each_of
from surveys.questionnaires.question_types.points import LOW_AND_HIGH, PointScale
from surveys.questionnaires.question_types.scales import OFFER
from surveys.questionnaires.shapes import Record, Whole

_TEN = 10


class RatingPoints(PointScale):
    """A number from 1 up."""

    name = "rating_points"
    label = gettext_lazy("Points, such as 1 to 10")
    purpose = gettext_lazy("A number between two ends that you name; counted, but no score.")
    answer = "an integer from 1 to the number of points, or “dk” or “na” as a string where offered"
    settings_shape = Record(optional={"points": Whole(2, 11), **LOW_AND_HIGH, "offer": OFFER})
    blank_settings: ClassVar[Settings] = {"points": _TEN, "low": {}, "high": {}, "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "points": gettext_lazy("Number of points"),
        **PointScale.setting_labels,
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 1, 1),
        ({}, 10, 10),
        ({}, None, None),
        ({"points": 5, "offer": ["dk", "na"]}, "na", "na"),
        ({"points": 5}, 5, 5),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 0, 11, "5", "", "dk", True, 5.0, [], [5], {}),
        *each_of({"points": 5}, 6, 0),
    )

    def points(self, question: Question) -> range:
        """Return the numbers from 1."""
        return range(1, question["settings"].get("points", _TEN) + 1)
