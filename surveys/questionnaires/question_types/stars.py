"""Five to one stars, each with its words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.scales import ScoredScale

STARS: Mapping[int, Text] = {
    5: {"zh-hans": "很好", "en": "Very good"},
    4: {"zh-hans": "好", "en": "Good"},
    3: {"zh-hans": "一般", "en": "Fair"},
    2: {"zh-hans": "差", "en": "Poor"},
    1: {"zh-hans": "很差", "en": "Very poor"},
}


class Stars(ScoredScale):
    """A rating by stars, never without words."""

    name = "stars"
    label = gettext_lazy("Stars, five grades")
    purpose = gettext_lazy("A rating from five stars to one, with its words beside them, which scores.")
    template = "surveys/questionnaires/types/stars.html"
    grades = STARS
