"""The disclosure-safe dataset of one department: made first, and all that its numbers are computed from.

Records that were voided are out; strata with fewer graded records than the declared base are merged in declared
order and weigh alike from then on; an item below the base shows no value, a department whose records are below it
shows nothing. Weights are rounded to their published digits here, so whoever holds the files computes from the very
same figures (`docs/methodology.md` §3; decisions: publish, then score). The rows are JSON values, ready to be frozen
and hashed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reports.estimation.disclosure import merge_strata
from reports.estimation.sample import Design, Stratum
from reports.evaluations.digits import published, published_sums
from surveys.tallies import DepartmentDesign, ItemDesign, Slice, WaveDesign

FORMAT = 1
SMALLEST_BASE = 5  # no declared method goes below it
GRADES = (1, 2, 3, 4, 5)
EVERYBODY = ""  # the stratum of rows that are given for all strata together
ALL = "all"  # the one stratum of a wave that is not weighted, and of people who belong to none
FLAGGED, VOID = (
    2,
    3,
)  # statuses, fourth column of a slice's groups: doubtful records count, voided ones do not
MISSING = {253: "na", 254: "dk", 255: "blank"}
NOT_ASKED = 0

Counts: TypeAlias = NDArray[np.int64]
Groups: TypeAlias = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A coded question as the dataset has it; `answered` is None where it is below the base."""

    code: str
    scored: bool
    headline: bool
    dimension: str
    weight: str
    answered: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """All rows about one department; `records` is None where the department is below the base.

    rows: item, stratum, value, n, w, w2 · design: stratum, population, people, mean weight of a person ·
    moments: stratum, item a, item b, n, w, wa (both where a is b), w2, w2a, w2b, w2ab · unflagged: item, value, n, w
    of the headline without the records that quality checks flagged. `flagged` counts the graded ones among those,
    None where they are too few to be told. Numbers with decimals are strings.
    """

    department: str
    records: int | None
    items: tuple[Item, ...] = ()
    rows: list[list[Any]] = field(default_factory=list)
    design: list[list[Any]] = field(default_factory=list)
    moments: list[list[Any]] = field(default_factory=list)
    unflagged: list[list[Any]] = field(default_factory=list)
    flagged: int | None = None
    format: int = FORMAT

    def document(self) -> dict[str, Any]:
        """Return the dataset as JSON values without floats."""
        # Shallow: the rows are JSON values already, and there are many.
        whole = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**whole, "items": [asdict(item) for item in self.items]}

    def missing(self, item: str) -> dict[str, int]:
        """Count who said "don't know" or "does not apply" to a question, or left it blank."""
        found = {row[2]: row[3] for row in self.rows if row[0] == item and row[1] == EVERYBODY}
        return {kind: found.get(kind, 0) for kind in ("dk", "na", "blank")}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Dataset":
        """Read what `document` wrote."""
        return cls(**{**document, "items": tuple(Item(**item) for item in document["items"])})


def smallest_base(method: Mapping[str, Any]) -> int:
    """Return the declared number of answers below which nothing is shown."""
    return max(SMALLEST_BASE, int(method["minimum_base"]))


def suppressed(department: str) -> Dataset:
    """Return the dataset of a department of which nothing may be shown."""
    return Dataset(department=department, records=None)


def dataset_of(wave: WaveDesign, department: DepartmentDesign, found: Slice | None) -> Dataset:
    """Make the dataset of `department` from its slice; without a slice nobody rated it."""
    base = smallest_base(wave.method)
    if found is None:
        return suppressed(department.code)
    design = declared_design(wave)
    counts, doubtful, moments = _by_stratum(wave, found)
    records = int(counts[:, 0].sum()) if counts.shape[1] else 0
    if records < base:
        return suppressed(department.code)
    shown: list[Item] = []
    rows: list[list[Any]] = []
    used: dict[str, tuple[int, ...]] = {}
    for position, item in enumerate(department.items):
        graded = _answers(item, counts[:, position])
        answered = int(graded.sum())
        safe = answered >= base
        shown.append(_described(item, answered if safe else None))
        if not safe:
            rows.append([item.code, EVERYBODY, "suppressed", records, None, None])
            continue
        groups = [group for group in merge_strata(graded.sum(axis=1), k=base) if graded[list(group)].sum()]
        used.update((_name(design, group), group) for group in groups)
        rows.extend(_item_rows(item, graded, groups, design))
        rows.extend(_missing_rows(item.code, counts[:, position]))
    safe_codes = {item.code for item in shown if item.answered is not None}
    moment_rows, moment_groups = _moment_rows(department, moments, safe_codes, design, base)
    used.update(moment_groups)
    flagged, unflagged = _unflagged(department, counts, doubtful, safe_codes, design, base)
    return Dataset(
        department=department.code,
        records=records,
        items=tuple(shown),
        rows=rows,
        design=[_design_row(design, name, group) for name, group in sorted(used.items(), key=lambda u: u[1])],
        moments=moment_rows,
        unflagged=unflagged,
        flagged=flagged,
    )


