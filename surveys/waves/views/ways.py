"""The ways that lead on from the page of a wave, in one table: who may go there, and when there is anything to do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.people.roles import Deed
from surveys.waves.models import Channel, Klass, Wave
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
    """Say whether people can be drawn and invited to the wave; codes for service events are drawn by programs."""
    return can_be_answered(wave) and wave.klass == Klass.SAMPLE


def has_codes(wave: Wave) -> bool:
    """Say whether people answer the wave with codes, which can be lost."""
    return can_be_answered(wave) and wave.klass in (Klass.SAMPLE, Klass.SERVICE)


def has_posters(wave: Wave) -> bool:
    """Say whether a poster leads anywhere: anybody may answer, and by a QR code."""
    return can_be_answered(wave) and wave.is_public and Channel.QR in wave.channels


WAYS = (
    Way(
        _("Fieldwork"),
        _("Who begins and finishes, where people stop, who is missing."),
        "responses:fieldwork",
        Deed.SEE_FIELDWORK,
        lambda wave: wave.klass != Klass.IMPORTED and wave.status != Wave.Status.PLANNED,
    ),
    Way(
        _("Excluded ratings"),
        _("Leave a rating out of the count, by a rule and by two people."),
        "waves:exclusions",
        Deed.SEE_FIELDWORK,
        lambda wave: wave.klass != Klass.IMPORTED and wave.status != Wave.Status.PLANNED,
    ),
    Way(
        _("Invitation codes"),
        _("Make codes, take a registrar’s, withdraw what was lost."),
        "waves:codes",
        Deed.FIELD,
        has_codes,
    ),
    Way(
        _("Send messages"),
        _("Invite by text message or e-mail, remind everybody."),
        "waves:send",
        Deed.FIELD,
        takes_codes,
    ),
    Way(
        _("Posters"),
        _("Print a QR code for every service point."),
        "waves:posters",
        Deed.SEE_FIELDWORK,
        has_posters,
    ),
    Way(
        _("Kiosks"),
        _("Add the screens at counters, switch them off."),
        "waves:kiosks",
        Deed.FIELD,
        lambda wave: can_be_answered(wave) and Channel.KIOSK in wave.channels,
    ),
    Way(
        _("Help somebody answer"),
        _("Fill a form in together with a resident."),
        "waves:assist",
        Deed.ASSIST,
        lambda wave: can_be_answered(wave) and Channel.ASSISTED in wave.channels,
    ),
    Way(
        _("Print paper forms"),
        _("The same questionnaire on paper, with a number on every copy."),
        "waves:paper",
        Deed.ENTER_PAPER,
        lambda wave: can_be_answered(wave) and Channel.PAPER in wave.channels,
    ),
    Way(
        _("Type in a paper form"),
        _("Two people, one after the other; differences are shown."),
        "waves:paper-enter",
        Deed.ENTER_PAPER,
        lambda wave: can_be_answered(wave) and Channel.PAPER in wave.channels,
    ),
)


def ways_from(request: HttpRequest, wave: Wave) -> list[tuple[Way, str]]:
    """Return the ways that are open to the reader, with their addresses."""
    return [
        (way, url)
        for way in WAYS
        if may_do(request, way.deed) and way.fits(wave) and (url := address(way.route, wave.pk))
    ]
