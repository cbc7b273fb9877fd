"""What an analysis says, as frozen objects: one content feeds the page, the file and the API.

Figures are decimal strings. What follows from published counts has twelve significant digits; what needs whole records
has three decimals, so that no answers can be worked out from it. What cannot be had is None, and `reason` says why.
The canonical JSON of a content is hashed and stored; reading it back gives the same content.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from reports.evaluations.digits import published, rounded
from surveys.languages import Text, in_language

FORMAT = 2
Digits = str | None


def to_three_places(value: float) -> str:
    """Write a figure that needs whole records: with twelve digits their answers could be found by trying."""
    return rounded(published(value), 3)


class Why(StrEnum):
    """Why a part of an analysis cannot be had."""

    TOO_FEW_DIMENSIONS = "too_few_dimensions"
    TOO_MANY_DIMENSIONS = "too_many_dimensions"
    TOO_FEW_PEOPLE = "too_few_people"
    TOO_FEW_LEFT_OUT = "too_few_left_out"
    MOMENTS_WITHHELD = "moments_withheld"
    TOO_FEW_ITEMS = "too_few_items"
    NO_VARIATION = "no_variation"
    SINGULAR = "singular"
    NO_CONVERGENCE = "no_convergence"
    NOT_INVITED = "not_invited"
    ONE_STRATUM = "one_stratum"


@dataclass(frozen=True)
class DriverFigures:
    """What one dimension carries of the R2 that all carry together; shares of R2 that sum to one but for rounding."""

    code: str
    names: Text
    lmg: str
    lmg_low: str
    lmg_high: str
    johnson: str
    johnson_low: str
    johnson_high: str

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class Drivers:
    """What the overall rating goes with, over all departments, within each."""

    reason: str | None
    n: int | None = None  # people who rated overall and in every dimension; None below the base
    departments: int | None = None
    r2: Digits = None
    r2_low: Digits = None
    r2_high: Digits = None
    dimensions: tuple[DriverFigures, ...] = ()
    seed: int | None = None
    resamples: int | None = None


@dataclass(frozen=True)
class ItemFigures:
    """One question of the battery: how it goes with the others together, and α without it."""

    code: str
    text: Text
    dimension: str
    item_rest: Digits
    alpha_without: Digits

    @property
    def words(self) -> str:
        """The question in the language of the page."""
        return in_language(self.text) or self.code


@dataclass(frozen=True)
class Reliability:
    """Whether the questions of the dimensions measure one thing."""

    reason: str | None  # why there is no α
    omega_reason: str | None  # why there is no ω
    n: int | None = None  # people behind the pair of questions with the fewest; None below the base
    complete: int | None = None  # people who answered every question of the battery, behind ω
    alpha: Digits = None
    alpha_standardised: Digits = None
    omega: Digits = None
    cfi: Digits = None
    items: tuple[ItemFigures, ...] = ()


@dataclass(frozen=True)
class StratumFigures:
    """Who took part in one stratum, or in small ones taken together; figures are None where they are hidden."""

    code: str
    names: Text
    invited: int | None
    took_part: int | None
    rate: Digits

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class Participation:
    """Who was invited, who took part, and how evenly the chance to take part was spread."""

    reason: str | None  # why nothing is known of those who were asked
    r_reason: str | None = None  # why there is no R-indicator
    took_part: int | None = None
    channels: tuple[Mapping[str, Any], ...] = ()  # channel, people or None
    invited: int | None = None
    did_not: int | None = None
    rate: Digits = None
    strata: tuple[StratumFigures, ...] = ()
    r: Digits = None
    cv: Digits = None
    groups: int | None = None  # that R compares: strata, those whose figures are hidden taken together
    kish: Digits = None  # 1 + cv² of the weights


@dataclass(frozen=True)
class AnalysisContent:
    """What is reported beside the scores of one evaluated wave."""

    wave: str  # its slug
    titles: Text
    method: str
    judged: bool
    clustered: bool  # people were drawn in clusters, which the intervals of the drivers know nothing of
    evaluation: int  # its number
    input_hash: str
    code_hash: str
    level: str
    drivers: Drivers
    reliability: Reliability
    participation: Participation
    format: int = FORMAT

    def document(self) -> dict[str, Any]:
        """Return the content as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "AnalysisContent":
        """Read what `document` wrote."""
        drivers, reliability = dict(document["drivers"]), dict(document["reliability"])
        participation = dict(document["participation"])
        drivers["dimensions"] = tuple(DriverFigures(**one) for one in drivers["dimensions"])
        reliability["items"] = tuple(ItemFigures(**one) for one in reliability["items"])
        participation["strata"] = tuple(StratumFigures(**one) for one in participation["strata"])
        participation["channels"] = tuple(participation["channels"])
        return cls(
            **{
                **document,
                "drivers": Drivers(**drivers),
                "reliability": Reliability(**reliability),
                "participation": Participation(**participation),
            }
        )
