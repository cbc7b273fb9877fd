"""Satisfaction with every department of the wave, in one table.

Each department keeps its own rating, exactly as when it is asked about alone: only the drawing differs.
"""

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.satisfaction import Satisfaction


class SatisfactionMatrix(Satisfaction):
    """How satisfied with each department, as the rows of one table."""

    name = "satisfaction_matrix"
    label = gettext_lazy("Satisfaction, all departments in one table")
    purpose = gettext_lazy("The same rating of every department of the wave, one row for each, which scores.")
    template = "surveys/questionnaires/types/satisfaction_matrix.html"
    family = "grids"
    needs_each = True
    is_joint = True
