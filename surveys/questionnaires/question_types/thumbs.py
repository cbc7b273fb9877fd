"""A thumb up or down, each with its words: two answers make no five-grade rating, so they are counted, not scored."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.base import Settings, each_of
from surveys.questionnaires.question_types.scales import CountedScale

THUMBS: Mapping[int, Text] = {
    2: {"zh-hans": "好", "en": "Good"},
    1: {"zh-hans": "不好", "en": "Not good"},
}


class Thumbs(CountedScale):
    """Good or not good."""

    name = "thumbs"
    label = gettext_lazy("Thumbs up or down")
    purpose = gettext_lazy("A quick “good” or “not good”; counted, but no score.")
    answer = "2 (good) or 1 (not good), or “dk” or “na” as a string where offered"
    template = "surveys/questionnaires/types/thumbs.html"
    grades = THUMBS

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 2, 2),
        ({}, 1, 1),
        ({}, None, None),
        ({"offer": ["dk"]}, "dk", "dk"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 0, 3, 5, "2", "", "dk", "up", True, 1.0, [], [2], {}),
        ({"offer": ["dk"]}, "na"),
    )
