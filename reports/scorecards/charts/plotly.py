"""Shapes as plain Plotly dictionaries, for the office alone; Plotly itself is never imported.

Colours are names of tokens, which static/js/charts.js turns into the colours of light and dark. The tests hold every
figure against Plotly's own schema.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from reports.scorecards.charts.labels import shortened, told_apart
from reports.scorecards.shapes import Dots, Funnel, FunnelMark, Mark, Matters, Places, Shape, Shares, Trend

Chart = dict[str, Any]
ROW = 34  # height of a line of a chart, in pixels
FRAME = 90
GRADES = (5, 4, 3, 2, 1)
ZERO_WIDTH_SPACE = "\u200b"
LONGEST_LABEL = 22  # in narrow letters: what a phone leaves beside the plot


def figure(shape: Shape) -> Chart:
    """Draw a shape as a dictionary of `data` and `layout`; raises `TypeError` for a shape that it does not know."""
    match shape:
        case Dots():
            return _dots(shape)
        case Shares():
            return _shares(shape)
        case Trend():
            return _trend(shape)
        case Funnel():
            return _funnel(shape)
        case Matters():
            return _matters(shape)
        case Places():
            return _places(shape)
    raise TypeError(f"Nobody draws a {type(shape).__name__}.")


def _dots(shape: Dots) -> Chart:
    marks = shape.marks
    layout: Chart = {
        "height": FRAME + ROW * len(marks),
        "showlegend": False,
        "xaxis": {"range": [float(shape.lowest), float(shape.highest)], "title": {"text": shape.axis}},
        "yaxis": {"autorange": "reversed", "type": "category"},
    }
    if shape.target is not None:
        layout["shapes"] = [_upright(float(shape.target), width=1)]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "y": _labels([one.label for one in marks]),
        "x": [float(one.value) for one in marks],
        "error_x": _arms([(one.value, one.low, one.high) for one in marks]),
        "marker": _points(marks),
        "hovertemplate": "%{y}: %{x:.1f}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def _shares(shape: Shares) -> Chart:
    names = _labels([label for label, _shares in shape.lines])
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": words,
                "y": names,
                "x": [float(shares[place]) for _label, shares in shape.lines],
                "marker": {"color": f"--grade-{grade}", "line": {"color": "--surface", "width": 1}},
                "hovertemplate": "%{x:.1f}%<extra>%{fullData.name}</extra>",
            }
            for place, (grade, words) in enumerate(zip(GRADES, shape.legend, strict=True))
        ],
        "layout": {
            "barmode": "stack",
            "height": FRAME + ROW * len(names) + 30,
            "xaxis": {"range": [0, 100], "ticksuffix": "%"},
            "yaxis": {"autorange": "reversed", "type": "category"},
        },
    }


def _trend(shape: Trend) -> Chart:
    marks = [one for series in shape.series for one in series]
    labels = _labels([one.label for one in marks])
    layout: Chart = {
        "height": 280,
        "showlegend": False,
        "xaxis": {"type": "category"},
        "yaxis": {"range": [0, 100], "title": {"text": shape.axis}},
    }
    traces, first = [], 0
    for series in shape.series:
        if first:
            layout.setdefault("shapes", []).append(_upright(first - 0.5, width=2))
            layout.setdefault("annotations", []).append(_noted(first - 0.5, shape.break_label))
        traces.append(_series(series, labels[first : first + len(series)]))
        first += len(series)
    return {"data": traces, "layout": layout}


def _series(marks: Sequence[Mark], labels: list[str]) -> Chart:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": labels,
        "y": [float(one.value) for one in marks],
        "error_y": _arms([(one.value, one.low, one.high) for one in marks]),
        "line": {"color": "--chart-range", "dash": "dot"},
        "marker": _points(marks),
        "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
    }


def _funnel(shape: Funnel) -> Chart:
    target = float(shape.target)
    furthest = max(float(one.error) for one in shape.marks) * 1.1
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [furthest, 0, furthest],
            "y": [target - float(times) * furthest, target, target + float(times) * furthest],
            "line": {"color": "--chart-range", "dash": dash, "width": 1},
            "name": share,
            "hoverinfo": "skip",
        }
        for (times, share), dash in zip(shape.lines, ("dash", "dot"), strict=False)
    ]
    return {
        "data": [*lines, _scatter(shape.marks)],
        "layout": {
            "height": 380,
            "xaxis": {"range": [0, furthest], "title": {"text": shape.error_axis}},
            "yaxis": {"title": {"text": shape.axis}},
            "shapes": [_level(target)],
        },
    }


def _scatter(marks: Sequence[FunnelMark]) -> Chart:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [float(one.error) for one in marks],
        "y": [float(one.value) for one in marks],
        "text": [_label(one.label) if one.is_own else "" for one in marks],
        "textposition": "top center",
        "hovertext": [escape(one.label, quote=False) for one in marks],
        "hovertemplate": "%{hovertext}: %{y:.1f} ± %{x:.2f}<extra></extra>",
        "marker": {
            "color": [_colour(one.firm) for one in marks],
            "symbol": ["diamond" if one.is_own else "circle" for one in marks],
            "size": [14 if one.is_own else 9 for one in marks],
        },
        "showlegend": False,
    }


def _matters(shape: Matters) -> Chart:
    marks = shape.marks
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [float(one.importance) for one in marks],
                "y": [float(one.score) for one in marks],
                "error_x": _arms(
                    [(one.importance, one.importance_low, one.importance_high) for one in marks]
                ),
                "error_y": _arms([(one.score, one.score_low, one.score_high) for one in marks]),
                "text": [_label(one.label) for one in marks],
                "textposition": "top center",
                "hovertemplate": "%{text}: %{x:.1f}, %{y:.1f}<extra></extra>",
                "marker": {
                    "color": ["--chart-target" if one.mend_first else "--chart-mark" for one in marks],
                    "symbol": ["diamond" if one.mend_first else "circle" for one in marks],
                    "size": 12,
                },
            }
        ],
        "layout": {
            "height": 400,
            "showlegend": False,
            "xaxis": {"rangemode": "tozero", "title": {"text": shape.importance_axis}},
            "yaxis": {"range": _near(shape), "title": {"text": shape.score_axis}},
            "shapes": [
                _upright(float(shape.importance_middle), width=1),
                _level(float(shape.score_middle)),
            ],
            "annotations": [
                {
                    "text": escape(shape.corner, quote=False),
                    "xref": "paper",
                    "yref": "paper",
                    "x": 1,
                    "y": 0,
                    "xanchor": "right",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"color": "--chart-target"},
                }
            ],
        },
    }


def _near(shape: Matters) -> list[float]:
    """Return the scores between which the picture lies: dimensions of one department lie close to each other."""
    ends = [float(end) for one in shape.marks for end in (one.score_low, one.score, one.score_high) if end]
    return [max(min(ends) - 2, 0.0), min(max(ends) + 2, 100.0)]


def _places(shape: Places) -> Chart:
    labels = _labels([label for label, _first, _last in shape.lines])
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": labels,
                "base": [first - 0.5 for _label, first, _last in shape.lines],
                "x": [last - first + 1 for _label, first, last in shape.lines],
                "customdata": [f"{first}–{last}" for _label, first, last in shape.lines],
                "hovertemplate": "%{y}: %{customdata}<extra></extra>",
                "marker": {
                    "color": [
                        "--chart-mark" if label == shape.own else "--chart-range"
                        for label, _first, _last in shape.lines
                    ]
                },
            }
        ],
        "layout": {
            "height": FRAME + ROW * len(labels),
            "showlegend": False,
            "xaxis": {"range": [0.5, shape.of + 0.5], "dtick": max(1, shape.of // 10)},
            "yaxis": {"autorange": "reversed", "type": "category"},
        },
    }


def _points(marks: Sequence[Mark]) -> Chart:
    """Draw what is only indicative hollow and grey: never by colour alone."""
    return {
        "color": [_colour(one.firm) for one in marks],
        "symbol": ["circle" if one.firm else "circle-open" for one in marks],
        "size": 11,
    }


def _arms(ranges: Sequence[tuple[str, str | None, str | None]]) -> Chart:
    """Give the two arms of each interval, 0 where there is none."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_arm(high, value) for value, _low, high in ranges],
        "arrayminus": [_arm(value, low) for value, low, _high in ranges],
        "color": "--chart-range",
        "thickness": 3,
        "width": 0,
    }


