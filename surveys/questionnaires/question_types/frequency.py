"""How often, from always to never: counted, not scored, because often is not always good."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import Settings, each_of
from surveys.questionnaires.question_types.scales import FREQUENCY, CountedScale


class Frequency(CountedScale):
    """How often something happens."""

    name = "frequency"
    label = gettext_lazy("Frequency, from always to never")
    purpose = gettext_lazy("How often something happens, in five fixed steps; counted, but no score.")
    answer = "an integer from 5 (always) to 1 (never), or “dk” or “na” as a string where offered"
    grades = FREQUENCY

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, 5, 5),
        ({}, 1, 1),
        ({}, None, None),
        ({"offer": ["dk", "na"]}, "na", "na"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 0, 6, "5", "", "dk", "always", True, 5.0, [], [5], {}),
        ({"offer": ["dk"]}, "na"),
    )
