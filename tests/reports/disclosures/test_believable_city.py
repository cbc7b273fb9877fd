"""The trial over a believable city: nothing sound is held back, and nothing is hidden by itself."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reports.analyses import analysing
from reports.disclosures import trying
from reports.evaluations import evaluating
from reports.scorecards import publishing
from reports.scorecards.models import Publication

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("responses", [90, 900])
def test_every_wave_of_a_city_passes(responses: int, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.EMBEDDED = tmp_path, True
    call_command("make_city", responses=responses, waves=2, stdout=StringIO())
    while evaluating.evaluate_due():
        pass
    analysing.analyse_due()
    publishing.seal_due()
    trying.try_due()
    tried = list(Publication.objects.all())
    assert len(tried) >= 2
    assert {(one.trial, len(one.trial_findings)) for one in tried} == {("passed", 0)}, [
        one.trial_findings for one in tried
    ]
    assert not [one for one in tried if one.evaluation.whole.get("withheld")]
