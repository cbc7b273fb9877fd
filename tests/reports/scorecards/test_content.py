"""Content: written and read back the same, canonical, without floats, and nothing shown that may not be."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import rfc8785

from reports.evaluations import evaluating
from reports.scorecards import composing
from reports.scorecards.content import ScorecardContent, WaveContent, canonical, content_hash
from reports.scorecards.models import Publication
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
SMALL = {"overall": [[3, 2, 0, 0, 0, 0, 0, 35], [1, 1, 1, 1, 0, 0, 0, 56]]}
SOME = {"overall": [[6, 5, 1, 0, 0, 0, 0, 28], [3, 3, 1, 1, 0, 0, 0, 52]]}


def test_content_read_back_is_the_content(released: Publication) -> None:
    wave = WaveContent.of(released.content)
    assert content_hash(wave.document()) == released.content_hash
    for card in released.scorecards.all():
        assert content_hash(ScorecardContent.of(card.content).document()) == card.content_hash


def test_canonical_bytes_are_those_of_rfc_8785_and_hold_no_float(released: Publication) -> None:
    assert canonical(released.content) == rfc8785.dumps(released.content)
    with pytest.raises(TypeError, match="no floats"):
        canonical({"score": [{"value": 69.5}]})


def test_published_digits_are_twelve(released: Publication) -> None:
    figures = WaveContent.of(released.content).departments[0]
    for digits in (figures.score, figures.score_se, figures.satisfaction_low, figures.z):
        assert digits is not None
        assert len(Decimal(digits).normalize().as_tuple().digits) <= 12
    assert figures.score == "69.4642857143"


def test_a_suppressed_department_has_no_figure_and_an_indicative_one_no_band(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": SMALL, "water": SOME})
    composed = composing.compose(evaluating.evaluate(wave.pk), number=1)
    parks, roads, water = composed.wave.departments
    assert (parks.status, roads.status, water.status) == ("publishable", "suppressed", "indicative")
    hidden = {key: value for key, value in vars(roads).items() if key not in ("code", "names", "status")}
    assert set(hidden.values()) == {None}
    assert water.score is not None
    assert (water.band, water.z, water.rank_low, water.change, water.index) == (None, None, None, None, None)
    assert composed.wave.benchmark is not None
    assert composed.wave.benchmark.target == parks.score, "the mean of the publishable departments alone"


def test_a_self_selected_wave_says_so_and_judges_nobody(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN)
    composed = composing.compose(evaluating.evaluate(wave.pk), number=1)
    assert (composed.wave.judged, composed.wave.benchmark) == (False, None)
    assert composed.wave.fieldwork.population is None
    for one in composed.wave.departments:
        assert (one.band, one.z, one.rank_low, one.change) == (None, None, None, None)
        assert one.score_low is not None


def test_a_small_channel_is_hidden_and_the_next_with_it(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS}, people={(1, 1): 60, (1, 4): 33, (1, 5): 7})
    channels = composing.compose(evaluating.evaluate(wave.pk), number=1).wave.fieldwork.channels
    assert [(one.channel, one.people) for one in channels] == [
        ("web", 60),
        ("assisted", None),
        ("paper", None),
    ]


def test_the_place_as_a_whole_stands_beside_the_departments(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS}, general={"live": PARKS["overall"]})
    composed = composing.compose(evaluating.evaluate(wave.pk), number=1)
    assert [one.code for one in composed.wave.departments] == ["parks"]
    assert composed.wave.general is not None
    assert composed.wave.general.status == "none"
    general = next(card for card in composed.scorecards.values() if card.is_root)
    assert general.items[0].score == "69.4642857143"


def test_flagged_answers_count_and_the_score_without_them_stands_beside(a_wave: MakeWave) -> None:
    doubtful = {"parks": {"overall": [[0, 0, 0, 0, 10], [0, 0, 0, 0, 10]]}}
    wave = a_wave({"parks": PARKS}, flagged=doubtful, strata=(("north", 1000, 50), ("south", 3000, 70)))
    card = next(iter(composing.compose(evaluating.evaluate(wave.pk), number=1).scorecards.values()))
    assert (card.flagged, card.figures.n) == (20, 107)
    north, south = 1000 / 50, 3000 / 70
    scored = north * (1000 + 14 * 75 + 300 + 75) + south * (1200 + 25 * 75 + 450 + 125)
    assert float(card.figures.score or 0) == pytest.approx(scored / (44 * north + 63 * south), rel=1e-11)
    assert float(card.score_unflagged or 0) == pytest.approx(scored / (34 * north + 53 * south), rel=1e-11)
    few = a_wave(
        {"parks": PARKS}, flagged={"parks": {"overall": [[0, 0, 0, 0, 1], [0, 0, 0, 0, 0]]}}, slug="few"
    )
    card = next(iter(composing.compose(evaluating.evaluate(few.pk), number=1).scorecards.values()))
    assert (card.flagged, card.score_unflagged) == (None, None), (
        "one person's grade would show in the difference"
    )
