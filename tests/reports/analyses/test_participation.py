"""Who was asked and who took part: counted, hidden where too few, and never given back by another figure."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reports.analyses.content import Participation, Why
from reports.analyses.participation import hidden_rows, participation_of
from reports.estimation.disclosure import Table, disclosed
from reports.evaluations.layers import layers_of
from surveys.people.models import Department
from surveys.tallies import StratumDesign, WaveDesign
from surveys.waves.models import Klass, Wave
from tests.reports import made_waves
from tests.reports.made_waves import PARKS, Door

pytestmark = pytest.mark.django_db


def declared(door: Door, *strata: tuple[int | None, int, int | None], **changes: Any) -> WaveDesign:
    """Make a wave of (invited, took part, population) by stratum."""
    wave: Wave = made_waves.a_wave(door, {"parks": PARKS}, slug=f"wave-{len(door.designs)}")
    designed = tuple(
        StratumDesign(number, f"s{number}", {"en": f"District {number}"}, population, came, invited)
        for number, (invited, came, population) in enumerate(strata, start=1)
    )
    return replace(
        door.designs[wave.pk],
        strata=designed,
        people={(int(Klass.SAMPLE), 1): sum(came for _invited, came, _population in strata)},
        cell_people={(one.number, 0): one.people for one in designed},
        **changes,
    )


def taken(door: Door, *strata: tuple[int | None, int, int | None], **changes: Any) -> Participation:
    """Count the outcomes of a wave of (invited, took part, population) by stratum."""
    return participation_of(declared(door, *strata, **changes), base=10)


def test_outcomes_and_rates_are_plain_counts(door: Door, departments: dict[str, Department]) -> None:
    found = taken(door, (200, 50, 1000), (100, 75, 2000))
    assert (found.invited, found.took_part, found.did_not) == (300, 125, 175)
    assert found.rate == "0.416666666667"
    assert [(one.took_part, one.rate) for one in found.strata] == [(50, "0.25"), (75, "0.75")]
    assert found.channels == ({"channel": "web", "people": 125},)


def test_the_r_indicator_is_about_the_people_of_the_frame(
    door: Door, departments: dict[str, Department]
) -> None:
    # 1,000 people respond at 25 %, 2,000 at 75 %: mean 7/12, and S² of those chances by hand.
    found = taken(door, (200, 50, 1000), (100, 75, 2000))
    mean = (1000 * 0.25 + 2000 * 0.75) / 3000
    s = ((1000 * (0.25 - mean) ** 2 + 2000 * (0.75 - mean) ** 2) / 2999) ** 0.5
    assert float(found.r or 0) == pytest.approx(1 - 2 * s, rel=1e-9)
    assert float(found.cv or 0) == pytest.approx(s / mean, rel=1e-9)
    assert found.groups == 2
    alike = taken(door, (200, 50, None), (100, 25, None))
    assert float(alike.r or 0) == pytest.approx(1, abs=1e-6)


def test_rows_are_the_strata_that_every_other_table_tells_apart(
    door: Door, departments: dict[str, Department]
) -> None:
    wave = declared(door, (200, 40, 900), (200, 60, 3000), (100, 4, 500))
    found = participation_of(wave, base=10)
    # Who took part in each stratum of the wave stands in design.csv: a row of fewer would only be hidden here.
    assert [one.code for one in found.strata] == [one.code for one in layers_of(wave).design.strata]
    assert [(one.code, one.name) for one in found.strata] == [
        ("s1", "District 1"),
        ("s2+s3", "District 2 + District 3"),
    ]
    assert [(one.invited, one.took_part, one.rate) for one in found.strata] == [
        (200, 40, "0.2"),
        (300, 64, "0.213333333333"),
    ]
    assert found.groups == 2


def test_a_stratum_in_which_nearly_everybody_took_part_hides_all_its_figures_and_another(
    door: Door, departments: dict[str, Department]
) -> None:
    found = taken(door, (100, 95, 500), (200, 60, 3000), (150, 45, 900))
    # 95 took part, says design.csv: 100 invited would tell that five did not.
    hidden = [(one.invited, one.took_part, one.rate) == (None, None, None) for one in found.strata]
    assert hidden == [True, False, True]  # else the total would tell the one
    assert (found.invited, found.took_part, found.did_not) == (450, 200, 250)
    assert found.groups == 2  # the hidden ones count as one, or R would tell them
    shown = found.strata[1]
    assert (shown.invited, shown.took_part, shown.rate) == (200, 60, "0.3")


def test_what_hidden_rows_hold_together_is_not_small_either(
    door: Door, departments: dict[str, Department]
) -> None:
    found = taken(door, (100, 97, 500), (90, 86, 500), (200, 60, 900), (150, 45, 900))
    # 100 and 90 alone would leave 7 of two strata, as totals less the rows that are shown.
    assert [one.invited for one in found.strata] == [None, None, 200, None]


def test_no_hidden_number_follows_from_the_totals(door: Door, departments: dict[str, Department]) -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        size = int(rng.integers(2, 6))
        stayed = rng.choice([0, 1, 5, 9, 10, 40, 300], size)
        if 0 < stayed.sum() < 10:
            continue
        came = rng.integers(10, 400, size)
        hidden = hidden_rows(came, stayed, base=10)
        assert hidden[(stayed > 0) & (stayed < 10)].all()
        assert stayed[hidden].sum() == 0 or stayed[hidden].sum() >= 10
        # Who came is known of every row, so who stayed away is what could be worked out.
        table = Table(np.array([*stayed, stayed.sum()], dtype=float), ((size, tuple(range(size))),))
        assert not disclosed(table, np.append(hidden, False), protection=9).any()


def test_r_stays_as_it_is_when_hidden_strata_trade_people(
    door: Door, departments: dict[str, Department]
) -> None:
    first = taken(door, (100, 93, 500), (300, 150, 3000), (100, 87, 500), (250, 100, 800))
    second = taken(door, (98, 93, 500), (300, 150, 3000), (102, 87, 500), (250, 100, 800))
    assert first.r == second.r is not None
    assert first == second


def test_without_codes_nobody_can_say_who_was_asked(door: Door, departments: dict[str, Department]) -> None:
    found = taken(door, (None, 50, 1000), (None, 75, 2000))
    assert found.reason == Why.NOT_INVITED
    assert (found.invited, found.rate, found.r, found.strata) == (None, None, None, ())
    assert found.took_part == 125


def test_one_stratum_has_no_indicator(door: Door, departments: dict[str, Department]) -> None:
    found = taken(door, (200, 50, 1000))
    assert (found.reason, found.r_reason, found.r) == (None, Why.ONE_STRATUM, None)
    assert found.strata == ()


def test_kish_is_one_for_equal_weights_and_grows_with_them(
    door: Door, departments: dict[str, Department]
) -> None:
    assert taken(door, (None, 50, 1000), (None, 100, 2000)).kish == "1"
    # w = 20 for 50 people and 60 for 50: 1 + cv² = 2·(400 + 3600) / 80²
    assert taken(door, (None, 50, 1000), (None, 50, 3000)).kish == "1.25"
    assert taken(door, (None, 50, None), (None, 50, None), judged=False).kish is None


def test_too_few_people_are_not_even_counted(door: Door, departments: dict[str, Department]) -> None:
    found = taken(door, (100, 4, 1000), (100, 5, 2000))
    assert found == Participation(Why.TOO_FEW_PEOPLE)
