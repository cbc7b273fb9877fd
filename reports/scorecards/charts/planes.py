"""Pictures with two axes: the score over the waves, the funnel, and what matters against how it was rated.

Names find no room beside points on a phone: points are numbered, and the numbers are explained beneath. The numbers of
the upright axis stand in a margin of their own. Each returns the inner elements of the drawing, its height in pixels,
and what its numbers stand for.
"""

from math import ceil, floor

from reports.scorecards.charts.elements import (
    anchored,
    diamond,
    disc,
    element,
    joined,
    line,
    share,
    title,
    words,
)
from reports.scorecards.charts.labels import told_apart, width, wrapped
from reports.scorecards.charts.placing import Offset, is_far, placed
from reports.scorecards.shapes import Funnel, FunnelMark, Mark, Matters, MattersMark, Trend

Keys = tuple[tuple[int, str], ...]
Plane = tuple[str, int, Keys]

HEIGHT = 240
TOP = 26
EDGE = 10  # per cent: the margin in which the numbers of the upright axis stand
ROOM = 1.25  # beyond the last point of a funnel, for the names of its lines
LETTERS = 34  # narrow letters beside that margin on a phone of 320 pixels
MOST_VALUES = 6  # of a trend that find room beside each other
LINE = 16  # pixels of a line of small words
STEP = 5  # scores at which an axis may begin and end
CORNER = 0.45  # of the width, at least, for the words in the corner of what is mended first


def trend(shape: Trend) -> Plane:
    """Draw points over the waves, each with its interval; no line crosses from one series to the next."""
    marks = [one for series in shape.series for one in series]
    room = LETTERS // len(marks) - 1
    labels = told_apart([one.label for one in marks], room)
    is_named = all(width(label) <= room for label in labels)
    parts = [_scores(0, 100, shape.axis)]
    first = 0
    for series in shape.series:
        if first:
            parts.append(_broken(_at(first, 0, len(marks))))
        parts.append(_run(series, first, len(marks)))
        first += len(series)
    for place, label in enumerate(labels):
        under = label if is_named else str(place + 1)
        x = _at(place + 0.5, 0, len(marks))
        parts.append(words(under, class_="picture-tick", x=x, y=TOP + HEIGHT + 18, anchor="middle"))
    keys = () if is_named else tuple((place, one.label) for place, one in enumerate(marks, start=1))
    return joined(parts), TOP + HEIGHT + 26, keys


def funnel(shape: Funnel) -> Plane:
    """Draw scores against their standard errors, and the straight lines between which chance would leave them."""
    target = float(shape.target)
    furthest = max(float(one.error) for one in shape.marks) * ROOM or 1.0
    outer = max(float(times) for times, _share in shape.lines) * furthest
    scores = [float(one.value) for one in shape.marks]
    low = max(0, STEP * floor(min(*scores, target - outer) / STEP))
    high = min(100, STEP * ceil(max(*scores, target + outer) / STEP))
    middle = _down(target, low, high)
    limits, names = [], []
    for place, (times, named) in enumerate(shape.lines):
        for way in (1, -1):
            end = _down(target + way * float(times) * furthest, low, high, held=False)
            kind = f"picture-limit picture-limit-{place + 1}"
            limits.append(line(kind, x1=f"{EDGE}%", y1=middle, x2="100%", y2=end))
        names.append((max(_down(target + float(times) * furthest, low, high), TOP) - 4, named))
    limits.append(line("picture-target", x1=f"{EDGE}%", y1=middle, x2="100%", y2=middle))
    plane = element("svg", joined(limits), class_="picture-plane", width="100%", height=TOP + HEIGHT)
    parts = [_scores(low, high, shape.axis), plane]
    lowest = 0.0
    for y, named in sorted(names):
        lowest = max(y, lowest + LINE)
        parts.append(words(named, class_="picture-tick", x="100%", y=lowest, anchor="end"))
    inner = min(float(times) for times, _share in shape.lines)
    known = sorted(
        (
            one
            for one in shape.marks
            if one.is_own or abs(float(one.value) - target) > inner * float(one.error)
        ),
        key=lambda one: -float(one.value),
    )
    others = [one for one in shape.marks if one not in known]
    points = {
        one: (_share(float(one.error), 0, furthest), _down(float(one.value), low, high))
        for one in shape.marks
    }
    offsets = placed(
        [points[one] for one in known],
        [str(number) for number in range(1, len(known) + 1)],
        height=TOP + HEIGHT,
        others=[points[one] for one in others],
        taken=[(100, lowest, (-44, -30, 0, 6)), *_margin()],
    )
    parts += [_known(one, *points[one]) for one in others]
    leaders, drawn = [], []
    for number, (one, offset) in enumerate(zip(known, offsets, strict=True), start=1):
        leaders.append(_leader(*points[one], offset))
        drawn.append(_known(one, *points[one], number, offset))
    parts += [*leaders, *drawn]
    below, end = _level_axis(0, furthest, shape.error_axis)
    keys = tuple((number, one.label) for number, one in enumerate(known, start=1))
    return joined([*parts, below]), end, keys


