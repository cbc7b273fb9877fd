"""From the dataset of one department to its measurements: nothing else is looked at.

Every number is computed from the published rows with the published digits, by `reports.estimation`; so the files
beside a scorecard give the very same numbers. What is measured stands in `reports.indicators`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

from reports.estimation import composite, disclosure, estimators
from reports.estimation.disclosure import Status, Thresholds
from reports.estimation.estimate import Answer, Estimate, JointEstimate, NotEstimable, Reason
from reports.estimation.sample import Design, Stratum
from reports.estimation.tables import SCORES, DimensionTable, GradeTable
from reports.estimation.variance import Moments
from reports.evaluations.datasets import GRADES, Dataset, Item, smallest_base
from reports.evaluations.digits import published, published_or_none
from surveys.tallies import DimensionDesign, WaveDesign

Row: TypeAlias = Sequence[Any]  # of a dataset: item, stratum, value, n, w, w2

TOO_FEW = {"reason": "too_few"}
SMALLEST_WEIGHT = Decimal("0.000000001")  # weights that miss one by less do sum to one


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement before it is stored; `item` is empty for the headline and for the department as a whole."""

    indicator: str
    item: str
    status: str
    n: int | None
    estimate: Mapping[str, Any] = field(default_factory=dict)


def measure(dataset: Dataset, wave: WaveDesign) -> list[Measured]:
    """Measure one department; a suppressed dataset gives suppressed measurements without any figure."""
    rule = thresholds(wave.method)
    level = float(wave.method["level"])
    if dataset.records is None:
        return [Measured("answers", "", Status.SUPPRESSED, None, TOO_FEW), *_hidden("")]
    graded: dict[str, list[Row]] = {}
    for row in dataset.rows:
        if row[2].isdigit():
            graded.setdefault(row[0], []).append(row)
    found: list[Measured] = []
    statuses: dict[str, str] = {}
    for item in dataset.items:
        measured = list(_item(dataset, item, graded.get(item.code, []), rule, level))
        found.extend(measured)
        statuses[item.code] = measured[-1].status
    headline = next((one for one in found if (one.indicator, one.item) == ("score", "")), None)
    found.extend(_unflagged(dataset, headline.estimate if headline else {}))
    found.extend(_index(dataset, wave, statuses, level))
    return found


def thresholds(method: Mapping[str, Any]) -> Thresholds:
    """Return the publication thresholds that a wave declared."""
    judged = int(method["judged_base"])
    return Thresholds(
        suppress_below=smallest_base(method),
        indicative_below=judged,
        effective_below=float(judged),
        widest=float(method["widest_interval"]),
        df_below=float(method["fewest_df"]),
    )


def written(answer: Answer) -> dict[str, Any]:
    """Write an estimate as JSON values: published digits, or the reason why there is none."""
    if isinstance(answer, NotEstimable):
        # Without variation the value itself is sure of the sample; every other reason leaves no number to show.
        value = published_or_none(answer.value) if answer.reason is Reason.NO_VARIATION else None
        return {"reason": str(answer.reason), "value": value}
    return {
        "value": published(answer.value),
        "se": published(answer.se),
        "low": published(answer.low),
        "high": published(answer.high),
        "df": published_or_none(answer.df),
        "interval": answer.interval,
        "n_e": published_or_none(answer.n_e),
        "kg_width": published_or_none(answer.kg_width),
    }


def estimate_of(measured: Measured) -> Answer:
    """Read a measurement back as an estimate, from its published digits."""
    digits = measured.estimate
    if measured.n is None or "se" not in digits:
        return NotEstimable(Reason.NOT_PUBLISHABLE)
    return Estimate(
        value=float(digits["value"]),
        se=float(digits["se"]),
        df=None if digits["df"] is None else float(digits["df"]),
        low=float(digits["low"]),
        high=float(digits["high"]),
        n=measured.n,
    )


def _hidden(item: str) -> Iterator[Measured]:
    for indicator in ("grades", *(() if item else ("good_rate",)), "satisfaction", "score"):
        yield Measured(indicator, item, Status.SUPPRESSED, None, TOO_FEW)


