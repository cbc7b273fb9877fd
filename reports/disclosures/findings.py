"""What a trial finds: where something hidden could be worked out, and by what; never the value.

`what` is a key of `reports.scorecards.wording.trials`, which has the sentence for people.
"""

from dataclasses import asdict, dataclass
from typing import Any

SMALL = "small"  # fewer than the base, and published
DIFFERENCE = "difference"  # one table less another
LEFT_OUT = "left_out"  # who answered one question and not another
FLAGGED = "flagged"  # figures with and without records that were flagged
CLUSTERS = "clusters"  # sums over clusters of which one is small
COMPLEMENT = "complement"  # a total less all other departments
CHANNELS = "channels"  # a total less the other channels
PARTICIPATION = "participation"  # a total less the other strata
FIGURE = "figure"  # a figure of something that is hidden
WHOLE = "whole"  # a figure of a whole, a part of which is hidden
DISAGREES = "disagrees"  # figures that do not follow from the dataset, and so tell more
CORRECTION = "correction"  # this publication less an earlier one
BEFORE = "before"  # the score of a wave before that nobody has read
FAULT = "fault"  # the trial itself went wrong


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place where something follows: a department by code, "" for the wave, and where in its tables."""

    department: str
    what: str
    where: str = ""

    def document(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return asdict(self)
