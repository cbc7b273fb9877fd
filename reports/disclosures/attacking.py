"""The attack on one publication: everything that becomes public with it, held against itself.

Whatever reads here is a published document; nothing is asked of the tallies. A small number that follows from it is
found by `reports.estimation.differencing`, which shares no code with what chose the cells to hide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isclose
from typing import Any

from reports.disclosures import differences
from reports.disclosures.findings import (
    BEFORE,
    CHANNELS,
    CLUSTERS,
    COMPLEMENT,
    DIFFERENCE,
    DISAGREES,
    FIGURE,
    FLAGGED,
    LEFT_OUT,
    PARTICIPATION,
    SMALL,
    WHOLE,
    Finding,
)
from reports.disclosures.tables import Tables, all_units
from reports.estimation.differencing import Units, recovered, solved
from reports.evaluations.grouping import SMALLEST_BASE, smallest_base

NEAR = 1e-6  # two figures of twelve digits that are computed alike
MOST_PARTITIONS = 10  # groups, whose joinings are all tried
PLACE = "place"


@dataclass(frozen=True, slots=True)
class Released:
    """What one publication tells: of the wave, and of each department its scorecard and dataset, by code."""

    wave: Mapping[str, Any]
    scorecards: Mapping[str, Mapping[str, Any]]
    datasets: Mapping[str, Mapping[str, Any]]
    participation: Mapping[str, Any] | None = None  # of the analysis beside it, where it is done


def findings(
    now: Released, earlier: Sequence[Released], before: Mapping[str, frozenset[str]]
) -> list[Finding]:
    """Attack a publication with itself, with the `earlier` ones of its wave, and with the scores of the wave `before`.

    A wave of answers that are public one by one hides nothing, so nothing is found in it. `before` are the scores
    that anybody has read, or will have by then, by department.
    """
    parameters = now.wave["parameters"]
    if not parameters["merge_strata"]:
        return []
    base = smallest_base(parameters)
    cells = cell_names(now.wave)
    tables = {code: Tables(dataset, cells) for code, dataset in now.datasets.items()}
    found = set(_wave(now, tables, base))
    for code, table in tables.items():
        card = now.scorecards[code]
        found.update(_hidden(code, card, table))
        found.update(_before(code, card, before))
        if not table.is_hidden:
            found.update(_department(code, card, table, now.wave, base))
    for one in earlier:
        found.update(differences.between(one.datasets, tables, base=base, cells=cells))
    return sorted(found)


def cell_names(wave: Mapping[str, Any]) -> frozenset[str]:
    """Return what the weighting cells of a wave are called in its files."""
    codes = [[*(one["code"] for one in margin["categories"]), "?"] for margin in wave.get("margins") or ()]
    return frozenset("·".join(parts) for parts in product(*codes)) if codes else frozenset()


def _department(
    code: str, card: Mapping[str, Any], table: Tables, wave: Mapping[str, Any], base: int
) -> Iterator[Finding]:
    shown = {item["code"]: table.lines(item["code"]) for item in table.items if item["answered"] is not None}
    further: dict[str, dict[Units, int]] = {item: {} for item in shown}
    for units, pairs in table.moments():
        for (a, b), (n, *_sums) in pairs.items():
            if a == b and a in further:
                further[a][units] = n
            elif 0 < n < base:
                yield Finding(code, SMALL, f"moments.csv, {a}, {b}")
            for one in (a, b) if a != b else ():
                if 0 < pairs[one, one][0] - n < SMALLEST_BASE:
                    yield Finding(code, LEFT_OUT, f"{a}, {b}")
    if table.headline:
        further[table.headline] |= dict(_groups(card, table, wave))
    for item in table.items:
        name = item["code"]
        if name in shown:
            yield from _item(code, name, shown[name], further[name], base, item["answered"])
    yield from _flagged(code, table, base)
    yield from _clusters(code, table, base)


def _item(
    code: str,
    name: str,
    lines: Sequence[tuple[Units, tuple[int, ...]]],
    further: Mapping[Units, int],
    base: int,
    answered: int,
) -> Iterator[Finding]:
    """Hold the rows of one item against each other and against `further` counts of the same answers."""
    rows = {units: sum(counts) for units, counts in lines}
    if sum(rows.values()) != answered or len(rows) != len(lines):
        yield Finding(code, DISAGREES, name)
        return
    cut = {}
    for units, count in further.items():
        inside = [one for one in rows if one <= units]
        if frozenset().union(*inside) & all_units(lines) != units & all_units(lines):
            cut[units & all_units(lines)] = count
        elif sum(rows[one] for one in inside) != count:
            yield Finding(code, DISAGREES, name)
            return
    if sum(map(len, rows)) == len(all_units(lines)) and not cut:
        small = [units for units, count in rows.items() if 0 < count < base]
    else:
        try:
            small = list(recovered(rows | cut, base=base))
        except ValueError:
            yield Finding(code, DISAGREES, name)
            return
    for units in small:
        place = f"{name}, {'+'.join(sorted(units))}"
        yield Finding(code, SMALL if 0 < rows.get(units, 0) < base else DIFFERENCE, place)


def _groups(card: Mapping[str, Any], table: Tables, wave: Mapping[str, Any]) -> Iterator[tuple[Units, int]]:
    """Yield what the breakdowns count, as sets of the units of the headline."""
    lines = table.rows(table.headline or "")
    below = _below(wave.get("places") or ())
    for breakdown in card.get("breakdowns") or ():
        for group in breakdown["groups"]:
            if group["n"] is None:
                continue
            if breakdown["by"] == PLACE:
                inside = below.get(group["code"], frozenset()) | frozenset(str(group["code"]).split("+"))
                units = [
                    frozenset(one for one in table.units[place] if _strata(one) <= inside)
                    for place, _counts in lines
                ]
            else:
                pair = f"{breakdown['by']}={group['code']}"
                units = [table.units[place] for place, _counts in lines if pair in table.belongings[place]]
            yield frozenset().union(*units), group["n"]


def _below(places: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Return all places within each place, by code; parents come first."""
    found: dict[str, set[str]] = {}
    for one in reversed(places):
        found.setdefault(one["code"], set())
        if one["parent"] is not None:
            found.setdefault(one["parent"], set()).update({one["code"]}, found[one["code"]])
    return {code: frozenset(inside) for code, inside in found.items()}