def _item(
    dataset: Dataset, item: Item, rows: Sequence[Row], rule: Thresholds, level: float
) -> Iterator[Measured]:
    """Measure one question; the last measurement carries the status of the whole."""
    name = "" if item.headline else item.code
    if item.headline:
        yield _answers(dataset, item)
    if not item.scored:
        yield _choices(item, rows)
        return
    if item.answered is None:
        yield from _hidden(name)
        return
    table = _table(dataset, rows)
    score = estimators.score(table, level=level)
    satisfaction = estimators.satisfaction(table, level=level)
    status = str(disclosure.status(score, satisfaction, thresholds=rule))
    shares = table.w.sum(axis=0) / table.w.sum()
    grades = {
        "shares": [published(shares[grade - 1]) for grade in reversed(GRADES)],
        "counts": [int(table.n[:, grade - 1].sum()) for grade in reversed(GRADES)],
    }
    yield Measured("grades", name, status, item.answered, grades)
    if item.headline:
        good = estimators.good_rate(table, level=level)
        yield Measured("good_rate", name, status, item.answered, written(good))
    yield Measured("satisfaction", name, status, item.answered, written(satisfaction))
    yield Measured("score", name, status, item.answered, written(score))


def _answers(dataset: Dataset, item: Item) -> Measured:
    """Count who answered, did not know, or left the headline blank; nothing of it is told below the base."""
    if item.answered is None:
        return Measured("answers", "", Status.SUPPRESSED, None, {"records": dataset.records, **TOO_FEW})
    estimate = {"records": dataset.records, **dataset.missing(item.code)}
    return Measured("answers", "", Status.PUBLISHABLE, item.answered, estimate)


def _choices(item: Item, rows: Sequence[Row]) -> Measured:
    if item.answered is None:
        return Measured("choices", item.code, Status.SUPPRESSED, None, TOO_FEW)
    n: dict[str, int] = {}
    w: dict[str, float] = {}
    for _code, _stratum, value, count, weight, _square in rows:
        n[value] = n.get(value, 0) + count
        w[value] = w.get(value, 0.0) + float(weight)
    total = sum(w.values())
    values = sorted(n, key=int)
    estimate = {
        "values": values,
        "shares": [published(w[value] / total) for value in values],
        "counts": [n[value] for value in values],
    }
    return Measured("choices", item.code, Status.INDICATIVE, item.answered, estimate)


def _design(dataset: Dataset, names: Sequence[str]) -> Design:
    strata = {row[0]: row for row in dataset.design}
    known = all(strata[name][1] is not None for name in names)
    return Design(
        tuple(Stratum(name, strata[name][2], strata[name][1] if known else None) for name in names),
        self_selected=not known,
    )


def _table(dataset: Dataset, rows: Sequence[Row]) -> GradeTable:
    """Rebuild an item's table from its graded rows, as an outside verifier does."""
    names = list(dict.fromkeys(row[1] for row in rows))
    places = {name: h for h, name in enumerate(names)}
    at = [places[row[1]] * len(GRADES) + int(row[2]) - 1 for row in rows]
    n = np.zeros(len(names) * len(GRADES), dtype=np.int64)
    w, w2 = np.zeros(n.shape), np.zeros(n.shape)
    n[at] = [row[3] for row in rows]
    w[at] = [float(row[4]) for row in rows]
    w2[at] = [float(row[5]) for row in rows]
    shape = (len(names), len(GRADES))
    return GradeTable.of_dataset(
        _design(dataset, names), n.reshape(shape), w.reshape(shape), w2.reshape(shape)
    )


def _unflagged(dataset: Dataset, score: Mapping[str, Any]) -> Iterator[Measured]:
    """Measure the headline score without the flagged records: the score, moved by what leaving them out moves.

    Both means of that move take the same weights, in which strata may be joined further than in the score.
    """
    if dataset.flagged is None or not dataset.unflagged or score.get("value") is None:
        return
    grades = np.array([int(row[1]) for row in dataset.unflagged])
    sound, everybody = (np.array([float(row[at]) for row in dataset.unflagged]) for at in (3, 5))
    points = np.asarray(SCORES)[grades - 1]
    moved = points @ sound / sound.sum() - points @ everybody / everybody.sum()
    n = sum(row[2] for row in dataset.unflagged)
    estimate = {"value": published(float(score["value"]) + float(moved)), "flagged": dataset.flagged}
    yield Measured("score_unflagged", "", Status.INDICATIVE, n, estimate)


