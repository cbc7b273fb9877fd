"""Agreement with a statement in five grades, with “don't know” and “not applicable” always beside it."""

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.scales import AGREEMENT, ScoredScale


class Agreement(ScoredScale):
    """How far the resident agrees, in five grades."""

    name = "agreement"
    label = gettext_lazy("Agreement, five grades")
    purpose = gettext_lazy(
        "How far residents agree with a statement that praises; full agreement scores highest."
    )
    grades = AGREEMENT
