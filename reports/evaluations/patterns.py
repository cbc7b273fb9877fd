"""Whole records of one department, counted: how many people of a stratum gave exactly these answers.

For analyses that counts of single questions cannot give. Rows stay behind this page, and as they come in an order that
is drawn anew each time, nothing that is counted here depends on it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reports.evaluations.datasets import VOID
from surveys import microdata
from surveys.tallies import WaveDesign


class Pattern(NamedTuple):
    """The number of the stratum that people were drawn from, and the bytes of their answers in item order.

    Where nobody was drawn, all are of stratum 0.
    """

    stratum: int
    codes: bytes


def patterns_of(wave: WaveDesign, department_id: int) -> Mapping[Pattern, int]:
    """Count the records of a department that were not voided; raises `LookupError` while the wave is not settled."""
    rows = microdata.rows(wave.id, klass=wave.klass, department_id=department_id)
    return Counter(
        Pattern(row.stratum if wave.judged else 0, bytes(row.codes)) for row in rows if row.status != VOID
    )
