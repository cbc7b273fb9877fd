"""The disclosure-safe dataset of one department: made first, and all that its numbers are computed from.

Records that were voided are out; each item joins its layers in declared order until none holds too few answers, and
what is told of the same answers elsewhere takes unions of those groups (`grouping`); joined layers weigh alike. An
item below the base shows no value, a department whose records are below it shows nothing. Weights are rounded to
their published digits here, and counts are whole, so whoever holds the files computes from the very same figures
(`docs/methodology.md` §3; decisions: publish, then score). The values are JSON, ready to be frozen and hashed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from reports.evaluations import pairs, residuals, together
from reports.evaluations.digits import published
from reports.evaluations.grouping import Counts, Groups, joined, nobody_or, smallest_base
from reports.evaluations.layers import Layers
from reports.evaluations.pairs import Pair
from surveys.tallies import DepartmentDesign, ItemDesign, Slice, WaveDesign

FORMAT = 3
GRADES = (1, 2, 3, 4, 5)
FLAGGED, VOID = 2, 3  # statuses of a slice's groups: doubtful records count, voided ones do not
MISSING = {252: "unrated", 253: "na", 254: "dk", 255: "blank"}


@dataclass(frozen=True, slots=True)
class Item:
    """A coded question as the dataset has it; `answered` is None where it is below the base.

    `missing` counts the records without an answer by kind, nothing where `answered` is None.
    """

    code: str
    scored: bool
    headline: bool
    dimension: str
    weight: str
    codes: tuple[int, ...]
    answered: int | None
    missing: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """Return the item as JSON values."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"codes": list(self.codes)}


