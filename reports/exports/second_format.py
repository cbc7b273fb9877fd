"""The one file of format 2 that differs: it did not say yet which numbers of two waves may be compared."""

from collections.abc import Mapping
from typing import Any

from reports.exports import third_format


class Method(third_format.Method):
    """The method without the rule by which a change is told or refused."""

    def comparability(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing."""
        return {}
