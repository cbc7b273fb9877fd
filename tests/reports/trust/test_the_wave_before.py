"""A change tells the score of the wave before: it is told against what is published of it, and waits for nothing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from reports import releasing
from reports.disclosures import trying
from reports.disclosures.findings import DISAGREES, Finding
from reports.evaluations import concluding, evaluating
from reports.evaluations.models import Evaluation
from reports.scorecards import publishing, taking_down
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Role, User
from surveys.waves.models import Wave
from tests.reports import made_waves
from tests.reports.made_waves import PARKS, ROADS, Door
from tests.reports.trust.conftest import VERIFY

pytestmark = pytest.mark.django_db
Download = Callable[[str], Path]
BETTER = {"overall": [[24, 10, 3, 1, 0, 1, 0, 1], [38, 14, 3, 1, 0, 2, 1, 1]]}
ONE_LESS = {"overall": [[9, 14, 6, 3, 1, 4, 1, 1], [12, 25, 9, 5, 2, 5, 0, 2]]}


@pytest.fixture
def two(door: Door) -> tuple[Wave, Wave]:
    """Two waves that are sealed and have passed, the second tells a change since the first; none is released."""
    winter = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS}, slug="winter")
    spring = made_waves.a_wave(door, {"parks": BETTER, "roads": ROADS}, slug="spring", previous=winter)
    for wave in (winter, spring):
        evaluating.evaluate(wave.pk)
    publishing.seal_due()
    trying.try_due()
    assert set(Publication.objects.values_list("trial", flat=True)) == {"passed"}
    return winter, spring


def card(wave: Wave, code: str = "parks") -> Scorecard:
    """The newest scorecard of a department."""
    found = Scorecard.objects.filter(publication__wave=wave, department__code=code)
    return found.order_by("-publication__number")[0]


def counted_anew(door: Door, wave: Wave) -> None:
    """Evaluate a wave anew after one rating of parks went."""
    pk = next(one.id for one in door.designs[wave.pk].departments if one.code == "parks")
    door.counted[wave.pk][pk] = made_waves.a_slice(pk, 1, ONE_LESS)
    evaluating.evaluate(wave.pk)


def verified(place: Path, previous: Path) -> int:
    """Recompute the files of a wave from those of the wave before."""
    command = [sys.executable, str(VERIFY), str(place), "--previous", str(previous)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode


def states() -> set[str]:
    """How all publications stand."""
    return set(Publication.objects.values_list("state", flat=True))


def test_a_change_is_told_anew_when_the_wave_before_is_sealed_anew(
    door: Door, two: tuple[Wave, Wave], download: Download, client: Client
) -> None:
    winter, spring = two
    stale = card(spring).content["change_before"]
    counted_anew(door, winter)
    publishing.seal_due()
    for _beat in range(2):
        releasing.release_due()
    assert states() == {"published"}
    told = card(spring).content["change_before"]
    assert told == card(winter).content["figures"]["score"] != stale
    assert verified(download("spring"), download("winter")) == 0
    page = client.get("/trust/").content.decode()
    assert page.index("/results/spring/") < page.index("/results/winter/")  # the command, ready to be copied


def test_nothing_is_released_that_tells_an_unpublished_score(door: Door, two: tuple[Wave, Wave]) -> None:
    winter, spring = two
    counted_anew(door, winter)
    publishing.seal_due()
    assert not publishing.publish(Publication.objects.get(wave=spring), by=None)
    sealed = Publication.objects.get(wave=spring)
    assert (sealed.state, sealed.trial) == ("sealed", "due")


def test_a_department_withheld_before_has_no_change_and_holds_nobody_back(
    two: tuple[Wave, Wave], download: Download
) -> None:
    winter, spring = two
    sealed = Publication.objects.filter(wave=winter)
    sealed.update(content_hash="")
    concluding.withhold(Evaluation.objects.get(wave=winter), ["parks"], why=[])
    for _beat in range(2):
        releasing.release_due()
    assert states() == {"published"}
    assert card(spring).content["change_before"] is None
    assert card(spring, "roads").content["change_before"] == card(winter, "roads").content["figures"]["score"]
    assert verified(download("spring"), download("winter")) == 0


def test_a_wave_that_is_held_back_holds_no_other_and_the_page_says_what_is_missing(
    two: tuple[Wave, Wave], monkeypatch: pytest.MonkeyPatch, client: Client, download: Download
) -> None:
    winter, spring = two
    find = trying.find
    monkeypatch.setattr(
        trying, "find", lambda one: [Finding("", DISAGREES)] if one.wave_id == winter.pk else find(one)
    )
    Publication.objects.filter(wave=winter).update(trial="due")
    for _beat in range(2):
        releasing.release_due()
    assert Publication.objects.get(wave=winter).state == "sealed"
    assert Publication.objects.get(wave=spring).state == "published"
    figures = card(spring).content["figures"]
    assert (figures["change"], figures["change_reason"]) == (None, "before_unpublished")
    for address in ("/results/spring/parks/", "/results/spring/report/"):
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "in other words then" not in page
    page = client.get("/results/spring/parks/", headers={"accept-language": "en"}).content.decode()
    assert "its score was not published when these results were" in page
    monkeypatch.setattr(trying, "find", find)
    Publication.objects.filter(wave=winter).update(trial="due")
    releasing.release_due()
    assert states() == {"published"}
    assert verified(download("spring"), download("winter")) == 0


def test_a_change_comes_back_when_the_wave_before_passes_in_time(
    two: tuple[Wave, Wave],
) -> None:
    winter, spring = two
    Publication.objects.filter(wave=winter).update(trial="held", tried_at=None)
    Publication.objects.filter(wave=spring).update(trial="due")
    trying.try_due()
    publishing.seal_due()
    assert card(spring).content["change_before"] is None
    Publication.objects.filter(wave=winter).update(trial="due")
    for _beat in range(2):
        trying.try_due()
        publishing.seal_due()
    trying.try_due()
    assert card(spring).content["change_before"] == card(winter).content["figures"]["score"]
    assert set(Publication.objects.values_list("trial", flat=True)) == {"passed"}


def test_a_change_is_left_out_when_the_wave_before_is_taken_down(
    two: tuple[Wave, Wave], client: Client
) -> None:
    winter, spring = two
    publication = Publication.objects.get(wave=winter)
    assert publishing.publish(publication, by=None)
    one, other = (
        User.objects.create(username=name, role=Role.REVIEWER, organisation=name)
        for name in ("Statistics office", "Audit house")
    )
    User.objects.update(date_joined="2020-01-01T00:00:00Z")
    proposed = taking_down.propose(
        publication, rule="disclosure", reason="x" * 20, by=User.objects.get(pk=one.pk)
    )
    taking_down.agree(proposed, by=User.objects.get(pk=other.pk))
    assert not publishing.publish(Publication.objects.get(wave=spring), by=None)
    releasing.release_due()
    assert card(spring).content["change_before"] is None
    assert Publication.objects.get(wave=spring).state == "published"
    page = client.get("/trust/").content.decode()
    assert "/results/spring/" in page
    assert "/results/winter/" not in page
