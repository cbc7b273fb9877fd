"""What a correction tells beside the publication it supersedes: both stay readable, so their difference is public.

Groups may have been joined otherwise since, so tables are held against each other over the finest unions of both. A
difference of a few records is what these few said.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.disclosures.findings import CORRECTION, Finding
from reports.disclosures.tables import Line, Tables
from reports.estimation.differencing import Units

Vector = tuple[int, ...]


def between(
    earlier: Mapping[str, Mapping[str, Any]], now: Mapping[str, Tables], *, base: int, cells: frozenset[str]
) -> Iterator[Finding]:
    """Find the tables of a publication whose difference to the `earlier` datasets is of 1 to `base` - 1 records."""
    for code, table in now.items():
        if code in earlier and not table.is_hidden:
            before = Tables(earlier[code], cells) if "groups" in earlier[code] else None
            if before is not None and not before.is_hidden and before.dataset != table.dataset:
                for where in sorted(_few(before, table, base)):
                    yield Finding(code, CORRECTION, where)


def _few(before: Tables, now: Tables, base: int) -> set[str]:
    found = set()
    if _is_few([(before.dataset["records"], now.dataset["records"])], base):
        found.add("")
    then = {item["code"]: item for item in before.items if item["answered"] is not None}
    for item in now.items:
        code = item["code"]
        if item["answered"] is None or code not in then:
            continue
        missing = [
            (then[code]["missing"].get(kind, 0), item["missing"].get(kind, 0))
            for kind in {*then[code]["missing"], *item["missing"]}
        ]
        if _is_few(missing, base) or any(
            _is_few(pairs, base) for pairs in _compared(before.lines(code), now.lines(code))
        ):
            found.add(code)
    for pair in _moments(before).keys() & _moments(now).keys():
        for counts in _compared(_moments(before)[pair], _moments(now)[pair]):
            (n_then, n_now), *sums = counts
            same_people = n_then == n_now and any(a != b for a, b in sums)
            if same_people or 0 < abs(n_then - n_now) < base:
                found.add(", ".join(pair))
    sound = [{row[1]: row[2] for row in one.dataset["unflagged"]} for one in (before, now)]
    if all(sound) and _is_few(
        [(sound[0].get(v, 0), sound[1].get(v, 0)) for v in {*sound[0], *sound[1]}], base
    ):
        found.add("unflagged.csv")
    return found


def _is_few(pairs: Sequence[tuple[int, int]], base: int) -> bool:
    """Say whether counts moved, and by fewer than `base` people: whoever moved is in one of both sums."""
    gone = sum(max(0, then - now) for then, now in pairs)
    come = sum(max(0, now - then) for then, now in pairs)
    return 0 < max(gone, come) < base


def _moments(table: Tables) -> dict[tuple[str, str], list[Line]]:
    found: dict[tuple[str, str], list[Line]] = {}
    for units, pairs in table.moments():
        for pair, sums in pairs.items():
            found.setdefault(pair, []).append((units, sums))
    return found


def _compared(then: Sequence[Line], now: Sequence[Line]) -> Iterator[list[tuple[int, int]]]:
    """Yield the sums of two tables, place by place, over the finest sets of units that are unions of lines of both."""
    sets: list[set[str]] = []
    for units, _counts in (*then, *now):
        touched = [one for one in sets if one & units]
        sets = [one for one in sets if one not in touched] + [set(units).union(*touched)]
    for members in sets:
        whole = frozenset(members)
        yield list(zip(_summed(then, whole), _summed(now, whole), strict=True))


def _summed(lines: Sequence[Line], units: Units) -> Vector:
    inside = [counts for members, counts in lines if members <= units]
    width = len(lines[0][1]) if lines else 0
    return tuple(map(sum, zip(*inside, strict=True))) if inside else (0,) * width
