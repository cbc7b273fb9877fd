"""Shapes of a wave: its departments side by side, as a funnel and by rank sets, and what one place said of them."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluations.digits import rounded
from reports.scorecards.breakdowns import GroupFigures
from reports.scorecards.charts.cards import group_cells
from reports.scorecards.charts.marks import firm, interval, mark, spread
from reports.scorecards.content import Figures, WaveContent
from reports.scorecards.shapes import Dots, Funnel, FunnelMark, Mark, Places
from reports.scorecards.wording.figures import rank_short
from reports.scorecards.wording.words import BAND_WORDS

BAND_SIGNS = {"much_better": "▲▲", "better": "▲", "worse": "▼", "much_worse": "▼▼"}
INNER = 1.96  # standard errors, within which chance alone would leave 95 of 100
MOST_NAMES = 3  # in a sentence

Leading = Callable[[str], str]  # the address of the page about a department, by its code


def departments(wave: WaveContent, *, leading_to: Leading | None = None) -> Dots | None:
    """Show each department's score as a point on its interval, in the order of the wave; None where none has one."""
    shown = [one for one in wave.departments if one.score is not None]
    if not shown:
        return None
    marks = tuple(
        mark(
            one.name,
            one,
            is_firm=firm(one.status, judged=wave.judged),
            address=leading_to(one.code) if leading_to else "",
            note=_banded(one),
        )
        for one in shown
    )
    benchmark = wave.benchmark
    return Dots(
        caption=_("Score of each department, with its interval")
        if wave.judged
        else _("Score of each department; intervals of counting noise only"),
        sentence=_departments_told(wave, shown, marks),
        heads=(_("Department"), _("Score"), _("Interval"), _("Against the benchmark"), _("Ratings")),
        rows=tuple(
            (one.label, one.value, interval(one), str(BAND_WORDS.get(found.band or "", "–")), str(found.n))
            for one, found in zip(marks, shown, strict=True)
        ),
        marks=marks,
        axis=_("score, 0 to 100"),
        target=None if benchmark is None else rounded(benchmark.target),
        target_label=""
        if benchmark is None
        else _("benchmark %(target)s") % {"target": rounded(benchmark.target)},
    )


def funnel(wave: WaveContent, *, own: str = "") -> Funnel | None:
    """Show the compared departments against how exactly each is known; `own` is the code of the reader's own.

    None where fewer than three were compared: two points make no funnel.
    """
    compared = [one for one in wave.departments if one.band and one.z is not None]
    if wave.benchmark is None or len(compared) < 3:
        return None
    marks = tuple(
        FunnelMark(
            one.name,
            rounded(one.standardised or one.score or "0"),
            rounded((one.standardised_se if one.standardised else one.score_se) or "0", 2),
            is_own=one.code == own,
        )
        for one in compared
    )
    inside = sum(abs(float(one.z or "0")) <= INNER for one in compared)
    return Funnel(
        caption=_("Scores against how exactly each is known"),
        sentence=_(
            "%(inside)s of %(count)s departments lie between the inner lines, where chance alone would leave 95 of 100."
        )
        % {"inside": inside, "count": len(compared)},
        heads=(_("Department"), _("Score compared"), _("Standard error"), _("Against the benchmark")),
        rows=tuple(
            (one.label, one.value, one.error, str(BAND_WORDS[found.band or "as_expected"]))
            for one, found in zip(marks, compared, strict=True)
        ),
        marks=marks,
        target=rounded(wave.benchmark.target),
        axis=_("score"),
        error_axis=_("standard error: the further right, the less exact"),
    )


def rank_sets(wave: WaveContent, *, own: str = "") -> Places | None:
    """Show between which ranks each department stands; `own` is the code of the reader's own.

    None where fewer than two departments have a rank set.
    """
    ranked = [one for one in wave.departments if one.rank_low is not None and one.rank_high is not None]
    if len(ranked) < 2:
        return None
    ordered = sorted(ranked, key=lambda one: (one.rank_low or 0, one.rank_high or 0))
    alone = sum(one.rank_low == one.rank_high for one in ranked)
    mine = next((one for one in ranked if one.code == own), None)
    return Places(
        caption=_("Between which ranks each department stands"),
        sentence=_own_place(mine) if mine else _places_told(alone, len(ranked)),
        heads=(_("Department"), _("Rank")),
        rows=tuple((one.name, rank_short(one)) for one in ordered),
        lines=tuple((one.name, one.rank_low or 1, one.rank_high or 1) for one in ordered),
        of=ranked[0].rank_of or len(ranked),
        own=mine.name if mine else "",
    )