def matters(shape: Matters) -> Plane:
    """Draw importance against performance; what is mended first is a diamond in the corner that says so."""
    middle = float(shape.importance_middle)
    start = 10 * floor(min(middle, *(float(one.importance_low) for one in shape.marks)) / 10)
    reach = max(float(one.importance_high) for one in shape.marks)
    reach = max(reach, (middle - CORNER * start) / (1 - CORNER))  # so that the corner has room for its words
    furthest = min(max(10 * ceil(reach / 10), start + 10), 100)
    scores = [
        float(end) for one in shape.marks for end in (one.score_low or one.score, one.score_high or one.score)
    ]
    low = max(0, STEP * floor(min(*scores, float(shape.score_middle)) / STEP))
    high = min(100, STEP * ceil(max(*scores, float(shape.score_middle)) / STEP))
    x, level = _at(middle, start, furthest), _down(float(shape.score_middle), low, high)
    foot = TOP + HEIGHT
    wide = f"{100 - _share(middle, start, furthest):.2f}%"
    parts = [
        element("rect", class_="picture-corner", x=x, y=level, width=wide, height=foot + LINE - level),
        _scores(low, high, shape.score_axis),
        line("picture-middle", x1=x, y1=TOP, x2=x, y2=foot + LINE),
        line("picture-middle", x1=f"{EDGE}%", y1=level, x2="100%", y2=level),
    ]
    # The words stand beneath the lowest score, where no point can lie.
    parts.append(words(shape.corner, class_="picture-corner-name", x="99%", y=foot + 12, anchor="end"))
    points = [
        (_share(float(one.importance), start, furthest), _down(float(one.score), low, high))
        for one in shape.marks
    ]
    numbers = [one.number or place for place, one in enumerate(shape.marks, start=1)]
    offsets = placed(points, [str(one) for one in numbers], height=foot, taken=_margin())
    for one, point, offset in zip(shape.marks, points, offsets, strict=True):
        parts.append(_leader(*point, offset))
        parts.append(_weighed(one, point, (start, furthest), (low, high)))
    # Numbers come last: no arm of a neighbour goes through them.
    parts += [
        _number(one, *point, offset) for one, point, offset in zip(numbers, points, offsets, strict=True)
    ]
    below, end = _level_axis(start, furthest, shape.importance_axis, top=foot + LINE)
    keys = tuple(
        (number, f"◆ {one.label}" if one.mend_first else one.label)
        for number, one in zip(numbers, shape.marks, strict=True)
    )
    return joined([*parts, below]), end, keys


def _run(series: tuple[Mark, ...], first: int, of: int) -> str:
    xs = [_at(first + place + 0.5, 0, of) for place in range(len(series))]
    ys = [_down(float(one.value), 0, 100) for one in series]
    every = ceil(of / MOST_VALUES)
    parts = [
        line("picture-run", x1=xs[place], y1=ys[place], x2=xs[place + 1], y2=ys[place + 1])
        for place in range(len(series) - 1)
    ]
    for place, (one, x, y) in enumerate(zip(series, xs, ys, strict=True), start=first):
        top = y
        if one.low is not None and one.high is not None:
            top = _down(float(one.high), 0, 100)
            kind = f"picture-range{'' if one.firm else ' picture-soft'}"
            parts.append(line(kind, x1=x, y1=top, x2=x, y2=_down(float(one.low), 0, 100)))
        parts.append(disc("picture-point" if one.firm else "picture-hollow", x=x, y=y))
        if (of - 1 - place) % every == 0:  # counted from the last, which everybody looks for
            parts.append(
                words(one.value, class_="picture-value", x=x, y=min(top, y - 8) - 5, anchor="middle")
            )
    return joined(parts)


