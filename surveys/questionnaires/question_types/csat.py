"""Satisfaction with one service that was just used (CSAT), in the same five grades as satisfaction in general."""

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.scales import SATISFACTION, ScoredScale


class Csat(ScoredScale):
    """How satisfied with this visit or this case."""

    name = "csat"
    label = gettext_lazy("Satisfaction with a service just used (CSAT)")
    purpose = gettext_lazy("A rating of one visit or one case right after it, which scores.")
    grades = SATISFACTION