def places(
    place: str, told: Sequence[tuple[Figures, GroupFigures]], *, leading_to: Leading | None = None
) -> Dots | None:
    """Show what the residents of one place said of each department; None where nothing of it has a score."""
    shown = [(about, group) for about, group in told if group.score is not None]
    if not shown:
        return None
    marks = tuple(
        mark(
            about.name,
            group,
            is_firm=firm(group.status),
            address=leading_to(about.code) if leading_to else "",
        )
        for about, group in shown
    )
    return Dots(
        caption=_("What residents of %(place)s said of each department") % {"place": place},
        sentence=(
            _("Residents of %(place)s gave %(lowest)s %(low)s of 100 points.")
            if len(marks) == 1
            else _(
                "Residents of %(place)s gave between %(low)s points (%(lowest)s) and %(high)s points (%(highest)s)."
            )
        )
        % {"place": place, **spread(marks)},
        heads=(_("Department"), _("Score"), _("Interval"), _("Satisfied"), _("Ratings")),
        rows=tuple((about.name, *group_cells(group)[1:]) for about, group in told),
        marks=marks,
        axis=_("score, 0 to 100"),
    )


def _departments_told(wave: WaveContent, shown: Sequence[Figures], marks: Sequence[Mark]) -> str:
    """Say who stands out, where departments were compared; otherwise between which scores all of them lie."""
    compared = [one for one in shown if one.band]
    if not wave.judged or not compared:
        return (
            _("The score of %(lowest)s is %(low)s of 100.")
            if len(marks) == 1
            else _("The scores of %(count)s departments lie between %(low)s and %(high)s of 100.")
        ) % spread(marks)
    better = [one for one in compared if one.band in ("better", "much_better")]
    worse = [one for one in compared if one.band in ("worse", "much_worse")]
    words = {
        "expected": len(compared) - len(better) - len(worse),
        "of": len(compared),
        "better": _named(better),
        "worse": _named(worse),
    }
    if better and worse:
        return (
            _(
                "%(expected)s of %(of)s compared departments stand as expected; better: %(better)s; worse: %(worse)s."
            )
            % words
        )
    if better:
        return _("%(expected)s of %(of)s compared departments stand as expected; better: %(better)s.") % words
    if worse:
        return _("%(expected)s of %(of)s compared departments stand as expected; worse: %(worse)s.") % words
    return ngettext(
        "The %(of)s compared department stands as expected.",
        "All %(of)s compared departments stand as expected.",
        len(compared),
    ) % {"of": len(compared)}


def _named(found: Sequence[Figures]) -> str:
    """Name a few departments; of many only how many."""
    if len(found) > MOST_NAMES:
        return _("%(count)s departments") % {"count": len(found)}
    names = ""
    for one in found:
        names = _("%(first)s, %(second)s") % {"first": names, "second": one.name} if names else one.name
    return names


def _own_place(one: Figures) -> str:
    return _("%(name)s: rank %(rank)s. Where ranges overlap, the order is not known.") % {
        "name": one.name,
        "rank": rank_short(one),
    }


def _places_told(alone: int, of: int) -> str:
    if not alone:
        return _("None of %(of)s departments can be given one single rank: all of them share ranges.") % {
            "of": of
        }
    return ngettext(
        "Of %(of)s departments only %(alone)s can be given one single rank; the others share ranges.",
        "Of %(of)s departments %(alone)s can be given one single rank; the others share ranges.",
        alone,
    ) % {"of": of, "alone": alone}


def _banded(one: Figures) -> str:
    sign = BAND_SIGNS.get(one.band or "")
    return f"{sign} {BAND_WORDS[one.band or '']}" if sign else ""
