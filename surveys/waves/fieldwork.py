"""How the fieldwork of a wave goes: how many people took part, from where and by which channel. Never a value.

People are counted as their answers are mixed in, in batches, so the newest appear a little later. The counts are
one-way tables; nothing here is crossed, and fewer than ten people are told as that, to everybody. While answers come
in, every number of people or of used codes is told in steps of ten (`telling`): who looks before and after somebody
was at the counter learns nothing. Spent codes are counted at once, so they are told for the wave as a whole only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.utils.functional import Promise

from surveys.waves import telling
from surveys.waves.models import Channel, Invitation, Klass, Stratum, Wave
from surveys.waves.telling import FEWEST_TOLD, STEP


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table of people."""

    label: str | Promise
    people: int | None  # None: fewer than ten
    share: float | None  # of all, 0–1


@dataclass(frozen=True, slots=True)
class StratumLine:
    """A stratum: how much of the population lives there, and how much of the sample came from there."""

    stratum: Stratum
    invited: int
    people: int | None  # None: fewer than ten
    population_share: float | None
    people_share: float | None

    @property
    def population_percent(self) -> float | None:
        """The share of the population, in per cent."""
        return None if self.population_share is None else 100 * self.population_share

    @property
    def people_percent(self) -> float | None:
        """The share of the sample, in per cent."""
        return None if self.people_share is None else 100 * self.people_share


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """The state of a wave's fieldwork."""

    people: int | None  # None: fewer than ten
    invited: int
    spent: int | None  # None: fewer than ten
    revoked: int
    classes: list[Line]
    channels: list[Line]
    strata: list[StratumLine]


def with_people(waves: QuerySet[Wave]) -> QuerySet[Wave]:
    """Add to each wave the number of `people` who took part as it is told, None for fewer than ten.

    The latest wave comes first.
    """
    counted = waves.annotate(counted=Sum("participation__people", default=0))
    told_people = Case(
        When(counted__lt=FEWEST_TOLD, then=None),
        When(status=Wave.Status.SETTLED, then=F("counted")),
        default=F("counted") - F("counted") % STEP,
    )
    return counted.annotate(people=told_people).order_by("-opens_at", "-id")


def of(wave: Wave) -> Fieldwork:
    """Return the state of the fieldwork of `wave`, in three queries."""
    counts = list(wave.participation.values_list("klass", "stratum", "channel", "people"))
    strata = list(wave.strata.all())
    exactly = telling.is_exact(wave)
    people = telling.told(sum(one[3] for one in counts), exactly=exactly)
    by_class: dict[int, int] = {}
    by_channel: dict[int, int] = {}
    by_stratum = {one.number: 0 for one in strata}
    for klass, stratum, channel, number in counts:
        by_class[klass] = by_class.get(klass, 0) + number
        by_channel[channel] = by_channel.get(channel, 0) + number
        if klass == wave.klass and stratum in by_stratum:
            by_stratum[stratum] += number
    invited: dict[int, int] = {}
    states: dict[int, int] = {}
    for stratum, state, number in invitations_by_state(wave):
        states[state] = states.get(state, 0) + number
        if state not in (Invitation.State.REVOKED, Invitation.State.SPARE):
            invited[stratum] = invited.get(stratum, 0) + number
    return Fieldwork(
        people=people,
        invited=sum(invited.values()),
        spent=used(wave, states.get(Invitation.State.SPENT, 0)),
        revoked=states.get(Invitation.State.REVOKED, 0),
        classes=[
            Line(Klass(one).label, number, telling.share_told(number, people, exactly=exactly))
            for one, number in told(by_class, exactly=exactly).items()
        ],
        channels=[
            Line(Channel(one).label, number, telling.share_told(number, people, exactly=exactly))
            for one, number in told(by_channel, exactly=exactly).items()
        ],
        strata=_strata(strata, invited, by_stratum, exactly=exactly),
    )


def used(wave: Wave, spent: int) -> int | None:
    """Return how many codes of `wave` were used, as it is told: those that are `spent` while codes say so, then people.

    A settled wave has forgotten which of its codes were used (`responses.mixing`).
    """
    if wave.status == Wave.Status.PLANNED:
        return 0
    if wave.status == Wave.Status.SETTLED:
        invited = wave.participation.filter(klass__in=(Klass.SAMPLE, Klass.SERVICE))
        spent = invited.aggregate(people=Sum("people", default=0))["people"]
    return telling.told(spent, exactly=telling.is_exact(wave))


def told(counts: Mapping[int, int], *, exactly: bool) -> dict[int, int | None]:
    """Return the lines of a one-way table of people in order, None for those that are not told.

    Not told are fewer than ten people; and when that is one line alone, which the total would give away, the
    smallest other line as well. Of a table that stays without people there is nothing to hide.
    """
    hidden = {one for one, people in counts.items() if people < FEWEST_TOLD}
    others = [one for one in counts if one not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda one: (counts[one], one)))
    if exactly and not any(counts.values()):
        hidden = set()
    step = 1 if exactly else STEP
    return {one: None if one in hidden else counts[one] - counts[one] % step for one in sorted(counts)}


def people_by_stratum(wave: Wave) -> dict[int, int | None]:
    """Return how many people of the wave's own class took part by stratum, as far as it is told."""
    counts = dict.fromkeys(wave.strata.values_list("number", flat=True), 0) or {0: 0}
    counted = wave.participation.filter(klass=wave.klass, stratum__in=counts).order_by()
    counts |= dict(counted.values_list("stratum").annotate(number=Sum("people")))
    return told(counts, exactly=telling.is_exact(wave))


def invitations_by_state(wave: Wave) -> list[tuple[int, int, int]]:
    """Return stratum, state and number of the wave's invitations."""
    counted = wave.invitations.order_by().values_list("stratum", "state").annotate(number=Count("pk"))
    return list(counted)


def _strata(
    strata: list[Stratum], invited: dict[int, int], people: dict[int, int], *, exactly: bool
) -> list[StratumLine]:
    residents = sum(one.population or 0 for one in strata)
    came = telling.told(sum(people.values()), exactly=exactly)
    number_told = told(people, exactly=exactly)
    return [
        StratumLine(
            stratum=one,
            invited=invited.get(one.number, 0),
            people=number_told[one.number],
            population_share=_share(one.population, residents),
            people_share=telling.share_told(number_told[one.number], came, exactly=exactly),
        )
        for one in strata
    ]


def _share(part: int | None, whole: int) -> float | None:
    return part / whole if whole and part is not None else None
