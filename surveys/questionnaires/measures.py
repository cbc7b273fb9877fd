"""What is said of what a questionnaire can measure: lines with a state and a reason, and shares of an index."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ItemShare:
    """A rating and what it weighs within its dimension and within the index, from 0 to 1."""

    code: str
    text: str
    within: Fraction
    of_index: Fraction


@dataclass(frozen=True, slots=True)
class DimensionShare:
    """A dimension, what it weighs in the index, and what it is made of in one part."""

    code: str
    name: str
    weight: Fraction
    start: Fraction  # the weights of those before it
    items: tuple[ItemShare, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that can be measured or not: what, whether, from what or why not, and how many answers it takes."""

    code: str
    name: str
    state: str  # yes · if · no
    why: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class PartMeasures:
    """What can be said about one department, about each, or about the place as a whole."""

    about: str
    name: str
    headline: str  # the code of the question that the score is made of, or ""
    lines: tuple[Line, ...]
    dimensions: tuple[DimensionShare, ...]
    has_index: bool


@dataclass(frozen=True, slots=True)
class Margin:
    """A question whose answers can weight a wave to known populations."""

    code: str
    text: str
    groups: int


@dataclass(frozen=True, slots=True)
class Measures:
    """All that a questionnaire can and cannot measure."""

    parts: tuple[PartMeasures, ...]
    wave: tuple[Line, ...]
    margins: tuple[Margin, ...]
    cautions: tuple[str, ...]
