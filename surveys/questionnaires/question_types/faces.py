"""Five faces from smiling to frowning, each with its words."""

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.scales import SATISFACTION, ScoredScale


class Faces(ScoredScale):
    """A rating by faces, never without words."""

    name = "faces"
    label = gettext_lazy("Faces, five grades")
    purpose = gettext_lazy(
        "Satisfaction by a smiling to a frowning face, with its words beside them, which scores."
    )
    template = "surveys/questionnaires/types/faces.html"
    grades = SATISFACTION
