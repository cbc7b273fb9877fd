"""The four sentences for a head whose own department was not rated: they tell of the departments below it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluations.digits import rounded
from reports.scorecards.breakdowns import RollUp
from reports.scorecards.content import Figures, WaveContent
from reports.scorecards.wording.figures import level, points
from reports.scorecards.wording.words import BAND_WORDS

WORSE = ("worse", "much_worse")


def doing(mean: RollUp | None, wave: WaveContent, rated: Sequence[Figures]) -> str:
    """Say the mean of the departments below, or how many of them are firm enough to judge."""
    if mean is not None and (score := points(mean.score, mean.score_low, mean.score_high)) is not None:
        return _(
            "The departments below have %(score)s points on average: the plain mean of the %(count)s of %(below)s that "
            "are firm enough to judge."
        ) % {"score": score.point, "count": len(mean.departments), "below": mean.below}
    if not wave.judged:
        return _("The departments below were rated by people who chose to, so none of them is judged.")
    return ngettext(
        "Of %(of)s department below, %(count)s is firm enough to judge: too few for a mean.",
        "Of %(of)s departments below, %(count)s are firm enough to judge: too few for a mean.",
        len(rated),
    ) % {"count": len(_firm(rated)), "of": len(rated)}


def sure(mean: RollUp | None, wave: WaveContent) -> str:
    """Say how sure that mean is."""
    score = points(mean.score, mean.score_low, mean.score_high) if mean is not None else None
    if score is None or score.low is None:
        return _("There is no mean to be sure of; the list below tells how sure each score is.")
    return _("With %(level)s%% confidence that mean lies between %(low)s and %(high)s.") % {
        "level": level(wave),
        "low": score.low,
        "high": score.high,
    }


def changed(rated: Sequence[Figures], wave: WaveContent) -> str:
    """Say how many of the departments below improved and declined."""
    compared = [one for one in rated if one.change is not None]
    if not wave.judged or not compared:
        return _("None of the departments below can be compared with the wave before.")
    directions = [one.change_direction for one in compared]
    return _(
        "Of %(of)s departments below that can be compared with the wave before, %(improved)s improved and %(declined)s "
        "declined."
    ) % {
        "of": len(compared),
        "improved": directions.count("improved"),
        "declined": directions.count("declined"),
    }


def mend(rated: Sequence[Figures], wave: WaveContent) -> str:
    """Say which department below needs attention first: the lowest of those worse than expected, else the lowest."""
    firm = _firm(rated) if wave.judged else []
    if not firm:
        return _("Nothing is named: no department below is firm enough to judge.")
    lowest = min([one for one in firm if one.band in WORSE] or firm, key=lambda one: float(one.score or "0"))
    words = {"name": lowest.name, "score": rounded(lowest.score or "0")}
    if lowest.band in WORSE:
        return _("%(name)s first: with %(score)s points it stands %(band)s.") % {
            **words,
            "band": BAND_WORDS[lowest.band],
        }
    return (
        _("%(name)s has the lowest score, %(score)s points, but is not shown to be worse than expected.")
        % words
    )


def _firm(rated: Sequence[Figures]) -> list[Figures]:
    return [one for one in rated if one.status == "publishable" and one.score is not None]
