"""What the pages of this room show, made ready for their templates: rounded figures, sentences, and bars.

The bars, the table and the file of a page come from one frozen content; a template computes nothing.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.analyses.content import AnalysisContent, DriverFigures
from reports.analyses.forms import QUESTIONS, SizeForm
from reports.analyses.models import Analysis
from reports.analyses.sizing import Plan
from reports.analyses.wording import WHY, count, finding, ordered, reliable, responded, top_of
from reports.evaluations.digits import rounded
from reports.evaluations.models import Progress
from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication
from reports.scorecards.wording.figures import Range, per_cent
from reports.scorecards.wording.words import CHANNEL_WORDS


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
    top = top_of(drivers)
    return {
        **about,
        "content": content,
        "content_hash": found.content_hash,
        "drivers": drivers,
        "people": count(drivers.n),
        "finding": finding(drivers),
        "bars": [_bar(one, top) for one in ordered(drivers)],
        "top": f"{top}%",
        "explained": per_cent(drivers.r2, drivers.r2_low, drivers.r2_high),
        "why_no_drivers": WHY.get(drivers.reason or "", ""),
        "paired": count(reliability.n),
        "answered": count(reliability.complete),
        "reliable": reliable(reliability),
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
        "responded": responded(participation),
        "rate": per_cent(participation.rate),
        "channels": [
            {"name": CHANNEL_WORDS[one["channel"]], "people": count(one["people"])}
            for one in participation.channels
        ],
        "invited": count(participation.invited),
        "took_part": count(participation.took_part),
        "did_not": count(participation.did_not),
        "strata": [
            {
                "name": one.name,
                "invited": count(one.invited),
                "took_part": count(one.took_part),
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
                "answers": count(one.answers),
                "shows": _shown(asked, one.shows, given),
                "enough": one.enough,
                "asked": one.answers == plan.needed,
            }
            for one in plan.alternatives
        ],
    }


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
