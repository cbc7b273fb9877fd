"""Small groups against an attacker who fetches everything ever published and solves for what is hidden.

The attacker (`attacker.py`) shares no code with what hides. What was planted stays hidden; with the joining of small
groups and the hiding of what would give others away switched off, the very same attacker finds it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from reports import releasing
from reports.analyses import analysing
from reports.disclosures import trying
from reports.evaluations import comparing, datasets, evaluating, pairs
from reports.evaluations.layers import Layers
from reports.scorecards import publishing
from reports.scorecards.models import Publication
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.house.attacks import small_city
from tests.house.attacks.attacker import Recovered, recovered
from tests.house.attacks.small_city import PLANTED
from tests.reports import made_waves
from tests.reports.conftest import door
from tests.reports.made_waves import PARKS, ROADS

__all__ = ["door"]
pytestmark = pytest.mark.django_db
Make = Callable[[made_waves.Door], Wave]


@pytest.fixture
def unsuppressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch off the production code that hides more than the small cell itself.

    `comparing.complementary` hides a second department, `Layers.groups` and `pairs.joined_groups` join groups,
    `pairs.wanted_pairs` and `datasets._unflagged` hold back what would tell of a few by subtraction.
    """
    unflagged: Callable[..., Any] = datasets._unflagged
    wanted_pairs: Callable[..., Any] = pairs.wanted_pairs

    def with_flagged(*args: Any) -> Any:
        return unflagged(*args[:-1], 0)

    monkeypatch.setattr(comparing, "complementary", lambda *_args: [])
    monkeypatch.setattr(Layers, "groups", lambda self, _answered, *, base: self.apart())
    monkeypatch.setattr(pairs, "wanted_pairs", lambda *args: wanted_pairs(*args[:-1], 0))
    monkeypatch.setattr(
        pairs, "joined_groups", lambda wanted, groups, *_args: groups[wanted[0].a] if wanted else ()
    )
    monkeypatch.setattr(datasets, "_unflagged", with_flagged)


def published(door: made_waves.Door, makers: tuple[Make, ...] = tuple(small_city.WAVES)) -> None:
    for make in makers:
        evaluating.evaluate(make(door).pk)
    analysing.analyse_due()
    releasing.release_due()


def small_lines_left_out(*args: Any) -> Iterator[Any]:
    """Publish the large groups and leave the small ones out, as whoever hides small cells alone does."""
    for group, strata, line in datasets_lines(*args):
        if sum(line) >= 10:
            yield group, strata, line


datasets_lines = datasets._lines


def test_nothing_planted_is_recovered_from_all_that_is_published(
    door: made_waves.Door, client: Client
) -> None:
    published(door)
    assert Publication.objects.filter(state="published").count() == len(small_city.WAVES)
    assert recovered(client) == set()


def test_the_same_attacker_recovers_everything_when_little_more_than_the_small_cells_is_hidden(
    door: made_waves.Door, client: Client, unsuppressed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "find", lambda _publication: [])
    for make in small_city.WAVES:
        with monkeypatch.context() as patched:
            if make is small_city.places:
                patched.setattr(datasets, "_lines", small_lines_left_out)
            evaluating.evaluate(make(door).pk)
    releasing.release_due()
    found = recovered(client)
    assert found >= PLANTED, PLANTED - found


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (small_city.visits, "held"),
        (small_city.errands, "held"),
        (small_city.spring, "hidden"),
        (small_city.battery, "hidden"),
        (small_city.flags, "hidden"),
        (small_city.ages, "hidden"),
    ],
)
def test_the_trial_lets_nothing_out_that_was_not_suppressed(
    door: made_waves.Door, client: Client, unsuppressed: None, make: Make, outcome: str
) -> None:
    published(door, (make,))
    releasing.release_due()
    publication = Publication.objects.get()
    if outcome == "held":
        assert (publication.state, publication.trial) == ("sealed", "held")
        assert publication.trial_findings
    else:
        assert (publication.state, publication.trial) == ("published", "passed")
        withheld = publication.evaluation.whole["withheld"]
        small = {one.department for one in PLANTED if one.wave == make.__name__}
        assert {one["department"] for one in withheld} == small
    assert recovered(client) == set()
    numbers = {str(one.people) for one in PLANTED if one.wave == make.__name__}
    told = {one["what"] for one in publication.trial_findings} | {
        one["where"] for one in publication.trial_findings
    }
    assert not numbers & told, "the place is named, never the value"


def excluded_one(door: made_waves.Door, wave: Wave) -> None:
    """Leave one rating out of the count: of the south, grade 1."""
    pk = next(one.id for one in door.designs[wave.pk].departments if one.code == "parks")
    lines = [list(line) for line in PARKS["overall"]]
    lines[1][4] -= 1
    door.counted[wave.pk][pk] = made_waves.a_slice(pk, 1, {"overall": lines})


def test_a_correction_by_one_rating_is_held_back_and_the_earlier_results_stay(
    door: made_waves.Door, client: Client, ivo: User
) -> None:
    wave = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS}, slug="spring")
    published(door, (lambda _door: wave,))
    excluded_one(door, wave)
    evaluating.evaluate(wave.pk)
    publishing.correct(Publication.objects.get(), reason="A rating was excluded.", by=ivo)
    releasing.release_due()
    second = Publication.objects.get(number=2)
    assert (second.state, second.trial) == ("sealed", "held")
    assert {(one["department"], one["what"]) for one in second.trial_findings} == {("parks", "correction")}
    assert recovered(client) == set()
    assert client.get("/results/spring/?number=2").status_code == 404
    assert client.get("/results/spring/").status_code == 200


def test_the_attacker_reads_the_excluded_rating_off_a_correction_that_was_not_tried(
    door: made_waves.Door, client: Client, ivo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "find", lambda _publication: [])
    wave = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS}, slug="spring")
    published(door, (lambda _door: wave,))
    excluded_one(door, wave)
    evaluating.evaluate(wave.pk)
    publishing.correct(Publication.objects.get(), reason="A rating was excluded.", by=ivo)
    releasing.release_due()
    assert Recovered("spring", "parks", "overall, taken out", 1) in recovered(client)