def _strata(unit: str) -> frozenset[str]:
    return frozenset(unit.split("/", 1)[0].split("+"))


def _flagged(code: str, table: Tables, base: int) -> Iterator[Finding]:
    """Subtract the headline without flagged records from the headline, also group by group by the sums of weights."""
    rows = table.dataset["unflagged"]
    if not rows:
        if 0 < (table.dataset["flagged"] or 0) < base:
            yield Finding(code, FLAGGED, "unflagged.csv")
        return
    flagged = [row[4] - row[2] for row in rows]
    sides = (sum(flagged), sum(row[2] for row in rows))
    if any(0 < side < base for side in sides):
        yield Finding(code, FLAGGED, "unflagged.csv")
        return
    for weights, most in _weighings(table, rows):
        solutions = [
            solved(n, float(row[5]) - float(row[3]), weights, line)
            for n, row, line in zip(flagged, rows, most, strict=True)
        ]
        known = [one for one in solutions if one is not None]
        if len(known) < len(solutions):
            continue
        by_group = [sum(parts) for parts in zip(*known, strict=True)]
        everybody = [sum(parts) for parts in zip(*most, strict=True)]
        pairs = zip(by_group, everybody, strict=True)
        if any(0 < side < base for few, whole in pairs for side in (few, whole - few)):
            yield Finding(code, FLAGGED, "unflagged.csv")


def _weighings(
    table: Tables, rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[list[float], list[tuple[int, ...]]]]:
    """Yield the joinings of the headline's groups that explain the sums of weights, with counts by value and group."""
    groups = table.rows(str(rows[0][0]))
    if len(groups) > MOST_PARTITIONS:
        return
    codes = next(item["codes"] for item in table.items if item["code"] == rows[0][0])
    people = [table.dataset["strata"][table.dataset["groups"][place][0]][2] for place, _counts in groups]
    for cuts in product((True, False), repeat=len(groups) - 1):
        joined: list[list[int]] = [[0]]
        for place, cut in enumerate(cuts, start=1):
            if cut:
                joined.append([place])
            else:
                joined[-1].append(place)
        weights = []
        for one in joined:
            n = sum(people[i] for i in one)
            weights.append(sum(people[i] * table.weights[groups[i][0]] for i in one) / n if n else 0.0)
        most = [
            tuple(sum(groups[i][1][codes.index(int(row[1]))] for i in one) for one in joined) for row in rows
        ]
        if all(
            isclose(sum(w * n for w, n in zip(weights, line, strict=True)), float(row[5]), rel_tol=1e-9)
            for row, line in zip(rows, most, strict=True)
        ):
            yield weights, most


def _clusters(code: str, table: Tables, base: int) -> Iterator[Finding]:
    """Find clusters that stand for themselves though fewer than the base answered in one of them."""
    for item, stratum, units, *_sums in table.dataset["residuals"]:
        if table.dataset["strata"][stratum][3] is None:
            continue
        name = table.items[item]["code"]
        there = sum(
            sum(counts) for place, counts in table.rows(name) if table.dataset["groups"][place][0] == stratum
        )
        if units[0] * base > there:
            yield Finding(code, CLUSTERS, f"residuals.csv, {name}")


