"""Figures for whoever knows the method: one department's with all published digits, and a wave's as one table."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.evaluations.digits import rounded
from reports.scorecards.content import Figures, ScorecardContent, WaveContent
from reports.scorecards.wording.figures import per_cent, points, signed
from reports.scorecards.wording.words import NO_CHANGE_WORDS, SHORT_STATUS_WORDS, Words

DASH = "–"
LEAST_P, TINY = 0.0001, "<.0001"
HEADS: tuple[Words, ...] = (
    gettext_lazy("Ratings"),
    gettext_lazy("Score (SE) [interval]"),
    gettext_lazy("Satisfied % [Wilson]"),
    gettext_lazy("Good rate, %"),
    gettext_lazy("KG width"),
    gettext_lazy("z"),
    gettext_lazy("z′"),
    gettext_lazy("Holm p"),
    gettext_lazy("Change (Holm p)"),
    gettext_lazy("Rank set"),
    gettext_lazy("Index (SE)"),
    gettext_lazy("State"),
)


@dataclass(frozen=True)
class Line:
    """One department's cells, in the order of `HEADS`."""

    name: str
    code: str
    cells: tuple[Words, ...]


def digits(content: ScorecardContent, wave: WaveContent) -> list[tuple[Words, str]]:
    """List the figures of a department that an expert asks for, with the published digits; a tiny p only as tiny."""
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
        (_("p of the comparison, Holm"), _tiny(figures.p_holm)),
        (_("p of the change, Holm"), _tiny(figures.change_p_holm)),
        (_("index"), figures.index),
        (_("standard error of the index"), figures.index_se),
    ]
    return [(words, number) for words, number in rows if number is not None]


def lines(content: WaveContent) -> list[Line]:
    """Make the table of all departments of a judged wave, as the method's worked example has it."""
    return [Line(one.name, one.code, _cells(one)) for one in content.departments if content.judged]


def _cells(one: Figures) -> tuple[Words, ...]:
    if one.score is None:
        return (_("< 10"), *[DASH] * 10, SHORT_STATUS_WORDS[one.status])
    score = points(one.score, one.score_low, one.score_high)
    rate = per_cent(one.satisfaction, one.satisfaction_low, one.satisfaction_high)
    spread = "" if one.score_se is None else f" ({rounded(one.score_se, 2)})"
    return (
        str(one.n),
        f"{score.point if score else DASH}{spread}{_bracket(score.low, score.high) if score else ''}"
        + _compared(one),
        f"{rate.point}{_bracket(rate.low, rate.high)}" if rate else DASH,
        rounded(one.good_rate, times=100) if one.good_rate else DASH,
        _number(one.satisfaction_kg_width),
        _number(one.z),
        _number(one.z_prime),
        probability(one.p_holm),
        _change(one),
        DASH if one.rank_low is None else f"{one.rank_low}–{one.rank_high}",
        DASH if one.index is None else f"{rounded(one.index)} ({_number(one.index_se)})",
        SHORT_STATUS_WORDS[one.status],
    )


def _change(one: Figures) -> Words:
    if one.change is None:
        return NO_CHANGE_WORDS.get(one.change_reason or "", DASH)
    return f"{signed(one.change)} ({probability(one.change_p_holm)})"


def _compared(one: Figures) -> str:
    """Give the score that was compared, where it is not the score as it is."""
    if one.standardised is None:
        return ""
    score = f"{rounded(one.standardised)} ({_number(one.standardised_se)})"
    return " · " + _("at the mix %(score)s") % {"score": score}


def _bracket(low: str | None, high: str | None) -> str:
    return "" if low is None or high is None else f" [{low}, {high}]"


def _number(text: str | None) -> str:
    return DASH if text is None else rounded(text, 2).replace("-", "−")


def probability(text: str | None) -> str:
    """Write a p with four places, a tiny one only as tiny."""
    if text is None:
        return DASH
    return TINY if float(text) < LEAST_P else rounded(text, 4).removeprefix("0")


def _tiny(text: str | None) -> str | None:
    """Return a p as it is, or that it is less than any that is worth telling."""
    return TINY if text is not None and float(text) < LEAST_P else text
