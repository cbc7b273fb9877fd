"""Pictures with two axes: the score over the waves, the funnel, and what matters against how it was rated.

Names find no room beside points on a phone: points are numbered, and the numbers are explained beneath. Each returns
the inner elements of the drawing, its height in pixels, and what its numbers stand for.
"""

from math import ceil, floor

from reports.scorecards.charts.elements import (
    across,
    diamond,
    disc,
    element,
    joined,
    line,
    share,
    title,
    words,
)
from reports.scorecards.charts.labels import told_apart, width
from reports.scorecards.shapes import Funnel, FunnelMark, Mark, Matters, MattersMark, Trend

Keys = tuple[tuple[int, str], ...]
Plane = tuple[str, int, Keys]

HEIGHT = 240
TOP = 18
LETTERS = 38  # narrow letters across a phone of 320 pixels
STEP = 5  # scores at which an axis may begin and end


def trend(shape: Trend) -> Plane:
    """Draw points over the waves, each with its interval; no line crosses from one series to the next."""
    marks = [one for series in shape.series for one in series]
    room = LETTERS // len(marks)
    labels = told_apart([one.label for one in marks], room)
    is_named = all(width(label) <= room for label in labels)
    parts = [_scores(0, 100, shape.axis)]
    first = 0
    for series in shape.series:
        if first:
            parts.append(_broken(across(first, 0, len(marks)), shape.break_label))
        parts.append(_run(series, first, len(marks)))
        first += len(series)
    for place, label in enumerate(labels):
        under = label if is_named else str(place + 1)
        x = across(place + 0.5, 0, len(marks))
        parts.append(words(under, class_="picture-tick", x=x, y=TOP + HEIGHT + 18, anchor="middle"))
    keys = () if is_named else tuple((place, one.label) for place, one in enumerate(marks, start=1))
    return joined(parts), TOP + HEIGHT + 26, keys


def funnel(shape: Funnel) -> Plane:
    """Draw scores against their standard errors, and the straight lines between which chance would leave them."""
    target = float(shape.target)
    furthest = max(float(one.error) for one in shape.marks) * 1.08 or 1.0
    outer = max(float(times) for times, _share in shape.lines) * furthest
    scores = [float(one.value) for one in shape.marks]
    low = max(0, STEP * floor(min(*scores, target - outer) / STEP))
    high = min(100, STEP * ceil(max(*scores, target + outer) / STEP))
    parts = [_scores(low, high, shape.axis)]
    for place, (times, named) in enumerate(shape.lines):
        for way in (1, -1):
            end = target + way * float(times) * furthest
            parts.append(
                line(
                    f"picture-limit picture-limit-{place + 1}",
                    x1="0",
                    y1=_down(target, low, high),
                    x2="100%",
                    y2=_down(end, low, high, held=False),
                )
            )
            if way == 1:
                y = max(_down(end, low, high), TOP) - 4
                parts.append(words(named, class_="picture-tick", x="100%", y=y, anchor="end"))
    middle = _down(target, low, high)
    parts.append(line("picture-target", x1="0", y1=middle, x2="100%", y2=middle))
    inner = min(float(times) for times, _share in shape.lines)
    keys: list[tuple[int, str]] = []
    for one in shape.marks:
        number = 0
        if one.is_own or abs(float(one.value) - target) > inner * float(one.error):
            number = len(keys) + 1
            keys.append((number, one.label))
        parts.append(
            _known(one, number, across(float(one.error), 0, furthest), _down(float(one.value), low, high))
        )
    parts.append(words(shape.error_axis, class_="picture-tick", x="100%", y=TOP + HEIGHT + 18, anchor="end"))
    inside = element("svg", joined(parts), class_="picture-plane", width="100%", height=TOP + HEIGHT + 26)
    return inside, TOP + HEIGHT + 26, tuple(keys)


