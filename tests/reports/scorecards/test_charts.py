"""Pictures as shapes: what is made of published content, and what Plotly would draw of any shape in the office."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import plotly.graph_objects
import pytest
from django.utils import translation

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards import access, charts
from reports.scorecards.breakdowns import Breakdown, Gap, GroupFigures
from reports.scorecards.charts.labels import shortened, told_apart, wrapped
from reports.scorecards.content import Figures, ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from reports.scorecards.shapes import Shape
from surveys.people.models import Department
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS
from tests.reports.scorecards.shown_shapes import shapes

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]


def held(shape: Shape | None) -> plotly.graph_objects.Figure:
    """Hold a figure against Plotly; names of tokens stand for colours."""
    assert shape is not None

    def coloured(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("--"):
            return "#35479a"
        if isinstance(value, list):
            return [coloured(inner) for inner in value]
        if isinstance(value, dict):
            return {key: coloured(inner) for key, inner in value.items()}
        return value

    return plotly.graph_objects.Figure(coloured(charts.plotly.figure(shape)))


@pytest.fixture
def three_waves(a_wave: MakeWave) -> Scorecard:
    """Parks over three waves, with two questions."""
    tables = {"parks": {**PARKS, "speed": ROADS["overall"]}, "roads": {**ROADS, "speed": PARKS["overall"]}}
    wave = None
    for slug in ("first", "second", "third"):
        wave = a_wave(tables, slug=slug, previous=wave)
    evaluating.evaluate_due()
    releasing.release_due()
    return Scorecard.objects.get(publication__wave=wave, department__code="parks")


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: type(shape).__name__)
def test_plotly_knows_every_shape(shape: Shape) -> None:
    assert held(shape).data


def test_departments_are_points_on_intervals_with_the_benchmark(released: Publication) -> None:
    content = WaveContent.of(released.content)
    with translation.override("en"):
        shape = charts.departments(content, leading_to=lambda code: f"/{code}/")
    assert shape is not None
    parks, roads = shape.marks
    assert (parks.label, parks.value, parks.low, parks.high, parks.firm) == (
        "Parks",
        "69.5",
        "63.8",
        "75.2",
        True,
    )
    assert (parks.address, parks.note) == ("/parks/", "▲▲ much better than expected")
    assert roads.note.startswith("▼")
    assert shape.sentence == "0 of 2 compared departments stand as expected; better: Parks; worse: Roads."
    assert shape.rows[0] == ("Parks", "69.5", "63.8–75.2", "much better than expected", "87")
    figure = held(shape)
    (trace,) = figure.data
    assert trace.error_x.array[0] == pytest.approx(75.2 - 69.5)
    assert trace.error_x.arrayminus[0] == pytest.approx(69.5 - 63.8)
    assert str(figure.layout.shapes[0].x0) == shape.target


def test_where_people_chose_to_rate_no_department_is_named_as_high_or_low(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN)
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    with translation.override("en"):
        shape = charts.departments(WaveContent.of(Publication.objects.get().content))
    assert shape is not None
    assert shape.sentence.startswith("The scores of 2 departments lie between ")
    assert "Parks" not in shape.sentence
    assert {mark.note for mark in shape.marks} == {""}


def test_grades_are_stacked_best_first_and_sum_to_a_hundred(three_waves: Scorecard) -> None:
    shape = charts.grades(ScorecardContent.of(three_waves.content).items)
    figure = held(shape)
    assert [trace.marker.color for trace in figure.data] == ["#35479a"] * 5
    assert sum(trace.x[0] for trace in figure.data) == pytest.approx(100, abs=0.3)
    assert figure.layout.barmode == "stack"


def test_the_trend_has_a_point_and_an_interval_a_wave(three_waves: Scorecard) -> None:
    with translation.override("en"):
        shape = charts.trend(access.history_of(three_waves))
        chosen = charts.trend(access.history_of(three_waves), judged=False)
    assert shape is not None
    assert chosen is not None
    assert chosen.caption.endswith("intervals of counting noise only")
    assert chosen.sentence == (
        "Those who happened to rate in 3 waves gave between 69.5 and 69.5 points, last 69.5 (Third survey): that tells "
        "nothing of a change among residents."
    )
    assert (
        shape.sentence == "Over 3 waves the score lay between 69.5 and 69.5; last it was 69.5 (Third survey)."
    )
    (trace,) = held(shape).data
    assert len(trace.x) == len(trace.y) == len(trace.error_y.array) == 3


def test_one_point_is_no_trend(released: Publication) -> None:
    card = Scorecard.objects.get(publication=released, department__code="parks")
    assert charts.trend(access.history_of(card)) is None


def test_questions_are_numbered_as_in_the_table(three_waves: Scorecard) -> None:
    with translation.override("en"):
        shape = charts.questions(ScorecardContent.of(three_waves.content))
    assert shape is not None
    assert [mark.number for mark in shape.marks] == [1, 2]
    assert shape.marks[1].label.startswith("No. 2 ")
    assert "(No. 2) and" in shape.sentence or "(No. 1) and" in shape.sentence


def test_two_departments_make_no_funnel_and_three_do(a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS, "water": PARKS})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    content = WaveContent.of(Publication.objects.get().content)
    with translation.override("en"):
        shape = charts.funnel(content, own="water")
        places = charts.rank_sets(content, own="water")
    assert shape is not None
    assert [mark.is_own for mark in shape.marks] == [False, False, True]
    inside = sum(abs(float(one.z or 0)) <= 1.96 for one in content.departments)
    assert shape.sentence.startswith(f"{inside} of 3 departments lie between the inner lines")
    assert places is not None
    assert places.own == "Water"
    assert places.lines[-1][0] == "Roads", "in the order of the places, not of the wave"
    assert places.sentence.startswith("Water: rank 1 to 2 of 3")
    two = WaveContent.of({**content.document(), "departments": content.document()["departments"][:2]})
    assert charts.funnel(two) is None


def group(code: str, score: str, status: str = "publishable") -> GroupFigures:
    """A group of residents with a score."""
    names = {"en": code.title(), "zh-hans": code}
    return GroupFigures(
        code, names, status, 40, score, "2", str(float(score) - 4), str(float(score) + 4), "0.7"
    )


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (None, "The scores of 2 groups lie between 50.0 and 62.0."),
        (
            Gap("east", "west", "12", "6", "18", "0.001", shown=True),
            "East: 12.0 points lower than West, more than chance explains.",
        ),
        (
            Gap("east", "west", "-12", "-18", "6", "0.2", shown=False),
            "No difference between groups is shown: the widest, 12.0 points between East and West, may be chance "
            "or too small to matter.",
        ),
    ],
)
def test_a_breakdown_says_its_gap_or_that_none_is_shown(gap: Gap | None, sentence: str) -> None:
    hidden = GroupFigures("north", {"en": "North"}, "suppressed")
    groups = (group("east", "50"), group("west", "62", "indicative"), hidden)
    with translation.override("en"):
        shape = charts.breakdown(Breakdown("place", {"en": "place"}, groups, gap))
    assert shape is not None
    assert shape.sentence == sentence
    assert [mark.firm for mark in shape.marks] == [True, False]
    assert shape.rows[2] == ("North", "too few to show", "–", "–", "< 10")
    assert charts.breakdown(Breakdown("place", {}, (groups[0], hidden))) is None


def test_the_whole_that_groups_lie_in_is_drawn_and_is_no_group_of_its_own() -> None:
    east, west = (
        replace(group(code, score), within="city") for code, score in (("east", "50"), ("west", "62"))
    )
    with translation.override("en"):
        shape = charts.breakdown(Breakdown("place", {"en": "place"}, (group("city", "70"), east, west)))
    assert shape is not None
    assert shape.sentence == "The scores of 2 groups lie between 50.0 and 62.0."
    assert [mark.label for mark in shape.marks] == ["City", "› East", "› West"]
    assert charts.breakdown(Breakdown("place", {}, (group("city", "70"), east))) is None


def test_a_place_says_what_its_residents_gave() -> None:
    told = [
        (Figures("parks", {"en": "Parks"}, "publishable"), group("east", "50")),
        (Figures("roads", {"en": "Roads"}, "publishable"), group("east", "62")),
    ]
    with translation.override("en"):
        shape = charts.places("East", told)
        alone = charts.places("East", told[:1])
    assert shape is not None
    assert alone is not None
    assert shape.sentence == "Residents of East gave between 50.0 points (Parks) and 62.0 points (Roads)."
    assert alone.sentence == "Residents of East gave Parks 50.0 of 100 points."
    assert charts.places("East", []) is None


def test_names_are_text_to_plotly(a_wave: MakeWave, departments: dict[str, Department]) -> None:
    departments["parks"].names = {"zh-hans": "<b>x</b>", "en": "<b>x</b>"}
    departments["parks"].save()
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    shape = charts.departments(WaveContent.of(Publication.objects.get().content))
    assert shape is not None
    assert charts.plotly.figure(shape)["data"][0]["y"][0] == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (
            ("Residents’ satisfaction, May 2026", "Residents’ satisfaction, November 2026"),
            ["May 2026", "November 2026"],
        ),
        (("群众满意度评价（2026年5月）", "群众满意度评价（2026年11月）"), ["2026年5月", "2026年11月"]),
        (("Health", "Education"), ["Health", "Education"]),
        (("Parks", "Parks"), ["Parks", "Parks"]),
    ],
)
def test_waves_that_are_named_alike_are_told_apart_on_the_axis(
    names: tuple[str, ...], labels: list[str]
) -> None:
    assert told_apart(names, 22) == labels


def test_long_names_break_between_words_and_end_in_an_ellipsis() -> None:
    assert wrapped("Health and Family Services of the Northern District", 20) == [
        "Health and Family",
        "Services of the Nor…",
    ]
    assert wrapped("市卫生健康与家庭福利委员会", 12, lines=3) == ["市卫生健康与", "家庭福利委员", "会"]
    assert wrapped("材料、次数、路程", 10) == ["材料、次", "数、路程"], "no line begins with a comma"
    assert wrapped("Parks", 20) == ["Parks"]
    assert wrapped("", 20) == []
    assert shortened("市卫生健康与家庭福利委员会", 9) == "市卫生健…"
