"""Counting how many open forms of a wave came from one part of the network on a day.

A part of the network is the first 24 bits of an IPv4 address or the first 48 of an IPv6 address. It is counted under
a hash whose key is random, new every day and destroyed after two days; the address itself is stored and logged
nowhere. Each process counts by itself and writes a part of the network down only for every fifth form from there, so
that a household never reaches the database, a written count never stands beside a single form, and counting costs
next to nothing. What other processes counted is learned on the way. If the database cannot be asked, a process goes
on by itself: no form is ever refused or delayed for the sake of a count.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import date

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

logger = logging.getLogger(__name__)

WRITTEN_FROM = 5  # forms that a process has counted and not written down yet
WRITTEN_SHARE = 8  # ... or so large a part of those known, where they are many
MOST_PREFIXES = 50_000  # kept in memory by a process
PAUSE_SECONDS = 5.0  # after the database could not be asked

KEY = """
WITH made AS (
    INSERT INTO surveys_daykey (day, key) VALUES (%(day)s, %(key)s) ON CONFLICT (day) DO NOTHING RETURNING key
)
SELECT key FROM made UNION ALL SELECT key FROM surveys_daykey WHERE day = %(day)s LIMIT 1
"""
ADD = """
INSERT INTO surveys_nearbycount AS counted (wave_id, day, prefix, forms) VALUES (%s, %s, %s, %s)
ON CONFLICT (wave_id, day, prefix) DO UPDATE SET forms = counted.forms + EXCLUDED.forms
RETURNING forms
"""


def prefix_of(address: str) -> bytes | None:
    """Return the part of the network that an address lies in, or None where it is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return b"\x06" + found.packed[:6]
        found = found.ipv4_mapped
    return b"\x04" + found.packed[:3]


@dataclass(slots=True)
class _Count:
    """Forms from one part of the network: all that are known of, and those of them not written down yet."""

    known: int = 0
    pending: int = 0


@dataclass
class Neighbourhoods:
    """What this process knows of one day; safe for threads."""

    day: date | None = None
    counts: dict[bytes, _Count] = field(default_factory=dict)
    secret: bytes = b""  # of this process and day: prefixes lie in no memory as they are
    day_key: bytes | None = None
    paused_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def seen(self, wave_id: int, prefix: bytes) -> int:
        """Return how many forms of the wave are known to have come from there today."""
        with self.lock:
            count = self._of_today().get(_hash(wave_id, prefix, self.secret))
        return count.known if count else 0

    def add(self, wave_id: int, prefix: bytes) -> int:
        """Count one more form and return how many there are with it."""
        with self.lock:
            counts, key = self._of_today(), _hash(wave_id, prefix, self.secret)
            if key not in counts and len(counts) >= MOST_PREFIXES:
                del counts[next(iter(counts))]
            count = counts.setdefault(key, _Count())
            count.known += 1
            count.pending += 1
            due = count.pending if count.pending >= max(WRITTEN_FROM, count.known // WRITTEN_SHARE) else 0
            count.pending -= due
            today = self.day
        if due and today is not None:
            written = self._write(wave_id, prefix, today, due)
            with self.lock:
                if written is None:
                    count.pending += due
                else:
                    count.known = max(count.known, written + count.pending)
        return count.known

    def forget(self) -> None:
        """Begin anew."""
        with self.lock:
            self.day, self.paused_until = None, 0.0

    def _of_today(self) -> dict[bytes, _Count]:
        today = timezone.localdate()
        if today != self.day:
            self.day, self.counts, self.secret, self.day_key = today, {}, os.urandom(32), None
        return self.counts

    def _write(self, wave_id: int, prefix: bytes, day: date, forms: int) -> int | None:
        """Add to the count that all processes share and return it, or None when the database cannot be asked."""
        if time.monotonic() < self.paused_until:
            return None
        try:
            with connection.cursor() as cursor:
                key = self.day_key or _shared_key(day)
                cursor.execute(ADD, [wave_id, day, _hash(wave_id, prefix, key), forms])
                (total,) = cursor.fetchone()
        except (DatabaseError, InterfaceError):
            self.paused_until = time.monotonic() + PAUSE_SECONDS
            logger.warning(
                "forms from the same part of the network are counted by each process alone for now"
            )
            return None
        self.day_key = key
        return int(total)


def _hash(wave_id: int, prefix: bytes, key: bytes) -> bytes:
    # Keyed BLAKE2 (RFC 7693) is a MAC by itself. The wave's number has a fixed length, so nothing can be shifted.
    return hashlib.blake2b(wave_id.to_bytes(8) + prefix, digest_size=16, key=key).digest()


def _shared_key(day: date) -> bytes:
    """Return the key of the day, making it if nobody has yet."""
    with connection.cursor() as cursor:
        row = None
        while row is None:  # made by somebody else at this moment, it shows when one looks again
            cursor.execute(KEY, {"day": day, "key": os.urandom(32)})
            row = cursor.fetchone()
    return bytes(row[0])


_here = Neighbourhoods()


def seen(wave_id: int, address: str) -> int:
    """Return how many open forms of the wave came from the part of the network of `address` today."""
    prefix = prefix_of(address)
    return _here.seen(wave_id, prefix) if prefix else 0


def add(wave_id: int, address: str) -> int:
    """Count an open form of the wave from `address` and return how many there are today with it; 0: no address."""
    prefix = prefix_of(address)
    return _here.add(wave_id, prefix) if prefix else 0


def forget() -> None:
    """Forget what this process has counted."""
    _here.forget()
