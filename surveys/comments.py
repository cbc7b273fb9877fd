"""A narrow door: what residents wrote, masked, one text at a time and in no order.

Only long texts come through: a comment is what somebody was asked to say in their own words. Short texts, the words
beside “other”, contacts and numbers are answers, and stay with their records. A comment carries the code of its
question and nothing that joins it to a record or to another comment; `reports` stores it for the office alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from surveys.people.models import Department
from surveys.questionnaires.codebook import codebook_of
from surveys.redacting import masked
from surveys.waves.models import Wave

FEWEST = 10  # records in which a question is answered, before any of its answers is told
COMMENTED = frozenset({"long_text"})  # the types of questions whose answers are comments


@dataclass(frozen=True, slots=True)
class Comment:
    """One text as it may be shown: "" where hardly anything was left of it."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Comments:
    """How many comments there are, and those that were asked for, in random order; each is masked when it is read."""

    number: int
    texts: Iterator[Comment]


# Void and replaced records speak no more. Each text has a place of its own in the order, drawn by the server from the
# randomness of the operating system, so that two texts of one record lie no nearer to each other than any others.
TEXTS = """
SELECT said.key, said.value
FROM surveys_response AS record, jsonb_each_text(record.extras) AS said
WHERE record.wave_id = %s AND record.klass = %s AND record.department_id = %s AND record.status NOT IN (3, 4)
  AND said.key = ANY(%s)
ORDER BY gen_random_uuid() LIMIT %s
"""
COUNTS = """
SELECT said.key, count(*)
FROM surveys_response AS record, jsonb_each_text(record.extras) AS said
WHERE record.wave_id = %s AND record.klass = %s AND record.department_id = %s AND record.status NOT IN (3, 4)
  AND said.key = ANY(%s)
GROUP BY 1 HAVING count(*) >= %s
"""


def drawn(
    wave_id: int, *, klass: int, department_id: int, fewest: int = FEWEST, most: int | None = None
) -> Comments:
    """Return the comments of one slice, `most` of them by lot; raises `LookupError` while the wave is not settled.

    A question that fewer than `fewest` records answered, never less than `FEWEST`, gives none. Three queries; masking
    takes some tenths of a millisecond a text.
    """
    wave = Wave.objects.select_related("edition").filter(pk=wave_id, status=Wave.Status.SETTLED).first()
    if wave is None:
        raise LookupError(f"Wave {wave_id} is not settled: its records are still being mixed.")
    wanted = [wave_id, klass, department_id]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [*wanted, _asked(wave, department_id), max(FEWEST, fewest)])
        numbers = dict(cursor.fetchall())
        cursor.execute(TEXTS, [*wanted, list(numbers), most])
        rows = cursor.fetchall()
    return Comments(sum(numbers.values()), (Comment(item, masked(words)) for item, words in rows))


def _asked(wave: Wave, department_id: int) -> list[str]:
    """List the codes of the questions about a department that ask for a comment."""
    department = Department.objects.get(pk=department_id)
    codebook = codebook_of(wave.edition)
    part = codebook.general if department.parent_id is None else codebook.part(department.code)
    return [question["code"] for question in part.questions if question["type"] in COMMENTED]
