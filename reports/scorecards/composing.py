"""Compose what is published from a finished evaluation: the one way by which numbers leave `evaluations`.

Here it is decided once what may be shown: a suppressed cell has no figure at all, an indicative one has no band, no
rank and no index. Whoever reads the content later needs to decide nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.estimation.disclosure import Table, suppress
from reports.evaluations.grouping import smallest_base
from reports.evaluations.layers import declared_design
from reports.evaluations.measuring import Measured
from reports.evaluations.models import Evaluation
from reports.evaluations.results import DepartmentResult, WaveResult, result_of
from reports.scorecards.breakdowns import PLACE, Breakdown
from reports.scorecards.composing_parts import Way, breakdown, parts_of
from reports.scorecards.content import (
    CHANNELS,
    CLASSES,
    Battery,
    Benchmark,
    ChannelFigures,
    DimensionFigures,
    Fieldwork,
    Figures,
    ItemFigures,
    ScorecardContent,
    SelfSelected,
    WaveContent,
    content_hash,
)
from surveys.languages import Text

NOTHING: Mapping[str, Any] = {}
BY_PLACE: Text = {"zh-hans": "地区", "en": "Place"}
BY_STRATUM: Text = {"zh-hans": "抽样层", "en": "Stratum"}


@dataclass(frozen=True, slots=True)
class Composed:
    """Everything one publication holds; scorecards and datasets by department id."""

    wave: WaveContent
    scorecards: Mapping[int, ScorecardContent]
    datasets: Mapping[int, Mapping[str, Any]]


def compose(evaluation: Evaluation, *, number: int, reason: str = "") -> Composed:
    """Compose the content of a wave's publication `number` from a finished evaluation."""
    result = result_of(evaluation)
    figures = {one.department.id: _figures(one) for one in result.departments}
    general = next((figures[one.department.id] for one in result.departments if one.department.is_root), None)
    wave = WaveContent(
        wave=result.wave.slug,
        titles=dict(result.wave.titles),
        number=number,
        reason=reason,
        method=str(evaluation.method["version"]),
        parameters=dict(evaluation.method),
        judged=result.wave.judged,
        questionnaire=result.wave.questionnaire,
        edition=result.wave.edition_number,
        edition_hash=result.wave.edition_hash,
        input_hash=evaluation.input_hash,
        code_hash=evaluation.code_hash,
        previous=result.previous.slug if result.previous else None,
        previous_edition=_edition_before(result),
        fieldwork=_fieldwork(result),
        benchmark=_benchmark(result),
        departments=tuple(
            figures[one.department.id] for one in result.departments if not one.department.is_root
        ),
        general=general,
        dimensions=tuple(
            {"code": dimension.code, "names": dict(dimension.names), "weight": str(dimension.weight)}
            for dimension in result.wave.dimensions
        ),
        **_whole(result),
        **parts_of(result.evaluation.whole),
    )
    return Composed(
        wave=wave,
        scorecards={
            one.department.id: _scorecard(result, one, figures[one.department.id], number)
            for one in result.departments
        },
        datasets={one.department.id: one.dataset.document() for one in result.departments},
    )


def _edition_before(result: WaveResult) -> int | None:
    """Return which edition of the same questionnaire the wave before asked; imported waves may have asked another."""
    before = result.previous
    return before.edition_number if before and before.questionnaire == result.wave.questionnaire else None


def _whole(result: WaveResult) -> dict[str, Any]:
    """Return what was found of the wave as a whole."""
    whole = result.evaluation.whole
    battery = whole.get("battery")
    return {
        "margins": tuple(
            {
                "code": margin.code,
                "names": dict(margin.names),
                "categories": [
                    {"code": one.code, "names": dict(one.names), "population": str(one.population)}
                    for one in margin.categories
                ],
            }
            for margin in result.wave.margins
            if result.wave.judged
        ),
        "margins_refused": whole.get("margins_refused", ""),
        "margins_capped": whole.get("margins_capped", False),
        "battery": Battery(**battery) if battery else None,
        "order_hangs_on_weights": tuple(
            (first, second) for first, second in whole.get("order_hangs_on_weights", ())
        ),
    }


