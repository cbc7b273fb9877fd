"""The disclosure-safe dataset of one department: made first, and all that its numbers are computed from.

Records that were voided are out; each item merges its strata in declared order until none holds too few answers, and
what is told of the same answers elsewhere takes unions of those groups (`grouping`); merged strata weigh
alike. An item below the base shows no value, a department whose records are below it shows nothing. Weights are
rounded to their published digits here, so whoever holds the files computes from the very same figures
(`docs/methodology.md` §3; decisions: publish, then score). The rows are JSON values, ready to be frozen and hashed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports.estimation.disclosure import merge_strata
from reports.estimation.sample import Design, Stratum
from reports.evaluations.digits import published, published_sums
from reports.evaluations.grouping import Counts, Groups, joined, nobody_or, united
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


class Pair(NamedTuple):
    """Two items that dimensions are made of, or one with itself, and where their moments stand."""

    place: int
    a: str
    b: str


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
    graded = [_answers(item, counts[:, position]) for position, item in enumerate(department.items)]
    shown = [
        _described(item, total if (total := int(answers.sum())) >= base else None)
        for item, answers in zip(department.items, graded, strict=True)
    ]
    safe = {item.code for item in shown if item.answered is not None}
    groups = {
        item.code: merge_strata(answers.sum(axis=1), k=base)
        for item, answers in zip(shown, graded, strict=True)
        if item.code in safe
    }
    rows: list[list[Any]] = []
    for position, item in enumerate(department.items):
        if item.code not in safe:
            rows.append([item.code, EVERYBODY, "suppressed", records, None, None])
            continue
        rows.extend(_item_rows(item, graded[position], groups[item.code], design))
        rows.extend(_missing_rows(item.code, counts[:, position]))
    wanted = _wanted_pairs(department, moments, safe, base)
    together = _moment_groups(wanted, groups, moments[:, :, 0], base)
    moment_rows = _moment_rows(wanted, moments, together, design)
    used = {row[1] for row in rows} | {row[0] for row in moment_rows}
    flagged, unflagged = _unflagged(department, counts, doubtful, groups, design, base)
    return Dataset(
        department=department.code,
        records=records,
        items=tuple(shown),
        rows=rows,
        design=[
            _design_row(design, name, group)
            for group in sorted({group for several in (*groups.values(), together) for group in several})
            if (name := _name(design, group)) in used
        ],
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
    groups: Mapping[str, Groups],
    design: Design,
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
    weights = _weights(design, together)
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


def _wanted_pairs(
    department: DepartmentDesign, moments: Counts, safe: set[str], base: int
) -> tuple[Pair, ...]:
    """Name the pairs of items whose cross-moments the dimensions need; none where one pair would give somebody away.

    Who answered one item of a pair and not the other follows by subtraction, with their grades.
    """
    scored = [item for item in department.items if item.scored]
    pairs = [(a, b) for a in range(len(scored)) for b in range(a, len(scored))]
    wanted = tuple(
        Pair(place, scored[a].code, scored[b].code)
        for place, (a, b) in enumerate(pairs)
        if scored[a].dimension and scored[b].dimension
    )
    if any(pair.a not in safe or pair.b not in safe for pair in wanted):
        return ()
    together = moments[:, :, 0].sum(axis=0)
    few = any(together[pair.place] < base for pair in wanted)
    alone = _alone(wanted, moments[:, :, 0]).sum(axis=0)
    return () if few or ((alone > 0) & (alone < SMALLEST_BASE)).any() else wanted


def _alone(wanted: Sequence[Pair], together: Counts) -> Counts:
    """Count by stratum who answered one item of a pair and not the other, (H, 2 pairs)."""
    own = {pair.a: together[:, pair.place] for pair in wanted if pair.a == pair.b}
    found = [
        own[code] - together[:, pair.place]
        for pair in wanted
        if pair.a != pair.b
        for code in (pair.a, pair.b)
    ]
    return np.array(found, dtype=np.int64).reshape(len(found), together.shape[0]).T


def _moment_rows(wanted: Sequence[Pair], moments: Counts, groups: Groups, design: Design) -> list[list[Any]]:
    """Give the cross-moments of the items that dimensions are made of."""
    weights = _weights(design, groups)
    places = [pair.place for pair in wanted]
    rows: list[list[Any]] = []
    for group in groups if wanted else ():
        name, members = _name(design, group), list(group)
        found = moments[members][:, places].astype(np.float64)
        if not found.any():
            continue
        counted = found[:, :, 0].sum(axis=0).astype(np.int64).tolist()
        once = np.einsum("h,hpm->pm", weights[members], found).tolist()
        twice = published_sums(np.einsum("h,hpm->pm", weights[members] ** 2, found).ravel().tolist())
        for place, pair in enumerate(wanted):
            # First moments of a pair are those of its items, given once, where an item meets itself.
            sums = published_sums(once[place][:2]) if pair.a == pair.b else [None, None]
            rows.append([name, pair.a, pair.b, counted[place], *sums, *twice[4 * place : 4 * place + 4]])
    return rows


def _moment_groups(
    wanted: Sequence[Pair], groups: Mapping[str, Groups], together: Counts, base: int
) -> Groups:
    """Join the items' groups until every pair's moments, and what follows from them by subtraction, may be shown.

    A group of moments is a union of groups of each of its items: less their rows it leaves nothing that is not shown.
    """
    if not wanted:
        return ()
    pairs, alone = together[:, [pair.place for pair in wanted]], _alone(wanted, together)
    common = groups[wanted[0].a]
    for code in {code for pair in wanted for code in (pair.a, pair.b)}:
        common = united(common, groups[code])
    return joined(
        common,
        lambda group: (
            nobody_or(pairs[group].sum(axis=0), base) and nobody_or(alone[group].sum(axis=0), SMALLEST_BASE)
        ),
    )
