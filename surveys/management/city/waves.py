"""The waves of the city: closed ones half a year apart, an open one, a visit, and a pulse of a quarter of an hour."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from surveys.languages import Text
from surveys.management.city import answers
from surveys.management.city.departments import MOVES, OFFICES
from surveys.management.city.questionnaires import PULSE, VISIT, YEARLY
from surveys.people.access import root_department
from surveys.people.models import Department, Place
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition
from surveys.waves import fielding
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Invitation, Klass, Wave

HALF_YEAR = timedelta(days=182)
FIELDED = timedelta(days=21)
PULSE_LASTS = timedelta(minutes=15)

RESPONSE_RATE = 0.58  # of those invited to a closed wave
OPEN_PEOPLE, OPEN_INVITED, PASSERS_BY = 260, 1_200, 90
PULSE_PEOPLE, PULSE_INVITED = 400, 700
VISIT_OFFICES = ("government-services",)
PULSE_OFFICES = ("health", "education", "urban-management", "transport", "government-services", "water")


class City:
    """What the waves have in common: editions, departments, districts and the luck of the draw."""

    def __init__(
        self,
        editions: Mapping[str, Edition],
        departments: dict[str, Department],
        districts: Sequence[Place],
        seed: int,
    ) -> None:
        self.yearly, self.pulse, self.visited = (editions[code] for code in (YEARLY, PULSE, VISIT))
        self.departments = departments
        self.strata = tuple(StratumPlan(one.code, one.names, one.population) for one in districts)
        residents = np.array([one.population for one in districts], dtype=np.float64)
        self.shares: NDArray[np.float64] = residents / residents.sum()
        self.quality: NDArray[np.float64] = np.array([office.quality for office in OFFICES])
        self.contact: NDArray[np.float64] = np.array([office.contact for office in OFFICES])
        self.rng = np.random.default_rng(seed)
        self.now = fielding.database_now()

    def past(self, *, people: int, waves: int) -> list[Wave]:
        """Load `waves` closed waves of `people` people each, the last one closed ten days ago."""
        loaded: list[Wave] = []
        for ago in reversed(range(waves)):
            closes_at = self.now - timedelta(days=10) - ago * HALF_YEAR
            loaded.append(self._past(closes_at, people, loaded[-1] if loaded else None))
            self._move_on()
        return loaded

    @transaction.atomic
    def _past(self, closes_at: datetime, people: int, previous: Wave | None) -> Wave:
        month = timezone.localtime(closes_at)
        wave = fielding.record_past(
            edition=self.yearly,
            slug=f"satisfaction-{month:%Y-%m}",
            titles=_titles(month, "群众满意度评价", "Residents’ satisfaction"),
            departments=self.departments.values(),
            opens_at=closes_at - FIELDED,
            closes_at=closes_at,
            release_at=self.now,
            strata=self.strata,
            klass=Klass.SAMPLE,
            is_public=False,
            channels=answers.CHANNELS,
            previous=previous,
            by=None,
        )
        came = answers.load(self._crowd(wave, people, Klass.SAMPLE), self.rng)
        _invite(wave, spent=came, issued=np.ceil(came / RESPONSE_RATE).astype(np.int64))
        return wave

    @transaction.atomic
    def open(self, *, previous: Wave | None) -> tuple[Wave, int]:
        """Load a wave that is half-way through its two weeks; return it and how many people have answered."""
        month = timezone.localtime(self.now)
        wave = fielding.plan(
            edition=self.yearly,
            slug=f"monthly-{month:%Y-%m}",
            titles=_titles(month, "月度跟踪评价", "Monthly survey"),
            departments=self.departments.values(),
            opens_at=self.now - timedelta(days=7),
            closes_at=self.now + timedelta(days=7),
            release_at=self.now + timedelta(days=8),
            strata=self.strata,
            channels=answers.CHANNELS,
            previous=previous,
            by=None,
        )
        wave = fielding.open_wave(wave, by=None)
        came = answers.load(self._crowd(wave, OPEN_PEOPLE, Klass.SAMPLE), self.rng)
        _invite(wave, spent=came, issued=_split(OPEN_INVITED, self.shares))
        answers.load(self._crowd(wave, PASSERS_BY, Klass.OPEN), self.rng)
        return wave, OPEN_PEOPLE + PASSERS_BY

    @transaction.atomic
    def quick(self) -> tuple[Wave, int]:
        """Load a pulse that closes and releases in a quarter of an hour, so that a newcomer sees the whole road."""
        day = timezone.localtime(self.now)
        wave = fielding.plan(
            edition=self.pulse,
            slug=f"pulse-{day:%Y-%m-%d}",
            titles={
                "zh-hans": f"快评（{day.month}月{day.day}日）",
                "en": f"Pulse of {day.day} {day:%B}",
            },
            departments=[self.departments[code] for code in PULSE_OFFICES],
            opens_at=self.now,
            closes_at=self.now + PULSE_LASTS,
            release_at=self.now + PULSE_LASTS,
            strata=self.strata,
            channels=answers.CHANNELS,
            departments_per_person=2,
            by=None,
        )
        wave = fielding.open_wave(wave, by=None)
        came = answers.load(self._crowd(wave, PULSE_PEOPLE, Klass.SAMPLE), self.rng)
        _invite(wave, spent=came, issued=_split(PULSE_INVITED, self.shares))
        return wave, PULSE_PEOPLE

    @transaction.atomic
    def visits(self) -> Wave:
        """Open a wave that nobody has answered: a newcomer goes through its pages as a resident does."""
        month = timezone.localtime(self.now)
        wave = fielding.plan(
            edition=self.visited,
            slug=f"visit-{month:%Y-%m}",
            titles=_titles(month, "办事体验评价", "A visit to an office"),
            departments=[self.departments[code] for code in VISIT_OFFICES],
            opens_at=self.now,
            closes_at=self.now + timedelta(days=30),
            release_at=self.now + timedelta(days=31),
            channels=(Channel.WEB, Channel.QR),
            by=None,
        )
        return fielding.open_wave(wave, by=None)

    def _crowd(self, wave: Wave, people: int, klass: Klass) -> answers.Crowd:
        asked = [
            place
            for place, office in enumerate(OFFICES)
            if wave.coverage.filter(department__code=office.code)
        ]
        first = timezone.localtime(wave.opens_at).date()
        last = timezone.localtime(min(wave.closes_at, self.now)).date()
        return answers.Crowd(
            wave=wave,
            book=codebook_of(wave.edition),
            definition=wave.edition.content_hash,
            people=people,
            klass=klass,
            first_day=first,
            days=(last - first).days + 1,
            root=root_department().pk,
            departments=[self.departments[OFFICES[place].code] for place in asked],
            quality=self.quality[asked],
            contact=self.contact[asked],
            strata=self.shares,
            each=wave.departments_per_person,
        )

    def _move_on(self) -> None:
        """Let half a year pass for the departments."""
        drift = self.rng.normal(0, 0.8, len(OFFICES))
        self.quality = self.quality + drift + np.array([MOVES.get(office.code, 0.0) for office in OFFICES])


def _titles(day: datetime, chinese: str, english: str) -> Text:
    return {"zh-hans": f"{chinese}（{day.year}年{day.month}月）", "en": f"{english}, {day:%B %Y}"}


def _split(total: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(total * shares).astype(np.int64)


def _invite(wave: Wave, *, spent: NDArray[np.int64], issued: NDArray[np.int64]) -> None:
    """Register invitations whose codes nobody ever saw: those that were used, and those that were not."""
    rows = [
        (os.urandom(32), stratum, Invitation.State.SPENT if number < used else Invitation.State.ISSUED)
        for stratum, (used, sent) in enumerate(zip(spent, issued, strict=True), 1)
        for number in range(max(int(sent), int(used)))
    ]
    rows.sort()
    table = Invitation._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {table} (code_hash, wave_id, klass, stratum, state) FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.set_types(("bytea", "int8", "int2", "int2", "int2"))
        for code_hash, stratum, state in rows:
            copy.write_row((code_hash, wave.pk, int(wave.klass), stratum, int(state)))