def _hidden(code: str, card: Mapping[str, Any], table: Tables) -> Iterator[Finding]:
    """Find figures of what is hidden, and figures of a whole that has a hidden part."""
    hidden = {item["code"] for item in table.items if item["answered"] is None}
    if card["figures"]["status"] == "suppressed" and _told(card["figures"]):
        yield Finding(code, FIGURE)
    if table.is_hidden and (card["items"] or card["dimensions"] or card["records"] is not None):
        yield Finding(code, FIGURE)
    for item in card["items"]:
        if (item["status"] == "suppressed" or item["code"] in hidden) and _told(item):
            yield Finding(code, FIGURE, item["code"])
    for breakdown in card.get("breakdowns") or ():
        for group in breakdown["groups"]:
            if table.headline is None or (group["status"] == "suppressed" and _told(group)):
                yield Finding(code, FIGURE, f"{breakdown['by']}, {group['code']}")
    lacking = {item["dimension"] for item in table.items if item["code"] in hidden}
    for dimension in card["dimensions"]:
        if dimension["score"] is not None and dimension["code"] in lacking:
            yield Finding(code, WHOLE, dimension["code"])
    if card["figures"]["index"] is not None and lacking - {""}:
        yield Finding(code, WHOLE)


def _told(figures: Mapping[str, Any]) -> bool:
    telling = ("n", "score", "score_se", "satisfaction", "good_rate", "grades", "counts", "choices", "dk", "na",
               "blank", "band", "z", "change", "rank_low", "index", "standardised")  # fmt: skip
    return any(figures.get(name) is not None for name in telling)


def _before(code: str, card: Mapping[str, Any], before: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    told = card["change_before"]
    if (told is not None or card["figures"]["change"] is not None) and told not in before.get(code, ()):
        yield Finding(code, BEFORE)


def _wave(now: Released, tables: Mapping[str, Tables], base: int) -> Iterator[Finding]:
    """Attack what is told of the wave as a whole: totals, channels, strata, and means over departments."""
    wave, asked = now.wave, now.wave["fieldwork"]
    departments = {one["code"]: one for one in wave["departments"]}
    if asked["people"] is not None:
        counts = {frozenset({code}): tables[code].dataset["records"] for code in departments}
        shown = {units: n for units, n in counts.items() if n is not None}
        # Where everybody rated one department, the people are the sum of all.
        if sum(shown.values()) <= asked["people"]:
            total = {frozenset().union(*counts): asked["people"]} if counts else {}
            for units in _lonely(shown | total, base):
                if len(units) == 1:
                    yield Finding(min(units), COMPLEMENT)
        channels = {frozenset({one["channel"]}): one["people"] for one in asked["channels"]}
        yield from _totals(channels, asked["people"], base, CHANNELS)
    strata: dict[Units, int] = {}
    for table in tables.values():
        strata.update(table.people())
    for units in _lonely(strata, base):
        yield Finding("", DIFFERENCE, f"design.csv, {'+'.join(sorted(units))}")
    if now.participation and now.participation["invited"] is not None:
        rows = now.participation["strata"]
        stayed = {
            frozenset({row["code"]}): None if row["invited"] is None else row["invited"] - row["took_part"]
            for row in rows
        }
        if rows:
            yield from _totals(stayed, now.participation["did_not"], base, PARTICIPATION)
    yield from _means(wave, departments)


def _means(wave: Mapping[str, Any], departments: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Find means over departments that a hidden department is part of."""
    scores = {
        code: float(one["score"]) for code, one in departments.items() if one["status"] == "publishable"
    }
    for roll_up in wave.get("roll_ups") or ():
        parts = [scores.get(code) for code in roll_up["departments"]]
        known = [one for one in parts if one is not None]
        told = roll_up["score"] is None or (
            known and isclose(sum(known) / len(known), float(roll_up["score"]), abs_tol=NEAR)
        )
        if len(known) < len(parts) or not told:
            yield Finding("", WHOLE, roll_up["code"])
    benchmark = wave["benchmark"]
    if benchmark and benchmark["source"] == "mean":
        compared = [
            float(one["standardised"] or one["score"])
            for one in departments.values()
            if one["status"] == "publishable" and one["z"] is not None
        ]
        if not compared or not isclose(
            sum(compared) / len(compared), float(benchmark["target"]), abs_tol=NEAR
        ):
            yield Finding("", WHOLE)


def _totals(parts: Mapping[Units, int | None], total: int, base: int, what: str) -> Iterator[Finding]:
    """Hold parts, None where they are hidden, against their total."""
    shown = {units: n for units, n in parts.items() if n is not None}
    for units in _lonely(shown | {frozenset().union(*parts): total}, base):
        if len(units) == 1:
            yield Finding("", what, min(units))


def _lonely(facts: Mapping[Units, int], base: int) -> Sequence[Units]:
    try:
        return recovered(facts, base=base)
    except ValueError:
        return ()  # counts of different people, which have no sum
