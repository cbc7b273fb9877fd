"""Answers of invented residents: drawn with numpy, packed and committed to like real ones, loaded by COPY.

A resident has a mood, a district and three departments that they have met. What they think of a department is its
quality, moved by mood and district; each item adds its own noise, is cut into five grades, and sometimes left out.
Everything but salts and row keys follows from the seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from surveys.management.city.comments import COMMENTS, comment_on
from surveys.management.city.questionnaires import AGE_GROUPS, MATTERS
from surveys.people.models import Department
from surveys.questionnaires.codebook import BLANK, DONT_KNOW, NOT_APPLICABLE, Codebook, Part
from surveys.responses import commitments, quality
from surveys.responses.models import InboxEntry
from surveys.waves.models import Channel, Klass, Wave

CHANNELS = (Channel.WEB, Channel.QR, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER)
CHANNEL_SHARES = (0.36, 0.40, 0.08, 0.07, 0.09)

MOOD, OPINION, NOISE = 9.0, 13.0, 11.0  # standard deviations, in points of the score
DONT_KNOW_SHARE, NOT_APPLICABLE_SHARE, BLANK_SHARE = 0.06, 0.02, 0.025
COMMENT_SHARE = 0.10
ENGLISH_SHARE = 0.03
AGE_SHARES = (0.24, 0.31, 0.27, 0.18)

_BATCH = 20_000  # people drawn at a time

_COLUMNS = (
    "id", "wave_id", "department_id", "day", "klass", "channel", "stratum", "cell", "flags", "language",
    "codes", "salt", "commitment", "extras", "text_salts", "leads",
)  # fmt: skip
_TYPES = (
    "uuid", "int8", "int8", "date", "int2", "int2", "int2", "int2", "int2", "text",
    "bytea", "bytea", "bytea", "jsonb", "jsonb", "bool",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who answers a wave: how many, by what right, on which days, and what they meet."""

    wave: Wave
    book: Codebook  # of the wave's edition, like its hash: nothing can be asked of the database during COPY
    definition: str
    people: int
    klass: Klass
    first_day: date
    days: int
    root: int  # the department that stands for the place as a whole
    departments: Sequence[Department]
    quality: NDArray[np.float64]  # of each department
    contact: NDArray[np.float64]  # of each department
    strata: NDArray[np.float64]  # shares of the districts
    each: int  # departments rated by one person


def load(crowd: Crowd, rng: np.random.Generator) -> NDArray[np.int64]:
    """Put the answers of a crowd into the inbox; return how many people came from each stratum."""
    came = np.zeros(len(crowd.strata), dtype=np.int64)
    table = InboxEntry._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(_TYPES)
        for start in range(0, crowd.people, _BATCH):
            drawn = _draw(crowd, min(_BATCH, crowd.people - start), rng)
            came += np.bincount(drawn.strata, minlength=len(came))
            for row in _rows(crowd, drawn):
                copy.write_row(row)
    return came


@dataclass(frozen=True, slots=True)
class _Drawn:
    strata: NDArray[np.int64]
    channels: NDArray[np.int64]
    days: NDArray[np.int64]
    english: NDArray[np.bool_]
    picks: NDArray[np.int64]  # [person, rated]: position of the department
    grades: NDArray[np.uint8]  # [person, rated, item]
    comments: NDArray[np.int64]  # [person, rated]: number of a comment that fits, -1 for none
    general: NDArray[np.uint8]  # [person, item]
    matters: NDArray[np.bool_]  # [person, matter]
    visits: NDArray[np.int64]