def declared_design(wave: WaveDesign) -> Design:
    """Return the strata as estimation knows them; a wave that may not judge has one, of people who came."""
    if not wave.judged:
        people = sum(n for (klass, _channel), n in wave.people.items() if klass == wave.klass)
        return Design((Stratum(ALL, people),), self_selected=True)
    names = [stratum.code or ALL for stratum in wave.strata]
    if any("+" in name for name in names) or len(set(names)) < len(names):
        names = [str(stratum.number) for stratum in wave.strata]
    return Design(
        tuple(
            Stratum(name, stratum.people, stratum.population)
            for name, stratum in zip(names, wave.strata, strict=True)
        )
    )


def _by_stratum(wave: WaveDesign, found: Slice) -> tuple[Counts, Counts, Counts]:
    """Sum a slice's groups by stratum, voided records left out.

    Returns counts (H, item, 256), the flagged ones among them, and moments (H, pair, 4).
    """
    counted = found.groups[:, 3] != VOID
    if wave.judged:
        places = {stratum.number: h for h, stratum in enumerate(wave.strata)}
        at = np.array([places[int(number)] for number in found.groups[counted, 0]], dtype=np.intp)
        strata = len(wave.strata)
    else:
        at, strata = np.zeros(int(counted.sum()), dtype=np.intp), 1
    counts = np.zeros((strata, *found.counts.shape[1:]), dtype=np.int64)
    doubtful = np.zeros_like(counts)
    moments = np.zeros((strata, *found.moments.shape[1:]), dtype=np.int64)
    np.add.at(counts, at, found.counts[counted])
    np.add.at(moments, at, found.moments[counted])
    flagged = found.groups[counted, 3] == FLAGGED
    np.add.at(doubtful, at[flagged], found.counts[counted][flagged])
    return counts, doubtful, moments


def _codes(item: ItemDesign) -> tuple[int, ...]:
    return GRADES if item.scored else tuple(item.codes)


def _answers(item: ItemDesign, counts: Counts) -> Counts:
    return counts[:, list(_codes(item))]


def _described(item: ItemDesign, answered: int | None) -> Item:
    return Item(item.code, item.scored, item.headline, item.dimension, str(item.weight), answered)


def _name(design: Design, group: tuple[int, ...]) -> str:
    return "+".join(design.strata[h].code for h in group)


def _item_rows(
    item: ItemDesign,
    graded: Counts,
    groups: Sequence[tuple[int, ...]],
    design: Design,
) -> Iterator[list[Any]]:
    weights = _weights(design, groups)
    codes = [str(code) for code in _codes(item)]
    joined = np.zeros((len(groups), graded.shape[0]))
    for place, group in enumerate(groups):
        joined[place, list(group)] = 1
    n = (joined @ graded).astype(np.int64).ravel().tolist()
    w = published_sums(((joined * weights) @ graded).ravel().tolist())
    w2 = published_sums(((joined * weights**2) @ graded).ravel().tolist())
    cells = [(_name(design, group), code) for group in groups for code in codes]
    for (name, code), total, sum_w, sum_w2 in zip(cells, n, w, w2, strict=True):
        if total:
            yield [item.code, name, code, total, sum_w, sum_w2]


def _missing_rows(code: str, counts: Counts) -> Iterator[list[Any]]:
    """Give "don't know", "does not apply" and blank for all strata together, unweighted: no estimate needs them."""
    for byte, name in MISSING.items():
        if n := int(counts[:, byte].sum()):
            yield [code, EVERYBODY, name, n, None, None]


def _weight(design: Design, group: tuple[int, ...]) -> float:
    """Return the one weight of merged strata: all who live there over all who took part.

    Had they kept weights of their own, the published sums of weights could be solved for the strata that were merged.
    """
    strata = [design.strata[h] for h in group]
    people = sum(stratum.respondents for stratum in strata)
    if design.self_selected or not people or any(stratum.population is None for stratum in strata):
        return 1.0
    return sum(stratum.population or 0.0 for stratum in strata) / people


