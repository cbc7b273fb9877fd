"""Fieldwork counts people from one-way tables, and nothing else."""

from collections.abc import Callable

import pytest

from surveys.people.models import User
from surveys.responses.models import Participation
from surveys.waves import fieldwork, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Klass, Wave

STRATA = [StratumPlan("north", {"en": "North"}, 1000), StratumPlan("south", {"en": "South"}, 3000)]


def came(wave: Wave, klass: Klass, stratum: int, channel: Channel, people: int) -> None:
    Participation.objects.create(
        wave=wave, klass=klass, stratum=stratum, cell=0, channel=channel, people=people
    )


def test_people_are_counted_by_class_channel_and_stratum(
    a_wave: Callable[..., Wave], ada: User, django_assert_num_queries: Callable[..., object]
) -> None:
    wave = a_wave(strata=STRATA)
    inviting.make_codes(wave, stratum=1, count=4, by=ada)
    (lost,) = inviting.make_codes(wave, stratum=2, count=1, by=ada)
    inviting.revoke(wave, code=lost, by=ada)
    came(wave, Klass.SAMPLE, 1, Channel.WEB, 30)
    came(wave, Klass.SAMPLE, 2, Channel.QR, 10)
    came(wave, Klass.OPEN, 0, Channel.QR, 60)

    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        found = fieldwork.of(wave)

    assert (found.people, found.invited, found.spent, found.revoked) == (100, 4, 0, 1)
    assert [line.people for line in found.classes] == [40, 60]
    assert [line.people for line in found.channels] == [30, 70]
    assert [
        (line.invited, line.people, line.population_percent, line.people_percent) for line in found.strata
    ] == [
        (4, 30, 25.0, 75.0),
        (0, 10, 75.0, 25.0),
    ]
    assert [vars(one)["people"] for one in fieldwork.with_people(Wave.objects.all())] == [100]


def test_fewer_than_ten_people_are_told_as_that(a_wave: Callable[..., Wave]) -> None:
    wave = a_wave(strata=STRATA)
    came(wave, Klass.SAMPLE, 1, Channel.WEB, 9)
    came(wave, Klass.SAMPLE, 2, Channel.QR, 12)
    came(wave, Klass.OPEN, 0, Channel.QR, 3)

    found = fieldwork.of(wave)

    assert found.people == 24
    for lines in (found.classes, found.channels):
        assert [(line.people, line.share) for line in lines] == [(None, None), (None, None)]
    assert [(line.people, line.people_share) for line in found.strata] == [(None, None), (None, None)]
    assert fieldwork.people_by_stratum(wave) == {1: None, 2: None}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, {}),
        ({1: 0, 2: 0}, {1: 0, 2: 0}),
        ({1: 9}, {1: None}),
        ({2: 10, 1: 11}, {1: 11, 2: 10}),
        ({1: 9, 2: 9, 3: 50}, {1: None, 2: None, 3: 50}),
        ({1: 40, 2: 0, 3: 50}, {1: None, 2: None, 3: 50}),
    ],
)
def test_one_hidden_line_is_not_what_is_missing_to_the_total(
    counts: dict[int, int], told: dict[int, int | None]
) -> None:
    assert fieldwork.told(counts, exactly=True) == told
    live = fieldwork.told(counts, exactly=False)
    assert live == {one: None if not people else people - people % 10 for one, people in told.items()}


def test_a_wave_without_people_has_no_shares(a_wave: Callable[..., Wave]) -> None:
    found = fieldwork.of(a_wave(strata=[StratumPlan("north", {"en": "North"}, None)], klass=Klass.OPEN))
    assert (found.people, found.classes) == (None, [])
    assert (found.strata[0].population_share, found.strata[0].people_share) == (None, None)
