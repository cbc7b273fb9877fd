"""The files of formats 2 and 3 where they differ: no categories were told of groups, and no papers were made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.exports import delimited, document
from reports.exports.base import Bundle


class Design(delimited.Design):
    """The groups without what all people of a group share."""

    columns = ("stratum", "cell", "N", "n", "w", "psus", "psu_population", "category")

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the groups of the dataset."""
        for *line, _shared in super().rows(dataset):
            yield line


class Method(document.Method):
    """The method without fingerprints of the files beside it."""

    is_kept = False

    def comparability(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rule of that time: a score of the wave before that nobody could read was no reason yet."""
        rule = super().comparability(content)
        rule["change"]["told"] = rule["change"]["told"].removesuffix(document.UNPUBLISHED)
        return rule

    def files(self, bundle: Bundle) -> dict[str, Any]:
        """Return nothing."""
        return {}
