"""Who was asked and who took part: outcomes, response by stratum, R-indicator, and what the weights cost.

It says how evenly the chance to take part was spread, never what the others would have said. Strata are told apart as
in every table of the wave, where it stands who took part: so a stratum in which fewer than the base took part, or did
not, hides all its figures, and what would give them away (`docs/methodology.md` §13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.analyses.content import Participation, StratumFigures, Why
from reports.estimation.disclosure import Table, suppress
from reports.estimation.estimate import BoolArray, NotEstimable, Reason
from reports.estimation.representativity import Representativity, r_indicator
from reports.evaluations.digits import published
from reports.evaluations.grouping import Counts, nobody_or, united
from reports.evaluations.layers import Layers, layers_of
from reports.scorecards.content import CHANNELS

if TYPE_CHECKING:  # only evaluations opens the door itself
    from surveys.languages import Text
    from surveys.tallies import StratumDesign, WaveDesign

REASONS = {
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
    Reason.NO_CONVERGENCE: Why.NO_CONVERGENCE,
    Reason.NO_WEIGHT: Why.TOO_FEW_PEOPLE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """Strata that every table of the wave takes as one: who was asked, who came, who lives there where known."""

    code: str
    names: Text
    invited: int
    came: int
    population: int | None


def participation_of(wave: WaveDesign, *, base: int) -> Participation:
    """Count the outcomes of a wave, by stratum where that may be shown; `base` is the wave's smallest base."""
    by_channel = {channel: n for (klass, channel), n in sorted(wave.people.items()) if klass == wave.klass}
    took_part = sum(by_channel.values())
    if took_part < base:
        return Participation(Why.TOO_FEW_PEOPLE)
    channels, layers = _channels(by_channel, base), layers_of(wave)
    if not wave.judged or any(one.invited is None or one.invited < one.people for one in wave.strata):
        # Imported and open waves: nobody can say who was asked and did not come.
        reason = Why.NOT_INVITED
        return Participation(reason, reason, took_part, channels, kish=_kish(wave, layers, base))
    rows = [
        _row(code, [wave.strata[h] for h in strata])
        for code, strata in zip((one.code for one in layers.design.strata), layers.strata, strict=True)
    ]
    asked = np.array([row.invited for row in rows], dtype=np.int64)
    came = np.array([row.came for row in rows], dtype=np.int64)
    total, stayed_away = int(asked.sum()), int((asked - came).sum())
    hidden = hidden_rows(came, asked - came, base=base)
    kish = _kish(wave, layers, base, hidden)
    if 0 < stayed_away < base:
        return Participation(Why.TOO_FEW_PEOPLE, Why.TOO_FEW_PEOPLE, took_part, channels, kish=kish)
    found, groups = _indicator(rows, hidden)
    r = found if isinstance(found, Representativity) else None
    return Participation(
        reason=None,
        r_reason=found if isinstance(found, str) else None,
        took_part=took_part,
        channels=channels,
        invited=total,
        did_not=stayed_away,
        rate=published(took_part / total),
        strata=tuple(_figures(row, bool(is_hidden)) for row, is_hidden in zip(rows, hidden, strict=True))
        if len(rows) > 1
        else (),
        r=published(r.r) if r else None,
        cv=published(r.cv) if r else None,
        groups=groups if r else None,
        kish=kish,
    )


def hidden_rows(came: Counts, stayed: Counts, *, base: int) -> BoolArray:
    """Choose the rows (H,) to hide: where 1 to base - 1 came or stayed away, and those that would give them away.

    Who came to each row stands in the published designs, so the totals tell who stayed away from all hidden rows
    together: the smallest others join them until they are two and hold nobody or `base` on either side.
    """
    sides = np.array([came, stayed])
    hidden = np.asarray(((sides > 0) & (sides < base)).any(axis=0))
    while hidden.any() and not hidden.all():
        if hidden.sum() > 1 and nobody_or(sides[:, hidden].sum(axis=1), base):
            break
        hidden[min(np.flatnonzero(~hidden), key=lambda row: (stayed[row] == 0, sides[:, row].sum()))] = True
    return hidden


def _row(code: str, strata: Sequence[StratumDesign]) -> Row:
    languages = dict.fromkeys(language for one in strata for language in one.names)
    populations = [one.population for one in strata]
    return Row(
        code,
        {
            language: " + ".join(one.names.get(language) or one.code for one in strata)
            for language in languages
        },
        sum(one.invited or 0 for one in strata),
        sum(one.people for one in strata),
        None if None in populations else sum(population or 0 for population in populations),
    )


def _figures(row: Row, hidden: bool) -> StratumFigures:
    if hidden:
        return StratumFigures(row.code, row.names, None, None, None)
    rate = published(row.came / row.invited) if row.invited else None
    return StratumFigures(row.code, row.names, row.invited, row.came, rate)


def _indicator(rows: Sequence[Row], hidden: BoolArray) -> tuple[Representativity | str, int]:
    """Compare the chances to respond between rows; hidden ones count as one, or R would give them away.

    A person stands for the residents of the row where these are known, for R is about the people of the frame.
    """
    known = all(row.population is not None for row in rows)
    apart = [[row] for row, is_hidden in zip(rows, hidden, strict=True) if not is_hidden]
    together = [row for row, is_hidden in zip(rows, hidden, strict=True) if is_hidden]
    groups = [one for one in [*apart, together] if sum(row.invited for row in one)]
    if len(groups) < 2:
        return Why.ONE_STRATUM, len(groups)
    x, responded, weight = [], [], []
    for g, group in enumerate(groups):
        invited, came = sum(row.invited for row in group), sum(row.came for row in group)
        each = sum(row.population or 0 for row in group) / invited if known else 1.0
        line = [1.0, *(float(g == column) for column in range(1, len(groups)))]
        x += [line, line]
        responded += [1.0, 0.0]
        weight += [each * came, each * (invited - came)]
    counted = np.array(weight) > 0
    found = r_indicator(np.array(x)[counted], np.array(responded)[counted], np.array(weight)[counted])
    return (REASONS[found.reason] if isinstance(found, NotEstimable) else found), len(groups)


def _channels(by_channel: Mapping[int, int], base: int) -> tuple[Mapping[str, Any], ...]:
    """Count people by channel; what is too small is hidden, and what would give it away beside the total."""
    found = {channel: n for channel, n in by_channel.items() if n}
    counts = list(found.values())
    table = Table(
        np.array([*counts, sum(counts)], dtype=np.float64), ((len(counts), tuple(range(len(counts)))),)
    )
    hidden = suppress(table, k=base)
    return tuple(
        {"channel": CHANNELS[channel], "people": None if hidden[place] else n}
        for place, (channel, n) in enumerate(found.items())
    )


def _kish(wave: WaveDesign, layers: Layers, base: int, hidden: BoolArray | None = None) -> str | None:
    """Give 1 + cv² of the weights of the people; None in a wave without weights.

    Small layers are joined as everywhere, and those of `hidden` rows (H,) too.
    """
    if not wave.judged:
        return None
    groups = layers.groups(layers.people, base=base)
    together = () if hidden is None else tuple(np.flatnonzero(hidden[layers.stratum]).tolist())
    groups = united(groups, (together,)) if together else groups
    peopled = [group for group in groups if layers.people[list(group)].any()]
    n = np.array([layers.people[list(group)].sum() for group in peopled], dtype=np.float64)
    w = np.array([layers.weight_of(group) for group in peopled])
    return published(float(n.sum() * (n @ w**2) / (n @ w) ** 2))