@dataclass(frozen=True, slots=True)
class Dataset:
    """All rows about one department; `records` is None where the department is below the base.

    strata: name, population, people, PSUs, PSUs there are · groups: place of the stratum, weighting cells, weight of
    one person, category of the declared mix, since format 3 `belongings` · rows: place of the item, place of the group,
    counts by the item's codes · moment_items: their codes · moments: place of the group, then n, Σa, Σb, Σab of grades
    by pair a ≤ b · index_items and the correlations of their means, a < b by rows · residuals: see there, only of
    calibrated and clustered waves · unflagged: item, value, n, w without the records that quality checks flagged, n and
    w with them. `flagged` counts the graded ones among those, None where they are too few to be told. Numbers with
    decimals are strings.
    """

    department: str
    records: int | None
    items: tuple[Item, ...] = ()
    strata: list[list[Any]] = field(default_factory=list)
    groups: list[list[Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    moment_items: list[str] = field(default_factory=list)
    moments: list[list[Any]] = field(default_factory=list)
    index_items: list[str] = field(default_factory=list)
    correlations: list[str] = field(default_factory=list)
    residuals: list[list[Any]] = field(default_factory=list)
    unflagged: list[list[Any]] = field(default_factory=list)
    flagged: int | None = None
    lonely: str = "refuse"
    format: int = FORMAT

    def document(self) -> dict[str, Any]:
        """Return the dataset as JSON values without floats."""
        # Shallow: the rows are JSON values already, and there are many.
        whole = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**whole, "items": [item.document() for item in self.items]}

    def missing(self, code: str) -> Mapping[str, int]:
        """Count who said "don't know" or "does not apply" to a question, or left it blank, by kind."""
        found = next((item.missing for item in self.items if item.code == code), {})
        return {kind: found.get(kind, 0) for kind in MISSING.values()}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Dataset":
        """Read what `document` wrote."""
        items = tuple(Item(**{**item, "codes": tuple(item["codes"])}) for item in document["items"])
        return cls(**{**document, "items": items})


def suppressed(department: str) -> Dataset:
    """Return the dataset of a department of which nothing may be shown."""
    return Dataset(department=department, records=None)


def dataset_of(
    wave: WaveDesign, department: DepartmentDesign, found: Slice | None, layers: Layers
) -> Dataset:
    """Make the dataset of `department` from its slice; without a slice nobody rated it."""
    base = smallest_base(wave.method)
    if found is None:
        return suppressed(department.code)
    counted = _counted(found)
    counts, doubtful, moments = _by_layer(layers, counted)
    records = int(counts[:, 0].sum()) if counts.shape[1] else 0
    if records < base:
        return suppressed(department.code)
    merging = bool(wave.method["merge_strata"])
    answers = [_answers(item, counts[:, place]) for place, item in enumerate(department.items)]
    items = tuple(
        _described(item, answered, counts[:, place].sum(axis=0), base)
        for place, (item, answered) in enumerate(zip(department.items, answers, strict=True))
    )
    shown = [place for place, item in enumerate(items) if item.answered is not None]
    groups = {
        items[place].code: layers.groups(answers[place].sum(axis=1), base=base) if merging else layers.apart()
        for place in shown
    }
    listed = _Listed(layers)
    rows = [
        [place, listed.group(group, strata), line]
        for place in shown
        for group, strata, line in _lines(answers[place], groups[items[place].code], listed)
    ]
    wanted = pairs.wanted_pairs(department, moments, set(groups), base if merging else 0)
    shared = pairs.joined_groups(wanted, groups, moments[:, :, 0], base) if merging else layers.apart()
    flagged, unflagged = _unflagged(department, counts, doubtful, groups, layers, base)
    return Dataset(
        department=department.code,
        records=records,
        items=items,
        rows=rows,
        moment_items=[pair.a for pair in wanted if pair.a == pair.b],
        moments=_moment_rows(wanted, moments, shared if wanted else (), listed),
        index_items=[item.code for item in _index_items(items)],
        correlations=_correlations(wave, department, items, counted, layers),
        residuals=[
            [place, listed.stratum(strata), *sums]
            for place, item in enumerate(items)
            if layers.residual and item.scored and item.code in groups
            for strata, *sums in residuals.of_grades(
                layers, counted, place, groups[item.code], base=base if merging else 0
            )
        ],
        strata=listed.strata,
        groups=listed.groups,
        unflagged=unflagged,
        flagged=flagged,
        lonely=str(layers.design.lonely),
    )


def agreement_of(wave: WaveDesign, department: DepartmentDesign, found: Slice | None) -> dict[str, Any]:
    """Return how the dimensions of one department vary together, {} where one of them is missing or too small."""
    items = [item for item in department.items if item.scored and item.dimension]
    order = {dimension.code: place for place, dimension in enumerate(wave.dimensions)}
    if found is None or {item.dimension for item in items} != set(order):
        return {}
    moments = _counted(found).moments[:, pairs.places(department)]
    shares = np.zeros((len(items), len(order)))
    for place, item in enumerate(items):
        shares[place, order[item.dimension]] = float(item.weight)
    answered = moments[:, pairs.own(len(items)), 0].sum(axis=0)
    if not items or answered.min() < smallest_base(wave.method):
        return {}
    return together.agreement(moments, order, shares / shares.sum(axis=0))


def _index_items(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.scored and item.dimension]


def _correlations(
    wave: WaveDesign, department: DepartmentDesign, items: Sequence[Item], counted: Slice, layers: Layers
) -> list[str]:
    """Give the correlations that an index needs, where its items may be judged by; of fewer than two there are none."""
    chosen = _index_items(items)
    exact = not wave.method["merge_strata"]
    fewest = min((item.answered or 0 for item in chosen), default=0)
    if len(chosen) < 2 or fewest < (smallest_base(wave.method) if exact else int(wave.method["judged_base"])):
        return []
    return together.correlations(layers, counted, pairs.places(department), exact=exact)


def _counted(found: Slice) -> Slice:
    """Leave the voided records out of a slice."""
    counted = found.groups[:, 3] != VOID
    if counted.all():
        return found
    return replace(
        found, groups=found.groups[counted], counts=found.counts[counted], moments=found.moments[counted]
    )


class _Listed:
    """The strata and groups that rows name, each listed once, in the order in which they are named."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.strata: list[list[Any]] = []
        self.groups: list[list[Any]] = []
        self._strata: dict[tuple[int, ...], int] = {}
        self._groups: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        self._pooled: dict[Groups, list[tuple[int, ...]]] = {}

    def strata_of(self, groups: Groups) -> list[tuple[int, ...]]:
        """Return the pooled strata that each group of layers belongs to."""
        if groups not in self._pooled:
            pooled = {h: strata for strata in self.layers.pooled(groups) for h in strata}
            self._pooled[groups] = [pooled[int(self.layers.stratum[group[0]])] for group in groups]
        return self._pooled[groups]

    def stratum(self, strata: tuple[int, ...]) -> int:
        """Return the place of pooled strata."""
        if strata not in self._strata:
            one = self.layers.pooled_stratum(strata)
            self._strata[strata] = len(self.strata)
            sizes = [
                None if size is None else int(size)
                for size in (one.population, one.respondents, one.clusters, one.cluster_population)
            ]
            self.strata.append([one.code, *sizes])
        return self._strata[strata]

    def group(self, group: tuple[int, ...], strata: tuple[int, ...]) -> int:
        """Return the place of joined layers within their pooled strata."""
        key = (group, strata)
        if key not in self._groups:
            weight = published(self.layers.weight_of(group))
            self._groups[key] = len(self.groups)
            name, category = self.layers.name_of(group, strata), self.layers.category_of(group)
            belongings = self.layers.categories_of(group)
            self.groups.append([self.stratum(strata), name, weight, category, belongings])
        return self._groups[key]


def _by_layer(layers: Layers, found: Slice) -> tuple[Counts, Counts, Counts]:
    """Sum the groups of a slice by layer; voided records have left it.

    Returns counts (L, item, 256), the flagged ones among them, and moments (L, pair, 4).
    """
    at = layers.at(found.groups)
    size = layers.stratum.shape[0]
    flagged = found.groups[:, 3] == FLAGGED
    return (
        _summed(found.counts, at, size),
        _summed(found.counts[flagged], at[flagged], size),
        _summed(found.moments, at, size),
    )


def _summed(rows: Counts, at: Counts, size: int) -> Counts:
    """Sum rows by their places `at`: groups are few and their rows long, where `np.add.at` takes each number alone."""
    found = np.zeros((size, *rows.shape[1:]), dtype=np.int64)
    for place, row in zip(at.tolist(), rows, strict=True):
        found[place] += row
    return found


def _codes(item: ItemDesign) -> tuple[int, ...]:
    return GRADES if item.scored else tuple(sorted(item.codes))


def _answers(item: ItemDesign, counts: Counts) -> Counts:
    return counts[:, list(_codes(item))]


def _described(item: ItemDesign, answers: Counts, counts: Counts, base: int) -> Item:
    answered = int(answers.sum())
    shown = answered >= base
    missing = {name: int(counts[byte]) for byte, name in MISSING.items()} if shown else {}
    return Item(
        item.code,
        item.scored,
        item.headline,
        item.dimension,
        str(item.weight),
        _codes(item),
        answered if shown else None,
        missing,
    )


def _lines(
    answers: Counts, groups: Groups, listed: _Listed
) -> Iterable[tuple[tuple[int, ...], tuple[int, ...], list[int]]]:
    """Yield the groups of an item in which anybody answered, their pooled strata and their counts by code."""
    lines = answers.tolist()
    for group, strata in zip(groups, listed.strata_of(groups), strict=True):
        line = lines[group[0]] if len(group) == 1 else answers[list(group)].sum(axis=0).tolist()
        if any(line):
            yield group, strata, line


def _unflagged(
    department: DepartmentDesign,
    counts: Counts,
    doubtful: Counts,
    groups: Mapping[str, Groups],
    layers: Layers,
    base: int,
) -> tuple[int | None, list[list[Any]]]:
    """Give the headline without flagged records, unless the difference would show what too few of them said.

    The sums of weights can be solved for the groups, so groups are joined until neither side is too few in any.
    """
    place = next(
        (i for i, item in enumerate(department.items) if item.headline and item.code in groups), None
    )
    if place is None:
        return None, []
    item = department.items[place]
    flagged = _answers(item, doubtful[:, place])
    everybody = _answers(item, counts[:, place])
    sound = everybody - flagged
    if not flagged.any():
        return 0, []
    sides = np.array([flagged.sum(axis=1), sound.sum(axis=1)])
    if sides.sum(axis=1).min() < base:
        return None, []
    together = joined(groups[item.code], lambda group: nobody_or(sides[:, group].sum(axis=1), base))
    weights = np.zeros(layers.stratum.shape[0])
    for group in together:
        weights[list(group)] = layers.weight_of(group)
    sums = zip(
        _codes(item),
        sound.sum(axis=0),
        weights @ sound,
        everybody.sum(axis=0),
        weights @ everybody,
        strict=True,
    )
    rows = [
        [item.code, str(code), int(n), published(w), int(all_n), published(all_w)]
        for code, n, w, all_n, all_w in sums
        if all_n
    ]
    return int(flagged.sum()), rows


def _moment_rows(wanted: Sequence[Pair], moments: Counts, groups: Groups, listed: _Listed) -> list[list[Any]]:
    """Give the cross-moments of the items that dimensions are made of, by group."""
    sums = moments[:, [pair.place for pair in wanted]]
    rows: list[list[Any]] = []
    for group, strata in zip(groups, listed.strata_of(groups), strict=True):
        found = sums[group[0]] if len(group) == 1 else sums[list(group)].sum(axis=0)
        if found.any():
            rows.append([listed.group(group, strata), *found.T.tolist()])
    return rows
