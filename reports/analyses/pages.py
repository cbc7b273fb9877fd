"""What the pages of this room show, made ready for their templates: rounded figures, sentences, and bars.

The bars, the table and the file of a page come from one frozen content; a template computes nothing.
"""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports.analyses.content import AnalysisContent, DriverFigures, Drivers, Participation, Reliability, Why
from reports.analyses.forms import QUESTIONS, SizeForm
from reports.analyses.models import Analysis
from reports.analyses.sizing import Plan
from reports.evaluations.digits import rounded
from reports.evaluations.models import Progress
from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication
from reports.scorecards.wording.figures import Range, per_cent
from reports.scorecards.wording.words import CHANNEL_WORDS, Words

WEAK = Decimal("0.7")  # below it the questions are taken to measure several things (em-1 §7)

WHY: dict[str, Words] = {
    Why.TOO_FEW_DIMENSIONS: gettext_lazy(
        "Not computed: it takes at least two dimensions that every department was rated in."
    ),
    Why.TOO_MANY_DIMENSIONS: gettext_lazy("Not computed: it takes at most ten dimensions."),
    Why.TOO_FEW_PEOPLE: gettext_lazy("Not computed: too few people gave all the answers it needs."),
    Why.TOO_FEW_LEFT_OUT: gettext_lazy(
        "Not shown: so few people left out an answer that theirs could be worked out from the difference."
    ),
    Why.MOMENTS_WITHHELD: gettext_lazy(
        "Not shown: in every department too few people answered two of the questions, or only one of the two, to tell "
        "how the answers go together."
    ),
    Why.TOO_FEW_ITEMS: gettext_lazy("Not computed: too few questions were asked of every department."),
    Why.NO_VARIATION: gettext_lazy("Cannot be computed: everybody answered alike."),
    Why.SINGULAR: gettext_lazy("Cannot be computed: some dimensions were always answered alike."),
    Why.NO_CONVERGENCE: gettext_lazy("Cannot be computed: the figures fit no such model."),
    Why.NOT_INVITED: gettext_lazy(
        "Not known: people came by themselves or the data were imported, so nobody can say who was asked and did not "
        "answer."
    ),
    Why.ONE_STRATUM: gettext_lazy("Not computed: it compares districts, and there is only one to show."),
}


@dataclass(frozen=True)
class Bar:
    """One dimension of the figure: shares in words, and its marks in per cent of the figure's width."""

    name: str
    lmg: Range | None
    johnson: Range | None
    width: str
    low: str
    high: str

    @property
    def label(self) -> str:
        """What a reader who does not see the bar hears."""
        return f"{self.name}: {self.lmg.words}" if self.lmg else self.name


def analysis(publication: Publication, found: Analysis | None, numbers: list[int]) -> dict[str, Any]:
    """Make the page beside a released wave; an analysis that is not done yet is said to be so."""
    wave = WaveContent.of(publication.content)
    about = {"wave": wave, "numbers": numbers}
    if found is None or found.content is None:
        return {**about, "failed": found is not None and found.progress == Progress.PARKED}
    content = AnalysisContent.of(found.content)
    drivers, reliability, participation = content.drivers, content.reliability, content.participation
    top = _top(drivers)
    return {
        **about,
        "content": content,
        "content_hash": found.content_hash,
        "drivers": drivers,
        "people": _count(drivers.n),
        "finding": _finding(drivers),
        "bars": [_bar(one, top) for one in _ordered(drivers)],
        "top": f"{top}%",
        "explained": per_cent(drivers.r2, drivers.r2_low, drivers.r2_high),
        "why_no_drivers": WHY.get(drivers.reason or "", ""),
        "paired": _count(reliability.n),
        "answered": _count(reliability.complete),
        "reliable": _reliable(reliability),
        "questions": [
            {"words": one.words, "rest": _two(one.item_rest), "without": _two(one.alpha_without)}
            for one in reliability.items
        ],
        "alpha": _two(reliability.alpha),
        "alpha_standardised": _two(reliability.alpha_standardised),
        "omega": _two(reliability.omega),
        "cfi": _two(reliability.cfi),
        "why_no_alpha": WHY.get(reliability.reason or "", ""),
        "why_no_omega": WHY.get(reliability.omega_reason or "", ""),
        "responded": _responded(participation),
        "rate": per_cent(participation.rate),
        "channels": [
            {"name": CHANNEL_WORDS[one["channel"]], "people": _count(one["people"])}
            for one in participation.channels
        ],
        "invited": _count(participation.invited),
        "took_part": _count(participation.took_part),
        "did_not": _count(participation.did_not),
        "strata": [
            {
                "name": one.name,
                "invited": _count(one.invited),
                "took_part": _count(one.took_part),
                "rate": per_cent(one.rate),
            }
            for one in participation.strata
        ],
        "some_hidden": any(one.took_part is None for one in participation.strata),
        "r": _two(participation.r),
        "cv": per_cent(participation.cv),
        "kish": _two(participation.kish),
        "why_no_response": WHY.get(participation.reason or "", ""),
        "why_no_r": WHY.get(participation.r_reason or "", ""),
    }


def planning(asked: str, form: SizeForm) -> dict[str, Any]:
    """Make the planning page: the questions, the form, and its answer where the form is valid."""
    context = {
        "asked": asked,
        "form": form,
        "questions": [
            {"code": code, "words": words, "current": code == asked}
            for code, (words, _form) in QUESTIONS.items()
        ],
    }
    if not form.is_valid():
        return context
    plan, given = form.plan(), form.cleaned_data
    invited = plan.invitations(form.response_rate())
    return {
        **context,
        "plan": plan,
        "sentence": _plan_sentence(asked, plan, given),
        "invited": _invited(invited, given["response"]) if invited else "",
        "column": _plan_column(asked, given),
        "rows": [
            {
                "answers": _count(one.answers),
                "shows": _shown(asked, one.shows, given),
                "enough": one.enough,
                "asked": one.answers == plan.needed,
            }
            for one in plan.alternatives
        ],
    }