def _figures(one: DepartmentResult) -> Figures:
    names: Text = dict(one.department.names)
    score = one.of("score")
    if score is None:
        # Nothing is hidden here: no question was the department's headline.
        return Figures(code=one.department.code, names=names, status="none")
    if score.status == "suppressed" or score.n is None:
        return Figures(code=one.department.code, names=names, status="suppressed")
    mean, rate, good = score.estimate, _estimate(one.of("satisfaction")), _estimate(one.of("good_rate"))
    expected, change, rank, index = (
        _estimate(one.of(code)) for code in ("expected", "change", "rank", "index")
    )
    return Figures(
        code=one.department.code,
        names=names,
        status=score.status,
        n=score.n,
        score=mean.get("value"),
        score_se=mean.get("se"),
        score_low=mean.get("low"),
        score_high=mean.get("high"),
        score_df=mean.get("df"),
        satisfaction=rate.get("value"),
        satisfaction_low=rate.get("low"),
        satisfaction_high=rate.get("high"),
        satisfaction_n_e=rate.get("n_e"),
        satisfaction_kg_width=rate.get("kg_width"),
        good_rate=good.get("value"),
        good_rate_low=good.get("low"),
        good_rate_high=good.get("high"),
        grades=tuple(_estimate(one.of("grades"))["shares"]),
        band=expected.get("band"),
        z=expected.get("z"),
        z_prime=expected.get("z_prime"),
        p_holm=expected.get("p_holm"),
        change=change.get("value"),
        change_low=change.get("low"),
        change_high=change.get("high"),
        change_p_holm=change.get("p_holm"),
        change_direction=change.get("direction"),
        change_reason=one.breaks.headline,
        rank_low=rank.get("low"),
        rank_high=rank.get("high"),
        rank_of=rank.get("of"),
        index=index.get("value"),
        index_se=index.get("se"),
        index_low=index.get("low"),
        index_high=index.get("high"),
        standardised=_estimate(one.of("standardised")).get("value"),
        standardised_se=_estimate(one.of("standardised")).get("se"),
    )


def _scorecard(result: WaveResult, one: DepartmentResult, figures: Figures, number: int) -> ScorecardContent:
    index, change, unflagged = (_estimate(one.of(code)) for code in ("index", "change", "score_unflagged"))
    hidden = one.dataset.records is None
    standardised = one.of("standardised")
    mixed = _estimate(standardised)
    return ScorecardContent(
        wave=result.wave.slug,
        number=number,
        method=str(result.evaluation.method["version"]),
        judged=result.wave.judged,
        is_root=one.department.is_root,
        wording=_wording(one),
        asked=next((item.wording for item in one.department.items if item.headline), ""),
        figures=figures,
        records=one.dataset.records,
        items=() if hidden else tuple(_items(one)),
        dimensions=() if hidden else tuple(_dimensions(result, one)),
        index_lowest=index.get("lowest_weighting"),
        index_highest=index.get("highest_weighting"),
        index_change_reason=one.breaks.index if index else None,
        flagged=one.dataset.flagged,
        score_unflagged=unflagged.get("value"),
        change_before=change.get("before"),
        change_n=change.get("compared"),
        dataset_hash=content_hash(one.dataset.document()),
        standardised=mixed.get("value"),
        standardised_low=mixed.get("low"),
        standardised_high=mixed.get("high"),
        comparable=standardised is None or "se" in mixed,
        self_selected=_self_selected(one.of("self_selected")),
        breakdowns=tuple(_breakdowns(result, one)),
    )


def _self_selected(measured: Measured | None) -> SelfSelected | None:
    if measured is None:
        return None
    estimate = measured.estimate
    return SelfSelected(
        eligible=estimate["eligible"],
        rated=estimate["rated"]["value"],
        good=estimate["good"]["value"],
        good_lowest=estimate["good_lowest"],
        good_highest=estimate["good_highest"],
        worth=estimate["worth"],
    )


def _wording(one: DepartmentResult) -> str:
    headline = next((item for item in one.department.items if item.headline), None)
    return content_hash([dict(headline.text), list(headline.codes)] if headline else [])


def _items(one: DepartmentResult) -> list[ItemFigures]:
    found = []
    for item in one.department.items:
        name = "" if item.headline else item.code
        score = one.of("score", name) if item.scored else one.of("choices", item.code)
        status = score.status if score else "suppressed"
        missing: Mapping[str, int] = one.dataset.missing(item.code) if status != "suppressed" else {}
        mean = _estimate(score) if item.scored else NOTHING
        rate, grades = _estimate(one.of("satisfaction", name)), _estimate(one.of("grades", name))
        shown = status != "suppressed"
        found.append(
            ItemFigures(
                code=item.code,
                text=dict(item.text),
                scored=item.scored,
                headline=item.headline,
                dimension=item.dimension,
                status=status,
                n=score.n if score else None,
                score=mean.get("value"),
                score_low=mean.get("low"),
                score_high=mean.get("high"),
                satisfaction=rate.get("value"),
                satisfaction_low=rate.get("low"),
                satisfaction_high=rate.get("high"),
                grades=tuple(grades["shares"]) if shown and item.scored else None,
                counts=tuple(grades["counts"]) if shown and item.scored else None,
                dk=missing.get("dk"),
                na=missing.get("na"),
                blank=missing.get("blank"),
                choices=_choices(score, item.labels) if shown and not item.scored else None,
                wording=item.wording,
                change_reason=one.breaks.items.get(item.code),
            )
        )
    return found


