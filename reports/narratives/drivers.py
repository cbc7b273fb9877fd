"""What satisfaction goes with, and whether the questions measure one thing: from the frozen analysis of the wave."""

from django.utils.translation import gettext as _

from reports.analyses import wording
from reports.analyses.content import Drivers, Reliability
from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, joined, pictured, said, tabled
from reports.narratives.blocks import Block, Chapter
from reports.narratives.sources import Source
from reports.scorecards.shapes import Dots, Mark
from reports.scorecards.wording.figures import per_cent


def drivers(source: Source) -> Chapter | None:
    """Tell what overall satisfaction goes with; nothing of a wave without dimensions, or whose analysis failed."""
    if not source.wave.dimensions:
        return None
    title = _("What satisfaction goes with")
    if source.analysis is None:
        return chapter("drivers", title, said(awaited(source)))
    found = source.analysis.drivers
    if found.reason is not None:
        return chapter(
            "drivers", title, said(str(wording.WHY[found.reason])), *_reliability(source.analysis.reliability)
        )
    explained = per_cent(found.r2, found.r2_low, found.r2_high)
    return chapter(
        "drivers",
        title,
        said(wording.finding(found), kind="lead"),
        said(
            _(
                "This is association, not cause, and it is not part of any score. It helps to ask the right questions; "
                "it does not say what would happen if something were changed."
            ),
            kind="warning",
        ),
        said(
            _("All this speaks of those who rated, not of residents at large.")
            if not source.wave.judged
            else ""
        ),
        pictured(shares(found)),
        said(
            _(
                "Of the differences in overall satisfaction between people who rated the same department, the "
                "dimensions explain %(explained)s together."
            )
            % {"explained": explained.words}
            if explained
            else "",
            _(
                "People of this wave were drawn in clusters. The intervals take no account of that and are too narrow."
            )
            if source.analysis.clustered
            else "",
        ),
        said(_behind(found)),
        *_reliability(source.analysis.reliability),
    )


def awaited(source: Source) -> str:
    """Say that the analysis comes later, where one comes."""
    if not source.is_awaited:
        return ""
    return _(
        "When this report was made, the analysis of what satisfaction goes with and of who took part was still being "
        "computed. It stands on the page of the results as soon as it is done."
    )


def shares(found: Drivers) -> Dots | None:
    """Show what each dimension carries of what all explain together, the largest first."""
    ordered = wording.ordered(found)
    if not ordered:
        return None
    marks, rows = [], []
    for one in ordered:
        lmg, johnson = per_cent(one.lmg, one.lmg_low, one.lmg_high), per_cent(one.johnson)
        if lmg is None or johnson is None:
            continue
        marks.append(Mark(one.name, lmg.point, lmg.low, lmg.high))
        rows.append((one.name, f"{lmg.point}%", lmg.interval or DASH, f"{johnson.point}%"))
    return Dots(
        caption=_("What each dimension carries of what all explain together, with its interval"),
        sentence=wording.finding(found),
        heads=(_("Dimension"), _("Share"), _("Interval"), _("By another method (Johnson)")),
        rows=tuple(rows),
        marks=tuple(marks),
        axis=_("share, in per cent"),
        highest=str(wording.top_of(found)),
    )


def _behind(found: Drivers) -> str:
    words = {
        "n": wording.count(found.n),
        "departments": found.departments,
        "resamples": found.resamples,
        "seed": found.seed,
    }
    return joined(
        _(
            "From %(n)s ratings of %(departments)s departments in which every dimension was rated. Differences between "
            "departments are taken out first, so what counts is what goes together for the people who rated the same "
            "one."
        )
        % words,
        _("Every rating counts once here, whatever its weight in the scores."),
        _("The overall question cannot explain itself: a dimension made of it alone is not listed."),
        _(
            "Shares by Lindeman, Merenda and Gold; intervals from %(resamples)s resamples drawn with seed %(seed)s. It "
            "is told for all departments together: one alone has too few ratings for intervals that would say anything."
        )
        % words,
    )


def _reliability(found: Reliability) -> tuple[Block | None, ...]:
    """Tell whether the questions of the dimensions measure one thing."""
    if found.alpha is None:
        return ()
    return (
        said(
            wording.reliable(found),
            _(
                "ω says how much of the sum of these questions is one common thing, from 0 to 1; below 0.70 they are "
                "better read one by one. α is its older relative and no proof of one thing."
            ),
        ),
        tabled(
            _("Do the questions measure one thing?"),
            (_("Figure"), _("Its value")),
            [
                (words, rounded(value, 2))
                for words, value in (
                    (_("McDonald's ω"), found.omega),
                    (_("Cronbach's α"), found.alpha),
                    (_("α, standardised"), found.alpha_standardised),
                    (_("Fit of one factor (CFI)"), found.cfi),
                )
                if value is not None
            ],
            numeric=(1,),
        ),
    )