def _weights(design: Design, groups: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
    """Return the weight of each stratum as a member of its group, (H,); 0 for strata in no group."""
    weights = np.zeros(len(design.strata))
    for group in groups:
        weights[list(group)] = _weight(design, group)
    return weights


def _design_row(design: Design, name: str, group: tuple[int, ...]) -> list[Any]:
    strata = [design.strata[h] for h in group]
    people = sum(stratum.respondents for stratum in strata)
    if design.self_selected or any(stratum.population is None for stratum in strata):
        return [name, None, people, "1"]
    population = sum(int(stratum.population or 0) for stratum in strata)
    return [name, population, people, published(_weight(design, group))]


def _unflagged(
    department: DepartmentDesign,
    counts: Counts,
    doubtful: Counts,
    safe: set[str],
    design: Design,
    base: int,
) -> tuple[int | None, list[list[Any]]]:
    """Give the headline without flagged records, unless the difference would show what too few of them said."""
    place = next((i for i, item in enumerate(department.items) if item.headline and item.code in safe), None)
    if place is None:
        return None, []
    item = department.items[place]
    flagged = _answers(item, doubtful[:, place])
    sound = _answers(item, counts[:, place]) - flagged
    if not flagged.any():
        return 0, []
    if min(int(flagged.sum()), int(sound.sum())) < base:
        return None, []
    # Merged until neither the flagged nor the others of any group are too few to be told from the sums.
    groups = _joined(np.minimum(flagged.sum(axis=1), sound.sum(axis=1)), base)
    weights = _weights(design, groups)
    n, w, all_n, all_w = (
        sound.sum(axis=0),
        weights @ sound,
        (sound + flagged).sum(axis=0),
        weights @ (sound + flagged),
    )
    rows = [
        [item.code, str(code), int(n[i]), published(w[i]), int(all_n[i]), published(all_w[i])]
        for i, code in enumerate(_codes(item))
        if all_n[i]
    ]
    return int(flagged.sum()), rows


def _moment_rows(
    department: DepartmentDesign,
    moments: Counts,
    safe: set[str],
    design: Design,
    base: int,
) -> tuple[list[list[Any]], dict[str, tuple[int, ...]]]:
    """Give the cross-moments of the items that dimensions are made of, or none where one of them is unsafe."""
    scored = [item for item in department.items if item.scored]
    pairs = [(a, b) for a in range(len(scored)) for b in range(a, len(scored))]
    wanted = [
        (pair, scored[a].code, scored[b].code)
        for pair, (a, b) in enumerate(pairs)
        if scored[a].dimension and scored[b].dimension
    ]
    if not wanted or any(a not in safe or b not in safe for _pair, a, b in wanted):
        return [], {}
    fewest = moments[:, [pair for pair, _a, _b in wanted], 0].min(axis=1)
    if fewest.sum() < base:
        return [], {}
    # A stratum in which one pair was never answered together joins its neighbour, so that none is left out.
    groups = _joined(fewest, base)
    weights = _weights(design, groups)
    places = [pair for pair, _a, _b in wanted]
    rows: list[list[Any]] = []
    for group in groups:
        name, members = _name(design, group), list(group)
        found = moments[members][:, places].astype(np.float64)
        counted = found[:, :, 0].sum(axis=0).astype(np.int64).tolist()
        once = np.einsum("h,hpm->pm", weights[members], found).tolist()
        twice = published_sums(np.einsum("h,hpm->pm", weights[members] ** 2, found).ravel().tolist())
        for place, (_pair, a, b) in enumerate(wanted):
            # First moments of a pair are those of its items, given once, where an item meets itself.
            sums = published_sums(once[place][:2]) if a == b else [None, None]
            rows.append([name, a, b, counted[place], *sums, *twice[4 * place : 4 * place + 4]])
    return rows, {_name(design, group): group for group in groups}


def _joined(fewest: Counts, base: int) -> Groups:
    """Group strata in declared order so that each group holds at least `base`; the rest joins the last one.

    Where all together hold fewer they make one group.
    """
    groups: list[list[int]] = []
    open_group: list[int] = []
    for h in range(fewest.shape[0]):
        open_group.append(h)
        if fewest[open_group].sum() >= base:
            groups.append(open_group)
            open_group = []
    if open_group and groups:
        groups[-1].extend(open_group)
    elif open_group:
        groups.append(open_group)
    return tuple(tuple(group) for group in groups)
