"""The four sentences that a head of department reads first, and those around them; each is one plain sentence."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports.analyses.content import AnalysisContent
from reports.analyses.wording import WHY
from reports.briefings.mending import MendFirst, Unnamed
from reports.briefings.models import Prediction
from reports.evaluations.digits import rounded
from reports.scorecards.breakdowns import RollUp
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.wording import sentences
from reports.scorecards.wording.figures import level, per_cent, points, signed
from reports.scorecards.wording.words import BAND_WORDS, Words

MOST_NAMED = 3  # dimensions in a sentence

UNNAMED: dict[Unnamed, Words] = {
    Unnamed.NOT_JUDGED: gettext_lazy(
        "Nothing is named: those who rated do not tell what residents at large go by."
    ),
    Unnamed.NOT_ANALYSED: gettext_lazy(
        "Nothing is named: what residents go by is not computed for this wave yet."
    ),
    Unnamed.NO_DRIVERS: gettext_lazy("Nothing is named: what residents go by cannot be told for this wave."),
    Unnamed.TOO_FEW_FIRM: gettext_lazy(
        "Nothing is named: too few dimensions of this department are firm enough to judge."
    ),
    Unnamed.NONE_STANDS_OUT: gettext_lazy(
        "Nothing stands out: no dimension both matters more than an even share and is rated below the mean of this "
        "department's dimensions."
    ),
}

# Lower and higher: how far the score lies from what was expected, and what the interval says of it.
DIFFERENCES: dict[str, tuple[Words, Words]] = {
    "": (gettext_lazy("%(points)s points lower"), gettext_lazy("%(points)s points higher")),
    "within": (
        gettext_lazy("%(points)s points lower, but what was expected lies within the interval"),
        gettext_lazy("%(points)s points higher, but what was expected lies within the interval"),
    ),
    "beyond": (
        gettext_lazy("%(points)s points lower, more than the interval leaves open"),
        gettext_lazy("%(points)s points higher, more than the interval leaves open"),
    ),
    "hint": (
        gettext_lazy("%(points)s points lower, though that is only an indication"),
        gettext_lazy("%(points)s points higher, though that is only an indication"),
    ),
}


def doing(card: ScorecardContent, wave: WaveContent) -> str:
    """Say how a department is doing."""
    figures = card.figures
    rate = per_cent(figures.satisfaction)
    if rate is None or not card.judged:
        return sentences.finding(card, wave)
    words = {"score": rounded(figures.score or "0"), "rate": rate.point, "name": card.name}
    if figures.status == "indicative":
        return (
            _(
                "Only an indication: residents seem to give about %(score)s of 100 points, and %(rate)s%% seem "
                "satisfied."
            )
            % words
        )
    if figures.band is None or wave.benchmark is None:
        return _("Residents give %(score)s of 100 points, and %(rate)s%% of them are satisfied.") % words
    return _(
        "Residents give %(score)s of 100 points, and %(rate)s%% of them are satisfied: %(band)s, held against the "
        "benchmark of %(target)s."
    ) % {**words, "band": BAND_WORDS[figures.band], "target": rounded(wave.benchmark.target)}


def sure(card: ScorecardContent, wave: WaveContent) -> str:
    """Say how sure that is."""
    figures = card.figures
    score = points(figures.score, figures.score_low, figures.score_high)
    if figures.status == "suppressed":
        return _("Not at all: below ten ratings nothing is shown, so that nobody can be recognised.")
    if score is None:
        return _("There is nothing to be sure of: the overall question was not asked.")
    if score.low is None:
        return _("How sure it is cannot be told: there is no interval.")
    words = {"n": f"{figures.n or 0:,}", "low": score.low, "high": score.high, "level": level(wave)}
    if not card.judged:
        return (
            _(
                "For residents at large it is not sure at all: %(n)s people rated, and the interval %(low)s to "
                "%(high)s counts noise only."
            )
            % words
        )
    if figures.status == "indicative":
        return (
            _(
                "Not sure enough to judge by: with %(n)s ratings the score may be anything from %(low)s to %(high)s."
            )
            % words
        )
    return (
        _(
            "With %(level)s%% confidence the score lies between %(low)s and %(high)s: %(n)s residents graded it."
        )
        % words
    )


def changed(card: ScorecardContent, wave: WaveContent) -> str:
    """Say what changed since the wave before; that no change is shown is an answer too."""
    figures = card.figures
    if figures.status in ("suppressed", "none"):
        return _("Nothing can be compared: there is no figure.")
    if not card.judged:
        return _("No change is told: others may have rated each time.")
    if card.is_root:
        return _("No change is told of the whole; each department has its own.")
    if figures.change is None or figures.change_direction in ("improved", "declined"):
        return sentences.change(card, wave)
    return _(
        "No change is shown since the wave before: %(difference)s points (%(level)s%% interval %(low)s to %(high)s) "
        "are too few or too unsure to be called one."
    ) % {
        "difference": signed(figures.change),
        "low": signed(figures.change_low or "0"),
        "high": signed(figures.change_high or "0"),
        "level": level(wave),
    }


def mend(found: MendFirst) -> str:
    """Say what to mend first, and how sure that is; or why nothing is named."""
    if found.unnamed is not None:
        return str(UNNAMED[found.unnamed])
    first = found.named[:MOST_NAMED]
    names = first[0].name
    for one in first[1:]:
        names = _("%(first)s, %(second)s") % {"first": names, "second": one.name}
    if first[0].is_sure:
        return _(
            "%(names)s: clearly matters more to residents than an even share, and is clearly rated below the mean of "
            "this department's dimensions."
        ) % {"names": names}
    return _(
        "Perhaps %(names)s: it seems to matter more to residents than an even share and is rated below the mean of "
        "this department's dimensions, but chance may explain it."
    ) % {"names": names}


def instead(found: MendFirst, card: ScorecardContent, analysis: AnalysisContent | None) -> list[str]:
    """Say why importance cannot be told, and what was rated lowest: that needs no importance, and claims none."""
    if found.unnamed not in (Unnamed.NO_DRIVERS, Unnamed.TOO_FEW_FIRM, Unnamed.NOT_ANALYSED):
        return []
    said = []
    if analysis is not None and analysis.drivers.reason is not None:
        said.append(str(WHY[analysis.drivers.reason]))
    scored = [
        (float(one.score), one)
        for one in card.items
        if one.score is not None and one.status == "publishable" and not one.headline
    ]
    if scored:
        _least, lowest = min(scored, key=lambda one: one[0])
        said.append(
            _("Rated lowest, which does not mean most important: “%(question)s” with %(score)s points.")
            % {"question": lowest.words, "score": rounded(lowest.score or "0")}
        )
    return said


def gap(prediction: Prediction, card: ScorecardContent, *, is_own: bool) -> str:
    """Say how far what was expected lies from what residents gave; `is_own`: the reader expected it."""
    figures = card.figures
    score = points(figures.score, figures.score_low, figures.score_high)
    words = {"expected": rounded(str(prediction.score))}
    if score is None:
        start = (
            _("You expected %(expected)s; no score can be shown.")
            if is_own
            else _("The head expected %(expected)s; no score can be shown.")
        )
        return start % words
    if card.judged:
        start = (
            _("You expected %(expected)s; residents gave %(score)s")
            if is_own
            else _("The head expected %(expected)s; residents gave %(score)s")
        )
    else:
        start = (
            _("You expected %(expected)s; those who rated gave %(score)s")
            if is_own
            else _("The head expected %(expected)s; those who rated gave %(score)s")
        )
    shown = f"{score.point} [{score.interval}]" if score.interval else score.point
    return _("%(start)s: %(difference)s.") % {
        "start": start % {**words, "score": shown},
        "difference": _difference(prediction, card),
    }


def _difference(prediction: Prediction, card: ScorecardContent) -> str:
    away = difference(prediction, card)
    size = rounded(str(abs(away)))
    if not Decimal(size):
        return _("just as expected")
    inside = is_within(prediction, card)
    if not card.judged or inside is None:
        kind = ""
    elif inside:
        kind = "within"
    else:
        kind = "beyond" if card.figures.status == "publishable" else "hint"
    return str(DIFFERENCES[kind][away > 0]) % {"points": size}


def difference(prediction: Prediction, card: ScorecardContent) -> Decimal:
    """Return what residents gave minus what was expected, in points; the card has a score."""
    return Decimal(card.figures.score or "0") - prediction.score


def is_within(prediction: Prediction, card: ScorecardContent) -> bool | None:
    """Say whether what was expected lies within the interval of the score; None where there is none."""
    figures = card.figures
    if figures.score_low is None or figures.score_high is None:
        return None
    return Decimal(figures.score_low) <= prediction.score <= Decimal(figures.score_high)


def rolled_up(one: RollUp, wave: WaveContent) -> str:
    """Say the mean of the departments below."""
    score = points(one.score, one.score_low, one.score_high)
    if score is None:
        return ""
    return ngettext(
        "The departments below have %(score)s points on average (%(level)s%% interval %(low)s to %(high)s): the plain "
        "mean of the one of %(below)s that is firm enough to judge.",
        "The departments below have %(score)s points on average (%(level)s%% interval %(low)s to %(high)s): the plain "
        "mean of the %(count)s of %(below)s that are firm enough to judge.",
        len(one.departments),
    ) % {
        "score": score.point,
        "low": score.low,
        "high": score.high,
        "level": level(wave),
        "count": len(one.departments),
        "below": one.below,
    }
