"""The worked example of the method page, digit by digit that of docs/methodology.md; a test recomputes it."""

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.narratives.assembling import tabled
from reports.narratives.blocks import Table
from reports.scorecards.content import GRADES
from reports.scorecards.shapes import Dots, Mark, Shares
from reports.scorecards.wording.words import GRADE_WORDS

# Two strata of a made-up city: residents, people who took part, and how many gave each grade, best first.
STRATA = (("north", "1000", "40", (10, 14, 6, 3, 1)), ("south", "3000", "60", (12, 25, 9, 5, 2)))
WEIGHTS = {"north": "25", "south": "50"}
GRADED = 87
WEIGHT_IN_ALL, POINTS_IN_ALL = "3,500", "243,125"
SCORE, SCORE_LOW, SCORE_HIGH = "69.4642857143", "63.7587530101", "75.1698184185"
RATE, RATE_LOW, RATE_HIGH = "0.7", "0.590664980441", "0.790489857092"
SHARES = ("0.242857142857", "0.457142857143", "0.171428571429", "0.0928571428571", "0.0357142857143")


def answers() -> Table | None:
    """Set what was answered in the example."""
    names = {"north": _("North"), "south": _("South")}
    lines = [
        (_("Residents"), *(f"{int(residents):,}" for _code, residents, _took, _counts in STRATA)),
        (_("Took part"), *(took for _code, _residents, took, _counts in STRATA)),
        (
            _("Each stands for"),
            *(_("%(count)s residents") % {"count": WEIGHTS[code]} for code, *_rest in STRATA),
        ),
    ]
    for place, grade in enumerate(GRADES):
        lines.append((str(GRADE_WORDS[grade]), *(str(counts[place]) for *_rest, counts in STRATA)))
    return tabled(
        _("What 100 people said about Parks, in a made-up city"),
        (_("What"), *(names[code] for code, *_rest in STRATA)),
        lines,
        numeric=(1, 2),
    )


def grades() -> Shares:
    """Show the five shares of the example."""
    shares = tuple(rounded(one, times=100) for one in SHARES)
    legend = tuple(str(GRADE_WORDS[grade]) for grade in GRADES)
    return Shares(
        caption=_("The five grades"),
        sentence=_("%(rate)s%% are very satisfied or satisfied; nobody who did not rate is counted.")
        % {"rate": rounded(RATE, times=100)},
        heads=(_("Department"), *legend),
        rows=((_("Parks"), *(f"{share}%" for share in shares)),),
        lines=((_("Parks"), shares),),
        legend=legend,
    )


def score() -> Dots:
    """Show the score of the example on its interval."""
    point, low, high = (rounded(one) for one in (SCORE, SCORE_LOW, SCORE_HIGH))
    return Dots(
        caption=_("The score, with its interval"),
        sentence=_("The score is %(score)s; its 95%% interval goes from %(low)s to %(high)s.")
        % {"score": point, "low": low, "high": high},
        heads=(_("Department"), _("Score"), _("Interval"), _("Ratings")),
        rows=((_("Parks"), point, f"{low}–{high}", str(GRADED)),),
        marks=(Mark(_("Parks"), point, low, high),),
        axis=_("score, 0 to 100"),
    )
