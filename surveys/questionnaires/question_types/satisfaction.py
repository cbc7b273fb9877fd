"""The five-grade satisfaction scale, with “don't know” and “not applicable” always beside it.

Codes as in GB/T 好差评: 5 is best.
"""

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.scales import SATISFACTION, ScoredScale


class Satisfaction(ScoredScale):
    """How satisfied, in five grades."""

    name = "satisfaction"
    label = gettext_lazy("Satisfaction, five grades")
    purpose = gettext_lazy("A rating from “very satisfied” to “very dissatisfied”, which scores.")
    grades = SATISFACTION