def matters(shape: Matters) -> Plane:
    """Draw importance against performance; what is mended first is a diamond in the corner that says so."""
    furthest = 10 * ceil(max(float(one.importance_high) for one in shape.marks) / 10) or 10
    scores = [
        float(end) for one in shape.marks for end in (one.score_low or one.score, one.score_high or one.score)
    ]
    low = max(0, 10 * floor(min(*scores, float(shape.score_middle)) / 10))
    high = min(100, 10 * ceil(max(*scores, float(shape.score_middle)) / 10))
    middle = across(float(shape.importance_middle), 0, furthest)
    level = _down(float(shape.score_middle), low, high)
    corner = share(float(shape.importance_middle), 0, furthest)
    parts = [
        element(
            "rect",
            class_="picture-corner",
            x=middle,
            y=level,
            width=f"{100 - corner:.2f}%",
            height=TOP + HEIGHT - level,
        ),
        _scores(low, high, shape.score_axis),
        line("picture-middle", x1=middle, y1=TOP, x2=middle, y2=TOP + HEIGHT),
        line("picture-middle", x1="0", y1=level, x2="100%", y2=level),
        words(shape.corner, class_="picture-corner-name", x="100%", y=TOP + HEIGHT - 8, anchor="end"),
    ]
    keys = []
    for place, one in enumerate(shape.marks, start=1):
        number = one.number or place
        keys.append((number, f"◆ {one.label}" if one.mend_first else one.label))
        parts.append(_weighed(one, number, furthest, low, high))
    parts.append(
        words(shape.importance_axis, class_="picture-tick", x="100%", y=TOP + HEIGHT + 18, anchor="end")
    )
    return joined(parts), TOP + HEIGHT + 26, tuple(keys)


def _run(series: tuple[Mark, ...], first: int, of: int) -> str:
    xs = [across(first + place + 0.5, 0, of) for place in range(len(series))]
    ys = [_down(float(one.value), 0, 100) for one in series]
    parts = [
        line("picture-run", x1=xs[place], y1=ys[place], x2=xs[place + 1], y2=ys[place + 1])
        for place in range(len(series) - 1)
    ]
    for one, x, y in zip(series, xs, ys, strict=True):
        top = y
        if one.low is not None and one.high is not None:
            top = _down(float(one.high), 0, 100)
            kind = f"picture-range{'' if one.firm else ' picture-soft'}"
            parts.append(line(kind, x1=x, y1=top, x2=x, y2=_down(float(one.low), 0, 100)))
        parts.append(disc("picture-point" if one.firm else "picture-hollow", x=x, y=y))
        parts.append(words(one.value, class_="picture-value", x=x, y=min(top, y - 8) - 5, anchor="middle"))
    return joined(parts)


def _known(one: FunnelMark, number: int, x: str, y: float) -> str:
    draw = diamond if one.is_own else disc
    drawn = draw("picture-point" if one.firm else "picture-hollow", x=x, y=y)
    if number:
        drawn += words(str(number), class_="picture-number", x=x, y=y - 10, anchor="middle")
    told = f"{one.label}: {one.value}"
    if one.address:
        return element("a", drawn + title(told), href=one.address, class_="picture-link")
    return element("g", drawn + title(told))


def _weighed(one: MattersMark, number: int, furthest: int, low: int, high: int) -> str:
    x, y = across(float(one.importance), 0, furthest), _down(float(one.score), low, high)
    ends = across(float(one.importance_low), 0, furthest), across(float(one.importance_high), 0, furthest)
    drawn = line("picture-arm", x1=ends[0], y1=y, x2=ends[1], y2=y)
    if one.score_low is not None and one.score_high is not None:
        tips = _down(float(one.score_high), low, high), _down(float(one.score_low), low, high)
        drawn += line("picture-arm", x1=x, y1=tips[0], x2=x, y2=tips[1])
    drawn += diamond("picture-first", x=x, y=y) if one.mend_first else disc("picture-point", x=x, y=y)
    drawn += words(str(number), class_="picture-number", x=x, y=y - 10, anchor="middle")
    return element("g", drawn + title(f"{one.label}: {one.importance}%, {one.score}"))


def _scores(low: float, high: float, axis: str) -> str:
    """Draw the lines of the scores, each with its number within the plot: a phone has no margin to spare."""
    step = 25 if high - low > 50 else 10 if high - low > 20 else 5
    parts = [words(axis, class_="picture-tick", x="0", y=10)]
    value = step * ceil(low / step)
    while value <= high:
        y = _down(value, low, high)
        parts.append(line("picture-grid", x1="0", y1=y, x2="100%", y2=y))
        if y > TOP + 12:
            parts.append(words(f"{value:g}", class_="picture-tick", x="0", y=y - 3))
        value += step
    return joined(parts)


def _broken(x: str, label: str) -> str:
    drawn = line("picture-break", x1=x, y1=TOP, x2=x, y2=TOP + HEIGHT)
    return drawn + words(f"≠ {label}", class_="picture-tick", x=x, y=10, anchor="middle")


def _down(value: float, low: float, high: float, *, held: bool = True) -> float:
    """Return how far down a score lies; unless `held`, also outside of the plot."""
    if held:
        return TOP + HEIGHT * (1 - share(value, low, high) / 100)
    return TOP + HEIGHT * (1 - (value - low) / (high - low))
