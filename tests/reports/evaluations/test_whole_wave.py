"""What is found of a wave as a whole: a battery that holds or leaves no index, and an order that hangs on weights."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from reports.estimation import reliability
from reports.evaluations import datasets, evaluating, whole_wave
from reports.evaluations.models import Measurement
from surveys.tallies import DimensionDesign
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, Door, with_moments

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
DIMENSIONS = {"speed": "efficiency", "clear": "transparency", "kind": "humanity"}
STRATA = (("north", 1000, 400), ("south", 3000, 600))


def answers(seed: int, size: int, *, together: bool, shift: int = 0) -> Any:
    """Grades of four items; of one liking, or each item for itself."""
    random = np.random.default_rng(seed)
    if not together:
        return random.integers(1, 6, (size, 4))
    liking = random.integers(1, 6, size)[:, None]
    return np.clip(liking + shift + random.integers(-1, 2, (size, 4)), 1, 5)


def a_rated_wave(a_wave: MakeWave, door: Door, *, together: bool) -> tuple[Wave, list[dict[int, Any]]]:
    table = dict.fromkeys(("overall", *DIMENSIONS), PARKS["overall"])
    wave = a_wave({"parks": table, "roads": table}, strata=STRATA, dimensions=DIMENSIONS)
    rated = []
    for seed, (pk, found) in enumerate(sorted(door.counted[wave.pk].items())):
        rows = {1: answers(seed, 400, together=together, shift=seed)}
        rows |= {2: answers(10 + seed, 600, together=together, shift=seed)}
        door.counted[wave.pk][pk] = with_moments(found, rows)
        rated.append(rows)
    return wave, rated


def test_the_battery_is_pooled_within_departments(a_wave: MakeWave, door: Door) -> None:
    wave, rated = a_rated_wave(a_wave, door, together=True)
    design = door.design(wave.pk)
    agreements = [
        datasets.agreement_of(design, department, door.counted[wave.pk][department.id])
        for department in design.departments
    ]
    found = whole_wave.battery(agreements, design.dimensions, exact=True)
    # Dimensions stand in the order of their codes: speed, kind, clear.
    whole = [np.concatenate(list(rows.values()))[:, [1, 3, 2]].astype(float) for rows in rated]
    centred = np.concatenate([one - one.mean(axis=0) for one in whole])
    covariance = centred.T @ centred / (len(centred) - len(whole))
    alpha = reliability.cronbach(covariance)
    assert isinstance(alpha, reliability.Alpha)
    assert float(found["alpha"]) == pytest.approx(alpha.raw, rel=1e-10)
    assert found["n"] == 2000
    assert found["holds"]


@pytest.mark.parametrize("together", [True, False])
def test_without_a_battery_that_holds_there_is_no_index(a_wave: MakeWave, door: Door, together: bool) -> None:
    wave, _rated = a_rated_wave(a_wave, door, together=together)
    evaluation = evaluating.evaluate(wave.pk)
    assert evaluation.whole["battery"]["holds"] is together
    measured = set(Measurement.objects.values_list("indicator", flat=True))
    assert ("index" in measured) is together
    assert "dimension" in measured, "the dimensions keep their scores"


def test_two_departments_that_lead_in_other_dimensions_hang_on_the_weights() -> None:
    dimensions = [DimensionDesign(code, {}, Decimal("0.5")) for code in ("a", "b")]
    scores = {"one": {"a": 80.0, "b": 60.0}, "two": {"a": 60.0, "b": 80.5}, "far": {"a": 20.0, "b": 10.0}}
    assert whole_wave.order_hangs_on_weights(scores, dimensions) == [["one", "two"]]
