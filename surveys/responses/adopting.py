"""Making records of what an imported wave brought along: the same rows, salts and commitments as of any other.

Runs inside the transaction that settles the wave and shuffles its records, so the order of the file is lost there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from django.db import connection
from django.utils import timezone

from surveys.people.access import root_department
from surveys.people.models import Department
from surveys.questionnaires.codebook import Codebook, codebook_of
from surveys.questionnaires.documents import GENERAL
from surveys.responses import commitments, quality
from surveys.responses.models import Participation, Status
from surveys.waves.models import Channel, Klass, PastAnswers, Wave

COPY = """
COPY surveys_response (
    id, wave_id, department_id, day, klass, channel, stratum, cell, psu, flags, language, codes, salt, commitment,
    status
) FROM STDIN (FORMAT BINARY)
"""
TYPES = ["uuid", "int8", "int8", "date", *["int2"] * 6, "varchar", *["bytea"] * 3, "int2"]


def adopt(wave: Wave) -> bool:
    """Turn the wave's past answers into records and count its people; say whether there were any."""
    past = PastAnswers.objects.select_for_update().filter(wave=wave).first()
    if past is None:
        return False
    departments = dict(Department.objects.filter(parent__isnull=False).values_list("code", "pk"))
    departments[GENERAL] = root_department().pk
    # All queries are done by now: until the copy ends, the connection takes no other.
    people = [_Person(*one) for one in past.people]
    rows = _rows(wave, codebook_of(wave.edition), departments, people)
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(COPY) as copy,
    ):
        copy.set_types(TYPES)
        for row in rows:
            copy.write_row(row)
    Participation.objects.bulk_create(
        Participation(
            wave=wave, klass=Klass.IMPORTED, stratum=stratum, cell=cell, channel=Channel.IMPORT, people=number
        )
        for (stratum, cell), number in sorted(Counter((one.stratum, one.cell) for one in people).items())
    )
    past.delete()
    return True


class _Person(NamedTuple):
    """Who took part in a past wave, and the codes by part as hexadecimal digits; without parts nobody was rated."""

    stratum: int
    parts: Mapping[str, str]
    cell: int = 0
    psu: int = 0


def _rows(
    wave: Wave, codebook: Codebook, departments: Mapping[str, int], people: Iterable[_Person]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows to be copied, one for each person and part."""
    language = wave.edition.languages[0]
    day = timezone.localdate(wave.closed_at)
    for person in people:
        for code, written in person.parts.items():
            part = codebook.part(code)
            codes = bytes.fromhex(written)
            salt = commitments.new_salt()
            record = commitments.record_of(
                part,
                survey=wave.slug,
                definition=wave.edition.content_hash,
                klass=Klass.IMPORTED,
                language=language,
                codes=codes,
                extras=None,
                text_salts=None,
            )
            yield (
                uuid4(),
                wave.pk,
                departments[code],
                day,
                int(Klass.IMPORTED),
                int(Channel.IMPORT),
                person.stratum,
                person.cell,
                person.psu,
                quality.flags_of(part, codes),
                language,
                codes,
                salt,
                commitments.commitment_of(record, salt),
                int(Status.KEPT),
            )
