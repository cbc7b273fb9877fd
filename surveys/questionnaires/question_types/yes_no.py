"""Yes, no, or not sure: “not sure” is an answer that is counted, so that nobody is pressed to one side."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.base import Settings, each_of
from surveys.questionnaires.question_types.scales import WORDS, CountedScale
from surveys.questionnaires.shapes import ListOf, OneOf, Record

YES_NO: Mapping[int, Text] = {
    1: {"zh-hans": "是", "en": "Yes"},
    2: {"zh-hans": "否", "en": "No"},
    3: {"zh-hans": "不确定", "en": "Not sure"},
}


class YesOrNo(CountedScale):
    """Yes, no or not sure."""

    name = "yes_no"
    label = gettext_lazy("Yes, no, not sure")
    purpose = gettext_lazy("A plain question of fact, with “not sure” as an answer of its own.")
    answer = "1 (yes), 2 (no) or 3 (not sure), or “na” as a string where offered"
    template = "surveys/questionnaires/types/single_choice.html"
    family = "choices"
    grades = YES_NO
    settings_shape = Record(optional={"words": WORDS, "offer": ListOf(OneOf(("na",)), most=1)})
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "offer": gettext_lazy("Offered apart from the choices"),
        "offer.na": gettext_lazy("Not applicable"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 1, 1),
        ({}, 2, 2),
        ({}, 3, 3),
        ({}, None, None),
        ({"offer": ["na"]}, "na", "na"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = each_of(
        {}, 0, 4, "1", "yes", "", "na", "dk", True, False, 1.0, [], [1], {}
    )
