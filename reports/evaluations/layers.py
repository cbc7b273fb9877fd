"""The layers of a wave, stratum × weighting cell: what a person stands for, and how layers are joined.

A layer is the smallest group of people that the design tells apart. All its people weigh the same: N/n of the
stratum, raked to the declared margins where a wave declares any. A department's small layers are joined until each
group may be shown; joined layers share one weight, the mean over all their people of the wave, and strata that a
group spans are pooled for the variance (`docs/methodology.md` §2, §3; decisions: publish, then score).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.estimation import weighting
from reports.estimation.disclosure import merge_strata
from reports.estimation.estimate import NotEstimable
from reports.estimation.sample import Design, Lonely, Stratum
from reports.evaluations import belongings
from reports.evaluations.belongings import Belonging
from reports.evaluations.grouping import Counts, Groups, joined, nobody_or, smallest_base, united
from surveys.tallies import MarginDesign, WaveDesign

ALL = "all"  # the one stratum of a wave that is not weighted, and of people who belong to none
MOST_CLUSTERS = 65_536  # of a stratum
UNKNOWN = "?"  # the category of people who did not answer a margin's question


@dataclass(frozen=True)
class Layers:
    """The layers in declared order, strata first: where each is, its people and the weight of one of them.

    `stratum`, `cell`, `people`, `weight` are (L,); `design` holds the strata, with raked weights where `margins` were
    met. `refused` says in one word why they could not be, "" where they were or there are none.
    """

    design: Design
    stratum: NDArray[np.int64]
    cell: NDArray[np.int64]
    people: Counts
    weight: NDArray[np.float64]
    names: tuple[str, ...]  # of the layers; "" where a stratum has no cells
    categories: tuple[str, ...] = ()  # of the margin that scores are standardised to, by layer; () for none
    # (stratum number, cell) → layer, -1 for nobody; None: all are one
    lookup: NDArray[np.int64] | None = None
    refused: str = ""
    # A cap has bitten, so that not all margins are met and the weights are taken as they are.
    capped: bool = False
    strata: Groups = ((0,),)  # of the wave, by stratum of `design`: small ones are pooled from the start
    belongings: tuple[frozenset[Belonging], ...] = ()  # of the people of each layer, as far as they are known

    @property
    def residual(self) -> bool:
        """Whether the variance takes residual sums: the weights were raked, or people were drawn in clusters."""
        return self.design.weights is not None or self.design.clustered

    def at(self, groups: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return the layer of each group of a slice; raises `LookupError` for records of a layer without people."""
        if self.lookup is None:
            return np.zeros(groups.shape[0], dtype=np.int64)
        found = self.lookup[groups[:, 0].astype(np.int64), groups[:, 1].astype(np.int64)]
        if (found < 0).any():
            raise LookupError("There are records of a stratum and weighting cell in which nobody took part.")
        return found

    def clusters(self, groups: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return a number of its own for the cluster of each group of a slice; clusters are numbered by stratum."""
        return groups[:, 0].astype(np.int64) * MOST_CLUSTERS + groups[:, 4].astype(np.int64)

    def apart(self) -> Groups:
        """Return every layer as a group of its own."""
        return tuple((place,) for place in range(self.stratum.shape[0]))

    def groups(self, answered: Counts, *, base: int) -> Groups:
        """Join the layers of one item until each group has nobody or `base` answers: strata first, then cells.

        `answered` (L,). Where a mix was declared, the layers of one category are joined before any others.
        """
        if not any(self.names):
            return merge_strata(answered, k=base)  # a layer is a stratum
        if self.categories:
            return self._by_category(answered, base)
        by_stratum = np.bincount(self.stratum, weights=answered, minlength=len(self.design.strata))
        found: list[tuple[int, ...]] = []
        for strata in merge_strata(by_stratum.astype(np.int64), k=base):
            (members,) = np.nonzero(np.isin(self.stratum, strata))
            if members.size <= 1:
                found.extend((int(place),) for place in members)
                continue
            joined = merge_strata(answered[members], k=base)
            found.extend(tuple(int(members[place]) for place in group) for group in joined)
        return tuple(sorted(found))

    def _by_category(self, answered: Counts, base: int) -> Groups:
        found: list[tuple[int, ...]] = []
        for category in dict.fromkeys(self.categories):
            members = [place for place, one in enumerate(self.categories) if one == category]
            groups = merge_strata(answered[members], k=base)
            found.extend(tuple(members[place] for place in group) for group in groups)
        return joined(tuple(found), lambda group: nobody_or(answered[group].sum(keepdims=True), base))

    def pooled(self, groups: Groups) -> Groups:
        """Return the strata that `groups` of layers hold apart, as groups of places of strata."""
        single: Groups = tuple((h,) for h in range(len(self.design.strata)))
        at = self.stratum.tolist()
        spanned = {tuple(sorted({at[place] for place in group})) for group in groups if len(group) > 1}
        wide = tuple(sorted(strata for strata in spanned if len(strata) > 1))
        return united(single, wide) if wide else single

    def weight_of(self, group: Sequence[int]) -> float:
        """Return the one weight of joined layers: what all their people stand for over how many these are.

        Had they kept weights of their own, the published sums of weights could be solved for the layers that were
        joined.
        """
        members = list(group)
        people = self.people[members]
        if len(members) == 1 or not people.sum():
            return float(self.weight[members[0]])
        return float(people @ self.weight[members] / people.sum())

    def name_of(self, group: Sequence[int], strata: Sequence[int]) -> str:
        """Name a group of layers within its pooled strata; "" where the whole strata are meant."""
        if not any(self.names):
            return ""
        if len(strata) == 1:
            return "+".join(self.names[place] for place in group)
        codes = [self.design.strata[int(self.stratum[place])].code for place in group]
        return "+".join(f"{code}/{self.names[place]}" for code, place in zip(codes, group, strict=True))

    def category_of(self, group: Sequence[int]) -> str | None:
        """Return the category of the declared mix that all layers of a group belong to, None where they differ."""
        found = {self.categories[place] for place in group} if self.categories else set()
        # A few whose category is not known count with those they were joined to.
        known = found - {UNKNOWN} or found
        return known.pop() if len(known) == 1 else None

    def categories_of(self, group: Sequence[int]) -> str:
        """Write to which categories of the margins the people of a group of layers belong."""
        return (
            belongings.written(pair for place in group for pair in self.belongings[place])
            if self.belongings
            else ""
        )

    def pooled_stratum(self, strata: Sequence[int]) -> Stratum:
        """Return strata pooled for the variance: all who live there, all who took part."""
        return _pooled_stratum(self.design, strata)


def layers_of(wave: WaveDesign) -> Layers:
    """Return the layers of a wave; a wave that may not judge has one, of people who came, and weighs nobody."""
    if not wave.judged:
        people = sum(n for (klass, _channel), n in wave.people.items() if klass == wave.klass)
        design = Design((Stratum(ALL, people),), self_selected=True)
        nought = np.zeros(1, dtype=np.int64)
        return Layers(design, nought, nought, nought + people, np.ones(1), ("",))
    declared = declared_design(wave)
    pooled = _told_apart(wave, declared)
    plain = replace(declared, strata=tuple(_pooled_stratum(declared, one) for one in pooled))
    home = {wave.strata[h].number: place for place, strata in enumerate(pooled) for h in strata}
    if wave.margins:
        return replace(_with_cells(wave, plain, home), strata=pooled)
    size = len(pooled)
    lookup = np.full((max(home) + 1, 1), -1)
    for number, place in home.items():
        lookup[number, 0] = place
    people_of = np.array([one.respondents for one in plain.strata], dtype=np.int64)
    weight = weighting.base_weights(plain)
    nowhere = np.zeros(size, dtype=np.int64)
    return Layers(
        plain,
        np.arange(size),
        nowhere,
        people_of,
        weight,
        ("",) * size,
        lookup=lookup,
        strata=pooled,
    )


def _told_apart(wave: WaveDesign, declared: Design) -> Groups:
    """Return the strata that may be told apart in any table: fewer people than the base took part in none of them."""
    if not wave.method["merge_strata"]:
        return tuple((h,) for h in range(len(declared.strata)))
    return merge_strata([one.respondents for one in declared.strata], k=smallest_base(wave.method))


def declared_design(wave: WaveDesign) -> Design:
    """Return the strata of a judged wave as estimation knows them, before any calibration."""
    names = [stratum.code or ALL for stratum in wave.strata]
    if any("+" in name for name in names) or len(set(names)) < len(names):
        names = [str(stratum.number) for stratum in wave.strata]
    # One unknown population leaves nothing to weigh by: the weights of all strata are 1 then.
    known = all(stratum.population is not None for stratum in wave.strata if stratum.people)
    return Design(
        tuple(
            Stratum(
                name,
                stratum.people,
                stratum.population if known else None,
                stratum.clusters,
                stratum.cluster_population,
            )
            for name, stratum in zip(names, wave.strata, strict=True)
        ),
        lonely=Lonely(wave.method["lonely"]),
    )


def _pooled_stratum(design: Design, strata: Sequence[int]) -> Stratum:
    several = [design.strata[h] for h in strata]
    return Stratum(
        "+".join(one.code for one in several),
        sum(one.respondents for one in several),
        _total([one.population for one in several]),
        _whole(_total([one.clusters for one in several])),
        _total([one.cluster_population for one in several]),
    )


def _with_cells(wave: WaveDesign, plain: Design, home: Mapping[int, int]) -> Layers:
    people = np.zeros((len(plain.strata), len(wave.cells)), dtype=np.int64)
    for (number, g), n in wave.cell_people.items():
        people[home[number], g] += n
    cells = tuple(_cell_name(wave.margins, cell) for cell in wave.cells)
    people, names, kept = _large_cells(
        people, cells, base=smallest_base(wave.method) if wave.method["merge_strata"] else 1
    )
    design = Design(plain.strata, cells, None, plain.lonely)
    trim = wave.method["trim"]
    met = weighting.rake(
        design, people, _margins(wave, design, people), trim=None if trim is None else float(trim)
    )
    refused = str(met.reason) if isinstance(met, NotEstimable) else ""
    raked = design if isinstance(met, NotEstimable) else met
    places = np.argwhere(people).astype(np.int64)
    stratum, cell = places[:, 0], places[:, 1]
    by_place = np.full(people.shape, -1)
    by_place[stratum, cell] = np.arange(stratum.shape[0])
    lookup = np.full((max(home) + 1, len(wave.cells)), -1)
    for number, place in home.items():
        lookup[number] = np.where(kept[place] >= 0, by_place[place, kept[place]], -1)
    return Layers(
        raked,
        stratum,
        cell,
        people[stratum, cell],
        raked.record_weights()[stratum, cell],
        tuple(names[h, g] for h, g in zip(stratum.tolist(), cell.tolist(), strict=True)),
        _categories(wave, cell.tolist()),
        lookup,
        refused,
        belongings=tuple(
            _belongings(wave, np.flatnonzero(kept[h] == g).tolist())
            for h, g in zip(stratum.tolist(), cell.tolist(), strict=True)
        ),
        capped=raked.weights is not None and len(raked.weights.margins) < len(wave.margins),
    )


def _large_cells(
    people: Counts, cells: Sequence[str], *, base: int
) -> tuple[Counts, dict[tuple[int, int], str], NDArray[np.int64]]:
    """Weigh the people of small cells with the next cell of their stratum, before anything is raked.

    Raked weights are products, so the weight of a cell of three people could be worked out from its neighbours', and
    the three from a mean of weights. Returns people (H, G), the names of the cells that hold any, and the cell that
    people of each cell belong to, (H, G), -1 where there are none.
    """
    found = np.zeros_like(people)
    names: dict[tuple[int, int], str] = {}
    kept = np.full(people.shape, -1)
    for h in range(people.shape[0]):
        for group in merge_strata(people[h], k=base):
            members = [g for g in group if people[h, g]]
            if members:
                largest = max(members, key=lambda g: people[h, g])
                found[h, largest] = people[h, members].sum()
                names[h, largest] = "+".join(cells[g] for g in members)
                kept[h, members] = largest
    return found, names, kept


def _margins(wave: WaveDesign, design: Design, people: Counts) -> dict[str, weighting.Margin]:
    """Return labels of the cells and totals of the labels, (G,) and (m,), for each declared margin.

    People who did not answer a margin's question are a label of their own that keeps the weight it came with, and the
    declared totals share the rest: nobody's category is guessed.
    """
    base = weighting.base_weights(design)[:, None] * people
    found: dict[str, weighting.Margin] = {}
    for place, margin in enumerate(wave.margins):
        size = len(margin.categories)
        labels = np.array([size if cell[place] is None else cell[place] for cell in wave.cells])
        unknown = float(base[:, labels == size].sum())
        declared = np.array([float(category.population) for category in margin.categories])
        totals = declared * ((float(base.sum()) - unknown) / declared.sum())
        found[margin.code] = (labels, np.append(totals, unknown))
    return found


def _categories(wave: WaveDesign, cells: Sequence[int]) -> tuple[str, ...]:
    standard = wave.method["standard"]
    place = next(
        (i for i, margin in enumerate(wave.margins) if standard and margin.code == standard["margin"]), None
    )
    if place is None:
        return ()
    categories = wave.margins[place].categories
    chosen = [wave.cells[cell][place] for cell in cells]
    return tuple(UNKNOWN if category is None else categories[category].code for category in chosen)


def _belongings(wave: WaveDesign, cells: Sequence[int]) -> frozenset[Belonging]:
    return frozenset(
        (margin.code, margin.categories[category].code)
        for cell in cells
        for margin, category in zip(wave.margins, wave.cells[cell], strict=True)
        if category is not None
    )


def _cell_name(margins: Sequence[MarginDesign], cell: Sequence[int | None]) -> str:
    return "·".join(
        UNKNOWN if category is None else margin.categories[category].code
        for margin, category in zip(margins, cell, strict=True)
    )


def _total(values: Sequence[float | None]) -> float | None:
    return None if any(value is None for value in values) else sum(value or 0 for value in values)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
