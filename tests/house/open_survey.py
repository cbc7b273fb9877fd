"""A survey that is open now, of any document, for tests that answer it in a browser."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from surveys.people.models import Department, User
from surveys.questionnaires import drafting, publishing
from surveys.questionnaires.models import Questionnaire
from surveys.waves import fielding
from surveys.waves.models import Channel


def open_survey(draft: dict[str, Any], *, departments: dict[str, Department], by: User) -> str:
    """Publish `draft`, field it over Parks and Roads, and return the address of its answer sheet about Parks."""
    code = f"asked-{Questionnaire.objects.count() + 1}"
    edition = publishing.publish(drafting.create(code=code, document=draft, by=by), by=None)
    now = timezone.now()
    wave = fielding.plan(
        slug=code,
        by=by,
        edition=edition,
        titles=draft["title"],
        departments=[departments["parks"], departments["roads"]],
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
        release_at=now + timedelta(days=14),
        channels=(Channel.WEB, Channel.QR),
        strata=(),
    )
    fielding.open_wave(wave, by=by)
    return f"/s/{code}/?about=parks"
