"""What is published, as frozen objects: one content feeds the page, the chart, the API and every file.

Figures are decimal strings with twelve significant digits, never floats; what may not be shown is None. The
canonical JSON (RFC 8785) of a content is hashed and stored; reading it back gives the same content. What earlier
formats did not say yet is read as said of nothing; what was published of them is never written anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from reports.scorecards.breakdowns import Breakdown, Node, RollUp
from surveys.languages import Text, in_language

FORMAT = 4
ANALYSED_SINCE = 2  # what contents of earlier formats do not have beside them: an analysis, and these files
BREAKS_SINCE = 3  # earlier contents do not say whether no change is told because the words were others
FILES_SINCE = {
    "correlations.csv": 2,
    "residuals.csv": 2,
    "dataset.sav": 4,
    "datapackage.json": 4,
} | dict.fromkeys(("report.pdf", "report.en.pdf", "report.xlsx", "report.en.xlsx"), 4)
CHANNELS = {1: "web", 2: "qr", 3: "kiosk", 4: "assisted", 5: "paper", 6: "sms", 7: "import"}
CLASSES = {1: "sample", 2: "service", 3: "open", 4: "imported"}
GRADES = (5, 4, 3, 2, 1)

Digits = str | None


@dataclass(frozen=True)
class Figures:
    """The headline figures of one department, under the names that programs rely on."""

    code: str
    names: Text
    status: str  # publishable, indicative, suppressed, or "none" where no headline was asked
    n: int | None = None
    score: Digits = None
    score_se: Digits = None
    score_low: Digits = None
    score_high: Digits = None
    score_df: Digits = None
    satisfaction: Digits = None
    satisfaction_low: Digits = None
    satisfaction_high: Digits = None
    satisfaction_n_e: Digits = None
    satisfaction_kg_width: Digits = None
    good_rate: Digits = None
    good_rate_low: Digits = None
    good_rate_high: Digits = None
    grades: tuple[str, ...] | None = None  # shares of grades 5, 4, 3, 2, 1
    band: str | None = None
    z: Digits = None
    z_prime: Digits = None
    p_holm: Digits = None
    change: Digits = None
    change_low: Digits = None
    change_high: Digits = None
    change_p_holm: Digits = None
    change_direction: str | None = None
    change_reason: str | None = None  # why no change can be told: a reason of `evaluations.breaks`
    rank_low: int | None = None
    rank_high: int | None = None
    rank_of: int | None = None
    index: Digits = None
    index_se: Digits = None
    index_low: Digits = None
    index_high: Digits = None
    standardised: Digits = None  # the score at the declared mix, which z, band, change and rank are of
    standardised_se: Digits = None

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code

    @property
    def suppressed(self) -> bool:
        """Whether nothing of this department may be shown."""
        return self.status == "suppressed"


@dataclass(frozen=True)
class ItemFigures:
    """One question of a department; the headline among them."""

    code: str
    text: Text
    scored: bool
    headline: bool
    dimension: str
    status: str
    n: int | None
    score: Digits = None
    score_low: Digits = None
    score_high: Digits = None
    satisfaction: Digits = None
    satisfaction_low: Digits = None
    satisfaction_high: Digits = None
    grades: tuple[str, ...] | None = None
    counts: tuple[int, ...] | None = None  # of grades 5, 4, 3, 2, 1
    dk: int | None = None
    na: int | None = None
    blank: int | None = None
    choices: tuple[Mapping[str, Any], ...] | None = None  # value, label, share, n
    wording: str = ""  # the fingerprint of how it was asked
    change_reason: str | None = None  # why it cannot be compared with the wave before

    @property
    def words(self) -> str:
        """The question in the language of the page."""
        return in_language(self.text) or self.code


@dataclass(frozen=True)
class DimensionFigures:
    """One dimension of the index."""

    code: str
    names: Text
    weight: str
    status: str
    n: int | None
    score: Digits = None
    score_low: Digits = None
    score_high: Digits = None
    change_reason: str | None = None  # why it cannot be compared with the wave before

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


@dataclass(frozen=True)
class ChannelFigures:
    """People who took part by one channel; None where they are too few to be told."""

    channel: str
    people: int | None


@dataclass(frozen=True)
class Fieldwork:
    """When and how a wave was asked, and who took part."""

    opened_at: str
    closed_at: str
    release_at: str
    klass: str
    people: int | None
    channels: tuple[ChannelFigures, ...]
    strata: int
    population: int | None
    excluded: int = 0  # ratings that two people left out of the count, by a rule
    excluded_by: Mapping[str, int] = field(default_factory=dict)  # of these, by rule, from ten on


@dataclass(frozen=True)
class Benchmark:
    """What departments were compared with: its value, where it is from, and the rule of the comparison."""

    target: str
    source: str  # declared, or mean of the publishable departments
    uses: str  # z or z_prime
    phi: str
    tau2: str
    compared: int


@dataclass(frozen=True)
class Battery:
    """How well the dimensions hang together; where they do not hold, no department has an index."""

    n: int
    alpha: Digits
    omega: Digits
    holds: bool


@dataclass(frozen=True)
class WaveContent:
    """What one publication says of a wave as a whole."""

    wave: str  # its slug
    titles: Text
    number: int
    reason: str  # why it supersedes the publication before, "" for the first
    method: str
    parameters: Mapping[str, Any]
    judged: bool
    questionnaire: str
    edition: int
    edition_hash: str
    input_hash: str
    code_hash: str
    previous: str | None  # the slug of the wave it is compared with
    fieldwork: Fieldwork
    benchmark: Benchmark | None
    departments: tuple[Figures, ...]
    general: Figures | None  # the place as a whole
    dimensions: tuple[Mapping[str, Any], ...]  # code, names, weight
    margins: tuple[Mapping[str, Any], ...] = ()  # code, names, categories with their population
    margins_capped: bool = False  # weights were capped, so that not all margins are met
    margins_refused: str = ""  # why the margins could not be met: then weights are N/n alone
    battery: Battery | None = None
    order_hangs_on_weights: tuple[
        tuple[str, str], ...
    ] = ()  # departments whose index changes order within .05
    previous_edition: int | None = None  # what that wave asked, where it is of the same questionnaire
    tree: tuple[Node, ...] = ()  # departments rated and those above them, parents first
    places: tuple[Node, ...] = ()  # the places of the strata and those above them, parents first
    roll_ups: tuple[RollUp, ...] = ()  # of departments with several rated ones below
    format: int = FORMAT

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return in_language(self.titles) or self.wave

    @cached_property
    def publishable(self) -> tuple[Figures, ...]:
        """The departments that may be judged."""
        return tuple(one for one in self.departments if one.status == "publishable")

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known how people came to rate: a past wave that came without its strata."""
        return not self.judged and self.fieldwork.klass == "imported"

    @property
    def is_analysed(self) -> bool:
        """Whether there is an analysis beside a content of this format."""
        return self.format >= ANALYSED_SINCE

    def has_file(self, name: str) -> bool:
        """Say whether the file called `name` is offered beside a content of this format."""
        return self.format >= FILES_SINCE.get(name, 1)

    def document(self) -> dict[str, Any]:
        """Return the content as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "WaveContent":
        """Read what `document` wrote, in this format or an earlier one."""
        values = dict(document)
        fieldwork = dict(values["fieldwork"])
        fieldwork["channels"] = tuple(ChannelFigures(**channel) for channel in fieldwork["channels"])
        values["fieldwork"] = Fieldwork(**fieldwork)
        values["benchmark"] = Benchmark(**values["benchmark"]) if values["benchmark"] else None
        values["departments"] = tuple(figures(one) for one in values["departments"])
        values["general"] = figures(values["general"]) if values["general"] else None
        values["dimensions"] = tuple(values["dimensions"])
        values["margins"] = tuple(values.get("margins", ()))
        battery = values.get("battery")
        values["battery"] = Battery(**battery) if battery else None
        values["order_hangs_on_weights"] = tuple(
            tuple(pair) for pair in values.get("order_hangs_on_weights", ())
        )
        values["tree"] = tuple(Node(**one) for one in values.get("tree", ()))
        values["places"] = tuple(Node(**one) for one in values.get("places", ()))
        values["roll_ups"] = tuple(RollUp.of(one) for one in values.get("roll_ups", ()))
        return cls(**values)


@dataclass(frozen=True)
class SelfSelected:
    """What ratings that people chose to give can say of everybody who could have rated."""

    eligible: int
    rated: str  # share of the eligible who rated
    good: str  # 好评率 over those who rated
    good_lowest: str  # over everybody, if nobody else were satisfied, or everybody
    good_highest: str
    worth: (
        Digits  # the number of randomly chosen people these ratings are worth (Meng 2018), None if all rated
    )


@dataclass(frozen=True)
class ScorecardContent:
    """What one publication says of one department."""

    wave: str
    number: int
    method: str
    judged: bool
    is_root: bool
    wording: str  # the hash of the headline question's words and grades: what earlier formats are compared by
    figures: Figures
    records: int | None  # people who were asked about the department and sent the form in
    items: tuple[ItemFigures, ...]
    dimensions: tuple[DimensionFigures, ...]
    index_lowest: Digits  # over all weights within .05 of the declared ones
    index_highest: Digits
    flagged: int | None
    score_unflagged: Digits
    change_before: Digits  # the score of the wave before
    change_n: int | None
    dataset_hash: str
    standardised: Digits = None  # the compared score, at the declared mix; None where none was declared
    standardised_low: Digits = None
    standardised_high: Digits = None
    comparable: bool = True  # false where the declared mix has a category with too few answers
    self_selected: SelfSelected | None = None
    asked: str = ""  # the fingerprint of how the headline was asked: what may be compared over time
    index_change_reason: str | None = None  # why the index cannot be compared with the wave before
    breakdowns: tuple[Breakdown, ...] = ()  # of the headline
    format: int = FORMAT

    @property
    def name(self) -> str:
        """The department's name in the language of the page."""
        return self.figures.name

    @cached_property
    def headline(self) -> ItemFigures | None:
        """The question that the score is made of."""
        return next((item for item in self.items if item.headline), None)

    def document(self) -> dict[str, Any]:
        """Return the content as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "ScorecardContent":
        """Read what `document` wrote, in this format or an earlier one."""
        values = dict(document)
        values["figures"] = figures(values["figures"])
        values["items"] = tuple(_item(one) for one in values["items"])
        values["dimensions"] = tuple(DimensionFigures(**one) for one in values["dimensions"])
        chosen = values.get("self_selected")
        values["self_selected"] = SelfSelected(**chosen) if chosen else None
        values["breakdowns"] = tuple(Breakdown.of(one) for one in values.get("breakdowns", ()))
        return cls(**values)


def figures(document: Mapping[str, Any]) -> Figures:
    """Read the headline figures of a department."""
    return Figures(**{**document, "grades": _tuple(document["grades"])})


def _item(document: Mapping[str, Any]) -> ItemFigures:
    return ItemFigures(
        **{
            **document,
            "grades": _tuple(document["grades"]),
            "counts": _tuple(document["counts"]),
            "choices": _tuple(document["choices"]),
        }
    )


def _tuple(values: Any) -> Any:
    return None if values is None else tuple(values)


def canonical(document: Any) -> bytes:
    """Return the one byte string that stands for JSON values (RFC 8785); refuses floats.

    For values without floats and with ASCII names the standard library writes exactly that form, and writes it fast.
    """
    _refuse_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(document: Any) -> str:
    """Return the hash of a content or dataset, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _refuse_floats(document: Any) -> None:
    if isinstance(document, float):
        raise TypeError("Hashed content holds no floats: write the number as a decimal string.")
    if isinstance(document, Mapping):
        for value in document.values():
            _refuse_floats(value)
    elif isinstance(document, list | tuple):
        for value in document:
            _refuse_floats(value)
