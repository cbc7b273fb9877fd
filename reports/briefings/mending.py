"""What to mend first: what matters more than an even share and is rated below the mean (`docs/methodology.md` §15).

Importance is told of the wave as a whole and is association, not cause; performance is the department's own. A hint
where to look, never a score: nothing of it enters one. Only published figures come in, and no new one is made but
the two lines that divide the picture.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from reports.analyses.content import AnalysisContent
from reports.evaluations.digits import published
from reports.scorecards.content import ScorecardContent
from surveys.languages import Text, in_language

FEWEST = 2  # dimensions that must be firm: with one there is no rest to be lower than


class Unnamed(StrEnum):
    """Why nothing is named."""

    NOT_JUDGED = "not_judged"  # people chose to rate
    NOT_ANALYSED = "not_analysed"  # what residents go by is not computed, or not yet
    NO_DRIVERS = "no_drivers"  # it cannot be had for this wave
    TOO_FEW_FIRM = "too_few_firm"  # of the department's dimensions
    NONE_STANDS_OUT = "none_stands_out"


@dataclass(frozen=True)
class Weighed:
    """One dimension: its share of what all explain together (0 to 1), its score (0 to 100), and whether it is named."""

    code: str
    names: Text
    share: str
    share_low: str
    share_high: str
    score: str
    score_low: str | None
    score_high: str | None
    is_named: bool
    is_sure: bool  # both intervals are clear of the dividing lines

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class MendFirst:
    """What the rule found; `even` and `middle` are the lines that divide what matters, and how it is rated."""

    unnamed: Unnamed | None
    dimensions: tuple[Weighed, ...] = ()
    even: str = ""
    middle: str = ""

    @property
    def named(self) -> tuple[Weighed, ...]:
        """What to mend first: the sure ones where there are any, what matters most before the others."""
        found = sorted((one for one in self.dimensions if one.is_named), key=lambda one: -Decimal(one.share))
        return tuple(one for one in found if one.is_sure) or tuple(found)


def mend_first(card: ScorecardContent, analysis: AnalysisContent | None) -> MendFirst:
    """Name the dimensions above the even share of importance and below the mean of the department's own dimensions.

    `analysis` is the one of the same evaluation. Only dimensions that are firm enough to judge come in. One is *sure*
    where its whole interval of importance lies above the even share and its whole interval of score below the mean;
    never in a wave with clusters, of which the intervals of importance know nothing.
    """
    if not card.judged:
        return MendFirst(Unnamed.NOT_JUDGED)
    if analysis is None:
        return MendFirst(Unnamed.NOT_ANALYSED)
    drivers = {one.code: one for one in analysis.drivers.dimensions}
    if not drivers:
        return MendFirst(Unnamed.NO_DRIVERS)
    firm = [
        (one, one.score)
        for one in card.dimensions
        if one.code in drivers and one.status == "publishable" and one.score is not None
    ]
    if len(firm) < FEWEST:
        return MendFirst(Unnamed.TOO_FEW_FIRM)
    even = published(1 / len(drivers))
    middle = published(float(sum(Decimal(score) for _one, score in firm) / len(firm)))
    weighed = []
    for one, score in firm:
        driver = drivers[one.code]
        is_named = Decimal(driver.lmg) > Decimal(even) and Decimal(score) < Decimal(middle)
        is_clear = Decimal(driver.lmg_low) > Decimal(even) and (
            one.score_high is not None and Decimal(one.score_high) < Decimal(middle)
        )
        weighed.append(
            Weighed(
                code=one.code,
                names=one.names,
                share=driver.lmg,
                share_low=driver.lmg_low,
                share_high=driver.lmg_high,
                score=score,
                score_low=one.score_low,
                score_high=one.score_high,
                is_named=is_named,
                is_sure=is_named and is_clear and not analysis.clustered,
            )
        )
    unnamed = None if any(one.is_named for one in weighed) else Unnamed.NONE_STANDS_OUT
    return MendFirst(unnamed, tuple(weighed), even, middle)