def _breakdowns(result: WaveResult, one: DepartmentResult) -> Iterator[Breakdown]:
    for by, way in _ways(result).items():
        if measured := one.of("breakdown", by):
            yield breakdown(by, way, measured.estimate)


def _ways(result: WaveResult) -> Mapping[str, Way]:
    """Name what a headline is broken down by: places, or strata that are none, and margins as declared."""
    wave = result.wave
    names: dict[str, Text] = {
        node["code"]: node["names"] for node in result.evaluation.whole.get("places", ())
    }
    for called, stratum in zip(declared_design(wave).strata, wave.strata, strict=True):
        names[called.code] = stratum.names
    ways: dict[str, Way] = {PLACE: (BY_PLACE if any(one.place for one in wave.strata) else BY_STRATUM, names)}
    for margin in wave.margins:
        ways.setdefault(margin.code, (margin.names, {one.code: one.names for one in margin.categories}))
    return ways


def _choices(measured: Measured | None, labels: Mapping[int, Text]) -> tuple[Mapping[str, Any], ...]:
    estimate = _estimate(measured)
    return tuple(
        {"value": int(value), "label": dict(labels.get(int(value), {})), "share": share, "n": n}
        for value, share, n in zip(estimate["values"], estimate["shares"], estimate["counts"], strict=True)
    )


def _dimensions(result: WaveResult, one: DepartmentResult) -> list[DimensionFigures]:
    found = []
    for dimension in result.wave.dimensions:
        measured = one.of("dimension", dimension.code)
        if measured is None or measured.status == "suppressed":
            continue
        found.append(
            DimensionFigures(
                code=dimension.code,
                names=dict(dimension.names),
                weight=str(dimension.weight),
                status=measured.status,
                n=measured.n,
                score=measured.estimate.get("value"),
                score_low=measured.estimate.get("low"),
                score_high=measured.estimate.get("high"),
                change_reason=one.breaks.dimensions.get(dimension.code),
            )
        )
    return found


def _fieldwork(result: WaveResult) -> Fieldwork:
    wave = result.wave
    base = smallest_base(wave.method)
    by_channel = {
        channel: n for (klass, channel), n in sorted(wave.people.items()) if klass == wave.klass and n
    }
    people = sum(by_channel.values())
    populations = [stratum.population for stratum in wave.strata]
    return Fieldwork(
        opened_at=wave.opened_at.isoformat(),
        closed_at=wave.closed_at.isoformat(),
        release_at=wave.release_at.isoformat(),
        klass=CLASSES[wave.klass],
        people=people if people >= base else None,
        channels=_channels(by_channel, base),
        strata=len(wave.strata) if wave.judged else 0,
        population=None if not wave.judged or None in populations else sum(n or 0 for n in populations),
        excluded=wave.excluded,
        excluded_by=dict(wave.excluded_by),
    )


def _channels(by_channel: Mapping[int, int], base: int) -> tuple[ChannelFigures, ...]:
    """Count people by channel; what is too small is hidden, and what would give it away beside the total."""
    counts = list(by_channel.values())
    table = Table(
        np.array([*counts, sum(counts)], dtype=np.float64), ((len(counts), tuple(range(len(counts)))),)
    )
    hidden = suppress(table, k=base)
    return tuple(
        ChannelFigures(CHANNELS[channel], None if hidden[place] else n)
        for place, (channel, n) in enumerate(by_channel.items())
    )


def _benchmark(result: WaveResult) -> Benchmark | None:
    measured = next((found for one in result.departments if (found := one.of("expected"))), None)
    if measured is None:
        return None
    estimate = measured.estimate
    return Benchmark(
        target=estimate["target"],
        source=estimate["source"],
        uses=estimate["uses"],
        phi=estimate["phi"],
        tau2=estimate["tau2"],
        compared=estimate["compared"],
    )


def _estimate(measured: Measured | None) -> Mapping[str, Any]:
    """Return what was measured, or nothing where it was not or may not be shown."""
    return NOTHING if measured is None or measured.status == "suppressed" else measured.estimate
