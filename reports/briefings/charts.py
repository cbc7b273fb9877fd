"""The importance–performance picture as a shape; the rule behind it is `mending.mend_first`."""

from django.utils.translation import gettext as _

from reports.analyses.content import AnalysisContent
from reports.briefings.mending import Weighed, mend_first
from reports.briefings.wording import mend
from reports.evaluations.digits import rounded
from reports.scorecards.content import ScorecardContent
from reports.scorecards.shapes import Matters, MattersMark
from reports.scorecards.wording.figures import points


def matters(card: ScorecardContent, analysis: AnalysisContent | None) -> Matters | None:
    """Show how much satisfaction goes with each dimension against how this department's was rated.

    None where the rule of what to mend first has nothing to go by.
    """
    found = mend_first(card, analysis)
    if not found.dimensions:
        return None
    marks = tuple(_mark(one, number) for number, one in enumerate(found.dimensions, start=1))
    return Matters(
        caption=_("How much it matters, and how it is rated"),
        sentence=mend(found),
        heads=(_("Dimension"), _("Importance"), _("Interval"), _("Score"), _("Interval"), _("Mend first")),
        rows=tuple(
            (
                mark.label,
                f"{mark.importance}%",
                f"{mark.importance_low}–{mark.importance_high}%",
                mark.score,
                "–" if mark.score_low is None else f"{mark.score_low}–{mark.score_high}",
                _verdict(one),
            )
            for mark, one in zip(marks, found.dimensions, strict=True)
        ),
        marks=marks,
        importance_axis=_("importance, per cent"),
        score_axis=_("score"),
        importance_middle=rounded(found.even, times=100),
        score_middle=rounded(found.middle),
        corner=_("mend first"),
    )


def _mark(one: Weighed, number: int) -> MattersMark:
    score = points(one.score, one.score_low, one.score_high)
    assert score is not None  # noqa: S101  a dimension that is weighed has one
    return MattersMark(
        label=one.name,
        importance=rounded(one.share, times=100),
        importance_low=rounded(one.share_low, times=100),
        importance_high=rounded(one.share_high, times=100),
        score=score.point,
        score_low=score.low,
        score_high=score.high,
        number=number,
        mend_first=one.is_named,
    )


def _verdict(one: Weighed) -> str:
    if not one.is_named:
        return "–"
    return _("yes, clearly") if one.is_sure else _("perhaps")
