"""Declared margins: known populations by age, sex and the like, and the weighting cells that they make.

A wave that declares margins weighs its people so that they agree with them. A *weighting cell* says to which category
of each margin a person belongs; a record carries its number and nothing else of the person. In the number each margin
is one digit, the first margin the highest; the digit 0 says that the category is not known, so cell 0 is everybody of
whom nothing is known, and every record of a wave without margins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from surveys.languages import Text

MOST_CELLS = 500

Cell = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CategoryPlan:
    """A category of a margin: its residents, and the choices of the margin's question that fall into it."""

    code: str
    names: Text
    population: Decimal
    choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarginPlan:
    """A margin: the general question that tells a person's category, or "" where a file told it."""

    code: str
    names: Text
    question: str
    categories: tuple[CategoryPlan, ...]

    @property
    def population(self) -> Decimal:
        """The residents of all categories."""
        return sum((one.population for one in self.categories), Decimal(0))


def stored(margins: Sequence[MarginPlan]) -> list[dict[str, Any]]:
    """Return the margins as a wave keeps them; populations are decimal strings, for hashed JSON holds no floats."""
    return [
        {
            "code": margin.code,
            "names": dict(margin.names),
            "question": margin.question,
            "categories": [
                {
                    "code": one.code,
                    "names": dict(one.names),
                    "choices": list(one.choices),
                    "population": format(one.population.normalize(), "f"),
                }
                for one in margin.categories
            ],
        }
        for margin in margins
    ]


def declared(kept: Sequence[Mapping[str, Any]]) -> tuple[MarginPlan, ...]:
    """Return the margins that a wave keeps."""
    return tuple(
        MarginPlan(
            margin["code"],
            margin["names"],
            margin["question"],
            tuple(
                CategoryPlan(
                    one["code"], one["names"], Decimal(one["population"]), tuple(one.get("choices", ()))
                )
                for one in margin["categories"]
            ),
        )
        for margin in kept
    )


def number_of_cells(margins: Sequence[MarginPlan]) -> int:
    """Return how many weighting cells the margins make, those of unknown categories among them."""
    return prod(len(margin.categories) + 1 for margin in margins)


def cells(margins: Sequence[MarginPlan]) -> tuple[Cell, ...]:
    """Return, by number, the place of each cell's category in each margin; None where it is not known."""
    digits = (range(len(margin.categories) + 1) for margin in margins)
    return tuple(tuple(digit - 1 if digit else None for digit in cell) for cell in product(*digits))


def cell_of(margins: Sequence[MarginPlan], places: Sequence[int | None]) -> int:
    """Return the number of the cell of somebody with these places of categories, one for each margin."""
    number = 0
    for margin, place in zip(margins, places, strict=True):
        number = number * (len(margin.categories) + 1) + (0 if place is None else place + 1)
    return number


def answered_cell(margins: Sequence[MarginPlan], answers: Mapping[str, Any]) -> int:
    """Return the cell of somebody who gave these answers, by question, about the place as a whole."""
    return cell_of(margins, [_answered(margin, answers.get(margin.question)) for margin in margins])


def _answered(margin: MarginPlan, answer: Any) -> int | None:
    """Return the place of the category that an answer belongs to; “don’t know” and nothing belong to none."""
    return next((place for place, one in enumerate(margin.categories) if answer in one.choices), None)
