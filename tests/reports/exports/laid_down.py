"""What was published in an earlier format, laid down as it lies in a database that has been brought forward."""

import json
from pathlib import Path
from typing import Any

from django.db.models.functions import Now
from django.test import Client

from reports.evaluations.models import Evaluation, Progress
from reports.scorecards import access
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department
from surveys.waves.models import Wave


def laid_down(folder: Path, wave: Wave) -> Publication:
    """Return the publication of `folder` as one of `wave`, released."""
    documents: dict[str, Any] = json.loads((folder / "publication.json").read_text())
    evaluation = Evaluation.objects.create(
        wave=wave,
        number=1,
        progress=Progress.DONE,
        **{key: documents[key] for key in ("method", "input_hash", "code_hash")},
    )
    publication = Publication.objects.create(
        wave=wave,
        number=1,
        evaluation=evaluation,
        content=documents["content"],
        content_hash=documents["content_hash"],
    )
    for card in documents["scorecards"]:
        department = Department.objects.get(code=card.pop("department"))
        Scorecard.objects.create(publication=publication, department=department, **card)
    Publication.objects.update(state=Publication.State.PUBLISHED, published_at=Now())
    access.look_again()
    return Publication.objects.get()


def fetched(client: Client, address: str) -> bytes:
    """Return the bytes of a file that is offered."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)
