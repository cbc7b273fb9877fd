"""Every design that a wave may declare: clusters, margins, both and neither; small groups joined or kept apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reports.evaluations import evaluating
from reports.scorecards import composing
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, Door
from tests.reports.simulated_wave import AGES, SEXES, a_design, margin
from tests.reports.trust.conftest import verified, write_files
from tests.reports.trust.second import disagreements

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("clustered", [True, False])
@pytest.mark.parametrize(
    "margins", [{}, {"age": AGES}, {"age": AGES, "sex": SEXES}], ids=["none", "one", "two"]
)
def test_a_simulated_wave_agrees(
    a_wave: Callable[..., Wave],
    door: Door,
    tmp_path: Path,
    margins: dict[str, dict[str, int]],
    clustered: bool,
    merged: bool,
) -> None:
    wave = a_wave({"parks": PARKS})
    declared = [margin(code, totals) for code, totals in margins.items()]
    design, found = a_design(*declared, clustered=clustered, merge_strata=merged)
    parks = Department.objects.get(code="parks")
    (asked,) = design.departments
    door.designs[wave.pk] = replace(
        design, id=wave.pk, departments=(replace(asked, id=parks.pk, code="parks"),)
    )
    door.counted[wave.pk] = {parks.pk: replace(found, department_id=parks.pk)}
    composed = composing.compose(evaluating.evaluate(wave.pk), number=1)
    place = write_files(composed, tmp_path / "files", claimed={})
    assert verified(place)[0] == 0, verified(place)[1]
    assert disagreements(place) == []
