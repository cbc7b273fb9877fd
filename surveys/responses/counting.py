"""Counting records into tallies, and tallies as bytes. Workers only: it needs numpy.

A slice (wave, class, department) is counted by group: stratum, weighting cell, channel, status, PSU. Its *counts* have
one column for every code that may stand at an item's place; its *moments* hold, for each pair of rated items answered
by the same record, how many such records there are and the sums of their grades and products.

Index and dimensions are about those who rated the department (docs/decisions/one-domain.md): where the headline has no
grade, the answers to the items of dimensions are counted as `UNRATED` and enter no moment.

Sums of whole numbers do not depend on their order, groups are kept in ascending order, and every array is written in
the fewest bytes that hold its largest number. So a tally that was kept up to date is the same bytes as one counted
anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from surveys.people.models import Department
from surveys.questionnaires.codebook import (
    BLANK,
    DONT_KNOW,
    NOT_APPLICABLE,
    NOT_ASKED,
    Codebook,
    Part,
    codebook_of,
)
from surveys.questionnaires.documents import GENERAL
from surveys.waves.models import Wave

# So many records are counted at a time: arrays stay small, and sums of squares exact in single precision.
CHUNK_RECORDS = 65_536
CHUNK_GROUPS = 64

MOMENTS = 4  # n, Σa, Σb, Σab
WIDTH = len(("stratum", "cell", "channel", "status", "psu"))  # of a group

# A code of tallies alone, never of a record. Its count is not stored: it is what an item's columns lack.
UNRATED = 252


class CorruptRecords(ValueError):
    """Stored records hold a byte that their edition does not know."""


class GroupKey(NamedTuple):
    """Where in a slice a record belongs."""

    stratum: int
    cell: int
    channel: int
    status: int
    psu: int = 0


class Batch(NamedTuple):
    """The codes of all records of one group of one slice, one after the other."""

    department_id: int
    klass: int
    group: GroupKey
    records: int
    codes: bytes


class SliceKey(NamedTuple):
    """Which slice of a wave."""

    department_id: int
    klass: int


@dataclass(frozen=True)
class Layout:
    """The columns that a part's items have in `counts`."""

    part: Part

    @cached_property
    def columns(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The item and the code of every column."""
        pairs = [
            (item.position, code)
            for item in self.part.items
            for code in (NOT_ASKED, *sorted(item.codes), NOT_APPLICABLE, DONT_KNOW, BLANK)
        ]
        items, codes = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return items, codes

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Which code, by item, may stand in a record."""
        found = np.zeros((self.items, 256), dtype=np.bool_)
        found[self.columns] = True
        return found

    @cached_property
    def scored(self) -> NDArray[np.intp]:
        """The positions of the rated items."""
        return np.array([item.position for item in self.part.items if item.scored], dtype=np.intp)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The pairs a ≤ b of rated items."""
        first, second = np.triu_indices(len(self.scored))
        return first, second

    @cached_property
    def headline(self) -> int | None:
        """The position of the headline item, if the part has one."""
        return self.part.headline.position if self.part.headline else None

    @cached_property
    def dimensional(self) -> NDArray[np.intp]:
        """The positions of the items of dimensions that count only where the headline has a grade."""
        counted = [one.position for one in self.part.items if one.dimension and not one.headline]
        return np.array([] if self.headline is None else counted, dtype=np.intp)

    @property
    def items(self) -> int:
        """How many bytes a record of this part has."""
        return len(self.part.items)


@dataclass(frozen=True)
class Counts:
    """A slice as arrays, its groups ascending."""

    groups: NDArray[np.uint16]  # [group, 5]
    counts: NDArray[np.int64]  # [group, column]
    moments: NDArray[np.int64]  # [group, pair, 4]
    records: int

    def __add__(self, other: Counts) -> Counts:
        groups, where = np.unique(np.concatenate([self.groups, other.groups]), axis=0, return_inverse=True)
        counts = np.zeros((len(groups), self.counts.shape[1]), np.int64)
        moments = np.zeros((len(groups), *self.moments.shape[1:]), np.int64)
        mine, theirs = np.split(where.reshape(-1), [len(self.groups)])
        for rows, one in ((mine, self), (theirs, other)):
            counts[rows] += one.counts
            moments[rows] += one.moments
        return Counts(groups, counts, moments, self.records + other.records)

    def written(self) -> tuple[int, bytes, bytes, bytes]:
        """Return the number of records and the three arrays as bytes."""
        return self.records, self.groups.astype("<u2").tobytes(), written(self.counts), written(self.moments)


def count(layout: Layout, batches: Iterable[Batch]) -> Counts:
    """Count the batches of one slice; each group comes once."""
    ordered = sorted(batches, key=lambda batch: batch.group)
    counts = np.zeros((len(ordered), len(layout.columns[0])), np.int64)
    moments = np.zeros((len(ordered), len(layout.pairs[0]), MOMENTS), np.int64)
    for rows, lengths, given in _chunks(layout, ordered):
        codes, left_out = _of_one_domain(layout, given)
        counts[rows] += _counts(layout, codes, lengths, left_out)
        moments[rows] += _moments(layout, codes, lengths)
    return Counts(
        groups=np.array([batch.group for batch in ordered], dtype=np.uint16).reshape(-1, WIDTH),
        counts=counts,
        moments=moments,
        records=sum(batch.records for batch in ordered),
    )


def _chunks(layout: Layout, batches: Sequence[Batch]) -> Iterator[tuple[slice, list[int], NDArray[np.uint8]]]:
    """Cut batches into chunks: the groups they belong to, how many records of each, and their codes."""
    width = layout.items
    if width == 0:
        return
    first, lengths, pieces, held = 0, list[int](), list[memoryview](), 0

    def chunk() -> tuple[slice, list[int], NDArray[np.uint8]]:
        codes = np.frombuffer(b"".join(pieces), dtype=np.uint8).reshape(-1, width)
        return slice(first, first + len(lengths)), lengths, codes

    for row, batch in enumerate(batches):
        if len(batch.codes) != batch.records * width:
            raise CorruptRecords(f"records of department {batch.department_id} are not {width} bytes long")
        left = memoryview(batch.codes)
        while left:
            taken = left[: (CHUNK_RECORDS - held) * width]
            if not pieces:
                first = row
            pieces.append(taken)
            lengths.append(len(taken) // width)
            held += lengths[-1]
            left = left[len(taken) :]
            if held == CHUNK_RECORDS or (len(lengths) == CHUNK_GROUPS and not left):
                yield chunk()
                lengths, pieces, held = [], [], 0
    if pieces:
        yield chunk()


def _of_one_domain(layout: Layout, codes: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """Set the codes of dimensions to `UNRATED` where the headline has no grade; return how many were set, too."""
    if layout.headline is None or not len(layout.dimensional):
        return codes, 0
    headline = codes[:, layout.headline]
    unrated = np.flatnonzero((headline < 1) | (headline > 5))
    places = np.ix_(unrated, layout.dimensional)
    left_out = codes[places]
    if not layout.known[layout.dimensional, left_out].all():
        raise _corrupt(layout)
    found = codes.copy()
    found[places] = UNRATED
    return found, left_out.size


def _counts(
    layout: Layout, codes: NDArray[np.uint8], lengths: Sequence[int], left_out: int
) -> NDArray[np.int64]:
    """Count each code at each place, by group; so many codes are `UNRATED`."""
    width = layout.items
    bins = codes + 256 * np.arange(width)
    if len(lengths) > 1:
        bins += np.repeat(256 * width * np.arange(len(lengths)), lengths)[:, np.newaxis]
    found = np.bincount(bins.ravel(), minlength=256 * width * len(lengths)).reshape(-1, width, 256)
    known = found[:, *layout.columns]
    if known.sum() != codes.size - left_out:
        raise _corrupt(layout)
    return known


def _corrupt(layout: Layout) -> CorruptRecords:
    return CorruptRecords(
        f"a record of part “{layout.part.department}” holds a code that its edition does not know"
    )


def _moments(layout: Layout, codes: NDArray[np.uint8], lengths: Sequence[int]) -> NDArray[np.int64]:
    """Sum over the records of each group, for each pair of rated items that both have a grade."""
    rated = codes[:, layout.scored]
    size = rated.shape[1]
    # Grades and ones beside each other: one product of this with itself holds all four sums of every pair.
    block = np.empty((len(codes), 2 * size), np.float32)
    block[:, size:] = (rated >= 1) & (rated <= 5)
    np.multiply(rated, block[:, size:], out=block[:, :size])
    products = np.empty((len(lengths), 2 * size, 2 * size), np.float32)
    start = 0
    for group, length in enumerate(lengths):
        part = block[start : start + length]
        np.matmul(part.T, part, out=products[group])
        start += length
    a, b = layout.pairs
    places = np.stack([size + a, a, size + a, a], 1), np.stack([size + b, size + b, b, b], 1)
    return products[:, *places].astype(np.int64)


def written(array: NDArray[np.int64]) -> bytes:
    """Return an array of counts as bytes: the width of a number, then the numbers, little-endian."""
    largest = int(array.max(initial=0))
    width = next(width for width in (1, 2, 4, 8) if largest < 256**width)
    return bytes([width]) + array.astype(f"<u{width}").tobytes()


def read(content: bytes) -> NDArray[np.int64]:
    """Return the numbers that `written` wrote, flat."""
    return np.frombuffer(content, dtype=f"<u{content[0]}", offset=1).astype(np.int64)


def read_slice(layout: Layout, records: int, groups: bytes, counts: bytes, moments: bytes) -> Counts:
    """Return the slice that was written as bytes."""
    keys = np.frombuffer(groups, dtype="<u2").reshape(-1, WIDTH).astype(np.uint16)
    return Counts(
        groups=keys,
        counts=read(counts).reshape(len(keys), len(layout.columns[0])),
        moments=read(moments).reshape(len(keys), len(layout.pairs[0]), MOMENTS),
        records=records,
    )


class Layouts:
    """The layouts of a wave's parts, by department."""

    def __init__(self, wave: Wave) -> None:
        self._codebook: Codebook = codebook_of(wave.edition)
        known = Department.objects.order_by().values_list("pk", "code", "parent_id")
        # What is said about the place as a whole is kept under the root department.
        self._parts = {pk: GENERAL if parent is None else code for pk, code, parent in known}
        self._layouts: dict[int, Layout] = {}

    def of(self, department_id: int) -> Layout:
        """Return the layout of the part about a department."""
        if department_id not in self._layouts:
            self._layouts[department_id] = Layout(self._codebook.part(self._parts[department_id]))
        return self._layouts[department_id]


# A record that was voided stays void, and one that was replaced counts nowhere; any flag makes another a flagged one,
# so that results can be shown with and without.
STATUS = "CASE WHEN status = 3 THEN 3 WHEN status = 2 OR flags <> 0 THEN 2 ELSE 1 END"

COUNT = f"""
SELECT department_id, klass, stratum, cell, channel, {STATUS}, psu, count(*), string_agg(codes, ''::bytea)
FROM surveys_response
WHERE wave_id = %s AND status <> 4
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2
"""  # noqa: S608  nothing of it comes from outside
# The number of the PSU lies behind all else in a row: not reading it saves a twelfth where it is always 0.
COUNT_SINGLY = COUNT.replace("psu, count", "0::smallint, count").replace("5, 6, 7", "5, 6")

LOOK_UP = """
SELECT department_id, klass, records, groups, counts, moments FROM surveys_tally
WHERE wave_id = %s AND department_id = ANY(%s) ORDER BY department_id, klass FOR UPDATE
"""

REPLACE = """
INSERT INTO surveys_tally (wave_id, department_id, klass, records, groups, counts, moments)
SELECT %s, * FROM unnest(%s::bigint[], %s::smallint[], %s::int[], %b::bytea[], %b::bytea[], %b::bytea[])
ON CONFLICT (wave_id, klass, department_id) DO UPDATE
SET records = EXCLUDED.records, groups = EXCLUDED.groups, counts = EXCLUDED.counts, moments = EXCLUDED.moments
"""


def count_wave(wave: Wave) -> dict[SliceKey, Counts]:
    """Count all records of a wave from scratch, in one pass; the codes of one slice are in memory at a time."""
    layouts = Layouts(wave)
    statement = COUNT if wave.strata.filter(clusters__isnull=False).exists() else COUNT_SINGLY
    with _binary_cursor() as cursor:
        # Rows arrive one by one, and unlike with a declared cursor the database may still count in parallel.
        rows = cursor.stream(statement, [wave.pk], binary=True)
        return _count_ordered(layouts, (batch_of(*row) for row in rows))


def batch_of(department: int, klass: int, *grouped: Any) -> Batch:
    """Return a row of grouped records as a batch: department, class, the group, how many records, their codes."""
    *group, records, codes = grouped
    return Batch(department, klass, GroupKey(*group), records, bytes(codes))


def count_batches(layouts: Layouts, batches: Iterable[Batch]) -> dict[SliceKey, Counts]:
    """Count batches of any slices."""
    return _count_ordered(layouts, sorted(batches, key=_slice_key))


def _slice_key(batch: Batch) -> SliceKey:
    return SliceKey(batch.department_id, batch.klass)


def _count_ordered(layouts: Layouts, batches: Iterable[Batch]) -> dict[SliceKey, Counts]:
    return {
        key: count(layouts.of(key.department_id), found) for key, found in groupby(batches, key=_slice_key)
    }


def add(wave: Wave, batches: Iterable[Batch]) -> None:
    """Add new records to the wave's tallies, each slice replaced as a whole; belongs into their transaction."""
    layouts = Layouts(wave)
    found = count_batches(layouts, batches)
    with _binary_cursor() as cursor:
        cursor.execute(LOOK_UP, [wave.pk, sorted({key.department_id for key in found})], binary=True)
        for department, klass, *arrays in cursor:
            key = SliceKey(department, klass)
            if key in found:
                found[key] += read_slice(layouts.of(department), *arrays)
    replace(wave, found)


def replace(wave: Wave, slices: dict[SliceKey, Counts]) -> None:
    """Write slices in the place of what was there."""
    written_slices = {key: one.written() for key, one in sorted(slices.items())}
    arrays = [list(column) for column in zip(*written_slices.values(), strict=True)] or [[]] * 4
    keys = [key.department_id for key in written_slices], [key.klass for key in written_slices]
    with _binary_cursor() as cursor:
        cursor.execute(REPLACE, [wave.pk, *keys, *arrays])


def stored(wave: Wave) -> dict[SliceKey, tuple[int, bytes, bytes, bytes]]:
    """Return the wave's tallies as they are stored."""
    with _binary_cursor() as cursor:
        cursor.execute(
            "SELECT department_id, klass, records, groups, counts, moments FROM surveys_tally WHERE wave_id = %s",
            [wave.pk],
            binary=True,
        )
        return {SliceKey(row[0], row[1]): row[2:] for row in cursor}


@contextmanager
def _binary_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """Open a cursor that sends and fetches bytes as they are; Django's writes them into the statement as digits."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