def _arm(upper: str | None, lower: str | None) -> float:
    return 0.0 if upper is None or lower is None else round(float(upper) - float(lower), 4)


def _upright(place: float, *, width: int) -> Chart:
    """Draw a line over the whole height; categories of an axis are numbered from nought."""
    ends = {"xref": "x", "yref": "paper", "x0": place, "x1": place, "y0": 0, "y1": 1}
    return {"type": "line", **ends, "line": {"color": "--chart-target", "dash": "dash", "width": width}}


def _level(place: float) -> Chart:
    """Draw a line over the whole width."""
    ends = {"xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": place, "y1": place}
    return {"type": "line", **ends, "line": {"color": "--chart-target", "dash": "dash", "width": 1}}


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


def _colour(firm: bool) -> str:
    return "--chart-mark" if firm else "--chart-muted"


def _labels(names: Sequence[str]) -> list[str]:
    """Shorten names for an axis, and keep apart those that then look alike: Plotly would draw them as one."""
    found: list[str] = []
    for label in map(_label, told_apart(names, LONGEST_LABEL)):
        apart = label
        while apart in found:
            apart += ZERO_WIDTH_SPACE
        found.append(apart)
    return found


def _label(words: str) -> str:
    """Shorten a name for an axis; Plotly reads labels as a little HTML, but names are text."""
    return escape(shortened(words, LONGEST_LABEL), quote=False)
