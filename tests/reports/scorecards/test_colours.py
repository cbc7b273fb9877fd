"""Colours of the pictures, as people see them whose eyes lack one kind of cone.

Simulated with the matrices of Machado, Oliveira and Fernandes (2009, "A physiologically-based model for simulation of
color vision deficiency", severity 1.0), applied to linear RGB; distances are those of CIE 1976 L*a*b*, in which 2.3 is
the least that is noticed.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
EYES = {
    "usual": IDENTITY,
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)
FAR = 18  # neighbours on a bar; seven times what is noticed
APART = 35  # what must never be taken for each other: ends of the scale, a mark and its interval

Triple = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of light or dark."""
    blocks = re.findall(r"\{([^{}]*--grade-1[^{}]*)\}", TOKENS)
    light, dark = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block)) for block in blocks)
    return light if scheme == "light" else light | dark


def times(matrix: tuple[Triple, ...], colour: Triple) -> Triple:
    x, y, z = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def seen(colour: str, eyes: str) -> Triple:
    """Return L*a*b* of a colour as some eyes see it."""
    short = colour.removeprefix("#")
    full = "".join(2 * one for one in short) if len(short) == 3 else short
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    red, green, blue = (min(1.0, max(0.0, one)) for one in times(EYES[eyes], (red, green, blue)))
    scaled = (one / white for one, white in zip(times(TO_XYZ, (red, green, blue)), WHITE, strict=True))
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, eyes: str) -> float:
    pairs = zip(seen(one, eyes), seen(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
OF_EYES = pytest.mark.parametrize("eyes", EYES)


def test_the_distance_is_that_of_black_and_white() -> None:
    assert distance("#000", "#fff", "usual") == pytest.approx(100, abs=0.1)
    assert distance("#f00", "#0f0", "usual") > 2 * distance("#f00", "#0f0", "deuteranopia")


@SCHEMES
@OF_EYES
def test_neighbouring_grades_are_told_apart_by_any_eyes(scheme: str, eyes: str) -> None:
    colours = tokens(scheme)
    scale = [colours[f"grade-{grade}"] for grade in (5, 4, 3, 2, 1)]
    for one, other in pairwise(scale):
        assert distance(one, other, eyes) >= FAR, (one, other)
    assert distance(scale[0], scale[-1], eyes) >= APART, "the two ends"


@SCHEMES
@OF_EYES
def test_a_point_stands_out_of_its_interval_and_the_benchmark_out_of_the_paper(
    scheme: str, eyes: str
) -> None:
    colours = tokens(scheme)
    assert distance(colours["chart-mark"], colours["chart-range"], eyes) >= FAR
    for name in ("chart-mark", "chart-target", "chart-range", "chart-muted"):
        assert distance(colours[name], colours["paper"], eyes) >= APART, name