def _ordered(drivers: Drivers) -> list[DriverFigures]:
    """Put the dimensions in order of their shares, the largest first, as the figure has them."""
    return sorted(drivers.dimensions, key=lambda one: (-Decimal(one.lmg), one.code))


def _top(drivers: Drivers) -> int:
    """Return where the axis ends: the next ten per cent above every interval."""
    highest = max((Decimal(one.lmg_high) for one in drivers.dimensions), default=Decimal(1))
    return min(100, int((highest * 10).quantize(Decimal(1), rounding=ROUND_UP)) * 10) or 10


def _bar(one: DriverFigures, top: int) -> Bar:
    return Bar(
        name=one.name,
        lmg=per_cent(one.lmg, one.lmg_low, one.lmg_high),
        johnson=per_cent(one.johnson, one.johnson_low, one.johnson_high),
        width=_place(one.lmg, top),
        low=_place(one.lmg_low, top),
        high=_place(one.lmg_high, top),
    )


def _place(text: str, top: int) -> str:
    return format((Decimal(text) * 10000 / top).quantize(Decimal("0.01")), "f")


def _finding(drivers: Drivers) -> str:
    """Say what the overall rating goes with most, and whether that is more than chance."""
    if drivers.reason is not None:
        return ""
    ordered = _ordered(drivers)
    first, second = ordered[:2]
    level = [one for one in ordered if Decimal(one.lmg_high) >= Decimal(first.lmg_low)]
    words = {"first": first.name, "second": second.name, "share": rounded(first.lmg, 0, times=100)}
    if len(level) == 1:
        return (
            _(
                "How satisfied people are overall goes most with how they rated “%(first)s”: %(share)s%% of what the "
                "dimensions explain together."
            )
            % words
        )
    if len(level) == 2:
        return (
            _(
                "How satisfied people are overall goes most with “%(first)s” and “%(second)s”; which of them comes "
                "first is not known."
            )
            % words
        )
    return _(
        "How satisfied people are overall goes with several dimensions alike: the intervals of %(count)s of them "
        "overlap with that of the largest, so none clearly comes first."
    ) % {"count": len(level) - 1}


def _reliable(reliability: Reliability) -> str:
    """Say what ω means for reading these questions together."""
    if reliability.omega is None:
        return ""
    if Decimal(reliability.omega) < WEAK:
        return _("The questions measure several things rather than one: do not read them as one figure.")
    return _("The questions hang together well: they measure one thing in the main.")


def _responded(participation: Participation) -> str:
    if participation.invited is None:
        return ""
    return _("%(came)s of %(invited)s invited people took part (%(rate)s%%).") % {
        "came": _count(participation.took_part),
        "invited": _count(participation.invited),
        "rate": rounded(participation.rate or "0", times=100),
    }


def _count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"


def _two(text: str | None) -> str | None:
    return None if text is None else rounded(text, 2)


def _plan_sentence(asked: str, plan: Plan, given: dict[str, Any]) -> str:
    words = {"answers": f"{plan.needed:,}"} | {
        name: f"{given[name]:g}" for name in ("before", "after", "delta", "half") if name in given
    }
    if "power" in given:
        words["power"] = f"{float(given['power']) * 100:g}"
    if asked == "rate":
        text = ngettext(
            "To see a rate move from %(before)s%% to %(after)s%%, and to find it %(power)s%% of the time, "
            "%(answers)s answer about each department is needed in each wave.",
            "To see a rate move from %(before)s%% to %(after)s%%, and to find it %(power)s%% of the time, "
            "%(answers)s answers about each department are needed in each wave.",
            plan.needed,
        )
    elif asked == "score":
        text = ngettext(
            "To see a score move by %(delta)s points, and to find it %(power)s%% of the time, %(answers)s answer about "
            "each department is needed in each wave.",
            "To see a score move by %(delta)s points, and to find it %(power)s%% of the time, %(answers)s answers "
            "about each department are needed in each wave.",
            plan.needed,
        )
    else:
        text = ngettext(
            "For an interval of %(half)s points to each side, %(answers)s answer about each department is needed.",
            "For an interval of %(half)s points to each side, %(answers)s answers about each department are needed.",
            plan.needed,
        )
    return text % words


def _invited(invited: int, response: float) -> str:
    text = ngettext(
        "If %(rate)s%% of those invited answer, invite %(count)s person for each department.",
        "If %(rate)s%% of those invited answer, invite %(count)s people for each department.",
        invited,
    )
    return text % {"rate": f"{response:g}", "count": f"{invited:,}"}


def _plan_column(asked: str, given: dict[str, Any]) -> str:
    if asked == "interval":
        return _("Interval to each side")
    if asked == "score":
        return _("Smallest change that shows")
    if given["after"] > given["before"]:
        return _("Lowest rate that can be told from %(before)s%%") % {"before": f"{given['before']:g}"}
    return _("Highest rate that can be told from %(before)s%%") % {"before": f"{given['before']:g}"}


def _shown(asked: str, shows: float | None, given: dict[str, Any]) -> str:
    if shows is None:
        return _("none that large")
    if asked == "rate":
        return f"{100 * shows:.1f}%"
    if given.get("of") == "rate":
        return _("%(points)s percentage points") % {"points": f"{shows:.1f}"}
    return _("%(points)s points") % {"points": f"{shows:.1f}"}
