"""A report with every kind of block and picture, in either language, of which any digit can be looked for."""

from reports.narratives.blocks import Bullets, Chapter, Paragraph, Picture, Report, Table
from reports.scorecards.shapes import (
    Dots,
    Funnel,
    FunnelMark,
    Mark,
    Matters,
    MattersMark,
    Places,
    Shares,
    Trend,
)

GRADES = ("very satisfied", "satisfied", "acceptable", "dissatisfied", "very dissatisfied")
HOSTILE = '#panic() $x$ *=1+1* @SUM(A1) \\ "quoted" `raw` <label> // gone'


def a_report(language: str = "en", *, departments: int = 20) -> Report:
    """Make the report; `departments` is how many lines its charts have."""
    names = [f"第 {n} 局" if language == "zh-hans" else f"Bureau {n}" for n in range(1, departments + 1)]
    marks = tuple(
        Mark(name, f"{30 + n * 60 / departments:.1f}", "25.5", "95.5", firm=n % 5 > 0)
        for n, name in enumerate(names)
    )
    rows = tuple((mark.label, mark.value) for mark in marks)
    heads = ("Department", "Score")
    pictures = (
        Dots(caption="Scores", sentence="Dots say this.", heads=heads, rows=rows, marks=marks, axis="score")
        if departments < 2
        else Dots(
            caption="Scores",
            sentence="Dots say this.",
            heads=heads,
            rows=rows,
            marks=marks,
            axis="score",
            target="61.9",
            target_label="benchmark 61.9",
        ),
        Shares(
            caption="Grades",
            sentence="Shares say this.",
            heads=("Question", *GRADES),
            rows=(("Overall", "25.4%", "38.1%", "20.0%", "11.5%", "5.0%"),),
            lines=(
                ("Overall", ("25.4", "38.1", "20.0", "11.5", "5.0")),
                ("Speed", ("0.0", "0.0", "0.0", "0.0", "100.0")),
            ),
            legend=GRADES,
        ),
        Trend(
            caption="Over the waves",
            sentence="The trend says this.",
            heads=("Wave", "Score"),
            rows=(("2024", "51.0"), ("2025", "55.2"), ("2026", "61.9")),
            series=(
                (Mark("2024", "51.0", "47.0", "55.0"),),
                (Mark("2025", "55.2"), Mark("2026", "61.9", firm=False)),
            ),
            axis="score",
            break_label="asked otherwise",
        ),
        Funnel(
            caption="Funnel",
            sentence="The funnel says this.",
            heads=heads,
            rows=rows,
            marks=tuple(
                FunnelMark(mark.label, mark.value, f"{1 + n / 10:.2f}", is_own=n == 0)
                for n, mark in enumerate(marks)
            ),
            target="61.9",
            axis="score",
            error_axis="standard error",
        ),
        Matters(
            caption="What matters",
            sentence="Matters says this.",
            heads=("Dimension", "Importance"),
            rows=(("speed", "42.0%"),),
            marks=(
                MattersMark("speed", "42", "35", "49", "41.0", "38", "44", 1, mend_first=True),
                MattersMark("ease", "38", "30", "44", "63.0"),
            ),
            importance_axis="importance",
            score_axis="score",
            importance_middle="40",
            score_middle="58.3",
            corner="mend first",
        ),
        Places(
            caption="Rank sets",
            sentence="Places say this.",
            heads=("Department", "Places"),
            rows=tuple((name, f"{n}–{departments}") for n, name in enumerate(names, start=1)),
            lines=tuple((name, n, departments) for n, name in enumerate(names, start=1)),
            of=departments,
            own=names[0],
        ),
    )
    title = "城市服务测评报告" if language == "zh-hans" else "Report on city services"
    return Report(
        language=language,
        title=title,
        subtitle="第一次测评" if language == "zh-hans" else "The first wave",
        chapters=(
            Chapter(
                "finding",
                "First chapter",
                (
                    Paragraph("The lead stands first.", "lead"),
                    Paragraph(HOSTILE),
                    Paragraph("A warning stands here.", "warning"),
                    Bullets(("One point.", "Another point.")),
                ),
            ),
            Chapter("pictures", "Second chapter", tuple(Picture(one) for one in pictures)),
            Chapter(
                "facts",
                "Third chapter",
                (Table("Channels", ("Channel", "People"), (("web", "803"), ("a" * 64, "401")), (1,)),),
            ),
        ),
    )