def _draw(crowd: Crowd, people: int, rng: np.random.Generator) -> _Drawn:
    book = crowd.book
    items = len(book.part(crowd.departments[0].code).items)
    strata = rng.choice(len(crowd.strata), size=people, p=crowd.strata)
    # The departments of a person: the largest of log share plus Gumbel noise, that is drawn without putting back.
    luck = np.log(crowd.contact) + rng.gumbel(size=(people, len(crowd.contact)))
    picks = np.argsort(-luck, axis=1)[:, : crowd.each]
    mood = rng.normal(0, MOOD, people) + np.linspace(-2.5, 2.5, len(crowd.strata))[strata]
    opinion = crowd.quality[picks] + mood[:, None] + rng.normal(0, OPINION, picks.shape)
    leaning = np.linspace(1.5, -1.5, items)  # later items are harder to please
    grades = _graded(opinion[:, :, None] + leaning, rng)
    general = np.zeros((people, len(book.general.items)), dtype=np.uint8)
    if book.general.items:
        scored = sum(item.scored for item in book.general.items)
        general[:, :scored] = _graded(68 + mood[:, None] + np.linspace(3, -9, scored), rng)
        ages = rng.choice(len(AGE_GROUPS), size=people, p=AGE_SHARES) + 1
        general[:, scored] = np.where(rng.random(people) < BLANK_SHARE, BLANK, ages)
    speaks = rng.random(picks.shape) < COMMENT_SHARE
    return _Drawn(
        strata=strata,
        channels=np.array(CHANNELS)[rng.choice(len(CHANNELS), size=people, p=CHANNEL_SHARES)],
        days=rng.integers(0, crowd.days, people),
        english=rng.random(people) < ENGLISH_SHARE,
        picks=picks,
        grades=grades,
        comments=np.where(speaks, rng.integers(0, len(COMMENTS), picks.shape), -1),
        general=general,
        matters=rng.random((people, len(MATTERS) - 1)) < 0.22,
        visits=rng.poisson(2.1, people),
    )


def _graded(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Cut points (0–100) into grades 1 to 5, and leave some out."""
    noisy = points + rng.normal(0, NOISE, points.shape)
    grades = (np.clip(np.rint(noisy / 25), 0, 4) + 1).astype(np.uint8)
    fate = rng.random(points.shape)
    grades[fate < DONT_KNOW_SHARE] = DONT_KNOW
    grades[fate > 1 - NOT_APPLICABLE_SHARE] = NOT_APPLICABLE
    grades[(fate > 0.5) & (fate < 0.5 + BLANK_SHARE)] = BLANK
    return grades


def _rows(crowd: Crowd, drawn: _Drawn) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the inbox, the records of one person after the other."""
    book = crowd.book
    parts = [(department.pk, book.part(department.code)) for department in crowd.departments]
    for person in range(len(drawn.strata)):
        language = "en" if drawn.english[person] else "zh-hans"
        shared = (
            crowd.first_day + timedelta(days=int(drawn.days[person])),
            int(crowd.klass),
            int(drawn.channels[person]),
            int(drawn.strata[person]) + 1,
            0,
        )
        records = [
            (
                *parts[pick],
                drawn.grades[person, place].tobytes(),
                _comment(crowd.departments[pick].code, int(drawn.comments[person, place])),
            )
            for place, pick in enumerate(drawn.picks[person])
        ]
        if book.general.items:
            records.append(
                (crowd.root, book.general, drawn.general[person].tobytes(), _circumstances(drawn, person))
            )
        for place, (department, part, codes, extras) in enumerate(records):
            yield _row(crowd, department, part, codes, extras, shared, language, leads=place == 0)


def _row(
    crowd: Crowd,
    department: int,
    part: Part,
    codes: bytes,
    extras: dict[str, Any] | None,
    shared: tuple[Any, ...],
    language: str,
    *,
    leads: bool,
) -> tuple[Any, ...]:
    text_salts = commitments.text_salts_of(extras) if extras else None
    salt = commitments.new_salt()
    record = commitments.record_of(
        part,
        survey=crowd.wave.slug,
        definition=crowd.definition,
        klass=shared[1],
        language=language,
        codes=codes,
        extras=extras,
        text_salts=text_salts,
    )
    return (
        uuid4(), crowd.wave.pk, department, *shared, quality.flags_of(part, codes), language, codes, salt,
        commitments.commitment_of(record, salt), Jsonb(extras) if extras else None,
        Jsonb(text_salts) if text_salts else None, leads,
    )  # fmt: skip


def _comment(department: str, number: int) -> dict[str, Any] | None:
    return {"better": comment_on(department, number)} if number >= 0 else None


def _circumstances(drawn: _Drawn, person: int) -> dict[str, Any]:
    chosen = [int(matter) + 1 for matter in np.flatnonzero(drawn.matters[person])]
    return {"matters": chosen or [len(MATTERS)], "visits": int(drawn.visits[person])}
