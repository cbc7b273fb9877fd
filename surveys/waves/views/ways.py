"""The ways that lead on from the page of a wave, in one table: who may go there, and when there is anything to do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.people.roles import Deed
from surveys.waves.models import Klass, Wave
from surveys.waves.views.finding import address, may_do


@dataclass(frozen=True, slots=True)
class Way:
    """A page about a wave: its route takes the wave's id."""

    label: str | Promise
    note: str | Promise
    route: str
    deed: Deed
    fits: Callable[[Wave], bool] = lambda wave: True


def can_be_answered(wave: Wave) -> bool:
    """Say whether answers to the wave are or will be taken."""
    return wave.klass != Klass.IMPORTED and wave.status in (Wave.Status.PLANNED, Wave.Status.OPEN)


def takes_codes(wave: Wave) -> bool:
    """Say whether people can be invited to the wave."""
    return can_be_answered(wave) and wave.klass != Klass.OPEN


WAYS = (
    Way(
        _("Invitation codes"),
        _("Make codes, take a registrar’s, withdraw what was lost."),
        "waves:codes",
        Deed.FIELD,
        takes_codes,
    ),
)


def ways_from(request: HttpRequest, wave: Wave) -> list[tuple[Way, str]]:
    """Return the ways that are open to the reader, with their addresses."""
    return [
        (way, url)
        for way in WAYS
        if may_do(request, way.deed) and way.fits(wave) and (url := address(way.route, wave.pk))
    ]
