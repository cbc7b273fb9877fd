"""Shapes of one department: its questions, its five grades, its waves, and the groups of its residents."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.scorecards.access import Past
from reports.scorecards.breakdowns import Breakdown, GroupFigures
from reports.scorecards.charts.marks import DASH, firm, interval, mark, spread
from reports.scorecards.content import GRADES, ItemFigures, ScorecardContent
from reports.scorecards.shapes import Dots, Mark, Shares, Trend
from reports.scorecards.wording.figures import signed
from reports.scorecards.wording.words import GRADE_WORDS


def question_number(place: int) -> str:
    """Number a question as picture and table both do: its words are too long for an axis."""
    return _("No. %(number)s") % {"number": place}


def questions(card: ScorecardContent) -> Dots | None:
    """Show the score of each question as a point on its interval; None for fewer than two."""
    shown = [(place, item) for place, item in _scored(card.items) if item.score is not None]
    if len(shown) < 2:
        return None
    marks = tuple(
        mark(
            f"{question_number(place)} {item.words}",
            item,
            is_firm=firm(item.status, judged=card.judged),
            number=place,
        )
        for place, item in shown
    )
    numbers = {one.label: question_number(one.number) for one in marks}
    return Dots(
        caption=_("Score of each question, with its interval")
        if card.judged
        else _("Score of each question; intervals of counting noise only"),
        sentence=_(
            "The scores of %(count)s questions lie between %(low)s (%(lowest)s) and %(high)s (%(highest)s)."
        )
        % spread(marks, named=numbers),
        heads=(_("Question"), _("Score"), _("Interval"), _("Ratings")),
        rows=tuple(
            (one.label, one.value, interval(one), str(item.n))
            for one, (_place, item) in zip(marks, shown, strict=True)
        ),
        marks=marks,
        axis=_("score, 0 to 100"),
    )


def grades(items: Sequence[ItemFigures]) -> Shares | None:
    """Show the five shares of each question as one bar, best grade first; None where no question has shares."""
    shown = [(place, item) for place, item in _scored(items) if item.grades is not None]
    if not shown:
        return None
    lines = tuple(
        (
            f"{question_number(place)} {item.words}" if len(shown) > 1 else item.words,
            tuple(rounded(share, times=100) for share in item.grades or ()),
        )
        for place, item in shown
    )
    legend = tuple(str(GRADE_WORDS[grade]) for grade in GRADES)
    return Shares(
        caption=_("The five grades, question by question") if len(shown) > 1 else _("The five grades"),
        sentence=_rates_told(shown),
        heads=(_("Question"), *legend),
        rows=tuple((label, *(f"{share}%" for share in shares)) for label, shares in lines),
        lines=lines,
        legend=legend,
    )


def trend(past: Sequence[Past], *, judged: bool = True) -> Trend | None:
    """Show the score over the waves, each with its interval; None for fewer than two points.

    What was asked alike is one series, and no line crosses from one to the next. Where nobody is `judged`, the words
    tell what those gave who happened to rate, and no change.
    """
    points = [one for one in past if one.figures.score is not None]
    if len(points) < 2:
        return None
    marks = [
        mark(one.title, one.figures, is_firm=firm(one.figures.status, judged=judged), number=place)
        for place, one in enumerate(points, start=1)
    ]
    series = tuple(
        tuple(one for _past, one in run)
        for _series, run in groupby(zip(points, marks, strict=True), key=lambda pair: pair[0].series)
    )
    return Trend(
        caption=_("Score over the waves, with its interval")
        if judged
        else _("What those who rated gave, wave by wave; intervals of counting noise only"),
        sentence=_course(len(series), judged=judged)
        % {**spread(marks), "value": marks[-1].value, "wave": marks[-1].label},
        heads=(_("Wave"), _("Score"), _("Interval") if judged else _("Counting noise only"), _("Ratings")),
        rows=tuple(
            (one.label, one.value, interval(one), str(shown.figures.n))
            for one, shown in zip(marks, points, strict=True)
        ),
        series=series,
        axis=_("score, 0 to 100"),
        break_label=_("asked in other words") if len(series) > 1 else "",
    )


def _course(series: int, *, judged: bool) -> str:
    """Return the sentence of a trend of so many series, whose words are filled in by the caller."""
    if not judged and series > 1:
        return _(
            "In %(count)s waves, which did not all ask alike, those who happened to rate gave scores that cannot be "
            "compared; the last is %(value)s (%(wave)s)."
        )
    if not judged:
        return _(
            "Those who happened to rate in %(count)s waves gave between %(low)s and %(high)s points, last %(value)s "
            "(%(wave)s): that tells nothing of a change among residents."
        )
    if series == 1:
        return _(
            "Over %(count)s waves the score lay between %(low)s and %(high)s; last it was %(value)s (%(wave)s)."
        )
    return _(
        "Of %(count)s waves only those joined by a line asked alike and may be compared; the last score is "
        "%(value)s (%(wave)s)."
    )


def breakdown(found: Breakdown) -> Dots | None:
    """Show what each group of residents said of a department; None where fewer than two groups have a score.

    A place with others in it that have scores is drawn as well, but is their whole and not one more group.
    """
    shown = [one for one in found.groups if one.score is not None]
    wholes = {one.within for one in shown}
    groups = [one for one in shown if one.code not in wholes]
    if len(groups) < 2:
        return None
    marks = {
        one.code: mark(f"› {one.name}" if one.within else one.name, one, is_firm=firm(one.status))
        for one in shown
    }
    return Dots(
        caption=_("%(group)s: scores with their intervals") % {"group": found.name},
        sentence=gap_told(found, [marks[one.code] for one in groups]),
        heads=(_("Residents"), _("Score"), _("Interval"), _("Satisfied"), _("Ratings")),
        rows=tuple(group_cells(one) for one in found.groups),
        marks=tuple(marks.values()),
        axis=_("score, 0 to 100"),
    )


def gap_told(breakdown: Breakdown, marks: Sequence[Mark]) -> str:
    """Say how far the groups that lie furthest apart do so, and whether that may be chance."""
    gap = breakdown.gap
    if gap is None:
        return _("The scores of %(count)s groups lie between %(low)s and %(high)s.") % spread(marks)
    names = {one.code: one.name for one in breakdown.groups}
    words = {
        "lower": names.get(gap.lower, gap.lower),
        "upper": names.get(gap.upper, gap.upper),
        "difference": signed(gap.difference.removeprefix("-")).removeprefix("+"),
    }
    if gap.shown:
        return _("%(lower)s: %(difference)s points lower than %(upper)s, more than chance explains.") % words
    return (
        _(
            "No difference between groups is shown: the widest, %(difference)s points between %(lower)s and "
            "%(upper)s, may be chance or too small to matter."
        )
        % words
    )


def group_cells(one: GroupFigures) -> tuple[str, ...]:
    """Write the line of one group of residents: name, score, interval, satisfaction, ratings."""
    point = mark(one.name, one) if one.score is not None else None
    return (
        one.name,
        point.value if point else _("too few to show"),
        interval(point) if point else DASH,
        f"{rounded(one.satisfaction, times=100)}%" if one.satisfaction is not None else DASH,
        _("< 10") if one.n is None else str(one.n),
    )


def _rates_told(shown: Sequence[tuple[int, ItemFigures]]) -> str:
    rates = [(rounded(item.satisfaction or "0", times=100), question_number(place)) for place, item in shown]
    low, high = min(rates, key=lambda one: float(one[0])), max(rates, key=lambda one: float(one[0]))
    if len(shown) == 1:
        return _("%(rate)s%% are very satisfied or satisfied.") % {"rate": high[0]}
    return _(
        "Very satisfied or satisfied are between %(low)s%% (%(lowest)s) and %(high)s%% (%(highest)s)."
    ) % {
        "low": low[0],
        "lowest": low[1],
        "high": high[0],
        "highest": high[1],
    }


def _scored(items: Sequence[ItemFigures]) -> list[tuple[int, ItemFigures]]:
    return list(enumerate((item for item in items if item.scored), start=1))
