"""Charts: what Plotly would draw, made from the content that the tables are made from."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects
import pytest

from reports.evaluations import evaluating
from reports.scorecards import access, charts, publishing
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]


def drawn(chart: charts.Chart | None) -> plotly.graph_objects.Figure:
    """Hold a chart against Plotly; names of tokens stand for colours."""
    assert chart is not None

    def coloured(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("--"):
            return "#35479a"
        if isinstance(value, list):
            return [coloured(inner) for inner in value]
        if isinstance(value, dict):
            return {key: coloured(inner) for key, inner in value.items()}
        return value

    return plotly.graph_objects.Figure(coloured(chart))


@pytest.fixture
def three_waves(a_wave: MakeWave) -> Scorecard:
    """Parks over three waves, with two questions."""
    tables = {"parks": {**PARKS, "speed": ROADS["overall"]}, "roads": {**ROADS, "speed": PARKS["overall"]}}
    wave = None
    for slug in ("first", "second", "third"):
        wave = a_wave(tables, slug=slug, previous=wave)
    evaluating.evaluate_due()
    publishing.release_due()
    return Scorecard.objects.get(publication__wave=wave, department__code="parks")


def test_departments_are_points_on_intervals_with_the_benchmark(released: Publication) -> None:
    content = WaveContent.of(released.content)
    figure = drawn(charts.departments(content))
    (trace,) = figure.data
    assert list(trace.y) == ["Parks", "Roads"] or list(trace.y) == ["园林局", "道路局"]
    assert trace.x[0] == pytest.approx(69.4643)
    assert trace.error_x.array[0] == pytest.approx(75.1698 - 69.4643, abs=1e-4)
    assert trace.error_x.arrayminus[0] == pytest.approx(69.4643 - 63.7588, abs=1e-4)
    assert figure.layout.shapes[0].x0 == pytest.approx(float(content.benchmark.target), abs=1e-4)  # type: ignore[union-attr]


def test_grades_are_stacked_best_first_and_sum_to_a_hundred(three_waves: Scorecard) -> None:
    figure = drawn(charts.grades(ScorecardContent.of(three_waves.content).items))
    assert [trace.marker.color for trace in figure.data] == ["#35479a"] * 5
    assert sum(trace.x[0] for trace in figure.data) == pytest.approx(100, abs=1e-3)
    assert figure.layout.barmode == "stack"


def test_the_trend_has_a_point_and_an_interval_a_wave(three_waves: Scorecard) -> None:
    figure = drawn(charts.trend(access.history_of(three_waves)))
    (trace,) = figure.data
    assert len(trace.x) == len(trace.y) == len(trace.error_y.array) == 3


def test_one_point_is_no_trend(released: Publication) -> None:
    card = Scorecard.objects.get(publication=released, department__code="parks")
    assert charts.trend(access.history_of(card)) is None


def test_questions_are_numbered_as_in_the_table(three_waves: Scorecard) -> None:
    figure = drawn(charts.questions(ScorecardContent.of(three_waves.content)))
    assert len(figure.data[0].y) == 2


def test_names_are_text_to_plotly(a_wave: MakeWave, departments: dict[str, Department]) -> None:
    departments["parks"].names = {"zh-hans": "<b>x</b>", "en": "<b>x</b>"}
    departments["parks"].save()
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    publishing.release_due()
    chart = charts.departments(WaveContent.of(Publication.objects.get().content))
    assert chart is not None
    assert chart["data"][0]["y"][0] == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (
            ("Residents’ satisfaction, May 2026", "Residents’ satisfaction, November 2026"),
            ["May 2026", "November 2026"],
        ),
        (("Health", "Education"), ["Health", "Education"]),
        (("Parks", "Parks"), ["Parks", "Parks\u200b"]),
    ],
)
def test_waves_that_are_named_alike_are_told_apart_on_the_axis(
    names: tuple[str, ...], labels: list[str]
) -> None:
    assert charts._labels(names) == labels
