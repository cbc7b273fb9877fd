"""Pictures with a line for each thing: its name, and beneath it a point on its interval, five shares, or a range.

The name stands above what is drawn, so that both have the whole width of a phone. Each returns the inner elements of
the drawing and how high it is.
"""

from reports.scorecards.charts.elements import (
    across,
    anchored,
    disc,
    element,
    joined,
    line,
    share,
    title,
    words,
)
from reports.scorecards.charts.labels import wrapped
from reports.scorecards.shapes import Dots, Mark, Places, Shares

Drawing = tuple[str, int]  # the inner elements, and the height in pixels

NAME = 20  # height of a line of words
TRACK = 26
GAP = 8
TICKS = 22
BAR = 28
NAME_ROOM = 24  # narrow letters that stand beside a value on a phone of 320 pixels
WHOLE_ROOM = 29  # and those that have the line to themselves
NAME_LINES = 6  # so that nothing is left out of a name
FITS = 18  # per cent of a bar that a share such as "25.0%" needs on the narrowest phone
GRADES = (5, 4, 3, 2, 1)
SCALE = (0, 25, 50, 75, 100)


def dots(shape: Dots) -> Drawing:
    """Draw one line a mark: a point on its interval, hollow where it is only indicative."""
    lowest, highest = float(shape.lowest), float(shape.highest)
    rows, top = [], TICKS if shape.target is not None else 0
    start = top
    for mark in shape.marks:
        drawn, height = _dot(mark, top, lowest, highest)
        rows.append(drawn)
        top += height
    ticks = [lowest + (highest - lowest) * one / 100 for one in SCALE]
    grid = joined(
        line(
            "picture-grid", x1=across(one, lowest, highest), y1=start, x2=across(one, lowest, highest), y2=top
        )
        for one in ticks
    )
    scale = joined(
        words(
            f"{one:g}",
            class_="picture-tick",
            x=across(one, lowest, highest),
            y=top + 16,
            anchor=anchored(share(one, lowest, highest)),
        )
        for one in ticks
    )
    return grid + _target(shape, top) + joined(rows) + scale, top + TICKS


def shares(shape: Shares) -> Drawing:
    """Draw one bar a line, divided into five shares of the whole, best grade first."""
    parts, top = [], 0
    for label, cells in shape.lines:
        names = wrapped(label, WHOLE_ROOM, lines=NAME_LINES)
        parts.append(_name(names, top))
        top += NAME * len(names) + 4
        start = 0.0
        for grade, cell in zip(GRADES, cells, strict=True):
            parts.append(_slice(grade, cell, start, top))
            start += float(cell)
        top += BAR + GAP + 4
    return joined(parts), top


def places(shape: Places) -> Drawing:
    """Draw for each department the places that it may hold, as a bar from the first to the last."""
    parts, top = [], 0
    for label, first, last in shape.lines:
        own = " picture-own" if label == shape.own else ""
        names = wrapped(f"► {label}" if own else label, NAME_ROOM, lines=NAME_LINES)
        parts.append(_name(names, top, extra=own))
        parts.append(words(_range(first, last), class_="picture-value", x="100%", y=top + 15, anchor="end"))
        top += NAME * len(names)
        middle = top + TRACK / 2
        parts.append(line("picture-axis", x1="0", y1=middle, x2="100%", y2=middle))
        reach = {"x": across(first - 1, 0, shape.of), "width": across(last - first + 1, 0, shape.of)}
        parts.append(element("rect", class_=f"picture-reach{own}", y=middle - 7, height=14, **reach))
        top += TRACK + GAP
    scale = words("1", class_="picture-tick", x="0", y=top + 12)
    scale += words(str(shape.of), class_="picture-tick", x="100%", y=top + 12, anchor="end")
    return joined(parts) + scale, top + TICKS


def _dot(mark: Mark, top: int, lowest: float, highest: float) -> Drawing:
    names = wrapped(mark.label, NAME_ROOM, lines=NAME_LINES)
    written = _name(names, top)
    written += words(mark.value, class_="picture-value", x="100%", y=top + 15, anchor="end")
    height = NAME * len(names)
    if mark.note:
        written += words(mark.note, class_="picture-note", x="0", y=top + height + 13)
        height += NAME - 2
    middle = top + height + TRACK / 2
    drawn = ""
    if mark.low is not None and mark.high is not None:
        ends = {
            "x1": across(float(mark.low), lowest, highest),
            "x2": across(float(mark.high), lowest, highest),
        }
        drawn += element(
            "line",
            class_=f"picture-range{'' if mark.firm else ' picture-soft'}",
            y1=middle,
            y2=middle,
            **ends,
        )
    kind = "picture-point" if mark.firm else "picture-hollow"
    drawn += disc(kind, x=across(float(mark.value), lowest, highest), y=middle)
    height += TRACK + GAP
    hit = element("rect", class_="picture-hit", x="0", y=top - 3, width="100%", height=height - 2)
    told = title(f"{mark.label}: {mark.value}" + (f" ({mark.low}–{mark.high})" if mark.low else ""))
    if mark.address:
        return element("a", hit + written + drawn + told, href=mark.address, class_="picture-link"), height
    return element("g", written + drawn + told), height


def _slice(grade: int, cell: str, start: float, top: int) -> str:
    width = float(cell)
    drawn = element(
        "rect",
        class_=f"picture-slice grade-fill-{grade}",
        x=across(start),
        y=top,
        width=across(width),
        height=BAR,
    )
    if width < FITS:
        return drawn
    middle = across(start + width / 2)
    return drawn + words(
        f"{cell}%", class_=f"picture-share grade-text-{grade}", x=middle, y=top + 19, anchor="middle"
    )


def _target(shape: Dots, bottom: int) -> str:
    if shape.target is None:
        return ""
    place = share(float(shape.target), float(shape.lowest), float(shape.highest))
    x = across(place)
    label = words(shape.target_label, class_="picture-target-name", x=x, y=14, anchor=anchored(place))
    return line("picture-target", x1=x, y1=TICKS - 2, x2=x, y2=bottom) + label


def _name(names: list[str], top: int, *, extra: str = "") -> str:
    return joined(
        words(one, class_=f"picture-name{extra}", x="0", y=top + 15 + NAME * place)
        for place, one in enumerate(names)
    )


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
