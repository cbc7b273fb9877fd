"""How the fieldwork of a wave goes: how many people took part, from where and by which channel. Never a value.

People are counted as their answers are mixed in, in batches, so the newest appear a little later. The counts are
one-way tables; nothing here is crossed.
"""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise

from surveys.waves.models import Channel, Invitation, Klass, Stratum, Wave


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table of people."""

    label: str | Promise
    people: int
    share: float | None  # of all, 0–1


@dataclass(frozen=True, slots=True)
class StratumLine:
    """A stratum: how much of the population lives there, and how much of the sample came from there."""

    stratum: Stratum
    invited: int
    people: int
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

    people: int
    invited: int
    spent: int
    revoked: int
    classes: list[Line]
    channels: list[Line]
    strata: list[StratumLine]


def with_people(waves: QuerySet[Wave]) -> QuerySet[Wave]:
    """Add to each wave the number of `people` who took part; the latest wave comes first."""
    return waves.annotate(people=Sum("participation__people", default=0)).order_by("-opens_at", "-id")


def of(wave: Wave) -> Fieldwork:
    """Return the state of the fieldwork of `wave`, in three queries."""
    counts = list(wave.participation.values_list("klass", "stratum", "channel", "people"))
    people = sum(one[3] for one in counts)
    by_class: dict[int, int] = {}
    by_channel: dict[int, int] = {}
    by_stratum: dict[int, int] = {}
    for klass, stratum, channel, number in counts:
        by_class[klass] = by_class.get(klass, 0) + number
        by_channel[channel] = by_channel.get(channel, 0) + number
        if klass == wave.klass:
            by_stratum[stratum] = by_stratum.get(stratum, 0) + number
    invited: dict[int, int] = {}
    states: dict[int, int] = {}
    for stratum, state, number in invitations_by_state(wave):
        states[state] = states.get(state, 0) + number
        if state != Invitation.State.REVOKED:
            invited[stratum] = invited.get(stratum, 0) + number
    return Fieldwork(
        people=people,
        invited=sum(invited.values()),
        spent=states.get(Invitation.State.SPENT, 0),
        revoked=states.get(Invitation.State.REVOKED, 0),
        classes=[
            Line(Klass(one).label, number, _share(number, people)) for one, number in sorted(by_class.items())
        ],
        channels=[
            Line(Channel(one).label, number, _share(number, people))
            for one, number in sorted(by_channel.items())
        ],
        strata=_strata(wave, invited, by_stratum),
    )


def invitations_by_state(wave: Wave) -> list[tuple[int, int, int]]:
    """Return stratum, state and number of the wave's invitations."""
    counted = wave.invitations.order_by().values_list("stratum", "state").annotate(number=Count("pk"))
    return list(counted)


def _strata(wave: Wave, invited: dict[int, int], people: dict[int, int]) -> list[StratumLine]:
    strata = list(wave.strata.all())
    residents = sum(one.population or 0 for one in strata)
    came = sum(people.get(one.number, 0) for one in strata)
    return [
        StratumLine(
            stratum=one,
            invited=invited.get(one.number, 0),
            people=people.get(one.number, 0),
            population_share=_share(one.population, residents) if one.population is not None else None,
            people_share=_share(people.get(one.number, 0), came),
        )
        for one in strata
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
