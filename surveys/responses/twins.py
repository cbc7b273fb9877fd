"""Finding texts that are nearly the same as another's, when a wave has closed. Workers only.

Two texts are twins when the groups of three characters that are in both are more than nine tenths of those in either
(Jaccard's index of their shingles). Case, spaces and punctuation do not count. They are found without comparing every
pair: two such sets share at least one member among the rarest tenth of each, so only texts that meet there are
compared, each with at most five hundred others (prefix filtering: Chaudhuri, Ganti, Kaushik, "A Primitive Operator for
Similarity Joins in Data Cleaning", ICDE 2006; Bayardo, Ma, Srikant, "Scaling Up All Pairs Similarity Search", WWW
2007).

Only words are read: no rating, no time, no order.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from django.db import connection

from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.question_types.texts import LongText, ShortText
from surveys.responses import screening
from surveys.responses.models import Status
from surveys.responses.quality import Flag
from surveys.waves.models import Klass, Wave

Key = TypeVar("Key", bound=Hashable)

FEWEST_CHARACTERS = 20
WIDTH = 3  # characters of a shingle
PERCENT = 90  # of the shingles of both, more than so many are shared
MOST_COMPARED = 500  # others that a text is compared with, those with the rarest groups in common first

TEXTS = """
SELECT department_id, one.key, id, one.value
FROM surveys_response, jsonb_each_text(extras) AS one
WHERE wave_id = %s AND klass = %s AND status <> %s AND one.key = ANY(%s) AND length(one.value) >= %s
"""
MARK = """
UPDATE surveys_response SET flags = flags | %(flag)s
WHERE wave_id = %(wave)s AND id = ANY(%(twins)s) AND flags & %(flag)s = 0
RETURNING department_id, klass
"""


def mark(wave: Wave) -> set[tuple[int, int]]:
    """Flag the open records of a closed wave whose words are nearly another's; twice does no more than once.

    Returns the slices concerned as (department, class). Belongs into a transaction that counts those anew.
    """
    if not any(rule.flag == Flag.TWIN for rule in screening.rules_of(wave.method.get("screening", ""))):
        return set()
    found = {record for texts in _texts_of(wave).values() for record in twins_in(texts)}
    if not found:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"flag": int(Flag.TWIN), "wave": wave.pk, "twins": sorted(found)})
        return set(cursor.fetchall())


def _texts_of(wave: Wave) -> dict[tuple[int, str], dict[UUID, str]]:
    """Return what was written, by department and question and record; what its author has replaced is left out."""
    written = (ShortText.name, LongText.name)
    questions = [
        one["code"] for one in codebook_of(wave.edition).document["questions"] if one["type"] in written
    ]
    texts: dict[tuple[int, str], dict[UUID, str]] = defaultdict(dict)
    if questions:
        with connection.cursor() as cursor:
            cursor.execute(
                TEXTS, [wave.pk, int(Klass.OPEN), int(Status.REPLACED), questions, FEWEST_CHARACTERS]
            )
            for department, question, record, text in cursor:
                texts[department, question][record] = text
    return texts


def twins_in(texts: Mapping[Key, str]) -> set[Key]:
    """Return the keys of all texts that are long enough and nearly the same as another's."""
    same: dict[str, list[Key]] = defaultdict(list)
    for key, text in texts.items():
        if len(words := plain(text)) >= FEWEST_CHARACTERS:
            same[words].append(key)
    twins = {words for words, keys in same.items() if len(keys) > 1}
    for one, other in _near(list(same)):
        twins |= {one, other}
    return {key for words in twins for key in same[words]}


def plain(text: str) -> str:
    """Return the letters and digits of a text, without case, width, spaces and punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def shingles(words: str) -> frozenset[str]:
    """Return every group of three characters of `words`."""
    return frozenset(words[at : at + WIDTH] for at in range(len(words) - WIDTH + 1))


def are_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether more than nine tenths of the members of either set are in both."""
    shared = len(one & other)
    return 100 * shared > PERCENT * (len(one) + len(other) - shared)


def _near(different: list[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of texts that differ and are nearly the same; of each text at least one pair if it has any."""
    frequency = Counter(shingle for words in different for shingle in shingles(words))
    meeting: dict[str, list[str]] = defaultdict(list)
    for words in sorted(different, key=len):
        members = shingles(words)
        # Two sets that share more than nine tenths share one of these.
        first = sorted(members, key=lambda shingle: (frequency[shingle], shingle))
        first = first[: len(members) - len(members) * PERCENT // 100]
        compared: set[str] = set()
        for shingle in first:
            for other in meeting[shingle]:
                if other not in compared and len(compared) < MOST_COMPARED:
                    compared.add(other)
                    if are_near(members, shingles(other)):
                        yield words, other
            meeting[shingle].append(words)
