"""Break a department's headline down by place and by each declared margin: never by two of them at once.

A group of residents is a union of the groups that the published dataset tells apart anyway, so a breakdown tells
nothing that the dataset does not tell, and is recomputed from it (`docs/methodology.md` §14). A group is estimated as a
part of the whole sample; where people were drawn in clusters the counts do not hold its variance, and nothing is
broken down.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.estimation import disclosure, estimators, parts
from reports.estimation.disclosure import Status
from reports.estimation.estimate import Answer, Estimate
from reports.evaluations import belongings
from reports.evaluations.datasets import Dataset
from reports.evaluations.digits import published
from reports.evaluations.layers import declared_design
from reports.evaluations.measuring import Measured, thresholds, written
from reports.evaluations.published_tables import Tables
from surveys.tallies import MarginDesign, WaveDesign

INDICATOR = "breakdown"
PLACE = "place"
NOTHING: Mapping[str, Any] = {"n": None}


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of residents: the groups of the dataset that make it up, none where it cannot be told or is empty.

    `within` is the code of the smallest place that holds it and more; only groups that are `apart` are compared.
    """

    code: str
    members: tuple[int, ...]
    within: str | None = None
    apart: bool = True


def break_down(dataset: Dataset, wave: WaveDesign) -> Iterator[Measured]:
    """Measure the breakdowns of one department: one measurement each, whose item says by what.

    Its estimate holds the `groups`, with figures as a department has them, and the `gap`, None where fewer than two
    groups are publishable. There is none of a wave that may not judge, and none that tells no group from the others.
    """
    item = next((item for item in dataset.items if item.headline), None)
    clustered = any(stratum[3] is not None for stratum in dataset.strata)
    if not wave.judged or item is None or item.answered is None or clustered:
        return
    read = Tables(dataset)
    answered = read.groups(item)
    ways = {margin.code: _by_margin(dataset, answered, margin) for margin in wave.margins}
    ways[PLACE] = _by_place(dataset, answered, wave)
    told = {
        (by, group.code): group.members for by, groups in ways.items() for group in groups if group.members
    }
    if not told:
        return
    table, owner = read.parts(item, list(told.values()))
    answers = estimators.of_parts(table, owner, level=float(wave.method["level"]))
    found = dict(zip(told, zip(*answers, strict=True), strict=True))
    for by, groups in ways.items():
        if any(group.members for group in groups):
            estimate = _estimate(
                groups, {code: found[one, code] for one, code in told if one == by}, wave.method
            )
            yield Measured(INDICATOR, by, Status.PUBLISHABLE, item.answered, estimate)


def _by_margin(dataset: Dataset, answered: Sequence[int], margin: MarginDesign) -> list[_Group]:
    """Return the categories of a margin; those that a group of the dataset straddles cannot be told.

    People whose category is not known count with those they were joined to.
    """
    of = {group: _categories(dataset.groups[group], margin.code) for group in answered}
    straddled = {code for codes in of.values() if len(codes) > 1 for code in codes}
    return [
        _Group(
            one.code,
            tuple(group for group in answered if one.code in of[group]) if one.code not in straddled else (),
        )
        for one in margin.categories
    ]


def _categories(group: Sequence[Any], margin: str) -> set[str]:
    return {category for one, category in belongings.read(group[4]) if one == margin}


def _by_place(dataset: Dataset, answered: Sequence[int], wave: WaveDesign) -> list[_Group]:
    """Return the places above strata, the widest first, then the pooled strata in declared order.

    A place of which a pooled stratum holds a part only cannot be told and is left out. Without two pooled strata there
    is nothing to tell apart.
    """
    names = [one.code for one in declared_design(wave).strata]
    pooled: dict[str, list[int]] = {}
    for group in answered:
        pooled.setdefault(dataset.strata[dataset.groups[group][0]][0], []).append(group)
    if len(pooled) < 2:
        return []
    at = {name: h for h, name in enumerate(names)}
    strata = {name: frozenset(at[code] for code in name.split("+")) for name in pooled}
    lies_in = {
        code: [name for name, several in strata.items() if several <= held]
        for code, held in _strata_above(wave, names).items()
        if not any(several & held and several - held for several in strata.values())
    }
    found: list[_Group] = []
    smallest: dict[str, str] = {}  # the place told last that a pooled stratum lies in
    for code, inside in lies_in.items():
        if inside:
            members = tuple(group for name in inside for group in pooled[name])
            found.append(_Group(code, members, smallest.get(inside[0]), apart=False))
            smallest |= dict.fromkeys(inside, code)
    order = sorted(pooled, key=lambda name: min(strata[name]))
    return found + [_Group(name, tuple(pooled[name]), smallest.get(name)) for name in order]


def _strata_above(wave: WaveDesign, names: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return which strata lie in each place above strata, parents first.

    A place that holds just the strata of one below it is left out, and one that is a stratum itself. Where strata do
    not go by their own codes nobody could tell from the files which place they are: then there is none.
    """
    own = {one.place: h for h, one in enumerate(wave.strata) if one.place and one.place == names[h]}
    parent = {node.code: node.parent for node in wave.places}
    below: dict[str, set[int]] = {node.code: set() for node in wave.places}
    for code, h in own.items():
        above = parent[code]
        while above is not None:
            below[above].add(h)
            above = parent[above]
    told = {frozenset({h}) for h in own.values()}
    found: dict[str, frozenset[int]] = {}
    for code in reversed(below):
        held = frozenset(below[code])
        if held and held not in told and code not in own:
            found[code] = held
            told.add(held)
    return dict(reversed(found.items()))


def _estimate(
    groups: Sequence[_Group], answers: Mapping[str, tuple[Answer, Answer]], method: Mapping[str, Any]
) -> dict[str, Any]:
    rule = thresholds(method)
    found: list[dict[str, Any]] = []
    compared: dict[str, Estimate] = {}
    for group in groups:
        status, figures = Status.SUPPRESSED, NOTHING
        if group.code in answers:
            score, rate = answers[group.code]
            status = disclosure.status(score, rate, thresholds=rule)
            if status is not Status.SUPPRESSED:
                figures = _figures(score, rate)
            if group.apart and status is Status.PUBLISHABLE and isinstance(score, Estimate):
                compared[group.code] = score
        found.append({"code": group.code, "within": group.within, "status": str(status), **figures})
    level, smallest = float(method["level"]), float(method["smallest_change"])
    gap = parts.widest_gap(compared, level=level, smallest=smallest)
    return {"groups": found, "gap": None if gap is None else _gap(gap)}


def _figures(score: Answer, rate: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {"n": score.n}
    for name, answer in (("score", score), ("satisfaction", rate)):
        digits = _digits(answer) if isinstance(answer, Estimate) else written(answer)
        found |= {name: digits["value"], f"{name}_low": digits.get("low"), f"{name}_high": digits.get("high")}
    return found | {"score_se": published(score.se) if isinstance(score, Estimate) else None}


def _digits(estimate: Estimate) -> dict[str, str]:
    return {name: published(getattr(estimate, name)) for name in ("value", "low", "high")}


def _gap(gap: parts.Gap) -> dict[str, Any]:
    return {
        "lower": gap.lower,
        "upper": gap.upper,
        "difference": published(gap.difference),
        "low": published(gap.low),
        "high": published(gap.high),
        "p_holm": published(gap.p_holm),
        "shown": gap.shown,
    }
