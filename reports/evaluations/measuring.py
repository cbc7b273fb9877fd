"""From the dataset of one department to its measurements: nothing else is looked at.

Every number is computed from the published rows with the published digits, by `reports.estimation`; so the files
beside a scorecard give the very same numbers. What is measured stands in `reports.indicators`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from reports.estimation import composite, disclosure, estimators, rates
from reports.estimation.disclosure import Status, Thresholds
from reports.estimation.estimate import Answer, Estimate, FloatArray, JointEstimate, NotEstimable, Reason
from reports.estimation.tables import SCORES, GradeTable
from reports.evaluations.datasets import GRADES, Dataset, Item
from reports.evaluations.digits import published, published_or_none
from reports.evaluations.grouping import smallest_base
from reports.evaluations.pairs import upper
from reports.evaluations.published_tables import Tables
from surveys.tallies import WaveDesign

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
    read = Tables(dataset)
    scored = [item for item in dataset.items if item.scored and item.answered is not None]
    tables = [read.grades(item) for item in scored]
    estimates = {
        item.code: (score, rate)
        for item, score, rate in zip(scored, *estimators.scores_and_rates(tables, level=level), strict=True)
    }
    found: list[Measured] = []
    statuses: dict[str, str] = {}
    for item in dataset.items:
        if not item.scored:
            found.append(_choices(item, read))
        elif item.answered is None:
            found.extend(_unshown(dataset, item))
            statuses[item.code] = str(Status.SUPPRESSED)
        else:
            score, rate = estimates[item.code]
            status = str(disclosure.status(score, rate, thresholds=rule))
            statuses[item.code] = status
            found.extend(_item(dataset, item, read.grades(item), (score, rate), status, level))
    headline = next((one for one in found if (one.indicator, one.item) == ("score", "")), None)
    if headline is not None:
        found.extend(_standardised(dataset, wave, read, headline))
        found.extend(_self_selected(dataset, wave))
    found.extend(_unflagged(dataset, headline.estimate if headline else {}))
    found.extend(
        _index(dataset, wave, {code: score for code, (score, _rate) in estimates.items()}, statuses, level)
    )
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


def _unshown(dataset: Dataset, item: Item) -> Iterator[Measured]:
    if item.headline:
        yield _answers(dataset, item)
    yield from _hidden("" if item.headline else item.code)


def _item(
    dataset: Dataset,
    item: Item,
    table: GradeTable,
    estimates: tuple[Answer, Answer],
    status: str,
    level: float,
) -> Iterator[Measured]:
    """Measure one question from its table, its score and its satisfaction rate."""
    name = "" if item.headline else item.code
    score, satisfaction = estimates
    by_grade, counts = table.w.sum(axis=0), table.n.sum(axis=0)
    shares = by_grade / by_grade.sum()
    if item.headline:
        yield _answers(dataset, item)
    grades = {
        "shares": [published(shares[grade - 1]) for grade in reversed(GRADES)],
        "counts": [int(counts[grade - 1]) for grade in reversed(GRADES)],
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


def _choices(item: Item, read: Tables) -> Measured:
    if item.answered is None:
        return Measured("choices", item.code, Status.SUPPRESSED, None, TOO_FEW)
    n, w = read.totals(item)
    chosen = [place for place in range(len(item.codes)) if n[place]]
    estimate = {
        "values": [str(item.codes[place]) for place in chosen],
        "shares": [published(w[place] / w.sum()) for place in chosen],
        "counts": [int(n[place]) for place in chosen],
    }
    return Measured("choices", item.code, Status.INDICATIVE, item.answered, estimate)


def _standardised(dataset: Dataset, wave: WaveDesign, read: Tables, headline: Measured) -> Iterator[Measured]:
    """Measure the headline score at the declared mix; a category that is too small leaves it not comparable."""
    declared = wave.method["standard"]
    if not declared or not wave.judged:
        return
    mix = list(declared["shares"])
    item = next(item for item in dataset.items if item.headline)
    answer: Answer = NotEstimable(Reason.EMPTY_CELL, headline.n or 0)
    firm = False
    if headline.n is not None and (rows := read.mixed(item, mix)) is not None:
        sample, scores, cells = rows
        shares = np.array([float(declared["shares"][category]) for category in mix])
        answer = estimators.standardised_mean(
            sample, scores, cells, shares, level=float(wave.method["level"])
        )
        fewest = np.bincount(cells, weights=sample.count, minlength=len(mix))[shares > 0].min()
        # The mix may rest on a category of few: each must be enough by itself to judge by.
        firm = isinstance(answer, Estimate) and fewest >= int(wave.method["judged_base"])
    status = headline.status if firm else str(Status.INDICATIVE)
    yield Measured("standardised", "", status, headline.n, written(answer))


def _self_selected(dataset: Dataset, wave: WaveDesign) -> Iterator[Measured]:
    """Measure what may be said of ratings that people chose to give, where it is known how many could have."""
    item = next(item for item in dataset.items if item.headline)
    if wave.judged or wave.eligible is None or item.answered is None:
        return
    place = dataset.items.index(item)
    counts = np.array([line for one, _group, line in dataset.rows if one == place]).sum(axis=0)
    found = rates.self_selected(counts.tolist(), wave.eligible, level=float(wave.method["level"]))
    if isinstance(found, NotEstimable):
        return
    estimate = {
        "eligible": wave.eligible,
        "rated": written(found.rated),
        "good": written(found.good),
        "good_lowest": published(found.good_low),
        "good_highest": published(found.good_high),
        "worth": published_or_none(found.worth),
    }
    yield Measured("self_selected", "", Status.INDICATIVE, item.answered, estimate)


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
    dataset: Dataset,
    wave: WaveDesign,
    scores: Mapping[str, Answer],
    statuses: Mapping[str, str],
    level: float,
) -> Iterator[Measured]:
    """Measure the dimensions, and the index where every declared dimension is publishable."""
    members = {
        dimension.code: [item for item in dataset.items if item.dimension == dimension.code]
        for dimension in wave.dimensions
    }
    worst: dict[str, str] = {}
    means: list[float] = []
    among = _correlations(dataset)
    for code, items in members.items():
        if not items:
            continue
        worst[code] = _worst(statuses[item.code] for item in items)
        answer = _weighted(dataset, among, items, scores, [float(item.weight) for item in items], level)
        if answer.value is not None and worst[code] != Status.SUPPRESSED:
            means.append(answer.value)
            yield Measured("dimension", code, worst[code], _fewest(items), written(answer))
    weights = [dimension.weight for dimension in wave.dimensions]
    whole = len(means) == len(wave.dimensions) and set(worst.values()) == {str(Status.PUBLISHABLE)}
    if not whole or not weights or abs(sum(weights, Decimal(-1))) > SMALLEST_WEIGHT:
        return
    declared = np.array([float(weight) for weight in weights]) / float(sum(weights))
    every = [item for items in members.values() for item in items]
    shares = [
        weight * float(item.weight) / sum(float(one.weight) for one in items)
        for weight, items in zip(declared.tolist(), members.values(), strict=True)
        for item in items
    ]
    answer = _weighted(dataset, among, every, scores, shares, level)
    if isinstance(answer, NotEstimable):
        return
    reach = composite.sensitivity(means, declared)
    estimate = {
        **written(answer),
        "lowest_weighting": published(reach.low),
        "highest_weighting": published(reach.high),
    }
    yield Measured("index", "", Status.PUBLISHABLE, _fewest(every), estimate)


def _correlations(dataset: Dataset) -> FloatArray | None:
    """Return the published correlations of the means of the index items as a square, None where there are none."""
    if not dataset.correlations:
        return None
    size = len(dataset.index_items)
    among = np.eye(size)
    among[upper(size, 1)] = [float(one) for one in dataset.correlations]
    return np.asarray(among + np.triu(among, 1).T)


def _weighted(
    dataset: Dataset,
    among: FloatArray | None,
    items: Sequence[Item],
    scores: Mapping[str, Answer],
    weights: Sequence[float],
    level: float,
) -> Answer:
    """Estimate the weighted mean of items' scores, from their standard errors and their published correlations."""
    found = [scores.get(item.code) for item in items]
    sure = [one for one in found if isinstance(one, Estimate) and one.df is not None]
    if len(sure) < len(found):
        return NotEstimable(Reason.PART_MISSING)
    if len(sure) == 1:
        return sure[0]
    if among is None:
        return NotEstimable(Reason.NOT_PUBLISHABLE)
    at = [dataset.index_items.index(item.code) for item in items]
    se = np.array([one.se for one in sure])
    joint = JointEstimate(
        np.array([one.value for one in sure]),
        among[np.ix_(at, at)] * np.outer(se, se),
        np.array([one.n for one in sure], dtype=np.int64),
        float(min(one.df or 0.0 for one in sure)),
    )
    share = np.array(weights)
    return composite.index(joint, share / share.sum(), level=level)


def _fewest(items: Sequence[Item]) -> int:
    return min(item.answered or 0 for item in items)


def _worst(statuses: Iterator[str]) -> str:
    order = [str(Status.SUPPRESSED), str(Status.INDICATIVE), str(Status.PUBLISHABLE)]
    return min(statuses, key=order.index)
