"""The narrow door for rows: coded, unidentified, in no order, and only when a wave has come to rest."""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import pytest

from surveys import microdata
from surveys.people.models import Department, User
from surveys.responses import mixing
from surveys.responses.models import Response
from surveys.waves import fielding
from surveys.waves.models import Klass, Wave

from .responses.test_mixing import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(a_wave: Callable[..., Wave], ada: User) -> Wave:
    wave = a_wave()
    for number in range(30):
        answer(wave, number)
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    return wave


def test_rows_are_the_coded_records_of_one_slice(settled: Wave, departments: dict[str, Department]) -> None:
    parks = departments["parks"].pk
    found = Counter(row.codes for row in microdata.rows(settled.pk, klass=Klass.OPEN, department_id=parks))
    stored = Counter(
        bytes(codes) for codes in Response.objects.filter(department=parks).values_list("codes", flat=True)
    )
    assert found == stored
    assert list(microdata.rows(settled.pk, klass=Klass.SAMPLE, department_id=parks)) == []


def test_rows_come_in_another_order_each_time(settled: Wave, departments: dict[str, Department]) -> None:
    parks = departments["parks"].pk
    orders = {
        tuple(row.codes for row in microdata.rows(settled.pk, klass=Klass.OPEN, department_id=parks))
        for _ in range(3)
    }
    assert len(orders) > 1


def test_a_row_holds_nothing_that_names_or_joins() -> None:
    assert [one.name for one in fields(microdata.Row)] == ["stratum", "cell", "channel", "status", "codes"]


def test_a_wave_that_is_still_being_mixed_gives_no_rows(
    a_wave: Callable[..., Wave], departments: dict[str, Department]
) -> None:
    wave = a_wave()
    with pytest.raises(LookupError):
        next(microdata.rows(wave.pk, klass=Klass.OPEN, department_id=departments["parks"].pk))
