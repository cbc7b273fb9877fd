"""What a resident may reach: waves by their address, kept in memory for two seconds.

Reading a page costs no query while the memory is fresh, and goes on while the database is away. Whether answers are
taken is never decided here but by the database, in `collecting`. What an open wave asks is frozen, so that a
form and the check of its answers see the same questions.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from surveys.languages import Text
from surveys.people.access import root_department
from surveys.people.models import ServicePoint
from surveys.questionnaires.codebook import Part, codebook_of
from surveys.questionnaires.documents import GENERAL, Document
from surveys.questionnaires.logic.course import Course
from surveys.questionnaires.models import Edition
from surveys.questionnaires.question_types import question_type
from surveys.waves import margins
from surveys.waves.margins import MarginPlan
from surveys.waves.models import Channel, Coverage, Klass, Wave

FRESH_SECONDS = 2.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class AskedDepartment:
    """Whom a part of the form is about; the root department stands for the place as a whole."""

    id: int
    code: str  # of the part: the department's code, or `GENERAL`
    names: Text
    part: Part


@dataclass(frozen=True)
class AskedWave:
    """A wave as its residents meet it."""

    id: int
    slug: str
    titles: Text
    status: str
    klass: int
    opens_at: datetime
    closes_at: datetime
    release_at: datetime
    is_public: bool
    channels: tuple[int, ...]
    departments_per_person: int
    content_hash: str
    document: Document
    course: Course
    general: AskedDepartment | None
    departments: tuple[AskedDepartment, ...]  # in the wave's order, only those that are asked anything
    margins: tuple[MarginPlan, ...] = ()
    points: Mapping[str, int] = field(default_factory=dict)  # ids of the service points of its departments
    screening: str = ""  # the version of the rules that it declares, see `screening`

    @cached_property
    def by_code(self) -> Mapping[str, AskedDepartment]:
        """Whom the wave asks about, by the code of the part."""
        asked = (self.general, *self.departments) if self.general else self.departments
        return {department.code: department for department in asked}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that the edition is complete in, the default first."""
        return tuple(self.document["languages"])

    @cached_property
    def chooses(self) -> bool:
        """Whether a person chooses the departments to rate, because they are too many for one form."""
        return len(self.departments) > self.departments_per_person

    @cached_property
    def takes_files(self) -> bool:
        """Whether some question asks for a file."""
        return any(question_type(question["type"]).takes_file for question in self.document["questions"])

    @property
    def has_opened(self) -> bool:
        """Whether answers were ever taken."""
        return self.status != Wave.Status.PLANNED

    @property
    def is_open(self) -> bool:
        """Whether it looks open from here; the database decides."""
        return self.status == Wave.Status.OPEN and datetime.now(UTC) < self.closes_at

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that a form of this wave shows."""
        names = [(one.code, one.names) for one in self.by_code.values()]
        shown: list[Any] = [self.slug, self.titles, self.content_hash, names, self.closes_at.isoformat()]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()

    @cached_property
    def channels_by_name(self) -> Mapping[str, Channel]:
        """The wave's channels; "" is the one that an address without a name stands for."""
        known = [Channel(channel) for channel in self.channels]
        usual = Channel.WEB if Channel.WEB in known or not known else known[0]
        return {"": usual, **{channel.name.lower(): channel for channel in known}}

    def channel_named(self, name: str) -> Channel:
        """Return the wave's channel called `name`, or the usual one."""
        return self.channels_by_name.get(name) or self.channels_by_name[""]


_remembered: dict[str, tuple[float, AskedWave]] = {}


def asked_wave(slug: str, *, fresh: bool = False) -> AskedWave:
    """Return the wave at `slug` as it was within the last two seconds; raises `Wave.DoesNotExist`.

    With `fresh` the database is asked at once: four queries. A wave remembered from before is good enough while
    the database is away.
    """
    found = _remembered.get(slug)
    now = time.monotonic()
    if found and now - found[0] < FRESH_SECONDS and not fresh:
        return found[1]
    try:
        asked = _look_up(slug)
    except (OperationalError, InterfaceError):
        if found:
            return found[1]
        raise
    if len(_remembered) >= MOST_REMEMBERED:
        forget()
    _remembered[slug] = (now, asked)
    return asked


def forget() -> None:
    """Forget every remembered wave."""
    _remembered.clear()


def running_waves() -> QuerySet[Wave]:
    """Return the waves that anybody may answer now or look after, the one closing first in front.

    By whom and how often codes are given at service points is public, though only who got one may answer.
    """
    told = Q(is_public=True) | Q(klass=Klass.SERVICE)
    return Wave.objects.filter(told, status=Wave.Status.OPEN).order_by("closes_at", "pk")


def past_waves() -> QuerySet[Wave]:
    """Return the waves that are over, the latest first."""
    return Wave.objects.filter(status__in=(Wave.Status.CLOSED, Wave.Status.SETTLED)).order_by(
        "-release_at", "-id"
    )


def _look_up(slug: str) -> AskedWave:
    wave = Wave.objects.select_related("edition").defer("edition__document").get(slug=slug)
    codebook = codebook_of(wave.edition)
    covered = Coverage.objects.filter(wave=wave, department__parent__isnull=False).select_related(
        "department"
    )
    return AskedWave(
        id=wave.pk,
        slug=wave.slug,
        titles=wave.titles,
        status=wave.status,
        klass=wave.klass,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        release_at=wave.release_at,
        is_public=wave.is_public,
        channels=tuple(wave.channels),
        departments_per_person=wave.departments_per_person,
        content_hash=wave.edition.content_hash,
        document=codebook.document,
        course=codebook.course,
        general=_general(wave.edition),
        departments=tuple(
            AskedDepartment(one.department.pk, one.department.code, one.department.names, part)
            for one in covered.order_by("position", "id")
            if (part := codebook.part(one.department.code)).questions
        ),
        margins=margins.declared(wave.margins),
        screening=wave.method.get("screening", ""),
        points=dict(
            ServicePoint.objects.filter(department__coverage__wave=wave, is_active=True).values_list(
                "code", "pk"
            )
        ),
    )


def _general(edition: Edition) -> AskedDepartment | None:
    """Return the questions about the place as a whole, if there are any, with the root department."""
    part = codebook_of(edition).general
    if not part.questions:
        return None
    root = root_department()
    return AskedDepartment(root.pk, GENERAL, root.names, part)
