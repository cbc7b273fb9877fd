"""Where a wave stands, made ready for showing: its steps with their times, and its chip in lists."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.waves.models import Klass, Wave

_ORDER = (Wave.Status.PLANNED, Wave.Status.OPEN, Wave.Status.CLOSED, Wave.Status.SETTLED)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a wave's life: done, current or still to come (its name says so), and when."""

    name: str | Promise
    at: datetime | None
    is_done: bool
    is_current: bool
    note: str | Promise = ""

    @property
    def is_to_come(self) -> bool:
        """Whether it has not happened yet."""
        return not (self.is_done or self.is_current)


@dataclass(frozen=True, slots=True)
class Chip:
    """The state of a wave in one word and one colour."""

    label: str | Promise
    look: str


def timeline_of(wave: Wave, now: datetime) -> list[Step]:
    """Return the steps of `wave` as they stand at `now`."""
    stand = _ORDER.index(Wave.Status(wave.status))
    released = wave.status == Wave.Status.SETTLED and wave.release_at <= now
    closed_early = wave.closed_at is not None and wave.closed_at < wave.closes_at
    planned = Step(
        _("plan made") if stand > 0 else _("planned"), None, is_done=stand > 0, is_current=stand == 0
    )
    steps = [
        Step(
            _("opened") if stand > 0 else _("opens"), wave.opens_at, is_done=stand > 1, is_current=stand == 1
        ),
        Step(
            _("closed") if stand > 1 else _("closes"),
            wave.closed_at or wave.closes_at,
            is_done=stand > 2,
            is_current=stand == 2,
            note=_("early") if closed_early else "",
        ),
        Step(
            _("counted") if stand > 2 else _("to be counted"),
            wave.settled_at,
            is_done=stand == 3,
            is_current=stand == 3 and not released,
        ),
        Step(
            _("released") if released else _("to be released"),
            wave.release_at,
            is_done=False,
            is_current=released,
        ),
    ]
    # What was fielded elsewhere was never planned here.
    return steps if wave.klass == Klass.IMPORTED else [planned, *steps]


def chip_of(wave: Wave) -> Chip:
    """Return the chip of `wave`."""
    looks = {Wave.Status.OPEN: "chip-open", Wave.Status.SETTLED: "chip-publishable"}
    if wave.klass == Klass.IMPORTED and wave.status == Wave.Status.SETTLED:
        return Chip(_("imported"), "chip-publishable")
    return Chip(wave.get_status_display(), looks.get(Wave.Status(wave.status), ""))
