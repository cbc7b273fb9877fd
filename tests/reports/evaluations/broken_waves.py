"""One department in a few strata, made from lines of counts, and the breakdowns that follow from its dataset."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from reports.evaluations import breaking_down, datasets
from reports.evaluations.layers import layers_of
from surveys.tallies import MarginDesign, NodeDesign, Slice, StratumDesign, WaveDesign
from tests.reports.made_waves import a_slice
from tests.reports.simulated_wave import a_design

OVERALL = "overall"
TREE = {
    "city": None,
    "old": "city",
    "new": "city",
    "north": "old",
    "east": "old",
    "south": "new",
    "west": "new",
}
Line = Sequence[int]


def nodes(tree: Mapping[str, str | None]) -> tuple[NodeDesign, ...]:
    return tuple(NodeDesign(code, {"en": code.title()}, parent) for code, parent in tree.items())


def declared(
    strata: Mapping[str, tuple[int | None, int]],
    lines: Sequence[Line],
    *margins: MarginDesign,
    tree: Mapping[str, str | None] = TREE,
    **method: Any,
) -> tuple[WaveDesign, Slice]:
    """One department in strata of (N, n); a line of grades 5 to 1 for each stratum and each cell inside it."""
    plain, _found = a_design()
    cells = tuple(product(*([None, *range(len(one.categories))] for one in margins)))
    each = len(cells)
    wave = replace(
        plain,
        strata=tuple(
            StratumDesign(number, code, {"en": code}, population, n, place=code if code in tree else None)
            for number, (code, (population, n)) in enumerate(strata.items(), 1)
        ),
        places=nodes(tree),
        departments=(replace(plain.departments[0], items=plain.departments[0].items[:1]),),
        dimensions=(),
        people={(4, 7): sum(n for _population, n in strata.values())},
        method={**plain.method, "merge_strata": True} | method,
        margins=margins,
        cells=cells,
        cell_people={
            (number, cell): n // each + (cell < n % each)
            for number, (_population, n) in enumerate(strata.values(), 1)
            for cell in range(each)
        },
    )
    return wave, a_slice(1, 4, {OVERALL: lines}, cells=range(each))


def broken_down(wave: WaveDesign, found: Slice) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The dataset as it is written, and the breakdowns that follow from it once it is read again."""
    document = datasets.dataset_of(wave, wave.departments[0], found, layers_of(wave)).document()
    read = datasets.Dataset.of(json.loads(json.dumps(document)))
    return document, {one.item: dict(one.estimate) for one in breaking_down.break_down(read, wave)}


def groups(breakdown: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["code"]: one for one in breakdown["groups"]}
