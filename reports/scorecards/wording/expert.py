"""Figures for whoever knows the method: one department's with all published digits, and a wave's as one table."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.evaluations.digits import rounded
from reports.scorecards.content import Figures, ScorecardContent, WaveContent
from reports.scorecards.wording.figures import per_cent, points, signed
from reports.scorecards.wording.words import STATUS_WORDS, Words

DASH = "–"
HEADS: tuple[Words, ...] = (
    gettext_lazy("Ratings"),
    gettext_lazy("Score (SE) [95%]"),
    gettext_lazy("Satisfied % [Wilson]"),
    gettext_lazy("好评率 %"),
    gettext_lazy("KG width"),
    gettext_lazy("State"),
    gettext_lazy("z"),
    gettext_lazy("z′"),
    gettext_lazy("Holm p"),
    gettext_lazy("Change (Holm p)"),
    gettext_lazy("Rank set"),
    gettext_lazy("Index (SE)"),
)


@dataclass(frozen=True)
class Line:
    """One department's cells, in the order of `HEADS`."""

    name: str
    code: str
    cells: tuple[Words, ...]


def digits(content: ScorecardContent, wave: WaveContent) -> list[tuple[Words, str]]:
    """List the figures of a department that an expert asks for, with the published digits."""
    figures, benchmark = content.figures, wave.benchmark
    rows: list[tuple[Words, str | None]] = [
        (_("standard error of the score"), figures.score_se),
        (_("degrees of freedom"), figures.score_df),
        (_("effective sample size of the rate"), figures.satisfaction_n_e),
        (_("width of the Korn-Graubard interval"), figures.satisfaction_kg_width),
        (_("benchmark"), benchmark.target if benchmark and figures.z else None),
        (_("score at the declared mix, which is compared"), content.standardised),
        (_("z"), figures.z),
        (_("z′ among peers"), figures.z_prime),
        (_("p of the comparison, Holm"), figures.p_holm),
        (_("p of the change, Holm"), figures.change_p_holm),
        (_("index"), figures.index),
        (_("standard error of the index"), figures.index_se),
    ]
    return [(words, number) for words, number in rows if number is not None]


def lines(content: WaveContent) -> list[Line]:
    """Make the table of all departments of a judged wave, as the method's worked example has it."""
    return [Line(one.name, one.code, _cells(one)) for one in content.departments if content.judged]


def _cells(one: Figures) -> tuple[Words, ...]:
    if one.score is None:
        return (_("< 10"), *[DASH] * 4, STATUS_WORDS[one.status], *[DASH] * 6)
    score = points(one.score, one.score_low, one.score_high)
    rate = per_cent(one.satisfaction, one.satisfaction_low, one.satisfaction_high)
    spread = "" if one.score_se is None else f" ({rounded(one.score_se, 2)})"
    return (
        str(one.n),
        f"{score.point if score else DASH}{spread}{_bracket(score.low, score.high) if score else ''}",
        f"{rate.point}{_bracket(rate.low, rate.high)}" if rate else DASH,
        rounded(one.good_rate, times=100) if one.good_rate else DASH,
        _number(one.satisfaction_kg_width),
        STATUS_WORDS[one.status],
        _number(one.z),
        _number(one.z_prime),
        _p(one.p_holm),
        DASH if one.change is None else f"{signed(one.change)} ({_p(one.change_p_holm)})",
        DASH if one.rank_low is None else f"{one.rank_low}–{one.rank_high}",
        DASH if one.index is None else f"{rounded(one.index)} ({_number(one.index_se)})",
    )


def _bracket(low: str | None, high: str | None) -> str:
    return "" if low is None or high is None else f" [{low}, {high}]"


def _number(text: str | None) -> str:
    return DASH if text is None else rounded(text, 2).replace("-", "−")


def _p(text: str | None) -> str:
    if text is None:
        return DASH
    return "<.0001" if float(text) < 0.0001 else rounded(text, 4).removeprefix("0")
