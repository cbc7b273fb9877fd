"""The files of format 1 where they differ: what was published then is answered with the bytes of then.

Datasets of that time hold the very rows of their files, and stratum weights alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from reports.exports import third_format
from reports.exports.delimited import Delimited


class Stored(Delimited):
    """Rows as the dataset holds them."""

    part: ClassVar[str]

    def rows(self, dataset: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Yield the rows as they are."""
        yield from dataset[self.part]


class Dataset(Stored):
    """Counts and sums of weights by department, item, stratum and value."""

    name = "dataset.csv"
    part = "rows"
    columns = ("item", "stratum", "value", "n", "w", "w2")


class Design(Stored):
    """Residents, people who took part, and mean weight of the strata as the dataset names them."""

    name = "design.csv"
    part = "design"
    columns = ("stratum", "N", "n", "w")


class Moments(Stored):
    """Weighted cross-moments of the grades a and b of the items that the index is made of."""

    name = "moments.csv"
    part = "moments"
    columns = ("stratum", "item_a", "item_b", "n", "w", "wa", "w2", "w2a", "w2b", "w2ab")


class Method(third_format.Method):
    """The method of people who are weighted by stratum alone."""

    def rules(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the sentences of that time."""
        return {
            "not_scored": ["dk", "na", "blank", "suppressed"],
            "weight": "w = N/n of the stratum; 1 where N is empty",
            "variance": (
                "sum over strata of (1 - n/N) n/(n - 1) (S2 - S1 S1/n), S1 = sum(w (s - theta))/W, "
                "S2 = sum(w2 (s - theta)^2)/W^2, W = sum(w); n and N of design.csv; 1 - n/N is 1 where N is empty"
            ),
            "strata": "merged in declared order until each has the minimum base, named with +",
        }
