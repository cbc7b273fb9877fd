"""Numbers beside points that lie close together: none covers another, whatever the width of the screen.

A picture stretches across and not down, so a place is tried at every width between a phone and a desk. A number that
finds no room at its point moves away and a thin line leads back to it.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin

Point = tuple[float, float]  # per cent across, pixels down
Offset = tuple[float, float]  # pixels from a point to the middle of its number
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels

WIDTHS = (250, 300, 380, 480, 600, 740)  # pixels that a picture is wide
LETTER = 10  # pixels: how wide a digit is at most
HIGH = 16
DOT = 7  # how far a point reaches
NEAR = 18  # as far as this a number needs no line
RINGS = (15, *range(24, 220, 9))
WAYS = 24
TURNS = tuple(sorted(range(WAYS), key=lambda turn: (min(turn, WAYS - turn), turn)))  # upwards first


def placed(
    points: Sequence[Point],
    names: Sequence[str],
    *,
    height: float,
    others: Iterable[Point] = (),
    taken: Iterable[tuple[float, float, Box]] = (),
) -> list[Offset]:
    """Return where each name stands, as pixels from its point.

    `others` are points without a name, `taken` boxes that stand at a point of the picture. Where nothing is free the
    name stands furthest away, so that a picture is always drawn.
    """
    dots = [*points, *others]
    fixed = [[_around(width, (x, y), box) for x, y, box in taken] for width in WIDTHS]
    for width, boxes in zip(WIDTHS, fixed, strict=True):
        boxes.extend(_around(width, dot, (-DOT, -DOT, DOT, DOT)) for dot in dots)
    found: list[Offset] = []
    for point, name in zip(points, names, strict=True):
        half = LETTER * len(name) / 2
        box = (-half, -HIGH / 2, half, HIGH / 2)
        offset = next(
            (one for one in _offsets() if _is_free(point, one, box, height, fixed)), (0.0, -float(RINGS[-1]))
        )
        found.append(offset)
        for width, boxes in zip(WIDTHS, fixed, strict=True):
            boxes.append(_around(width, point, _moved(box, offset)))
    return found


def is_far(offset: Offset) -> bool:
    """Say whether a number stands so far from its point that a line must lead to it."""
    return offset[0] ** 2 + offset[1] ** 2 > NEAR**2


def _offsets() -> Iterable[Offset]:
    for ring in RINGS:
        for turn in TURNS:
            way = 2 * pi * turn / WAYS
            yield (round(ring * sin(way), 1), round(-ring * cos(way), 1))


def _is_free(point: Point, offset: Offset, box: Box, height: float, fixed: Sequence[Sequence[Box]]) -> bool:
    for width, boxes in zip(WIDTHS, fixed, strict=True):
        left, top, right, bottom = _around(width, point, _moved(box, offset))
        if left < 0 or right > width or top < 0 or bottom > height:
            return False
        if any(left < one[2] and one[0] < right and top < one[3] and one[1] < bottom for one in boxes):
            return False
    return True


def _moved(box: Box, offset: Offset) -> Box:
    return (box[0] + offset[0], box[1] + offset[1], box[2] + offset[0], box[3] + offset[1])


def _around(width: float, point: Point, box: Box) -> Box:
    return _moved(box, (width * point[0] / 100, point[1]))
