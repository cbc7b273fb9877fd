"""Net promoter score: how likely from 0 to 10 it is that one would recommend something. Code = number + 1."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.base import Question, Settings, each_of
from surveys.questionnaires.question_types.points import PointScale


class Nps(PointScale):
    """A number from 0 to 10."""

    name = "nps"
    label = gettext_lazy("Recommendation from 0 to 10 (NPS)")
    purpose = gettext_lazy("How likely residents would recommend something; counted, but no score.")
    answer = "an integer from 0 to 10, or “dk” or “na” as a string where offered"
    ends: ClassVar[tuple[Text, Text]] = (
        {"zh-hans": "完全不可能", "en": "Not at all likely"},
        {"zh-hans": "非常可能", "en": "Extremely likely"},
    )

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 0, 0),
        ({}, 7, 7),
        ({}, 10, 10),
        ({}, None, None),
        ({"offer": ["dk"]}, "dk", "dk"),
        ({"low": {"en": "never"}}, 0, 0),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, -1, 11, 5.0, "5", "", "dk", True, False, [], [5], {}),
        ({"offer": ["dk"]}, "na"),
    )

    def points(self, question: Question) -> range:
        """Return 0 to 10."""
        return range(11)
