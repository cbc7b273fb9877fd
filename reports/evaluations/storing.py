"""Writing what a part of an evaluation found: its dataset and its measurements, always replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from reports.evaluations import datasets
from reports.evaluations.measuring import Measured
from reports.evaluations.models import EvaluationPart, Measurement, Progress


def keep(done: Sequence[tuple[int, datasets.Dataset, Mapping[str, Any]]]) -> None:
    """Store the datasets of finished parts, without waiting for one before sending the next."""
    update = (
        f"UPDATE {EvaluationPart._meta.db_table} "  # noqa: S608
        "SET dataset = %s, agreement = %s, progress = %s, claimed_until = NULL, attempts = 0, error = '' WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            update,
            [
                (_written(dataset.document()), _written(agreement), Progress.DONE, pk)
                for pk, dataset, agreement in done
            ],
        )


def _written(value: Any) -> str:
    """Write JSON for the database without blanks, which it would only read over."""
    return json.dumps(value, separators=(",", ":"))


def replace(
    measured: Iterable[tuple[EvaluationPart, Sequence[Measured]]],
    parts: Sequence[EvaluationPart],
    indicators: Sequence[str] = (),
) -> None:
    """Replace the measurements of `parts`, all of them or those of the given indicators."""
    old = Measurement.objects.filter(part__in=parts)
    (old.filter(indicator__in=indicators) if indicators else old).delete()
    columns = ("part_id", "indicator", "item", "status", "n", "estimate")
    table = Measurement._meta.db_table
    # Thousands of small rows: COPY costs a fifth of an INSERT through models.
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for part, several in measured:
            for one in several:
                row = part.pk, one.indicator, one.item, str(one.status), one.n, _written(one.estimate)
                copy.write_row(row)
