"""One shape of every kind, with what is hard about it: long names, markup, ends of the scale, hollow marks."""

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

LONG = "Health, Family Welfare and Community Services of the Northern District and the Islands"
LONG_HAN = "市卫生健康与家庭福利委员会北部片区及离岛联合服务管理中心办公室（含社区服务站）"


def shapes() -> tuple[Shape, ...]:
    """Make them anew."""
    return (
        Dots(
            caption="Scores <b>",
            sentence="One & another.",
            heads=("Department", "Score"),
            rows=((LONG, "69.5"), (LONG_HAN, "45.0"), ("<i>Roads</i>", "100.0")),
            marks=(
                Mark(LONG, "69.5", "63.8", "75.2", address="/results/a/b/", note="▲ better than expected"),
                Mark(LONG_HAN, "45.0", "38.0", "52.3", firm=False, address="/results/a/c/"),
                Mark("<i>Roads</i>", "100.0", "98.0", "100.0", address="/results/a/d/"),
            ),
            axis="score, 0 to 100",
            target="55.8",
            target_label="benchmark 55.8",
        ),
        Shares(
            caption="Grades",
            sentence="Most are satisfied.",
            heads=(
                "Question",
                "very satisfied",
                "satisfied",
                "acceptable",
                "dissatisfied",
                "very dissatisfied",
            ),
            rows=((LONG, "25.0%", "30.0%", "20.0%", "15.0%", "10.0%"),),
            lines=(
                (LONG, ("25.0", "30.0", "20.0", "15.0", "10.0")),
                ("No. 2", ("100.0", "0.0", "0.0", "0.0", "0.0")),
            ),
            legend=("very satisfied", "satisfied", "acceptable", "dissatisfied", "very dissatisfied"),
        ),
        Trend(
            caption="Waves",
            sentence="It rose.",
            heads=("Wave", "Score"),
            rows=(("May", "61.0"), ("November", "64.0"), ("Next", "50.0")),
            series=(
                (
                    Mark("Residents’ satisfaction, May", "61.0", "55.0", "66.0"),
                    Mark(LONG, "64.0", "58.0", "69.0"),
                ),
                (Mark("Next", "50.0", "45.0", "55.0", firm=False),),
            ),
            axis="score",
            break_label="asked in other words",
        ),
        Funnel(
            caption="Funnel",
            sentence="Most lie within.",
            heads=("Department", "Score"),
            rows=(("Parks", "70.0"),),
            marks=(
                FunnelMark("Parks", "70.0", "2.90", is_own=True),
                FunnelMark("Roads", "52.0", "1.20", firm=False),
                FunnelMark("Water", "30.0", "2.00"),
            ),
            target="51.0",
            axis="score",
            error_axis="standard error",
        ),
        Matters(
            caption="What matters",
            sentence="Mend speed first.",
            heads=("Dimension", "Importance", "Score"),
            rows=(("Speed", "40", "45"),),
            marks=(
                MattersMark("Speed", "40.0", "30.0", "50.0", "45.0", "40.0", "50.0", 1, mend_first=True),
                MattersMark("Attitude", "20.0", "15.0", "25.0", "70.0", "65.0", "75.0", 2),
            ),
            importance_axis="importance",
            score_axis="score",
            importance_middle="30.0",
            score_middle="57.5",
            corner="mend first",
        ),
        Places(
            caption="Places",
            sentence="Ranges overlap.",
            heads=("Department", "Place"),
            rows=(("Parks", "1 to 3"), ("Roads", "4")),
            lines=(("Parks", 1, 3), ("Health", 1, 3), ("Roads", 4, 4)),
            of=4,
            own="Parks",
        ),
    )
