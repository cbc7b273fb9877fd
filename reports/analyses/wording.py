"""The sentences of an analysis, and the words for why a part of it cannot be had."""

from decimal import ROUND_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.analyses.content import DriverFigures, Drivers, Participation, Reliability, Why
from reports.evaluations.digits import rounded
from reports.scorecards.wording.words import Words

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


def ordered(drivers: Drivers) -> list[DriverFigures]:
    """Put the dimensions in order of their shares, the largest first, as the figure has them."""
    return sorted(drivers.dimensions, key=lambda one: (-Decimal(one.lmg), one.code))


def top_of(drivers: Drivers) -> int:
    """Return where the axis ends: the next ten per cent above every interval."""
    highest = max((Decimal(one.lmg_high) for one in drivers.dimensions), default=Decimal(1))
    return min(100, int((highest * 10).quantize(Decimal(1), rounding=ROUND_UP)) * 10) or 10


def finding(drivers: Drivers) -> str:
    """Say what the overall rating goes with most, and whether that is more than chance."""
    if drivers.reason is not None:
        return ""
    by_share = ordered(drivers)
    first, second = by_share[:2]
    level = [one for one in by_share if Decimal(one.lmg_high) >= Decimal(first.lmg_low)]
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


def reliable(reliability: Reliability) -> str:
    """Say what ω means for reading these questions together."""
    if reliability.omega is None:
        return ""
    if Decimal(reliability.omega) < WEAK:
        return _("The questions measure several things rather than one: do not read them as one figure.")
    return _("The questions hang together well: they measure one thing in the main.")


def responded(participation: Participation) -> str:
    """Say how many of those invited took part; nothing where that is not known."""
    if participation.invited is None:
        return ""
    return _("%(came)s of %(invited)s invited people took part (%(rate)s%%).") % {
        "came": count(participation.took_part),
        "invited": count(participation.invited),
        "rate": rounded(participation.rate or "0", times=100),
    }


def count(number: int | None) -> str | None:
    """Write a number of people with its thousands apart; None stays None."""
    return None if number is None else f"{number:,}"
