"""P8: disk per record of twelve coded items, with its key, commitment, salt and all indexes."""

from __future__ import annotations

from benchmarks.city import a_wave, load_responses
from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database

RECORDS = 200_000
TARGET = 300


def measure() -> list[Ratio]:
    """Load records, settle their wave as it would be, and divide the table's size by them."""
    from django.db import connection

    from surveys.responses import counting, mixing
    from surveys.waves import fielding

    with scratch_database():
        wave = a_wave("storage", items=12, departments=20)
        load_responses(wave, RECORDS)
        counting.replace(wave, counting.count_wave(wave))
        fielding.close_wave(wave, by=None)
        mixing.settle(wave.pk)
        with connection.cursor() as cursor:
            # Settling writes every record anew; what autovacuum gives back is given back here at once.
            cursor.execute("VACUUM (FULL) surveys_response")
            cursor.execute("SELECT pg_total_relation_size('surveys_response')")
            (size,) = cursor.fetchone()
    each = size / RECORDS
    return [
        Ratio(
            code="P8",
            what="disk per record of 12 coded items, everything included",
            value=each,
            unit="bytes",
            reference=None,
            reference_name="",
            target=f"≤ {TARGET} bytes",
            met=each <= TARGET,
        )
    ]