def _known(one: FunnelMark, place: float, y: float, number: int = 0, offset: Offset = (0, 0)) -> str:
    draw = diamond if one.is_own else disc
    drawn = draw("picture-point" if one.firm else "picture-hollow", x=f"{place:.2f}%", y=y)
    if number:
        drawn += _number(number, place, y, offset)
    told = f"{one.label}: {one.value}"
    if one.address:
        return element("a", drawn + title(told), href=one.address, class_="picture-link")
    return element("g", drawn + title(told))


def _weighed(
    one: MattersMark, point: tuple[float, float], span: tuple[float, float], scores: tuple[float, float]
) -> str:
    x, y = f"{point[0]:.2f}%", point[1]
    ends = _at(float(one.importance_low), *span), _at(float(one.importance_high), *span)
    drawn = line("picture-arm", x1=ends[0], y1=y, x2=ends[1], y2=y)
    if one.score_low is not None and one.score_high is not None:
        tips = _down(float(one.score_high), *scores), _down(float(one.score_low), *scores)
        drawn += line("picture-arm", x1=x, y1=tips[0], x2=x, y2=tips[1])
    drawn += diamond("picture-first", x=x, y=y) if one.mend_first else disc("picture-point", x=x, y=y)
    return element("g", drawn + title(f"{one.label}: {one.importance}%, {one.score}"))


def _number(number: int, place: float, y: float, offset: Offset) -> str:
    """Write the number of a point beside it; letters hang on their line, five pixels beneath their middle."""
    x, (dx, dy) = f"{place:.2f}%", offset
    return element(
        "text", str(number), class_="picture-number", x=x, y=y, dx=dx, dy=dy + 5, text_anchor="middle"
    )


def _leader(place: float, y: float, offset: Offset) -> str:
    """Draw the line from a point to a number that stands away from it."""
    if not is_far(offset):
        return ""
    path = element("path", class_="picture-leader", d=f"M0 0L{offset[0]} {offset[1]}")
    return element("svg", path, x=f"{place:.2f}%", y=y)


def _margin() -> list[tuple[float, float, tuple[float, float, float, float]]]:
    """Return the margin of the upright axis as a box that is taken."""
    return [(EDGE, 0, (-200, 0, 2, TOP + HEIGHT))]


def _scores(low: float, high: float, axis: str) -> str:
    """Draw the lines of the scores, each with its number in the margin."""
    step = 25 if high - low > 50 else 10 if high - low > 20 else 5
    parts = [words(axis, class_="picture-tick", x="0", y=10)]
    value = step * ceil(low / step)
    while value <= high:
        y = _down(value, low, high)
        parts.append(line("picture-grid", x1=f"{EDGE}%", y1=y, x2="100%", y2=y))
        parts.append(words(f"{value:g}", class_="picture-tick", x="0", y=y + 4))
        value += step
    return joined(parts)


def _level_axis(low: float, high: float, axis: str, *, top: int = TOP + HEIGHT) -> tuple[str, int]:
    """Draw the numbers of the level axis and its name beneath them; return it with its lower end."""
    parts, rough = [], (high - low) / 5
    step = next(one for one in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if one >= rough)
    value = step * ceil(low / step)
    while value <= high:
        place = _share(value, low, high)
        x, anchor = f"{place:.2f}%", anchored(place) if place > 80 else "middle"
        parts.append(line("picture-grid", x1=x, y1=top, x2=x, y2=top + 4))
        parts.append(words(f"{round(value, 1):g}", class_="picture-tick", x=x, y=top + 17, anchor=anchor))
        value += step
    names = wrapped(axis, LETTERS, lines=3)
    for down, one in enumerate(names, start=1):
        parts.append(words(one, class_="picture-tick", x=f"{EDGE}%", y=top + 19 + LINE * down))
    return joined(parts), top + 27 + LINE * len(names)


def _broken(x: str) -> str:
    """Draw the line that nothing crosses; what its sign means stands above the picture."""
    drawn = line("picture-break", x1=x, y1=TOP, x2=x, y2=TOP + HEIGHT)
    return drawn + words("≠", class_="picture-tick", x=x, y=TOP - 5, anchor="middle")


def _share(value: float, low: float, high: float) -> float:
    """Return how far across a value lies, in per cent of the picture, beside the margin."""
    return EDGE + (100 - EDGE) * share(value, low, high) / 100


def _at(value: float, low: float, high: float) -> str:
    return f"{_share(value, low, high):.2f}%"


def _down(value: float, low: float, high: float, *, held: bool = True) -> float:
    """Return how far down a score lies; unless `held`, also outside of the plot."""
    if held:
        return TOP + HEIGHT * (1 - share(value, low, high) / 100)
    return TOP + HEIGHT * (1 - (value - low) / (high - low))
