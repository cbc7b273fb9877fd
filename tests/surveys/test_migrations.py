"""What migrations do to rows that are there."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from surveys.people.models import Department
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses.models import Tally
from surveys.waves.models import Wave

MARGINS = import_module("surveys.migrations.0003_let_a_wave_declare_margins_and_clusters")


@pytest.mark.django_db
def test_the_groups_of_tallies_get_a_fifth_number_and_lose_it_again(
    departments: dict[str, Department],
) -> None:
    now = timezone.now()
    questionnaire = Questionnaire.objects.create(code="q", draft={})
    edition = Edition.objects.create(
        questionnaire=questionnaire, number=1, document={}, content_hash="0" * 64
    )
    wave = Wave.objects.create(
        slug="w", edition=edition, opens_at=now, closes_at=now + timedelta(1), release_at=now + timedelta(1)
    )
    four = b"".join(bytes([stratum, 0, 0, 1, 1, 0, 1, 0]) for stratum in range(12))
    for code, groups in (("parks", four), ("roads", b"")):
        Tally.objects.create(
            wave=wave,
            klass=1,
            department=departments[code],
            records=12,
            groups=groups,
            counts=b"\1",
            moments=b"\1",
        )

    def kept(code: str) -> bytes:
        return bytes(Tally.objects.get(department__code=code).groups)

    with connection.cursor() as cursor:
        cursor.execute(MARGINS.WIDEN)
        assert kept("parks") == b"".join(four[n : n + 8] + b"\0\0" for n in range(0, len(four), 8))
        assert kept("roads") == b""
        cursor.execute(MARGINS.NARROW)
    assert (kept("parks"), kept("roads")) == (four, b"")
