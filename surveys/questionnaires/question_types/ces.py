"""Customer effort (CES): how easy it was to get something done, in five grades."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.question_types.scales import ScoredScale

EASE: Mapping[int, Text] = {
    5: {"zh-hans": "非常容易", "en": "Very easy"},
    4: {"zh-hans": "容易", "en": "Easy"},
    3: {"zh-hans": "不难也不易", "en": "Neither easy nor difficult"},
    2: {"zh-hans": "困难", "en": "Difficult"},
    1: {"zh-hans": "非常困难", "en": "Very difficult"},
}


class Ces(ScoredScale):
    """How easy it was, in five grades."""

    name = "ces"
    label = gettext_lazy("Ease of getting something done (CES)")
    purpose = gettext_lazy("How easy it was for residents to get something done; very easy scores highest.")
    grades = EASE