def _index(
    dataset: Dataset, wave: WaveDesign, statuses: Mapping[str, str], level: float
) -> Iterator[Measured]:
    """Measure the dimensions, and the index where every declared dimension is publishable."""
    members = {
        dimension.code: [item for item in dataset.items if item.dimension == dimension.code]
        for dimension in wave.dimensions
    }
    asked = [dimension for dimension in wave.dimensions if members[dimension.code]]
    if not asked:
        return
    items = [item for dimension in asked for item in members[dimension.code]]
    joint: JointEstimate | NotEstimable = NotEstimable(Reason.NOT_PUBLISHABLE)
    if dataset.moments:
        joint = _joined(composite.dimension_means(_dimension_table(dataset, items)), asked, members)
    worst = {
        dimension.code: _worst(statuses[item.code] for item in members[dimension.code]) for dimension in asked
    }
    if isinstance(joint, JointEstimate):
        for place, dimension in enumerate(asked):
            alone = np.eye(len(asked))[place]
            status = worst[dimension.code]
            n = int(joint.n[place])
            yield Measured(
                "dimension", dimension.code, status, n, written(composite.index(joint, alone, level=level))
            )
    whole = len(asked) == len(wave.dimensions) and set(worst.values()) == {str(Status.PUBLISHABLE)}
    weights = [dimension.weight for dimension in wave.dimensions]
    if not whole or isinstance(joint, NotEstimable) or abs(sum(weights, Decimal(-1))) > SMALLEST_WEIGHT:
        return
    declared = np.array([float(weight) for weight in weights])
    answer = composite.index(joint, declared / declared.sum(), level=level)
    reach = composite.sensitivity(joint.values, declared / declared.sum())
    estimate = {
        **written(answer),
        "lowest_weighting": published(reach.low),
        "highest_weighting": published(reach.high),
    }
    yield Measured("index", "", Status.PUBLISHABLE, int(joint.n.min()), estimate)


def _worst(statuses: Iterator[str]) -> str:
    order = [str(Status.SUPPRESSED), str(Status.INDICATIVE), str(Status.PUBLISHABLE)]
    return min(statuses, key=order.index)


def _joined(
    joint: JointEstimate | NotEstimable,
    asked: Sequence[DimensionDesign],
    members: Mapping[str, Sequence[Item]],
) -> JointEstimate | NotEstimable:
    """Take the weighted mean of each dimension's items, with the covariance that follows."""
    if isinstance(joint, NotEstimable):
        return joint
    contrast = np.zeros((joint.values.shape[0], len(asked)))
    n: list[int] = []
    row = 0
    for column, dimension in enumerate(asked):
        weights = np.array([float(item.weight) for item in members[dimension.code]])
        rows = slice(row, row + weights.shape[0])
        contrast[rows, column] = weights / weights.sum()
        n.append(int(joint.n[rows].min()))
        row += weights.shape[0]
    return JointEstimate(
        joint.values @ contrast,
        contrast.T @ joint.covariance @ contrast,
        np.array(n, dtype=np.int64),
        joint.df,
    )


def _dimension_table(dataset: Dataset, items: Sequence[Item]) -> DimensionTable:
    """Rebuild weighted moments of the items' scores, 25 (grade - 1), from the published moments of grades."""
    codes = {item.code: place for place, item in enumerate(items)}
    names = list(dict.fromkeys(row[0] for row in dataset.moments))
    places = {name: h for h, name in enumerate(names)}
    size = len(items)
    n = np.zeros((len(names), size), dtype=np.int64)
    answered, scored = np.zeros(n.shape), np.zeros(n.shape)
    second = np.zeros((len(names), 2 * size, 2 * size))
    for stratum, code_a, code_b, count, w, wa, *digits in dataset.moments:
        h, a, b = places[stratum], codes[code_a], codes[code_b]
        w2, w2a, w2b, w2ab = map(float, digits)
        if a == b:
            n[h, a], answered[h, a], scored[h, a] = count, float(w), 25 * (float(wa) - float(w))
        score_a, score_b = 25 * (w2a - w2), 25 * (w2b - w2)
        product = 625 * (w2ab - w2a - w2b + w2)
        for left, right, of_left, of_right in ((a, b, score_a, score_b), (b, a, score_b, score_a)):
            second[h, left, right] = w2
            second[h, left, size + right] = of_right
            second[h, size + left, right] = of_left
            second[h, size + left, size + right] = product
    design = _design(dataset, names)
    moments = Moments(
        np.concatenate([answered, scored], axis=1),
        second,
        design.sampled(),
        design.population(),
        np.ones(len(names)),
        np.zeros(len(names), dtype=np.int64),
    )
    return DimensionTable(tuple(names), n, answered, scored, n, moments)
