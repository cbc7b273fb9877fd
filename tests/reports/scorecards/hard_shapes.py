"""Shapes whose words have little room: many departments close together, names without end, several breaks."""

from reports.scorecards.shapes import (
    Dots,
    Funnel,
    FunnelMark,
    Mark,
    Matters,
    MattersMark,
    Places,
    Shape,
    Shares,
    Trend,
)
from tests.reports.scorecards.shown_shapes import LONG, LONG_HAN

WORDS = {"caption": "Hard", "sentence": "Nothing collides.", "heads": ("Name",), "rows": ((LONG,),)}
NAMES = ("Employment and social security", "Natural resources and planning", LONG, LONG_HAN)
QUESTION = "Overall, how satisfied are you with the maintenance of city streets, sidewalks and street lights?"


def hard_shapes() -> tuple[Shape, ...]:
    """Make them anew."""
    return (crowded(), close(), broken(), ranks(), bars(), dots())


def crowded() -> Funnel:
    """Twenty departments within three points of each other, all outside of the lines."""
    marks = tuple(
        FunnelMark(f"{LONG} {place}", f"{70 + place % 7 * 0.4:.1f}", f"{1 + place % 5 * 0.05:.2f}")
        for place in range(20)
    )
    return Funnel(
        **WORDS,  # type: ignore[arg-type]
        marks=marks,
        target="60.0",
        axis="score compared with the benchmark",
        error_axis="standard error: the further right, the less exact",
    )


def close() -> Matters:
    """Six dimensions whose points nearly cover each other."""
    marks = tuple(
        MattersMark(
            f"{name} {place}", f"{16 + place * 0.3:.1f}", "9.0", "25.0", f"{71 + place % 2 * 0.1:.1f}",
            "69.5", "73.0", place, place == 4,
        )
        for place, name in enumerate((*NAMES, "Speed", "Humanity"), start=1)
    )  # fmt: skip
    return Matters(
        **WORDS,  # type: ignore[arg-type]
        marks=marks,
        importance_axis="importance: per cent of what all dimensions explain together",
        score_axis="score, 0 to 100",
        importance_middle="16.7",
        score_middle="71.1",
        corner="mend first",
    )


def broken() -> Trend:
    """Eleven waves with two breaks."""
    marks = [Mark(f"{LONG} {place}", "70.9", "66.0", "75.8") for place in range(11)]
    return Trend(
        **WORDS,  # type: ignore[arg-type]
        series=(tuple(marks[:3]), tuple(marks[3:4]), tuple(marks[4:])),
        axis="score, 0 to 100",
        break_label="asked in other words",
    )


def ranks() -> Places:
    """Long names beside ranges of two digits."""
    return Places(**WORDS, lines=tuple((name, 12, 26) for name in NAMES), of=26, own=NAMES[0])  # type: ignore[arg-type]


def bars() -> Shares:
    """Long questions above their bars, and shares that just find room."""
    shares = (("16.0", "16.0", "17.0", "16.0", "35.0"), ("24.7", "2.3", "3.0", "20.0", "50.0"))
    return Shares(
        **WORDS,  # type: ignore[arg-type]
        lines=tuple(zip((f"No. 1 {QUESTION}", f"No. 2 {LONG_HAN}"), shares, strict=True)),
        legend=("very satisfied", "satisfied", "acceptable", "dissatisfied", "very dissatisfied"),
    )


def dots() -> Dots:
    """Long names with notes."""
    marks = tuple(Mark(name, "100.0", "98.0", "100.0", note="▼▼ much worse than expected") for name in NAMES)
    return Dots(**WORDS, marks=marks, axis="score", target="97.0", target_label="benchmark 97.0")  # type: ignore[arg-type]
