"""Charts as plain Plotly dictionaries, made from the content that the table beside each is made from.

Colours are names of tokens, which the page's script turns into the colours of light and dark. Plotly itself is never
imported here: the tests hold every figure against it.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.scorecards.access import Past
from reports.scorecards.content import GRADES, ItemFigures, ScorecardContent, WaveContent
from reports.scorecards.wording.words import GRADE_WORDS

Chart = dict[str, Any]
ROW = 34  # height of a line of a chart, in pixels
FRAME = 90
ZERO_WIDTH_SPACE = "\u200b"
LONGEST_LABEL = 22  # in narrow letters: what a phone leaves beside the plot


def departments(wave: WaveContent) -> Chart | None:
    """Draw each department's score as a point on its interval, in the order of the wave."""
    shown = [one for one in wave.departments if one.score is not None]
    if not shown:
        return None
    lines = [
        (one.name, one.score, one.score_low, one.score_high, one.status == "publishable" or not wave.judged)
        for one in shown
    ]
    return _dots(lines, target=wave.benchmark.target if wave.benchmark else None)


def questions(content: ScorecardContent) -> Chart | None:
    """Draw the score of each question, by its number in the table, as a point on its interval."""
    lines = [
        (
            question_number(place),
            item.score,
            item.score_low,
            item.score_high,
            item.status == "publishable" or not content.judged,
        )
        for place, item in _scored(content.items)
        if item.score is not None
    ]
    return _dots(lines) if len(lines) > 1 else None


def grades(items: Sequence[ItemFigures]) -> Chart | None:
    """Draw the five shares of each question, by its number in the table, as one bar, best grade first."""
    places = [place for place, item in _scored(items) if item.grades is not None]
    shown = [item for _place, item in _scored(items) if item.grades is not None]
    if len(shown) < 2:
        return None
    names = [question_number(place) for place in places]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": str(GRADE_WORDS[grade]),
                "y": names,
                "x": [_number((item.grades or ())[place], times=100) for item in shown],
                "marker": {"color": f"--grade-{grade}", "line": {"color": "--surface", "width": 1}},
                "hovertemplate": "%{x:.1f}%<extra>%{fullData.name}</extra>",
            }
            for place, grade in enumerate(GRADES)
        ],
        "layout": {
            "barmode": "stack",
            "height": FRAME + ROW * len(shown) + 30,
            "xaxis": {"range": [0, 100], "ticksuffix": "%"},
            "yaxis": {"autorange": "reversed"},
        },
    }


def trend(past: Sequence[Past]) -> Chart | None:
    """Draw the score over the waves, each with its interval; what is only indicative is grey.

    No line crosses a break: the series on its sides are drawn apart, with an upright line between them.
    """
    points = [one for one in past if one.figures.score is not None]
    if len(points) < 2:
        return None
    labels = _labels([one.title for one in points])
    places = range(len(points))
    breaks = [place for place in places[1:] if points[place].series != points[place - 1].series]
    layout: Chart = {
        "height": 280,
        "showlegend": False,
        "xaxis": {"type": "category"},
        "yaxis": {"range": [0, 100], "title": {"text": _("score")}},
    }
    if breaks:
        layout["shapes"] = [_upright(place - 0.5) for place in breaks]
        layout["annotations"] = [_noted(place - 0.5, _("asked in other words")) for place in breaks]
    return {
        "data": [
            _series(points[first:last], labels[first:last])
            for first, last in pairwise([0, *breaks, len(points)])
        ],
        "layout": layout,
    }


def _series(points: Sequence[Past], labels: Sequence[str]) -> Chart:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(labels),
        "y": [_number(one.figures.score) for one in points],
        "error_y": _errors(
            [(one.figures.score, one.figures.score_low, one.figures.score_high) for one in points]
        ),
        "line": {"color": "--chart-range", "dash": "dot"},
        "marker": {
            "color": [_colour(one.figures.status != "indicative") for one in points],
            "size": 10,
        },
        "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
    }


def _upright(place: float) -> Chart:
    """Draw a line over the whole height; categories of an axis are numbered from nought."""
    line = {"color": "--chart-target", "dash": "dash", "width": 2}
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "line": line,
    }


def _noted(place: float, words: str) -> Chart:
    return {
        "text": escape(words, quote=False),
        "xref": "x",
        "yref": "paper",
        "x": place,
        "y": 0,
        "yanchor": "bottom",
        "showarrow": False,
        "bgcolor": "--surface",
        "font": {"size": 12, "color": "--ink-soft"},
    }


def question_number(place: int) -> str:
    """Number a question as chart and table both do: its words are too long for an axis."""
    return _("No. %(number)s") % {"number": place}


def _scored(items: Sequence[ItemFigures]) -> list[tuple[int, ItemFigures]]:
    return list(enumerate((item for item in items if item.scored), start=1))


def _dots(
    lines: Sequence[tuple[str, str | None, str | None, str | None, bool]], *, target: str | None = None
) -> Chart:
    layout: Chart = {
        "height": FRAME + ROW * len(lines),
        "showlegend": False,
        "xaxis": {"range": [0, 100], "title": {"text": _("score, 0 to 100")}},
        "yaxis": {"autorange": "reversed", "type": "category"},
    }
    if target is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": _number(target),
                "x1": _number(target),
                "y0": 0,
                "y1": 1,
                "line": {"color": "--chart-target", "dash": "dash", "width": 1},
            }
        ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "y": _labels([name for name, *_rest in lines]),
                "x": [_number(score) for _name, score, *_rest in lines],
                "error_x": _errors([(score, low, high) for _name, score, low, high, _firm in lines]),
                "marker": {"color": [_colour(firm) for *_rest, firm in lines], "size": 11},
                "hovertemplate": "%{y}: %{x:.1f}<extra></extra>",
            }
        ],
        "layout": layout,
    }


def _errors(ranges: Sequence[tuple[str | None, str | None, str | None]]) -> Chart:
    """Give the two arms of each interval, 0 where there is none."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_arm(high, score) for score, _low, high in ranges],
        "arrayminus": [_arm(score, low) for score, low, _high in ranges],
        "color": "--chart-range",
        "thickness": 3,
        "width": 0,
    }


def _arm(upper: str | None, lower: str | None) -> float:
    if upper is None or lower is None:
        return 0.0
    return round(min(_number(upper), 100.0) - max(_number(lower), 0.0), 4)


def _number(text: str | None, *, times: int = 1) -> float:
    return float(rounded(text or "0", 4, times=times))


def _colour(firm: bool) -> str:
    return "--chart-mark" if firm else "--chart-muted"


def _labels(names: Sequence[str]) -> list[str]:
    """Shorten names for an axis, and keep apart those that then look alike: Plotly would draw them as one.

    Names that begin alike are told apart by how they end, so what they share is left out.
    """
    labels = [_label(name) for name in names]
    if len(set(labels)) < len(labels):
        alike = enumerate(zip(*names, strict=False))
        differ = next((place for place, letters in alike if len(set(letters)) > 1), 0)
        shared = names[0].rfind(" ", 0, differ) + 1
        labels = [_label(name[shared:]) for name in names]
    found: list[str] = []
    for label in labels:
        apart = label
        while apart in found:
            apart += ZERO_WIDTH_SPACE
        found.append(apart)
    return found


def _label(words: str) -> str:
    """Shorten a name for an axis; Plotly reads labels as a little HTML, but names are text."""
    width = 0
    for place, letter in enumerate(words):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > LONGEST_LABEL:
            words = words[: place - 1].rstrip() + "…"
            break
    return escape(words, quote=False)
