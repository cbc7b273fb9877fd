"""Strata and margins as people type them: one a line, pasted from anywhere.

Strata are lines with commas, margins lines with semicolons, for their choices are lists with commas. Full-width signs
and tabs count like the plain ones. What a line means is checked when the wave is declared.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from surveys.languages import Text
from surveys.questionnaires.shapes import DECIMAL
from surveys.waves.declaring import StratumPlan
from surveys.waves.margins import CategoryPlan, MarginPlan

MOST_DIGITS = 10
SHARE = Decimal("0.000001")  # to which shares of residents are rounded

_PLAIN = str.maketrans({"，": ",", "\t": ",", "；": ";"})


@dataclass(frozen=True, slots=True)
class MarginLine:
    """A category of the margin that a question makes."""

    question: str
    category: CategoryPlan


def cells_of(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not empty, with its number."""
    for number, cells in enumerate(csv.reader(text.translate(_PLAIN).splitlines(), delimiter=sign), 1):
        filled = [cell.strip() for cell in cells]
        if any(filled):
            yield number, filled


def read_stratum(cells: Sequence[str]) -> StratumPlan:
    """Return the stratum of a line: code, name, residents, English name, clusters drawn, clusters there are."""
    if not 2 <= len(cells) <= 6:
        raise ValueError("a stratum has two to six cells")
    code, name, population, english, clusters, of = (*cells, *[""] * 4)[:6]
    names = {"zh-hans": name, "en": english} if english else {"zh-hans": name}
    return StratumPlan(code, names, _whole(population), _whole(clusters), _whole(of))


def write_stratum(stratum: StratumPlan) -> str:
    """Return the line of a stratum."""
    names = stratum.names
    cells = [
        stratum.code,
        names.get("zh-hans") or next(iter(names.values()), ""),
        str(stratum.population or ""),
        names.get("en", ""),
        str(stratum.clusters or ""),
        str(stratum.cluster_population or ""),
    ]
    while len(cells) > 3 and not cells[-1]:
        cells.pop()
    return _joined(cells, ",")


def read_category(cells: Sequence[str]) -> MarginLine:
    """Return the category of a line: question, category, choices, residents, English name."""
    if not 4 <= len(cells) <= 5:
        raise ValueError("a category has four or five cells")
    question, name, choices, residents, english = (*cells, "")[:5]
    numbers = choices.replace(",", " ").split()
    if not question or not numbers or any(DECIMAL.flaws(residents)):
        raise ValueError("a category needs question, choices and residents")
    if not all(number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS for number in numbers):
        raise ValueError("a choice is a whole number")
    names = {"zh-hans": name, "en": english} if english else {"zh-hans": name}
    return MarginLine(question, CategoryPlan(name, names, Decimal(residents), tuple(map(int, numbers))))


def margins_of(read: Iterable[MarginLine], questions: Sequence[Mapping[str, Any]]) -> tuple[MarginPlan, ...]:
    """Put the lines together to margins, each named by its question."""
    texts: dict[str, Text] = {question["code"]: question["text"] for question in questions}
    found: dict[str, list[CategoryPlan]] = {}
    for line in read:
        found.setdefault(line.question, []).append(line.category)
    return tuple(
        MarginPlan(code, texts.get(code, {"zh-hans": code}), code, tuple(categories))
        for code, categories in found.items()
    )


def write_margins(margins: Iterable[MarginPlan]) -> str:
    """Return the lines of the margins."""
    lines = []
    for margin in margins:
        for one in margin.categories:
            cells = [margin.question, one.code, ",".join(map(str, one.choices)), format(one.population, "f")]
            if one.names.get("en"):
                cells.append(one.names["en"])
            lines.append(_joined(cells, ";"))
    return "\n".join(lines)


def read_standard(text: str, margins: Iterable[MarginPlan]) -> dict[str, Any] | None:
    """Return the standard mix: a margin alone stands for its residents, else “margin; category share; …”."""
    code, *written = (cell.strip() for cell in text.translate(_PLAIN).split(";"))
    if not code:
        return None
    if written:
        pairs = (cell.rpartition(" ") for cell in written if cell)
        return {"margin": code, "shares": {category.strip(): share for category, _space, share in pairs}}
    categories = next((one.categories for one in margins if one.code == code), ())
    total = sum((one.population for one in categories), Decimal(0)) or Decimal(1)
    shares = {one.code: (one.population / total).quantize(SHARE) for one in categories}
    if shares:  # rounded shares add up to one again
        shares[categories[-1].code] += 1 - sum(shares.values())
    return {"margin": code, "shares": {category: format(share, "f") for category, share in shares.items()}}


def write_standard(standard: Mapping[str, Any] | None, margins: Iterable[MarginPlan]) -> str:
    """Return the line of a standard mix, its categories in the order of the margin."""
    if standard is None:
        return ""
    categories = next(one.categories for one in margins if one.code == standard["margin"])
    shares = (f"{one.code} {standard['shares'][one.code]}" for one in categories)
    return "; ".join([standard["margin"], *shares])


def _whole(written: str) -> int | None:
    if written and not (written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS):
        raise ValueError("a population is a whole number")
    return int(written) if written else None


def _joined(cells: Sequence[str], sign: str) -> str:
    return sign.join(f'"{cell}"' if sign in cell else cell for cell in cells)
